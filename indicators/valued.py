"""A cell as a value with its error: what a comparison between two places or two periods needs to know of it."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from indicators.apart import Measured


class Dated(NamedTuple):
    """One point of a series: period, value and SDMX statuses, its standard error (NaN unknown), its measured value."""

    period: str
    value: float
    status: str
    error: float
    measured: Measured

    @property
    def year(self) -> int:
        """Return the year the period begins in."""
        return int(self.period[:4])


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
    lower: float
    upper: float
    better: str
    comparable: str
    window_years: int
    latest: bool

    @property
    def measured(self) -> Measured:
        """Return the value with what is known of its error."""
        return Measured.of(self.obs_value, self.n, self.events, self.lower, self.upper)

    @property
    def dated(self) -> Dated:
        """Return the value as a point of its series."""
        return Dated(self.time_period, self.obs_value, self.obs_status, self.error, self.measured)


def valued(rows: pd.DataFrame) -> list[Valued]:
    """Return rows of cells as values, in their order."""
    return [Valued(*row) for row in zip(*(rows[name].tolist() for name in Valued._fields), strict=True)]
