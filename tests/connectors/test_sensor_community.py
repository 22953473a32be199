"""Sensor.Community: participation is a count of sensors, by place and setting; no value of theirs becomes a mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import NoObservations, SourceChanged
from connectors.frames import dropped_of
from connectors.sensor_community import fetch, parse
from tests.connectors.given import Asked, payload, small, source, values

SOURCE = source("sensor_community")
NOW = small("sensor_community", "brussels_now.made.json")  # values made for these tests


def parsed(change: Callable[[list[Any]], object]):
    """The answer after `change` has edited it in place."""
    readings = json.loads(NOW.content)
    change(readings)
    return parse([payload("brussels_now", json.dumps(readings))], SOURCE)


def test_fetch_calls_the_data_host():
    get = Asked()
    fetch(get, SOURCE)
    assert [call["url"].split("/")[2] for call in get.calls] == ["data.sensor.community"]


def test_each_dust_sensor_in_the_place_counts_once():
    frame = parse([NOW], SOURCE)
    assert values(frame, "sensor_community_sensors", "BE001C", "total") == {"2026-01-01": 3}  # 501, 502, 505
    assert values(frame, "sensor_community_sensors", "BE001C", "setting=outdoor") == {"2026-01-01": 2}
    assert values(frame, "sensor_community_sensors", "BE001C", "setting=indoor") == {"2026-01-01": 1}
    assert {item.reason: item.example for item in dropped_of(frame)} == {
        "the sensor measures no dust": "503", "the sensor stands outside the place": "504"
    }  # fmt: skip


def test_a_sensor_in_two_places_or_settings_at_once_is_refused():
    def moved(readings: list[Any]) -> None:
        again = json.loads(json.dumps(readings[0]))
        again["location"]["latitude"] = "50.80"
        readings.append(again)

    with pytest.raises(SourceChanged, match="stands in two places at once"):
        parsed(moved)
    assert parsed(lambda readings: readings.append(readings[0])).equals(parse([NOW], SOURCE))


def test_there_is_no_measure_of_the_air():
    units = {measure.unit for dataset in SOURCE.datasets.values() for measure in dataset.measures.values()}
    assert units == {"sensors"}


def test_an_absent_flag_is_unstated_not_outdoor():
    frame = parsed(lambda readings: [reading["location"].pop("indoor") for reading in readings])
    assert values(frame, "sensor_community_sensors", "BE001C", "setting=unstated") == {"2026-01-01": 3}


def test_no_sensor_in_the_place_is_no_zero():
    with pytest.raises(NoObservations, match="no dust sensor in the place"):
        parsed(lambda readings: readings.clear())


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda r: r[0]["location"].update(longitude=4.35), "key 'longitude' is 4.35; expected str"),
        (lambda r: r[0]["location"].update(latitude="north"), "latitude is 'north', no number"),
        (lambda r: r[0]["location"].update(indoor="yes"), "indoor is 'yes'"),
        (lambda r: r[0].update(timestamp="2026-01-01T10:00:00Z"), "timestamp is"),
        (lambda r: r[0].pop("sensordatavalues"), "key 'sensordatavalues' is gone"),
        (lambda r: r[0]["sensor"].pop("id"), "key 'id' is gone"),
    ],
)
def test_a_changed_answer_is_refused_with_the_reason(change, cause):
    with pytest.raises(SourceChanged, match=cause):
        parsed(change)


@pytest.mark.recorded
def test_recorded_readings_of_berlin_are_one_dust_sensor(recorded: Path):
    file = recorded / "air/citizen/sensor_community_upstream.json"
    with pytest.raises(NoObservations):
        parse([payload("brussels_now", file)], SOURCE)
    options = {"ref_area": "DE001C", "west": 13.0, "south": 52.3, "east": 13.8, "north": 52.7}
    berlin = SOURCE.datasets["brussels_now"].model_copy(update={"options": options})
    frame = parse([payload("brussels_now", file)], SOURCE.model_copy(update={"datasets": {"brussels_now": berlin}}))
    assert values(frame, "sensor_community_sensors", "DE001C", "total") == {"2019-04-25": 1}  # 2129, twice
