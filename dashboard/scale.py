"""Round numbers for axes: ticks at 1, 2, 2.5 or 5 times a power of ten, and the share of an axis a value reaches."""

from __future__ import annotations

from math import ceil, floor, isclose, isfinite, log10

from dashboard.chart import Axis

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
ZERO_WHEN_BELOW = 0.5  # an axis starts at zero when its lowest value is under half of its highest


def step(span: float, count: int) -> float:
    """Return the round step that cuts `span` into at most `count` parts; ValueError unless span is positive."""
    if not (isfinite(span) and span > 0):
        raise ValueError(f"an axis needs a positive span, not {span}")
    raw = span / count
    power = 10.0 ** floor(log10(raw))
    return next(s * power for s in STEPS if s * power >= raw * (1 - 1e-9))


def ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """Return the round numbers inside [low, high], at most `count` + 1 of them."""
    by = step(high - low, count)
    first, last = ceil(low / by - 1e-9), floor(high / by + 1e-9)
    return tuple(round(i * by, 10) for i in range(first, last + 1))


def nice(low: float, high: float, count: int = 5) -> tuple[float, float]:
    """Return round ends around [low, high]; zero is included when it is near, and equal ends are opened."""
    if low >= 0 and low < ZERO_WHEN_BELOW * high:
        low = 0.0
    if isclose(low, high):  # a value and a median that differ in the last digit of a float are one
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    by = step(high - low, count)
    return round(floor(low / by + 1e-9) * by, 10), round(ceil(high / by - 1e-9) * by, 10)


def decimals(values: tuple[float, ...]) -> int:
    """Return the decimals needed to print ticks without loss, at most three."""
    return next((d for d in range(4) if all(abs(round(v, d) - v) < 1e-9 for v in values)), 3)


def percent(axis: Axis, value: float) -> float:
    """Return where `value` lies from left (0) to right (100), better to the right; beyond the ends it is held there."""
    share = (value - axis.low) / (axis.high - axis.low)
    share = 1 - share if axis.better == "lower" else share
    return round(100 * min(1.0, max(0.0, share)), 2)
