"""Two places on one scale, a row per indicator: hero filled, peer hollow, the bar between dashed without a verdict."""

from __future__ import annotations

from dashboard.chart import Chart, Point, Series
from dashboard.drawing.marks import FALL, Box, Dot, Drawing, Label, Line, Mark, place
from dashboard.drawing.text import shortened, width
from dashboard.scale import percent

EACH, MIDDLE = 42.0, 26.0  # height of a row, and of its dots in it
GRID = (0, 25, 50, 75, 100)
NEAR = 2.5  # per cent of the scale below which two dots cover each other
ROOM_LEFT, ROOM_RIGHT = 236.0, 160.0  # for a label and a verdict beside the drawing, in pixels
ROOM_NARROW = 290.0  # for both above it


def layout(chart: Chart) -> Drawing:
    """Return the rows of a chart from top to bottom; each series holds the hero's point, then the peer's.

    A row with one point is drawn with it alone, and x of a point tells whose it is: 0 the hero's, 1 the peer's.
    """
    foot = len(chart.series) * EACH + 4
    marks: list[Mark] = [Line("g", x, x, 0, foot) for x in GRID]
    for i, series in enumerate(chart.series):
        marks += [*_marks(chart, series, i), *_labels(series, i * EACH)]
    marks += [Label("0", 0, foot + 18), Label("50", 50, foot + 18, "middle"), Label("100", 100, foot + 18, "end")]
    return Drawing(FALL, foot + 20, tuple(marks))


def _marks(chart: Chart, series: Series, row: int) -> list[Mark]:
    top, out = row * EACH, list[Mark]()
    if len(series.points) == 2:
        one, two = (percent(chart.axis, point.y) for point in series.points)
        kind = "p" if series.told_apart else "faint"
        out.append(Line(kind, one, two, top + MIDDLE, top + MIDDLE, dashed=not series.told_apart))
    out += [box for point in series.points for box in _interval(chart, point, top)]
    return [*out, *_dots(chart, series, row)]


def _dots(chart: Chart, series: Series, row: int) -> list[Dot]:
    """The peer below the hero: a ring beside it, or a wider one around it where they would cover each other."""
    at = {point.x: percent(chart.axis, point.y) for point in series.points}
    y, near = row * EACH + MIDDLE, len(at) == 2 and abs(at[0] - at[1]) < NEAR
    return [
        Dot("h", at[0], y, 6.5, tip=point.note, at=place(row, at[0]))
        if point.x == 0
        else Dot("po", at[point.x], y, 9 if near else 5, tip=point.note, at=place(row, at[point.x]))
        for point in sorted(series.points, key=lambda point: -point.x)
    ]


def _interval(chart: Chart, point: Point, top: float) -> list[Mark]:
    if point.low is None or point.high is None:
        return []
    a, b = sorted((percent(chart.axis, point.low), percent(chart.axis, point.high)))
    hero = point.x == 0
    y, tall = (top + MIDDLE + 7, 3) if hero else (top + MIDDLE + 11, 2)
    return [Box("iv" if hero else "pr", a, y, round(max(b - a, 0.4), 2), tall)]


def _labels(series: Series, top: float) -> list[Mark]:
    bold = "b" if series.told_apart else ""
    fits = width(series.name, bold=bool(bold)) <= ROOM_LEFT
    name = shortened(series.name if fits else series.label or series.name, ROOM_LEFT, bold=bool(bold))
    verdict = shortened(series.value, ROOM_RIGHT, bold=bool(bold))
    narrow = Label(verdict, 100, top + 14, "end", kind=f"{bold} halo".strip(), only="s")
    left, right, _, _ = narrow.span(ROOM_NARROW)
    brief = shortened(series.label or series.name, ROOM_NARROW - (right - left) - 12, bold=bool(bold))
    return [
        Label(name, 0, top + MIDDLE + 4, "end", -16, bold, only="l"),
        Label(verdict, 100, top + MIDDLE + 4, dx=16, kind=bold, only="l"),
        Label(brief, 0, top + 14, kind=f"{bold} halo".strip(), only="s"),
        narrow,
    ]
