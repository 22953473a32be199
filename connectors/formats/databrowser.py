"""The Data Browser's XLSX download: a Summary and one sheet per combination of dimensions, labels instead of codes.

A sheet holds "Dataset:" with the table's code, one line per fixed dimension (label in A, value in C), a line that
starts with TIME and the periods, a line "CITIES (Labels)", then the areas: value and flag alternate. The table ends at
the first empty label; the legend that follows (":", "b", "d") looks like areas and is not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from connectors.formats import CONFIDENTIALITY, FLAGS, TIME, VALUE, ShapeError, Table, number

AREA = "area label"
HEAD = 12  # rows that hold a sheet's fixed dimensions
_CODE = re.compile(r"\[([a-z0-9_]+?)(?:__custom_\d+)?\]\s*$", re.IGNORECASE)
_Row: TypeAlias = tuple[Any, ...]


def is_wanted(head: Sequence[_Row], labels: Collection[str]) -> bool:
    """Return whether a sheet that begins with these rows is about one of the labels (a measure in its own wording)."""
    return not set(_fixed(head).values()).isdisjoint(labels)


def read(sheets: Mapping[str, Sequence[_Row]]) -> list[Table]:
    """Return one table per sheet, with labels for codes; raises ShapeError naming the sheet."""
    if not sheets:
        raise ShapeError("no sheet is about a declared measure; compare the labels in config with the Summary")
    return [_sheet(title, rows) for title, rows in sheets.items()]


def _sheet(title: str, lines: Sequence[_Row]) -> Table:
    head = _find(lines, "TIME")
    if head is None or head + 1 >= len(lines):
        raise ShapeError(f"{title!r} has no line that starts with 'TIME'")
    if not str(_cell(lines[head + 1], 0)).endswith("(Labels)"):
        raise ShapeError(f"{title!r} has no line '... (Labels)' below 'TIME'")
    periods = _periods(title, lines[head])
    rows = pd.DataFrame(_records(title, lines[head + 2 :], periods), columns=[AREA, TIME, VALUE, FLAGS])
    fixed = _fixed(lines[:head])
    rows = rows.assign(**{**fixed, CONFIDENTIALITY: ""})
    rows[VALUE] = rows[VALUE].astype(float)
    return Table(rows, (*fixed, AREA), AREA, code=_table_code(title, lines), dense=True, labelled=True)


def _cell(line: _Row, position: int) -> Any:
    """Return a cell, "" for an empty one: a row ends with its last filled cell."""
    cell = line[position] if position < len(line) else None
    return "" if cell is None else cell


def _find(lines: Sequence[_Row], wanted: str) -> int | None:
    return next((i for i, line in enumerate(lines) if str(_cell(line, 0)).strip() == wanted), None)


def _table_code(title: str, lines: Sequence[_Row]) -> str:
    position = _find(lines, "Dataset:")
    match = _CODE.search(str(_cell(lines[position], 1))) if position is not None else None
    if match is None:
        raise ShapeError(f"{title!r} does not name its table behind 'Dataset:'")
    return match.group(1).lower()


def _fixed(lines: Sequence[_Row]) -> dict[str, str]:
    """Return the sheet's fixed dimensions: label -> value, from the lines with A and C filled and B empty."""
    triples = [(_cell(line, 0), _cell(line, 1), _cell(line, 2)) for line in lines]
    return {str(a): str(c) for a, b, c in triples if a and not b and c and a != "TIME"}


def _periods(title: str, line: _Row) -> dict[str, int]:
    """Return period -> position of its value; the flag stands one to the right."""
    periods = {str(cell): position for position, cell in enumerate(line) if position and cell not in (None, "")}
    if not periods or list(periods.values()) != list(range(1, 2 * len(periods), 2)):
        raise ShapeError(f"{title!r}: period and flag columns do not alternate behind 'TIME'")
    return periods


def _records(
    title: str, lines: Sequence[_Row], periods: Mapping[str, int]
) -> Iterable[tuple[str, str, float | None, str]]:
    for line in lines:
        label = str(_cell(line, 0))
        if not label:
            return  # what follows is the legend
        for period, position in periods.items():
            value = _value(title, label, _cell(line, position))
            yield label, period, value, str(_cell(line, position + 1))


def _value(title: str, label: str, cell: Any) -> float | None:
    if isinstance(cell, str):
        return number(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise ShapeError(f"{title!r}, {label!r}: cell {cell!r} is not a number")
    return float(cell)
