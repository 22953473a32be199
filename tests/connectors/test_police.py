"""Federal police rates by municipality: hand-downloaded, rates without counts, a zero that can mean silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.police import fetch, parse
from tests.connectors.given import Asked, edited, payload, row, small, source, values

SOURCE = source("police")
FILE = small("police", "rates_by_municipality.made.csv")
TEXT = FILE.content.decode()


def parsed(text: str):
    return parse([payload("rates_by_municipality", text)], SOURCE)


def test_fetch_calls_nobody_and_names_the_file():
    get = Asked()
    with pytest.raises(SourceUnavailable, match="downloaded by hand"):
        fetch(get, SOURCE)
    assert get.calls == []


def test_single_precision_noise_is_rounded_away():
    assert values(parse([FILE], SOURCE), "police_burglary_rate", "21001") == {"2024": 60.5, "2025": 60.31}


def test_provisional_figures_say_so():
    frame = parse([FILE], SOURCE)
    assert row(frame, measure="police_burglary_rate", ref_area="21001", time_period="2025")["obs_status"] == "P"
    assert row(frame, measure="police_burglary_rate", ref_area="21001", time_period="2024")["obs_status"] == "A"


def test_a_province_where_every_municipality_has_zero_is_missing_not_safe():
    frame = parse([FILE], SOURCE)
    for area in ("52011", "53053"):
        silent = row(frame, measure="police_burglary_rate", ref_area=area)
        assert str(silent["obs_value"]) == "nan"
        assert silent["obs_status"] == "M"


def test_a_zero_beside_other_figures_of_its_province_stays_a_zero():
    frame = parsed(
        edited(
            TEXT,
            "53053,HOUSE_BURGLARIES_PER_10K,per_10000_dwellings,2025,0",
            "53053,HOUSE_BURGLARIES_PER_10K,per_10000_dwellings,2025,4",
        )
    )
    assert values(frame, "police_burglary_rate", "52011") == {"2025": 0.0}


def test_a_code_that_is_no_municipality_and_an_undeclared_indicator_are_left_out_and_reported():
    reasons = {item.reason: item.example for item in dropped_of(parse([FILE], SOURCE))}
    assert reasons == {
        "the code is no municipality": "21020",
        "no measure is declared for the indicator": "PICKPOCKETS",
    }


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("per_10000_cars", "per_1000_cars", "comes in 'per_1000_cars'"),
        ("indicator_code", "indicator", "column 'indicator_code' is gone"),
        ("21001,CAR", "2101,CAR", "'nis_code' holds '2101'"),
        ("2025,30.3100000023841858,P", "2025,30.3100000023841858,X", "'status' holds 'X'"),
        ("2025,30.3100000023841858,P", "2025,low,P", "'value' holds 'low'"),
        ("21019,CAR_THEFT_PER_10K", "21019,CAR", "CAR_THEFT|police_car_theft_rate 2025 has 18 of the Region's 19"),
    ],
)
def test_a_changed_table_is_refused_by_name(old: str, new: str, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parsed(edited(TEXT, old, new))


@pytest.mark.recorded
def test_the_recorded_rates_of_the_19_municipalities(recorded: Path):
    frame = parse(
        [payload("rates_by_municipality", recorded / "cities/municipalities/police_rates_brussels.csv")], SOURCE
    )
    assert len(frame) == 19 * (9 + 3)  # burglary 2017-2025; three kinds in 2025 only
    latest = frame[frame["time_period"] == "2025"]
    burglary = latest[latest["measure"] == "police_burglary_rate"].set_index("ref_area")["obs_value"]
    assert (burglary.min(), burglary.idxmin()) == (62.63, "21014")
    assert (burglary.max(), burglary.idxmax()) == (130.61, "21002")
    vehicles = latest[latest["measure"] == "police_theft_from_vehicle_rate"].set_index("ref_area")["obs_value"]
    assert (vehicles.min(), vehicles.idxmin()) == (45.11, "21019")
    assert (vehicles.max(), vehicles.idxmax()) == (719.22, "21013")
    assert 99.32 in set(frame["obs_value"])  # published as 99.31999969
    assert set(latest["obs_status"]) == {"P"}
