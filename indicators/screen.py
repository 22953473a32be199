"""Screening: how much is known about each place and indicator, and which of them to keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.framework import Framework
from indicators.tables import Floats, Mask, Table

_ROUNDING = 1e-12  # 6 of 8 is not below 0.75


@dataclass(frozen=True)
class Availability:
    """Counts and shares along one axis: `missing`, `zero` and `cells` are counts, the properties are shares 0-1."""

    missing: NDArray[np.int64]
    zero: NDArray[np.int64]
    cells: int

    @property
    def available(self) -> Floats:
        """Return the share of cells that hold a value."""
        return np.asarray(1.0 - self.missing / self.cells)

    @property
    def non_zero(self) -> Floats:
        """Return the share of non-missing cells that are not zero, NaN where every cell is missing."""
        known = self.cells - self.missing
        zero = np.divide(self.zero, known, out=np.full(known.shape, np.nan), where=known > 0)
        return np.asarray(1.0 - zero)


def availability(values: Floats, *, axis: int = 1) -> Availability:
    """Count missing and zero cells of `values` (places, indicators) by place (axis 1) or by indicator (axis 0)."""
    return Availability(np.isnan(values).sum(axis=axis), (values == 0).sum(axis=axis), values.shape[axis])


def availability_by_aggregate(table: Table, framework: Framework) -> Table:
    """Return the share (0-1) of the indicators below each aggregate, at any depth, that hold a value at each place."""
    known = ~np.isnan(table.take_columns(framework.indicators).values)
    position = {code: index for index, code in enumerate(framework.indicators)}
    below: dict[str, list[int]] = {code: [index] for code, index in position.items()}
    for level in range(2, framework.height + 1):
        for code in framework.codes(level):
            below[code] = [index for child in framework.children[code] for index in below[child]]
    codes = tuple(node.code for node in framework.nodes if node.level > 1)
    shares = np.stack([known[:, below[code]].mean(axis=1) for code in codes], axis=1)
    return Table(table.rows, codes, shares, table.periods)


def enough(values: Floats, *, min_available: float = 0.0, min_non_zero: float = 0.0, axis: int = 1) -> Mask:
    """Tell which places (axis 1) or indicators (axis 0) reach both shares (0-1); a share equal to its limit does.

    `min_available` looks at non-missing cells, `min_non_zero` at non-zero cells among them. OECD/JRC handbook (2008),
    step 2. Raises ValueError for a share outside 0-1.
    """
    if not (0 <= min_available <= 1 and 0 <= min_non_zero <= 1):
        raise ValueError("screen: a minimum share lies between 0 and 1")
    counted = availability(values, axis=axis)
    non_zero = np.nan_to_num(counted.non_zero, nan=0.0)
    return np.asarray((counted.available >= min_available - _ROUNDING) & (non_zero >= min_non_zero - _ROUNDING))
