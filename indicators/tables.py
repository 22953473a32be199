"""Named arrays: a table of places by indicators, and the errors that name its culprits.

The analysis toolbox computes on plain NumPy arrays and imports pandas only when a frame is handed over or asked for:
starting pandas costs more processor time than ten thousand replications of an index.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Beyond these sizes squares overflow or vanish, and no unit of measure needs them; zero is fine.
SMALLEST, LARGEST = 1e-100, 1e100
_ROUNDING = 1e-12  # two numbers closer than this share of their size differ by the rounding of arithmetic only
_NAMED_AT_MOST = 5  # a message names this many culprits and counts the rest


class AnalysisError(ValueError):
    """The request or the data cannot be analysed: a sentence naming the culprit and what to do."""


class ColumnError(ValueError):
    """A column (and perhaps some rows) of a bare array cannot be used; positions, until `naming` gives them names."""

    def __init__(self, problem: str, columns: Iterable[int], rows: Iterable[int] = ()) -> None:
        self.problem, self.columns, self.rows = problem, tuple(columns), tuple(rows)
        where = f"column {list(self.columns)}" + (f", row {list(self.rows)}" if self.rows else "")
        super().__init__(f"{where}: {problem}")


@dataclass(frozen=True)
class Table:
    """Values by place and indicator: `values` (rows, columns), NaN where missing, any unit a column.

    `rows` are place codes, `columns` indicator codes; `periods` names the period of each row of a panel, else None.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Floats
    periods: tuple[str, ...] | None = None

    def with_values(self, values: Floats) -> Table:
        """Return the table with other values of the same shape."""
        return replace(self, values=values)

    def column(self, code: str) -> Floats:
        """Return the values of one column; raises ValueError when there is none of that code."""
        return np.asarray(self.values[:, self.columns.index(code)])

    def take_columns(self, codes: Sequence[str]) -> Table:
        """Return the table with the named columns only, in that order."""
        position = {code: index for index, code in enumerate(self.columns)}
        return replace(self, columns=tuple(codes), values=self.values[:, [position[code] for code in codes]])

    def take_rows(self, keep: Mask) -> Table:
        """Return the table with the rows where `keep` (rows) is true."""
        return Table(
            rows=tuple(row for row, kept in zip(self.rows, keep, strict=True) if kept),
            columns=self.columns,
            values=self.values[keep],
            periods=None if self.periods is None else tuple(np.asarray(self.periods)[keep].tolist()),
        )

    def row_label(self, row: int) -> str:
        """Return the place of a row, with its period in a panel."""
        return self.rows[row] if self.periods is None else f"{self.rows[row]} in {self.periods[row]}"

    def frame(self) -> pd.DataFrame:
        """Return a pandas frame: index `place` (and `period` in a panel), one float column an indicator."""
        import pandas as pd

        index = pd.Index(self.rows, name="place")
        if self.periods is not None:
            return pd.DataFrame(self.values, columns=list(self.columns)).set_index(
                pd.MultiIndex.from_arrays([self.rows, self.periods], names=["place", "period"])
            )
        return pd.DataFrame(self.values, index=index, columns=list(self.columns))


def is_constant(values: Floats) -> Mask:
    """Tell which columns of `values` (places, columns) hold one value only, but for rounding; true without any value.

    0.1 reached by five different divisions is one value: a scale read from its rounding would rank places by noise.
    """
    smallest, largest = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    return np.asarray(~(largest - smallest > _ROUNDING * np.maximum(np.abs(largest), np.abs(smallest))))


@contextmanager
def naming(step: str, table: Table) -> Iterator[None]:
    """Turn a ColumnError raised inside into an AnalysisError that names the step, indicator and place."""
    try:
        yield
    except ColumnError as error:
        raise AnalysisError(f"{step}: {_where(error, table)}: {error.problem}") from error


def listed(names: Iterable[str]) -> str:
    """Return names quoted and joined, the first five of them and a count of the rest."""
    every = [f"'{name}'" for name in names]
    rest = len(every) - _NAMED_AT_MOST
    return ", ".join(every[:_NAMED_AT_MOST]) + (f" and {rest} more" if rest > 0 else "")


def as_columns(frame: pd.DataFrame | Mapping[str, Sequence[object]]) -> dict[str, list[object]]:
    """Return a table of any make (pandas frame, mapping of columns) as a dict of plain lists."""
    columns: Mapping[str, Sequence[object]] = frame  # type: ignore[assignment]  # a frame is one for our purpose
    return {str(name): list(columns[name]) for name in columns}


def is_missing(cell: object) -> bool:
    """Tell whether a cell is empty: None, "", NaN, or pandas' NA, which refuses to be compared."""
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return math.isnan(cell) if isinstance(cell, float) else cell == ""


def number(cell: object) -> float:
    """Return a cell as a float, NaN for an empty one; raises ValueError or TypeError for text and other sizes."""
    if is_missing(cell):
        return math.nan
    value = float(cell)  # type: ignore[arg-type]
    if abs(value) > LARGEST or 0 < abs(value) < SMALLEST or (math.isnan(value) and isinstance(cell, str)):
        raise ValueError(f"{cell!r} is not a number from {SMALLEST:g} to {LARGEST:g} in size")
    return value


def _where(error: ColumnError, table: Table) -> str:
    unique = dict.fromkeys(error.columns)
    where = ("indicators " if len(unique) > 1 else "indicator ") + listed(table.columns[column] for column in unique)
    if error.rows:
        where += " at " + listed(dict.fromkeys(table.row_label(row) for row in error.rows))
    return where
