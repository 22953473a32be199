"""Change over time of one place: one judgement per series, which every page, title and mark repeats.

Five comparable values or more: their trend. Fewer: the two latest, told apart or not (`indicators.apart`). Comparable
are windows of several years that do not overlap, since the last break or other definition. A change is stated only when
it was tested: without a published error two values are not compared.

Trend rule: weighted regression of the values on their dates, chi-square above 9.55 (p = 0.002) as in the public-health
profiles of the United Kingdom, with the residual variance as overdispersion: where years vary more than their intervals
say, the slope's error grows and Student's t with n - 2 degrees of freedom replaces the normal. Where no error is
published the residuals alone give it. Simulated false alarms with five to ten points: 0.1 %; with two and five times
the variance under 1.0 and 1.8 % (2.8 and 15 % without the term).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from config.schema import TOTAL
from indicators.apart import told_apart
from indicators.scores import Floats, Scores
from indicators.valued import Dated, Valued, valued

TREND_P = 0.002
TREND_POINTS = 5
ChangeWord = Literal["rose", "fell", "cannot_tell", "not_compared"]
ChangeReason = Literal["", "within_error", "no_trend", "no_interval", "break", "missing"]
TrendWord = Literal["rising", "falling", "no_clear_change", "cannot_tell"]
_SHIFTS = frozenset("BD")  # statuses that make a series another one from that period on


@dataclass(frozen=True)
class Trend:
    """Direction of a series: the word, slope in units a year, number of points, p-value, why it cannot be told."""

    word: TrendWord
    slope: float
    points: int
    p: float
    reason: Literal["", "few_points"] = ""


class Judgement(NamedTuple):
    """What may be said of a series: between which two of its points, which word, and why not more.

    `word` is of the value, not of good or bad. `reason`: "" (tested, and clear), "within_error" (two values that differ
    no more than chance allows), "no_trend" (five values or more without a clear one), "no_interval" (no error
    published), "break", "missing" (nothing to compare with). `lower` and `upper` are limits of the difference at the
    level of the test, NaN where it is none of two values; `points` is the number of values of a trend, else 0.
    """

    first: Dated | None
    last: Dated
    word: ChangeWord
    reason: ChangeReason
    difference: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    points: int = 0

    @property
    def told(self) -> bool:
        """Return whether a direction may be stated."""
        return self.word in ("rose", "fell")


class Move(NamedTuple):
    """One row of `moved`: an indicator of a place between two periods, and what may be said of it (`Judgement`)."""

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
    reason: ChangeReason
    points: int
    better: str
    unit: str


class Moves:
    """The moves of one `Scores`, which is read once: a further place needs no work on frames."""

    def __init__(self, scores: Scores) -> None:
        self._places = {*scores.draws.place_ids, *scores.cells["ref_area"]}
        self._series: dict[str, dict[str, list[Valued]]] = {}
        for cell in valued(scores.cells[scores.cells["group"] == TOTAL]):
            self._series.setdefault(cell.ref_area, {}).setdefault(cell.indicator, []).append(cell)

    def of(self, place: str, level: float) -> list[Move]:
        """Return the rows that the function `moved` gives for a place, with the same errors."""
        if place not in self._places:
            raise KeyError(f"no values of a place {place!r}")
        series = self._series.get(place, {}).values()
        return [_moved(cells, level) for cells in series if any(cell.latest for cell in cells)]


def moved(scores: Scores, place: str, level: float) -> pd.DataFrame:
    """Return one row per indicator of a place that has an admissible value: what may be said of its change.

    The columns are the fields of `Move`; `level` is that of the test of two values (the method's `list_level`). Raises
    KeyError for an unknown place.
    """
    return pd.DataFrame(Moves(scores).of(place, level), columns=list(Move._fields))


def judge(series: Sequence[Dated], window_years: int, level: float) -> Judgement | None:
    """Return what may be said of a series in the order of its periods; None where it holds no value.

    `window_years` is how many years one value is the mean of. ValueError for a level outside (0, 1).
    """
    known = [point for point in series if not np.isnan(point.value)]
    if not known:
        return None
    points = comparable(known, window_years)
    if len(points) >= TREND_POINTS:
        return _judged_trend(points)
    if len(points) > 1:
        return _judged_pair(points[-2], points[-1], level)
    before = _apart(known, window_years)[:-1]
    if not before:
        return Judgement(None, known[-1], "not_compared", "missing")
    return Judgement(before[-1], known[-1], "not_compared", "break", known[-1].value - before[-1].value)


def comparable(known: Sequence[Dated], window_years: int) -> list[Dated]:
    """Return the points since the last break or change of definition whose windows do not overlap, the newest kept."""
    shifts = [at for at, point in enumerate(known) if _SHIFTS & set(point.status)]
    return _apart(known[shifts[-1] if shifts else 0 :], window_years)


def _judged_trend(points: Sequence[Dated]) -> Judgement:
    first, last = points[0], points[-1]
    found = trend([p.year for p in points], [p.value for p in points], [p.error for p in points])
    gap = last.value - first.value
    # A slope against the two ends that are printed beside it would be a riddle.
    clear = found.word in ("rising", "falling") and gap * found.slope > 0
    word: ChangeWord = ("rose" if gap > 0 else "fell") if clear else "cannot_tell"
    return Judgement(first, last, word, "" if clear else "no_trend", gap, points=len(points))


def _judged_pair(then: Dated, now: Dated, level: float) -> Judgement:
    found = told_apart(now.measured, then.measured, level)
    gap, low, high, sign = (float(number) for number in found)
    if np.isnan(sign):
        return Judgement(then, now, "not_compared", "no_interval", gap)
    if sign == 0:
        return Judgement(then, now, "cannot_tell", "within_error", gap, low, high)
    return Judgement(then, now, "rose" if sign > 0 else "fell", "", gap, low, high)


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


def _moved(series: Sequence[Valued], level: float) -> Move:
    """Return the move of one indicator from its values, oldest first."""
    found = judge([cell.dated for cell in series], series[0].window_years, level)
    if found is None:
        raise ValueError("a series without a value has no move")
    cells = {cell.time_period: cell for cell in series}
    now, then = cells[found.last.period], cells[found.first.period] if found.first else None
    return Move(
        now.indicator, now.pillar, now.role,
        then.time_period if then else "", now.time_period,
        then.obs_value if then else np.nan, now.obs_value,
        found.difference, found.lower, found.upper, now.score - then.score if then else np.nan,
        found.word, found.reason, found.points, now.better, now.unit,
    )  # fmt: skip


def _apart(known: Sequence[Dated], window_years: int) -> list[Dated]:
    """Return the newest point and those before it whose windows do not overlap, oldest first."""
    kept: list[Dated] = []
    for point in reversed(known):
        if not kept or kept[-1].year - point.year >= window_years:
            kept.append(point)
    return kept[::-1]


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
