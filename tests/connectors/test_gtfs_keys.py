"""GTFS: what the standard calls a key is one before anything is counted; what it calls a code is read as one."""

from __future__ import annotations

import pytest

from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from tests.connectors.test_gtfs import found, parsed, replace

# The feed of the tests: t1 calls at 2 stops of the place, t2 at 2, and t3 at 2 on each of its 6 departures.
CALLS, TRIPS, STOPS = 2 + 2 + 6 * 2, 1 + 1 + 6, 3


def again(name: str, line: str):
    """The table with one of its lines a second time, at the end."""
    return lambda members: members.update({name: members[name] + f"{line}\n"})


def every_row_again(name: str):
    return lambda members: members.update({name: members[name] + members[name].partition("\n")[2]})


def reasons(frame) -> dict[str, int]:
    return {item.reason: item.count for item in dropped_of(frame)}


@pytest.mark.parametrize(
    "name,rows",
    [("stops.txt", 5), ("trips.txt", 5), ("routes.txt", 1), ("calendar.txt", 3), ("calendar_dates.txt", 2),
     ("frequencies.txt", 1), ("stop_times.txt", 7)],
)  # fmt: skip
def test_equal_rows_are_one_row_and_are_reported(name: str, rows: int):
    frame = parsed(every_row_again(name))
    assert found(frame) == found(parsed())
    assert reasons(frame)[f"{name} has the row twice"] == rows


@pytest.mark.parametrize(
    "name,line,cause",
    [
        ("stops.txt", "0471,FAIT A,50.86,4.35,0", "stop_id '0471' twice"),
        ("trips.txt", "r1,fri,t1", "trip_id 't1' twice"),
        ("routes.txt", "r1,1,2,3", "route_id 'r1' twice"),
        ("calendar.txt", "wk,0,0,0,0,1,0,0,20240513,20240524", "service_id 'wk' twice"),
        ("calendar_dates.txt", "wk,20240520,1", "service_id 'wk', date '20240520' twice"),
        ("frequencies.txt", "t3,06:00:00,07:00:00,300", "trip_id 't3', start_time '06:00:00' twice"),
        ("frequencies.txt", "t3,06:30:00,08:00:00,600", "blocks of the trip 't3' overlap"),
        ("frequencies.txt", "t9,06:30:00,08:00:00,600", "names the trip 't9'"),
        ("stop_times.txt", "t1,08:00:00,08:00:00,0473,1", "trip 't1' twice at stop_sequence 1"),
        ("stop_times.txt", "t1,08:01:00,08:01:00,0471,1", "trip 't1' twice at stop_sequence 1"),
        ("stop_times.txt", "t9,08:00:00,08:00:00,0471,1", "names the trip 't9'"),
        ("stop_times.txt", "t1,08:00:00,08:00:00,,4", "a row without stop_id"),
        ("stop_times.txt", "t1,08:00:00,08:00:00,0471,first", "stop_sequence that is no number"),
        ("stop_times.txt", "t1,08:00:00,08:00:00,0471,-1", "stop_sequence -1"),
        ("stop_times.txt", "t1,8.30,8.30,0471,4", "the time '8.30'"),
        ("stops.txt", ",FAIT D,50.85,4.35,0", "stop_id ''.* its key is empty"),
        ("stops.txt", "0474,FAIT D,50.85,4.35,9", "location_type '9'"),
        ("stops.txt", "0474,FAIT D,500.85,4.35,0", "beyond 90 degrees"),
        ("trips.txt", "r9,wk,t8", "trip 't8' is of a route"),
    ],
)  # fmt: skip
def test_a_key_with_two_contents_or_none_is_refused(name: str, line: str, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parsed(again(name, line))


def test_a_platform_of_a_station_that_is_not_there_is_refused():
    def orphaned(members):
        header, *rows = members["stops.txt"].splitlines()
        rows = [f"{row},{'P9' if row.startswith('0471') else ''}" for row in rows]
        members["stops.txt"] = "\n".join([f"{header},parent_station", *rows]) + "\n"

    with pytest.raises(SourceChanged, match="'0471' belongs to the station 'P9'"):
        parsed(orphaned)


def test_blanks_around_ids_and_names_of_columns_are_read_in_every_table():
    def padded(members):
        for name, content in members.items():
            header, *rows = content.splitlines()
            lines = [",".join(f"{cell} " for cell in header.split(","))]
            lines += [",".join(f" {cell}\t" for cell in row.split(",")) for row in rows]
            members[name] = "\n".join(lines) + "\n"

    assert parsed(padded).equals(parsed())


def boarding(codes: dict[str, str]):
    """Give each row of a trip its pickup_type and drop_off_type."""

    def change(members):
        header, *rows = members["stop_times.txt"].splitlines()
        rows = [f"{row},{codes.get(row.partition(',')[0], ',')}" for row in rows]
        members["stop_times.txt"] = "\n".join([f"{header},pickup_type,drop_off_type", *rows]) + "\n"

    return change


def test_a_stop_where_nobody_may_board_or_alight_is_no_call():
    frame = parsed(boarding({"t1": "1,1", "t2": "1,0"}))
    assert found(frame)["calls_weekday"] == CALLS - 2  # t2 lets people out
    assert found(frame)["trips_weekday"] == TRIPS - 1
    assert reasons(frame)["nobody may board or alight there"] == 2


def test_a_feed_where_nobody_may_board_anywhere_is_refused():
    with pytest.raises(SourceChanged, match="no trip of the ordinary weekday calls"):
        parsed(boarding({f"t{n}": "1,1" for n in range(1, 6)}))


def test_an_unknown_kind_of_boarding_is_refused():
    with pytest.raises(SourceChanged, match="pickup_type '4'"):
        parsed(boarding({"t1": "4,0"}))


def test_a_trip_given_twice_under_one_id_goes_back_in_time_and_is_left_out():
    twice = "t1,08:00:00,08:00:00,0471,4\nt1,08:05:00,08:05:00,0472,5"
    frame = parsed(again("stop_times.txt", twice))
    assert found(frame)["calls_weekday"] == CALLS - 2
    assert reasons(frame)["the trip's times go back"] == 1


def test_a_table_of_stop_times_that_lacks_trips_is_not_whole():
    def cut(members):
        lines = [line for line in members["stop_times.txt"].splitlines() if not line.startswith("t2")]
        members["stop_times.txt"] = "\n".join(lines) + "\n"

    with pytest.raises(SourceChanged, match="1 of the 3 trips of the ordinary weekday have no row"):
        parsed(cut)


def test_a_trip_of_no_calendar_is_reported():
    frame = parsed(again("trips.txt", "r1,never,t9"))
    assert found(frame) == found(parsed())
    assert reasons(frame)["the trip is of a service that no calendar has"] == 1


def test_a_row_that_serves_an_area_is_no_call_and_is_reported():
    def flexible(members):
        header, *rows = members["stop_times.txt"].splitlines()
        rows = [f"{row}," for row in rows] + ["t1,,,,4,zone"]
        members["stop_times.txt"] = "\n".join([f"{header},location_id", *rows]) + "\n"

    frame = parsed(flexible)
    assert found(frame)["calls_weekday"] == CALLS
    assert reasons(frame)["the trip serves an area there, not a stop"] == 1


def test_a_table_in_two_folders_is_refused():
    with pytest.raises(SourceChanged, match=r"stops\.txt in two folders"):
        parsed(lambda members: members.update({"old/stops.txt": members["stops.txt"]}))


def test_a_column_twice_is_refused():
    with pytest.raises(SourceChanged, match="names a column twice"):
        parsed(replace("stops.txt", "stop_name", "stop_id "))
