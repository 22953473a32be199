"""GTFS schedules: stops, trips, calls and calls per stop of an ordinary weekday, per place.

A feed is a zip of tables, each with a key that the standard declares. `stop_times.txt` can hold tens of millions of
rows, so it is streamed in blocks and only numbers are kept of the day's rows; libraries that load whole tables
(gtfs-kit, partridge) do not fit the memory bound of 1 GB. The ordinary weekday is the Monday to Friday with the median
number of trips among all weekdays on which the feed runs (the earlier one of equals): holidays and partial weeks at the
ends of a feed do not shape it. Trips given by headway (`frequencies.txt`) count once per departure.

A feed belongs to one place, found by the agency's whole name; only stops inside the place's declared box count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.archive import fault, opened
from connectors.contract import Dropped, Get, Observations
from connectors.gtfs_calls import calls, departures
from connectors.gtfs_tables import Tables
from connectors.tables import assemble

SOURCE_ID = "gtfs"
MAX_UNPACKED = 8 * 1024**3
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_ADDED, _REMOVED = "1", "2"
_STOP_TYPES = ("", "0")  # a stop or platform; stations, entrances, nodes and boarding areas are none
_LOCATION_TYPES = (*_STOP_TYPES, "1", "2", "3", "4")
_LONGEST = timedelta(days=1100)


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return each declared feed (`options.feeds`: addresses); raises SourceUnavailable."""
    return [
        get(name, address)
        for name, dataset in source.datasets.items()
        for address in _texts(dataset.options.get("feeds"))
    ]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return stops, and trips, calls and calls per stop of the ordinary weekday (period: its date), by place.

    Raises SourceChanged for a zip that is cut or not harmless, a table or column that is gone, an agency no place
    declares, a key given twice with other contents, a row that names what is not there, or a feed of no weekday.
    """
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    with opened(source.id, payload, MAX_UNPACKED) as archive:
        tables = Tables(source.id, payload, archive)
        area = _area(tables, dataset)
        inside, stops = _stops(tables, _box(payload, source, dataset, area))
        trips = _trips(tables)
        day, running = _ordinary_weekday(tables, trips)
        headways = departures(tables, trips)
        ours = {trip for trip, service in trips.items() if service in running}
        counts = calls(tables, list(trips), ours, stops, inside)
    repeats = {trip: headways.get(trip, 1) for trip in counts}
    total = sum(count * repeats[trip] for trip, count in counts.items())
    found = {
        "gtfs_stops": len(inside),
        "gtfs_trips_weekday": sum(repeats.values()),
        "gtfs_calls_weekday": total,
        "gtfs_calls_per_stop_weekday": total / len(inside),
    }
    rows = pd.DataFrame({"measure": list(found), "obs_value": [float(value) for value in found.values()]})
    tables.left_out(f"the stop stands outside {area}", len(stops) - len(inside))
    return rows.assign(ref_area=area, time_period=day.isoformat()), tables.dropped


def _area(tables: Tables, dataset: Dataset) -> str:
    """Return the one area declared for the names of the feed's agencies."""
    names = [name for (name,) in tables.rows("agency.txt", ("agency_name",))]
    areas = {dataset.labels[name] for name in names if name in dataset.labels}
    if len(areas) != 1:
        found = ", ".join(sorted(set(names)))[:120]
        raise tables.changed(f"the agencies ({found}) belong to {len(areas)} places of the config, expected one")
    return areas.pop()


def _stops(tables: Tables, box: tuple[float, ...]) -> tuple[set[str], list[str]]:
    """Return the ids of the stops inside the box, and of all."""
    west, south, east, north = box
    columns = ("stop_lat", "stop_lon")
    listed = tables.keyed("stops.txt", ("stop_id",), columns, ("location_type", "parent_station"))
    kinds = {stop: kind for (stop,), (_, _, kind, _) in listed.items()}
    inside, known = set(), []
    for (stop,), (lat, lon, kind, parent) in listed.items():
        if kind not in _LOCATION_TYPES:
            raise tables.changed(f"stop {stop!r:.40} has the location_type {kind!r:.40}, expected one of 0 to 4")
        if parent and parent not in kinds:
            raise tables.changed(f"stop {stop!r:.40} belongs to the station {parent!r:.40}, which stops.txt has not")
        if kind not in _STOP_TYPES:
            continue
        known.append(stop)
        if west <= _degrees(tables, stop, lon, 180) <= east and south <= _degrees(tables, stop, lat, 90) <= north:
            inside.add(stop)
    if not inside:
        raise tables.changed("no stop stands inside the place; are stop_lat and stop_lon exchanged?")
    return inside, known


def _trips(tables: Tables) -> dict[str, str]:
    """Return trip id -> service id; raises SourceChanged for a trip of no route where the routes are listed."""
    listed = tables.keyed("trips.txt", ("trip_id",), ("service_id",), ("route_id",))
    if tables.has("routes.txt"):
        routes = tables.keyed("routes.txt", ("route_id",), (), ("route_type", "route_short_name"))
        stray = next((trip for (trip,), (_, route) in listed.items() if (route,) not in routes), None)
        if stray is not None:
            raise tables.changed(f"trip {stray!r:.60} is of a route that routes.txt has not")
    return {trip: service for (trip,), (service, _) in listed.items()}


def _ordinary_weekday(tables: Tables, trips: Mapping[str, str]) -> tuple[date, set[str]]:
    """Return the weekday with the median number of trips, and the services that run on it."""
    of_service = Counter(trips.values())
    running: dict[date, set[str]] = {}
    services = set()
    for service, first, last, days in _calendar(tables):
        services.add(service)
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if day.weekday() < 5 and days[day.weekday()] == "1":
                running.setdefault(day, set()).add(service)
    for service, day, kind in _exceptions(tables):
        services.add(service)
        if day.weekday() < 5:
            of_day = running.setdefault(day, set())
            of_day.add(service) if kind == _ADDED else of_day.discard(service)
    nowhere = [trip for trip, service in trips.items() if service not in services]
    tables.left_out("the trip is of a service that no calendar has", len(nowhere), nowhere[0] if nowhere else "")
    counted = sorted((sum(of_service[s] for s in names), day) for day, names in running.items())
    counted = [(count, day) for count, day in counted if count]
    if not counted:
        raise tables.changed("the feed runs on no weekday")
    median = counted[(len(counted) - 1) // 2][0]
    day = min(day for count, day in counted if count == median)
    return day, running[day]


def _calendar(tables: Tables) -> Iterator[tuple[str, date, date, tuple[str, ...]]]:
    if not tables.has("calendar.txt"):
        if not tables.has("calendar_dates.txt"):
            raise tables.changed("neither calendar.txt nor calendar_dates.txt is there")
        return
    columns = ("start_date", "end_date", *_WEEKDAYS)
    for (service,), (start, end, *days) in tables.keyed("calendar.txt", ("service_id",), columns).items():
        first, last = _day(tables, start), _day(tables, end)
        if not first <= last <= first + _LONGEST or set(days) - {"0", "1"}:
            raise tables.changed(f"calendar.txt: service {service!r:.40} runs {start} to {end} on {days}")
        yield service, first, last, tuple(days)


def _exceptions(tables: Tables) -> Iterator[tuple[str, date, str]]:
    if not tables.has("calendar_dates.txt"):
        return
    listed = tables.keyed("calendar_dates.txt", ("service_id", "date"), ("exception_type",))
    for (service, day), (kind,) in listed.items():
        if kind not in (_ADDED, _REMOVED):
            raise tables.changed(f"calendar_dates.txt holds exception_type {kind!r:.40}")
        yield service, _day(tables, day), kind


def _day(tables: Tables, text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else date(0, 1, 1)
    except ValueError as error:
        raise tables.changed(f"a calendar holds the date {text!r:.40}, expected YYYYMMDD") from error


def _degrees(tables: Tables, stop: str, text: str, most: float) -> float:
    try:
        degrees = float(text)
    except ValueError as error:
        raise tables.changed(f"stop {stop!r:.40} has the coordinate {text!r:.40}") from error
    if not abs(degrees) <= most:
        raise tables.changed(f"stop {stop!r:.40} has the coordinate {text!r:.40}, beyond {most:g} degrees")
    return degrees


def _box(payload: Payload, source: Source, dataset: Dataset, area: str) -> tuple[float, ...]:
    sides = _texts(dataset.options.get(f"box_{area}"))
    if len(sides) != 4:
        raise fault(source.id, payload, f"config/sources/{source.id}.yaml has no box_{area} with four sides")
    return tuple(float(side) for side in sides)


def _texts(option: Any) -> tuple[str, ...]:
    return option if isinstance(option, tuple) else ()
