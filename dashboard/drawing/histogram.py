"""Histogram of ranks: how often a place came out where, worst rank left; the range is a bar below the axis."""

from __future__ import annotations

from dashboard.chart import Chart
from dashboard.drawing.ends import kept
from dashboard.drawing.marks import FULL, Box, Drawing, Label, Line, Mark, place

HEIGHT, FOOT, TALLEST = 112.0, 74.0, 70.0


def layout(chart: Chart) -> Drawing:
    """Return the bars of a chart in their order; `end` of a bar is its height, labels stand below where given."""
    if not chart.bars:
        raise ValueError(f"chart {chart.id!r}: a histogram needs bars")
    each = 100 / len(chart.bars)
    most = max(bar.end for bar in chart.bars) or 1.0
    bars: list[Mark] = []
    for i, bar in enumerate(chart.bars):
        tall = max(1.0, round(TALLEST * bar.end / most, 1))
        box = Box("hb" if bar.hero else "pr", round(i * each + 0.05 * each, 2), FOOT - tall, round(0.9 * each, 2), tall)
        bars.append(Box(box.kind, box.x, box.y, box.width, box.height, tip=bar.value, at=place(0, i)))
    words = [Label(chart.ends[0], 0, 108), Label(chart.ends[1], 100, 108, "end")]
    return Drawing(FULL, HEIGHT, (*bars, Line("ax", 0, 100, 74.5, 74.5), *_ticks(chart, each), *words, *_range(chart)))


def _ticks(chart: Chart, each: float) -> tuple[Label, ...]:
    last = len(chart.bars) - 1
    labels = []
    for i, bar in enumerate(chart.bars):
        if bar.label:
            x = round((i + 0.5) * each, 2)
            labels.append(Label(bar.label, x, 90, "start" if i == 0 else "end" if i == last else "middle"))
    ends = [label for label in labels if label.anchor != "middle"]
    return kept([*ends, *(label for label in labels if label.anchor == "middle")], FULL)


def _range(chart: Chart) -> list[Mark]:
    """A range is given in the ranks of the axis: a bar from the outer edge of one to the outer edge of the other."""
    out: list[Mark] = []
    count = len(chart.bars)
    for mark in chart.marks:
        if mark.kind == "range" and mark.until is not None:
            best, worst = sorted((mark.value, mark.until))
            left, right = (count - worst) / count * 100, (count - best + 1) / count * 100
            out.append(Box("hb", round(left, 2), 100, round(right - left, 2), 4, round=2, tip=mark.label))
    return out
