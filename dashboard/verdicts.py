"""What the draws allow us to say: ahead of the middle, behind it, or cannot tell; moved, or cannot tell.

A claim is made only when it holds in at least `SURE` of the recomputations (or at that confidence of a sampling
interval). Verdicts come from the distribution of a difference, never from two intervals that do or do not overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.lookup import OVERALL, Standing
from indicators.change import Move
from indicators.scores import Draws

Against = Literal["more", "less", "cannot_tell", "missing"]
Shift = Literal["higher", "lower", "overlap", "same", "missing"]
SURE = 0.975  # 95 % on two sides, as between two places


@dataclass(frozen=True)
class Change:
    """The last two comparable values of one series and what may be said about their difference."""

    indicator: str
    before: float
    after: float
    years: tuple[str, str]
    word: Literal["rose", "fell", "unchanged", "cannot_tell"]
    reason: str  # "", "within_error", "no_interval" or "break"
    difference: float  # after minus before, in the unit
    chance: float  # half the width of the interval of the difference; NaN where no error is known
    score_difference: float


def against_middle(draws: Draws, pillar: str, place: str, peers: Sequence[str]) -> Against:
    """Say whether a place's score is above the median of its peers in enough of the recomputations.

    `peers` are place ids, the place itself is left out; "missing" when the place has no score.
    """
    scores = _scores(draws, pillar)
    if place not in draws.place_ids:
        return "missing"
    own = scores[:, draws.place_ids.index(place)]
    others = [draws.place_ids.index(peer) for peer in peers if peer in draws.place_ids and peer != place]
    table = scores[:, others]
    if np.isnan(table).any():
        table = table[:, ~np.isnan(table).all(axis=0)]
    if np.isnan(own).all() or table.shape[1] == 0:
        return "missing"
    middle = np.nanmedian(table, axis=1) if np.isnan(table).any() else np.median(table, axis=1)  # the same, faster
    share = float(np.mean(own > middle))
    return "more" if share >= SURE else "less" if share <= 1 - SURE else "cannot_tell"


def _scores(draws: Draws, pillar: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    table = draws.overall if pillar == OVERALL else draws.pillars[:, :, draws.pillar_ids.index(pillar)]
    return np.asarray(table)


def shift(tried: Standing | None, published: Standing | None) -> Shift:
    """Say whether other weights and goalposts move a place: only two ranges of ranks without overlap are a move.

    Both ranges hold the same random changes of weights, goalposts and choice, so a nominal rank that differs inside
    them says nothing. "missing" where either has no rank.
    """
    if tried is None or published is None:
        return "missing"
    ends = (tried.rank_low, tried.rank_high, published.rank_low, published.rank_high)
    if None in ends:
        return "missing"
    low, high, usual_low, usual_high = (end or 0 for end in ends)
    if (low, high) == (usual_low, usual_high):
        return "same"
    return "higher" if high < usual_low else "lower" if low > usual_high else "overlap"


def changes(moves: Sequence[Move]) -> list[Change]:
    """Return the changes among the moves of a place's scored indicators, the largest change of score first.

    Indicators without two comparable values, or whose values are equal, are left out.
    """
    found = [
        Change(
            move.indicator, move.value_from, move.value_to, (move.period_from, move.period_to), move.word,
            move.reason, move.difference, (move.upper - move.lower) / 2, move.score_difference,
        )
        for move in moves
        if move.role == "score" and move.reason != "missing" and move.difference != 0
    ]  # fmt: skip
    return sorted(found, key=lambda change: (-abs(change.score_difference), change.indicator))
