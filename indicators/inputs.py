"""The values table: one row a place (and period), one column an indicator, group or denominator; checked on reading.

Columns: `uCode` (place), optional `uName` and `Time` (period), then the codes of the framework. Cells are numbers,
empty where missing, except in group columns, which hold text. Columns the framework does not name are reported.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indicators.framework import Framework
from indicators.tables import LARGEST, SMALLEST, AnalysisError, Floats, Table, as_columns, is_missing, listed, number

if TYPE_CHECKING:
    import pandas as pd

PLACE, NAME, PERIOD = "uCode", "uName", "Time"


@dataclass(frozen=True)
class Inputs:
    """Raw `indicators` and `denominators` (same rows), `groups` by code (one text a row), place `names`.

    `ignored` lists the columns that the framework does not name.
    """

    indicators: Table
    denominators: Table
    groups: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    ignored: tuple[str, ...] = ()


def read_csv(path: Path) -> dict[str, list[object]]:
    """Return the columns of a CSV file as text, exactly as written; raises AnalysisError naming file and line.

    Numbers are converted later with `float`, which reads 17 significant digits without loss.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.reader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise AnalysisError(f"{path}: cannot be read: {error}") from error
    if not rows or not rows[0]:
        raise AnalysisError(f"{path}: is empty; it needs a header line and one line a place or code")
    header = rows[0]
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if twice:
        raise AnalysisError(f"{path}: column {listed(twice)} occurs more than once")
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise AnalysisError(f"{path}: line {line} has {len(row)} cells, the header has {len(header)}")
    return {name: [row[index] for row in rows[1:]] for index, name in enumerate(header)}


def read(table: pd.DataFrame | Mapping[str, Sequence[object]], framework: Framework, *, panel: bool = False) -> Inputs:
    """Return the checked inputs of a values table (pandas frame or mapping of columns).

    Raises AnalysisError for a missing column, a cell that is not a number (named by indicator and place), no rows, and
    a place that occurs twice (in a panel: twice in one period).
    """
    columns = as_columns(table)
    wanted = (PLACE, *((PERIOD,) if panel else ()), *framework.indicators, *framework.denominators, *framework.groups)
    absent = [code for code in wanted if code not in columns]
    if absent:
        raise AnalysisError(f"values: no column {listed(absent)}, which the framework or the layout asks for")
    places = tuple(_text(cell) for cell in columns[PLACE])
    periods = tuple(_text(cell) for cell in columns[PERIOD]) if panel else None
    _check_rows(places, periods)
    return Inputs(
        indicators=Table(places, framework.indicators, _numbers(columns, framework.indicators, places), periods),
        denominators=Table(places, framework.denominators, _numbers(columns, framework.denominators, places), periods),
        groups={code: tuple(_text(cell) for cell in columns[code]) for code in framework.groups},
        names=dict(zip(places, (_text(cell) for cell in columns.get(NAME, places)), strict=True)),
        ignored=tuple(name for name in columns if name not in (*wanted, NAME)),
    )


def _check_rows(places: tuple[str, ...], periods: tuple[str, ...] | None) -> None:
    if not places:
        raise AnalysisError("values: no rows; give at least one place")
    if "" in places:
        raise AnalysisError(f"values: row {places.index('') + 1} has no {PLACE}")
    if periods is not None and "" in periods:
        raise AnalysisError(f"values: place '{places[periods.index('')]}' has a row without {PERIOD}")
    keys = list(zip(places, periods or places, strict=True))
    if len(set(keys)) == len(keys):
        return
    place, period = next(key for key in keys if keys.count(key) > 1)
    if periods is None:
        raise AnalysisError(f"values: place '{place}' occurs twice; keep one row, or declare a panel over {PERIOD}")
    raise AnalysisError(f"values: place '{place}' occurs twice in period '{period}'; keep one row")


def _numbers(columns: Mapping[str, Sequence[object]], codes: Iterable[str], places: Sequence[str]) -> Floats:
    parsed = [[_cell(cell, code, place) for cell, place in zip(columns[code], places, strict=True)] for code in codes]
    return np.array(parsed, dtype=float).reshape(len(parsed), len(places)).T.copy()


def _cell(cell: object, code: str, place: str) -> float:
    try:
        return number(cell)
    except (ValueError, TypeError) as error:
        raise AnalysisError(
            f"values: indicator '{code}' at '{place}' is {cell!r}; write a number (zero, or of a size from "
            f"{SMALLEST:g} to {LARGEST:g}), or nothing at all"
        ) from error


def _text(cell: object) -> str:
    return "" if is_missing(cell) else str(cell).strip()
