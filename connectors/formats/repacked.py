"""Eurostat's values as others packed them: a plain CSV with filled gaps, and a JSON of city names.

Both are kept apart from the publisher's own forms because they need suspicion: the CSV carries the last known value
into years that have none, the JSON puts a composite of its author beside the survey's shares.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from connectors.formats import CONFIDENTIALITY, FLAGS, TIME, VALUE, ShapeError, Table, number

AREA = "area"
METRIC = "metric"
SUSPECT = "suspected copy"


class Columns(NamedTuple):
    """Which columns of a plain CSV hold what; `table` (column, value) picks the rows of one table out of several.

    A file about one year has no column for it (`period` is ""): the year is then `year`.
    """

    area: str
    period: str
    value: str
    table: tuple[str, str] | None = None
    year: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that the header must have."""
        return tuple(name for name in (self.area, self.period, self.value, (self.table or ("",))[0]) if name)


def read_csv(text: str, columns: Columns, *, rounded: bool = False) -> Table:
    """Return the table of a plain CSV with the named columns, and a column SUSPECT that marks copied values.

    A cell equal to the year before to the last digit is a suspected copy and loses its value, unless the figures are
    `rounded`, when two equal years say nothing. Raises ShapeError naming the column that is gone.
    """
    header, lines = _lines(text, columns)
    area, value = header.index(columns.area), header.index(columns.value)
    period = header.index(columns.period) if columns.period else None
    cells = {
        (line[area], _year(columns.year if period is None else line[period])): line[value].strip() for line in lines
    }
    if len(cells) != len(lines):
        raise ShapeError(f"two lines have the same {columns.area!r} and {columns.period!r}")
    before = {(code, year + 1): cell for (code, year), cell in cells.items() if cell and not rounded}
    records = [
        (code, str(year), number(cell), "", "", before.get((code, year)) == cell)
        for (code, year), cell in cells.items()
    ]
    rows = pd.DataFrame(records, columns=[AREA, TIME, VALUE, FLAGS, CONFIDENTIALITY, SUSPECT])
    rows[VALUE] = rows[VALUE].astype(float)
    return Table(rows, (AREA,), AREA, dense=True)


def read_shares(document: Any) -> Table:
    """Return the table of a JSON with `year` and `metrics[].{key, unit, data[].{city, value}}`; areas are city names.

    Metrics that are no share (unit other than %) are left out: they are the author's own composites. Raises ShapeError.
    """
    try:
        year = str(document["year"])
        records = [
            (str(metric["key"]), str(row["city"]), year, _share(metric["key"], row))
            for metric in document["metrics"]
            if metric["unit"] == "%"
            for row in metric["data"]
        ]
    except KeyError as error:
        raise ShapeError(f"key {error} is gone") from error
    except TypeError as error:
        raise ShapeError(f"a part of the document is of the wrong kind: {error}") from error
    if not records:
        raise ShapeError("no metric with unit '%' is left")
    rows = pd.DataFrame(records, columns=[METRIC, AREA, TIME, VALUE]).assign(**{FLAGS: "", CONFIDENTIALITY: ""})
    return Table(rows, (METRIC, AREA), AREA, labelled=False)


def _lines(text: str, columns: Columns) -> tuple[list[str], list[list[str]]]:
    """Return the header and the lines of the wanted table; raises ShapeError for a lost column or a broken line."""
    try:
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise ShapeError(f"not readable as CSV: {error}") from error
    header = lines[0] if lines else []
    for name in columns.named:
        if name not in header:
            raise ShapeError(f"column {name!r} is gone; there are {header}")
    if any(len(line) != len(header) for line in lines):
        raise ShapeError(f"a line has not the header's {len(header)} cells")
    if columns.table is None:
        return header, lines[1:]
    at, wanted = header.index(columns.table[0]), columns.table[1]
    return header, [line for line in lines[1:] if line[at] == wanted]


def _year(cell: str) -> int:
    if not (len(cell) == 4 and cell.isascii() and cell.isdigit()):
        raise ShapeError(f"period {cell!r} is not a year")
    return int(cell)


def _share(metric: str, row: Mapping[str, Any]) -> float:
    value = row["value"]
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 100:
        raise ShapeError(f"{metric!r}, {row['city']!r}: {value!r} is not a share in %")
    return float(value)
