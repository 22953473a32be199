"""Which values of a list differ beyond sampling error (`indicators.apart`), and the ranks that this leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from config.schema import Indicator
from dashboard.lookup import Cell
from dashboard.rounding import DIGITS
from indicators.apart import Measured, told_apart
from indicators.scores import Floats


def differs(indicator: Indicator, cells: Sequence[Cell], level: float) -> Floats:
    """Return a square table: 1 where the row's value is surely higher than the column's, -1 lower, 0 cannot tell.

    NaN where it is not compared: no interval, another period, or the same area's value.
    """
    if not cells:
        return np.empty((0, 0))
    measured = [cell.dated.measured for cell in cells]
    down, across = (Measured(*(np.stack(part).reshape(shape) for part in zip(*measured, strict=True)))
                    for shape in ((-1, 1), (1, -1)))  # fmt: skip
    return np.where(_comparable(indicator, cells), told_apart(down, across, level).sign, np.nan)


def _comparable(indicator: Indicator, cells: Sequence[Cell]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    periods = np.array([cell.period for cell in cells])
    areas = np.array([cell.area for cell in cells])
    same = (periods[:, None] == periods[None, :]) & (areas[:, None] != areas[None, :])
    return np.asarray(same & (indicator.comparable == "places"))


def rank_ranges(values: Mapping[str, float], table: Floats, lower_better: bool) -> dict[str, tuple[int, int]]:
    """Return per place the first and last rank it may have: a pair that cannot be told apart may stand either way.

    Pairs that are not compared keep the order of their values; equal values share their ranks.
    """
    ids, sign = list(values), -1.0 if lower_better else 1.0
    at = sign * np.array([float(f"{values[i]:.{DIGITS}g}") for i in ids])
    order = np.sign(at[:, None] - at[None, :])
    told = np.where(np.isnan(table), order, sign * table)
    first, last = 1 + (told < 0).sum(axis=1), len(ids) - (told > 0).sum(axis=1)
    return {place: (int(first[k]), int(last[k])) for k, place in enumerate(ids)}
