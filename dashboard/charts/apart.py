"""Which values of a list differ from each other beyond sampling error, at the confidence of lists of many pairs.

The test is on the difference (Newcombe's rule on the limits of both values), never on whether two bars overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np

from config.schema import Indicator
from dashboard.lookup import Cell
from indicators.intervals import wilson
from indicators.scores import Floats

Z95 = NormalDist().inv_cdf(0.975)


def differs(indicator: Indicator, cells: Sequence[Cell], level: float) -> Floats:
    """Return a square table: 1 where the row's value is surely higher than the column's, -1 lower, 0 cannot tell.

    NaN where it is not compared: no interval, another period, or the same area's value.
    """
    values = np.array([cell.value for cell in cells], dtype=float)
    low, high = _limits(cells, values, level)
    gap = values[:, None] - values[None, :]
    below = gap - np.hypot((values - low)[:, None], (high - values)[None, :])
    above = gap + np.hypot((high - values)[:, None], (values - low)[None, :])
    table = np.where(below > 0, 1.0, np.where(above < 0, -1.0, 0.0))
    table[~_comparable(indicator, cells) | np.isnan(gap + below + above)] = np.nan
    return table


def _limits(cells: Sequence[Cell], values: Floats, level: float) -> tuple[Floats, Floats]:
    """Return limits at `level`: Wilson where the answers are counted, else the 95 % limits made wider."""
    answers = np.array([cell.n or np.nan for cell in cells], dtype=float)
    factor = NormalDist().inv_cdf(0.5 + level / 2) / Z95
    lower = np.array([np.nan if c.lower is None else c.lower for c in cells])
    upper = np.array([np.nan if c.upper is None else c.upper for c in cells])
    wide = values - factor * (values - lower), values + factor * (upper - values)
    counted = ~np.isnan(answers) & (values >= 0) & (values <= 100)
    exact = wilson(np.where(counted, values, 50.0), np.where(counted, answers, 1.0), level)
    return np.where(counted, exact[0], wide[0]), np.where(counted, exact[1], wide[1])


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
    at = sign * np.array([values[i] for i in ids])
    order = np.sign(at[:, None] - at[None, :])
    told = np.where(np.isnan(table), order, sign * table)
    first, last = 1 + (told < 0).sum(axis=1), len(ids) - (told > 0).sum(axis=1)
    return {place: (int(first[k]), int(last[k])) for k, place in enumerate(ids)}
