"""Ranks, 1 = best, ties take the smallest rank, and the range a rank takes over replications."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from config import digits
from indicators.aggregate import rank as rank
from indicators.scores import Draws, Floats


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
    low, high = digits.drawn(np.percentile(draws, interval, axis=0))
    return np.minimum(low, nominal), np.maximum(high, nominal)


def drawn_ranks(draws: Draws, what: str, place_ids: Sequence[str]) -> Floats:
    """Return (replications, places): ranks in a pillar or "overall" among chosen places, per replication.

    NaN where a place has no score. Raises KeyError for an unknown pillar or place.
    """
    at = [_position(draws.place_ids, place, "place") for place in place_ids]
    if what == "overall":
        return rank(draws.overall[:, at])
    return rank(draws.pillars[:, at, _position(draws.pillar_ids, what, "pillar")])


def whole(ranks: Floats) -> pd.Series:
    """Return ranks as a column of nullable integers."""
    missing = np.isnan(ranks)
    return pd.Series(pd.arrays.IntegerArray(np.where(missing, 0.0, ranks).astype(np.int64), missing))


def _position(names: Sequence[str], name: str, kind: str) -> int:
    if name not in names:
        raise KeyError(f"unknown {kind} {name!r}")
    return names.index(name)
