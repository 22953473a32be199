"""Standings under the reader's weights and goalposts, beside the published ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, cast

from dashboard.lookup import Standing, standings
from dashboard.lru import Lru
from indicators.rescore import Ground, changed

if TYPE_CHECKING:
    from config.schema import Catalogue
    from dashboard.choice import Choice
    from indicators.scores import Scores

KEPT = 64  # choices of one edition whose standings are kept; some 100 kB each


@dataclass(frozen=True)
class Trial:
    """What a choice gives: the catalogue it makes, and every standing by pillar (or "overall") and place.

    Without a choice they are the published ones and `changed` is False.
    """

    catalogue: Catalogue
    standings: Mapping[tuple[str, str], Standing]
    changed: bool


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
        rows = (row for frame in (found.pillars, found.overall) for row in standings(frame))
        return Trial(catalogue, {(row.pillar, row.place): row for row in rows}, bool(choice))

    @cached_property
    def _ground(self) -> Ground:
        return Ground.of(self._scores, self._catalogue)
