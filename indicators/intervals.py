"""Intervals of single values and of differences: Wilson for shares, Byar or exact for counts. No scipy but for counts.

References: E. B. Wilson, JASA 22 (1927), 209-212; R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10;
N. E. Breslow and N. E. Day, Statistical Methods in Cancer Research II (1987), 69 (Byar's approximation).
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np

from indicators.scores import Floats

LEVEL = 0.95
SMALL_COUNT = 5  # below it Byar's approximation is replaced by the exact Poisson limits


@cache
def quantile(level: float) -> float:
    """Return z of a two-sided level, 1.96 for 0.95; ValueError outside (0, 1)."""
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level}")
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(percent: Floats, n: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the Wilson limits, in percent, of shares in percent observed on `n` answers (any broadcastable shape).

    NaN where a share or its n is missing. Formula: Wilson (1927), without continuity correction.
    """
    z, p = quantile(level), np.asarray(percent, dtype=float) / 100.0
    size = np.asarray(n, dtype=float)
    square = z * z
    centre = (p + square / (2 * size)) / (1 + square / size)
    spread = p * (1 - p) / size + square / (4 * size * size)
    half = z * np.sqrt(np.maximum(spread, 0.0)) / (1 + square / size)
    low, high = 100.0 * np.maximum(centre - half, 0.0), 100.0 * np.minimum(centre + half, 1.0)
    # The limits hold the share itself; rounding may put it outside by one part in 1e16.
    return np.minimum(low, percent), np.maximum(high, percent)


def counts(events: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the limits of the mean behind observed counts: exact Poisson below 5 events, Byar from 5 on.

    `events` any shape, NaN where missing; raises ValueError for a negative count.
    """
    seen = np.asarray(events, dtype=float)
    if np.any(seen < 0):
        raise ValueError("counts: a number of events is negative")
    small = seen < SMALL_COUNT
    low, high = _byar(np.where(small, SMALL_COUNT, seen), level)
    if small.any():
        exact = _exact(np.where(small, seen, SMALL_COUNT), level)
        low, high = np.where(small, exact[0], low), np.where(small, exact[1], high)
    return np.asarray(low), np.asarray(high)


def difference(
    a: Floats, limits_a: tuple[Floats, Floats], b: Floats, limits_b: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Return a - b and its limits from the limits of both, by Newcombe's square-and-add rule, in the common unit."""
    gap = a - b
    low = gap - _length(a - limits_a[0], limits_b[1] - b)
    high = gap + _length(limits_a[1] - a, b - limits_b[0])
    return gap, low, high


def _byar(seen: Floats, level: float) -> tuple[Floats, Floats]:
    z, up = quantile(level), seen + 1
    low = 1 - 1 / (9 * seen) - z / (3 * np.sqrt(seen))
    high = 1 - 1 / (9 * up) + z / (3 * np.sqrt(up))
    # Products, not powers: a power is another number on another processor.
    return seen * low * low * low, up * high * high * high


def _length(one: Floats, other: Floats) -> Floats:
    return np.sqrt(one * one + other * other)


def _exact(seen: Floats, level: float) -> tuple[Floats, Floats]:
    from scipy.special import gammaincinv  # only rates with few events need it

    tail = (1 - level) / 2
    low = np.where(seen > 0, gammaincinv(np.maximum(seen, 1e-9), tail), 0.0)
    return low, np.asarray(gammaincinv(seen + 1, 1 - tail))
