"""One square for each value, a block of columns for each year: filled, or a dashed outline, with a dot or without."""

from __future__ import annotations

from itertools import groupby

from dashboard.chart import Chart, Square
from dashboard.drawing.ends import kept
from dashboard.drawing.marks import FULL, Box, Dot, Drawing, Label, Line, Mark, place

TALL, APART = 18.0, 4.0  # of a square, and the distance to the next one above it, in pixels
FEWEST_ROWS, MOST_COLUMNS = 3, 13
BETWEEN = 1.1  # two years stand so far apart, as a share of a column
FILLED = 0.84  # share of a column that a square takes
BELOW = 24.0  # for the line below the squares and the years


def layout(chart: Chart) -> Drawing:
    """Return the squares of a chart, filled column by column from below; recent years have a line and a bold name."""
    years = [(year, list(held)) for year, held in groupby(chart.squares, key=lambda square: square.year)]
    rows = _rows([len(held) for _, held in years])
    blocks = [-(-len(held) // rows) for _, held in years]
    column = 100 / (sum(blocks) + BETWEEN * max(0, len(blocks) - 1) or 1)
    foot = rows * (TALL + APART)
    marks: list[Mark] = []
    labels: list[Label] = []
    at = 0.0
    for (year, held), columns in zip(years, blocks, strict=True):
        marks += [mark for i, square in enumerate(held) for mark in _square(square, i, rows, at, column)]
        right = at + (columns - 1 + FILLED) * column
        recent = held[0].recent
        marks.append(Line("ml" if recent else "ax", round(at, 2), round(right, 2), foot + 2.5, foot + 2.5))
        labels.append(Label(str(year), round((at + right) / 2, 2), foot + 18, "middle", kind="b" if recent else ""))
        at += (columns + BETWEEN) * column
    ordered = [labels[0], labels[-1], *labels[1:-1]] if len(labels) > 1 else labels
    return Drawing(FULL, foot + BELOW, (*marks, *kept(ordered, FULL)))


def _rows(counts: list[int]) -> int:
    """So many rows that the columns of all years fit beside each other; a year too many is drawn narrower."""
    rows = FEWEST_ROWS
    while sum(-(-count // rows) for count in counts) > max(MOST_COLUMNS, len(counts)):
        rows += 1
    return rows


def _square(square: Square, at: int, rows: int, left: float, column: float) -> list[Mark]:
    x, row = left + at // rows * column, at % rows
    y = (rows - 1 - row) * (TALL + APART) + APART
    kind = f"so so-{square.pillar}" if square.outlined else f"sq-{square.pillar}"
    walk = place(rows - 1 - row, round(x, 2))
    box = Box(kind, round(x, 2), y, round(FILLED * column, 2), TALL, round=2, tip=square.note, at=walk)
    if not square.dotted:
        return [box]
    dot = f"sq-{square.pillar}" if square.outlined else "sd"
    return [box, Dot(dot, round(x + FILLED * column / 2, 2), y + TALL / 2, 3)]
