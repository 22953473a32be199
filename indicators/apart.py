"""The one rule that tells two values apart: the limits of their difference, by Newcombe's square-and-add rule.

Changes of one place, verdicts between two places, and the hollow marks of rankings all ask here, so that no two pages
can answer differently for the same two values. Never whether two intervals overlap; and a value without a published
error is not compared, however far it is from the other. Limits of a value: Wilson where the answers are counted, Byar
(or exact) where the events are, else the published 95 % limits made wider.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from indicators import intervals
from indicators.scores import Floats


class Measured(NamedTuple):
    """Values (of any broadcastable shape) with what is known of their error; NaN where nothing is.

    `n` answers behind a share in percent, `events` counted behind a rate, `lower` and `upper` limits at 95 %.
    """

    value: Floats
    n: Floats
    events: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, value: float, n: float, events: float, lower: float, upper: float) -> Measured:
        """Return one value."""
        return cls(*(np.asarray(number, dtype=float) for number in (value, n, events, lower, upper)))


class Difference(NamedTuple):
    """First minus second with its limits at a level, in their unit; NaN limits where either has no published error.

    `sign` is 1 where the first is surely higher, -1 where it is surely lower, 0 where it cannot be told, NaN where the
    two are not compared.
    """

    gap: Floats
    lower: Floats
    upper: Floats
    sign: Floats


def told_apart(first: Measured, second: Measured, level: float) -> Difference:
    """Return the difference of two values and whether it exceeds what two such values differ by chance at a level.

    Rule: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10. ValueError for a level outside (0, 1).
    """
    own, theirs = limits(first, level), limits(second, level)
    gap, low, high = intervals.difference(first.value, own, second.value, theirs)
    sign = np.where(low > 0, 1.0, np.where(high < 0, -1.0, 0.0))
    return Difference(gap, low, high, np.where(np.isnan(low + high), np.nan, sign))


def limits(measured: Measured, level: float) -> tuple[Floats, Floats]:
    """Return the limits of values at a level, in their unit; NaN where no error is known."""
    value, n, events = measured.value, measured.n, measured.events
    wider = intervals.quantile(level) / intervals.quantile(intervals.LEVEL)
    low, high = value - wider * (value - measured.lower), value + wider * (measured.upper - value)
    asked = ~np.isnan(n) & (value >= 0) & (value <= 100)
    if asked.any():
        answers = intervals.wilson(np.where(asked, value, 50.0), np.where(asked, n, 1.0), level)
        low, high = np.where(asked, answers[0], low), np.where(asked, answers[1], high)
    counted = events > 0
    if counted.any():
        seen = np.where(counted, events, intervals.SMALL_COUNT)
        rate, (fewest, most) = value / seen, intervals.counts(seen, level)
        low, high = np.where(counted, rate * fewest, low), np.where(counted, rate * most, high)
    return low, high
