"""Uncertainty: an index rebuilt many times with options and weights sampled together, replayable draw by draw.

Only the sampled options change the normalised matrix, so each combination of options is treated and normalised once,
whatever the number of draws; the weights of its draws go through the hierarchy as one batch. The parameters of each
replication are kept as they are used, at the digits of `config.digits`, and the same parameters give the same scores to
the last bit. A replication that cannot be built stops the run with its options named; none is dropped. OECD/JRC
handbook (2008), step 7; Saisana, Saltelli and Tarantola (2005), Journal of the Royal Statistical Society A 168.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from config import digits
from indicators import steps
from indicators.framework import Framework
from indicators.hierarchy import Batch, aggregate_draws
from indicators.inputs import Inputs
from indicators.panel import POOLED, ranks_by_period
from indicators.recipe import Step, Variation, Vary
from indicators.steps import State
from indicators.tables import AnalysisError, Floats, listed, number

_CHUNK = 2_000  # draws aggregated at once, which bounds the memory of a run


@dataclass(frozen=True)
class Parameters:
    """What was sampled: `choices` (draws, variations) positions among `labels`, `weights` (draws, codes) as used.

    A weight is NaN where its code is not part of the index in that replication.
    """

    names: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    choices: NDArray[np.int64]
    codes: tuple[str, ...]
    weights: Floats


@dataclass(frozen=True)
class Replications:
    """Scores and ranks (draws, places) of one aggregate, and the nominal ones (places) of the recipe as it stands.

    NaN where a place has no score in a replication; ranks are 1 = best, each replication on its own.
    """

    places: tuple[str, ...]
    periods: tuple[str, ...] | None
    scores: Floats
    ranks: Floats
    nominal_scores: Floats
    nominal_ranks: Floats


@dataclass
class Pipeline:
    """A recipe's steps on its inputs, with the variations that may replace some of them; states are cached."""

    inputs: Inputs
    framework: Framework
    steps: tuple[Step, ...]
    variations: tuple[Variation, ...] = ()
    scale: str = POOLED
    _states: dict[tuple[int, ...], State] = field(default_factory=dict)

    def state(self, choice: Sequence[int] | None = None) -> State:
        """Return the state before aggregation for one position a variation; None for the recipe as it stands.

        States are shared between choices that agree on the steps taken so far.
        """
        chosen = self._chosen(choice)
        last = next(index for index, step in enumerate(chosen) if step.name == "aggregate")
        state = steps.start(self.inputs, self.framework, chosen, self.scale)
        keys = list(accumulate([self._mark(index, choice) for index in range(last)], lambda key, mark: key + mark))
        for step, key in zip(chosen, keys, strict=False):
            if key not in self._states:
                self._states[key] = steps.apply(state, step)
            state = self._states[key]
        return state

    def scores(self, choice: Sequence[int] | None, batch: Batch, target: str) -> Floats:
        """Return the scores of `target` (draws, rows of the inputs) for one choice and its batch of weights."""
        state = self.state(choice)
        aggregation = next(step for step in self._chosen(choice) if step.name == "aggregate")
        rules = steps.rules(aggregation.options, state.framework)
        exact = aggregate_draws(state.table, state.framework, rules, batch, target)
        part = digits.scale(exact) if choice is None else digits.scale(exact, digits.REPLICATED_DIGITS)
        if len(state.table.rows) == len(self.inputs.indicators.rows):
            return part
        whole = np.full((len(part), len(self.inputs.indicators.rows)), np.nan)
        whole[:, _positions(self.inputs, state)] = part
        return whole

    def nominal(self, target: str) -> Floats:
        """Return the scores of `target` (rows of the inputs) by the recipe as it stands."""
        return np.asarray(self.scores(None, Batch((), np.empty((1, 0))), target)[0])

    def _chosen(self, choice: Sequence[int] | None) -> list[Step]:
        chosen = list(self.steps)
        for variation, position in zip(self.variations, choice or (), strict=False):
            chosen[variation.position] = _merged(chosen[variation.position], self.steps, variation, position)
        return chosen

    def _mark(self, index: int, choice: Sequence[int] | None) -> tuple[int, ...]:
        """Return what step `index` adds to the key of a state: its own position and the choices that shape it."""
        made = (
            [] if choice is None else [p for v, p in zip(self.variations, choice, strict=True) if v.position == index]
        )
        return (index, *(made or [-1]))


def sample(pipeline: Pipeline, vary: Vary, draws: int, seed: int) -> Parameters:
    """Draw the parameters of replications: each choice equally likely, each weight times 1 + U(-spread, spread).

    Discrete choices cut the unit interval, never the range of the sample. Weights vary around those that the steps of
    the replication give. `draws` and `seed` are whole numbers; the same seed gives the same parameters.
    """
    codes = tuple(code for level in sorted(vary.spreads) for code in pipeline.framework.codes(level))
    uniform = np.random.default_rng(seed).random((draws, len(vary.variations) + len(codes)))
    counts = np.array([len(variation.labels) for variation in vary.variations], dtype=np.int64)
    choices = chosen_positions(uniform[:, : len(counts)], counts)
    spread = np.array([vary.spreads[pipeline.framework.by_code[code].level] for code in codes])
    factors = 1.0 + spread * (2.0 * uniform[:, len(counts) :] - 1.0)
    return with_factors(pipeline, vary, choices, codes, factors)


def chosen_positions(uniform: Floats, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which of `counts` (variations) equal parts of the unit interval each number of `uniform` falls into."""
    return np.minimum((uniform * counts).astype(np.int64), counts - 1)


def with_factors(
    pipeline: Pipeline, vary: Vary, choices: NDArray[np.int64], codes: tuple[str, ...], factors: Floats
) -> Parameters:
    """Return parameters whose weights are `factors` (draws, codes) times the weights each choice of steps gives."""
    weights = np.empty_like(factors)
    for choice, rows in _combinations(choices):
        known = pipeline.state(choice).framework.by_code if codes else {}
        base = np.array([known[code].weight if code in known else np.nan for code in codes])
        weights[rows] = digits.significant(base * factors[rows], digits.SCALE_DIGITS)
    names = tuple(variation.name for variation in vary.variations)
    return Parameters(names, tuple(variation.labels for variation in vary.variations), choices, codes, weights)


def run(pipeline: Pipeline, parameters: Parameters, target: str) -> Replications:
    """Return the scores and ranks of every replication; raises AnalysisError naming options that cannot be built."""
    scores = np.empty((len(parameters.choices), len(pipeline.inputs.indicators.rows)))
    for choice, rows in _combinations(parameters.choices):
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            scores[part] = _scores(pipeline, choice, parameters, part, target)
    table = pipeline.inputs.indicators
    nominal = pipeline.nominal(target)
    return Replications(
        places=table.rows,
        periods=table.periods,
        scores=scores,
        ranks=ranks_by_period(scores, table.periods),
        nominal_scores=nominal,
        nominal_ranks=ranks_by_period(nominal, table.periods),
    )


def summary(replications: Replications, quantiles: tuple[float, float] = (0.05, 0.95)) -> dict[str, Floats]:
    """Return rank statistics by place, each (places): nominal, mean, median, the two quantiles, low, high, present.

    Quantiles are linear between order statistics (type 7); `low` and `high` are the quantiles, widened where needed so
    that they contain the nominal rank; `present` is the share of replications in which the place has a rank.
    """
    ranks, nominal = replications.ranks, replications.nominal_ranks
    gaps = np.isnan(ranks)
    if gaps.any():
        known = [column[~np.isnan(column)] for column in ranks.T]
        spread = np.array([np.quantile(one, (0.5, *quantiles)) if one.size else [np.nan] * 3 for one in known]).T
        mean = np.array([one.mean() if one.size else np.nan for one in known])
    else:
        spread, mean = np.quantile(ranks, (0.5, *quantiles), axis=0), ranks.mean(axis=0)
    low, high = np.fmin(spread[1], nominal), np.fmax(spread[2], nominal)
    return {
        "nominal": nominal,
        "mean": mean,
        "median": spread[0],
        "quantile_low": spread[1],
        "quantile_high": spread[2],
        "low": low,
        "high": high,
        "present": 1.0 - gaps.mean(axis=0),
    }


def probability_ahead(replications: Replications, place: str, other: str) -> float:
    """Return the share of replications in which `place` scores above `other`, ties counting one half.

    Only replications that score both count; NaN when there is none. Raises ValueError for an unknown place.
    """
    columns = [replications.scores[:, replications.places.index(code)] for code in (place, other)]
    difference = columns[0] - columns[1]
    known = difference[~np.isnan(difference)]
    return float(((known > 0) + 0.5 * (known == 0)).mean()) if known.size else float("nan")


def parameter_columns(parameters: Parameters) -> dict[str, list[object]]:
    """Return parameters as columns to store: `replication` (from 1), a label a variation, a weight a code."""
    columns: dict[str, list[object]] = {"replication": list(range(1, len(parameters.choices) + 1))}
    for name, labels, chosen in zip(parameters.names, parameters.labels, parameters.choices.T, strict=True):
        columns[name] = [labels[position] for position in chosen]
    for code, weights in zip(parameters.codes, parameters.weights.T, strict=True):
        columns[code] = weights.tolist()
    return columns


def stored_parameters(columns: Mapping[str, Sequence[object]], vary: Vary, framework: Framework) -> Parameters:
    """Return the parameters of stored columns, to replay them; the first column only numbers the replications.

    Every variation needs its column of labels; any other column holds the weights of the code it is named after.
    Raises AnalysisError naming the column and replication of a label or weight that cannot be used.
    """
    names = tuple(variation.name for variation in vary.variations)
    codes = tuple(name for name in list(columns)[1:] if name not in names)
    absent = [name for name in names if name not in columns]
    unknown = [code for code in codes if code not in framework.by_code]
    if absent or unknown:
        raise AnalysisError(f"replay: no column {listed(absent) or '-'}; unknown column {listed(unknown) or '-'}")
    choices = [[_position(cell, row, one) for row, cell in enumerate(columns[one.name], 1)] for one in vary.variations]
    weights = [[_stored_weight(cell, row, code) for row, cell in enumerate(columns[code], 1)] for code in codes]
    draws = len(next(iter(columns.values())))
    return Parameters(
        names,
        tuple(variation.labels for variation in vary.variations),
        np.array(choices, dtype=np.int64).reshape(len(names), draws).T,
        codes,
        np.array(weights, dtype=float).reshape(len(codes), draws).T,
    )


def _merged(current: Step, nominal: Sequence[Step], variation: Variation, position: int) -> Step:
    """Return the chosen step; when another variation already changed this step, keep both changes."""
    choice, base = variation.choices[position], nominal[variation.position]
    if current is base:
        return choice
    changed = {key: value for key, value in choice.options.items() if value != base.options.get(key)}
    return Step(current.name, {**current.options, **changed}, {**current.given, **changed})


def _combinations(choices: NDArray[np.int64]) -> list[tuple[tuple[int, ...], NDArray[np.int64]]]:
    """Return each distinct row of `choices` with the positions of the draws that have it."""
    if not choices.shape[1]:
        return [((), np.arange(len(choices)))]
    distinct, group = np.unique(choices, axis=0, return_inverse=True)
    flat = group.reshape(-1)
    return [(tuple(row.tolist()), np.flatnonzero(flat == index)) for index, row in enumerate(distinct)]


def _scores(
    pipeline: Pipeline, choice: tuple[int, ...], parameters: Parameters, rows: NDArray[np.int64], target: str
) -> Floats:
    chosen = [f"{n} = {ls[p]}" for n, ls, p in zip(parameters.names, parameters.labels, choice, strict=True)]
    try:
        known = pipeline.state(choice).framework.by_code
        columns = [index for index, code in enumerate(parameters.codes) if code in known]
        batch = Batch(tuple(parameters.codes[index] for index in columns), parameters.weights[rows][:, columns])
        return pipeline.scores(choice, batch, target)
    except AnalysisError as error:
        raise AnalysisError(f"replication {rows[0] + 1} ({', '.join(chosen) or 'weights only'}): {error}") from error


def _positions(inputs: Inputs, state: State) -> list[int]:
    table, left = inputs.indicators, state.table
    every = {key: row for row, key in enumerate(zip(table.rows, table.periods or table.rows, strict=True))}
    return [every[key] for key in zip(left.rows, left.periods or left.rows, strict=True)]


def _position(cell: object, row: int, variation: Variation) -> int:
    if str(cell) not in variation.labels:
        choices = ", ".join(variation.labels)
        raise AnalysisError(f"replay: replication {row} has {variation.name} = {cell!r}; choose from {choices}")
    return variation.labels.index(str(cell))


def _stored_weight(cell: object, row: int, code: str) -> float:
    try:
        weight = number(cell)
    except (ValueError, TypeError) as error:
        raise AnalysisError(f"replay: replication {row}, weight of '{code}' is {cell!r}; use a number") from error
    if weight < 0:
        raise AnalysisError(f"replay: replication {row}, weight of '{code}' is {weight:g}; it cannot be negative")
    return weight
