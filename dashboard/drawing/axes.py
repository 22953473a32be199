"""Grid lines and their numbers along a horizontal scale, in the language of the chart."""

from __future__ import annotations

from dashboard.chart import Axis
from dashboard.drawing.ends import inside, kept
from dashboard.drawing.marks import Frame, Label, Line
from dashboard.i18n import Words
from dashboard.scale import decimals, percent, ticks


def across(
    axis: Axis, top: float, foot: float, baseline: float, lang: str, frame: Frame
) -> tuple[list[Line], tuple[Label, ...]]:
    """Return grid lines from `top` to `foot` and the labels below them; ends first, so that they survive."""
    values = ticks(axis.low, axis.high)
    words, places = Words(lang), decimals(values)
    lines = [Line("g", percent(axis, v), percent(axis, v), top, foot) for v in values]
    labels = [Label(words.number(v, places), percent(axis, v), baseline, inside(percent(axis, v))) for v in values]
    ordered = [labels[0], labels[-1], *labels[1:-1]] if len(labels) > 1 else labels
    return lines, kept(ordered, frame)
