"""Panels: several periods on one fixed scale, so that a score of one year can be held against another year's.

A panel table has one row a place and period. The scale of a sample-based normalisation is fixed either by all periods
pooled or by one base period; with a base period or goalposts, adding a later year leaves earlier scores bit-equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from indicators.aggregate import rank
from indicators.impute import sorted_periods
from indicators.tables import AnalysisError, Floats, Mask, Table

POOLED = "pooled"


def scale_rows(table: Table, scale: str = POOLED) -> Mask:
    """Tell which rows (rows) fix the scale: all of them when pooled or not a panel, else those of one period.

    Raises AnalysisError when no row has that period.
    """
    if table.periods is None or scale == POOLED:
        return np.ones(len(table.rows), dtype=bool)
    rows = np.array([period == scale for period in table.periods])
    if not rows.any():
        raise AnalysisError(f"panel: no row has period '{scale}'; choose one of {sorted_periods(table.periods)}")
    return rows


def ranks_by_period(scores: Floats, periods: Sequence[str] | None) -> Floats:
    """Rank `scores` (..., rows) among the rows of the same period, 1 = best; without periods, among all rows."""
    if periods is None:
        return rank(scores)
    result, when = np.full(scores.shape, np.nan), np.array(periods)
    for period in dict.fromkeys(periods):
        result[..., when == period] = rank(scores[..., when == period])
    return result


def ranked(table: Table) -> Table:
    """Return the ranks of each column within each period, 1 = best, ties take the smallest, NaN for missing."""
    return table.with_values(ranks_by_period(table.values.T, table.periods).T)


def changes(table: Table) -> Table:
    """Return the change of each column since the place's previous row, in the unit of the column; NaN for the first.

    Meaningful for scores only when the scale was fixed over time. Raises AnalysisError when the table is no panel.
    """
    if table.periods is None:
        raise AnalysisError("panel: the table has no periods, so nothing changes; declare a panel")
    order = {period: index for index, period in enumerate(sorted_periods(table.periods))}
    result = np.full(table.values.shape, np.nan)
    for place in dict.fromkeys(table.rows):
        rows = [row for row, other in enumerate(table.rows) if other == place]
        rows.sort(key=lambda row: order[table.periods[row]] if table.periods else 0)
        for before, after in pairwise(rows):
            result[after] = table.values[after] - table.values[before]
    return table.with_values(result)
