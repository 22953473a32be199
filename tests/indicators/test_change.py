"""Change over time: rose, fell, cannot tell or not compared; a trend needs five points and survives scattered years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indicators import moved, score, trend
from indicators.change import Judgement, judge
from indicators.scores import Scores
from indicators.valued import valued

LEVEL = 0.998


def world(small, rows: list[tuple[Any, ...]], **changes: Any) -> Scores:
    fields = {"kind": "survey", "sampling": small.sampling(700)} | changes
    catalogue = small.catalogue([small.place("a")], [small.indicator("x", **fields)], ["connected"])
    return score(small.observations(rows), catalogue)


def judged(found: Scores) -> Judgement:
    series = valued(found.cells)
    told = judge([cell.dated for cell in series], series[0].window_years, LEVEL)
    assert told is not None
    return told


def line(*values: tuple[int, float] | tuple[int, float, str]) -> list[tuple[Any, ...]]:
    return [("m-x", "A", *value) for value in values]


@pytest.mark.parametrize(
    ("old", "new", "word", "reason"),
    [(50, 60, "rose", ""), (60, 50, "fell", ""), (50, 52, "cannot_tell", "within_error")],
)
def test_two_waves_of_a_survey(small, old: float, new: float, word: str, reason: str) -> None:
    row = moved(world(small, line((2015, old), (2019, new))), "a", LEVEL).iloc[0]
    assert (row["word"], row["reason"], row["period_from"], row["period_to"]) == (word, reason, "2015", "2019")
    assert row["difference"] == new - old
    assert row["lower"] < row["difference"] < row["upper"]


@pytest.mark.parametrize("new", [6.0, 5.0, 95.0])
def test_without_a_published_error_two_values_are_not_compared(small, new: float) -> None:
    row = moved(world(small, line((2019, 5.0), (2020, new)), sampling=None), "a", LEVEL).iloc[0]
    assert (row["word"], row["reason"]) == ("not_compared", "no_interval")
    assert row["difference"] == new - 5.0
    assert np.isnan(row["lower"])


@pytest.mark.parametrize("status", ["B", "D", "BP"])
def test_nothing_is_said_across_a_break(small, status: str) -> None:
    row = moved(world(small, line((2019, 20.0), (2020, 30.0, status), (2021, 60.0))), "a", LEVEL).iloc[0]
    assert (row["period_from"], row["word"]) == ("2020", "rose")  # both after the break
    row = moved(world(small, line((2019, 20.0), (2021, 60.0, status))), "a", LEVEL).iloc[0]
    assert (row["word"], row["reason"]) == ("not_compared", "break")


def test_means_of_three_years_are_compared_with_three_other_years(small) -> None:
    rows = [("m-x", "A", year, float(year - 2000)) for year in range(2012, 2021)]
    args = {"function": "mean_over_years", "args": {"measure": "m-x", "years": 3}, "window_years": 3}
    row = moved(world(small, rows, sampling=None, **args), "a", LEVEL).iloc[0]
    assert (row["period_from"], row["period_to"]) == ("2017", "2020")
    assert row["difference"] == (18 + 19 + 20) / 3 - (15 + 16 + 17) / 3
    assert (row["word"], row["points"]) == ("not_compared", 0)  # 2014, 2017 and 2020 are three values, no trend


def test_a_first_value_has_nothing_to_be_compared_with(small) -> None:
    row = moved(world(small, line((2019, 5.0))), "a", LEVEL).iloc[0]
    assert (row["word"], row["reason"], row["period_from"]) == ("not_compared", "missing", "")


def test_a_place_without_values_is_refused(small) -> None:
    with pytest.raises(KeyError, match="'nowhere'"):
        moved(world(small, line((2019, 5.0))), "nowhere", LEVEL)


@pytest.mark.parametrize(("slope", "word"), [(3.0, "rising"), (-3.0, "falling")])
def test_a_clear_line_is_a_trend(slope: float, word: str) -> None:
    years = [2004, 2006, 2009, 2012, 2015, 2019]
    wiggle = np.array([0.5, -0.5, 0.3, -0.3, 0.4, -0.4])
    found = trend(years, 40 + slope * (np.array(years) - 2004) + wiggle, [1.9] * 6)
    assert (found.word, found.points) == (word, 6)
    assert found.slope == pytest.approx(slope, abs=0.1)


def test_four_points_are_never_a_trend() -> None:
    found = trend([1, 2, 3, 4, 5], [10, 20, 30, 40, np.nan], [0.1] * 5)
    assert (found.word, found.reason, found.points) == ("cannot_tell", "few_points", 4)


def test_the_slope_and_the_test_of_five_years_by_hand() -> None:
    # slope = sum((x - 3)(y - 50)) / 10 = 17 / 10; residuals leave chi-square 1.1 / 3 below one, so z = 1.7 * sqrt(10)
    found = trend([1, 2, 3, 4, 5], [46.0, 49.0, 50.0, 52.0, 53.0], [1.0] * 5)
    assert found.slope == pytest.approx((-2 * -4 + -1 * -1 + 0 + 1 * 2 + 2 * 3) / 10)
    assert found.p == pytest.approx(7.6e-8, rel=0.02)


def test_noise_alone_is_rarely_a_trend_even_when_years_vary_more_than_their_errors_say() -> None:
    rng = np.random.default_rng(3)
    for scatter, most in ((1.0, 0.006), (np.sqrt(5.0), 0.02)):
        words = [trend(range(6), rng.normal(0, scatter, 6), [1.0] * 6).word for _ in range(1500)]
        false = sum(word in ("rising", "falling") for word in words) / 1500
        assert false < most  # without the overdispersion term 15 % at five times the variance


def test_a_straight_line_without_errors_is_a_trend_and_a_flat_one_is_not() -> None:
    assert trend(range(5), [1.0, 2.0, 3.0, 4.0, 5.0]).word == "rising"
    assert trend(range(5), [2.0] * 5).word == "no_clear_change"


@pytest.mark.parametrize("dates", [[1, 2, 3], [1, 1, 2, 3, 4]])
def test_dates_must_match_the_values(dates: list[float]) -> None:
    with pytest.raises(ValueError, match="each date once"):
        trend(dates, [1.0, 2.0, 3.0, 4.0, 5.0])


def test_a_trend_starts_after_the_last_break(small) -> None:
    before = [(year, 90.0) for year in range(2010, 2015)]
    after = [(2015, 10.0, "B"), *((year, 10.0 + 9 * (year - 2015)) for year in range(2016, 2020))]
    found = judged(world(small, line(*before, *after)))
    assert (found.word, found.points, found.first.period, found.last.period) == ("rose", 5, "2015", "2019")
    short = judged(world(small, line(*before, *after[:3])))
    assert (short.word, short.first.period, short.points) == ("rose", "2016", 0)  # two values, 19 % and 28 %


def test_overlapping_means_count_once_each(small) -> None:
    rows = [("m-x", "A", year, float(year - 2000)) for year in range(2000, 2021)]
    args = {"function": "mean_over_years", "args": {"measure": "m-x", "years": 3}, "window_years": 3}
    found = judged(world(small, rows, sampling=None, **args))
    assert (found.points, found.word) == (7, "rose")  # 2020, 2017, ..., 2002
    assert found.difference == pytest.approx(18.0)  # 19 - 1, the means of 2018-20 and 2000-02


def test_scattered_values_without_errors_are_no_trend(small) -> None:
    rows = line((2015, 10.0), (2016, 40.0), (2017, 5.0), (2018, 60.0), (2019, 30.0))
    found = judged(world(small, rows, sampling=None))
    assert (found.word, found.reason, found.points) == ("cannot_tell", "no_trend", 5)


def test_a_slope_against_its_own_ends_is_not_stated(small) -> None:
    """The last value lies below the first, whatever the line between them does."""
    years = range(2000, 2020)
    rows = line(*((year, 20.0 + 2.0 * (year - 2000)) for year in years), (2020, 19.0))
    assert judged(world(small, rows)).word == "cannot_tell"
    assert judged(world(small, rows[:-1])).word == "rose"
