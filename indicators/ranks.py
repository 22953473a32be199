"""Ranks, 1 = best, ties take the smallest rank, and the range a rank takes over replications."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from config import digits
from indicators.scores import Floats, Scores


def rank(scores: Floats) -> Floats:
    """Return ranks along the last axis, 1 = highest score; equal scores share the smallest rank, NaN stays NaN."""
    values = np.asarray(scores, dtype=float)
    places = np.ascontiguousarray(np.moveaxis(values, -1, 0))
    above = np.zeros(places.shape, dtype=np.int32)
    for other in places:
        above += other > places
    return np.where(np.isnan(values), np.nan, np.moveaxis(above, 0, -1) + 1.0)


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


def rank_among(
    scores: Scores, what: str, place_ids: Sequence[str], interval: tuple[float, float] = (5.0, 95.0)
) -> pd.DataFrame:
    """Return `ref_area, score, rank, rank_low, rank_high` in a pillar or "overall" among chosen places only.

    Scores are those already computed: choosing peers changes ranks, never a score. Places without a score keep a row
    without a rank. Raises KeyError for an unknown pillar or place.
    """
    at = [_position(scores.draws.place_ids, place, "place") for place in place_ids]
    draws = scores.draws.overall[:, at] if what == "overall" else _pillar_draws(scores, what)[:, at]
    table = scores.overall if what == "overall" else scores.pillars[scores.pillars["pillar"] == what]
    nominal = table.set_index("ref_area")["score"].reindex(list(place_ids)).to_numpy(dtype=float)
    known = ~np.isnan(nominal)
    ranks, low, high = rank(nominal), np.full_like(nominal, np.nan), np.full_like(nominal, np.nan)
    if known.any():
        low[known], high[known] = rank_range(draws[:, known], ranks[known], interval)
    columns = {"rank": whole(ranks), "rank_low": whole(low), "rank_high": whole(high)}
    return pd.DataFrame({"ref_area": list(place_ids), "score": nominal, **columns})


def whole(ranks: Floats) -> pd.Series:
    """Return ranks as a column of nullable integers."""
    missing = np.isnan(ranks)
    return pd.Series(pd.arrays.IntegerArray(np.where(missing, 0.0, ranks).astype(np.int64), missing))


def _pillar_draws(scores: Scores, pillar: str) -> Floats:
    return np.asarray(scores.draws.pillars[:, :, _position(scores.draws.pillar_ids, pillar, "pillar")])


def _position(names: Sequence[str], name: str, kind: str) -> int:
    if name not in names:
        raise KeyError(f"unknown {kind} {name!r}")
    return names.index(name)
