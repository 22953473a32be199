"""The numbers a chart, page or briefing shows, each by its meaning: of what, which place, period and quantity.

Two snapshots that draw the same address are compared by these keys, so a comparison is as wide as what is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from dashboard import charts
from dashboard.chart import Chart, Series
from dashboard.charts.context import at_time
from dashboard.lookup import OVERALL, Cell
from dashboard.pages.indicator import line_and_rank
from dashboard.pages.visit import Visit
from dashboard.selection import AddressError

Quantity = Literal[
    "value", "score", "rank", "range", "interval", "contribution", "weight", "median", "middle", "compared", "times"
]
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)
MEDIAN = "median"
Ends = tuple[float, ...]  # one number, or the two ends of a range


@dataclass(frozen=True)
class Key:
    """What a drawn number means: `thing` an indicator, a pillar or "overall"; `place` a place, a rank or the median."""

    thing: str
    place: str
    period: str
    quantity: Quantity


@dataclass
class Drawn:
    """The numbers that are drawn, the printed names of those places the catalogue does not name, and open spans."""

    numbers: dict[Key, Ends] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def put(self, key: Key, *numbers: float | None) -> None:
        """Keep the numbers of a key; one that lacks a number is not drawn."""
        known = tuple(number for number in numbers if number is not None)
        if len(known) == len(numbers):
            self.numbers[key] = known


def of_chart(visit: Visit, chart: Chart | None, thing: str = "") -> Drawn:
    """Return the numbers of one chart of an address; none where there is nothing to draw."""
    drawn, thing = Drawn(), thing or visit.address.slug or OVERALL
    if chart is None:
        return drawn
    if chart.view in ("strip", "waterfall", "histogram"):
        _scores(visit, drawn, chart, thing)
    else:
        _values(visit, drawn, chart, thing)
    _marks(drawn, chart, thing)
    return drawn


def of_page(visit: Visit) -> Drawn:
    """Return the numbers of a page that can be pinned: an indicator, a pillar, or the briefing."""
    address, catalogue = visit.address, visit.edition.catalogue
    parts: list[Drawn] = []
    if address.kind == "indicator":
        parts = [of_chart(visit, chart) for chart in _both(visit)]
    elif address.kind == "pillar":
        parts = [_pillar(visit, address.slug), _own_values(visit, address.slug, peers=True)]
    elif address.kind == "brief":
        parts = [of_chart(visit, histogram(visit), OVERALL)]
        for pillar in catalogue.pillars:
            parts += [_pillar(visit, pillar), _own_values(visit, pillar, peers=False)]
    whole = Drawn()
    for part in parts:
        whole.numbers |= part.numbers
        whole.names |= part.names
    return whole


def histogram(visit: Visit) -> Chart | None:
    """Return the chart of overall ranks; None where the place is not ranked."""
    standing = visit.lookup.standing(OVERALL, visit.hero)
    ranked = standing is not None and standing.rank is not None
    return charts.overall_histogram(*visit.common, hero=visit.hero) if ranked else None


def cell_numbers(cell: Cell) -> Mapping[Quantity, tuple[float | None, ...]]:
    """Return the quantities of one value that may be drawn."""
    return {"value": (cell.value,), "score": (cell.score,), "interval": (cell.lower, cell.upper)}


def _both(visit: Visit) -> tuple[Chart | None, Chart | None]:
    """The line and the ranking; none in a time in which this edition has no value."""
    try:
        return line_and_rank(visit, visit.edition.catalogue.indicators[visit.address.slug])
    except AddressError:
        return None, None


def _pillar(visit: Visit, pillar: str) -> Drawn:
    whole = of_chart(visit, charts.pillar_strip(*visit.common, pillar, hero=visit.hero), pillar)
    made = of_chart(visit, charts.pillar_waterfall(*visit.common, pillar, hero=visit.hero), pillar)
    whole.numbers |= made.numbers
    return whole


def _own_values(visit: Visit, pillar: str, *, peers: bool) -> Drawn:
    """The values that count of every indicator of a pillar, of the hero or of everyone on its strip."""
    drawn = Drawn()
    places = [visit.hero, *(place.id for place in visit.edition.peers)] if peers else [visit.hero]
    for indicator in visit.edition.catalogue.indicators.values():
        for place in places if indicator.pillar == pillar else ():
            cell = visit.lookup.cell(indicator.id, place)
            if cell is not None:
                drawn.put(Key(indicator.id, place, cell.period, "value"), cell.value)
                if place == visit.hero:
                    drawn.put(Key(indicator.id, place, cell.period, "interval"), cell.lower, cell.upper)
    return drawn


def _values(visit: Visit, drawn: Drawn, chart: Chart, thing: str) -> None:
    """Points of places: their value at a period, the interval drawn at it, the rank beside it and the score below."""
    lined = chart.view == "line"
    counted = at_time(visit.lookup, thing, [s.id for s in chart.series], visit.address.selection.time)
    for series in chart.series:
        drawn.names[series.id] = series.name
        by_year = {cell.year: cell for cell in visit.lookup.series(thing, series.id)}
        for point in series.points:
            cell = by_year.get(int(point.x)) if lined else counted.get(series.id)
            period = cell.period if cell else f"{point.x:.0f}" if lined else ""
            quantity: Quantity = "median" if series.role == MEDIAN else "value"
            drawn.put(Key(thing, series.id, period, quantity), point.y)
            drawn.put(Key(thing, series.id, period, "interval"), point.low, point.high)
            if cell and chart.view == "rank":
                drawn.put(Key(thing, series.id, period, "score"), cell.score)
        _rank(drawn, series, thing)


def _rank(drawn: Drawn, series: Series, thing: str) -> None:
    ends = [part for part in series.rank.split("\u2013") if part.isdigit()]
    if ends:
        drawn.put(Key(thing, series.id, "", "rank"), float(ends[0]), float(ends[-1]))


def _scores(visit: Visit, drawn: Drawn, chart: Chart, thing: str) -> None:
    shown = [visit.hero] if chart.view != "strip" else [series.id for series in chart.series]
    for place in shown:
        row = visit.lookup.standing(thing, place)
        if row is None:
            continue
        if chart.view != "histogram":
            drawn.put(Key(thing, place, "", "score"), row.score)
            drawn.put(Key(thing, place, "", "range"), row.low, row.high)
        if chart.view != "waterfall":
            drawn.put(Key(thing, place, "", "rank"), row.rank_low, row.rank_high)
            drawn.put(Key(thing, "", "", "compared"), row.places)
    if chart.view == "histogram":
        for bar in chart.bars:
            drawn.put(Key(thing, bar.id, "", "times"), bar.end)
    if chart.view == "waterfall":
        for part in visit.lookup.parts(thing, visit.hero):
            drawn.put(Key(part.indicator, visit.hero, "", "score"), part.score)
            drawn.put(Key(part.indicator, visit.hero, "", "weight"), 100 * part.weight)
            drawn.put(Key(part.indicator, visit.hero, "", "contribution"), part.contribution)


def _marks(drawn: Drawn, chart: Chart, thing: str) -> None:
    """The peers' median and middle half; a target or limit is no number of a place, and a range has its own key."""
    for mark in chart.marks:
        if mark.kind == "median":
            drawn.put(Key(thing, MEDIAN, "", "median"), mark.value)
        if mark.kind == "middle":
            drawn.put(Key(thing, MEDIAN, "", "middle"), mark.value, mark.until)


def in_edition(visit: Visit, newer: Visit, chart: Chart | None = None) -> Visit:
    """Return `newer` in the view of `chart`, without chosen places that its catalogue does not have."""
    known = newer.edition.catalogue.places
    kept = tuple(place for place in visit.address.selection.places if place in known)
    view = "rank" if chart is not None and chart.view in ("rank", "strip") else None
    view = view or visit.address.selection.view
    return replace(newer, address=newer.address.choosing(places=kept, view=view))
