"""Change over time of one place: the two latest comparable values of each indicator, and trends of five points or more.

Trend rule: weighted regression of the values on their dates, chi-square above 9.55 (p = 0.002) as in the public-health
profiles of the United Kingdom, with the residual variance as overdispersion: where years vary more than their intervals
say, the slope's error grows and Student's t with n - 2 degrees of freedom replaces the normal. Simulated false alarms
with five to ten points: 0.1 %; with two and five times the variance under 1.0 and 1.8 % (2.8 and 15 % without the
term).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from config.schema import TOTAL
from indicators.scores import Floats, Scores
from indicators.valued import Valued, gap_of, valued
from indicators.verdict import PAIR_LEVEL

TREND_P = 0.002
TREND_POINTS = 5
ChangeWord = Literal["rose", "fell", "unchanged", "cannot_tell"]
TrendWord = Literal["rising", "falling", "no_clear_change", "cannot_tell"]
_SHIFTS = frozenset("BD")  # statuses that make a series another one from that period on


@dataclass(frozen=True)
class Trend:
    """Direction of a series: the word, slope in units a year, number of points, p-value, why it cannot be told."""

    word: TrendWord
    slope: float
    points: int
    p: float
    reason: Literal["", "few_points", "break"] = ""


class Move(NamedTuple):
    """One row of `moved`: an indicator of a place at its two latest comparable periods, and what may be said of it."""

    indicator: str
    pillar: str
    role: str
    period_from: str
    period_to: str
    value_from: float
    value_to: float
    difference: float
    lower: float
    upper: float
    score_difference: float
    word: ChangeWord
    reason: str
    better: str
    source_from: str
    source_to: str
    unit: str


class Moves:
    """The moves of one `Scores`, which is read once: a further place needs no work on frames."""

    def __init__(self, scores: Scores) -> None:
        self._series: dict[str, dict[str, list[Valued]]] = {}
        for cell in valued(scores.cells[scores.cells["group"] == TOTAL]):
            self._series.setdefault(cell.ref_area, {}).setdefault(cell.indicator, []).append(cell)

    def of(self, place: str, level: float = PAIR_LEVEL) -> list[Move]:
        """Return the rows that the function `moved` gives for a place, with the same errors."""
        if place not in self._series:
            raise KeyError(f"no values of a place {place!r}")
        series = self._series[place].values()
        return [_moved(cells, level) for cells in series if any(cell.latest for cell in cells)]


def moved(scores: Scores, place: str, level: float = PAIR_LEVEL) -> pd.DataFrame:
    """Return one row per indicator of a place: its two latest comparable values and whether they differ.

    The columns are the fields of `Move`. Comparable: windows of several years that do not overlap, and no break or
    other definition in between. `word` is
    rose, fell or unchanged (of the value, not of good or bad), or cannot_tell; `reason` is "" (the difference exceeds
    what two surveys differ by chance), "within_error", "no_interval" (a figure without published error moved), "break"
    or "missing" (no earlier value). `lower` and `upper` are limits of the difference at `level`. Raises KeyError for an
    unknown place.
    """
    return pd.DataFrame(Moves(scores).of(place, level), columns=list(Move._fields))


def trend(years: Sequence[float], values: Sequence[float], errors: Sequence[float] | None = None) -> Trend:
    """Return the trend of annual or uneven points; `errors` are standard errors in the unit (None or NaN: unknown).

    Fewer than five points are never a trend. Unknown errors weigh all points the same. Raises ValueError when the
    lengths differ or two points share a date.
    """
    x, y = np.asarray(years, dtype=float), np.asarray(values, dtype=float)
    error = np.full(len(x), np.nan) if errors is None else np.asarray(errors, dtype=float)
    if not len(x) == len(y) == len(error) or len(set(x.tolist())) != len(x):
        raise ValueError("trend: needs as many values and errors as dates, and each date once")
    known = ~np.isnan(y)
    if known.sum() < TREND_POINTS:
        return Trend("cannot_tell", np.nan, int(known.sum()), np.nan, "few_points")
    slope, p = _slope(x[known], y[known], error[known])
    word: TrendWord = "no_clear_change" if p > TREND_P else "rising" if slope > 0 else "falling"
    return Trend(word, slope, int(known.sum()), p)


def trend_of(scores: Scores, place: str, indicator: str) -> Trend:
    """Return the trend of an indicator of a place since its last break; windows of several years count once each.

    Raises KeyError when the place has no such values.
    """
    rows = scores.cells[
        (scores.cells["indicator"] == indicator)
        & (scores.cells["ref_area"] == place)
        & (scores.cells["group"] == "total")
    ]
    if rows.empty:
        raise KeyError(f"no values of {indicator!r} for {place!r}")
    known = rows[rows["obs_value"].notna()].sort_values("time_period")
    shifts = np.flatnonzero([_shifted(status) for status in known["obs_status"]])
    kept = known.iloc[shifts[-1] if len(shifts) else 0 :]
    kept = _apart(kept, int(rows["window_years"].iloc[0]))
    found = trend([float(p) for p in kept["time_period"]], kept["obs_value"].tolist(), kept["error"].tolist())
    broken = found.reason == "few_points" and len(shifts) > 0
    return Trend(found.word, found.slope, found.points, found.p, "break") if broken else found


def _moved(series: Sequence[Valued], level: float) -> Move:
    """Return the move of one indicator from its values, oldest first."""
    known = [cell for cell in series if not np.isnan(cell.obs_value)]
    at = next(i for i, cell in enumerate(known) if cell.latest)
    now, then = known[at], _before(known[:at], known[at])
    if then is None:
        return _move(now, None, (np.nan, np.nan, np.nan), "cannot_tell", "missing")
    between = [cell for cell in known if then.time_period < cell.time_period <= now.time_period]
    gap = gap_of(now, then, level)
    return _move(now, then, gap, *_word(*gap, broken=any(_shifted(cell.obs_status) for cell in between)))


def _move(now: Valued, then: Valued | None, gap: tuple[float, float, float], word: ChangeWord, reason: str) -> Move:
    return Move(
        now.indicator, now.pillar, now.role,
        then.time_period if then else "", now.time_period,
        then.obs_value if then else np.nan, now.obs_value,
        *gap, now.score - then.score if then else np.nan,
        word, reason, now.better, then.source if then else "", now.source, now.unit,
    )  # fmt: skip


def _before(earlier: Sequence[Valued], now: Valued) -> Valued | None:
    """Return the newest earlier value whose window does not overlap the latest one's."""
    if now.window_years > 1:
        last = int(now.time_period) - now.window_years
        earlier = [cell for cell in earlier if int(cell.time_period) <= last]
    return earlier[-1] if earlier else None


def _word(gap: float, low: float, high: float, *, broken: bool) -> tuple[ChangeWord, str]:
    direction: ChangeWord = "rose" if gap > 0 else "fell" if gap < 0 else "unchanged"
    if broken:
        return "cannot_tell", "break"
    if np.isnan(low):
        return direction, "no_interval"
    return ("cannot_tell", "within_error") if low <= 0 <= high else (direction, "")


def _shifted(status: str) -> bool:
    return bool(_SHIFTS & set(status))


def _apart(rows: pd.DataFrame, window: int) -> pd.DataFrame:
    """Return the newest row and those before it whose windows do not overlap."""
    kept: list[int] = []
    for at in range(len(rows) - 1, -1, -1):
        if not kept or int(rows["time_period"].iloc[kept[-1]]) - int(rows["time_period"].iloc[at]) >= window:
            kept.append(at)
    return rows.iloc[kept[::-1]]


def _slope(x: Floats, y: Floats, error: Floats) -> tuple[float, float]:
    """Return slope and two-sided p-value of a weighted regression with overdispersion."""
    from scipy.special import ndtr, stdtr  # only trends need them

    published = bool(np.all(error > 0))
    weight = 1.0 / error**2 if published else np.ones(len(x))
    centre = float((weight * x).sum() / weight.sum())
    mean = float((weight * y).sum() / weight.sum())
    spread = float((weight * (x - centre) ** 2).sum())
    slope = float((weight * (x - centre) * (y - mean)).sum() / spread)
    left = float((weight * (y - mean - slope * (x - centre)) ** 2).sum()) / (len(x) - 2)
    dispersion = max(left, 1.0) if published else left
    if slope == 0:
        return 0.0, 1.0
    if dispersion <= 0:
        return slope, 0.0  # points on a straight line
    z = abs(slope) / np.sqrt(dispersion / spread)
    tail = stdtr(len(x) - 2, -z) if not published or left > 1 else ndtr(-z)
    return slope, float(2 * tail)
