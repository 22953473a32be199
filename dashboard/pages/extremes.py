"""The strongest and the weakest indicator of a place in a pillar: against its peers, never against the goalposts."""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Indicator
from dashboard.pages.order import gap
from dashboard.pages.visit import Visit


@dataclass(frozen=True)
class Extreme:
    """An indicator and by how many points of score the place is ahead of the median of its peers on it."""

    indicator: Indicator
    gap: float


def extremes(visit: Visit, pillar: str) -> tuple[Extreme, Extreme] | None:
    """Return the indicators furthest ahead of the median of the peers and furthest behind it; None with fewer than two.

    Left out is what may not be compared between places, and a value of the place that the catalogue flags as odd.
    """
    found = [
        Extreme(indicator, distance)
        for indicator in visit.edition.catalogue.scored(pillar)
        if indicator.comparable and visit.hero not in indicator.flags
        if (distance := _distance(visit, indicator)) is not None
    ]
    if len(found) < 2:
        return None
    found.sort(key=lambda extreme: extreme.gap)
    return found[-1], found[0]


def noun(visit: Visit, indicator: Indicator) -> str:
    """Return what a high score of an indicator is good at, as a sentence says it; its short name where it has none."""
    return (indicator.noun or indicator.label_short).in_(visit.words.lang)


def _distance(visit: Visit, indicator: Indicator) -> float | None:
    cell = visit.lookup.cell(indicator.id, visit.hero)
    return gap(visit, indicator, cell) if cell and cell.latest else None
