"""A cell as a value with its error: what a comparison between two places or two periods needs to know of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from indicators import intervals


class Valued(NamedTuple):
    """One cell: its place, period, value and unit, with answers or events behind it; names as in `Scores.cells`."""

    indicator: str
    pillar: str
    role: str
    ref_area: str
    area: str
    level: str
    time_period: str
    obs_value: float
    obs_status: str
    unit: str
    source: str
    score: float
    error: float
    n: float
    events: float
    better: str
    comparable: str
    window_years: int
    latest: bool


def valued(rows: pd.DataFrame) -> list[Valued]:
    """Return rows of cells as values, in their order."""
    return [Valued(*row) for row in zip(*(rows[name].tolist() for name in Valued._fields), strict=True)]


def limits_of(cell: Valued, level: float) -> tuple[float, float]:
    """Return the limits of a value at a level, in its unit; NaN where neither answers nor events are known."""
    if cell.events > 0:
        low, high = intervals.counts(np.array([cell.events]), level)
        rate = cell.obs_value / cell.events
        return rate * float(low[0]), rate * float(high[0])
    low, high = intervals.wilson(np.array([cell.obs_value]), np.array([cell.n]), level)
    return float(low[0]), float(high[0])


def gap_of(first: Valued, second: Valued, level: float) -> tuple[float, float, float]:
    """Return first - second and its limits at a level; NaN limits where one of them has none."""
    return intervals.difference(first.obs_value, limits_of(first, level), second.obs_value, limits_of(second, level))
