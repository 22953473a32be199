"""Ranks, 1 = best, ties take the smallest rank, and the range a rank takes over replications."""

from __future__ import annotations

import numpy as np

from indicators.scores import Floats


def rank(scores: Floats) -> Floats:
    """Return ranks along the last axis, 1 = highest score; equal scores share the smallest rank, NaN stays NaN."""
    values = np.asarray(scores, dtype=float)
    above = (values[..., None, :] > values[..., :, None]).sum(axis=-1)
    return np.where(np.isnan(values), np.nan, above + 1.0)


def rank_range(draws: Floats, nominal: Floats, interval: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return the percentiles `interval` of the ranks over replications, widened to hold the nominal rank.

    `draws` (replications, places) are scores without NaN, `nominal` (places,) ranks; the result is two arrays of whole
    ranks. The nominal rank can lie outside the percentiles, since a gap is drawn but has no nominal value.
    """
    ranks = rank(draws)
    low = np.percentile(ranks, interval[0], axis=0, method="lower")
    high = np.percentile(ranks, interval[1], axis=0, method="higher")
    return np.minimum(low, nominal), np.maximum(high, nominal)


def score_range(draws: Floats, nominal: Floats, interval: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return the percentiles `interval` of scores over replications (axis 0), widened to hold the nominal score."""
    low, high = np.percentile(draws, interval, axis=0)
    return np.minimum(low, nominal), np.maximum(high, nominal)
