r"""Eurostat's bulk TSV: one line per series, one column per period, value and flag in one cell.

    freq,iccs,unit,geo\TIME_PERIOD<TAB>2008 <TAB>2009        (now)
    indic_ur,unit,cities\time<TAB>2019 <TAB>2015             (legacy; newest period first)

Cells are "70.0 ", "61.5 e", ": " (nothing) or ": u" (suppressed). The file carries neither its code nor a date.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from connectors.formats import CONFIDENTIALITY, FLAGS, TIME, VALUE, ShapeError, Table, area_dimension

_CELL = re.compile(r"(:|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?: +([A-Za-z]*)|) *", re.ASCII)
_PERIOD = re.compile(r"\d{4}([-MQSW]\w+)?", re.ASCII)


def read(text: str) -> Table:
    """Return the table of a bulk TSV text, densely: a row for every series and period; raises ShapeError."""
    header, *lines = text.splitlines()
    dimensions, periods = _header(header)
    keys, cells = _split(lines, len(dimensions), len(periods))
    parsed = {cell: _cell(cell) for cell in set(cells)}
    rows = pd.DataFrame(np.repeat(np.array(keys, dtype=object), len(periods), axis=0), columns=list(dimensions))
    rows[TIME] = np.tile(np.array(periods, dtype=object), len(keys))
    rows[VALUE] = np.array([parsed[cell][0] for cell in cells], dtype=float)
    rows[FLAGS] = pd.Series([parsed[cell][1] for cell in cells], dtype=object)
    rows[CONFIDENTIALITY] = ""
    return Table(rows=rows, dimensions=dimensions, area=area_dimension(dimensions), dense=True)


def _header(line: str) -> tuple[tuple[str, ...], list[str]]:
    first, *periods = line.split("\t")
    names, slash, time = first.partition("\\")
    if not slash or time.strip() not in ("time", "TIME_PERIOD"):
        raise ShapeError(f"the first header cell is {first!r}, not 'dimension,...,geo\\TIME_PERIOD'")
    periods = [period.strip() for period in periods]
    odd = [period for period in periods if not _PERIOD.fullmatch(period)]
    if odd or not periods:
        raise ShapeError(f"header column {(odd or ['(none)'])[0]!r} is not a period")
    if len(set(periods)) != len(periods):
        raise ShapeError("a period appears twice in the header")
    return tuple(name.strip() for name in names.split(",")), periods


def _split(lines: list[str], dimensions: int, periods: int) -> tuple[list[list[str]], list[str]]:
    keys: list[list[str]] = []
    cells: list[str] = []
    for position, line in enumerate(lines, start=2):
        first, *values = line.split("\t")
        key = [code.strip() for code in first.split(",")]
        if len(key) != dimensions or len(values) != periods:
            raise ShapeError(
                f"line {position} has {len(key)} codes and {len(values)} cells, not {dimensions} and {periods}"
            )
        keys.append(key)
        cells += values
    if not keys:
        raise ShapeError("the file has a header and no line")
    return keys, cells


def _cell(cell: str) -> tuple[float, str]:
    match = _CELL.fullmatch(cell)
    if match is None:
        raise ShapeError(f"cell {cell!r} is neither a number nor ':' with flags")
    value, flags = match.groups()
    return (float("nan") if value == ":" else float(value)), flags or ""
