"""Sensitivity: which uncertain choice moves the ranks, by Sobol indices of the mean absolute rank change.

First order: share of the variance a factor explains alone; total order: the share it takes part in. Both come from
`scipy.stats.sobol_indices` on Sobol points (centred estimators), with a percentile bootstrap interval. Saisana,
Saltelli and Tarantola (2005), Journal of the Royal Statistical Society A 168; Saltelli et al. (2010), Computer
Physics Communications 181.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators import replicate
from indicators.recipe import Vary
from indicators.replicate import Pipeline
from indicators.tables import AnalysisError, Floats


@dataclass(frozen=True)
class Sensitivity:
    """Sobol indices by factor, each (factors), with the ends of their bootstrap intervals (shares of variance).

    `factors` are the variations by name and "weights of level n"; `mean` and `variance` are those of the mean absolute
    rank change (places).
    """

    factors: tuple[str, ...]
    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    mean: float
    variance: float

    def distinguishable(self, factor: int, other: int) -> bool:
        """Tell whether the total-order intervals of two factors (positions) are apart."""
        low, high = self.total_low, self.total_high
        return bool(low[factor] > high[other] or low[other] > high[factor])


def sensitivity(
    pipeline: Pipeline,
    vary: Vary,
    target: str,
    *,
    samples: int = 512,
    seed: int = 1,
    confidence: float = 0.95,
    resamples: int = 200,
    weight_sets: int = 256,
) -> Sensitivity:
    """Return Sobol indices of the mean absolute rank change of `target` over what `vary` names.

    Every factor is a uniform number: a variation cuts the unit interval into its choices, the weights of a level cut it
    into `weight_sets` sets drawn beforehand. `samples` is a power of two; (factors + 2) * samples replications are
    built. Raises AnalysisError when fewer than two factors vary, and when nothing moves a rank: there is then no
    variance to share.
    """
    from scipy.stats import qmc, sobol_indices  # slow to import, so only where it is used

    factors = (*(one.name for one in vary.variations), *(f"weights of level {level}" for level in sorted(vary.spreads)))
    if len(factors) < 2:
        raise AnalysisError("sensitivity: a single factor explains everything; vary two or more")
    sets = _weight_sets(pipeline, vary, weight_sets, seed)
    points = qmc.Sobol(2 * len(factors), rng=np.random.default_rng(seed)).random(samples)
    a, b, ab = (rank_change(pipeline, vary, target, part, sets) for part in _saltelli_points(points))
    ab = ab.reshape(len(factors), samples)
    outcome = np.concatenate([a, b])
    if outcome.max() == outcome.min():
        raise AnalysisError("sensitivity: no choice or weight moves any rank, so there is nothing to explain")
    found = sobol_indices(func={"f_A": a[None], "f_B": b[None], "f_AB": ab[:, None]}, n=samples)
    low, high = _bootstrap(a, b, ab, confidence, resamples, np.random.default_rng([seed, 2]))
    return Sensitivity(
        factors=tuple(factors),
        first=np.asarray(found.first_order),
        first_low=low[0],
        first_high=high[0],
        total=np.asarray(found.total_order),
        total_low=low[1],
        total_high=high[1],
        mean=float(outcome.mean()),
        variance=float(outcome.var()),
    )


def rank_change(pipeline: Pipeline, vary: Vary, target: str, points: Floats, sets: dict[int, Floats]) -> Floats:
    """Return the mean absolute rank change against the nominal ranks for each of `points` (draws, factors) in [0, 1).

    In places; over the places that have a rank in both. `sets` holds the weight factors (sets, codes) of each level.
    """
    counts = np.array([len(one.labels) for one in vary.variations], dtype=np.int64)
    choices = replicate.chosen_positions(points[:, : len(counts)], counts)
    codes = tuple(code for level in sorted(vary.spreads) for code in pipeline.framework.codes(level))
    picked = [_picked(sets[level], points[:, len(counts) + at]) for at, level in enumerate(sorted(vary.spreads))]
    factors = np.concatenate(picked, axis=1) if picked else np.empty((len(points), 0))
    parameters = replicate.with_factors(pipeline, vary, choices, codes, factors)
    built = replicate.run(pipeline, parameters, target)
    moved = np.abs(built.ranks - built.nominal_ranks)
    known = ~np.isnan(moved)
    if not known.any(axis=1).all():
        raise AnalysisError("sensitivity: some replications leave no place with a rank; narrow what is varied")
    return np.asarray(np.where(known, moved, 0.0).sum(axis=1) / known.sum(axis=1))


def saltelli(a: Floats, b: Floats, ab: Floats) -> tuple[Floats, Floats]:
    """Return first- and total-order indices from outcomes at two samples and their crossings (Saltelli et al. 2010).

    `a`, `b` (..., samples), `ab` (factors, ..., samples) with factor i taken from b; results (factors, ...), shares of
    variance. First: mean(b (ab_i - a)) / V; total: mean((a - ab_i)^2) / 2V; outcomes are centred first.
    """
    both = np.concatenate([a, b], axis=-1)
    centre, variance = both.mean(axis=-1, keepdims=True), both.var(axis=-1)
    variance = np.where(variance > 0, variance, np.nan)
    first = ((b - centre) * (ab - a)).mean(axis=-1) / variance
    return np.asarray(first), np.asarray(((a - ab) ** 2).mean(axis=-1) / (2 * variance))


def _saltelli_points(points: Floats) -> tuple[Floats, Floats, Floats]:
    """Split points (samples, 2 factors) into two samples and, stacked, the first with one factor of the second each."""
    factors = points.shape[1] // 2
    a, b = points[:, :factors], points[:, factors:]
    crossed = np.repeat(a[None], factors, axis=0)
    for factor in range(factors):
        crossed[factor, :, factor] = b[:, factor]
    return a, b, crossed.reshape(-1, factors)


def _bootstrap(
    a: Floats, b: Floats, ab: Floats, confidence: float, resamples: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return the percentile interval (order, factors) of both indices when the samples are drawn again and again."""
    drawn = rng.integers(0, len(a), (resamples, len(a)))
    estimates = np.stack(saltelli(a[drawn], b[drawn], ab[:, drawn]))
    tail = (1.0 - confidence) / 2.0
    low, high = np.nanquantile(estimates, (tail, 1.0 - tail), axis=-1)
    return low, high


def _weight_sets(pipeline: Pipeline, vary: Vary, count: int, seed: int) -> dict[int, Floats]:
    rng = np.random.default_rng([seed, 1])  # a stream of its own, apart from the Sobol points
    sets = {}
    for level in sorted(vary.spreads):
        unit = rng.random((count, len(pipeline.framework.codes(level))))
        sets[level] = 1.0 + vary.spreads[level] * (2.0 * unit - 1.0)
    return sets


def _picked(sets: Floats, points: Floats) -> Floats:
    chosen: NDArray[np.int64] = np.minimum((points * len(sets)).astype(np.int64), len(sets) - 1)
    return np.asarray(sets[chosen])
