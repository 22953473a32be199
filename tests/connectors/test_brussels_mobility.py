"""Brussels Mobility: local days from stamps without a zone, posts by where they stand, counts that are valid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.brussels_mobility import fetch, parse
from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from tests.connectors.given import Asked, payload, row, small, source, values

SOURCE = source("brussels_mobility")
BIKES = small("brussels_mobility", "bike_counts.made.json")
DEVICES = small("brussels_mobility", "bike_devices.made.json")
TRAFFIC = small("brussels_mobility", "traffic_counts.made.json")


def edited(file, change):
    answer = json.loads(file.content)
    change(answer)
    return parse([payload(file.dataset, json.dumps(answer))], SOURCE)


def detection(answer, at: int = 0):
    return answer[0]["data"][0]["detections"][at]


def test_fetch_asks_for_posts_and_traffic():
    get = Asked()
    fetch(get, SOURCE)
    assert [(call["dataset"], call["params"]["request"]) for call in get.calls] == [
        ("bike_devices", "devices"),
        ("traffic_counts", "live"),
    ]


def test_96_quarters_from_23_hours_utc_are_one_winter_day_in_brussels():
    frame = parse([BIKES], SOURCE)
    assert values(frame, "bike_passages", "BE001C", "post=CMADE1") == {
        "2025-02-15": 48
    }  # every second quarter counts 1


def test_a_day_in_which_one_track_lacks_a_quarter_is_missing():
    gap = row(parse([BIKES], SOURCE), group="post=CMADE2")
    assert (str(gap["obs_value"]), gap["obs_status"]) == ("nan", "M")


def test_a_summer_day_begins_two_hours_before_midnight_utc():
    def to_summer(answer) -> None:
        for device in answer:
            for track in device["data"]:
                for position, item in enumerate(track["detections"]):
                    minutes = 22 * 60 + position * 15
                    for key, moment in (("start", minutes), ("end", minutes + 15)):
                        day, rest = divmod(moment, 24 * 60)
                        item[key] = f"{14 + day}/07/2025 {rest // 60:02d}:{rest % 60:02d}:00"

    assert values(edited(BIKES, to_summer), "bike_passages", group="post=CMADE1") == {"2025-07-15": 48}


@pytest.mark.parametrize(
    "change,cause",
    [
        (
            lambda a: detection(a).update(start="2025-02-14T23:00:00"),
            "the stamp '2025-02-14T23:00:00' is not dd/mm/yyyy",
        ),
        (lambda a: detection(a).update(start="02/14/2025 23:00:00"), "the stamp '02/14/2025 23:00:00'"),
        (lambda a: detection(a).update(end="15/02/2025 23:15:00"), "no quarter"),
        (lambda a: detection(a).update(count=-1), "-1 is no count"),
        (lambda a: detection(a).update(count=None), "None is no count"),
        (lambda a: detection(a).pop("count"), "key 'count' is gone"),
        (lambda a: a[0]["data"][0]["detections"].append(detection(a)), "counts 14/02/2025 23:00 twice"),
        (lambda a: a[0]["data"].append(a[0]["data"][0]), "has the track 'Track1.1' twice"),
        (lambda a: a[0].update(device="x"), "key 'device' is 'x'"),
        (lambda a: a.clear(), "expected a list with something in it"),
    ],
)
def test_a_changed_file_of_counts_is_refused(change, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        edited(BIKES, change)


def test_a_post_counts_where_it_stands_though_its_geometry_has_no_type():
    frame = parse([DEVICES], SOURCE)
    assert values(frame, "bike_counting_posts") == {"2026-01-01": 2}
    (item,) = dropped_of(frame)
    assert (item.count, item.example) == (1, "CMADE3 at 4.7, 50.88")


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda a: [f["geometry"]["coordinates"].reverse() for f in a["features"]], "still longitude, latitude"),
        (lambda a: a["features"].append(a["features"][0]), "'CMADE1' is listed twice"),
        (lambda a: a["features"][0].update(geometry=None), "key 'geometry' is None"),
        (lambda a: a["features"][0]["geometry"].update(coordinates=["4.3", "50.8"]), "coordinates are"),
    ],
)
def test_a_changed_layer_of_posts_is_refused(change, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        edited(DEVICES, change)


def test_an_invalid_count_is_left_out_and_reported_while_a_valid_zero_stays():
    frame = parse([TRAFFIC], SOURCE)
    assert values(frame, "traffic_vehicles", group="point=MADE_1") == {"2026-01-01T12:00": 12}
    assert values(frame, "traffic_vehicles", group="point=MADE_2") == {"2026-01-01T12:00": 0}
    (item,) = dropped_of(frame)
    assert (item.count, item.example, item.reason) == (1, "MADE_3", "the publisher calls the count invalid")


def point(answer):
    return answer["data"]["MADE_1"]["results"]["1m"]["t1"]


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda a: point(a).update(validity="good"), "validity 'good', expected 0 or 1"),
        (lambda a: point(a).update(end_time="12:00"), "the stamp '12:00' is not yyyy/mm/dd"),
        (lambda a: point(a).pop("occupancy"), "key 'occupancy' is gone"),
        (lambda a: a["data"].clear(), "none of the 0 points has a valid count"),
        (lambda a: a["data"]["MADE_1"]["results"].pop("1m"), "key '1m' is gone"),
    ],
)
def test_a_changed_answer_of_traffic_is_refused(change, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        edited(TRAFFIC, change)


@pytest.mark.recorded
def test_the_recorded_day_and_posts(recorded: Path):
    folder = recorded / "cities/payloads/mobility_brussels"
    frame = parse([payload("bike_counts", folder / "bike_summary_20260215.json.gz")], SOURCE)
    assert set(frame["time_period"]) == {"2026-02-15"}
    assert len(frame) == 18
    assert values(frame, "bike_passages", group="post=CEK049") == {"2026-02-15": 126 + 586}
    assert values(frame, "bike_passages", group="post=CJM90") == {"2026-02-15": 970 + 872}
    posts = parse([payload("bike_devices", folder / "bike_devices.json")], SOURCE)
    assert values(posts, "bike_counting_posts") == {"2026-01-01": 17}
    (item,) = dropped_of(posts)  # one of the 18 posts is given with latitude first
    assert (item.count, item.example) == (1, "CB1101 at 50.845341, 4.368583")
