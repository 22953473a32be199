"""Imputation: estimates for missing cells, always with a mask of what was filled.

All functions take `values` (places, indicators) in any unit and return filled values of the same shape; present cells
come back bit for bit. Which cells were filled is `imputed_cells(before, after)`. Peer-based imputation makes a score
depend on who else is in the table, so the default method does not use it. OECD/JRC handbook (2008), step 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from indicators.tables import ColumnError, Floats, Mask, is_constant


def imputed_cells(before: Floats, after: Floats) -> Mask:
    """Tell which cells were missing before and are filled after; both of one shape."""
    return np.asarray(np.isnan(before) & ~np.isnan(after))


def group_mean(values: Floats, groups: Sequence[str] | None = None) -> Floats:
    """Fill missing cells with the mean of the same column within the place's group (one group when None).

    Raises ColumnError naming column and rows when nobody in the group has a value, or the place has no group.
    """
    return _by_group(values, groups, lambda column: float(np.mean(column)))


def group_median(values: Floats, groups: Sequence[str] | None = None) -> Floats:
    """Fill missing cells with the median of the same column within the place's group (one group when None).

    Raises ColumnError naming column and rows when nobody in the group has a value, or the place has no group.
    """
    return _by_group(values, groups, lambda column: float(np.median(column)))


def em(values: Floats, *, tolerance: float = 1e-10, most: int = 5_000) -> Floats:
    """Fill missing cells with their expected value given the present ones, under a multivariate normal fitted by EM.

    Dempster, Laird and Rubin (1977); Little and Rubin (2002), section 11.2: repeat (1) expected values and conditional
    covariances of missing cells, (2) mean and covariance, until the estimates of missing cells move by less than
    `tolerance` of a column's standard deviation. Deterministic. Rows without any value get the fitted mean.
    Raises ColumnError for columns without a range, ValueError for too few places or no convergence within `most`
    rounds.
    """
    if not np.isnan(values).any():
        return values.copy()
    if values.shape[0] <= values.shape[1]:
        raise ValueError(f"EM needs more places ({values.shape[0]}) than indicators ({values.shape[1]}); use fewer")
    varied = ~is_constant(values)
    if not varied.all():
        raise ColumnError("has no two different values, so EM cannot relate it to others", np.flatnonzero(~varied))
    centre, scale = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    if not (scale > 0).all():
        raise ColumnError("varies too little to compute with; give it in a smaller unit", np.flatnonzero(scale == 0))
    filled = _em_standardised((values - centre) / scale, tolerance, most)
    return np.where(np.isnan(values), centre + scale * filled, values)


def last_value(values: Floats, places: Sequence[str], periods: Sequence[str], *, max_age: int | None = None) -> Floats:
    """Fill missing cells of a panel with the place's latest earlier value of the same column.

    `values` (rows, indicators) with one place and period a row, in any order; periods sort as numbers when they all
    are, else as text. Values more than `max_age` periods back (in the list of periods present) are not carried. Cells
    without an earlier value stay missing: nothing is carried backwards.
    """
    order = {period: index for index, period in enumerate(sorted_periods(periods))}
    filled = values.copy()
    for place in dict.fromkeys(places):
        rows = sorted((i for i, other in enumerate(places) if other == place), key=lambda i: order[periods[i]])
        _carry(filled, rows, [order[periods[row]] for row in rows], max_age)
    return filled


def sorted_periods(periods: Sequence[str]) -> list[str]:
    """Return the distinct periods, earliest first: as numbers when all of them are, else as text."""
    distinct = list(dict.fromkeys(periods))
    try:
        return sorted(distinct, key=float)
    except ValueError:
        return sorted(distinct)


def _by_group(values: Floats, groups: Sequence[str] | None, estimate: Callable[[Floats], float]) -> Floats:
    labels = np.array(["all"] * values.shape[0] if groups is None else list(groups))
    filled, gaps = values.copy(), np.isnan(values)
    for column in np.flatnonzero(gaps.any(axis=0)):
        for group in np.unique(labels[gaps[:, column]]):
            inside = labels == group
            known = values[inside & ~gaps[:, column], column]
            rows = np.flatnonzero(inside & gaps[:, column])
            if not group or not known.size:
                problem = "has no group" if not group else f"nobody in group '{group}' has a value"
                raise ColumnError(f"cannot be imputed, {problem}; use another method or drop it", [int(column)], rows)
            filled[rows, column] = estimate(known)
    return filled


def _em_standardised(values: Floats, tolerance: float, most: int) -> Floats:
    gaps = np.isnan(values)
    filled = np.where(gaps, 0.0, values)
    mean, covariance = filled.mean(axis=0), np.cov(filled, rowvar=False, bias=True).reshape(values.shape[1], -1)
    for _ in range(most):
        estimate, spread = _expected(values, gaps, mean, covariance)
        mean = estimate.mean(axis=0)
        centred = estimate - mean
        covariance = (centred.T @ centred + spread) / len(values)
        moved, filled = np.abs(estimate - filled).max(), estimate
        if moved < tolerance:
            return filled
    raise ValueError(f"EM did not settle within {most} rounds; fill some cells by another method or drop indicators")


def _expected(values: Floats, gaps: Mask, mean: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Return expected values of missing cells and the sum of their conditional covariances."""
    estimate, spread = values.copy(), np.zeros_like(covariance)
    for pattern in np.unique(gaps[gaps.any(axis=1)], axis=0):
        rows = (gaps == pattern).all(axis=1)
        slope = covariance[np.ix_(pattern, ~pattern)] @ np.linalg.pinv(covariance[np.ix_(~pattern, ~pattern)])
        guess = mean[pattern] + (values[np.ix_(rows, ~pattern)] - mean[~pattern]) @ slope.T
        estimate[np.ix_(rows, pattern)] = guess
        left = covariance[np.ix_(pattern, pattern)] - slope @ covariance[np.ix_(~pattern, pattern)]
        spread[np.ix_(pattern, pattern)] += rows.sum() * left
    return estimate, spread


def _carry(filled: Floats, rows: list[int], when: list[int], max_age: int | None) -> None:
    for column in range(filled.shape[1]):
        latest: tuple[int, float] | None = None
        for row, period in zip(rows, when, strict=True):
            if not np.isnan(filled[row, column]):
                latest = (period, float(filled[row, column]))
            elif latest is not None and (max_age is None or period - latest[0] <= max_age):
                filled[row, column] = latest[1]
