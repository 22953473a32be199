"""Which periods could hold a value of an indicator, and which of them a place lacks."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from config.schema import Indicator
from dashboard.chart import Gap
from dashboard.lookup import Lookup


def expected(read: Lookup, indicator: Indicator) -> tuple[float, ...]:
    """Return every year in which some place has a row, and every year between where the series is annual.

    A survey of every three or four years has no gap between its waves; an annual series that skips a year has one.
    """
    years = sorted({int(period[:4]) for period in read.periods(indicator.id)})
    steps = Counter(b - a for a, b in pairwise(years))
    if steps and steps.most_common(1)[0][0] == 1:
        years = list(range(years[0], years[-1] + 1))
    return tuple(float(year) for year in years)


def gaps(periods: tuple[float, ...], years: list[float], reason: str) -> tuple[Gap, ...]:
    """Return the spans between a place's first and last year in which expected periods are missing."""
    missing = [p for p in periods if years and years[0] < p < years[-1] and p not in years]
    out: list[Gap] = []
    for period in missing:
        before = max(p for p in periods if p < period)
        after = min(p for p in periods if p > period)
        start, end = (before + period) / 2, (period + after) / 2
        if out and out[-1].end == start:
            start = out.pop().start
        out.append(Gap(start, end, reason))
    return tuple(out)
