"""Intervals, against values that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.intervals import counts, difference, quantile, wilson


@pytest.mark.parametrize(
    ("seen", "n", "low", "high"),
    [(0, 20, 0, 16.1), (1, 50, 0.35, 10.50), (7, 135, 2.53, 10.32), (350, 700, 46.31, 53.69)],
)
def test_wilson_limits(seen: int, n: int, low: float, high: float) -> None:
    found = wilson(np.array([100 * seen / n]), np.array([float(n)]))
    assert found[0][0] == pytest.approx(low, abs=0.006)
    assert found[1][0] == pytest.approx(high, abs=0.02)


@pytest.mark.parametrize(("seen", "low", "high", "within"), [(0, 0, 3.69, 0.005), (11, 5.48, 19.68, 0.005)])
def test_count_limits(seen: int, low: float, high: float, within: float) -> None:
    found = counts(np.array([float(seen)]))
    assert (found[0][0], found[1][0]) == (pytest.approx(low, abs=within), pytest.approx(high, abs=within))


def test_small_counts_use_the_exact_poisson_limits() -> None:
    # P(X <= 2 | 7.2247) = 0.025 and P(X >= 2 | 0.2422) = 0.025, tables of the Poisson distribution
    low, high = counts(np.array([2.0]))
    assert (low[0], high[0]) == (pytest.approx(0.2422, abs=1e-4), pytest.approx(7.2247, abs=1e-4))


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        counts(np.array([-1.0]))


def test_a_missing_value_has_no_limits() -> None:
    assert np.isnan(wilson(np.array([np.nan, 50.0]), np.array([10.0, np.nan]))).all()
    assert np.isnan(counts(np.array([np.nan]))).all()


@given(share=st.floats(0, 100), n=st.floats(1, 5000), level=st.sampled_from([0.8, 0.95, 0.998]))
def test_limits_hold_the_share_and_stay_within_0_and_100(share: float, n: float, level: float) -> None:
    low, high = wilson(np.array([share]), np.array([n]), level)
    assert 0 <= low[0] <= share <= high[0] <= 100
    assert high[0] > low[0]  # never a false certainty, not at 0 or 100 either


@given(share=st.floats(0, 100), n=st.integers(1, 2000))
def test_more_answers_narrow_the_interval(share: float, n: int) -> None:
    widths = [np.subtract(*wilson(np.array([share]), np.array([float(size)]))[::-1])[0] for size in (n, 2 * n)]
    assert widths[1] < widths[0]


def test_a_difference_uses_the_facing_limits() -> None:
    # 56/70 against 48/80, the example of Newcombe (1998): 0.2000, limits 0.0524 to 0.3339
    a, b = (wilson(np.array([share]), np.array([n])) for share, n in ((80.0, 70.0), (60.0, 80.0)))
    gap, low, high = difference(80, (a[0][0], a[1][0]), 60, (b[0][0], b[1][0]))
    assert (gap, low, high) == (20, pytest.approx(5.24, abs=0.006), pytest.approx(33.39, abs=0.006))


def test_quantiles_are_two_sided() -> None:
    assert quantile(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert quantile(0.998) == pytest.approx(3.090232, abs=1e-6)
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(95)
