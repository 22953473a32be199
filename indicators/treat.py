"""Outlier treatment: winsorise a few points, else transform, judged by skewness and kurtosis.

All functions take `values` (places, indicators), work column by column and leave missing cells missing. Peer-based
treatment makes scores depend on who is in the table, so the default method does not use it; it is an analysis option
(OECD/JRC handbook 2008, steps 3 and 5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.tables import ColumnError, Floats, Mask, is_constant

_MARGIN = 0.01  # share of the range that keeps the logarithm's argument above zero


@dataclass(frozen=True)
class Limits:
    """A column passes when its absolute skewness is below `skewness` or its excess kurtosis is below `kurtosis`."""

    skewness: float = 2.0
    kurtosis: float = 3.5

    def passed(self, skew: Floats, kurt: Floats) -> Mask:
        """Tell which columns pass; undefined shapes (constant, under 4 values) pass, as there is nothing to judge."""
        return np.asarray(~((np.abs(skew) >= self.skewness) & (kurt >= self.kurtosis)))


@dataclass(frozen=True)
class Treatment:
    """Treated `values` and what was done to each column.

    `winsorised`: points moved (0 = none); `transformed`: whether the transform was applied; `passed`, `skew`, `kurt`:
    (stages, columns) before, after winsorising and at the end.
    """

    values: Floats
    winsorised: NDArray[np.int64]
    transformed: Mask
    passed: Mask
    skew: Floats
    kurt: Floats


def skewness(values: Floats) -> Floats:
    """Return the bias-corrected sample skewness of each column, NaN under 3 values or when constant.

    Formula: n / ((n - 1)(n - 2)) * sum(((x - m) / s)^3), s with n - 1 (Joanes and Gill 1998, G1).
    """
    return shape(values)[0]


def kurtosis(values: Floats) -> Floats:
    """Return the bias-corrected sample excess kurtosis of each column, NaN under 4 values or when constant.

    Formula: n(n + 1) / ((n - 1)(n - 2)(n - 3)) * sum(((x - m) / s)^4) - 3(n - 1)^2 / ((n - 2)(n - 3)) (Joanes and
    Gill 1998, G2).
    """
    return shape(values)[1]


def shape(values: Floats) -> tuple[Floats, Floats]:
    """Return `skewness` and `kurtosis` of each column together."""
    present = ~np.isnan(values)
    n = present.sum(axis=0).astype(float)
    centred = np.where(present, values, 0.0)
    centred = np.where(present, centred - centred.sum(axis=0) / np.maximum(n, 1), 0.0)
    flat = is_constant(values)
    _, exponent = np.frexp(np.where(flat, 1.0, np.abs(centred).max(axis=0)))
    centred = np.where(flat, 0.0, np.ldexp(centred, -exponent))  # shape has no scale: powers of two keep every bit
    square = centred * centred
    sd = np.sqrt(np.where(flat, 1.0, square.sum(axis=0)) / np.maximum(n - 1, 1))
    skew = (square * centred).sum(axis=0) / (sd * sd * sd)
    kurt = (square * square).sum(axis=0) / (sd * sd * sd * sd)
    below3, below4 = flat | (n < 3), flat | (n < 4)
    free = np.where(below4, 4.0, n)  # any count that keeps the divisions defined
    skew = skew * n / np.where(below3, 1.0, (n - 1) * (n - 2))
    kurt = kurt * n * (n + 1) / ((free - 1) * (free - 2) * (free - 3)) - 3 * (n - 1) ** 2 / ((free - 2) * (free - 3))
    return np.where(below3, np.nan, skew), np.where(below4, np.nan, kurt)


def winsorise(
    values: Floats, *, most: int = 5, limits: Limits | None = None, force: bool = False
) -> tuple[Floats, NDArray[np.int64]]:
    """Pull in the most extreme points of each failing column, one at a time, until it passes.

    The value furthest out on the skewed side (all its ties together) becomes the next one; at most `most` such points a
    column, and never so many that the column turns constant. A column that still fails is returned untreated with 0
    points, unless `force`: then the points that were moved stay moved. Returns values in the same unit and the number
    of points moved (columns). OECD/JRC handbook (2008), step 3. Raises ValueError when `most` is negative.
    """
    if most < 0:
        raise ValueError("winsorise: the number of points cannot be negative; give 0 or more")
    limits = limits or Limits()
    current, moved = values.copy(), np.zeros(values.shape[1], dtype=np.int64)
    failing = np.flatnonzero(~limits.passed(*shape(values)))
    for _ in range(most):
        pulled = _pulled_in(current[:, failing], high=shape(current[:, failing])[0] > 0)
        varied = ~is_constant(pulled)  # never down to one value: that would wipe out the column
        failing = failing[varied]
        current[:, failing], moved[failing] = pulled[:, varied], moved[failing] + 1
        failing = failing[~limits.passed(*shape(current[:, failing]))]
        if not failing.size:
            break
    unmended = ~limits.passed(*shape(current)) & (not force)
    return np.where(unmended, values, current), np.where(unmended, 0, moved)


def log(values: Floats) -> Floats:
    """Return the natural logarithm; raises ColumnError naming the cells when a value is zero or negative."""
    with np.errstate(invalid="ignore"):
        bad = values <= 0
    if bad.any():
        rows, columns = np.nonzero(bad)
        raise ColumnError("zero or negative before a logarithm; use log_ct or another transform", columns, rows)
    return np.asarray(np.log(values))


def log_ct(values: Floats) -> Floats:
    """Return ln(x - min + 0.01 * (max - min)) of each column, defined for zero and negative values.

    Log transform of the COIN Tool (Becker et al. 2019, JRC). Raises ColumnError for a constant column.
    """
    smallest, span = _range(values)
    return np.asarray(np.log(values - smallest + _MARGIN * span))


def log_ct_signed(values: Floats) -> Floats:
    """Return `log_ct` of columns skewed to the right and its mirror image, -ln(max + 0.01 * range - x), of the others.

    The mirror keeps the order of the values. Raises ColumnError for a constant column.
    """
    return np.where(skewness(values) < 0, -log_ct(-values), log_ct(values))


def log_gii(values: Floats) -> Floats:
    """Return ln((max - 1)(x - min) / (max - min) + 1), mirrored for columns skewed to the left so that order is kept.

    Log transform of the Global Innovation Index (WIPO, appendix on outliers); starts at 0. Raises ColumnError for a
    constant column and for one whose largest value is not above 1 (give it in a smaller unit).
    """
    return np.where(skewness(values) < 0, _gii(values, flip=True), _gii(values, flip=False))


def boxcox(values: Floats, power: float) -> Floats:
    """Return the Box-Cox transform ((x - min + 1)^power - 1) / power of each column, ln(x - min + 1) for power 0.

    The shift makes the smallest value 1, so zero and negative values are defined. Box and Cox (1964).
    """
    shifted = values - np.fmin.reduce(values, axis=0) + 1.0
    return np.asarray(np.log(shifted) if power == 0 else (shifted**power - 1.0) / power)


def root(values: Floats) -> Floats:
    """Return the Box-Cox transform with power one half, a root that starts at 0."""
    return boxcox(values, 0.5)


TRANSFORMS: dict[str, Callable[[Floats], Floats]] = {
    "log": log,
    "log_ct": log_ct,
    "log_ct_signed": log_ct_signed,
    "log_gii": log_gii,
    "root": root,
}


def treat(
    values: Floats,
    *,
    most: int = 5,
    limits: Limits | None = None,
    transform: str | None = "log_ct",
    force: bool = False,
) -> Treatment:
    """Winsorise failing columns, and transform those that winsorising did not mend.

    The transform acts on their untreated values, or with `force` on the winsorised ones: what `winsorised` and
    `transformed` say was done to a column is what its values went through. `most` 0 skips winsorising, `transform` None
    skips the transform; a column that passes is returned bit for bit.
    Shapes as in the module. A column that fails to the end keeps its last treatment and `passed` says so.
    Raises ValueError for an unknown transform, ColumnError where the transform is not defined.
    """
    limits = limits or Limits()
    if transform is not None and transform not in TRANSFORMS:
        raise ValueError(f"treat: unknown transform {transform!r}; choose from {sorted(TRANSFORMS)}")
    first, points = winsorise(values, most=most, limits=limits, force=force)
    last = first.copy()
    failing = ~limits.passed(*shape(first))
    if transform is not None and failing.any():
        _transform_columns(first, last, failing, transform)
    skew, kurt = (np.array(stages) for stages in zip(*map(shape, (values, first, last)), strict=True))
    done = failing if transform is not None else np.zeros_like(failing)
    return Treatment(last, points, done, limits.passed(skew, kurt), skew, kurt)


def joined(parts: Sequence[tuple[Sequence[int], Treatment]], columns: int) -> Treatment:
    """Return one treatment of all columns from treatments of some of them, each with its column positions."""
    rows = len(parts[0][1].values)
    whole = Treatment(
        values=np.empty((rows, columns)),
        winsorised=np.zeros(columns, dtype=np.int64),
        transformed=np.zeros(columns, dtype=bool),
        passed=np.zeros((3, columns), dtype=bool),
        skew=np.empty((3, columns)),
        kurt=np.empty((3, columns)),
    )
    for chosen, part in parts:
        for name in ("values", "winsorised", "transformed", "passed", "skew", "kurt"):
            getattr(whole, name)[..., list(chosen)] = getattr(part, name)
    return whole


def _transform_columns(before: Floats, into: Floats, failing: Mask, transform: str) -> None:
    chosen = np.flatnonzero(failing)
    try:
        into[:, failing] = TRANSFORMS[transform](before[:, failing])
    except ColumnError as error:  # positions among the failing columns, back to positions in the table
        raise ColumnError(error.problem, [int(chosen[column]) for column in error.columns], error.rows) from error


def _pulled_in(values: Floats, *, high: Mask) -> Floats:
    """Return columns with their outermost value (and its ties), on the high side or the low, moved to the next one."""
    sign = np.where(high, 1.0, -1.0)
    signed = values * sign
    outermost = np.fmax.reduce(signed, axis=0)
    following = np.fmax.reduce(np.where(signed < outermost, signed, -np.inf), axis=0)
    return np.asarray(np.where(signed == outermost, following, signed) * sign)


def _gii(values: Floats, *, flip: bool) -> Floats:
    smallest, span = _range(values)
    largest = smallest + span
    if np.any(largest <= 1):
        raise ColumnError(
            "is never above 1, so log_gii is not defined; use a smaller unit", np.flatnonzero(largest <= 1)
        )
    distance = largest - values if flip else values - smallest
    logged = np.log((largest - 1.0) * distance / span + 1.0)
    return np.asarray(-logged if flip else logged)


def _range(values: Floats) -> tuple[Floats, Floats]:
    smallest, largest = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    if is_constant(values).any():
        raise ColumnError("is constant, so it cannot be transformed; drop it", np.flatnonzero(is_constant(values)))
    return smallest, np.asarray(largest - smallest)
