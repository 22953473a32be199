"""Cells: which value belongs to which place, at which level, with which interval and flag."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from indicators.cells import COLUMNS, cells


def row_of(table: pd.DataFrame, **keys: Any) -> pd.Series:
    for name, value in keys.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_a_value_is_found_by_the_area_code_of_the_indicators_own_scheme(small) -> None:
    country = small.indicator("country-wide", scheme="country", args={"measure": "m"})
    city = small.indicator("own", scheme="city", args={"measure": "m"})
    world = small.catalogue([small.place("a"), small.place("b")], [country, city])
    table = cells(small.observations([("m", "A", 2020, 10.0), ("m", "BE", 2020, 70.0)]), world)
    assert {(r.indicator, r.ref_area, r.obs_value, r.level, r.area, r.whole_country) for r in table.itertuples()} == {
        ("country-wide", "a", 70.0, "country", "BE", True),
        ("country-wide", "b", 70.0, "country", "BE", True),
        ("own", "a", 10.0, "city", "A", False),
    }


def test_a_region_that_is_its_country_says_so(small) -> None:
    areas = {"nuts2_2021": "LU00", "country": "LU"}
    luxembourg = small.place("a", areas=areas, whole_country=("nuts2_2021", "country"))
    table = cells(
        small.observations([("m-x", "LU00", 2020, 1.0)]),
        small.catalogue([luxembourg], [small.indicator("x", scheme="nuts2_2021")]),
    )
    assert bool(row_of(table)["whole_country"]) is True


def test_city_codes_match_whole_and_never_by_their_beginning(small) -> None:
    # NL001C is Amsterdam in the list of 2023, NL001C1 was The Hague in the older one
    world = small.catalogue([small.place("a", areas={"city": "NL001C"})], [small.indicator("x")])
    assert cells(small.observations([("m-x", "NL001C1", 2020, 1.0)]), world).empty


def test_municipal_indicators_belong_to_municipalities_only(small) -> None:
    lens = small.indicator("income", "inclusion", role="lens", ends=None, scheme="municipality")
    city = small.place("a", areas={"municipality": "21004", "city": "A"})
    world = small.catalogue([city, small.municipality("m1", "21004")], [lens])
    table = cells(small.observations([("m-income", "21004", 2022, 20000.0)]), world)
    assert table["ref_area"].tolist() == ["m1"]


def test_what_nobody_published_has_no_row_and_an_explicit_gap_keeps_its_reason(small) -> None:
    world = small.catalogue([small.place("a"), small.place("b")], [small.indicator("x")])
    table = cells(small.observations([("m-x", "A", 2019, 5.0), ("m-x", "A", 2020, math.nan, "Q")]), world)
    assert table["ref_area"].tolist() == ["a", "a"]
    assert table["obs_status"].tolist() == ["A", "Q"]
    assert table["latest"].tolist() == [True, False]


def test_every_year_is_there_and_only_the_newest_admissible_one_is_scored(small) -> None:
    world = small.catalogue(
        [small.place("a"), small.place("b")], [small.indicator("x", earliest_period="2019", ends=(0.0, 50.0))]
    )
    rows = [("m-x", "A", year, float(year - 2000)) for year in (2015, 2020, 2018)] + [("m-x", "B", 2018, 1.0)]
    table = cells(small.observations(rows), world)
    assert table["time_period"].tolist() == ["2015", "2018", "2020", "2018"]
    assert table["latest"].tolist() == [False, False, True, False]
    assert table["score"].tolist() == pytest.approx([100 * 15 / 50, 100 * 18 / 50, 100 * 20 / 50, 100 * 1 / 50])


def test_scores_are_clipped_flagged_and_kept_unclipped(small) -> None:
    lower_is_better = small.indicator("x", ends=(100.0, 20.0))
    world = small.catalogue([small.place(name) for name in "abc"], [lower_is_better])
    table = cells(
        small.observations([("m-x", "A", 2020, 0.0), ("m-x", "B", 2020, 120.0), ("m-x", "C", 2020, 40.0)]), world
    )
    assert table["score"].tolist() == [100.0, 0.0, 75.0]
    assert table["score_unclipped"].tolist() == [125.0, -25.0, 75.0]
    assert table["clipped"].tolist() == [True, True, False]


def test_context_values_have_no_score(small) -> None:
    world = small.catalogue([small.place("a")], [small.indicator("x", role="context", ends=None)])
    row = row_of(cells(small.observations([("m-x", "A", 2020, 5.0)]), world))
    assert math.isnan(row["score"])
    assert not row["clipped"]


def survey(small, **changes: Any):
    args = {"positive": ("y",), "negative": ("n",), "dont_know": ("d",)}
    fields: dict[str, Any] = {"function": "share_with_opinion", "args": args, "kind": "survey"}
    return small.indicator("x", sampling=small.sampling(700, n_by_period={"2015": 500}), **(fields | changes))


def answers(period: int, yes: float, no: float, unsure: float) -> list[tuple[Any, ...]]:
    return [("y", "A", period, yes), ("n", "A", period, no), ("d", "A", period, unsure)]


def test_a_survey_share_has_a_wilson_interval_on_those_with_an_opinion(small) -> None:
    world = small.catalogue([small.place("a")], [survey(small)])
    table = cells(small.observations([*answers(2019, 30, 30, 40), *answers(2015, 45, 45, 10)]), world)
    new, old = row_of(table, time_period="2019"), row_of(table, time_period="2015")
    assert (new["n"], old["n"]) == (pytest.approx(700 * 0.60), pytest.approx(500 * 0.90))
    z, n = 1.959964, 420
    half = z * np.sqrt(0.25 / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert (new["lower"], new["upper"]) == (pytest.approx(50 - 100 * half), pytest.approx(50 + 100 * half))
    assert (new["dont_know"], bool(new["n_assumed"])) == (40, True)
    assert new["error"] == pytest.approx(100 * half / z, rel=1e-6)


def test_figures_without_published_sampling_have_no_interval(small) -> None:
    world = small.catalogue([small.place("a")], [small.indicator("x")])
    row = row_of(cells(small.observations([("m-x", "A", 2020, 5.0)]), world))
    assert np.isnan([row["lower"], row["upper"], row["error"], row["n"]]).all()


def test_counted_events_give_a_rate_its_interval(small) -> None:
    args = {"measure": "rate", "scale": 100, "years": 3, "at_least": 2, "within": 4, "since": 2018, "count": "deaths"}
    world = small.catalogue([small.place("a")], [small.indicator("x", function="recent_mean", args=args)])
    rows = [("rate", "A", year, 0.1) for year in (2023, 2024)] + [
        ("deaths", "A", 2023, 5.0),
        ("deaths", "A", 2024, 6.0),
    ]
    row = row_of(cells(small.observations(rows), world))
    assert row["obs_value"] == pytest.approx(10)
    assert (row["lower"], row["upper"]) == (  # Byar's limits of 11 events are 5.48 and 19.68
        pytest.approx(10 * 5.48 / 11, abs=0.01),
        pytest.approx(10 * 19.68 / 11, abs=0.01),
    )


def test_an_oddity_of_the_catalogue_is_flagged_and_the_value_stays(small) -> None:
    odd = small.indicator("x", flags={"a": {"en": "odd", "fr": "odd", "nl": "odd"}})
    world = small.catalogue([small.place("a"), small.place("b")], [odd])
    table = cells(small.observations([("m-x", "A", 2020, 5.0), ("m-x", "B", 2020, 6.0)]), world)
    assert table["flagged"].tolist() == [True, False]
    assert table["obs_value"].tolist() == [5.0, 6.0]


def test_groups_are_rows_of_their_own_scored_with_the_same_goalposts(small) -> None:
    world = small.catalogue([small.place("a")], [small.indicator("x", ends=(0.0, 50.0))])
    rows = [("m-x", "A", 2020, 20.0), ("m-x", "A", 2020, 10.0, "A", "sex=F"), ("m-x", "A", 2020, 30.0, "A", "sex=M")]
    table = cells(small.observations(rows), world)
    assert dict(zip(table["group"], table["score"], strict=True)) == {"total": 40, "sex=F": 20, "sex=M": 60}
    assert table["latest"].all()


def test_an_observation_that_stands_twice_is_refused_by_its_key(small) -> None:
    world = small.catalogue([small.place("a")], [small.indicator("x")])
    with pytest.raises(ValueError, match=r"'measure': 'm-x', 'ref_area': 'A'.*stands twice"):
        cells(small.observations([("m-x", "A", 2020, 5.0), ("m-x", "A", 2020, 6.0)]), world)


def test_a_wrong_derivation_names_the_indicator(small) -> None:
    world = small.catalogue([small.place("a")], [small.indicator("x", function="guess")])
    with pytest.raises(ValueError, match="indicator 'x': unknown derivation 'guess'"):
        cells(small.observations([("m-x", "A", 2020, 5.0)]), world)


def test_no_observations_make_an_empty_table_with_all_columns(small) -> None:
    table = cells(small.observations([]), small.catalogue([small.place("a")], [small.indicator("x")]))
    assert table.empty
    assert tuple(table.columns) == COLUMNS
