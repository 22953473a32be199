"""Hours and days to annual means: one reading per moment, hours before days, a threshold, the coverage beside it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.hourly import HourlyError, annual, distinct, rows


def readings(*listed: tuple[str, int, float], point: str = "P", rank: float = 1.0) -> pd.DataFrame:
    """Readings (start, hours, value) of one point."""
    frame = pd.DataFrame(listed, columns=["start", "hours", "value"])
    return frame.assign(start=pd.to_datetime(frame["start"], format="ISO8601"), point=point, rank=rank)


def hours_of(year: int, count: int, value: float = 20.0) -> pd.DataFrame:
    starts = pd.date_range(f"{year}-01-01", periods=count, freq="h")
    return pd.DataFrame({"point": "P", "start": starts, "hours": 1, "value": value, "rank": 1.0})


def test_an_hour_given_twice_counts_once():
    frame, dropped = distinct("d", readings(("2023-01-01 05:00", 1, 7.0), ("2023-01-01 05:00", 1, 7.0)))
    assert len(frame) == 1
    assert [(item.reason, item.count) for item in dropped] == [("the same moment was given twice", 1)]


def test_two_values_of_one_hour_are_refused_unless_one_is_better_checked():
    with pytest.raises(HourlyError, match="P has two different values for 2023-01-01 05:00:00"):
        distinct("d", readings(("2023-01-01 05:00", 1, 7.0), ("2023-01-01 05:00", 1, 8.0)))
    both = pd.concat([readings(("2023-01-01 05:00", 1, 8.0), rank=2), readings(("2023-01-01 05:00", 1, 7.0), rank=1)])
    assert distinct("d", both)[0]["value"].tolist() == [7.0]


def test_a_day_counts_only_where_no_hour_of_it_is_given():
    frame, dropped = distinct(
        "d", readings(("2023-01-01", 24, 30.0), ("2023-01-01 05:00", 1, 10.0), ("2023-01-02", 24, 40.0))
    )
    assert frame[["hours", "value"]].to_numpy().tolist() == [[1, 10.0], [24, 40.0]]
    assert [(item.reason, item.count) for item in dropped] == [("hours cover the same day", 1)]
    year = annual(frame, threshold=0).iloc[0]
    assert year["mean"] == pytest.approx((1 * 10 + 24 * 40) / 25)
    assert year["coverage"] == pytest.approx(100 * 25 / 8760)


@pytest.mark.parametrize(
    "year,count,threshold,published",
    [(2023, 7446, 0.85, True), (2023, 7445, 0.85, False), (2023, 6570, 0.75, True), (2024, 7446, 0.85, False)],
)
def test_a_mean_needs_its_share_of_the_hours_of_its_own_year(year, count, threshold, published):
    # 7446 = 0.85 * 8760, 6570 = 0.75 * 8760; a leap year has 8784.
    found = annual(hours_of(year, count), threshold).iloc[0]
    assert bool(found["mean"] == 20.0) is published
    assert found["coverage"] == pytest.approx(100 * count / (8784 if year == 2024 else 8760))


def test_negative_hours_stay_in_the_mean_and_are_counted():
    year = annual(readings(("2023-01-01 00:00", 1, -2.0), ("2023-01-01 01:00", 1, 4.0)), threshold=0).iloc[0]
    assert (year["mean"], year["negative"]) == (1.0, 1.0)


def test_more_hours_than_the_year_has_are_refused():
    half = hours_of(2023, 8760).assign(start=lambda f: f["start"] + pd.Timedelta(minutes=30))
    with pytest.raises(HourlyError, match="P has 17520 hours in 2023"):
        annual(pd.concat([hours_of(2023, 8760), half]), 0.85)


def test_a_withheld_mean_is_suppressed_and_its_coverage_stands():
    years = annual(hours_of(2023, 10), 0.85).assign(ref_area="BE001C")
    frame = rows(years, {"mean": "m", "coverage": "c"}, "point").set_index("measure")
    assert frame.loc["m", "obs_status"] == "Q"
    assert (frame.loc["c", "obs_status"], frame.loc["c", "group"]) == ("A", "point=P")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(-5, 50)), min_size=1, max_size=40))
def test_repeating_and_shuffling_the_readings_changes_nothing(pairs):
    hours = {start: float(value) for start, value in pairs}
    starts = pd.Timestamp("2023-01-01") + pd.to_timedelta(list(hours), unit="h")
    frame = pd.DataFrame({"point": "P", "start": starts, "hours": 1, "value": list(hours.values()), "rank": 1.0})
    once = annual(distinct("d", frame)[0], 0)
    again = annual(distinct("d", pd.concat([frame, frame]).sample(frac=1, random_state=1))[0], 0)
    pd.testing.assert_frame_equal(once, again)
    assert once["mean"].iloc[0] == pytest.approx(sum(hours.values()) / len(hours))
