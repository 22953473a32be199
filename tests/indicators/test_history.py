"""History: one constant set of indicators a line, gaps stay gaps."""

from __future__ import annotations

from typing import Any

import pytest

from indicators import score


def lines(small, values: dict[str, dict[int, float]], **method: Any):
    indicators = [small.indicator(name, earliest_period="2019") for name in values]
    world = small.catalogue([small.place("a")], indicators, ["connected"], **method)
    rows = [(f"m-{name}", "A", year, value) for name, years in values.items() for year, value in years.items()]
    return score(small.observations(rows), world).history


def test_a_line_keeps_to_indicators_known_in_all_its_years(small) -> None:
    table = lines(small, {"x": {2015: 10, 2019: 20}, "y": {2015: 30, 2019: 40}, "z": {2019: 99}})
    assert table["time_period"].tolist() == ["2015", "2019"]
    assert table["score"].tolist() == [(10 + 30) / 2, (20 + 40) / 2]
    assert set(table["indicators"]) == {("x", "y")}
    assert table["fresh"].tolist() == [1.0, 1.0]


def test_a_value_is_carried_as_long_as_the_method_says_and_no_longer(small) -> None:
    years = dict.fromkeys(range(2010, 2020), 10.0)
    table = lines(small, {"x": years, "y": {2010: 30, 2019: 50}}, history_max_age=2)
    assert table["time_period"].tolist() == ["2010", "2011", "2012", "2019"]
    assert table["score"].tolist() == [20, 20, 20, 30]
    assert table["fresh"].tolist() == [1.0, 0.5, 0.5, 1.0]


def test_less_than_the_pillars_minimum_weight_makes_no_line(small) -> None:
    table = lines(small, {"x": {2015: 10, 2018: 5}, "y": {2019: 40}, "z": {2017: 1}}, history_max_age=0)
    assert table.empty
    assert table.columns.tolist() == ["pillar", "ref_area", "time_period", "score", "indicators", "fresh"]


def test_a_later_year_never_changes_an_earlier_value_of_the_same_set(small) -> None:
    before = lines(small, {"x": {2018: 10, 2019: 20}, "y": {2018: 30, 2019: 40}})
    after = lines(small, {"x": {2018: 10, 2019: 20, 2020: 30}, "y": {2018: 30, 2019: 40, 2020: 50}})
    assert after["score"].tolist()[:2] == before["score"].tolist() == pytest.approx([20, 30])
