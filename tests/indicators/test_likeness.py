"""Places that are alike: a distance that is symmetric, zero to itself and free of units; what is missing is said."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Criterion
from indicators.likeness import closest, distance, figures

VALUES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 10**7).map(float), min_size=2)


def criterion(small, name: str, scheme: str = "city", **changes: Any) -> Criterion:
    text, symbol = small.indicator("x").label, small.indicator("x").symbol
    return Criterion(id=name, name=text, label=text, symbol=symbol, decimals=0, scheme=scheme,
                     **({"measure": f"m-{name}"} | changes))  # fmt: skip


def world(small, places: str, *criteria: Criterion, **changes: Any):
    made = small.catalogue([small.place(p, **changes) for p in places], [])
    return made.model_copy(update={"likeness": {c.id: c for c in criteria}})


def test_the_distance_is_the_difference_of_logarithms_over_their_deviation() -> None:
    # ln 1, ln 4, ln 16 are 0, 2, 4 times ln 2: their deviation is sqrt(8/3) ln 2
    values = {"a": 1.0, "b": 4.0, "c": 16.0}
    assert distance(values, "a", "b") == pytest.approx(2 / math.sqrt(8 / 3))
    assert distance(values, "a", "c") == pytest.approx(4 / math.sqrt(8 / 3))


@given(VALUES, st.floats(0.001, 1000))
def test_it_is_symmetric_zero_to_itself_and_the_same_in_any_unit(values: dict[str, float], unit: float) -> None:
    a, *_, b = sorted(values)
    found = distance(values, a, b)
    assert found == distance(values, b, a)
    if found is not None:
        assert distance(values, a, a) == 0
        assert found >= 0
        scaled = distance({place: unit * value for place, value in values.items()}, a, b)
        assert scaled is None or scaled == pytest.approx(found, rel=1e-4, abs=1e-4)


def test_without_a_value_or_a_difference_there_is_no_distance() -> None:
    assert distance({"a": 1.0, "b": 2.0}, "a", "z") is None
    assert distance({"a": 5.0, "b": 5.0}, "a", "b") is None


def test_the_closest_come_first_and_what_has_no_figure_is_named(small) -> None:
    size, income = criterion(small, "size"), criterion(small, "income")
    rows = [("m-size", p.upper(), 2020, v) for p, v in zip("abcd", (10.0, 20.0, 11.0, 40.0), strict=True)]
    rows += [("m-income", p.upper(), 2020, v) for p, v in zip("abc", (10.0, 10.0, 40.0), strict=True)]
    found = figures(small.observations(rows), world(small, "abcde", size, income))
    alike, without = closest(found, "a", ["size"], "abcde", count=2)
    assert ([one.place for one in alike], without) == (["c", "b"], ("e",))
    both, without = closest(found, "a", ["size", "income"], "abcde")
    assert ([one.place for one in both], without) == (["b", "c"], ("d", "e"))
    squares = [part**2 for part in both[0].parts.values()]
    assert both[0].distance == pytest.approx(math.sqrt(sum(squares) / 2))


def test_a_place_without_a_figure_is_like_nobody(small) -> None:
    rows = [("m-size", p.upper(), 2020, 10.0 * at) for at, p in enumerate("bc", 1)]
    found = figures(small.observations(rows), world(small, "abc", criterion(small, "size")))
    assert closest(found, "a", ["size"], "abc") == ((), ("b", "c"))


def test_a_figure_is_the_newest_positive_one_and_a_ratio_needs_both_of_one_year(small) -> None:
    density = criterion(small, "density", measure="m-people", per="m-area")
    rows = [
        ("m-people", "A", 2019, 100.0),
        ("m-people", "A", 2020, 120.0),
        ("m-area", "A", 2019, 4.0),
        ("m-people", "B", 2020, 50.0),
        ("m-area", "B", 2020, 0.0),
        ("m-people", "C", 2020, math.nan, "M"),
    ]
    (found,) = figures(small.observations(rows), world(small, "abc", density)).values()
    assert {place: (figure.value, figure.period) for place, figure in found.items()} == {"a": (100 / 4, "2019")}


def test_a_figure_of_the_whole_country_says_so(small) -> None:
    made = world(small, "a", criterion(small, "size", scheme="country"), whole_country=("country",))
    (found,) = figures(small.observations([("m-size", "BE", 2020, 1.0)]), made).values()
    assert found["a"].whole_country
