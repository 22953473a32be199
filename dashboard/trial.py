"""Standings under the reader's weights and goalposts, beside the published ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, cast

from dashboard.lookup import OVERALL, Standing, standings
from dashboard.lru import Lru
from indicators.rescore import Ground, Shift, changed, shifts

if TYPE_CHECKING:
    from config.schema import Catalogue
    from dashboard.choice import Choice
    from indicators.goalpost import Standings
    from indicators.scores import Scores

KEPT = 16 * 1024 * 1024  # bytes of standings that are kept of one edition; a choice has some 100 kB


@dataclass(frozen=True)
class Trial:
    """What a choice gives: the catalogue it makes, and every standing by pillar (or "overall") and place.

    Without a choice they are the published ones and `changed` is False. `shifts`: how it moves the rank of each place
    that is ranked both as published and by the choice.
    """

    catalogue: Catalogue
    standings: Mapping[tuple[str, str], Standing]
    changed: bool
    shifts: Mapping[tuple[str, str], Shift] = field(default_factory=dict)


class Trials:
    """The trials of one edition; each is computed once while it is asked for, one at a time."""

    def __init__(self, scores: Scores, catalogue: Catalogue) -> None:
        self._scores, self._catalogue = scores, catalogue
        self._kept, self._turn = Lru(KEPT), Lock()

    def of(self, choice: Choice) -> Trial:
        """Return the trial of a choice that was checked against the edition's catalogue."""
        with self._turn:
            kept = cast("Trial | None", self._kept.get(choice))
            if kept is None:
                kept = self._computed(choice)
                self._kept.keep(choice, kept)
        return kept

    def _computed(self, choice: Choice) -> Trial:
        catalogue = changed(self._catalogue, dict(choice.weights), dict(choice.posts))
        found = self._ground.standings(catalogue) if choice else self._scores
        tried = _by_place(found)
        if not choice:
            return Trial(catalogue, tried, changed=False)
        moves: dict[tuple[str, str], Shift] = {}
        for what in (*catalogue.pillars, OVERALL):
            places = [place for (name, place), row in tried.items() if name == what and row.rank is not None]
            both = [place for place in places if self._published[what, place].rank is not None]
            found_shifts = shifts(self._scores.draws, found.draws, what, both)
            moves |= {(what, place): shift for place, shift in found_shifts.items()}
        return Trial(catalogue, tried, changed=True, shifts=moves)

    @cached_property
    def _published(self) -> Mapping[tuple[str, str], Standing]:
        return _by_place(self._scores)

    @cached_property
    def _ground(self) -> Ground:
        return Ground.of(self._scores, self._catalogue)


def _by_place(found: Scores | Standings) -> dict[tuple[str, str], Standing]:
    """Return every standing of both tables by pillar (or "overall") and place."""
    return {(row.pillar, row.place): row for frame in (found.pillars, found.overall) for row in standings(frame)}
