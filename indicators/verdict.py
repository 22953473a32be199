"""Verdicts between two places, from the distribution of the difference and never from whether two intervals overlap.

Scores of pillars and the overall: the paired replications, in which both places have the same weights, goalposts and
left-out indicators. Indicator values: the difference of two survey shares (or counted rates) by Newcombe's rule on
their Wilson (Byar) limits. "Not compared" is a verdict with a reason of the closed list `NotComparedReason`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import NormalDist

import numpy as np

from config.schema import TOTAL
from indicators.scores import Draws, Floats, NotComparedReason, Scores, Verdict, VerdictWord
from indicators.valued import Valued, gap_of, valued

PAIR_LEVEL = 0.95


def compare(scores: Scores, a: str, b: str, what: str, level: float = PAIR_LEVEL) -> Verdict:
    """Return whether place `a` is ahead of place `b` in a pillar, in "overall", or in an indicator's latest value.

    Ahead or behind at a two-sided `level`: the central `level` of the difference excludes zero. Use the method's
    `list_level` (99.8 %) where many pairs are listed. For an indicator, "ahead" is the better value, or the higher one
    where no direction is better. Raises KeyError for an unknown place, pillar or indicator.
    """
    return Verdicts(scores).compare(a, b, what, level)


def compare_all(scores: Scores, a: str, others: Iterable[str], what: str, level: float) -> tuple[Verdict, ...]:
    """Return the verdict of `a` against each other place at the confidence of a list (the method's `list_level`)."""
    verdicts = Verdicts(scores)
    return tuple(verdicts.compare(a, b, what, level) for b in others)


class Verdicts:
    """The verdicts of one `Scores`, which is read once: a further pair needs no work on frames."""

    def __init__(self, scores: Scores) -> None:
        self._draws = scores.draws
        self._places = {*scores.draws.place_ids, *scores.cells["ref_area"]}
        self._cells: dict[str, list[Valued]] = {indicator: [] for indicator in scores.cells["indicator"].unique()}
        for cell in valued(scores.cells[scores.cells["group"] == TOTAL]):
            self._cells[cell.indicator].append(cell)
        self._values: dict[str, tuple[Mapping[str, Valued], frozenset[str]]] = {}

    def compare(self, a: str, b: str, what: str, level: float = PAIR_LEVEL) -> Verdict:
        """Return the verdict of `a` against `b`, exactly as the function `compare` does, with the same errors."""
        for place in (a, b):
            if place not in self._places:
                raise KeyError(f"unknown place {place!r}")
        if what == "overall" or what in self._draws.pillar_ids:
            return _from_draws(self._draws, a, b, what, level)
        values, gone = self._latest(what)
        return _from_values(values, gone, a, b, level)

    def _latest(self, indicator: str) -> tuple[Mapping[str, Valued], frozenset[str]]:
        """Return the value of each place that is compared, and the places whose newest row is suppressed."""
        if indicator not in self._values:
            if indicator not in self._cells:
                raise KeyError(f"unknown pillar or indicator {indicator!r}")
            cells = self._cells[indicator]
            self._values[indicator] = _latest(cells), _suppressed(cells)
        return self._values[indicator]


def expected_by_chance(pairs: int, level: float) -> float:
    """Return how many of `pairs` verdicts ahead or behind chance alone gives at a level, if no pair differed."""
    if pairs < 0 or not 0 < level < 1:
        raise ValueError("expected_by_chance: needs pairs >= 0 and a level between 0 and 1")
    return pairs * (1.0 - level)


def _from_draws(draws: Draws, a: str, b: str, what: str, level: float) -> Verdict:
    if a == b:
        return _not_compared(a, b, "itself")
    first, second = _draws_of(draws, a, what), _draws_of(draws, b, what)
    if first is None or second is None:
        return _not_compared(a, b, "missing")
    gap = first - second
    ahead = float(np.mean(gap > 0) + 0.5 * np.mean(gap == 0))
    return Verdict(a, b, _word(ahead, level), ahead)


def _draws_of(draws: Draws, place: str, what: str) -> Floats | None:
    """Return the replicated scores of a place, None where it has none (municipalities never have)."""
    if place not in draws.place_ids:
        return None
    row = draws.place_ids.index(place)
    found = draws.overall[:, row] if what == "overall" else draws.pillars[:, row, draws.pillar_ids.index(what)]
    return None if np.isnan(found).any() else found


def _word(ahead: float, level: float) -> VerdictWord:
    tail = (1.0 - level) / 2 + 1e-12  # at 99.8 % and 1,000 draws, one draw on the other side is still enough
    return "ahead" if ahead >= 1.0 - tail else "behind" if ahead <= tail else "cannot_tell"


def _from_values(values: Mapping[str, Valued], gone: frozenset[str], a: str, b: str, level: float) -> Verdict:
    if a == b:
        return _not_compared(a, b, "itself")
    for place in (a, b):
        if place not in values:
            return _not_compared(a, b, "suppressed" if place in gone else "missing")
    reason = _obstacle(values[a], values[b])
    return _tested(a, b, values[a], values[b], level) if reason is None else _not_compared(a, b, reason)


def _latest(rows: Iterable[Valued]) -> dict[str, Valued]:
    return {row.ref_area: row for row in rows if row.latest}


def _suppressed(rows: Iterable[Valued]) -> frozenset[str]:
    """Return the places whose newest row is a suppressed value."""
    newest = {row.ref_area: row.obs_status for row in rows}
    return frozenset(place for place, status in newest.items() if "Q" in status)


def _obstacle(one: Valued, two: Valued) -> NotComparedReason | None:
    """Return why two latest values of an indicator cannot be compared, None when they can."""
    checks: tuple[tuple[bool, NotComparedReason], ...] = (
        (one.area == two.area, "itself"),  # two cities that show the same country's value
        (one.comparable != "places", "not_comparable"),
        (one.level != two.level, "other_level"),
        (one.time_period != two.time_period, "other_period"),
        (bool(np.isnan(one.error) or np.isnan(two.error)), "no_interval"),
    )
    return next((reason for holds, reason in checks if holds), None)


def _tested(a: str, b: str, one: Valued, two: Valued, level: float) -> Verdict:
    sign = -1.0 if one.better == "lower" else 1.0
    gap, low, high = gap_of(one, two, level)
    spread = float(np.hypot(one.error, two.error))
    probability = NormalDist().cdf(sign * gap / spread) if spread > 0 else 0.5
    better = low > 0 if sign > 0 else high < 0
    worse = high < 0 if sign > 0 else low > 0
    return Verdict(a, b, "ahead" if better else "behind" if worse else "cannot_tell", probability)


def _not_compared(a: str, b: str, reason: NotComparedReason) -> Verdict:
    return Verdict(a, b, "not_compared", None, reason)
