"""Places as dots on one line, the two extremes named above or, for want of room, below; the reference as a stroke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.chart import Chart, reading
from dashboard.drawing.axes import across
from dashboard.drawing.ends import inside, kept
from dashboard.drawing.marks import FULL, Anchor, Dot, Drawing, Label, Line, Mark, Only, place
from dashboard.scale import percent

HEIGHT, TOP, FOOT, MIDDLE = 76.0, 16.0, 56.0, 36.0
ABOVE, BELOW = 10.0, 54.0  # baselines of names
_SHIFT: Mapping[Anchor, float] = {"start": -5.0, "end": 5.0, "middle": 0.0}  # a name begins at the edge of its dot


def layout(chart: Chart) -> Drawing:
    """Return the dots of a chart whose series hold one point each; series with a label are named."""
    grid, words = across(chart.axis, TOP, FOOT, 72, chart.lang, FULL)
    drawn = [s for s in chart.series if s.points]
    dots: list[Mark] = [
        Dot("dot", (x := percent(chart.axis, s.points[0].y)), MIDDLE, 5.5, tip=reading(s, s.points[0]), at=place(0, x))
        for s in drawn
    ]
    return Drawing(FULL, HEIGHT, (*grid, *words, *dots, *_references(chart), *_names(chart)))


def _references(chart: Chart) -> list[Mark]:
    at = [(percent(chart.axis, m.value), m.label) for m in chart.marks if m.kind == "median"]
    return [Line("m", x, x, TOP + 4, FOOT - 4, tip=label, at=place(0, x)) for x, label in at]


def _names(chart: Chart) -> tuple[Label, ...]:
    named = [(percent(chart.axis, s.points[0].y), s.label) for s in chart.series if s.label and s.points]
    labels = [Label(text, x, ABOVE, _turned(x), _SHIFT[_turned(x)], "b") for x, text in named]
    for mark in chart.marks:
        if mark.kind == "median":
            x = percent(chart.axis, mark.value)
            labels.append(Label(mark.short or mark.label, x, ABOVE, inside(x)))
    placed: list[Label] = []
    for label in labels:
        above = kept([label], FULL, placed)
        placed += [*above, *_below(label, above, placed)]
    return tuple(placed)


def _below(label: Label, above: Sequence[Label], placed: Sequence[Label]) -> Sequence[Label]:
    """The same name below the dots, at the widths at which it found no room above them."""
    without: dict[Only, Only] = {"l": "s", "s": "l"}
    if above and not above[0].only:
        return ()
    only = without[above[0].only] if above and above[0].only else ""
    return kept([replace(label, y=BELOW, kind=f"{label.kind} halo".strip(), only=only)], FULL, placed)


def _turned(x: float) -> Anchor:
    """A municipality's name is long: it is turned inwards well before the end of the line."""
    return "start" if x < 25 else "end" if x > 75 else "middle"
