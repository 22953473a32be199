"""What would change a place's third: the smallest change of one indicator, with the range the replications give it.

The ranked places of a pillar are in thirds: leading, middle and last. Per replication the gap is the score of the place
that holds the last rank of the next better third, less the own score; a change of one indicator closes it when it
raises that indicator's score by gap / weight, at the weight used. Indicators whose value other ranked places share
(values of their country) are left out: changing one would move those places as well. A change is realistic when it
asks for no more than the best value any ranked place has today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from config.schema import TOTAL, Catalogue
from indicators.scores import Floats, Scores
from indicators.valued import Valued, valued

THIRDS = 3
SURE = 0.975  # as between two places: 39 of 40 replications
ENDS = (5.0, 95.0)  # percentiles of the printed range

Answer = Literal["unranked", "leading", "uncertain", "possible", "nothing"]


@dataclass(frozen=True)
class Change:
    """One indicator's change that would be enough, in its unit: as scored, and at both ends of the range.

    `beyond`: the upper end asks for more than the best value any ranked place has.
    """

    indicator: str
    value: float
    change: float
    low: float
    high: float
    beyond: bool


@dataclass(frozen=True)
class Step:
    """Where a place stands in thirds (0 leading to 2 last), and what would bring it into the next better one.

    `there` is the share of replications in which it is there already (for a place of the leading third, in which it
    is in it), `gap`, `low` and `high` the points of score it lacks. `answer`: "unranked"; "leading", there is no better
    third; "uncertain", when it is there already in more than one replication of 40; "possible", with the realistic
    changes, the easiest first; "nothing" realistic.
    """

    answer: Answer
    third: int | None = None
    there: float = 0.0
    gap: float = 0.0
    low: float = 0.0
    high: float = 0.0
    changes: tuple[Change, ...] = ()


class Thirds:
    """The steps of every place of one `Scores`, which is read once."""

    def __init__(self, scores: Scores, catalogue: Catalogue) -> None:
        self._scores, self._catalogue = scores, catalogue
        latest = scores.cells[scores.cells["latest"] & (scores.cells["group"] == TOTAL)]
        self._cells = {(cell.indicator, cell.ref_area): cell for cell in valued(latest)}
        ranked = scores.pillars[scores.pillars["rank"].notna()]
        self._ranked = {str(pillar): rows["ref_area"].tolist() for pillar, rows in ranked.groupby("pillar")}
        self._nominal = dict(
            zip(zip(ranked["pillar"], ranked["ref_area"], strict=True), ranked["score"].tolist(), strict=True)
        )
        columns = (scores.contributions[name].tolist() for name in ("pillar", "ref_area", "indicator", "weight"))
        self._weights: dict[tuple[str, str], dict[str, float]] = {}
        for pillar, place, indicator, weight in zip(*columns, strict=True):
            self._weights.setdefault((pillar, place), {})[indicator] = weight

    def step(self, place: str, pillar: str) -> Step:
        """Return the step of a place in a pillar; a place that is not ranked there has none."""
        ranked = self._ranked.get(pillar, [])
        if place not in ranked or len(ranked) < THIRDS:
            return Step("unranked")
        others = [other for other in ranked if other != place]
        own, better = self._nominal[pillar, place], sorted(self._nominal[pillar, other] for other in others)
        third = _third(1 + sum(score > own for score in better), len(ranked))
        last_rank = len(ranked) * max(third, 1) // THIRDS
        gaps = self._gaps(place, others, pillar, last_rank)
        there = float(np.mean(gaps <= 0))
        if third == 0:
            return Step("leading", third, there)
        low, high = (float(end) for end in np.percentile(gaps, ENDS))
        gap = (better[-last_rank] - own, low, high)
        if there > 1 - SURE:
            return Step("uncertain", third, there, *gap)
        changes = self._changes(place, pillar, ranked, gap)
        return Step("possible" if changes else "nothing", third, there, *gap, changes)

    def _gaps(self, place: str, others: Sequence[str], pillar: str, last_rank: int) -> Floats:
        """Return per replication the score that the last rank of the next third asks for, less the own one."""
        draws = self._scores.draws
        table = draws.pillars[:, :, draws.pillar_ids.index(pillar)]
        theirs = np.sort(table[:, [draws.place_ids.index(other) for other in others]], axis=1)
        return np.asarray(theirs[:, -last_rank] - table[:, draws.place_ids.index(place)])

    def _changes(
        self, place: str, pillar: str, ranked: Sequence[str], gap: tuple[float, float, float]
    ) -> tuple[Change, ...]:
        """Return the realistic changes, that which takes the smallest part of the room up to the best place first."""
        found = []
        for indicator, weight in self._weights.get((pillar, place), {}).items():
            own = self._cells[indicator, place]
            peers = [self._cells[indicator, other] for other in ranked if (indicator, other) in self._cells]
            room = max(cell.score for cell in peers) - own.score
            rises = [points / weight for points in gap]
            if rises[0] <= room and not _shared(own, peers):
                found.append((rises[0] / room, self._change(own, rises, room)))
        return tuple(change for _, change in sorted(found, key=lambda pair: pair[0]))

    def _change(self, own: Valued, rises: Sequence[float], room: float) -> Change:
        """Return rises of an indicator's score as changes of its value."""
        ends = self._catalogue.indicators[own.indicator].goalposts
        unit = (ends.best - ends.worst) / 100.0 if ends is not None else np.nan
        change, low, high = (rise * unit for rise in rises)
        return Change(own.indicator, own.obs_value, change, low, high, rises[2] > room)


def _third(rank: int, places: int) -> int:
    return next(third for third in range(THIRDS) if rank <= places * (third + 1) // THIRDS)


def _shared(own: Valued, peers: Sequence[Valued]) -> bool:
    return any(cell.area == own.area and cell.ref_area != own.ref_area for cell in peers)
