"""Aggregation over the whole framework: level by level, for one set of weights or for many at once.

The weights of many replications go through as one batch. Sums run over the children one by one, so that a score is the
same to the last bit whatever else is in the batch and whatever the order of the places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from indicators import aggregate
from indicators.framework import Framework
from indicators.tables import AnalysisError, Floats, Table, listed

_ROUNDING = 1e-12  # 3 of 5 present is not below 0.6


@dataclass(frozen=True)
class Rule:
    """How the children of one level make the score of the level above.

    `method` is a key of `METHODS`; `options` are its own (floor, power, sign); an aggregate is missing when the share
    of its children that are present is below `min_share`, counted or, with `by_weight`, weighed.
    """

    method: str = "arithmetic"
    options: Mapping[str, float] = field(default_factory=dict)
    min_share: float = 0.0
    by_weight: bool = False


@dataclass(frozen=True)
class Batch:
    """Weights of many replications: `weights` (draws, codes); codes that are not listed keep the framework's weight."""

    codes: tuple[str, ...]
    weights: Floats


def aggregate_all(table: Table, framework: Framework, rules: Sequence[Rule]) -> Table:
    """Return the scores of every aggregate, lowest level first, from normalised indicators.

    `table` holds the indicators (places, indicators), `rules` one rule for each level above the first. Missing children
    are left out and the weights of the others renormalised; when their weight is zero the aggregate is missing.
    OECD/JRC handbook (2008), step 6. Raises AnalysisError naming aggregate, child and place where a rule is undefined.
    """
    scores = _climb(table, framework, rules, None)
    codes = tuple(node.code for node in framework.nodes if node.level > 1)
    return Table(table.rows, codes, np.stack([scores[code] for code in codes], axis=1), table.periods)


def aggregate_draws(table: Table, framework: Framework, rules: Sequence[Rule], batch: Batch, target: str) -> Floats:
    """Return the score of `target` for each draw of weights: (draws, places).

    The same result as `aggregate_all` with the framework's weights replaced draw by draw, bit for bit.
    """
    scores = _climb(table, framework, rules, batch)[target]
    return np.broadcast_to(scores, (len(batch.weights), len(table.rows))) if scores.ndim == 1 else scores


def _climb(table: Table, framework: Framework, rules: Sequence[Rule], batch: Batch | None) -> dict[str, Floats]:
    scores = {code: table.column(code) for code in framework.indicators}
    for level, rule in enumerate(rules, start=2):
        _refuse_undefined(scores, framework, level, rule, table)
        for code in framework.codes(level):
            scores[code] = _combined(code, scores, framework, rule, batch)
    return scores


def _combined(code: str, scores: Mapping[str, Floats], framework: Framework, rule: Rule, batch: Batch | None) -> Floats:
    children = framework.children[code]
    parts = [scores[child] for child in children]
    weights = [_weight(child, framework, batch) for child in children]
    if not (_sum(weights) > 0).all():
        raise AnalysisError(f"aggregate: the weights below '{code}' sum to zero, or one of them is missing")
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused by name just below
        combined = METHODS[rule.method](parts, weights, rule.options)
    # Copeland counts and cannot overflow: it is missing where a place was held against nobody.
    if rule.method != "copeland" and not np.isfinite(combined).all() and _overflowed(combined, weights, parts):
        raise AnalysisError(f"aggregate: '{code}' is too large to compute; check the scale of {listed(children)}")
    if rule.min_share <= 0:
        return combined
    share = _present(parts, weights if rule.by_weight else [np.ones(1)] * len(parts))
    return np.where(share < rule.min_share - _ROUNDING, np.nan, combined)


def _overflowed(combined: Floats, weights: Sequence[Floats], parts: Sequence[Floats]) -> bool:
    """Tell whether a score is infinite, or missing although parts with weight are there."""
    return bool((np.isinf(combined) | (np.isnan(combined) & (_present(parts, weights) > 0))).any())


def _present(parts: Sequence[Floats], amounts: Sequence[Floats]) -> Floats:
    """Return the share of the amounts whose parts are present."""
    there = [amount * ~np.isnan(part) for amount, part in zip(amounts, parts, strict=True)]
    return np.asarray(_sum(there) / _sum(amounts))


def _weight(code: str, framework: Framework, batch: Batch | None) -> Floats:
    """Return the weight of one child as (1) or, when it varies, (draws, 1)."""
    if batch is not None and code in batch.codes:
        return batch.weights[:, [batch.codes.index(code)]]
    return np.array([framework.by_code[code].weight])


def _sum(terms: Sequence[Floats]) -> Floats:
    """Return the sum of terms with the rounding error of each addition carried along (Neumaier 1974).

    Nearly the correctly rounded sum, so the order of the children hardly matters and ties come out as they do in exact
    arithmetic on the rounded terms.
    """
    if all(term.shape == (1,) for term in terms):  # the same additions on bare numbers, twenty times faster
        return np.array([_carried([float(term[0]) for term in terms])])
    return np.asarray(_carried(terms))


def _carried(terms: Sequence[Any]) -> Any:
    total, lost = terms[0], 0.0
    for term in terms[1:]:
        more = total + term
        kept = more - total
        lost = lost + ((total - (more - kept)) + (term - kept))
        total = more
    return total + lost


def _mean(parts: Sequence[Floats], weights: Sequence[Floats]) -> Floats:
    """Return the weighted mean over the parts that are present, NaN where their weight is zero."""
    present = [~np.isnan(part) for part in parts]
    if not all(bool(known.all()) for known in present):
        weights = [weight * known for weight, known in zip(weights, present, strict=True)]
        parts = [np.where(known, part, 0.0) for part, known in zip(parts, present, strict=True)]
    whole = _sum(weights)
    whole = np.where(whole > 0, whole, np.nan)
    return _sum([part * (weight / whole) for part, weight in zip(parts, weights, strict=True)])


Combine = Callable[[Sequence[Floats], Sequence[Floats], Mapping[str, float]], Floats]


def _arithmetic(parts: Sequence[Floats], weights: Sequence[Floats], _: Mapping[str, float]) -> Floats:
    return _mean(parts, weights)


def _geometric(parts: Sequence[Floats], weights: Sequence[Floats], options: Mapping[str, float]) -> Floats:
    floor = options.get("floor")
    raised = parts if floor is None else [np.maximum(part, floor) for part in parts]
    return np.asarray(np.exp(_mean([np.log(part) for part in raised], weights)))


def _harmonic(parts: Sequence[Floats], weights: Sequence[Floats], _: Mapping[str, float]) -> Floats:
    return np.asarray(1.0 / _mean([1.0 / part for part in parts], weights))


def _generalised(parts: Sequence[Floats], weights: Sequence[Floats], options: Mapping[str, float]) -> Floats:
    power = options["power"]
    if power == 0:
        return _geometric(parts, weights, {})
    return np.asarray(_mean([part**power for part in parts], weights) ** (1.0 / power))


def _penalised(parts: Sequence[Floats], weights: Sequence[Floats], options: Mapping[str, float]) -> Floats:
    mean = _mean(parts, weights)
    variance = _mean([(part - mean) ** 2 for part in parts], weights)
    return np.asarray(mean + options.get("sign", -1.0) * variance / mean)


def _copeland(parts: Sequence[Floats], weights: Sequence[Floats], _: Mapping[str, float]) -> Floats:
    draws = max([len(weight) for weight in weights if weight.ndim == 2] + [len(p) for p in parts if p.ndim == 2] + [0])
    if not draws:
        return aggregate.copeland(np.stack(parts, axis=-1), np.concatenate(weights))
    every = np.concatenate([np.broadcast_to(weight.reshape(-1, 1), (draws, 1)) for weight in weights], axis=1)
    values = np.stack([np.broadcast_to(part, (draws, part.shape[-1])) for part in parts], axis=-1)
    return np.stack([aggregate.copeland(values[draw], every[draw]) for draw in range(draws)])


METHODS: dict[str, Combine] = {
    "arithmetic": _arithmetic,
    "geometric": _geometric,
    "harmonic": _harmonic,
    "generalised": _generalised,
    "penalised": _penalised,
    "copeland": _copeland,
}


def _refuse_undefined(scores: Mapping[str, Floats], framework: Framework, level: int, rule: Rule, table: Table) -> None:
    """Raise AnalysisError that names every aggregate of a level, child and place at which its rule is undefined."""
    if not _needs_positive(rule):
        return
    problems = []
    for code in framework.codes(level):
        for child in framework.children[code]:
            part = scores[child]
            bad = np.flatnonzero((part <= 0).reshape(-1, part.shape[-1]).any(axis=0))
            if bad.size:
                places = listed(table.row_label(int(row)) for row in bad)
                problems.append(f"{rule.method} mean of '{code}': '{child}' is zero or negative at {places}")
    if problems:
        way = "start the scale above zero" + (", or give a floor" if rule.method == "geometric" else "")
        raise AnalysisError(f"aggregate: {'; '.join(problems)}; {way}")


def _needs_positive(rule: Rule) -> bool:
    """Tell whether zero and negative children have no score by a rule: a floor is for the geometric mean alone."""
    if rule.method == "geometric":
        return rule.options.get("floor") is None
    if rule.method == "generalised":
        return rule.options["power"] != 1
    return rule.method in ("harmonic", "penalised")
