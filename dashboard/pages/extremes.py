"""The strongest and the weakest indicator of a place in a pillar: against its peers, never against the goalposts."""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Indicator
from dashboard import sentences
from dashboard.pages.order import gap
from dashboard.pages.visit import Visit


@dataclass(frozen=True)
class Extreme:
    """An indicator, by how many points of score the place is ahead of the median of its peers on it, and how sure.

    `tested` is False where no margin of error is published, so that the distance is that of two bare figures.
    """

    indicator: Indicator
    gap: float
    tested: bool


def extremes(visit: Visit, pillar: str) -> tuple[Extreme, Extreme] | None:
    """Return the indicators furthest ahead of the median of the peers and furthest behind it; None with fewer than two.

    Left out is what may not be compared between places, and a value of the place that the catalogue flags as odd.
    """
    found = [
        extreme
        for indicator in visit.edition.catalogue.scored(pillar)
        if indicator.comparable == "places" and visit.hero not in indicator.flags
        if (extreme := _extreme(visit, indicator)) is not None
    ]
    if len(found) < 2:
        return None
    found.sort(key=lambda extreme: extreme.gap)
    return found[-1], found[0]


def noun(visit: Visit, indicator: Indicator) -> str:
    """Return what a high score of an indicator is good at, as a sentence says it; its short name where it has none."""
    return (indicator.noun or indicator.label_short).in_(visit.words.lang)


def points(visit: Visit, extreme: Extreme) -> tuple[str, str]:
    """Return the distance in points of score, and a remark where no margin of error is published."""
    return visit.words.signed(extreme.gap), "" if extreme.tested else visit.words("no margin of error")


def finding(visit: Visit, pillar: str) -> str:
    """Return the heading of a pillar's page: on what the place is strongest and weakest, and how sure that is."""
    words, name, found = visit.words, visit.pillar(pillar), extremes(visit, pillar)
    if found is None:
        return name
    said = sentences.pillar_finding(words, name, *(noun(visit, end.indicator) for end in found))
    untested = tuple(not end.tested for end in found)
    if untested == (True, True):
        return words("{finding}; no margin of error is published for either", finding=said)
    if True in untested:
        bare = noun(visit, found[untested.index(True)].indicator)
        return words("{finding}; no margin of error is published for {name}", finding=said, name=bare)
    return said


def _extreme(visit: Visit, indicator: Indicator) -> Extreme | None:
    cell = visit.lookup.cell(indicator.id, visit.hero)
    distance = gap(visit, indicator, cell) if cell and cell.latest else None
    return Extreme(indicator, distance, cell.has_interval) if cell and distance is not None else None
