"""Rounding is one function of the number alone: the digits it promises, nothing lost that it does not announce."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import digits

NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
TINY = 1e-12


def significant_digits(value: float) -> int:
    return len(Decimal(repr(value)).normalize().as_tuple().digits)


@given(NUMBERS.filter(lambda x: abs(x) > TINY))
def test_a_value_keeps_ten_significant_digits_and_no_more(value: float) -> None:
    rounded = float(digits.unit(value))
    assert significant_digits(rounded) <= 10
    assert rounded == pytest.approx(value, rel=5.01e-10)


@given(st.floats(-1000, 1000))
def test_a_score_keeps_eight_decimals(value: float) -> None:
    rounded = float(digits.score(value))
    assert abs(rounded - value) <= 0.5e-8 + 1e-12
    assert -Decimal(repr(rounded)).normalize().as_tuple().exponent <= 8


@given(NUMBERS)
@pytest.mark.parametrize("rounding", [digits.unit, digits.score, digits.share, digits.drawn, digits.scale])
def test_rounding_twice_is_rounding_once(rounding, value: float) -> None:
    once = rounding(value)
    assert rounding(once) == once
    assert not (once == 0 and math.copysign(1.0, float(once)) < 0)


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_a_number_is_rounded_the_same_alone_and_in_company(values: list[float]) -> None:
    for rounding in (digits.unit, digits.score):
        assert rounding(values).tolist() == [float(rounding(value)) for value in values]


@given(st.lists(NUMBERS, min_size=2, max_size=20))
def test_rounding_keeps_the_order(values: list[float]) -> None:
    rounded = digits.unit(sorted(values))
    assert (np.diff(rounded) >= 0).all()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, 0.0),
        (-0.0, 0.0),
        (1 / 3, 0.3333333333),
        (200 / 3, 66.66666667),
        (2e10 / 3, 6666666667.0),
        (999_999_999_999.4, 1e12),
        (1e-20 / 3, 3.333333333e-21),
        (-1234.56789012345, -1234.567890),
    ],
)
def test_ten_digits_by_example(value: float, expected: float) -> None:
    assert float(digits.unit(value)) == expected


def test_what_is_missing_stays_missing() -> None:
    assert np.isnan(digits.unit([np.nan, 1.0])).tolist() == [True, False]
    assert np.isnan(digits.score([np.nan, 1.0])).tolist() == [True, False]


def test_the_last_bits_of_a_machine_are_gone() -> None:
    """The two overall scores of Athens that two processors gave."""
    assert digits.score(35.37545577344516) == digits.score(35.375455773445150) == 35.37545577
