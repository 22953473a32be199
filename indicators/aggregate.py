"""Aggregation: scores of parts to the score of the whole, one pure function a rule."""

from __future__ import annotations

import numpy as np

from indicators.tables import Floats

_ROUNDING = 1e-12  # weighted votes closer than this share of the weight are a draw


def fold(values: Floats) -> Floats:
    """Return the sum along the last axis, added from left to right: one order, whatever the layout and the machine."""
    parts = np.moveaxis(np.asarray(values, dtype=float), -1, 0)
    total = np.zeros(parts.shape[1:])
    for part in parts:
        total = total + part
    return np.asarray(total)


def _renormalised(values: Floats, weights: Floats) -> Floats:
    """Return weights with NaN cells of `values` at zero, summing to 1 along the last axis (NaN when none is left)."""
    present = np.where(np.isnan(values), 0.0, weights)
    total = fold(present)[..., None]
    shares: Floats = np.divide(present, total, out=np.full(present.shape, np.nan), where=total > 0)
    return shares


def arithmetic(values: Floats, weights: Floats) -> Floats:
    """Return the weighted arithmetic mean along the last axis; NaN cells are left out and weights renormalised.

    `values` (..., parts) in any unit, `weights` broadcastable, non-negative; result (...) in the same unit, NaN
    when every
    part is missing.
    """
    shares = _renormalised(values, weights)
    return fold(np.where(np.isnan(values), 0.0, values) * shares)


def geometric(values: Floats, weights: Floats, *, floor: float | Floats | None = None) -> Floats:
    """Return the weighted geometric mean along the last axis; parts below `floor` count as `floor`.

    Shapes and missing cells as in `arithmetic`. Raises ValueError when a part is not positive and no floor is
    given.
    """
    raised = values if floor is None else np.where(np.isnan(values), values, np.maximum(values, floor))
    if np.any(raised[~np.isnan(raised)] <= 0):
        raise ValueError("geometric mean: a value is zero or negative; give a positive floor")
    return np.asarray(np.exp(arithmetic(np.log(raised), weights)))


def harmonic(values: Floats, weights: Floats) -> Floats:
    """Return the weighted harmonic mean along the last axis: 1 / sum(w / x).

    Shapes and missing cells as in `arithmetic`. Raises ValueError when a part is not positive.
    """
    _refuse_not_positive(values, "harmonic mean")
    return np.asarray(1.0 / arithmetic(1.0 / values, weights))


def generalised_mean(values: Floats, weights: Floats, power: float) -> Floats:
    """Return the weighted power mean along the last axis: sum(w * x^p)^(1/p), geometric at power 0.

    Power 1 is arithmetic, -1 harmonic, 2 quadratic. Shapes and missing cells as in `arithmetic`. Raises ValueError when
    a part is not positive (other powers than 1 are undefined or not monotone there).
    """
    if power == 1:
        return arithmetic(values, weights)
    if power == 0:
        return geometric(values, weights)
    _refuse_not_positive(values, "generalised mean")
    return np.asarray(arithmetic(values**power, weights) ** (1.0 / power))


def penalised_mean(values: Floats, weights: Floats, *, sign: int = -1) -> Floats:
    """Return the weighted mean plus `sign` times its penalty for imbalance along the last axis: m + sign * s^2 / m.

    s is the weighted population standard deviation over the parts present; on the scales `mazziotta_pareto` and
    `adjusted_mazziotta_pareto` this is the MPI and the AMPI, sign -1 for "more is better". Shapes and missing cells as
    in `arithmetic`. Raises ValueError when a part is not positive or `sign` is not 1 or -1. Mazziotta and Pareto
    (2016), Social Indicators Research 127; (2018), 136.
    """
    if sign not in (1, -1):
        raise ValueError("penalised mean: 'sign' is 1 or -1")
    _refuse_not_positive(values, "penalised mean")
    mean = arithmetic(values, weights)
    variance = arithmetic((values - mean[..., None]) ** 2, weights)
    return np.asarray(mean + sign * variance / mean)


def copeland(values: Floats, weights: Floats) -> Floats:
    """Return how many other places a place outranks minus how many outrank it, from pairwise weighted majorities.

    `values` (places, parts), `weights` (parts); result (places), whole numbers from -(places - 1) to places - 1. A
    place outranks another when the parts on which it is better weigh more than those on which it is worse, looking
    only at parts that both have; a pair without a common part counts 0. Ties on a part count for neither. A part
    without weight is no part: a place that shares none with any other place was held against nobody and is NaN. Does
    not depend on row order. Copeland (1951); outranking matrix of Munda and Nardo (2009).
    """
    places = values.shape[0]
    margin, shared = np.zeros((places, places)), np.zeros((places, places), dtype=bool)
    weighed = np.flatnonzero(weights > 0)
    with np.errstate(invalid="ignore"):
        for part, weight in zip(values.T[weighed], weights[weighed], strict=True):
            margin += weight * ((part[:, None] > part).astype(float) - (part[:, None] < part))
            shared |= ~np.isnan(part[:, None]) & ~np.isnan(part)
    np.fill_diagonal(shared, False)
    score = np.sign(np.where(np.abs(margin) > _ROUNDING * np.abs(weights).sum(), margin, 0.0)).sum(axis=1)
    return np.where(shared.any(axis=1), score, np.nan)


def rank(scores: Floats) -> Floats:
    """Return ranks along the last axis, 1 = highest score; equal scores share the smallest rank, NaN stays NaN."""
    values = np.asarray(scores, dtype=float)
    places = np.ascontiguousarray(np.moveaxis(values, -1, 0))
    above = np.zeros(places.shape, dtype=np.int32)
    for other in places:
        above += other > places
    return np.where(np.isnan(values), np.nan, np.moveaxis(above, 0, -1) + 1.0)


def _refuse_not_positive(values: Floats, rule: str) -> None:
    if np.any(values[~np.isnan(values)] <= 0):
        raise ValueError(f"{rule}: a value is zero or negative; use a scale that starts above zero")
