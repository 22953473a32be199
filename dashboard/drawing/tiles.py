"""Tile map: one tile of equal size per municipality, five classes of one hue, hatched where there is no value."""

from __future__ import annotations

from dashboard.chart import Chart, Tile
from dashboard.drawing.ends import kept
from dashboard.drawing.marks import FULL, Box, Drawing, Label, Mark, place

TALL = 84.0
FEWEST_COLUMNS = 4  # as wide as the names of the municipalities of Brussels need
LEGEND = 4.8  # width of one class in the legend, per cent


def layout(chart: Chart) -> Drawing:
    """Return the tiles of a chart; the legend stands at the lower left, in a row of its own unless a tile is free."""
    columns = max(FEWEST_COLUMNS, *(tile.column + 1 for tile in chart.tiles))
    last = max(tile.row for tile in chart.tiles)
    below = any((tile.row, tile.column) == (last, 0) for tile in chart.tiles)
    rows = last + 1 + below
    marks = [mark for tile in chart.tiles for mark in _tile(tile, columns)]
    return Drawing(FULL, rows * TALL, (*marks, *_legend(chart, (rows - 1) * TALL)))


def _tile(tile: Tile, columns: int) -> list[Mark]:
    x, y = tile.column * 100 / columns, tile.row * TALL
    on = " on" if tile.step >= 4 else " halo" if tile.step == 0 else ""
    box = Box(f"tile tile-{tile.step}", x, y, 100 / columns, TALL, tip=tile.note, at=place(tile.row, tile.column))
    names: list[Mark] = [Label(t, x, y + 20 + 16 * i, dx=6, kind=f"tn{on}") for i, t in enumerate(tile.lines)]
    return [box, *names, Label(tile.value, x, y + 70, dx=6, kind=f"{'v' if tile.step else 'tn'}{on}")]


def _legend(chart: Chart, row: float) -> list[Mark]:
    top = row + 14
    marks: list[Mark] = [Label(chart.axis.symbol.strip(), 0, top + 4)]
    for i in range(len(chart.steps) + 1):
        marks.append(Box(f"tile-{i + 1}", round(i * LEGEND, 2), top + 14, LEGEND, 12))
    limits = [Label(text, round((i + 1) * LEGEND, 2), top + 40, "middle") for i, text in enumerate(chart.steps)]
    return [*marks, *kept(limits[::2] + limits[1::2], FULL)]
