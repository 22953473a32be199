"""IRCEL-CELINE: validated annual NO2 means per station, with their coverage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from connectors.irceline import fetch, parse
from tests.connectors.given import Asked, payload, row, small, source, values

SOURCE = source("irceline")
FILE = small("irceline", "no2_anmean_station.wfs.json")
BACKGROUND = ("41B004", "41B011", "41MEU1", "41R001", "41R012")


def parsed(change: Callable[[dict[str, Any]], object]):
    """The layer after `change` has edited it in place."""
    layer = json.loads(FILE.content)
    change(layer)
    return parse([payload("no2_anmean_station", json.dumps(layer))], SOURCE)


def first(layer: dict[str, Any], station: str) -> dict[str, Any]:
    return next(f for f in layer["features"] if f["properties"]["ab_local_code"] == station)


def test_fetch_asks_the_web_feature_service_for_the_whole_layer():
    get = Asked()
    fetch(get, SOURCE)
    (call,) = get.calls
    assert (call["dataset"], call["url"]) == ("no2_anmean_station", "https://geo.irceline.be/annual/wfs")
    assert call["params"]["typeNames"] == "annual:no2_anmean_station"
    assert call["params"]["request"] == "GetFeature"
    assert call["params"]["outputFormat"] == "application/json"
    assert call["params"]["srsName"] == "EPSG:4326"


def test_the_year_is_that_of_its_last_day():
    assert values(parse([FILE], SOURCE), "no2_station_mean", "BE001C", "station=41R012") == {"2023": 11}


def test_the_mean_of_the_five_background_stations():
    frame = parse([FILE], SOURCE)
    found = [values(frame, "no2_station_mean", group=f"station={code}")["2023"] for code in BACKGROUND]
    assert found == [20, 13, 17, 21, 11]
    assert sum(found) / 5 == pytest.approx(16.4)


def test_minus_9999_is_no_value_and_carries_a_status():
    cell = row(parse([FILE], SOURCE), measure="no2_station_mean", group="station=41R001", time_period="1990")
    assert cell[["obs_value"]].isna().all()
    assert cell["obs_status"] == "Q"


def test_a_station_without_a_single_hour_is_missing_not_withheld():
    frame = parsed(lambda layer: first(layer, "41VBX3")["properties"].update(nhours=0, value=-9999))
    assert row(frame, measure="no2_station_mean", group="station=41VBX3")["obs_status"] == "M"


def test_coverage_stands_beside_each_mean_and_knows_leap_years():
    coverage = values(parse([FILE], SOURCE), "no2_station_coverage", group="station=41R001")
    hours = {f["properties"]["year"][:4]: f["properties"]["nhours"] for f in features("41R001")}
    assert coverage["1990"] == pytest.approx(100 * 6639 / 8760)  # 75.8 %: under 85 %, hence no mean
    assert coverage["2020"] == pytest.approx(100 * hours["2020"] / 8784)


def features(station: str) -> list[dict[str, Any]]:
    return [f for f in json.loads(FILE.content)["features"] if f["properties"]["ab_local_code"] == station]


def test_a_station_of_the_brussels_network_that_stands_in_france_is_left_out_and_reported():
    assert features("40ND01")[0]["properties"]["network"] == "Brussels"
    frame = parse([FILE], SOURCE)
    assert "station=40ND01" not in set(frame["group"])
    (item,) = dropped_of(frame)
    assert item.reason == "the station stands outside the Region, whatever its network"
    assert item.example == "40ND01 1990 at 49.293 N, 2.307 E"


def test_a_station_of_another_network_is_left_out_wherever_it_stands():
    frame = parsed(lambda layer: first(layer, "41R012")["properties"].update(network="Flanders"))
    assert "station=41R012" not in set(frame["group"])
    assert "the station belongs to another network" in {item.reason for item in dropped_of(frame)}


def test_swapped_coordinates_are_refused_rather_than_all_dropped():
    def swap(layer: dict[str, Any]) -> None:
        for feature in layer["features"]:
            feature["geometry"]["coordinates"].reverse()

    with pytest.raises(SourceChanged, match="still longitude, latitude"):
        parsed(swap)


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda layer: layer["crs"]["properties"].update(name="urn:ogc:def:crs:EPSG::31370"), "EPSG::31370"),
        (lambda layer: layer["features"].pop(), "it was cut"),
        (lambda layer: layer.pop("crs"), "key 'crs' is gone"),
        (lambda layer: layer.pop("features"), "key 'features' is gone"),
        (lambda layer: first(layer, "41R012")["properties"].pop("value"), "key 'value' is gone"),
        (lambda layer: first(layer, "41R012")["properties"].pop("network"), "key 'network' is gone"),
        (lambda layer: first(layer, "41R012")["properties"].update(year="2023"), "'year' is '2023'"),
        (lambda layer: first(layer, "41R012")["properties"].update(value="11"), "'value' is '11'"),
        (lambda layer: first(layer, "41R012")["properties"].update(value=-999), "41R012 2023 has value -999"),
        (lambda layer: first(layer, "41R012")["properties"].update(nhours=9000), "nhours 9000"),
        (lambda layer: first(layer, "41R012")["geometry"].update(coordinates=[4.36, "NaN"]), "coordinates are"),
        (lambda layer: first(layer, "41R012")["geometry"].update(coordinates=[]), "coordinates are"),
        (lambda layer: first(layer, "41R012").update(geometry=None), "key 'geometry' is None"),
        (lambda layer: layer["features"].append("x"), "it was cut"),
    ],
)
def test_a_changed_layer_is_refused_with_the_reason(change, cause):
    with pytest.raises(SourceChanged, match=cause):
        parsed(change)


def test_an_extra_property_and_a_new_year_are_welcome():
    def add(layer: dict[str, Any]) -> None:
        new = json.loads(json.dumps(first(layer, "41R012")))
        new["properties"].update(year="2024-12-31Z", value=12, operator="x")
        layer["features"].append(new)
        layer["numberMatched"] = len(layer["features"])

    assert values(parsed(add), "no2_station_mean", group="station=41R012") == {"2023": 11, "2024": 12}


@pytest.mark.recorded
def test_the_recorded_stations_of_2023(recorded: Path):
    frame = parse([payload("no2_anmean_station", recorded / "air/brussels/no2_anmean_station_brussels.json")], SOURCE)
    latest = frame[
        (frame["measure"] == "no2_station_mean") & (frame["time_period"] == "2023") & frame["obs_value"].notna()
    ]
    found = {
        group.removeprefix("station="): value for group, value in zip(latest["group"], latest["obs_value"], strict=True)
    }
    assert found == {
        "41R012": 11, "41B011": 13, "47E013": 14, "41MEU1": 17, "41B006": 19, "41B004": 20, "41R001": 21, "41VBX1": 21,
        "41N043": 22, "41R002": 23, "41VBX2": 23, "41CHA1": 25, "41B008": 25, "41BUL1": 29, "41B001": 31, "41REG1": 35,
    }  # fmt: skip


@pytest.mark.recorded
def test_the_recorded_layer_keeps_every_year_and_shows_its_85_percent_rule(recorded: Path):
    frame = parse([payload("no2_anmean_station", recorded / "air/brussels/no2_anmean_station_brussels.json")], SOURCE)
    means = frame[frame["measure"] == "no2_station_mean"]
    assert len(means) == 337 - 1  # features less the one in France
    assert int(means["obs_value"].notna().sum()) == 266
    assert (means["time_period"].min(), means["time_period"].max()) == ("1990", "2023")
    key = ["time_period", "group"]
    both = means.merge(frame[frame["measure"] == "no2_station_coverage"], on=key, suffixes=("", "_coverage"))
    valid = both["obs_value"].notna()
    assert both.loc[valid, "obs_value_coverage"].min() == 85.0
    assert round(both.loc[~valid, "obs_value_coverage"].max(), 2) == 84.85
    for year, mean in {"2013": 32.6, "2019": 24.2, "2020": 17.4, "2023": 16.4}.items():
        five = [values(frame, "no2_station_mean", group=f"station={code}")[year] for code in BACKGROUND]
        assert sum(five) / 5 == pytest.approx(mean)
