"""OpenAQ: pages to the short one, a key in the header, stamps at the end of the hour, units, flags, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.schema import Payload
from connectors import openaq
from connectors.errors import ConnectorError, NoObservations, SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.http import Client
from connectors.limits import Limits
from connectors.openaq import fetch, parse
from tests.connectors.given import edited, payload, row, small, source, values

SOURCE = source("openaq")
LOCATIONS = small("openaq", "locations.made.json")  # values made for these tests
ARCHIVE = small("openaq", "pm25_hours.archive-made.csv")
PPM = small("openaq", "no2_hours.archive-made.csv")
ADDRESS = "https://api.openaq.org/v3/sensors/{}/hours?page=1"


def hour(day: str, at: int, value: float | None, units: str = "µg/m³", *, flagged: bool = False) -> dict[str, Any]:
    period = {
        "label": "1hour",
        "interval": "01:00:00",
        "datetimeFrom": {"utc": f"{day}T{at:02d}:00:00Z", "local": "x"},
        "datetimeTo": {"utc": f"{day}T{at + 1:02d}:00:00Z", "local": "x"},
    }
    parameter = {"id": 2, "name": "pm25", "units": units, "displayName": None}
    return {"value": value, "flagInfo": {"hasFlags": flagged}, "parameter": parameter, "period": period}


def page(*results: dict[str, Any], found: object = None, sensor: int = 101) -> Payload:
    meta = {"name": "openaq-api", "page": 1, "limit": 1000, "found": len(results) if found is None else found}
    return payload("pm25_hours", json.dumps({"meta": meta, "results": list(results)}), ADDRESS.format(sensor))


class Interface:
    """Answers `/locations` with the made ones and `/hours` with pages of `total` hours."""

    def __init__(self, total: int, found: object = ">5", *, deaf: bool = False) -> None:
        self.total, self.found, self.deaf = total, found, deaf
        self.calls: list[tuple[str, dict[str, str], str]] = []

    def __call__(self, dataset: str, url: str, *, params: dict[str, str], key_header: str) -> Payload:
        self.calls.append((url, params, key_header))
        if url.endswith("/locations"):
            return LOCATIONS
        start = 0 if self.deaf else (int(params["page"]) - 1) * int(params["limit"])
        results = [{"n": n} for n in range(start, min(start + int(params["limit"]), self.total))]
        return payload(dataset, json.dumps({"meta": {"found": self.found}, "results": results}), url)


@pytest.mark.parametrize("total,pages", [(0, 1), (999, 1), (1000, 2), (2500, 3)])
def test_paging_stops_on_a_short_page_whatever_found_says(total, pages):
    interface = Interface(total)
    fetch(interface, SOURCE)
    asked = [params["page"] for url, params, _ in interface.calls if url.endswith("/sensors/101/hours")]
    assert asked == [str(n + 1) for n in range(pages)]


def test_fetch_sends_the_key_by_header_and_asks_for_the_last_whole_year_of_sensors_in_the_place():
    interface = Interface(1)
    fetch(interface, SOURCE)  # the made locations are of 2026
    assert {header for _, _, header in interface.calls} == {"X-API-Key"}
    url, params, _ = interface.calls[1]
    assert url == "https://api.openaq.org/v3/sensors/101/hours"
    assert (params["datetime_from"], params["datetime_to"]) == ("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z")
    assert [url.split("/")[-2] for url, _, _ in interface.calls[1:]] == ["101", "103", "102"]  # never 104, in Paris


def test_pages_that_do_not_add_up_or_repeat_are_refused():
    with pytest.raises(SourceChanged, match="counts 12 rows and gave 7"):
        fetch(Interface(7, found=12), SOURCE)
    with pytest.raises(SourceChanged, match="page 2 repeats"):
        fetch(Interface(1000, deaf=True), SOURCE)


def test_without_a_key_nothing_is_asked():
    client = Client({})
    with pytest.raises(SourceUnavailable, match="set the environment variable OPENAQ_API_KEY"):
        fetch(client.bound(SOURCE), SOURCE)
    client.close()


@pytest.mark.parametrize("status", [401, 403, 410, 422])
def test_a_refusal_is_told_once_and_without_the_key(replay, answer, clock, status):
    url = replay.serve("/v3/locations", answer(b'{"detail":"no, s3cret"}', status))
    client = Client({"OPENAQ_API_KEY": "s3cret"}, clock=clock, loopback=True)
    local = SOURCE.model_copy(update={"hosts": ("127.0.0.1",)})
    with pytest.raises(SourceUnavailable, match=f"answers {status}") as caught:
        client.bound(local)("locations", url, key_header="X-API-Key")
    assert "s3cret" not in str(caught.value)
    assert [call.headers["X-API-Key"] for call in replay.seen] == ["s3cret"]
    client.close()


def test_over_the_limit_it_waits_as_long_as_the_header_says(replay, answer, clock):
    busy = answer(b"{}", 429, {"x-ratelimit-used": "61", "x-ratelimit-limit": "60", "x-ratelimit-reset": "37"})
    url = replay.serve("/v3/locations", busy, answer(b"{}"))
    client = Client({"OPENAQ_API_KEY": "k"}, limits=Limits(), clock=clock, loopback=True)
    local = SOURCE.model_copy(update={"hosts": ("127.0.0.1",), "min_interval_s": 0.0})
    client.bound(local)("locations", url, key_header="X-API-Key")
    assert clock.slept == [37.0]
    client.close()


def test_official_monitors_and_other_sensors_in_the_place_are_counted_apart():
    frame = parse([LOCATIONS], SOURCE)
    assert values(frame, "openaq_pm25_sensors", "BE001C", "kind=monitor") == {"2026": 1}
    assert values(frame, "openaq_pm25_sensors", "BE001C", "kind=other") == {"2026": 1}


def test_a_stamp_is_the_end_of_its_hour():
    last = hour("2024-12-31", 22, 9.0)
    last["period"]["datetimeTo"]["utc"] = "2025-01-01T00:00:00Z"  # the last hour of 2024
    frame = parse([LOCATIONS, page(last)], SOURCE)
    assert set(frame.loc[frame["group"] == "sensor=101", "time_period"]) == {"2024"}


def test_hours_are_covered_and_a_short_year_has_no_mean():
    frame = parse([LOCATIONS, page(hour("2024-03-01", 1, 9.0), hour("2024-03-01", 2, 11.0))], SOURCE)
    assert values(frame, "openaq_pm25_coverage", group="sensor=101")["2024"] == pytest.approx(100 * 2 / 8784)
    cell = row(frame, measure="openaq_pm25_mean", group="sensor=101")
    assert (cell["obs_status"], str(cell["obs_value"])) == ("Q", "nan")


def test_a_whole_year_has_a_mean_in_micrograms():
    open_ended = SOURCE.datasets["no2_hours"].model_copy(
        update={"options": {**SOURCE.datasets["no2_hours"].options, "capture": 0.0}}
    )
    frame = parse([PPM], SOURCE.model_copy(update={"datasets": {**SOURCE.datasets, "no2_hours": open_ended}}))
    in_ppm = sum(0.001 * (20 + k) for k in range(1, 24)) / 23
    assert values(frame, "openaq_no2_mean", "BE001C")["2024"] == pytest.approx(1912.5 * in_ppm)
    assert set(frame["obs_status"]) == {"P"}


def test_flagged_and_absent_hours_are_left_out_and_counted():
    given = (hour("2024-03-01", n, v, flagged=n == 3) for n, v in ((1, 9.0), (2, -999.0), (3, 8.0), (4, None)))
    frame = parse([LOCATIONS, page(*given)], SOURCE)
    assert {item.reason: item.count for item in dropped_of(frame)} == {
        "OpenAQ flags the hour": 1, "there is no value": 1, "no hour is below -15 or above 984 µg/m³": 1
    }  # fmt: skip
    assert values(frame, "openaq_pm25_coverage", group="sensor=101")["2024"] == pytest.approx(100 / 8784)


def test_a_sensor_outside_the_place_gives_nothing():
    with pytest.raises(NoObservations, match="in the place"):
        parse([LOCATIONS, page(hour("2024-03-01", 1, 9.0), sensor=104)], SOURCE)
    elsewhere = edited(ARCHIVE.content.decode(), "50.85,4.35", "48.85,2.35")
    with pytest.raises(NoObservations, match="in the place"):
        parse([payload("pm25_hours", elsewhere)], SOURCE)


def half_an_hour(row: dict[str, Any]) -> None:
    row["period"]["interval"] = "00:30:00"


@pytest.mark.parametrize(
    "change,cause",
    [
        (half_an_hour, "a value covers 00:30:00, expected an hour"),
        (lambda r: r["parameter"].update(units="ppb"), "values are in 'ppb'"),
        (lambda r: r["parameter"].update(units="ppm"), "values are in 'ppm'"),  # no factor: PM2.5 has none
        (lambda r: r["parameter"].update(name="pm10"), "something else beside it"),
        (lambda r: r.pop("period"), "key 'period' is gone"),
        (lambda r: r.update(value="high"), "a stamp or value is none"),
        (lambda r: r["period"]["datetimeTo"].update(utc="yesterday"), "a stamp or value is none"),
    ],
)
def test_a_changed_answer_is_refused_with_the_reason(change: Callable[[dict[str, Any]], object], cause: str):
    changed = hour("2024-03-01", 1, 9.0)
    change(changed)
    with pytest.raises(SourceChanged, match=cause):
        parse([LOCATIONS, page(changed)], SOURCE)


def test_an_error_object_with_status_200_is_refused():
    with pytest.raises(ConnectorError, match="key 'results' is gone"):
        parse([payload("locations", '{"detail": "Too many requests"}')], SOURCE)


def answers(folder: Path, name: str) -> str:
    """The body of a recorded interaction."""
    (recording,) = yaml.safe_load((folder / name).read_text(encoding="utf-8"))["http_interactions"]
    return recording["response"]["body"]["string"]


@pytest.mark.recorded
def test_recorded_answers_have_the_promised_shape(recorded: Path):
    folder = recorded / "air/openaq_api"
    world = SOURCE.datasets["locations"].model_copy(
        update={"options": {"ref_area": "BE001C", "west": -180, "south": -90, "east": 180, "north": 90}}
    )
    everywhere = SOURCE.model_copy(update={"datasets": {**SOURCE.datasets, "locations": world}})
    frame = parse([payload("locations", answers(folder, "list_locations.yml"))], everywhere)
    assert values(frame, "openaq_pm25_sensors", group="kind=monitor") == {"2026": 6}
    half_hours = payload("pm25_hours", answers(folder, "list_sensor_measurements_3.yml"), ADDRESS.format(3))
    with pytest.raises(SourceChanged, match="a value covers 00:30:00"):
        parse([half_hours], everywhere)
    hours = payload("pm25_hours", (folder / "py_measurements.json").read_bytes(), ADDRESS.format(101))
    found = parse([LOCATIONS, hours], SOURCE)
    assert values(found, "openaq_pm25_coverage", group="sensor=101") == {"2023": pytest.approx(100 * 2 / 8760)}
    gas = payload("locations", (folder / "py_locations.json").read_bytes())
    assert set(openaq._sensors([gas], everywhere, "no2")) == {"3916"}
