"""GBFS: ids are keys before anything is counted, and what stands elsewhere is told."""

from __future__ import annotations

import copy
import json

import pytest

from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from connectors.gbfs import parse
from tests.connectors.given import payload
from tests.connectors.test_gbfs import ALONE, BASE, BUNDLE, OSLO, VILLO, bundle, edited, totals, with_labels

CLEAN = {"gbfs_systems": 1, "gbfs_stations": 3, "gbfs_docks": 35, "gbfs_vehicles": 7 + 3 + 2 + 1}
LISTS = {"station_information": "stations", "station_status": "stations", "vehicle_status": "vehicles"}


def items(answers, feed: str) -> list:
    return answers[feed]["answer"]["data"][LISTS[feed]]


def reasons(frame) -> dict[str, int]:
    return {item.reason: item.count for item in dropped_of(frame)}


def read(change):
    return parse([edited(change)], ALONE)


@pytest.mark.parametrize("feed", LISTS)
@pytest.mark.parametrize("how_many", [1, 4])
def test_what_is_listed_twice_alike_counts_once_and_is_reported(feed: str, how_many: int):
    frame = read(lambda a: items(a, feed).extend(copy.deepcopy(items(a, feed)[:how_many])))
    assert totals(frame) == CLEAN
    assert reasons(frame)[f"{feed} lists the same item twice"] == how_many


@pytest.mark.parametrize(
    "feed,other",
    [("station_information", {"capacity": 99}), ("station_status", {"num_vehicles_available": 0}),
     ("vehicle_status", {"is_disabled": True})],
)  # fmt: skip
def test_what_is_listed_twice_differently_is_refused(feed: str, other: dict):
    with pytest.raises(SourceChanged, match="twice, differently"):
        read(lambda a: items(a, feed).append({**items(a, feed)[0], **other}))


def test_a_station_without_a_state_and_a_state_without_a_station_are_reported():
    frame = read(lambda a: items(a, "station_status").pop(1))
    assert totals(frame)["gbfs_stations"] == 2
    assert reasons(frame)["the station has no station_status"] == 1
    frame = read(lambda a: items(a, "station_information").pop(1))
    assert reasons(frame)["the state is of a station that station_information has not"] == 1


def test_lists_of_two_systems_are_refused():
    with pytest.raises(SourceChanged, match="4 of 4 stations have no state"):
        read(lambda a: [item.update(station_id=f"x{item['station_id']}") for item in items(a, "station_status")])


@pytest.mark.parametrize("flag", [None, True, 1])
def test_a_station_that_does_not_say_it_was_taken_away_is_there(flag):
    frame = read(lambda a: [item.update(is_installed=flag) for item in items(a, "station_status")])
    assert totals(frame) == CLEAN


@pytest.mark.parametrize("flag", ["true", 2, "1", 1.0])
def test_a_flag_that_is_none_is_refused(flag):
    with pytest.raises(SourceChanged, match=r"'is_installed' is .*, expected true or false"):
        read(lambda a: items(a, "station_status")[0].update(is_installed=flag))


def test_a_part_of_a_vehicle_is_no_count():
    with pytest.raises(SourceChanged, match=r"'num_vehicles_available' is 2\.5"):
        read(lambda a: items(a, "station_status")[0].update(num_vehicles_available=2.5))


def test_stations_and_vehicles_elsewhere_are_reported():
    assert reasons(read(lambda _: None)) == {
        "the station stands outside BE001C": 1,
        "the vehicle stands outside BE001C": 1,
    }


def exchanged(item):
    item["lat"], item["lon"] = item["lon"], item["lat"]


@pytest.mark.parametrize("move", [exchanged, lambda item: item.update(lat=0, lon=0)], ids=["exchanged", "nowhere"])
@pytest.mark.parametrize("area", ["BE001C", "NO001C"])  # with a box of its own, and with that of all places
def test_a_system_wholly_outside_its_place_is_refused(move, area: str):
    def moved(answers):
        for feed in ("station_information", "vehicle_status"):
            for item in items(answers, feed):
                move(item)

    with pytest.raises(SourceChanged, match=r"all \d stations and vehicles stand outside"):
        parse([edited(moved)], with_labels(**{VILLO: area}))


def test_the_two_words_for_free_vehicles_count_them_once():
    def both(answers):
        url = BASE + "free_bike_status.json"
        answers["gbfs"]["answer"]["data"]["feeds"].append({"name": "free_bike_status", "url": url})
        bikes = [{**v, "bike_id": v["vehicle_id"]} for v in items(answers, "vehicle_status")]
        answers["free"] = {"url": url, "answer": {"last_updated": "2025-12-31T23:59:30Z", "data": {"bikes": bikes}}}

    frame = read(both)
    assert totals(frame) == CLEAN
    assert reasons(frame)["free_bike_status lists the vehicles again in the words of an older version"] == 4


def named(discovery: str, system_id: str, base: str):
    """A small system under its own addresses."""
    head = {"last_updated": "2025-12-31T23:00:00Z", "ttl": 0}
    feeds = [{"name": name, "url": base + name} for name in ("system_information", "vehicle_status")]
    vehicle = {"vehicle_id": "a", "lat": 59.9, "lon": 10.7}
    return bundle(
        discovery,
        {
            discovery: {**head, "data": {"feeds": feeds}},
            base + "system_information": {**head, "data": {"system_id": system_id}},
            base + "vehicle_status": {**head, "data": {"vehicles": [vehicle]}},
        },
    )


OTHER = "https://feeds.example/oslo/3/gbfs.json"


def test_a_system_at_two_addresses_counts_once():
    both = with_labels(**{OSLO: "NO001C", OTHER: "NO001C"})
    twins = parse([named(OSLO, "made", "https://a.example/"), named(OTHER, "made", "https://b.example/")], both)
    assert totals(twins, "NO001C")["gbfs_vehicles"] == 1
    assert f"the system was counted already: system made is also at {OSLO}" in reasons(twins)
    shared = parse([named(OSLO, "one", "https://a.example/"), named(OTHER, "two", "https://a.example/")], both)
    assert totals(shared, "NO001C")["gbfs_systems"] == 1
    apart = parse([named(OSLO, "one", "https://a.example/"), named(OTHER, "two", "https://b.example/")], both)
    assert totals(apart, "NO001C")["gbfs_systems"] == 2


def test_blanks_around_an_id_are_no_part_of_it():
    frame = read(lambda a: items(a, "station_status")[0].update(station_id=" 1 "))
    assert totals(frame) == CLEAN


def test_the_bundle_of_the_tests_is_the_clean_one():
    assert totals(parse([payload("systems", json.dumps(BUNDLE))], ALONE)) == CLEAN
