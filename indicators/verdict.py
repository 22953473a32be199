"""Verdicts between two places, from the distribution of the difference and never from whether two intervals overlap.

Scores of pillars and the overall: the paired replications, in which both places have the same weights, goalposts and
left-out indicators. Indicator values: the difference of two survey shares (or counted rates) by Newcombe's rule on
their Wilson (Byar) limits. "Not compared" is a verdict with a reason of the closed list `NotComparedReason`.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import NormalDist

import numpy as np
import pandas as pd

from indicators import intervals
from indicators.cells import limits
from indicators.scores import Floats, NotComparedReason, Scores, Verdict, VerdictWord

PAIR_LEVEL = 0.95


def compare(scores: Scores, a: str, b: str, what: str, level: float = PAIR_LEVEL) -> Verdict:
    """Return whether place `a` is ahead of place `b` in a pillar, in "overall", or in an indicator's latest value.

    Ahead or behind at a two-sided `level`: the central `level` of the difference excludes zero. Use the method's
    `list_level` (99.8 %) where many pairs are listed. For an indicator, "ahead" is the better value, or the higher one
    where no direction is better. Raises KeyError for an unknown place, pillar or indicator.
    """
    for place in (a, b):
        _known_place(scores, place)
    if what == "overall" or what in scores.draws.pillar_ids:
        return _from_draws(scores, a, b, what, level)
    if what not in set(scores.cells["indicator"]):
        raise KeyError(f"unknown pillar or indicator {what!r}")
    return _from_values(scores, a, b, what, level)


def compare_all(scores: Scores, a: str, others: Iterable[str], what: str, level: float) -> tuple[Verdict, ...]:
    """Return the verdict of `a` against each other place at the confidence of a list (the method's `list_level`)."""
    return tuple(compare(scores, a, b, what, level) for b in others)


def expected_by_chance(pairs: int, level: float) -> float:
    """Return how many of `pairs` verdicts ahead or behind chance alone gives at a level, if no pair differed."""
    if pairs < 0 or not 0 < level < 1:
        raise ValueError("expected_by_chance: needs pairs >= 0 and a level between 0 and 1")
    return pairs * (1.0 - level)


def _known_place(scores: Scores, place: str) -> None:
    if place not in scores.draws.place_ids and place not in set(scores.cells["ref_area"]):
        raise KeyError(f"unknown place {place!r}")


def _from_draws(scores: Scores, a: str, b: str, what: str, level: float) -> Verdict:
    if a == b:
        return _not_compared(a, b, "itself")
    first, second = _draws_of(scores, a, what), _draws_of(scores, b, what)
    if first is None or second is None:
        return _not_compared(a, b, "missing")
    gap = first - second
    ahead = float(np.mean(gap > 0) + 0.5 * np.mean(gap == 0))
    return Verdict(a, b, _word(ahead, level), ahead)


def _draws_of(scores: Scores, place: str, what: str) -> Floats | None:
    """Return the replicated scores of a place, None where it has none (municipalities never have)."""
    if place not in scores.draws.place_ids:
        return None
    row = scores.draws.place_ids.index(place)
    if what == "overall":
        found = scores.draws.overall[:, row]
    else:
        found = scores.draws.pillars[:, row, scores.draws.pillar_ids.index(what)]
    return None if np.isnan(found).any() else found


def _word(ahead: float, level: float) -> VerdictWord:
    tail = (1.0 - level) / 2 + 1e-12  # at 99.8 % and 1,000 draws, one draw on the other side is still enough
    return "ahead" if ahead >= 1.0 - tail else "behind" if ahead <= tail else "cannot_tell"


def _from_values(scores: Scores, a: str, b: str, indicator: str, level: float) -> Verdict:
    if a == b:
        return _not_compared(a, b, "itself")
    rows = scores.cells[(scores.cells["indicator"] == indicator) & (scores.cells["group"] == "total")]
    first, second = _latest(rows, a), _latest(rows, b)
    if first is None or second is None:
        return _not_compared(a, b, _why_missing(rows, a if first is None else b))
    reason = _obstacle(first, second)
    if reason is not None:
        return _not_compared(a, b, reason)
    return _tested(a, b, first, second, level)


def _obstacle(first: pd.DataFrame, second: pd.DataFrame) -> NotComparedReason | None:
    """Return why two latest values of an indicator cannot be compared, None when they can."""
    one, two = first.iloc[0], second.iloc[0]
    checks: tuple[tuple[bool, NotComparedReason], ...] = (
        (one["area"] == two["area"], "itself"),  # two cities that show the same country's value
        (not one["comparable"], "not_comparable"),
        (one["level"] != two["level"], "other_level"),
        (one["time_period"] != two["time_period"], "other_period"),
        (bool(np.isnan(one["error"]) or np.isnan(two["error"])), "no_interval"),
    )
    return next((reason for holds, reason in checks if holds), None)


def _tested(a: str, b: str, first: pd.DataFrame, second: pd.DataFrame, level: float) -> Verdict:
    one, two = first.iloc[0], second.iloc[0]
    sign = -1.0 if one["better"] == "lower" else 1.0
    gap, low, high = gap_of(first, second, level)
    spread = float(np.hypot(one["error"], two["error"]))
    probability = NormalDist().cdf(sign * gap / spread) if spread > 0 else 0.5
    better = low > 0 if sign > 0 else high < 0
    worse = high < 0 if sign > 0 else low > 0
    return Verdict(a, b, "ahead" if better else "behind" if worse else "cannot_tell", probability)


def gap_of(first: pd.DataFrame, second: pd.DataFrame, level: float) -> tuple[float, float, float]:
    """Return first - second and its limits at a level, each a one-row table of cells with answers or events."""
    ends = []
    for row in (first, second):
        low, high = limits(row, level)
        ends.append((float(row["obs_value"].iloc[0]), (float(low[0]), float(high[0]))))
    return intervals.difference(ends[0][0], ends[0][1], ends[1][0], ends[1][1])


def _latest(rows: pd.DataFrame, place: str) -> pd.DataFrame | None:
    found = rows[(rows["ref_area"] == place) & rows["latest"]]
    return None if found.empty else found


def _why_missing(rows: pd.DataFrame, place: str) -> NotComparedReason:
    """Return "suppressed" when the newest row of a place without a value says so, else "missing"."""
    found = rows[rows["ref_area"] == place]
    return "suppressed" if len(found) and "Q" in found["obs_status"].iloc[-1] else "missing"


def _not_compared(a: str, b: str, reason: NotComparedReason) -> Verdict:
    return Verdict(a, b, "not_compared", None, reason)
