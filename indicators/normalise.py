"""Normalisation: raw values to a common scale, one pure function a method.

Every function but `goalposts` takes `values` (places, indicators) with higher = better (see `directed`), works column
by column, leaves missing cells missing and never looks at another column. Those that read their scale from the sample
take `reference`, the rows that fix it (default: `values` itself), so that a panel keeps one scale over time.
"""

from __future__ import annotations

import numpy as np

from indicators.tables import ColumnError, Floats, Mask, is_constant


def goalposts(values: Floats, worst: Floats | float, best: Floats | float, *, clip: bool = True) -> Floats:
    """Score values between fixed ends, 0 at `worst` and 100 at `best`, whichever is the larger number.

    `values`, `worst` and `best` are arrays of any broadcastable shape in one unit; the result is 0-100 (beyond when
    `clip` is False) and NaN where a value is NaN. Formula: 100 * clip((x - worst) / (best - worst), 0, 1), the
    distance between two fixed references of the OECD/JRC handbook (2008), step 5.
    Raises ValueError when a pair of ends is equal.
    """
    span = np.asarray(best, dtype=float) - np.asarray(worst, dtype=float)
    if np.any(span == 0):
        raise ValueError("goalposts: 'worst' equals 'best'; give two different ends")
    share = (np.asarray(values, dtype=float) - worst) / span
    return np.asarray(100.0 * (np.clip(share, 0.0, 1.0) if clip else share))


def directed(values: Floats, directions: Floats) -> Floats:
    """Return values with the sign of columns of direction -1 flipped, so that higher is better everywhere.

    `values` (places, indicators), `directions` (indicators) of 1 or -1; same unit. This is the only place where a
    sample-based scale learns about direction. Adding 0.0 turns -0.0 into 0.0.
    """
    return np.asarray(values * directions + 0.0)


def minmax(values: Floats, low: float = 0.0, high: float = 100.0, *, reference: Floats | None = None) -> Floats:
    """Rescale each column linearly so that its smallest value is `low` and its largest `high`.

    Formula: low + (high - low) * (x - min) / (max - min); result in points between low and high (beyond them for
    values outside `reference`). OECD/JRC handbook (2008), step 5. Raises ColumnError for a constant or single value.
    """
    smallest, largest = _ends(values if reference is None else reference)
    return np.asarray(low + (high - low) * ((values - smallest) / (largest - smallest)))


def zscore(values: Floats, mean: float = 0.0, sd: float = 1.0, *, reference: Floats | None = None) -> Floats:
    """Standardise each column to the given mean and sample standard deviation.

    Formula: mean + sd * (x - m) / s with s of n - 1; result in standard deviations times `sd`. OECD/JRC handbook
    (2008), step 5. Raises ColumnError for a constant column or a single value.
    """
    sample = values if reference is None else reference
    _ends(sample)
    centre, spread = np.nanmean(sample, axis=0), _deviation(sample, 1)
    return np.asarray(mean + sd * ((values - centre) / spread))


def rank(values: Floats) -> Floats:
    """Return ascending ranks in each column: 1 for the smallest value, ties take the smallest rank.

    Missing cells have no rank and are not counted. A column that is constant but for rounding ranks 1 throughout; in
    any other, numbers are compared as they are given. OECD/JRC handbook (2008), step 5.
    """
    return _counted_below(values) + 1.0


def borda(values: Floats) -> Floats:
    """Return the number of places each place beats in a column: rank - 1 with ties taking the smallest rank.

    Borda (1781) points; missing cells neither have points nor give any.
    """
    return _counted_below(values)


def percentile_rank(values: Floats) -> Floats:
    """Return the share of the other places each place beats: (rank - 1) / (n - 1), between 0 and 1.

    n counts the non-missing values of the column; ties take the smallest rank. Raises ColumnError when a column has
    one single value, since there is no other place to beat.
    """
    others = (~np.isnan(values)).sum(axis=0) - 1
    _refuse(others == 0, "has a value for one place only; a percentile rank needs two")
    return _counted_below(values) / np.where(others > 0, others, 1)


def distance_to_maximum(values: Floats, *, reference: Floats | None = None) -> Floats:
    """Return 1 minus the distance to the largest value as a share of the range: 1 - (max - x) / (max - min).

    Result between 0 and 1. Raises ColumnError for a constant column or a single value.
    """
    smallest, largest = _ends(values if reference is None else reference)
    return np.asarray(1.0 - (largest - values) / (largest - smallest))


def distance_to_target(
    values: Floats, targets: Floats, *, cap: bool = False, reference: Floats | None = None
) -> Floats:
    """Return the share of the way from the smallest value to the target: (x - min) / (target - min).

    `targets` (indicators) in the unit of the values and turned to higher = better like them; 1 at the target, above 1
    beyond it unless `cap`. OECD/JRC handbook (2008), step 5. Raises ColumnError when a target is missing or is not
    above the smallest value, since the way to it has then no length.
    """
    smallest = _smallest(values if reference is None else reference)
    _refuse(np.asarray(np.isnan(targets)), "has no target; give one in the framework")
    met = (targets <= smallest) | is_constant(np.stack([targets, smallest]))
    _refuse(np.asarray(met), "has a target that every place already meets; choose a more demanding one")
    share = (values - smallest) / (targets - smallest)
    return np.asarray(np.minimum(share, 1.0) if cap else share)


def distance_to_place(values: Floats, place: int, *, cap: bool = False, reference: Floats | None = None) -> Floats:
    """Return 1 minus the distance to one row's value as a share of its way from the smallest value.

    Formula: 1 - (x_r - x) / (x_r - min) with x_r the value in row `place`; 1 at that place, above 1 beyond it unless
    `cap`. Raises ColumnError when that place has no value or holds the smallest one.
    """
    smallest = _smallest(values if reference is None else reference)
    aim: Floats = values[place]
    _refuse(np.asarray(np.isnan(aim)), "has no value at the reference place; choose another", rows=(place,))
    least = (aim <= smallest) | is_constant(np.stack([aim, smallest]))
    _refuse(np.asarray(least), "is smallest at the reference place; choose another", rows=(place,))
    share = 1.0 - (aim - values) / (aim - smallest)
    return np.asarray(np.minimum(share, 1.0) if cap else share)


def fraction_of_maximum(values: Floats, *, reference: Floats | None = None) -> Floats:
    """Return each value divided by the largest of its column: x / max.

    Raises ColumnError when the largest value is not positive (also for columns whose direction is -1: their turned
    values are negative, so give those another method).
    """
    largest = np.fmax.reduce(values if reference is None else reference, axis=0)
    _refuse(~(largest > 0), "has no positive value; a fraction of the maximum needs one (direction 1 only)")
    return np.asarray(values / largest)


def mazziotta_pareto(values: Floats, *, reference: Floats | None = None) -> Floats:
    """Standardise each column to mean 100 and population standard deviation 10, the scale of the MPI.

    Formula: 100 + 10 * (x - m) / s with s of n. Mazziotta and Pareto (2016), Social Indicators Research 127.
    Raises ColumnError for a constant column or a single value.
    """
    sample = values if reference is None else reference
    _ends(sample)
    return np.asarray(100.0 + 10.0 * ((values - np.nanmean(sample, axis=0)) / _deviation(sample, 0)))


def adjusted_mazziotta_pareto(values: Floats, worst: Floats, best: Floats) -> Floats:
    """Rescale between two fixed ends to 70 at `worst` and 130 at `best`, the scale of the adjusted MPI.

    Formula: 70 + 60 * (x - worst) / (best - worst), not clipped, in the unit of the ends (either may be the larger).
    To give 100 to a reference value r, use ends r -+ half the range. Mazziotta and Pareto (2018), Social Indicators
    Research 136. Raises ValueError when a pair of ends is equal.
    """
    return 70.0 + 0.6 * goalposts(values, worst, best, clip=False)


def _ends(sample: Floats) -> tuple[Floats, Floats]:
    """Return smallest and largest value of each column; refuse a column without a range."""
    smallest = _smallest(sample)
    largest = np.fmax.reduce(sample, axis=0)
    counts = (~np.isnan(sample)).sum(axis=0)
    _refuse(counts == 1, "has a value for one place only, so the sample gives no scale; use goalposts")
    _refuse(is_constant(sample), "is constant, so the sample gives no scale; drop it or use goalposts")
    _refuse(np.asarray(largest / 2 - smallest / 2 > np.finfo(float).max / 2), "has a range too large to compute with")
    return smallest, np.asarray(largest)


def _deviation(sample: Floats, less: int) -> Floats:
    spread = np.nanstd(sample, axis=0, ddof=less)
    _refuse(np.asarray(~(spread > 0)), "varies too little to compute with; give it in a smaller unit")
    return np.asarray(spread)


def _smallest(sample: Floats) -> Floats:
    _refuse(np.asarray(np.isnan(sample).all(axis=0)), "has no value at all; drop it or fill it first")
    return np.asarray(np.fmin.reduce(sample, axis=0))


def _counted_below(values: Floats) -> Floats:
    """Return how many values of the column lie strictly below each value; none in a constant column."""
    below = np.where(np.isnan(values), np.nan, 0.0)
    for column in np.flatnonzero(~is_constant(values)):
        present = ~np.isnan(values[:, column])
        known = values[present, column]
        below[present, column] = np.searchsorted(np.sort(known), known, side="left")
    return below


def _refuse(bad: Mask, problem: str, rows: tuple[int, ...] = ()) -> None:
    if bad.any():
        raise ColumnError(problem, np.flatnonzero(bad).tolist(), rows)
