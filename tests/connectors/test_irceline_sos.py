"""IRCEL-CELINE's hourly series: stamps at the end of the hour, sentinels, several series a station, off by default."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.schema import Payload
from connectors.errors import NoObservations, SourceChanged
from connectors.frames import dropped_of
from connectors.irceline import fetch, parse
from tests.connectors.given import Asked, payload, small, source, values

SOURCE = source("irceline")
DATA = small("irceline", "no2_hours.sos-made.json")  # values made for these tests
MIDNIGHT = 1735689600000  # 2025-01-01T00:00:00Z
HOUR = 3_600_000
MEAN, COVERAGE = "no2_station_mean_unvalidated", "no2_station_coverage_unvalidated"


def answer(**series: list[tuple[int, float | None]]) -> Payload:
    content = {name[1:]: {"values": [{"timestamp": t, "value": v} for t, v in pairs]} for name, pairs in series.items()}
    return payload("no2_hours", json.dumps(content))


def station(*series: str, label: str = "41R001 - Molenbeek", phenomenon: str = "8", x: float = 4.33) -> dict[str, Any]:
    said = {"feature": {"id": "1", "label": label}, "phenomenon": {"id": phenomenon, "label": "x"}}
    properties = {"id": 1, "label": label, "timeseries": dict.fromkeys(series, said)}
    return {
        "properties": properties,
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [x, 50.85, "NaN"]},
    }


def stations(*features: dict[str, Any]) -> Payload:
    return payload("no2_hours", json.dumps(list(features)))


class Interface:
    """Answers stations by page and remembers what was asked."""

    def __init__(self, total: int) -> None:
        self.features = [station(str(n)) for n in range(total)]
        self.calls: list[dict[str, Any]] = []

    def __call__(self, dataset: str, url: str, **options: Any) -> Payload:
        self.calls.append({"url": url, **options})
        if not url.endswith("/stations"):
            return payload(dataset, b"{}", url)
        start = int(options["params"]["offset"])
        return payload(dataset, json.dumps(self.features[start : start + 500]), url)


def switched_on():
    hours = SOURCE.datasets["no2_hours"].model_copy(update={"enabled": True})
    return SOURCE.model_copy(update={"datasets": {"no2_hours": hours}})


def test_it_is_off_until_switched_on():
    get = Asked()
    fetch(get, SOURCE)
    assert [call["dataset"] for call in get.calls] == ["no2_anmean_station"]


def test_fetch_pages_to_a_short_page_and_asks_for_the_last_whole_year():
    interface = Interface(501)
    fetch(interface, switched_on())
    *pages, values_call = interface.calls
    assert [call["params"]["offset"] for call in pages] == ["0", "500"]
    assert values_call["json"]["timespan"] == "P1Y/2026-01-01T00:00:00Z"
    assert len(values_call["json"]["timeseries"]) == 501


def test_a_timestamp_is_the_end_of_its_hour():
    frame = parse([answer(s6504=[(MIDNIGHT, 10), (MIDNIGHT + HOUR, 20)])], SOURCE)
    assert values(frame, COVERAGE, "BE001C", "station=41B001") == {
        "2024": pytest.approx(100 / 8784), "2025": pytest.approx(100 / 8760)
    }  # fmt: skip


def test_minus_9999_is_no_value_and_a_short_year_has_no_mean():
    frame = parse([DATA], SOURCE)
    assert values(frame, COVERAGE, group="station=41B001") == {"2025": pytest.approx(100 * 47 / 8760)}
    assert frame.loc[frame["measure"] == MEAN, "obs_status"].tolist() == ["Q"]
    assert [(item.reason, item.count) for item in dropped_of(frame)] == [("no hour is below -15 or above 900 µg/m³", 1)]


def test_several_series_of_a_station_are_one_station():
    listed = stations(station("7001", "7002"), station("7003", label="42R803 - Antwerpen", x=4.42 + 1))
    data = answer(s7001=[(MIDNIGHT + HOUR, 10)], s7002=[(MIDNIGHT + 2 * HOUR, 30)], s7003=[(MIDNIGHT + HOUR, 99)])
    frame = parse([listed, data], SOURCE)
    assert set(frame["group"]) == {"station=41R001"}
    assert values(frame, COVERAGE)["2025"] == pytest.approx(100 * 2 / 8760)
    assert [item.reason for item in dropped_of(frame)] == ["the series is of no station in the Region"]


def test_two_living_series_that_disagree_are_refused():
    data = answer(s7001=[(MIDNIGHT + HOUR, 10)], s7002=[(MIDNIGHT + HOUR, 30)])
    with pytest.raises(SourceChanged, match="41R001 has two different values"):
        parse([stations(station("7001", "7002")), data], SOURCE)


def test_a_whole_year_has_a_provisional_mean():
    hours = [(MIDNIGHT + n * HOUR, float(n % 2)) for n in range(1, 8761)]
    frame = parse([answer(s6504=hours)], SOURCE)
    assert values(frame, MEAN, group="station=41B001") == {"2025": pytest.approx(0.5)}
    assert set(frame["obs_status"]) == {"P"}


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda d: d["6504"].pop("values"), "key 'values' is gone"),
        (lambda d: d["6504"]["values"][0].update(timestamp=1735693200), "no full hour in milliseconds"),
        (lambda d: d["6504"]["values"][0].update(timestamp=MIDNIGHT + 60_000), "no full hour in milliseconds"),
        (lambda d: d["6504"]["values"][0].update(value="20"), "value '20' of series '6504' is no number"),
        (lambda d: d.clear(), "expected an object of series"),
    ],
)
def test_a_changed_answer_is_refused_with_the_reason(change: Callable[[dict[str, Any]], object], cause: str):
    content = json.loads(DATA.content)
    change(content)
    with pytest.raises(SourceChanged, match=cause):
        parse([payload("no2_hours", json.dumps(content))], SOURCE)


@pytest.mark.recorded
def test_recorded_stations_and_values(recorded: Path):
    folder = recorded / "air/irceline_api"
    listed = payload("no2_hours", folder / "sos_upstream-stations.json")
    data = payload("no2_hours", folder / "sos_upstream-timeseries.json")
    with pytest.raises(NoObservations, match="station in the Region"):  # PM2.5 of Antwerp and an unlisted series
        parse([listed, data], SOURCE)
    options = {**SOURCE.datasets["no2_hours"].options, "phenomenon": "6001", "north": 51.4, "east": 4.6}
    wider = SOURCE.datasets["no2_hours"].model_copy(update={"options": options})
    frame = parse([listed, data], SOURCE.model_copy(update={"datasets": {"no2_hours": wider}}))
    assert values(frame, COVERAGE, group="station=42R803") == {"2019": pytest.approx(100 * 4 / 8760)}
