"""Grid lines and their numbers along a horizontal scale, in the language of the chart."""

from __future__ import annotations

from functools import lru_cache

from dashboard.chart import Axis
from dashboard.drawing.ends import inside, kept
from dashboard.drawing.marks import Frame, Label, Line
from dashboard.i18n import Words
from dashboard.scale import decimals, percent, ticks

MILLION = 1_000_000  # from here on the numbers of a scale are written briefly


def tick_texts(values: tuple[float, ...], lang: str) -> list[str]:
    """Return the numbers of a scale's ticks, all with the same decimals, or briefly when one reaches a million."""
    words = Words(lang)
    if max(abs(value) for value in values) >= MILLION:
        return [words.brief(value) for value in values]
    places = decimals(values)
    return [words.number(value, places) for value in values]


@lru_cache(maxsize=2000)  # a scale is the same whichever place stands on it
def across(
    axis: Axis, top: float, foot: float, baseline: float, lang: str, frame: Frame
) -> tuple[tuple[Line, ...], tuple[Label, ...]]:
    """Return grid lines from `top` to `foot` and the labels below them; ends first, so that they survive."""
    values = ticks(axis.low, axis.high)
    lines = tuple(Line("g", percent(axis, v), percent(axis, v), top, foot) for v in values)
    at = [percent(axis, value) for value in values]
    labels = [Label(text, x, baseline, inside(x)) for text, x in zip(tick_texts(values, lang), at, strict=True)]
    ordered = [labels[0], labels[-1], *labels[1:-1]] if len(labels) > 1 else labels
    return lines, kept(ordered, frame)
