"""Charts of one indicator's latest value: its strip on the goalposts, its sparkline, and its last two values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from config.schema import Catalogue, Indicator
from dashboard.chart import Axis, Chart, Key, Mark, Point, Series, Table
from dashboard.charts.context import Context, at_time, median_of, middle_half, valued
from dashboard.charts.periods import expected
from dashboard.i18n import Words
from dashboard.lookup import Cell
from dashboard.scale import nice
from indicators.change import Judgement, judge
from indicators.scores import Scores


def indicator_strip(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, hero: str | None = None
) -> Chart | None:
    """Return the latest values on the indicator's goalposts (or on their own range); None without any value."""
    ask = Context.of(scores, catalogue, words, hero)
    indicator = ask.indicator(indicator_id)
    cells = ask.once_each(at_time(ask.read, indicator_id, ask.compared(), None))
    if not cells:
        return None
    peers = [c.value or 0.0 for p, c in cells.items() if p != ask.hero]
    return Chart(
        id=f"strip-{indicator_id}", view="strip", axis=_axis(ask, indicator, [c.value or 0.0 for c in cells.values()]),
        lang=words.lang, pillar=ask.pillar(indicator), title=_title(ask, indicator, cells.get(ask.hero)),
        subtitle=subtitle(ask, indicator, cells.get(ask.hero)),
        description=_description(ask, indicator, cells.get(ask.hero), peers, len(cells)),
        series=_series(ask, indicator, cells), marks=_marks(ask, indicator, peers), ends=_ends(ask, indicator),
        key=strip_key(ask), source=ask.source(indicator), badge=ask.level(indicator),
        table=_table(ask, indicator, cells),
    )  # fmt: skip


def strip_key(ask: Context) -> tuple[Key, ...]:
    """Return what the marks of a strip of values mean."""
    words = ask.words
    return (
        Key("hero", ask.name(ask.hero)), Key("interval", words("its 95% interval")),
        Key("peer", words("peer city-region")), Key("middle", words("middle half of the cities")),
        Key("median", words("middle city")), Key("target", words("target, where one is set")),
    )  # fmt: skip


def subtitle(ask: Context, indicator: Indicator, cell: Cell | None) -> str:
    """Return unit, level and period of a value, and which direction is better."""
    parts = [indicator.unit.in_(ask.lang), ask.level(indicator), ask.period(indicator, cell) if cell else ""]
    return f"{', '.join(part for part in parts if part)}. {ask.better(indicator)}".strip()


def _axis(ask: Context, indicator: Indicator, values: list[float]) -> Axis:
    ends = indicator.goalposts
    symbol = indicator.symbol.in_(ask.lang)
    if ends is None:
        low, high = nice(min(values), max(values))
        return Axis(low, high, indicator.better, symbol, indicator.decimals)
    better = "higher" if ends.best > ends.worst else "lower"
    low, high = sorted((ends.worst, ends.best))
    return Axis(low, high, "higher" if better == "higher" else "lower", symbol, indicator.decimals)


def _ends(ask: Context, indicator: Indicator) -> tuple[str, str]:
    ends = indicator.goalposts
    return (ask.value(indicator, ends.worst), ask.value(indicator, ends.best)) if ends else ("", "")


def _title(ask: Context, indicator: Indicator, cell: Cell | None) -> str:
    label, place = ask.label(indicator), ask.subject(indicator, ask.hero)
    if cell is None:
        return ask.words("{label}: no value for {place}", label=label, place=place)
    value, year = ask.value(indicator, cell.value or 0.0), ask.period(indicator, cell)
    if cell.score is None:
        return ask.words("{label}: {place} {value} in {year}", label=label, place=place, value=value, year=year)
    return ask.words("{label}: {place} {value} in {year}, score {score}", label=label, place=place, value=value,
                     year=year, score=ask.words.number(cell.score))  # fmt: skip


def _description(ask: Context, indicator: Indicator, cell: Cell | None, peers: list[float], count: int) -> str:
    words, parts = ask.words, []
    if cell is not None and cell.score is not None:
        parts.append(
            words(
                "Score {score} of 100 among {count} {count:country|countries}.",
                score=words.number(cell.score),
                count=count,
            )
            if indicator.scheme == "country"
            else words(
                "Score {score} of 100 among {count} {count:city-region|city-regions}.",
                score=words.number(cell.score),
                count=count,
            )
        )
    if peers:
        parts.append(words("Middle {median}, from {low} to {high}.",
                           median=ask.value(indicator, median_of(peers)), low=ask.value(indicator, min(peers)),
                           high=ask.value(indicator, max(peers))))  # fmt: skip
    span = ask.interval(indicator, cell) if cell else ""
    parts.append(words("95% interval {span}.", span=span) if span else words("No interval is published."))
    return " ".join(parts)


def _series(ask: Context, indicator: Indicator, cells: dict[str, Cell]) -> tuple[Series, ...]:
    peers = sorted((p for p in cells if p != ask.hero), key=lambda p: cells[p].value or 0.0)
    named = {peers[0], peers[-1]} if peers and indicator.goalposts is None else set()
    out = []
    for place, cell in cells.items():
        series = ask.once(("strip", indicator.id, place), partial(_peer, ask, indicator, cell))
        if place in named:
            series = replace(series, label=f"{series.name} {ask.brief(indicator, cell.value or 0.0)}")
        if place == ask.hero:
            point = replace(series.points[0], low=cell.lower, high=cell.upper)
            series = replace(series, role="hero", points=(point,))
        out.append(series)
    return tuple(out)


def _peer(ask: Context, indicator: Indicator, cell: Cell) -> Series:
    value, name = ask.value(indicator, cell.value or 0.0), ask.short(indicator, cell.place)
    note = ask.reading(f"{name}, {ask.period(indicator, cell)}", value, ask.interval(indicator, cell))
    return Series(cell.place, name, "peer", (Point(0, cell.value or 0.0, note=note),), value=value)


def _marks(ask: Context, indicator: Indicator, peers: list[float]) -> tuple[Mark, ...]:
    marks = []
    if len(peers) > 1:
        lower, upper = middle_half(peers)
        centre = median_of(peers)
        marks += [Mark("middle", lower, until=upper),
                  Mark("median", centre, ask.middle(indicator, ask.value(indicator, centre)))]  # fmt: skip
    return (*marks, *target(ask, indicator))


def target(ask: Context, indicator: Indicator) -> tuple[Mark, ...]:
    """Return the target of an indicator as a mark, named; nothing where none is set."""
    ends = indicator.goalposts
    if ends is None or ends.target is None:
        return ()
    value = ask.brief(indicator, ends.target)
    name = ends.target_label.in_(ask.lang) if ends.target_label else ask.words("target")
    return (Mark("target", ends.target, ask.said(name, value), short=ask.words("target {value}", value=value)),)


def references(ask: Context, indicator: Indicator) -> tuple[Mark, ...]:
    """Return the target, then every limit of an indicator as a named mark; nothing where none is set."""
    limits = tuple(
        Mark("limit", limit.value, ask.said(limit.label.in_(ask.lang), ask.words.number(limit.value, limit.decimals)))
        for limit in indicator.limits
    )
    return (*target(ask, indicator), *limits)


def reference_key(words: Words, marks: Sequence[Mark]) -> tuple[Key, ...]:
    """Return what the dashed lines of those marks are: the target, limits, or both; nothing where there is no line."""
    kinds = {mark.kind for mark in marks} & {"target", "limit"}
    if not kinds:
        return ()
    label = (
        words("target") if kinds == {"target"} else words("limits") if kinds == {"limit"} else words("target, limits")
    )
    return (Key("limit", label),)


def _table(ask: Context, indicator: Indicator, cells: dict[str, Cell]) -> Table:
    places = sorted(cells, key=lambda p: -(cells[p].value or 0.0))
    words = ask.words
    rows = tuple(ask.once(("strip row", indicator.id, p), partial(_row, ask, indicator, cells[p])) for p in places)
    header = (words("Place"), words("Value"), words("95% interval"), words("Year"))
    return Table(ask.label(indicator), header, rows, places.index(ask.hero) if ask.hero in places else None)


def _row(ask: Context, indicator: Indicator, cell: Cell) -> tuple[str, ...]:
    value, span = ask.value(indicator, cell.value or 0.0), ask.interval(indicator, cell)
    return ask.short(indicator, cell.place), value, span, ask.period(indicator, cell)


def indicator_spark(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, hero: str | None = None
) -> Chart | None:
    """Return the hero's values over time, broken where a period is missing; None with fewer than two values."""
    ask = Context.of(scores, catalogue, words, hero)
    indicator = ask.indicator(indicator_id)
    cells = valued(ask.read.series(indicator_id, ask.hero))
    drawn = len(cells) > 1 and indicator.comparable != "none" and ask.hero not in indicator.other_unit
    return _small(ask, indicator, cells, "spark") if drawn else None


def indicator_slope(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, hero: str | None = None
) -> Chart | None:
    """Return the two values of the hero between which a change is judged; None without two, and across a break."""
    ask = Context.of(scores, catalogue, words, hero)
    indicator = ask.indicator(indicator_id)
    cells = {cell.period: cell for cell in ask.read.series(indicator_id, ask.hero)}
    found = judged(ask, indicator, list(cells.values()))
    if found is None or found.first is None or found.reason == "break":
        return None
    return _small(ask, indicator, [cells[found.first.period], cells[found.last.period]], "slope", found.told)


def judged(ask: Context, indicator: Indicator, cells: Sequence[Cell]) -> Judgement | None:
    """Return what may be said of a series, at the one level of every change; None where it holds no value."""
    return judge([cell.dated for cell in cells], indicator.window_years, ask.catalogue.method.list_level)


def _small(ask: Context, indicator: Indicator, cells: list[Cell], view: str, told: bool | None = None) -> Chart:
    words, name = ask.words, ask.subject(indicator, ask.hero)
    said = [ask.said(ask.period(indicator, c), ask.value(indicator, c.value or 0.0)) for c in cells]
    points = tuple(
        Point(
            float(c.year), c.value or 0.0, c.lower if view == "slope" else None, c.upper if view == "slope" else None, t
        )
        for c, t in zip(cells, said, strict=True)
    )
    rows = tuple((ask.period(indicator, c), ask.value(indicator, c.value or 0.0)) for c in cells)
    return Chart(
        id=f"{view}-{indicator.id}", view="slope" if view == "slope" else "spark", axis=Axis(0, 1, indicator.better),
        lang=ask.lang, pillar=ask.pillar(indicator),
        title=words("{label}: {place} over time", label=ask.label(indicator), place=name),
        subtitle=subtitle(ask, indicator, None), description=words("; ").join(said),
        series=(Series(ask.hero, name, "hero", points, told_apart=told),),
        periods=() if view == "slope" else expected(ask.read, indicator),
        source=ask.source(indicator), badge=ask.level(indicator),
        table=Table(ask.label(indicator), (words("Year"), words("Value")), rows),
    )  # fmt: skip
