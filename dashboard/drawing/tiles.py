"""Tile map: one tile of equal size per municipality, five classes of one hue, hatched where there is no value."""

from __future__ import annotations

from dashboard.chart import Chart, Tile
from dashboard.drawing.ends import kept
from dashboard.drawing.marks import FULL, Box, Drawing, Label, Mark, place

COLUMNS, ROWS, TALL = 4, 5, 84.0
LEGEND = 4.8  # width of one class in the legend, per cent


def layout(chart: Chart) -> Drawing:
    """Return the tiles of a chart; the legend stands in the empty corner at the lower left."""
    marks = [mark for tile in chart.tiles for mark in _tile(tile)]
    return Drawing(FULL, ROWS * TALL, (*marks, *_legend(chart)))


def _tile(tile: Tile) -> list[Mark]:
    x, y = tile.column * 100 / COLUMNS, tile.row * TALL
    on = " on" if tile.step >= 4 else " halo" if tile.step == 0 else ""
    box = Box(f"tile tile-{tile.step}", x, y, 100 / COLUMNS, TALL, tip=tile.note, at=place(tile.row, tile.column))
    names: list[Mark] = [Label(t, x, y + 20 + 16 * i, dx=6, kind=f"tn{on}") for i, t in enumerate(tile.lines)]
    return [box, *names, Label(tile.value, x, y + 70, dx=6, kind=f"{'v' if tile.step else 'tn'}{on}")]


def _legend(chart: Chart) -> list[Mark]:
    top = (ROWS - 1) * TALL + 14
    marks: list[Mark] = [Label(chart.axis.symbol.strip(), 0, top + 4)]
    for i in range(len(chart.steps) + 1):
        marks.append(Box(f"tile-{i + 1}", round(i * LEGEND, 2), top + 14, LEGEND, 12))
    limits = [Label(text, round((i + 1) * LEGEND, 2), top + 40, "middle") for i, text in enumerate(chart.steps)]
    return [*marks, *kept(limits[::2] + limits[1::2], FULL)]
