"""The inclusion twin: spread over municipalities and groups, beside the score and never in it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import score
from indicators.inclusion import gini, spread

POSITIVE = st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)), min_size=1, max_size=19)


def test_the_weighted_gini_by_hand() -> None:
    # incomes 10, 20, 40 of 1, 2 and 1 residents: mean 22.5; pairs 2*(10*2 + 30*1 + 20*2) = 180 over 2 * 16 * 22.5
    assert gini([10, 20, 40], [1, 2, 1]) == pytest.approx(2 * (10 * 2 + 30 * 1 + 20 * 2) / (2 * 4**2 * 22.5))


@given(rows=POSITIVE)
def test_the_gini_is_a_share_and_blind_to_the_unit(rows: list[tuple[float, float]]) -> None:
    values, weights = np.array(rows).T
    found = gini(values, weights)
    assert -1e-12 <= found < 1
    assert gini(1000 * values, 3 * weights) == pytest.approx(found, rel=1e-9, abs=1e-12)


@given(value=st.floats(1, 1e6), weights=st.lists(st.floats(1, 100), min_size=1, max_size=19))
def test_equal_values_have_no_spread(value: float, weights: list[float]) -> None:
    found = spread([value] * len(weights), weights)
    assert (found.gap, found.ratio, found.gini) == (0, 1, 0)


def test_a_missing_weight_leaves_the_gini_out_and_the_rest_in() -> None:
    found = spread([10.0, 30.0], [1.0, math.nan])
    assert (found.gap, found.ratio) == (20, 3)
    assert math.isnan(found.gini)


def test_a_ratio_to_nothing_is_undefined() -> None:
    assert math.isnan(spread([0.0, 30.0]).ratio)


def test_no_value_or_a_missing_one_is_refused() -> None:
    for values in ([], [1.0, math.nan]):
        with pytest.raises(ValueError, match="needs one value at least"):
            spread(values)


def test_municipalities_are_spread_by_year_with_their_number(small) -> None:
    lens = small.indicator("income", "inclusion", role="lens", ends=None, scheme="municipality")
    towns = [small.municipality(f"m{at}", f"2100{at}") for at in range(3)]
    world = small.catalogue([small.place("a"), *towns], [lens, small.indicator("x")])
    rows = [("m-income", "21000", 2022, 10.0), ("m-income", "21001", 2022, 20.0), ("m-income", "21002", 2022, 40.0)]
    rows += [("m-income", "21000", 2019, 10.0), ("m-income", "21001", 2019, math.nan, "Q")]
    rows += [("eligible_residents", f"2100{at}", 2022, weight) for at, weight in enumerate((1.0, 2.0, 1.0))]
    table = score(small.observations(rows), world).inclusion.set_index("time_period")
    new = table.loc["2022"]
    assert (new["ref_area"], new["kind"], new["n"], new["of"]) == ("a", "municipalities", 3, 3)
    assert (new["gap"], new["ratio"], new["lowest"], new["highest"]) == (30, 4, "m0", "m2")
    assert new["gini"] == pytest.approx(180 / 720)
    old = table.loc["2019"]
    assert (old["n"], old["of"]) == (1, 3)
    assert math.isnan(old["gini"])


def test_a_gap_lens_names_both_ends(small) -> None:
    args = {"measure": "e", "minuend": "isced=ED5-8", "subtrahend": "isced=ED0-2"}
    lens = small.indicator("gap", "inclusion", role="lens", ends=None, function="group_difference", args=args)
    rows = [("e", "A", 2025, 80.0, "A", "isced=ED5-8"), ("e", "A", 2025, 40.0, "A", "isced=ED0-2")]
    row = score(small.observations(rows), small.catalogue([small.place("a")], [lens])).inclusion.iloc[0]
    assert (row["lowest"], row["low_value"], row["highest"], row["high_value"]) == (
        "isced=ED0-2",
        40,
        "isced=ED5-8",
        80,
    )
    assert (row["gap"], row["ratio"], row["n"], row["kind"]) == (40, 2, 2, "groups")


def test_groups_of_a_scored_indicator_are_spread_and_do_not_touch_its_score(small) -> None:
    world = small.catalogue([small.place("a")], [small.indicator("x")], ["connected"])
    everyone = [("m-x", "A", 2020, 50.0)]
    groups = [("m-x", "A", 2020, 20.0, "A", "sex=F"), ("m-x", "A", 2020, 60.0, "A", "sex=M")]
    plain, grouped = score(small.observations(everyone), world), score(small.observations(everyone + groups), world)
    assert plain.pillars["score"].tolist() == grouped.pillars["score"].tolist()
    row = grouped.inclusion.iloc[0]
    assert (row["lowest"], row["highest"], row["gap"], row["n"]) == ("sex=F", "sex=M", 40, 2)
