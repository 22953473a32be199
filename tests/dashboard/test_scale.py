from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chart import Axis
from dashboard.scale import decimals, nice, percent, step, ticks

spans = st.tuples(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@pytest.mark.parametrize(
    ("span", "count", "expected"), [(50, 5, 10), (100, 5, 20), (0.9, 5, 0.2), (12, 5, 2.5), (7, 5, 2), (100, 4, 25)]
)
def test_a_step_is_one_two_two_and_a_half_or_five_times_a_power_of_ten(
    span: float, count: int, expected: float
) -> None:
    assert step(span, count) == pytest.approx(expected)


@pytest.mark.parametrize("span", [0, -1, float("nan"), float("inf")])
def test_a_span_that_is_no_span_is_refused(span: float) -> None:
    with pytest.raises(ValueError, match="positive span"):
        step(span, 5)


def test_ticks_lie_inside_and_on_the_ends() -> None:
    assert ticks(0, 50) == (0, 10, 20, 30, 40, 50)
    assert ticks(18, 31) == (20, 25, 30)


@given(spans)
def test_nice_ends_hold_the_values_and_are_ticks(span: tuple[float, float]) -> None:
    low, high = nice(*span)
    tolerance = 1e-6 * (1 + abs(span[0]) + abs(span[1]))
    assert low <= span[0] + tolerance
    assert high >= span[1] - tolerance
    assert low < high


def test_zero_is_included_when_it_is_near_and_left_out_when_far() -> None:
    assert nice(7, 37)[0] == 0  # 7 < 37 / 2
    assert nice(70, 84)[0] == 70


@pytest.mark.parametrize("value", [0.0, 5.0, -3.0])
def test_equal_ends_are_opened(value: float) -> None:
    low, high = nice(value, value)
    assert low <= value <= high
    assert low < high


def test_ends_that_differ_only_in_the_last_digit_of_a_float_are_equal() -> None:
    low, high = nice(0.1 + 0.2, 0.3)  # 0.30000000000000004 and 0.3
    assert low < 0.3 < high


def test_better_is_to_the_right_whatever_the_direction() -> None:
    assert percent(Axis(0, 40, "lower"), 10) == 75  # 100 - 100 * 10 / 40
    assert percent(Axis(0, 40, "higher"), 10) == 25
    assert percent(Axis(0, 40, None), 10) == 25


@given(st.floats(-1e3, 1e3), st.sampled_from(["higher", "lower", None]))
def test_a_position_stays_on_the_drawing(value: float, better: str | None) -> None:
    assert 0 <= percent(Axis(-5, 5, better), value) <= 100  # type: ignore[arg-type]


def test_decimals_print_ticks_without_loss() -> None:
    assert decimals((0, 2.5, 5)) == 1
    assert decimals((0, 10, 20)) == 0
    assert decimals((0.25, 0.5)) == 2
