"""What the draws allow us to say: ahead of the middle, behind it, or cannot tell; moved, or cannot tell.

A claim is made only when it holds in at least `SURE` of the recomputations (or at that confidence of a sampling
interval). Verdicts come from the distribution of a difference, never from two intervals that do or do not overlap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from config.schema import Indicator, Method, ObsStatus
from dashboard.lookup import OVERALL, Cell
from indicators.scores import Draws

Against = Literal["more", "less", "cannot_tell", "missing"]
Z95 = NormalDist().inv_cdf(0.975)
SURE = 0.95


@dataclass(frozen=True)
class Change:
    """The last two values of one series and what may be said about their difference."""

    indicator: str
    before: Cell
    after: Cell
    word: Literal["moved", "cannot_tell", "no_interval"]
    difference: float  # after minus before, in the unit
    chance: float | None  # differences up to this size come by chance at the stated confidence


def against_middle(draws: Draws, pillar: str, place: str, peers: Sequence[str]) -> Against:
    """Say whether a place's score is above the median of its peers in enough of the recomputations.

    `peers` are place ids, the place itself is left out; "missing" when the place has no score.
    """
    scores = _scores(draws, pillar)
    if place not in draws.place_ids:
        return "missing"
    own = scores[:, draws.place_ids.index(place)]
    others = [draws.place_ids.index(peer) for peer in peers if peer in draws.place_ids and peer != place]
    table = scores[:, [column for column in others if not np.isnan(scores[:, column]).all()]]
    if np.isnan(own).all() or table.shape[1] == 0:
        return "missing"
    share = float(np.mean(own > np.nanmedian(table, axis=1)))
    return "more" if share >= SURE else "less" if share <= 1 - SURE else "cannot_tell"


def probability_ahead(draws: Draws, pillar: str, a: str, b: str) -> float | None:
    """Return the share of recomputations in which `a` scores above `b`; None when either has no score."""
    scores = _scores(draws, pillar)
    if a not in draws.place_ids or b not in draws.place_ids:
        return None
    gap = scores[:, draws.place_ids.index(a)] - scores[:, draws.place_ids.index(b)]
    gap = gap[~np.isnan(gap)]
    return float(np.mean(gap > 0) + np.mean(gap == 0) / 2) if gap.size else None


def _scores(draws: Draws, pillar: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    table = draws.overall if pillar == OVERALL else draws.pillars[:, :, draws.pillar_ids.index(pillar)]
    return np.asarray(table)


def change(indicator: Indicator, series: Sequence[Cell], method: Method) -> Change | None:
    """Compare the last two values of a series; None when there are not two comparable ones.

    Values that are means over several years share years with their neighbour and are not compared; neither is a
    value after a break in the series. The confidence is that of lists of many pairs (`method.list_level`).
    """
    values = [cell for cell in series if cell.value is not None]
    if len(values) < 2 or indicator.window_years > 1:
        return None
    before, after = values[-2:]
    if {ObsStatus.BREAK, ObsStatus.DEFINITION_DIFFERS} & set(after.status):
        return None
    difference = (after.value or 0.0) - (before.value or 0.0)
    if not (before.has_interval and after.has_interval):
        return Change(indicator.id, before, after, "no_interval", difference, None)
    chance = NormalDist().inv_cdf((1 + method.list_level) / 2) * math.hypot(_error(before), _error(after))
    word: Literal["moved", "cannot_tell"] = "moved" if abs(difference) > chance else "cannot_tell"
    return Change(indicator.id, before, after, word, difference, chance)


def _error(cell: Cell) -> float:
    """Return the standard error behind a 95 % interval."""
    return ((cell.upper or 0.0) - (cell.lower or 0.0)) / (2 * Z95)
