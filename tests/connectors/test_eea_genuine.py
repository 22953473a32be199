"""The EEA's Parquet files as its service really wrote them: decimals, two spellings of a unit, verification mixed."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from connectors.eea import parse
from connectors.frames import dropped_of
from tests.connectors.given import payload, row, small, source, values

SOURCE = source("eea")
MADE = small("eea", "no2_unverified.traits-made.parquet")
FOLDER = "air/eea_parquet_cz_2023"
# station of Prague -> mean of NO2 in µg/m³, valid hours of 8,760 (the files end on 6 December 2023)
PRAGUE = {
    "CZ_ALEGA_NO2_41157": (38.4375, 7541), "CZ_ALIBA_NO2_40281": (11.8873, 7659),
    "CZ_ARIEA_NO2_40259": (17.6147, 7630), "CZ_AKOBA_NO2_40308": (15.5889, 7805),
}  # fmt: skip


def test_the_made_file_has_the_traits_of_the_genuine_ones():
    table = pq.read_table(io.BytesIO(MADE.content)).to_pandas()
    assert isinstance(table["Value"].dropna().iloc[0], Decimal)
    assert set(table["Unit"]) == {"ug/m3", "ug.m-3"}
    assert set(table["Validity"]) == {1, 3, -1, -99}
    assert set(table["Verification"]) == {1, 3}
    assert table["DataCapture"].isna().all()


def test_decimals_both_spellings_and_values_below_detection_count():
    """365 days: 18 without a value (-99), 5 called invalid (-1) with 99 in them, 8 of the others with validity 3."""
    frame = parse([MADE], SOURCE)
    days = [20 + k % 5 for k in range(365) if k % 20 != 7 and k % 73 != 11]
    point = "point=SPO-BETR001_00008_100"
    assert values(frame, "eea_no2_mean_unverified", "BE001C", point)["2023"] == pytest.approx(sum(days) / len(days))
    coverage = values(frame, "eea_no2_coverage_unverified", "BE001C", point)["2023"]
    assert coverage == pytest.approx(100 * len(days) / 365)
    (told,) = dropped_of(frame)
    assert (told.reason, told.count) == ("the network calls the value invalid", 365 - len(days))


def test_a_year_of_mixed_verification_is_provisional():
    frame = parse([MADE], SOURCE)
    mean = row(frame, measure="eea_no2_mean_unverified", time_period="2023")
    assert mean["obs_status"] == "P"


@pytest.mark.recorded
@pytest.mark.parametrize("station", PRAGUE)
def test_a_genuine_file_gives_the_mean_of_its_valid_hours(station: str, recorded: Path):
    """Read once more with pyarrow alone."""
    file = recorded / FOLDER / f"SPO.{station}.parquet"
    asked = payload("no2_unverified", file).model_copy(update={"note": "city: Praha"})
    frame = parse([asked], SOURCE)
    mean, hours = PRAGUE[station]
    point = f"point=SPO.{station}"
    found = values(frame, "eea_no2_mean_unverified", "CZ001C", point)["2023"]
    table = pq.read_table(file).to_pandas()
    valid = table.loc[table["Validity"] > 0, "Value"].astype(float)
    assert found == pytest.approx(valid.mean())
    assert found == pytest.approx(mean, abs=5e-5)
    coverage = values(frame, "eea_no2_coverage_unverified", "CZ001C", point)["2023"]
    assert coverage == pytest.approx(100 * hours / 8760)
    assert len(valid) == hours


@pytest.mark.recorded
def test_traffic_and_background_of_prague_are_told_apart_by_point(recorded: Path):
    files = sorted((recorded / FOLDER).glob("*NO2*.parquet"))
    asked = [payload("no2_unverified", file).model_copy(update={"note": "city: Praha"}) for file in files]
    frame = parse(asked, SOURCE)
    means = frame[frame["measure"] == "eea_no2_mean_unverified"]
    assert len(means) == len(files) == 4
    assert values(frame, "eea_no2_points_unverified", "CZ001C", "total") == {"2023": 4}
