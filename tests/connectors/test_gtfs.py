"""GTFS: an ordinary weekday inside a place, from zips that are small, broken, hostile or very large."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from connectors import gtfs, gtfs_tables
from connectors.errors import BeyondLimits, SourceChanged
from connectors.frames import dropped_of
from connectors.gtfs import fetch, parse
from tests.connectors.given import ROOT, Asked, edited, payload, small, source

SOURCE = source("gtfs")
FILE = small("gtfs", "weekday_service.made.zip")


def tables() -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(FILE.content)) as made:
        return {name: made.read(name).decode() for name in made.namelist()}


def zipped(members: dict[str, str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return made.getvalue()


def parsed(change: Callable[[dict[str, str]], object] | None = None):
    members = tables()
    if change:
        change(members)
    return parse([payload("weekday_service", zipped(members))], SOURCE)


def found(frame) -> dict[str, float]:
    return dict(zip(frame["measure"].str.removeprefix("gtfs_"), frame["obs_value"], strict=True))


def replace(name: str, old: str, new: str) -> Callable[[dict[str, str]], object]:
    return lambda members: members.update({name: edited(members[name], old, new)})


def test_fetch_asks_for_each_declared_feed():
    get = Asked()
    fetch(get, SOURCE)
    assert get.calls[0]["url"].endswith("/api/gtfs/feed/stibmivb/static")
    assert len(get.calls) == len(SOURCE.datasets["weekday_service"].options["feeds"])


def test_stops_trips_and_calls_inside_the_place_on_the_ordinary_weekday():
    frame = parse([FILE], SOURCE)
    calls = 2 + 2 + 6 * 2  # t1 leaves the place at its third stop; t3 runs six times in the hour, every 600 s
    assert found(frame) == {
        "stops": 3,  # not the station that holds a stop, not the stop in Antwerp
        "trips_weekday": 1 + 1 + 6,
        "calls_weekday": calls,
        "calls_per_stop_weekday": calls / 3,
    }
    assert set(frame["ref_area"]) == {"BE001C"}
    (item,) = dropped_of(frame)
    assert (item.count, item.reason) == (1, "the stop stands outside BE001C")


def test_the_ordinary_weekday_is_neither_a_holiday_nor_the_busiest_day():
    assert set(parse([FILE], SOURCE)["time_period"]) == {"2024-05-13"}  # Fridays have a trip more, 20 May has one
    late = parsed(replace("calendar.txt", "wk,1,1,1,1,1,0,0,20240513", "wk,0,0,1,1,1,0,0,20240513"))
    assert set(late["time_period"]) == {"2024-05-15"}


def test_a_feed_that_lists_its_days_one_by_one_reads_as_well():
    def listed(members: dict[str, str]) -> None:
        del members["calendar.txt"]
        members["calendar_dates.txt"] = "service_id,date,exception_type\nwk,20240514,1\nsat,20240518,1\n"

    frame = parsed(listed)
    assert set(frame["time_period"]) == {"2024-05-14"}
    assert found(frame)["calls_weekday"] == 16


def test_byte_order_marks_quotes_folders_and_other_column_orders_change_nothing():
    def dressed(members: dict[str, str]) -> None:
        members["stops.txt"] = "\ufeff" + members["stops.txt"].replace("FAIT A", '"FAIT, ""A"""')
        rows = [line.split(",") for line in members["stop_times.txt"].splitlines()]
        members["stop_times.txt"] = "".join(",".join(row[::-1]) + "\r\n" for row in rows)
        for name in list(members):
            members[f"feed/{name}"] = members.pop(name)

    assert parsed(dressed).equals(parse([FILE], SOURCE))


def test_a_feed_without_headways_and_without_stop_types():
    def plain(members: dict[str, str]) -> None:
        del members["frequencies.txt"]
        lines = [line.rpartition(",")[0] for line in members["stops.txt"].splitlines() if not line.startswith("P1")]
        members["stops.txt"] = "\n".join(lines) + "\n"

    assert found(parsed(plain))["calls_weekday"] == 2 + 2 + 2


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda m: m.pop("stop_times.txt"), r"stop_times\.txt is not in the zip; it has agency\.txt"),
        (
            lambda m: (m.pop("calendar.txt"), m.pop("calendar_dates.txt")),
            "neither calendar.* nor calendar_dates",
        ),
        (replace("stop_times.txt", "stop_id", "stop"), r"stop_times\.txt has no column 'stop_id'"),
        (replace("stop_times.txt", "0471,1", "0999,1"), "names the stop '0999', which stops.txt has not"),
        (replace("stop_times.txt", ",0472,1\n", ",0472\n"), r"stop_times\.txt cannot be read: .*Expected 5 columns"),
        (replace("agency.txt", "STIB-MIVB", "De Lijn"), r"agencies \(De Lijn\) belong to 0 places"),
        (replace("stops.txt", "50.85,4.35,0", "north,4.35,0"), "stop '0471' has the coordinate 'north'"),
        (replace("stops.txt", "stop_lat,stop_lon", "stop_lon,stop_lat"), "are stop_lat and stop_lon exchanged"),
        (replace("calendar.txt", "20240513", "2024-05-13"), "the date '2024-05-13', expected YYYYMMDD"),
        (replace("calendar.txt", "20240524", "99991231"), "runs 20240513 to 99991231"),
        (replace("calendar.txt", "wk,1", "wk,yes"), "service 'wk' runs"),
        (replace("calendar_dates.txt", ",2\n", ",3\n"), "exception_type '3'"),
        (replace("frequencies.txt", ",600", ",0"), "06:00:00, 07:00:00, 0, : no headway"),
        (replace("frequencies.txt", "06:00:00", "6h"), "frequencies.txt has the time '6h'"),
        (replace("trips.txt", "wk,t", "wk,other"), "names the trip 't3', which trips.txt has not"),
        (replace("stop_times.txt", ",047", ",09"), "names the stop '091', which stops.txt has not"),
        (lambda m: m.update({"../stops.txt": "x"}), "outside its folder"),
        (lambda m: m.update({"/etc/stops.txt": "x"}), "outside its folder"),
    ],
)
def test_a_broken_feed_is_refused_by_table_and_cause(change, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parsed(change)


def test_a_zip_that_says_it_unpacks_beyond_the_bound_is_refused_unread(monkeypatch):
    monkeypatch.setattr(gtfs, "MAX_UNPACKED", 1000)
    with pytest.raises(BeyondLimits, match="; 1000 are the limit"):
        parse([FILE], SOURCE)


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_says():
    size = len(tables()["stop_times.txt"])
    content = bytearray(FILE.content)
    for at in range(len(content) - 4):
        if content[at : at + 4] == size.to_bytes(4, "little"):
            content[at : at + 4] = (40).to_bytes(4, "little")
    with pytest.raises(SourceChanged, match=r"stop_times\.txt"):
        parse([payload("weekday_service", bytes(content))], SOURCE)


def test_a_damaged_member_is_refused():
    content = bytearray(zipped(tables(), zipfile.ZIP_STORED))
    at = content.index(b"t2,25:00:00")
    content[at + 3] ^= 1
    with pytest.raises(SourceChanged, match=r"stop_times\.txt cannot be read: Bad CRC"):
        parse([payload("weekday_service", bytes(content))], SOURCE)


def test_a_row_longer_than_a_block_is_refused_rather_than_held(monkeypatch):
    monkeypatch.setattr(gtfs_tables, "_BLOCK", 2000)
    with pytest.raises(SourceChanged, match=r"stop_times.txt cannot be read"):
        parsed(lambda m: m.update({"stop_times.txt": m["stop_times.txt"] + "t1,08:00:00," + "9" * 9000 + ",0471,9\n"}))


def test_many_blocks_count_like_one(monkeypatch):
    monkeypatch.setattr(gtfs_tables, "_BLOCK", 120)
    assert parse([FILE], SOURCE).equals(parsed())
    assert found(parse([FILE], SOURCE))["calls_weekday"] == 16


READ = """
import json, resource, sys
from connectors.gtfs import parse
from pathlib import Path
from tests.connectors.given import payload, source
frame = parse([payload("weekday_service", Path(sys.argv[1]))], source("gtfs"))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"peak": peak, **dict(zip(frame["measure"], frame["obs_value"]))}))
"""


def large_feed(file: Path, unpacked: int) -> dict[str, int]:
    """Write a feed whose stop_times.txt has `unpacked` bytes; return what it holds."""
    luck = random.Random(7)
    stops, length, trips, size = 20_000, 30, 0, 0
    members = tables()
    members.pop("frequencies.txt")
    members["calendar_dates.txt"] = "service_id,date,exception_type\n"
    rows = (f"s{n:06d},Made {n},{50.77 + luck.random() / 7:.6f},{4.25 + luck.random() / 5:.6f}" for n in range(stops))
    members["stops.txt"] = "stop_id,stop_name,stop_lat,stop_lon\n" + "\n".join(rows) + "\n"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        with made.open("stop_times.txt", "w", force_zip64=True) as out:
            out.write(b"trip_id,arrival_time,departure_time,stop_id,stop_sequence\n")
            while size < unpacked:
                start = luck.randrange(stops - length)
                times = [f"06:{n:02d}:00" for n in range(length)]
                rows = (f"265105005-trip-{trips:09d},{t},{t},s{start + n:06d},{n}\n" for n, t in enumerate(times))
                size += out.write("".join(rows).encode())
                trips += 1
        members["trips.txt"] = "route_id,service_id,trip_id\n" + "".join(
            f"r1,wk,265105005-trip-{trip:09d}\n" for trip in range(trips)
        )
        del members["stop_times.txt"]
        for name, content in members.items():
            made.writestr(name, content)
    return {"gtfs_stops": stops, "gtfs_trips_weekday": trips, "gtfs_calls_weekday": trips * length}


@pytest.mark.soak
def test_a_feed_of_500_megabytes_is_read_within_a_gigabyte(tmp_path: Path):
    expected = large_feed(tmp_path / "feed.zip", 500_000_000)
    command = [sys.executable, "-c", READ, str(tmp_path / "feed.zip")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)
    assert {name: seen[name] for name in expected} == expected
    assert seen["peak"] < 1_000_000_000


def test_a_large_feed_is_what_it_says(tmp_path: Path):
    expected = large_feed(tmp_path / "feed.zip", 200_000)
    frame = parse([payload("weekday_service", tmp_path / "feed.zip")], SOURCE)
    assert {
        name: int(value) for name, value in zip(frame["measure"], frame["obs_value"], strict=True) if name in expected
    } == expected
    assert set(frame["time_period"]) == {date(2024, 5, 13).isoformat()}
