"""Verdicts between two places, from the distribution of the difference and never from whether two intervals overlap.

Scores of pillars and the overall: the paired replications, in which both places have the same weights, goalposts and
left-out indicators. A value without a published error does not move in them, so that their agreement would be no
evidence where most of the weight rests on such values: then two scores are not compared. Indicator values: the one rule
of `indicators.apart`. "Not compared" is a verdict with a reason of the closed list `NotComparedReason`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from config.schema import TOTAL
from indicators.apart import told_apart
from indicators.scores import Draws, Floats, NotComparedReason, Scores, Verdict, VerdictWord
from indicators.valued import Valued, valued

PAIR_LEVEL = 0.95
SURE = 0.5 + PAIR_LEVEL / 2  # share of the replications on one side from which a score is surely higher: 39 of 40
FEWEST_TESTED = 0.5  # share of the weight with a published error below which two scores are not compared
ROUNDING = 1e-9  # three sixths of the weight are half of it

Against = Literal["more", "less", "cannot_tell", "untested", "missing"]


def compare(scores: Scores, a: str, b: str, what: str, level: float = PAIR_LEVEL) -> Verdict:
    """Return whether place `a` is ahead of place `b` in a pillar, in "overall", or in an indicator's latest value.

    Ahead or behind at a two-sided `level`: the central `level` of the difference excludes zero. Use the method's
    `list_level` (99.8 %) where many pairs are listed. For an indicator, "ahead" is the better value, or the higher one
    where no direction is better. Raises KeyError for an unknown place, pillar or indicator.
    """
    return Verdicts(scores).compare(a, b, what, level)


@dataclass(frozen=True)
class Middle:
    """Where a place's score lies against the median of its peers, and the share of its weight that could be tested."""

    word: Against
    tested: float = 0.0


class _Evidence(NamedTuple):
    """Of the values behind a pillar, by place and indicator: weight as used, whether its error is known, territory."""

    rows: Mapping[str, int]
    weights: Floats
    known: NDArray[np.bool_]
    areas: NDArray[np.object_]

    def shares(self, place: str, others: Sequence[str]) -> Floats:
        """Return per other place the share of the weight on which both have a known error, the smaller of the two."""
        own, theirs = self.rows[place], [self.rows[other] for other in others]
        differ = self.areas[theirs] != self.areas[own]
        both = self.known[theirs] & self.known[own] & differ
        return np.minimum(_share(self.weights[own], both, differ), _share(self.weights[theirs], both, differ))


def _share(weights: Floats, part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> Floats:
    """Return the weight of a part in that of the whole; 1 where the whole has none."""
    total = (weights * whole).sum(axis=-1)
    found: Floats = np.divide((weights * part).sum(axis=-1), total, out=np.ones_like(total), where=total > 0)
    return found


class Verdicts:
    """The verdicts of one `Scores`, which is read once: a further pair needs no work on frames.

    `pillar_weights` are those of the overall score; without them all pillars count the same.
    """

    def __init__(self, scores: Scores, pillar_weights: Mapping[str, float] | None = None) -> None:
        self._draws = scores.draws
        self._pillar_weights = dict(pillar_weights or dict.fromkeys(scores.draws.pillar_ids, 1.0))
        self._weights: dict[tuple[str, str], dict[str, float]] = {}
        columns = (scores.contributions[name].tolist() for name in ("pillar", "ref_area", "indicator", "weight"))
        for pillar, place, indicator, weight in zip(*columns, strict=True):
            self._weights.setdefault((pillar, place), {})[indicator] = weight
        self._places = {*scores.draws.place_ids, *scores.cells["ref_area"]}
        self._cells: dict[str, list[Valued]] = {indicator: [] for indicator in scores.cells["indicator"].unique()}
        for cell in valued(scores.cells[scores.cells["group"] == TOTAL]):
            self._cells[cell.indicator].append(cell)
        self._known: dict[str, _Evidence] = {}
        self._values: dict[str, tuple[Mapping[str, Valued], frozenset[str]]] = {}

    def compare(self, a: str, b: str, what: str, level: float = PAIR_LEVEL) -> Verdict:
        """Return the verdict of `a` against `b`, exactly as the function `compare` does, with the same errors."""
        for place in (a, b):
            if place not in self._places:
                raise KeyError(f"unknown place {place!r}")
        if what == "overall" or what in self._draws.pillar_ids:
            return self._from_draws(a, b, what, level)
        values, gone = self._latest(what)
        return _from_values(values, gone, a, b, level)

    def against_middle(self, place: str, what: str, peers: Sequence[str]) -> Middle:
        """Return whether a place's score is above the median of its peers in enough of the replications.

        `peers` are place ids, the place itself is left out; "missing" without a score or a peer, "untested" where on
        average over the peers most of the weight has no published error.
        """
        others = [peer for peer in peers if peer != place]
        theirs = {peer: found for peer in others if (found := _draws_of(self._draws, peer, what)) is not None}
        own = _draws_of(self._draws, place, what)
        if own is None or not theirs:
            return Middle("missing")
        tested = fmean(self._shares(place, list(theirs), what))
        if tested < FEWEST_TESTED - ROUNDING:
            return Middle("untested", tested)
        share = float(np.mean(own > np.median(np.stack(list(theirs.values())), axis=0)))
        return Middle("more" if share >= SURE else "less" if share <= 1 - SURE else "cannot_tell", tested)

    def tested(self, a: str, b: str, what: str) -> float:
        """Return the share of the weight of a pillar, or of all, on which two places have a published error both.

        Of the two shares the smaller counts. What both show of one territory (their country) cannot tell them apart and
        is left out; 1 where nothing else is there.
        """
        return float(self._shares(a, [b], what)[0])

    def _shares(self, place: str, others: Sequence[str], what: str) -> Floats:
        if what != "overall":
            return self._evidence(what).shares(place, others)
        weights = list(self._pillar_weights.values())
        shares = [self._evidence(pillar).shares(place, others) for pillar in self._pillar_weights]
        return np.average(shares, axis=0, weights=weights)

    def _evidence(self, pillar: str) -> _Evidence:
        if pillar not in self._known:
            self._known[pillar] = self._read(pillar)
        return self._known[pillar]

    def _read(self, pillar: str) -> _Evidence:
        """Return what the latest values of a pillar rest on, by place and indicator."""
        places = self._draws.place_ids
        weights = [self._weights.get((pillar, place), {}) for place in places]
        members = list(dict.fromkeys(indicator for used in weights for indicator in used))
        latest = [self._latest(indicator)[0] for indicator in members]
        cells = [[values.get(place) for values in latest] for place in places]
        return _Evidence(
            {place: at for at, place in enumerate(places)},
            np.array([[used.get(i, 0.0) for i in members] for used in weights]),
            np.array([[cell is not None and not np.isnan(cell.error) for cell in row] for row in cells]),
            np.array([[cell.area if cell else "" for cell in row] for row in cells], dtype=object),
        )

    def _from_draws(self, a: str, b: str, what: str, level: float) -> Verdict:
        if a == b:
            return _not_compared(a, b, "itself")
        first, second = _draws_of(self._draws, a, what), _draws_of(self._draws, b, what)
        if first is None or second is None:
            return _not_compared(a, b, "missing")
        tested = self.tested(a, b, what)
        if tested < FEWEST_TESTED - ROUNDING:
            return Verdict(a, b, "not_compared", None, "untested", tested)
        gap = first - second
        ahead = float(np.mean(gap > 0) + 0.5 * np.mean(gap == 0))
        return Verdict(a, b, _word(ahead, level), ahead, tested=tested)

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
    better = -1.0 if one.better == "lower" else 1.0
    found = told_apart(one.measured, two.measured, level)
    spread = float(np.hypot(one.error, two.error))
    probability = NormalDist().cdf(better * float(found.gap) / spread) if spread > 0 else 0.5
    ahead = better * float(found.sign)
    return Verdict(a, b, "ahead" if ahead > 0 else "behind" if ahead < 0 else "cannot_tell", probability)


def _not_compared(a: str, b: str, reason: NotComparedReason) -> Verdict:
    return Verdict(a, b, "not_compared", None, reason)
