"""Ookla's speed tests, averaged by territory: quarters, gaps, levels, and terms that keep them out of a snapshot."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from connectors.ookla import fetch, parse
from tests.connectors.given import Asked, edited, payload, row, small, source, values

SOURCE = source("ookla")
NUTS3 = small("ookla", "fixed_nuts3.made.csv")  # values made for this test
MUNICIPALITIES = small("ookla", "fixed_municipalities.made.csv")


def test_the_terms_keep_it_off_and_out_of_every_snapshot():
    assert not SOURCE.default_on
    assert SOURCE.licence.id == "CC-BY-NC-SA-4.0"
    assert not SOURCE.licence.redistributable
    assert not SOURCE.licence.commercial


def test_fetch_asks_for_each_file_once():
    get = Asked()
    fetch(get, SOURCE)
    assert [(call["dataset"], call["url"].rpartition("/")[2]) for call in get.calls] == [
        ("fixed_nuts3", "timeseries_nuts_3.csv"), ("fixed_nuts2", "timeseries_nuts_2.csv"),
        ("fixed_countries", "timeseries_nuts_0.csv"), ("fixed_municipalities", "timeseries_lau.csv"),
    ]  # fmt: skip


def test_a_quarter_is_named_after_its_first_month():
    assert values(parse([NUTS3], SOURCE), "ookla_download_nuts3", "BE100") == {"2022-Q1": 101.5, "2022-Q2": 111.5}


def test_na_is_a_gap_with_a_status():
    cell = row(parse([NUTS3], SOURCE), measure="ookla_latency_nuts3", ref_area="NO0B1", time_period="2022-Q1")
    assert cell[["obs_value"]].isna().all()
    assert cell["obs_status"] == "M"


def test_municipalities_are_those_of_config_and_the_others_are_counted():
    frame = parse([MUNICIPALITIES], SOURCE)
    assert values(frame, "ookla_upload_municipality", "21004") == {"2022-Q1": 20, "2022-Q2": 21}
    assert set(frame["ref_area"]) == {"21004"}
    (item,) = dropped_of(frame)
    assert (item.count, item.example) == (2, "DE_01002000")


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("avg_d", "download", "column 'avg_d' is gone"),
        ("BE100,2022-01-01", "BE10,2022-01-01", "'BE10', which is no NUTS3 code"),
        ("BE100,2022-01-01", "BE100,2022-02-01", "'2022-02-01', which is no first day of a quarter"),
        ("BE100,2022-01-01,101.5,20.25,13,Made Region\n", "", "BE100 has 1 of the file's 2 periods"),
        ("101.5", "101,5", "7 cells, the header 6"),
        ("101.5", "fast", "'fast'"),
    ],
)
def test_a_changed_file_is_refused_with_the_reason(old, new, cause):
    with pytest.raises(SourceChanged, match=cause):
        parse([payload("fixed_nuts3", edited(NUTS3.content.decode(), old, new))], SOURCE)


def test_a_file_without_any_municipality_of_config_is_refused():
    with pytest.raises(SourceChanged, match="no territory of config"):
        parse(
            [payload("fixed_municipalities", edited(MUNICIPALITIES.content.decode(), "BE_21004", "BE_99999"))], SOURCE
        )


@pytest.mark.recorded
def test_the_recorded_second_quarter_of_2022(recorded: Path):
    folder = recorded / "cities/ookla_edjnet"
    frame = parse(
        [
            payload("fixed_nuts3", folder / "timeseries_nuts_3.csv.gz"),
            payload("fixed_nuts2", folder / "timeseries_nuts_2.csv.gz"),
            payload("fixed_countries", folder / "timeseries_nuts_0.csv"),
            payload("fixed_municipalities", folder / "timeseries_lau.csv.gz"),
        ],
        SOURCE,
    )
    latest = frame[(frame["measure"] == "ookla_download_nuts3") & (frame["time_period"] == "2022-Q2")]
    assert len(latest) == 1715
    ranked = latest.set_index("ref_area")["obs_value"].rank(ascending=False, method="max")
    assert (latest.set_index("ref_area")["obs_value"]["BE100"], ranked["BE100"]) == (117.38, 716)
    cities = {"FR101": 214.8, "ES300": 233.5, "DK011": 209.5, "DE300": 135.7, "AT130": 124.8, "CZ010": 118.0}
    for area, speed in cities.items():
        assert values(frame, "ookla_download_nuts3", area)["2022-Q2"] == pytest.approx(speed, abs=0.05)
    for area, speed in {"21001": 139.9, "21015": 124.6, "21004": 105.8}.items():
        assert values(frame, "ookla_download_municipality", area)["2022-Q2"] == pytest.approx(speed, abs=0.05)
    assert frame[frame["measure"] == "ookla_download_nuts2"]["ref_area"].nunique() == 408
    assert {item.count for item in dropped_of(frame)} == {(747 - 3) * 14}
