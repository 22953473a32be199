"""Ranking: one row per place, better to the right, intervals as bars, hollow where it cannot be told from the hero.

A second point of a row is what it is compared with: a small hollow mark below the first.
"""

from __future__ import annotations

from dashboard.chart import Chart, Mark, Series, reading
from dashboard.drawing import marks as m
from dashboard.drawing.axes import across
from dashboard.drawing.ends import inside, kept
from dashboard.drawing.marks import BARS, Box, Dot, Drawing, Label, Line, place
from dashboard.drawing.text import shortened
from dashboard.scale import percent

ROW, FIRST = 22.0, 47.0  # height of a row; middle of the first
NAME_ROOM, NOTE_ROOM = 100.0, 50.0
RANK_AT = 58.0  # where the column of ranks begins, right of the plot


def layout(chart: Chart) -> Drawing:
    """Return the rows of a chart in its order; a series without a point is a row that says why."""
    foot = FIRST + ROW * len(chart.series) - 11
    grid, numbers = across(chart.axis, 36, foot, foot + 16, chart.lang, BARS)
    rows = [mark for i, s in enumerate(chart.series) for mark in _row(chart, s, i)]
    shade = [b for i, s in enumerate(chart.series) if s.role == "hero" for b in _shade(FIRST + ROW * i - 11)]
    head = [Label(chart.ends[1], 100, 28, dx=RANK_AT, only="l")] if any(s.rank for s in chart.series) else []
    head += [Label(chart.ends[0], 100, 28, dx=104, only="l")] if chart.ends[0] else []
    return Drawing(BARS, foot + 20, (*shade, *grid, *numbers, *_references(chart, foot), *head, *rows))


def _shade(top: float) -> list[m.Mark]:
    """The hero's row is shaded beside the plot, never under a mark."""
    boxes = [(0.0, -84, 84, ""), (0.0, -112, 40, "l"), (100.0, 0, 44, ""), (100.0, 40, 112, "l")]
    return [
        Box("q", x, top, wide, ROW, dx=dx, pixels=True, only="l" if only == "l" else "") for x, dx, wide, only in boxes
    ]


def _references(chart: Chart, foot: float) -> list[m.Mark]:
    """Lines of targets, limits and the median; names that would touch are left out, their lines keep them as tips."""
    out: list[m.Mark] = []
    names: list[Label] = []
    for mark in (mark for mark in chart.marks if mark.kind in ("target", "limit")):
        x = percent(chart.axis, mark.value)
        out.append(Line("tl", x, x, 36, foot, tip=mark.label))
        names += _named(mark, x, 28)
    for mark in (mark for mark in chart.marks if mark.kind == "median"):
        x = percent(chart.axis, mark.value)
        out.append(Line("m rest", x, x, 16, foot, tip=mark.label))
        names += _named(mark, x, 10)
    return [*out, *kept(names, BARS)]


def _named(mark: Mark, x: float, y: float) -> list[Label]:
    if not mark.short or mark.short == mark.label:
        return [Label(mark.label, x, y, inside(x))]
    return [Label(mark.label, x, y, inside(x), only="l"), Label(mark.short, x, y, inside(x), only="s")]


def _row(chart: Chart, series: Series, row: int) -> list[m.Mark]:
    y = FIRST + ROW * row
    bold = "b" if series.role == "hero" else ""
    name = Label(shortened(series.name, NAME_ROOM, bold=bool(bold)), 0, y + 4, "end", -10, bold, only="l")
    brief = Label(shortened(series.name, 74, bold=bool(bold)), 0, y + 4, "end", -10, bold, only="s")
    names = [name, brief] if name.text != brief.text else [Label(name.text, 0, y + 4, "end", -10, bold)]
    if not series.points:
        return [*names, Label(series.label, 1, y + 4, kind="missing")]
    value = Label(series.value, 100, y + 4, "end", 40, bold)
    rank = [Label(series.rank, 100, y + 4, dx=RANK_AT, kind=bold, only="l")] if series.rank else []
    note = [Label(shortened(series.label, NOTE_ROOM), 100, y + 4, dx=104, only="l")] if series.label else []
    return [*_marks(chart, series, row), *names, value, *rank, *note]


def _marks(chart: Chart, series: Series, row: int) -> list[m.Mark]:
    y, point, hero = FIRST + ROW * row, series.points[0], series.role == "hero"
    out: list[m.Mark] = []
    if point.low is not None and point.high is not None:
        a, b = sorted((percent(chart.axis, point.low), percent(chart.axis, point.high)))
        tall = 4 if hero else 2
        out.append(Box("iv" if hero else "pr", a, y - tall / 2, round(b - a, 2), tall))
    for other in series.points[1:]:
        out.append(Dot("po", percent(chart.axis, other.y), y, 4, tip=other.note, at=place(0, row + 0.5)))
    kind = "h" if hero else "po" if chart.hollow(series) else "pd"
    x, size = percent(chart.axis, point.y), 6.5 if hero else 4
    return [*out, Dot(kind, x, y, size, tip=reading(series, point), at=place(0, row))]
