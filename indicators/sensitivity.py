"""Sensitivity: which uncertain choice moves the ranks, by Sobol indices of the mean absolute rank change.

First order: share of the variance a factor explains alone; total order: the share it takes part in. Both come from
`scipy.stats.sobol_indices` (Saltelli sampling on Sobol points, centred estimators), with a bootstrap interval. Saisana,
Saltelli and Tarantola (2005), Journal of the Royal Statistical Society A 168.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    built. Raises AnalysisError when nothing moves a rank, since there is then no variance to share.
    """
    from scipy.stats import sobol_indices  # slow to import, so only where it is used

    factors = (*(one.name for one in vary.variations), *(f"weights of level {level}" for level in sorted(vary.spreads)))
    sets = _weight_sets(pipeline, vary, weight_sets, seed)

    seen: list[Floats] = []

    def change(points: Floats) -> Floats:
        seen.append(rank_change(pipeline, vary, target, points.T, sets))
        return seen[-1].copy()  # scipy centres what it is given in place

    rng = np.random.default_rng(seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        result = sobol_indices(func=change, n=samples, dists=[_Unit()] * len(factors), rng=rng)
    outcome = np.concatenate(seen)
    if outcome.max() == outcome.min():
        raise AnalysisError("sensitivity: no choice or weight moves any rank, so there is nothing to explain")
    spread = result.bootstrap(confidence_level=confidence, n_resamples=resamples)
    first, total = spread.first_order.confidence_interval, spread.total_order.confidence_interval
    return Sensitivity(
        factors=tuple(factors),
        first=_each(result.first_order, len(factors)),
        first_low=_each(first.low, len(factors)),
        first_high=_each(first.high, len(factors)),
        total=_each(result.total_order, len(factors)),
        total_low=_each(total.low, len(factors)),
        total_high=_each(total.high, len(factors)),
        mean=float(outcome.mean()),
        variance=float(outcome.var(ddof=1)),
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


class _Unit:
    """The uniform distribution on [0, 1) as scipy asks for it."""

    def ppf(self, points: Any) -> Any:
        return points


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


def _each(values: object, factors: int) -> Floats:
    return np.asarray(values, dtype=float).reshape(factors)
