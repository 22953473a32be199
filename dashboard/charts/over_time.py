"""The line of an indicator: hero with its interval, chosen peers, the median, limits, gaps left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from config.schema import Catalogue, Indicator
from dashboard.chart import Axis, Chart, Gap, Key, Mark, Point, Role, Series, Table
from dashboard.charts.cautions import Shown, of_indicator, with_cautions
from dashboard.charts.context import Context, Time, median_of, valued
from dashboard.charts.periods import expected, gaps
from dashboard.charts.values import judged, reference_key, references
from dashboard.i18n import Words
from dashboard.lookup import Cell
from dashboard.scale import nice
from indicators.scores import Scores

USUAL_PEERS = 4  # so many peers are drawn when none is chosen
MEDIAN_SHARE = 2 / 3  # of the default places must have a value for a median to stand in a year


def indicator_line(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, places: Sequence[str] = (),
    hero: str | None = None, time: Time = None,
) -> Chart | None:  # fmt: skip
    """Return an indicator over the years of `time`; None where neither the hero nor a chosen peer has two values.

    Where places may not be compared only the hero is drawn, unless places are named; then it is drawn with one value
    too, since there is no ranking to show instead, and None means that nobody asked for has any.
    """
    ask = Context.of(scores, catalogue, words, hero)
    indicator = ask.indicator(indicator_id)
    found, asked = _drawn(ask, indicator, places, time)
    alone = indicator.comparable != "places"
    if max((len(cells) for cells in found.values()), default=0) < (1 if alone else 2):
        return None
    periods = _spanned(expected(ask.read, indicator), found)
    middle = _median(ask, indicator, periods)
    marks = references(ask, indicator)
    own = found.get(ask.hero, [])
    open_years = _told(ask, periods, gaps(periods, [float(c.year) for c in own], words("no value")))
    chart = Chart(
        id=f"line-{indicator_id}",
        view="line",
        lang=words.lang,
        pillar=ask.pillar(indicator),
        axis=_axis(ask, indicator, found, middle, marks),
        title=finding(ask, indicator, own),
        subtitle=_subtitle(ask, indicator, found),
        description=_description(ask, indicator, found, middle, marks, periods, open_years),
        series=_series(ask, indicator, found, middle),
        marks=marks,
        gaps=open_years,
        periods=periods,
        subject=ask.subject(indicator, ask.hero),
        source=ask.source(indicator),
        badge=ask.level(indicator),
        key=_key(ask, indicator, own, found, middle, open_years, marks),
        table=_table(ask, indicator, found, dict(middle)),
    )
    newest, drawn = {p: cells[-1] for p, cells in found.items()}, [cell for cells in found.values() for cell in cells]
    gone = [p for p in asked if p not in found]
    shown = Shown(newest, drawn, gone, beside=alone and len(found) > bool(own))
    return with_cautions(ask, chart, of_indicator(ask, indicator, shown))


def indicator_words(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, hero: str | None = None
) -> Chart | None:
    """Return why nothing is drawn where places may not be compared and the hero has no value; None for the others."""
    ask = Context.of(scores, catalogue, words, hero)
    indicator = ask.indicator(indicator_id)
    if indicator.comparable == "places":
        return None
    chart = Chart(
        id=f"words-{indicator_id}", view="words", axis=Axis(0, 1), lang=words.lang, pillar=ask.pillar(indicator),
        title=finding(ask, indicator, ()), subtitle=f"{indicator.unit.in_(ask.lang)}, {ask.level(indicator)}.",
        description=finding(ask, indicator, ()), subject=ask.subject(indicator, ask.hero),
        source=ask.source(indicator), badge=ask.level(indicator),
    )  # fmt: skip
    return with_cautions(ask, chart, of_indicator(ask, indicator, Shown({}, (), (ask.hero,))))


def _drawn(
    ask: Context, indicator: Indicator, places: Sequence[str], time: Time
) -> tuple[dict[str, list[Cell]], tuple[str, ...]]:
    """The values of the places that are drawn, one a territory, and the places that were asked for."""
    usual = usual_peers(ask) if indicator.comparable == "places" else ()
    asked = tuple(dict.fromkeys((ask.hero, *(places or usual))))
    known = [p for p in asked if p not in indicator.other_unit]
    found = {p: _inside(valued(ask.read.series(indicator.id, p)), time) for p in known}
    found = {p: cells for p, cells in found.items() if cells}
    leads = ask.sharing({p: cells[-1] for p, cells in found.items()})
    wanted = (ask.hero, *places) if places else (ask.hero,)
    return {p: cells for p, cells in found.items() if p in leads}, wanted


def usual_peers(ask: Context) -> tuple[str, ...]:
    """Return the first default places of other countries, one per country, in the order of the catalogue."""
    seen = {ask.catalogue.places[ask.hero].country}
    out: list[str] = []
    for place in ask.ranked():
        if place.country not in seen and len(out) < USUAL_PEERS:
            seen.add(place.country)
            out.append(place.id)
    return tuple(out)


def finding(ask: Context, indicator: Indicator, own: Sequence[Cell]) -> str:
    """Return what the hero's values allow to say of their change, in one short sentence."""
    label, place, words = ask.label(indicator), ask.subject(indicator, ask.hero), ask.words
    found = judged(ask, indicator, own)
    if found is None:
        return words("{label}: no value for {place}", label=label, place=place)
    if indicator.comparable == "none":
        return words("{label}, {place}: values that compare neither places nor years", label=label, place=place)
    years = {cell.period: ask.period(indicator, cell) for cell in own}
    last, first = found.last, found.first
    value, year = ask.value(indicator, last.value), years[last.period]
    if first is None:
        return words("{label}: {place} {value} in {year}", label=label, place=place, value=value, year=year)
    before, after = ask.apart(indicator, first.value, last.value)
    said = {"label": label, "place": place, "a": before, "x": years[first.period], "b": after}
    return words(_FINDINGS[found.word, found.reason], y=year, count=found.points, **said)


_FINDINGS = {
    ("rose", ""): "{label}, {place}: up from {a} in {x} to {b} in {y}",
    ("fell", ""): "{label}, {place}: down from {a} in {x} to {b} in {y}",
    ("cannot_tell", "within_error"): "{label}, {place}: {a} in {x}, {b} in {y}; no clear change",
    (
        "cannot_tell",
        "no_trend",
    ): "{label}, {place}: {a} in {x}, {b} in {y}; no clear trend over {count} {count:value|values}",
    (
        "not_compared",
        "no_interval",
    ): "{label}, {place}: {a} in {x}, {b} in {y}; no margin of error is published, so the change is not judged",
    ("not_compared", "break"): "{label}, {place}: {a} in {x}, {b} in {y}; the series breaks in between, so the change "
    "is not judged",
}


def _told(ask: Context, periods: tuple[float, ...], found: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """The gaps with the words read at them: which years have no value."""
    return tuple(replace(gap, note=ask.said(_years(ask, periods, gap), gap.reason)) for gap in found)


def _years(ask: Context, periods: tuple[float, ...], gap: Gap) -> str:
    inside = [f"{period:.0f}" for period in periods if gap.start < period < gap.end]
    return ask.words.span(inside[0], inside[-1])


def _inside(cells: list[Cell], time: Time) -> list[Cell]:
    first, last = time or (None, None)
    return [c for c in cells if (first or 0) <= c.year <= (last or 9999)]


def _spanned(periods: tuple[float, ...], found: dict[str, list[Cell]]) -> tuple[float, ...]:
    years = [c.year for cells in found.values() for c in cells]
    return tuple(p for p in periods if min(years) <= p <= max(years))


def _median(ask: Context, indicator: Indicator, periods: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """The median of the default places, each territory once, in years in which enough of them have a value."""
    if indicator.comparable != "places":
        return ()
    values: dict[float, dict[str, float]] = {}
    for place in (p.id for p in ask.ranked()):
        for cell in valued(ask.read.series(indicator.id, place)):
            values.setdefault(float(cell.year), {})[cell.area] = cell.value or 0.0
    enough = MEDIAN_SHARE * _counted(ask, indicator)
    return tuple((y, median_of(values[y].values())) for y in periods if len(values.get(y, ())) >= enough)


def _counted(ask: Context, indicator: Indicator) -> int:
    """How many territories the default places are: cities, or the countries they lie in."""
    places = ask.ranked()
    return len({place.areas.get(indicator.scheme, place.id) for place in places})


def _axis(
    ask: Context,
    indicator: Indicator,
    found: dict[str, list[Cell]],
    middle: tuple[tuple[float, float], ...],
    marks: tuple[Mark, ...],
) -> Axis:
    values = [v for cells in found.values() for c in cells for v in (c.value, c.lower, c.upper) if v is not None]
    values += [v for _, v in middle] + [m.value for m in marks]
    low, high = nice(min(values), max(values))
    return Axis(low, high, indicator.better, indicator.symbol.in_(ask.lang), indicator.decimals)


def _series(
    ask: Context, indicator: Indicator, found: dict[str, list[Cell]], middle: tuple[tuple[float, float], ...]
) -> tuple[Series, ...]:
    out = []
    for place, cells in found.items():
        role: Role = "hero" if place == ask.hero else "peer"
        value = ask.brief(indicator, cells[-1].value or 0.0)
        points = tuple(_point(ask, indicator, c, role) for c in cells)
        name = ask.short(indicator, place)
        out.append(Series(place, name, role, points, label=name, value=value))
    if middle:
        name = ask.middle(indicator)
        points = tuple(Point(y, v, note=ask.reading(f"{y:.0f}, {name}", ask.value(indicator, v))) for y, v in middle)
        out.append(Series("median", name, "median", points, label=name, value=ask.brief(indicator, middle[-1][1])))
    return tuple(out)


def _point(ask: Context, indicator: Indicator, cell: Cell, role: Role) -> Point:
    name = f"{ask.period(indicator, cell)}, {ask.subject(indicator, cell.place)}"
    note = ask.reading(name, ask.value(indicator, cell.value or 0.0), ask.interval(indicator, cell))
    low, high = (cell.lower, cell.upper) if role == "hero" else (None, None)
    return Point(float(cell.year), cell.value or 0.0, low, high, note)


def _subtitle(ask: Context, indicator: Indicator, found: dict[str, list[Cell]]) -> str:
    years = [c.year for cells in found.values() for c in cells]
    span = ask.words.span(str(min(years)), str(max(years)))
    return f"{indicator.unit.in_(ask.lang)}, {ask.level(indicator)}, {span}. {ask.better(indicator)}".strip()


def _description(
    ask: Context,
    indicator: Indicator,
    found: dict[str, list[Cell]],
    middle: tuple[tuple[float, float], ...],
    marks: tuple[Mark, ...],
    periods: tuple[float, ...],
    open_years: tuple[Gap, ...],
) -> str:
    words, parts = ask.words, []
    for place, cells in found.items():
        shown = cells if place == ask.hero else cells[-1:]
        values = words("; ").join(
            ask.said(ask.period(indicator, c), ask.value(indicator, c.value or 0.0)) for c in shown
        )
        parts.append(f"{ask.subject(indicator, place)} {values}.")
    if middle:
        parts.append(
            words("Middle {value} in {year}.", value=ask.value(indicator, middle[-1][1]), year=f"{middle[-1][0]:.0f}")
        )
    parts += [f"{mark.label}." for mark in marks]
    if open_years:
        years = [_years(ask, periods, gap) for gap in open_years]
        parts.append(words("No value for {years}.", years=words.listing(years)))
    return " ".join(parts)


def _key(
    ask: Context,
    indicator: Indicator,
    own: list[Cell],
    found: dict[str, list[Cell]],
    middle: tuple[tuple[float, float], ...],
    open_years: tuple[Gap, ...],
    marks: tuple[Mark, ...],
) -> tuple[Key, ...]:
    words, count = ask.words, _counted(ask, indicator)
    middle_of, peer = (
        words("middle of the {count} {count:city-region|city-regions}", count=count),
        words("peer city-region"),
    )
    if indicator.scheme == "country":
        middle_of, peer = (
            words("middle of the {count} {count:country|countries}", count=count),
            words("country of a peer"),
        )
    wanted = (
        (bool(own), Key("hero_line", ask.subject(indicator, ask.hero))),
        (any(c.has_interval for c in own), Key("band", words("its 95% interval"))),
        (len(found) > bool(own), Key("peer_line", peer)),
        (bool(middle), Key("median_line", middle_of)),
        *((True, key) for key in reference_key(words, marks)),
        (bool(open_years), Key("gap", words("no value"))),
    )  # fmt: skip
    return tuple(key for shown, key in wanted if shown)


def _table(ask: Context, indicator: Indicator, found: dict[str, list[Cell]], middle: dict[float, float]) -> Table:
    """Years down, newest first; places across, the hero first with its interval, the median last."""
    words = ask.words
    years = sorted({*(c.year for cells in found.values() for c in cells), *map(int, middle)}, reverse=True)
    by_year = {p: {c.year: c for c in cells} for p, cells in found.items()}
    interval = any(c.has_interval for c in found.get(ask.hero, ()))
    header = [words("Year")]
    for place in found:
        header.append(ask.subject(indicator, place))
        if place == ask.hero and interval:
            header.append(words("95% interval"))
    rows = [_cells(ask, indicator, by_year, year, interval) for year in years]
    if middle:
        header.append(ask.middle(indicator))
        for year, row in zip(years, rows, strict=True):
            row.append(ask.plain(indicator, middle[year]) if year in middle else words("no value"))
    return Table(ask.label(indicator), tuple(header), tuple(map(tuple, rows)), hero=None)


def _cells(
    ask: Context, indicator: Indicator, by_year: dict[str, dict[int, Cell]], year: int, interval: bool
) -> list[str]:
    row = [next((ask.period(indicator, cells[year]) for cells in by_year.values() if year in cells), str(year))]
    for place, cells in by_year.items():
        cell = cells.get(year)
        row.append(ask.plain(indicator, cell.value or 0.0) if cell else ask.words("no value"))
        if place == ask.hero and interval:
            row.append(ask.interval(indicator, cell) if cell else "")
    return row
