"""Printed numbers: half away from zero of the declared digits, the same by every way to the page."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import LANGS
from dashboard.i18n import Words
from dashboard.rounding import rounded

# A declared number: ten significant digits, from whole thousands to the tenth decimal.
DECLARED = st.builds(
    lambda digits, point: Decimal(digits).scaleb(-point), st.integers(-9_999_999_999, 9_999_999_999), st.integers(0, 10)
)


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (86.5, 0, "87"), (0.125, 2, "0.13"), (-2.5, 0, "\u22123"), (2.675, 2, "2.68"), (0.5, 0, "1"),
        (-0.4, 0, "0"), (1.005, 2, "1.01"), (1234567.005, 2, "1,234,567.01"), (0.1 + 0.2, 1, "0.3"),
        (34690.5, 0, "34,691"), (99.5, 0, "100"), (8.35, 1, "8.4"),
    ],
)  # fmt: skip
def test_halves_go_away_from_zero(value: float, decimals: int, printed: str) -> None:
    assert Words("en").number(value, decimals) == printed


@given(DECLARED, st.integers(0, 4))
def test_a_printed_number_is_the_declared_one_rounded_half_up(declared: Decimal, decimals: int) -> None:
    expected = declared.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert rounded(float(declared), decimals) == expected


@given(DECLARED, st.integers(0, 3), st.sampled_from(LANGS))
def test_every_language_prints_the_same_digits(declared: Decimal, decimals: int, lang: str) -> None:
    words, value = Words(lang), float(declared)
    digits = "".join(sign for sign in words.number(value, decimals) if sign.isdigit())
    expected = abs(declared.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    assert digits == f"{expected:f}".replace(".", "")
    assert digits in words.plural("{count} point", "{count} points", value, decimals).replace(
        "\u202f", ""
    ).replace(",", "").replace(".", "").replace("\u00a0", "")  # fmt: skip


@pytest.mark.parametrize(("value", "said"), [(12.4, "+12"), (-5.0, "\u22125"), (0.4, "0"), (-0.4, "0"), (0.5, "+1")])
def test_a_difference_has_its_sign(value: float, said: str) -> None:
    assert Words("en").signed(value) == said
