"""Aggregation: scores of parts to the score of the whole, one pure function a rule."""

from __future__ import annotations

import numpy as np

from indicators.scores import Floats


def _renormalised(values: Floats, weights: Floats) -> Floats:
    """Return weights with NaN cells of `values` at zero, summing to 1 along the last axis (NaN when none is left)."""
    present = np.where(np.isnan(values), 0.0, weights)
    total = present.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(present, total, out=np.full(present.shape, np.nan), where=total > 0)
    return shares


def arithmetic(values: Floats, weights: Floats) -> Floats:
    """Return the weighted arithmetic mean along the last axis; NaN cells are left out and weights renormalised.

    `values` (..., parts) in any unit, `weights` broadcastable, non-negative; result (...) in the same unit, NaN
    when every
    part is missing.
    """
    shares = _renormalised(values, weights)
    mean = np.nansum(np.where(np.isnan(values), 0.0, values) * shares, axis=-1)
    return np.asarray(np.where(np.isnan(shares).all(axis=-1), np.nan, mean))


def geometric(values: Floats, weights: Floats, *, floor: float | Floats | None = None) -> Floats:
    """Return the weighted geometric mean along the last axis; parts below `floor` count as `floor`.

    Shapes and missing cells as in `arithmetic`. Raises ValueError when a part is not positive and no floor is
    given.
    """
    raised = values if floor is None else np.where(np.isnan(values), values, np.maximum(values, floor))
    if np.any(raised[~np.isnan(raised)] <= 0):
        raise ValueError("geometric mean: a value is zero or negative; give a positive floor")
    return np.asarray(np.exp(arithmetic(np.log(raised), weights)))
