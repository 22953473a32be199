"""Values over time: one hero, grey peers, its interval as a band, missing years hatched on the axis."""

from __future__ import annotations

from dashboard.chart import Axis, Chart, Point, Series
from dashboard.drawing.axes import tick_texts
from dashboard.drawing.labels import FEW, HERO_SIZE, curve_labels, early_labels, end_labels, year_labels
from dashboard.drawing.marks import (
    LINE,
    LINE_FAR,
    LINE_WIDE,
    LINE_WIDE_FAR,
    WIDE_FACE,
    Box,
    Curve,
    Dot,
    Drawing,
    Frame,
    Label,
    Line,
    Mark,
    place,
)
from dashboard.drawing.plot import FOOT, Plot
from dashboard.drawing.runs import split
from dashboard.drawing.text import width
from dashboard.scale import ticks

HEIGHT = FOOT + 26
CLASSES = {"hero": "hl-line", "peer": "p", "faint": "p faint", "median": "ml"}
NARROW_TICK = 22.0  # widest number that fits the usual left margin of a narrow frame
NARROW_VALUE = 48.0  # widest value that fits its usual right margin and the 8 px that every page leaves beside it


def layout(chart: Chart) -> Drawing:
    """Return the lines of a chart; x of its points are years, y is in the unit of its axis."""
    if not any(s.points for s in chart.series):
        raise ValueError(f"chart {chart.id!r}: a line needs at least one value")
    plot = Plot.of(chart)
    grid, numbers = _grid(chart)
    frame = _frame(chart, numbers)
    marks: list[Mark] = [*grid, *numbers, *_limits(chart), *_gaps(chart, plot), *_lines(chart, plot)]
    return Drawing(frame, HEIGHT, (*marks, *_labels(chart, plot, frame, numbers)))


def _frame(chart: Chart, numbers: list[Label]) -> Frame:
    value = width(chart.hero.value, HERO_SIZE, bold=True) if chart.hero else 0
    far = value * WIDE_FACE > NARROW_VALUE
    if max(width(label.text) for label in numbers) > NARROW_TICK:
        return LINE_WIDE_FAR if far else LINE_WIDE
    return LINE_FAR if far else LINE


def _grid(chart: Chart) -> tuple[list[Line], list[Label]]:
    values = ticks(chart.axis.low, chart.axis.high)
    lines = [Line("g" if i else "ax", 0, 100, down(chart.axis, v), down(chart.axis, v)) for i, v in enumerate(values)]
    texts = tick_texts(values, chart.lang)
    labels = [Label(t, 0, down(chart.axis, v) + 4, "end", -6) for t, v in zip(texts, values, strict=True)]
    return lines, labels


def down(axis: Axis, value: float) -> float:
    """Return the height in pixels of a value."""
    return Plot.down_on(axis, value)


def _limits(chart: Chart) -> list[Line]:
    marks = [m for m in chart.marks if m.kind in ("target", "limit")]
    return [Line("tl", 0, 100, down(chart.axis, m.value), down(chart.axis, m.value), tip=m.label) for m in marks]


def _gaps(chart: Chart, plot: Plot) -> list[Mark]:
    out: list[Mark] = []
    for gap in chart.gaps:
        a, b = plot.along(gap.start), plot.along(gap.end)
        at = place(_row(chart, chart.hero), (gap.start + gap.end) / 2) if chart.hero else ""
        out.append(Box("gap", a, FOOT - 7, round(b - a, 2), 7, tip=gap.note or gap.reason, at=at))
    return out


def _lines(chart: Chart, plot: Plot) -> list[Mark]:
    order = {"faint": 0, "peer": 1, "median": 2, "hero": 3}
    marks: list[Mark] = []
    for series in sorted(chart.series, key=lambda s: order[s.role]):
        marks += _series(chart, plot, series)
    return marks


def _series(chart: Chart, plot: Plot, series: Series) -> list[Mark]:
    runs = split(series.points, chart.periods, chart.gaps if series.role == "hero" else ())
    long = tuple(tuple(plot.at(p) for p in run) for run in runs if len(run) > 1)
    marks: list[Mark] = [
        Curve("bd", area, closed=True) for area in [_band(plot, runs)] if area and series.role == "hero"
    ]
    if long:
        marks.append(Curve(CLASSES[series.role], long))
    alone = [run[0] for run in runs if len(run) == 1]
    kind, size = ("hb", 4.5) if series.role == "hero" else ("pd", 2.5)
    row = _row(chart, series)
    for point in alone:
        marks += _error(plot, point, series)
        if series.role != "hero" or point != series.points[-1]:  # the hero's last value has a mark of its own
            marks.append(_dot(plot, kind, size, series, point, row))
    return [*marks, *_dots(plot, series, alone, row)]


def _row(chart: Chart, series: Series) -> int:
    return chart.series.index(series)


def _dots(plot: Plot, series: Series, alone: list[Point], row: int) -> list[Mark]:
    """The last value of the hero as its mark; the others as small dots where few, else only to be pointed at."""
    *before, last = series.points or (None,)
    if last is None or series.role == "faint":
        return []
    kind = {"hero": "hb", "median": "mo"}.get(series.role, "pd")
    shown = kind if len(series.points) <= FEW else "hit"
    size = 5.0 if shown == "hit" else 3.0 if series.role == "hero" else 2.0
    out: list[Mark] = [_dot(plot, shown, size, series, p, row) for p in before if p and p not in alone]
    if series.role == "hero":
        return [*out, _dot(plot, "h", 6, series, last, row)]
    return [*out, *([] if last in alone else [_dot(plot, shown, size, series, last, row)])]


def _dot(plot: Plot, kind: str, size: float, series: Series, point: Point, row: int) -> Dot:
    return Dot(kind, *plot.at(point), size, tip=point.note or series.name, at=place(row, point.x))


def _error(plot: Plot, point: Point, series: Series) -> list[Mark]:
    """The interval of a value without neighbours as a stroke, when it is the hero's."""
    if series.role != "hero" or point.low is None or point.high is None:
        return []
    top = plot.down(point.high)
    return [Box("bd", plot.along(point.x), top, 6, max(1.0, plot.down(point.low) - top), dx=-3, pixels=True)]


def _band(plot: Plot, runs: tuple[tuple[Point, ...], ...]) -> tuple[tuple[tuple[float, float], ...], ...]:
    areas = []
    for run in runs:
        known = [p for p in run if p.low is not None and p.high is not None]
        if len(known) > 1:
            upper = [(plot.along(p.x), plot.down(p.high if p.high is not None else p.y)) for p in known]
            lower = [(plot.along(p.x), plot.down(p.low if p.low is not None else p.y)) for p in reversed(known)]
            areas.append((*upper, *lower))
    return tuple(areas)


def _labels(chart: Chart, plot: Plot, frame: Frame, numbers: list[Label]) -> list[Mark]:
    years = year_labels(chart, plot, frame)
    ends = end_labels(chart, plot)
    named = curve_labels(chart, plot, frame, [*numbers, *years, *ends])
    early = early_labels(chart, plot, frame, [*numbers, *years, *ends, *named])
    return [*named, *early, *years, *ends]
