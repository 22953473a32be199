"""Hours that no instrument measured never enter a mean: they are left out by reason, and the coverage says so."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import eea, irceline, openaq
from connectors.frames import dropped_of
from connectors.hourly import HourlyError, Plausible, distinct, usable
from tests.connectors import test_eea
from tests.connectors.given import loaded, payload, small, source, values

YEAR = 8760  # hours of 2025
LIMITS = Plausible(-15, 900, (-9.0, 985.0), 48)
EVERY = 20  # one hour in twenty is spoilt: 438 of 8,760


def series(change: Callable[[int, float], float] = lambda _, v: v, hours: int = YEAR) -> list[float]:
    """A year that alternates between 9 and 11, so its mean is 10, with some of its hours changed."""
    return [change(at, 9.0 + 2 * (at % 2)) for at in range(hours)]


def now_and_then(sign: float) -> list[float]:
    # Pairs, so that as many hours of 9 as of 11 are replaced and the mean of the others stays 10.
    return series(lambda at, v: sign if at % (2 * EVERY) < 2 else v)


def stuck(value: float, hours: int = YEAR // 2) -> list[float]:
    return series(lambda at, v: value if at < hours else v)


def of_openaq(numbers: list[float]):
    stamps = pd.date_range("2025-01-01T01:00", periods=len(numbers), freq="h").strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"101,{stamp},50.85,4.35,pm25,µg/m³,{v}" for stamp, v in zip(stamps, numbers, strict=True)]
    content = "\n".join(["sensors_id,datetime,lat,lon,parameter,units,value", *lines]) + "\n"
    frame = openaq.parse([small("openaq", "locations.made.json"), payload("pm25_hours", content)], source("openaq"))
    return frame, "openaq_pm25", "sensor=101"


def of_irceline(numbers: list[float]):
    ends = [1_735_689_600_000 + 3_600_000 * (at + 1) for at in range(len(numbers))]
    rows = [{"timestamp": end, "value": v} for end, v in zip(ends, numbers, strict=True)]
    declared = source("irceline")
    on = declared.datasets["no2_hours"].model_copy(update={"enabled": True})
    declared = declared.model_copy(update={"datasets": {"no2_hours": on}})
    frame = irceline.parse([payload("no2_hours", json.dumps({"6504": {"values": rows}}))], declared)
    return frame, "no2_station", "station=41B001"


def of_eea(numbers: list[float]):
    starts = pd.date_range("2025-01-01", periods=len(numbers), freq="h")

    def hourly(table: pd.DataFrame) -> pd.DataFrame:
        first = table[table["Samplingpoint"].str.contains("BETR001")].iloc[:1]
        long = pd.concat([first] * len(numbers), ignore_index=True)
        return long.assign(Start=starts, End=starts + pd.Timedelta(hours=1), AggType="hour", Value=numbers, Validity=1)

    frame = eea.parse([test_eea.remade(hourly)], source("eea"))
    return frame, "eea_no2", test_eea.POINT


def found(read, numbers: list[float]) -> tuple[float, float, dict[str, int]]:
    """Mean, coverage (%) and reports of a year of hours, as one network gives them."""
    frame, measure, group = read(numbers)
    unvalidated = "_unvalidated" if measure == "no2_station" else ""
    mean, coverage = (
        values(frame, f"{measure}_{name}{unvalidated}", group=group)["2025"] for name in ("mean", "coverage")
    )
    return mean, coverage, {item.reason: item.count for item in dropped_of(frame)}


NETWORKS = [of_openaq, of_irceline, of_eea]
SIGNS = [-99.0, -999.0, -999.9, -9999.0, -9.999, -9.0, 985.0, 995.0, 9999.0, 1e6]


@pytest.mark.parametrize("read", NETWORKS)
def test_a_good_year_is_whole(read):
    assert found(read, series())[:2] == (pytest.approx(10), pytest.approx(100))


@pytest.mark.parametrize("read", NETWORKS)
@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_for_none_or_a_fault_never_enters_a_mean(read, sign):
    mean, coverage, reports = found(read, now_and_then(sign))
    assert mean == pytest.approx(10)
    assert coverage == pytest.approx(100 * (YEAR - YEAR // EVERY) / YEAR)
    assert YEAR // EVERY in reports.values()


@pytest.mark.parametrize("read", NETWORKS)
@pytest.mark.parametrize("value", [500.0, 0.0, 10.0])
def test_half_a_year_at_one_value_never_enters_a_mean(read, value):
    mean, coverage, reports = found(read, stuck(value))
    assert mean != mean  # 50 % of the hours are too few
    assert coverage == pytest.approx(100 * (YEAR // 2) / YEAR)
    assert YEAR // 2 in reports.values()


@pytest.mark.parametrize("read", NETWORKS)
def test_a_month_at_one_value_leaves_the_mean_of_the_others(read):
    mean, coverage, _ = found(read, stuck(500.0, 720))
    assert mean == pytest.approx(10)
    assert coverage == pytest.approx(100 * (YEAR - 720) / YEAR)


def readings(numbers: list[float], start: str = "2025-01-01", freq: str = "h") -> pd.DataFrame:
    starts = pd.date_range(start, periods=len(numbers), freq=freq)
    return pd.DataFrame({"point": "P", "start": starts, "hours": 1, "value": numbers, "rank": 1.0})


@pytest.mark.parametrize("length,kept", [(48, 48), (49, 0)])
def test_a_run_is_as_long_as_config_allows(length: int, kept: int):
    assert len(usable("d", readings([7.0] * length), LIMITS)[0]) == kept


def test_gaps_and_signs_do_not_end_a_run():
    broken = [7.0 if at % 10 else -999.0 for at in range(100)]
    frame, dropped = usable("d", readings(broken), LIMITS)
    assert frame.empty
    assert [item.count for item in dropped] == [10, 90]


def test_runs_of_two_points_are_two():
    both = pd.concat([readings([7.0] * 30), readings([7.0] * 30).assign(point="Q")], ignore_index=True)
    assert len(usable("d", both, LIMITS)[0]) == 60


def test_hours_that_overlap_would_count_twice_and_are_refused():
    halves = pd.concat([readings([7.0, 8.0]), readings([7.0, 8.0], "2025-01-01 00:30")], ignore_index=True)
    with pytest.raises(HourlyError, match="P has a reading that begins at 2025-01-01 00:30:00, before the one ahead"):
        distinct("d", halves)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([-999.9, -99.0, -9.0, 3.0, 4.0, 985.0, 9999.0]), min_size=1, max_size=80))
def test_every_hour_is_kept_or_reported_and_none_is_made(numbers):
    frame, dropped = usable("d", readings(numbers), LIMITS)
    assert len(frame) + sum(item.count for item in dropped) == len(numbers)
    assert set(frame["value"]) <= {3.0, 4.0}


def test_every_table_of_hours_declares_what_is_plausible():
    means = [
        Plausible.of(dataset)
        for declared in loaded().sources.values()
        for dataset in declared.datasets.values()
        if "capture" in dataset.options
    ]
    assert len(means) >= 8
    assert all(limits.minimum > -99 and limits.maximum < 9999 and limits.longest_run < 24 * 30 for limits in means)


@pytest.mark.parametrize("twin", ["alike", "otherwise"])
def test_a_sampling_point_twice_in_one_file_counts_once_or_is_refused(twin):
    def doubled(table: pd.DataFrame) -> pd.DataFrame:
        again = table.assign(Value=table["Value"] + (0.0 if twin == "alike" else 1.0))
        return pd.concat([table, again], ignore_index=True)

    if twin == "alike":
        assert eea.parse([test_eea.remade(doubled)], source("eea")).equals(
            eea.parse([test_eea.VERIFIED], source("eea"))
        )
    else:
        with pytest.raises(eea.SourceChanged, match="has two different values for"):
            eea.parse([test_eea.remade(doubled)], source("eea"))
