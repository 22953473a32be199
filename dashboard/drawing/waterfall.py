"""How a score is made: one step per indicator, the grey box is what it could have given, the sum is the last bar."""

from __future__ import annotations

from dashboard.chart import Bar, Chart
from dashboard.drawing.marks import FALL, Box, Drawing, Label, Line, Mark, place
from dashboard.drawing.text import shortened, width
from dashboard.scale import percent

EACH, TOP, TALL = 42.0, 20.0, 16.0
GRID = (0, 25, 50, 75, 100)
ROOM_LEFT, ROOM_NARROW = 236.0, 226.0  # for a label, in pixels


def layout(chart: Chart) -> Drawing:
    """Return the steps of a chart from top to bottom; the last bar is the sum and carries the range."""
    foot = len(chart.bars) * EACH + 4
    marks: list[Mark] = [Line("g", x, x, 0, foot) for x in GRID]
    for i, bar in enumerate(chart.bars):
        if i < len(chart.bars) - 2:
            x = percent(chart.axis, bar.end)
            marks.append(Line("ax", x, x, i * EACH + TOP, (i + 1) * EACH + TOP + TALL, only="l"))
        marks += _step(chart, bar, i)
    marks += [Label("0", 0, foot + 18), Label("50", 50, foot + 18, "middle"), Label("100", 100, foot + 18, "end")]
    return Drawing(FALL, foot + 20, tuple(marks))


def _step(chart: Chart, bar: Bar, row: int) -> list[Mark]:
    top, tip = row * EACH, bar.note or f"{bar.label}: {bar.value}"
    start, end = percent(chart.axis, bar.start), percent(chart.axis, bar.end)
    marks: list[Mark] = []
    if bar.could is not None:
        marks.append(Box("md", start, top + TOP, round(percent(chart.axis, bar.could) - start, 2), TALL))
    marks.append(Box("hb", start, top + TOP, round(end - start, 2), TALL, tip=tip, at=place(0, row)))
    if bar.hero:
        marks += [
            _range(chart, m.value, m.until, top) for m in chart.marks if m.kind == "range" and m.until is not None
        ]
    return [*marks, *_labels(bar, top)]


def _range(chart: Chart, low: float, high: float | None, top: float) -> Box:
    a, b = percent(chart.axis, low), percent(chart.axis, high if high is not None else low)
    return Box("iv", min(a, b), top + TOP + TALL + 6, round(abs(b - a), 2), 4, round=2)


def _labels(bar: Bar, top: float) -> list[Mark]:
    kind, size = ("hl", 13) if bar.hero else ("", 12)
    fits = width(bar.label, size, bar.hero) <= ROOM_LEFT
    wide = shortened(bar.label if fits else bar.short or bar.label, ROOM_LEFT, size, bar.hero)
    narrow = shortened(bar.short or bar.label, ROOM_NARROW, size, bar.hero)
    detail = f"{bar.detail} " if bar.detail else ""
    return [
        Label(wide, 0, top + 32, "end", -16, kind, only="l"),
        Label(detail, 100, top + 32, "end", 170, strong=bar.value, only="l"),
        Label(narrow, 0, top + 14, kind=f"{kind} halo".strip(), only="s"),
        Label(bar.value, 100, top + 14, "end", kind=f"{kind or 'b'} halo", only="s"),
    ]
