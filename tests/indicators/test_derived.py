"""Derivations: arithmetic on published measures, and what a missing part does to it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Derivation
from indicators.derived import FUNCTIONS, Derived, Point, Published, derive

NAN = math.nan


def published(**measures: dict[tuple[object, ...], object]) -> Published:
    """Series from measure = {(area, period[, group]): value or (value, status)}."""
    return {
        name: {
            (str(key[0]), str(key[1]), str(key[2]) if len(key) > 2 else "total"): Point(
                *((float(cell[0]), cell[1]) if isinstance(cell, tuple) else (float(cell), "A")),
                "src",
            )
            for key, cell in series.items()
        }
        for name, series in measures.items()
    }


def only(rows: list[Derived]) -> Derived:
    assert len(rows) == 1
    return rows[0]


def made(function: str, series: Published, **args: object) -> list[Derived]:
    return derive(Derivation(function=function, args=args), series)


BX = ("BE001C", 2019)
FAMILY = {"positive": ("v", "w"), "negative": ("x", "y"), "dont_know": ("d",)}


def family(v: object = 20, w: object = 40, x: object = 20, y: object = 10, d: object = 10) -> Published:
    cells = {"v": v, "w": w, "x": x, "y": y, "d": d}
    return published(**{name: {BX: cell} for name, cell in cells.items() if cell is not None})


def test_dont_know_answers_leave_the_base_and_are_told_apart() -> None:
    row = only(made("share_with_opinion", family(), **FAMILY))
    assert row.value == pytest.approx(100 * (20 + 40) / (20 + 40 + 20 + 10))
    assert row.base == pytest.approx(0.90)
    assert row.dont_know == 10
    assert row.status == "A"


@pytest.mark.parametrize("absent", ["v", "w", "x", "y"])
def test_a_share_is_missing_when_a_positive_or_negative_code_is_absent(absent: str) -> None:
    row = only(made("share_with_opinion", family(**{absent: None}), **FAMILY))
    assert math.isnan(row.value)
    assert row.status == "M"


def test_an_absent_dont_know_code_is_not_needed() -> None:
    row = only(made("share_with_opinion", family(d=None), **FAMILY))
    assert row.value == pytest.approx(100 * 60 / 90)
    assert math.isnan(row.dont_know)


def test_a_suppressed_answer_suppresses_the_share() -> None:
    row = only(made("share_with_opinion", family(x=(NAN, "Q")), **FAMILY))
    assert math.isnan(row.value)
    assert row.status == "Q"


def test_flags_of_all_answers_stay_with_the_share() -> None:
    row = only(made("share_with_opinion", family(v=(20, "B"), y=(10, "EP")), **FAMILY))
    assert row.status == "BEP"


def test_whole_percents_may_add_up_to_104() -> None:
    row = only(made("share_with_opinion", family(v=24), **FAMILY))
    assert row.value == pytest.approx(100 * 64 / 94)


@pytest.mark.parametrize("cells", [{"v": 25}, {"v": 15}, {"v": 45, "d": None}])
def test_answers_that_cannot_be_one_family_are_withdrawn_with_the_sum(cells: dict[str, int | None]) -> None:
    row = only(made("share_with_opinion", family(**cells), **FAMILY))
    answers = {"v": 20, "w": 40, "x": 20, "y": 10, "d": 10} | cells
    total = sum(answer for answer in answers.values() if answer is not None)
    assert math.isnan(row.value)
    assert row.status == "X"
    assert row.detail == f"answers add up to {total:.1f} %"


def test_no_opinion_at_all_makes_no_share() -> None:
    row = only(made("share_with_opinion", family(v=0, w=0, x=0, y=0, d=100), **FAMILY))
    assert math.isnan(row.value)


def test_later_waves_join_the_sum_of_codes_on_the_base_of_all() -> None:
    series = published(v={("A1", 2019): 20}, w={("A1", 2019): 37.9}, later={("A1", 2023): 58.6})
    rows = made("share_of_all", series, positive=("v", "w"), later="later")
    assert {row.period: row.value for row in rows} == {"2019": pytest.approx(57.9), "2023": 58.6}
    assert {row.base for row in rows} == {1.0}


def test_the_publishers_own_codes_win_over_the_derived_wave() -> None:
    series = published(v={("A1", 2023): 20}, w={("A1", 2023): 30}, later={("A1", 2023): 58.6})
    assert only(made("share_of_all", series, positive=("v", "w"), later="later")).value == 50


def test_the_derived_wave_stands_in_where_a_code_is_missing() -> None:
    series = published(v={("A1", 2023): 20}, later={("A1", 2023): 58.6})
    assert only(made("share_of_all", series, positive=("v", "w"), later="later")).value == 58.6


def test_a_three_year_mean_needs_its_three_years() -> None:
    series = published(m={("A1", 2017): 1, ("A1", 2018): 2, ("A1", 2019): 6, ("A1", 2021): 8, ("B1", 2019): 4})
    row = only(made("mean_over_years", series, measure="m", years=3))
    assert (row.period, row.value, row.detail) == ("2019", (1 + 2 + 6) / 3, "2017, 2018, 2019")


def test_a_suppressed_year_suppresses_the_means_that_hold_it() -> None:
    series = published(m={("A1", 2017): 1, ("A1", 2018): (NAN, "Q"), ("A1", 2019): 6})
    assert {(row.period, row.status) for row in made("mean_over_years", series, measure="m", years=3)} == {
        ("2018", "Q"),
        ("2019", "Q"),
    }


def test_a_mean_over_years_refuses_a_quarter() -> None:
    with pytest.raises(ValueError, match="measure 'm': a mean over years needs years, not the period '2019-Q1'"):
        made("mean_over_years", published(m={("A1", "2019-Q1"): 1}), measure="m", years=3)


ROADS = {"measure": "m", "scale": 100, "years": 3, "at_least": 2, "within": 4, "since": 2018}


def test_road_deaths_of_brussels_are_the_mean_of_the_last_three_years() -> None:
    series = published(
        m={("BE001C", 2021): 0.07, ("BE001C", 2022): 0.20, ("BE001C", 2023): 0.05, ("BE001C", 2024): 0.09}
    )
    rows = {row.period: row for row in made("recent_mean", series, **ROADS)}
    assert rows["2024"].value == pytest.approx(100 * (0.20 + 0.05 + 0.09) / 3)
    assert rows["2024"].detail == "2022, 2023, 2024"
    assert sorted(rows) == ["2022", "2023", "2024"]


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ((2020, 2023), {"2023": "2020, 2023"}),  # two years, four calendar years apart at most
        ((2019, 2023), {}),  # five calendar years
        ((2018, 2022, 2023), {"2023": "2022, 2023"}),
        ((2016, 2017), {}),  # before 2018: an old value is not used
        ((2017, 2018), {}),  # one admissible year only
        ((2020,), {}),
    ],
)
def test_recent_means_take_available_years_within_four(years: tuple[int, ...], expected: dict[str, str]) -> None:
    series = published(m={("A1", year): 0.5 for year in years})
    assert {row.period: row.detail for row in made("recent_mean", series, **ROADS)} == expected


def test_recent_means_keep_an_explicit_gap_and_pass_over_it() -> None:
    series = published(m={("A1", 2021): 0.1, ("A1", 2022): (NAN, "M"), ("A1", 2023): 0.3})
    rows = {row.period: row for row in made("recent_mean", series, **ROADS)}
    assert rows["2022"].status == "M"
    assert rows["2023"].value == pytest.approx(100 * (0.1 + 0.3) / 2)


def test_recent_means_sum_the_events_of_the_same_years() -> None:
    series = published(
        m={("A1", 2022): 0.20, ("A1", 2023): 0.05, ("A1", 2024): 0.09},
        n={("A1", 2022): 24, ("A1", 2023): 6, ("A1", 2024): 11},
    )
    rows = {row.period: row for row in made("recent_mean", series, **ROADS, count="n")}
    assert rows["2024"].events == 24 + 6 + 11
    assert rows["2023"].events == 24 + 6


def test_a_constant_set_of_stations_needs_each_of_them() -> None:
    series = published(
        m={
            ("B", 2019, "station=1"): 30, ("B", 2019, "station=2"): 20, ("B", 2019, "station=3"): 99,
            ("B", 2020, "station=1"): 28, ("B", 2020, "station=2"): (NAN, "Q"),
        }
    )  # fmt: skip
    rows = {row.period: row for row in made("station_mean", series, measure="m", stations=("1", "2"))}
    assert rows["2019"].value == (30 + 20) / 2
    assert rows["2019"].group == "total"
    assert rows["2020"].status == "Q"


def test_points_become_a_share_of_the_maximum() -> None:
    row = only(made("share_of_maximum", published(m={("FR", 2023): 2497}), measure="m", maximum=2540))
    assert row.value == pytest.approx(98.3, abs=0.05)  # the published French result


def test_a_group_difference_keeps_both_ends() -> None:
    series = published(m={("BE10", 2025, "isced=ED5-8"): 81.6, ("BE10", 2025, "isced=ED0-2"): 41.8, ("BE10", 2025): 70})
    row = only(made("group_difference", series, measure="m", minuend="isced=ED5-8", subtrahend="isced=ED0-2"))
    assert (row.group, row.high, row.low) == ("total", 81.6, 41.8)
    assert row.value == pytest.approx(81.6 - 41.8)


def test_a_group_difference_without_one_group_is_missing() -> None:
    series = published(m={("SK01", 2025, "isced=ED5-8"): 90})
    row = only(made("group_difference", series, measure="m", minuend="isced=ED5-8", subtrahend="isced=ED0-2"))
    assert math.isnan(row.value)
    assert row.status == "M"


GAP = {
    "everyone_good": "eg",
    "everyone_bad": "eb",
    "groups": ("elderly", "immigrants"),
    "good": ("g1", "g2"),
    "bad": ("b1", "b2"),
}


def gap_series(g2: object = 60, b2: object = 30) -> Published:
    cells = {"eg": 90, "eb": 10, "g1": 80, "b1": 10, "g2": g2, "b2": b2}
    return published(**{name: {BX: cell} for name, cell in cells.items() if cell is not None})


def test_the_gap_names_the_least_favoured_group() -> None:
    row = only(made("least_favoured_gap", gap_series(), **GAP))
    assert row.value == pytest.approx(100 * 90 / 100 - 100 * 60 / 90)
    assert (row.detail, row.high) == ("immigrants", 90)
    assert math.isnan(row.base)  # the difference of two shares has no share's interval


def test_a_gap_needs_every_group_for_one_missing_could_be_the_lowest() -> None:
    row = only(made("least_favoured_gap", gap_series(g2=None), **GAP))
    assert math.isnan(row.value)


def test_a_gap_refuses_tuples_of_different_length() -> None:
    with pytest.raises(ValueError, match="need the same length"):
        made("least_favoured_gap", gap_series(), **(GAP | {"good": ("g1",)}))


@given(good=st.floats(1, 100), bad=st.floats(1, 100))
def test_the_gap_of_equal_groups_is_zero(good: float, bad: float) -> None:
    cells = {"eg": good, "eb": bad, "g1": good, "b1": bad, "g2": good, "b2": bad}
    scaled = {name: {BX: 100 * cell / (good + bad)} for name, cell in cells.items()}
    assert only(made("least_favoured_gap", published(**scaled), **GAP)).value == 0


@given(parts=st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(lambda p: sum(p) > 0.1 and sum(p[:4]) > 0.01))
def test_a_share_lies_between_0_and_100(parts: list[float]) -> None:
    cells = [100 * part / sum(parts) for part in parts]
    value = only(made("share_with_opinion", family(*cells), **FAMILY)).value
    assert 0 <= value <= 100


def test_an_unknown_function_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown derivation 'guess'; use one of .*as_published"):
        made("guess", {})


def test_an_unknown_argument_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'as_published'.*'scale'"):
        made("as_published", {}, measure="m", scale=2)


def test_the_agreed_functions_are_all_there() -> None:
    assert set(FUNCTIONS) == {
        *("as_published", "share_with_opinion", "share_of_all", "mean_over_years", "recent_mean", "station_mean"),
        *("share_of_maximum", "group_difference", "least_favoured_gap"),
    }
