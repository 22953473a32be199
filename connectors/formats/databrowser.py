"""The Data Browser's XLSX download: a Summary and one sheet per combination of dimensions, labels instead of codes.

A sheet holds "Dataset:" with the table's code, one line per fixed dimension (label in A, value in C), a line that
starts with TIME and the periods, a line "CITIES (Labels)", then the areas: value and flag alternate. The table ends at
the first empty label; the legend that follows (":", "b", "d") looks like areas and is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from connectors.formats import CONFIDENTIALITY, FLAGS, TIME, VALUE, ShapeError, Table, number

AREA = "area label"
_CODE = re.compile(r"\[([a-z0-9_]+?)(?:__custom_\d+)?\]\s*$", re.IGNORECASE)
_Line = tuple[Any, ...]


def read(book: Workbook) -> list[Table]:
    """Return one table per sheet (the Summary left out), with labels for codes; raises ShapeError naming the sheet."""
    tables = [_sheet(sheet) for sheet in book.worksheets if sheet.title != "Summary"]
    if not tables:
        raise ShapeError("the workbook has no sheet beside 'Summary'")
    return tables


def _sheet(sheet: Worksheet) -> Table:
    lines = list(sheet.iter_rows(values_only=True))
    head = _find(lines, lambda cell: cell == "TIME")
    if head is None or head + 1 >= len(lines):
        raise ShapeError(f"{sheet.title!r} has no line that starts with 'TIME'")
    if not str(lines[head + 1][0] or "").endswith("(Labels)"):
        raise ShapeError(f"{sheet.title!r} has no line '... (Labels)' below 'TIME'")
    periods = _periods(sheet.title, lines[head])
    rows = pd.DataFrame(_records(sheet.title, lines[head + 2 :], periods), columns=[AREA, TIME, VALUE, FLAGS])
    fixed = _fixed(lines[:head])
    rows = rows.assign(**{**fixed, CONFIDENTIALITY: ""})
    rows[VALUE] = rows[VALUE].astype(float)
    return Table(rows, (*fixed, AREA), AREA, code=_table_code(sheet.title, lines), dense=True, labelled=True)


def _find(lines: list[_Line], wanted: Any) -> int | None:
    return next((position for position, line in enumerate(lines) if line and wanted(line[0])), None)


def _table_code(title: str, lines: list[_Line]) -> str:
    position = _find(lines, lambda cell: isinstance(cell, str) and cell.strip() == "Dataset:")
    match = _CODE.search(str(lines[position][1])) if position is not None and len(lines[position]) > 1 else None
    if match is None:
        raise ShapeError(f"{title!r} does not name its table behind 'Dataset:'")
    return match.group(1).lower()


def _fixed(lines: list[_Line]) -> dict[str, str]:
    """Return the sheet's fixed dimensions: label -> value, from the lines with A and C filled and B empty."""
    return {str(line[0]): str(line[2]) for line in lines if len(line) > 2 and line[0] and line[1] is None and line[2]}


def _periods(title: str, line: _Line) -> dict[str, int]:
    """Return period -> position of its value; the flag stands one to the right."""
    periods = {str(cell): position for position, cell in enumerate(line) if position and cell not in (None, "")}
    positions = list(periods.values())
    if positions != list(range(1, 2 * len(positions), 2)):
        raise ShapeError(f"{title!r}: period and flag columns do not alternate")
    return periods


def _records(title: str, lines: list[_Line], periods: dict[str, int]) -> Iterable[tuple[str, str, float | None, str]]:
    for line in lines:
        label = line[0]
        if label in (None, ""):
            return
        for period, position in periods.items():
            cell = line[position] if position < len(line) else None
            flags = line[position + 1] if position + 1 < len(line) else None
            yield str(label), period, _value(title, str(label), cell), str(flags or "")


def _value(title: str, label: str, cell: Any) -> float | None:
    if cell is None or isinstance(cell, str):
        return number(cell or "")
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise ShapeError(f"{title!r}, {label!r}: cell {cell!r} is not a number")
    return float(cell)
