"""Layout: a chart model becomes marks on a drawing, one module per view, the same for pages and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboard.chart import Chart, View
from dashboard.drawing import dots, histogram, line, pair, rank, small, squares, strip, tiles, waterfall
from dashboard.drawing.marks import SMALL, Drawing

LAYOUTS: Mapping[View, Callable[[Chart], Drawing]] = {
    "line": line.layout,
    "rank": rank.layout,
    "strip": strip.layout,
    "row": strip.row,
    "spark": small.spark,
    "slope": small.slope,
    "histogram": histogram.layout,
    "waterfall": waterfall.layout,
    "dots": dots.layout,
    "map": tiles.layout,
    "pair": pair.layout,
    "squares": squares.layout,
    "words": lambda _: Drawing(SMALL, 0, ()),  # nothing to draw: its title and cautions say why
}


def layout(chart: Chart) -> Drawing:
    """Return the marks of a chart, placed; ValueError when the chart lacks what its view draws."""
    return LAYOUTS[chart.view](chart)
