"""The rule that tells two values apart: the limits of their difference, and never a certainty without an error."""

from __future__ import annotations

from math import hypot, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.apart import Measured, limits, told_apart
from indicators.intervals import counts, quantile, wilson

SHARE = st.tuples(st.floats(0, 100), st.integers(20, 2000).map(float))


def share(value: float, n: float) -> Measured:
    return Measured.of(value, n, nan, nan, nan)


def test_two_shares_by_the_example_of_newcombe() -> None:
    # 56/70 against 48/80 (Newcombe 1998): 0.2000, limits 0.0524 to 0.3339
    found = told_apart(share(80.0, 70.0), share(60.0, 80.0), 0.95)
    assert float(found.gap) == 20
    assert (float(found.lower), float(found.upper)) == (pytest.approx(5.24, abs=0.006), pytest.approx(33.39, abs=0.006))
    assert float(found.sign) == 1


def test_rates_are_told_apart_by_the_events_behind_them() -> None:
    first, second = Measured.of(24.0, nan, 30.0, nan, nan), Measured.of(8.0, nan, 10.0, nan, nan)
    (low_a, _), (_, high_b) = counts(np.array([30.0]), 0.95), counts(np.array([10.0]), 0.95)
    facing = hypot(24.0 - 24.0 / 30 * low_a[0], 8.0 / 10 * high_b[0] - 8.0)
    assert float(told_apart(first, second, 0.95).lower) == pytest.approx(24.0 - 8.0 - facing)


def test_published_limits_are_made_wider_for_a_stricter_level() -> None:
    low, high = limits(Measured.of(50.0, nan, nan, 46.0, 55.0), 0.998)
    wider = quantile(0.998) / quantile(0.95)
    assert (float(low), float(high)) == (pytest.approx(50 - 4 * wider), pytest.approx(50 + 5 * wider))


@given(SHARE, st.floats(0, 1e6))
def test_a_value_without_an_error_is_not_compared_however_far_it_is(one: tuple[float, float], other: float) -> None:
    bare = Measured.of(other, nan, nan, nan, nan)
    assert np.isnan(told_apart(share(*one), bare, 0.998).sign)
    assert np.isnan(told_apart(bare, share(*one), 0.998).sign)


@given(SHARE, SHARE, st.sampled_from([0.95, 0.998]))
def test_the_order_of_the_two_turns_the_answer_round(one: tuple, two: tuple, level: float) -> None:
    there, back = told_apart(share(*one), share(*two), level), told_apart(share(*two), share(*one), level)
    assert float(there.sign) == -float(back.sign)
    assert float(there.lower) == pytest.approx(-float(back.upper), abs=1e-9)


@given(SHARE, SHARE)
def test_what_a_stricter_level_tells_apart_a_milder_one_does_too(one: tuple, two: tuple) -> None:
    strict, mild = (float(told_apart(share(*one), share(*two), level).sign) for level in (0.998, 0.95))
    assert strict in (0.0, mild)


@given(st.lists(SHARE, min_size=2, max_size=6))
def test_a_table_of_pairs_is_each_pair_alone(shares: list[tuple[float, float]]) -> None:
    parts = [np.array(column) for column in zip(*(share(*one) for one in shares), strict=True)]
    down, across = (Measured(*(part.reshape(shape) for part in parts)) for shape in ((-1, 1), (1, -1)))
    table = told_apart(down, across, 0.998).sign
    alone = [[float(told_apart(share(*a), share(*b), 0.998).sign) for b in shares] for a in shares]
    np.testing.assert_array_equal(table, alone)


def test_a_share_keeps_its_wilson_limits() -> None:
    low, high = limits(share(25.0, 400.0), 0.95)
    expected = wilson(np.array([25.0]), np.array([400.0]), 0.95)
    assert (float(low), float(high)) == (expected[0][0], expected[1][0])
