"""Seeded Monte-Carlo behind every printed range: weights, goalposts, floor, rule, choice of indicators, errors, gaps.

Every random number comes from a stream named by what it belongs to (an indicator's weight, a cell's error), never by a
position in an array. So the scores of a place in replication k do not depend on which other places or indicators are
there, and removing a peer leaves them bit-equal. Sums run left to right over indicators, elementwise over places.
Rule: Saisana, Saltelli and Tarantola, Journal of the Royal Statistical Society A 168 (2005), 307-323.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from config import digits
from indicators import normalise
from indicators.scores import Draws, Floats

if TYPE_CHECKING:
    from config.schema import Indicator, Method, Pillar
    from indicators.missing import Latest

MAX_GOALPOST_SPREAD = 0.5  # from here on the two ends of a scale could cross


@dataclass(frozen=True)
class Chance:
    """What chance gives one indicator, whatever its weight and goalposts.

    `values` (draws, places): values with their errors, in the unit, NaN where a place has none; `moves` (2, draws): how
    far the worst and the best end move, as shares of their distance; `gaps`: row of a place without value -> its
    scores (draws), 0-100.
    """

    values: Floats
    moves: Floats
    gaps: Mapping[int, Floats]


@dataclass(frozen=True)
class Before:
    """What was drawn before: `chances` by indicator, `pillars` (draws, places) where weights and goalposts are alike.

    Both are of the same latest values, places and method.
    """

    chances: Mapping[str, Chance] = field(default_factory=dict)
    pillars: Mapping[str, Floats] = field(default_factory=dict)


def simulate(
    latest: Latest,
    indicators: Sequence[Indicator],
    pillars: Sequence[Pillar],
    nominal: Floats,
    method: Method,
    before: Before | None = None,
) -> Draws:
    """Return replicated pillar and overall scores, 0-100 at the digits of `config.digits`, for the places of `latest`.

    `nominal` (places, pillars) are the scores themselves: where one is missing, its draws are NaN too. A missing cell
    counts as a score drawn uniformly between the goalposts. What was drawn `before` is not drawn again; the result is
    the same. Raises ValueError for a goalpost spread of 0.5 or more.
    """
    if method.goalpost_spread >= MAX_GOALPOST_SPREAD:
        raise ValueError(f"method {method.id!r}: goalpost_spread must stay below {MAX_GOALPOST_SPREAD}")
    known = before or Before()
    shape = method.draws, len(latest.place_ids), len(pillars)
    scores = np.full(shape, np.nan)
    for at, pillar in enumerate(pillars):
        members = [i for i in indicators if i.pillar == pillar.id]
        if pillar.id in known.pillars:
            scores[:, :, at] = known.pillars[pillar.id]
        elif members:
            scores[:, :, at] = digits.drawn(_pillar(latest, members, method, known.chances))
    scores[:, np.isnan(nominal)] = np.nan
    overall = digits.drawn(_overall(scores, pillars, method))
    return Draws(latest.place_ids, tuple(p.id for p in pillars), scores, overall)


def stream(seed: int, *name: str) -> np.random.Generator:
    """Return the random stream of that name; the same seed and name always give the same numbers."""
    digest = hashlib.blake2b("\x1f".join((str(seed), *name)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))


def chance(latest: Latest, indicator: Indicator, method: Method) -> Chance:
    """Return what chance gives one indicator of `latest`: the same numbers at every call."""
    (column,) = latest.columns([indicator.id])
    value, error = latest.raw[:, column], latest.error[:, column]
    noise = np.zeros((len(value), method.draws))
    for row in np.flatnonzero(error > 0):
        # Places that share a territory share its value, hence its error.
        noise[row] = stream(method.seed, "error", indicator.id, latest.areas[row, column]).standard_normal(method.draws)
    moves = stream(method.seed, "goalposts", indicator.id).uniform(
        -method.goalpost_spread, method.goalpost_spread, (2, method.draws)
    )
    gaps = {
        int(row): stream(method.seed, "gap", indicator.id, latest.place_ids[row]).uniform(0.0, 100.0, method.draws)
        for row in np.flatnonzero(np.isnan(value))
    }
    return Chance(np.ascontiguousarray(value + (noise * error[:, None]).T), moves, gaps)


def _pillar(latest: Latest, members: Sequence[Indicator], method: Method, chances: Mapping[str, Chance]) -> Floats:
    """Return (draws, places): the weighted mean of the replicated cell scores of one pillar."""
    weights = _weights(members, method)
    total = np.zeros((method.draws, len(latest.place_ids)))
    whole = np.zeros(method.draws)
    for weight, indicator in zip(weights, members, strict=True):
        given = chances.get(indicator.id) or chance(latest, indicator, method)
        total += weight[:, None] * _cell_scores(indicator, given)
        whole += weight
    return total / whole[:, None]


def _weights(members: Sequence[Indicator], method: Method) -> list[Floats]:
    """Return the replicated weights, one array of draws an indicator, with one indicator at zero per replication."""
    weights = [_spread_weight(i.id, i.weight, "weight", method) for i in members]
    if method.leave_one_out and len(members) > 1:
        lots = np.stack([stream(method.seed, "leave-out", i.id).random(method.draws) for i in members])
        out = lots.argmax(axis=0)
        weights = [np.where(out == at, 0.0, weight) for at, weight in enumerate(weights)]
    return weights


def _spread_weight(name: str, weight: float, kind: str, method: Method) -> Floats:
    noise = stream(method.seed, kind, name).uniform(-method.weight_spread, method.weight_spread, method.draws)
    return weight * (1.0 + noise)


def _cell_scores(indicator: Indicator, given: Chance) -> Floats:
    """Return (draws, places) scores of one indicator: values with their errors between shaken goalposts."""
    ends = indicator.goalposts
    if ends is None:
        raise ValueError(f"indicator {indicator.id!r} has no goalposts and cannot be scored")
    span = ends.best - ends.worst
    worst, best = ends.worst + span * given.moves[0], ends.best + span * given.moves[1]
    scores = normalise.goalposts(given.values, worst[:, None], best[:, None])
    for row, drawn in given.gaps.items():
        scores[:, row] = drawn
    return scores


def _overall(scores: Floats, pillars: Sequence[Pillar], method: Method) -> Floats:
    """Return (draws, places): arithmetic or geometric with probability one half, floor and weights replicated.

    A pillar of weight 0 is not asked for a score.
    """
    rule = stream(method.seed, "rule").random(method.draws) < 0.5
    floor = stream(method.seed, "floor").uniform(*method.floor_range, method.draws)
    weights = [_spread_weight(p.id, p.weight, "pillar-weight", method) for p in pillars]
    plain, logs, whole = np.zeros(scores.shape[:2]), np.zeros(scores.shape[:2]), np.zeros(method.draws)
    for at, weight in enumerate(weights):
        if not pillars[at].weight:
            continue
        part = np.ascontiguousarray(scores[:, :, at])
        plain += weight[:, None] * part
        logs += weight[:, None] * np.log(np.maximum(part, floor[:, None]))
        whole += weight
    return np.where(rule[:, None], np.exp(logs / whole[:, None]), plain / whole[:, None])
