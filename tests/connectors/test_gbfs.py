"""GBFS 1.x to 3.0: discovery, the names of each version, and systems that do not answer as they should."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from config.schema import Payload
from connectors.errors import NoObservations, SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.gbfs import fetch, parse
from tests.connectors.given import payload, row, small, source, values

DECLARED = source("gbfs")
FILE = small("gbfs", "systems.made.json")
BUNDLE = json.loads(FILE.content)
VILLO = BUNDLE["discovery"]
BASE = VILLO.removesuffix("gbfs.json")
OSLO = "https://feeds.example/oslo/gbfs.json"


def with_labels(**labels: str):
    """The source with these systems only (discovery address -> area)."""
    dataset = DECLARED.datasets["systems"].model_copy(update={"labels": labels})
    return DECLARED.model_copy(update={"datasets": {"systems": dataset}, "hosts": ("feeds.example",)})


ALONE = with_labels(**{VILLO: "BE001C"})


def bundle(discovery: str, answers: dict[str, Any], day: str = "2026-01-01") -> Payload:
    parts = [{"url": url, "answer": answer} for url, answer in answers.items()]
    made = payload("systems", json.dumps({"discovery": discovery, "answers": parts}), discovery)
    return made.model_copy(update={"retrieved_at": f"{day}T12:00:00Z"})


def edited(change) -> Payload:
    answers = {part["url"].removeprefix(BASE).removesuffix(".json"): part for part in copy.deepcopy(BUNDLE["answers"])}
    change(answers)
    return payload("systems", json.dumps({"discovery": VILLO, "answers": list(answers.values())}))


def totals(frame, area: str = "BE001C") -> dict[str, float]:
    chosen = frame[(frame["ref_area"] == area) & (frame["group"] == "total")]
    return dict(zip(chosen["measure"], chosen["obs_value"], strict=True))


def older(version: str | None) -> Payload:
    """The same system in the words of version 1 (no version, 0/1) or 2: seconds, bikes, languages."""
    flag = (lambda value: int(value)) if version is None else bool
    head = {"last_updated": 1767225570, "ttl": 0, **({"version": version} if version else {})}
    names = ("station_information", "station_status", "free_bike_status")
    feeds = {"feeds": [{"name": name, "url": BASE + name} for name in names]}
    stations = [{"station_id": "1", "name": "Made", "lat": 50.85, "lon": 4.35, "capacity": 25}]
    state = {"station_id": "1", "is_installed": flag(True), "num_bikes_available": 7, "num_docks_available": 18}
    bikes = [{"bike_id": "a", "lat": 50.85, "lon": 4.36, "is_reserved": flag(False), "is_disabled": flag(False)}]
    return bundle(
        VILLO,
        {
            VILLO: {**head, "data": {"fr": feeds, "nl": feeds}},
            BASE + "station_information": {**head, "data": {"stations": stations}},
            BASE + "station_status": {**head, "data": {"stations": [state]}},
            BASE + "free_bike_status": {**head, "data": {"bikes": bikes}},
        },
    )


def test_stations_docks_and_vehicles_inside_the_place_are_counted():
    frame = parse([FILE], ALONE)
    assert totals(frame) == {
        "gbfs_systems": 1,
        "gbfs_stations": 3,  # the fourth stands in Antwerp
        "gbfs_docks": 25 + 10 + 0,  # a virtual station has none
        "gbfs_vehicles": 7 + 3 + 2 + 1,  # free: one of four; the others are disabled, at a station, in Antwerp
    }
    assert {item.example for item in dropped_of(frame)} == {VILLO}


@pytest.mark.parametrize("version", [None, "1.1", "2.0", "2.3"])
def test_older_versions_say_the_same_in_other_words(version: str | None):
    assert totals(parse([older(version)], ALONE)) == {
        "gbfs_systems": 1, "gbfs_stations": 1, "gbfs_docks": 25, "gbfs_vehicles": 7 + 1
    }  # fmt: skip


def test_a_place_with_an_unheard_system_has_no_total_but_keeps_the_other_systems():
    frame = parse([FILE], with_labels(**{VILLO: "BE001C", OSLO: "BE001C"}))
    assert all(value != value for value in totals(frame).values())
    assert (
        row(frame, measure="gbfs_docks", group="system=api.cyclocity.fr/contracts/bruxelles/gbfs/v3")["obs_value"] == 35
    )
    assert set(frame[frame["group"] == "total"]["obs_status"]) == {"M"}


def test_a_station_that_does_not_say_its_docks_leaves_the_sum_missing():
    frame = parse([edited(lambda a: a["station_information"]["answer"]["data"]["stations"][0].pop("capacity"))], ALONE)
    assert str(totals(frame)["gbfs_docks"]) == "nan"
    assert totals(frame)["gbfs_stations"] == 3


def test_a_station_taken_away_is_not_counted_whatever_its_flag_is_called():
    def remove(answers: dict[str, Any]) -> None:
        state = answers["station_status"]["answer"]["data"]["stations"][0]
        state["installed"] = state.pop("is_installed") and False

    assert totals(parse([edited(remove)], ALONE))["gbfs_stations"] == 2


def twice(answers: dict[str, Any], url: str) -> None:
    answers["gbfs"]["answer"]["data"]["feeds"].append({"name": "station_status", "url": url})


def test_a_feed_listed_twice_at_one_address_is_one_feed():
    assert totals(parse([edited(lambda a: twice(a, BASE + "station_status.json"))], ALONE))["gbfs_stations"] == 3


def failed(name: str):
    def change(answers: dict[str, Any]) -> None:
        answers[name] = {"url": answers[name]["url"], "error": "the publisher answers 404"}

    return change


def first_station(answers: dict[str, Any]) -> dict[str, Any]:
    return answers["station_information"]["answer"]["data"]["stations"][0]


@pytest.mark.parametrize(
    "change,cause",
    [
        (failed("station_status"), "the publisher answers 404"),
        (failed("gbfs"), "the publisher answers 404"),
        (lambda a: a.pop("vehicle_status"), "it was not asked"),
        (lambda a: a["gbfs"]["answer"].update(data=None), "lists no feeds"),
        (lambda a: a["gbfs"]["answer"]["data"].update(feeds=[]), "lists no feeds"),
        (
            lambda a: a["gbfs"]["answer"]["data"]["feeds"].pop(2),
            "station_information and station_status belong together",
        ),
        (lambda a: twice(a, "https://other.example/s"), "lists 'station_status' at two addresses"),
        (lambda a: a["station_status"]["answer"].update(last_updated=1), "says it is of 1970-01-01"),
        (lambda a: a["station_status"]["answer"].update(last_updated="soon"), "last_updated 'soon'"),
        (lambda a: a["station_status"]["answer"].update(ttl="60"), "has ttl '60'"),
        (lambda a: a["station_status"]["answer"]["data"].pop("stations"), "'data.stations' is None"),
        (lambda a: first_station(a).update(lat="50.85"), "coordinates are '50.85', 4.35"),
        (lambda a: first_station(a).update(capacity=-1), "'capacity' is -1"),
        (lambda a: first_station(a).pop("station_id"), "'station_id' is None"),
        (
            lambda a: a["vehicle_status"]["answer"]["data"]["vehicles"][1].update(vehicle_id="a"),
            "lists vehicle 'a' twice, differently",
        ),
    ],
)
def test_a_system_that_breaks_the_promise_gives_no_number_and_says_why(change, cause: str):
    with pytest.raises(SourceChanged) as caught:
        parse([edited(change)], ALONE)
    assert cause in str(caught.value)
    both = with_labels(**{VILLO: "BE001C", OSLO: "NO001C"})
    feed = {"last_updated": "2025-12-31T23:00:00Z", "ttl": 0, "data": {"vehicles": []}}
    listing = {"last_updated": 1767225570, "data": {"feeds": [{"name": "vehicle_status", "url": OSLO + "/v"}]}}
    frame = parse([edited(change), bundle(OSLO, {OSLO: listing, OSLO + "/v": feed})], both)
    assert set(frame["ref_area"]) == {"NO001C"}
    assert any(cause in item.reason for item in dropped_of(frame))


def test_a_system_no_place_declares_is_refused():
    with pytest.raises(SourceChanged, match="no place is declared for the system"):
        parse([FILE], with_labels(**{OSLO: "NO001C"}))


def test_no_payload_is_no_observation():
    with pytest.raises(NoObservations):
        parse([], ALONE)


class Feeds:
    """A `get` that answers by address and refuses the others."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, dataset: str, url: str) -> Payload:
        self.asked.append(url)
        if url not in self.answers:
            raise SourceUnavailable("gbfs", "the publisher answers 404", dataset=dataset, url=url)
        return payload(dataset, json.dumps(self.answers[url]), url)


def test_fetch_follows_discovery_and_parse_reads_what_it_brings():
    get = Feeds({part["url"]: part["answer"] for part in BUNDLE["answers"]})
    brought = fetch(get, ALONE)
    assert get.asked == [
        BASE + f"{name}.json"
        for name in ("gbfs", "system_information", "station_information", "station_status", "vehicle_status")
    ]
    assert parse(brought, ALONE).equals(parse([FILE], ALONE))


def test_fetch_keeps_a_feed_that_answers_404_as_a_failure_of_that_system_only():
    answers = {part["url"]: part["answer"] for part in BUNDLE["answers"]}
    answers.pop(BASE + "station_status.json")
    (brought,) = fetch(Feeds(answers), ALONE)
    with pytest.raises(SourceChanged, match="the publisher answers 404"):
        parse([brought], ALONE)


def test_fetch_raises_only_when_nobody_answers():
    with pytest.raises(SourceUnavailable, match="the publisher answers 404"):
        fetch(Feeds({}), ALONE)
    both = with_labels(**{VILLO: "BE001C", OSLO: "NO001C"})
    half = fetch(Feeds({part["url"]: part["answer"] for part in BUNDLE["answers"]}), both)
    frame = parse(half, both)
    assert set(frame["ref_area"]) == {"BE001C"}
    assert {item.example for item in dropped_of(frame)} == {VILLO, OSLO}


def recorded_bundle(folder: Path, prefix: str, discovery: str, day: str) -> Payload:
    """A bundle of recorded feeds under the addresses their own discovery file lists."""
    said = json.loads((folder / f"{prefix}gbfs.json").read_text(encoding="utf-8"))
    language = next(iter(said["data"].values()))
    feeds = language if isinstance(language, list) else language["feeds"]
    answers = {discovery: said}
    for feed in feeds:
        file = folder / f"{prefix}{feed['name']}.json"
        if file.is_file():
            answers[feed["url"]] = json.loads(file.read_text(encoding="utf-8"))
    return bundle(discovery, answers, day)


@pytest.mark.recorded
def test_the_recorded_systems_of_version_2_and_3(recorded: Path):
    folder = recorded / "cities/payloads/gbfs"
    declared = with_labels(**{OSLO: "NO001C"})
    docked = parse([recorded_bundle(folder, "real_lillestrombysykkel_", OSLO, "2021-09-10")], declared)
    assert totals(docked, "NO001C")["gbfs_stations"] == 6
    assert totals(docked, "NO001C")["gbfs_docks"] == 3 + 1 + 4 + 6 + 2 + 5
    floating = parse([recorded_bundle(folder, "real_v3_getaroundstavanger_", OSLO, "2024-03-21")], declared)
    listed = json.loads((folder / "real_v3_getaroundstavanger_vehicle_status.json").read_text(encoding="utf-8"))
    in_use = [v for v in listed["data"]["vehicles"] if not v["is_disabled"]]
    assert values(floating, "gbfs_vehicles", "NO001C", "total") == {"2024-03-21": len(in_use)}
    assert values(floating, "gbfs_stations", "NO001C", "total") == {"2024-03-21": 0}


@pytest.mark.recorded
@pytest.mark.parametrize(
    "name,cause", [("v3_incomplete_", "lists no feeds"), ("feedwith404feeds_", "it was not asked")]
)
def test_the_recorded_bad_cases(recorded: Path, name: str, cause: str):
    said = json.loads((recorded / f"cities/payloads/gbfs/real_{name}gbfs.json").read_text(encoding="utf-8"))
    with pytest.raises(SourceChanged, match=cause):
        parse([bundle(OSLO, {OSLO: said})], with_labels(**{OSLO: "NO001C"}))
