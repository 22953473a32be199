"""Weights: equal, given, from principal components, or balanced by correlation (OECD/JRC handbook 2008, step 6).

The data-driven ones take `values` (places, parts), normalised with higher = better, and look at complete rows only.
All return weights (parts) that sum to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from indicators.tables import ColumnError, Floats, is_constant


def equal(parts: int) -> Floats:
    """Return the same weight for each part: 1 / parts. Raises ValueError without parts."""
    if parts < 1:
        raise ValueError("weights: no parts to weigh")
    return np.full(parts, 1.0 / parts)


def given(weights: Mapping[str, float], codes: Sequence[str]) -> Floats:
    """Return the given weights in the order of `codes`, divided by their sum.

    Raises ValueError naming the code for a missing, negative or unknown one, and when the sum is zero.
    """
    unknown, absent = [c for c in weights if c not in codes], [c for c in codes if c not in weights]
    if unknown or absent:
        raise ValueError(f"weights: unknown {unknown}, missing {absent}; give one weight for each of {list(codes)}")
    negative = [code for code in codes if not weights[code] >= 0]
    if negative:
        raise ValueError(f"weights: {negative} not at or above zero")
    total = sum(weights[code] for code in codes)
    if total == 0:
        raise ValueError(f"weights: those of {list(codes)} sum to zero")
    return np.array([weights[code] for code in codes]) / total


def principal_component(values: Floats) -> Floats:
    """Return weights proportional to the loadings of the first principal component of the correlation matrix.

    The component has the sign that makes the sum of loadings positive. Raises ColumnError for a constant part and for
    a part with a loading that is not positive (it contradicts the others: reverse, move or drop it), ValueError for
    fewer than 3 complete rows.
    """
    loadings = _first_component(_correlation(values))
    _refuse_not_positive(loadings, "loads negatively or not at all on the first component")
    return np.asarray(loadings / loadings.sum())


def squared_loadings(values: Floats) -> Floats:
    """Return weights proportional to the squared loadings of the first principal component.

    A squared loading is the share of the part's variance that the component explains (OECD/JRC handbook 2008, step 6,
    Nicoletti et al. 2000, with one factor). Errors as in `principal_component`.
    """
    return np.asarray(principal_component(values) ** 2 / (principal_component(values) ** 2).sum())


def correlation_balanced(values: Floats) -> Floats:
    """Return weights under which every part correlates equally with their weighted arithmetic mean.

    With S the covariance matrix and s the standard deviations, S w = c s, so w is proportional to S^-1 s (in the spirit
    of Becker et al. 2017, Ecological Indicators 80). Raises ColumnError naming parts that would need a weight that is
    not positive (no balance exists: reverse, move or drop them), a constant part, or parts that repeat each other.
    """
    correlation, sd = _correlation(values), _complete(values).std(axis=0, ddof=1)
    if np.linalg.matrix_rank(correlation) < len(correlation):
        repeated = np.flatnonzero((np.abs(correlation) > 1 - 1e-12).sum(axis=0) > 1)
        raise ColumnError("repeats or adds up others, so weights cannot be told apart; drop one", repeated)
    weights = np.linalg.solve(correlation, np.ones(len(correlation))) / sd
    _refuse_not_positive(weights, "would need a weight that is not positive to balance correlations")
    return np.asarray(weights / weights.sum())


def _complete(values: Floats) -> Floats:
    complete = values[~np.isnan(values).any(axis=1)]
    if len(complete) < 3:
        raise ValueError(f"weights: {len(complete)} places have every part; 3 or more are needed, impute or drop first")
    return complete


def _correlation(values: Floats) -> Floats:
    complete = _complete(values)
    constant = is_constant(complete)
    if constant.any():
        raise ColumnError("is constant over the complete rows; drop it", np.flatnonzero(constant))
    around = complete - complete.mean(axis=0)
    scaled = around / np.abs(around).max(axis=0)  # so that squares neither overflow nor vanish
    return np.asarray(np.corrcoef(scaled, rowvar=False)).reshape(values.shape[1], -1)


def _first_component(correlation: Floats) -> Floats:
    _, vectors = np.linalg.eigh(correlation)
    first = vectors[:, -1]
    return np.asarray(first if first.sum() > 0 else -first)


def _refuse_not_positive(weights: Floats, problem: str) -> None:
    bad = np.flatnonzero(weights <= 1e-12)
    if bad.size:
        raise ColumnError(f"{problem}; reverse, move or drop it", bad)
