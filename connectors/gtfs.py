"""GTFS schedules: stops, trips, calls and calls per stop of an ordinary weekday, per place.

A feed is a zip of tables. `stop_times.txt` can hold tens of millions of rows, so it is streamed in blocks with the two
columns needed, and nothing but counts is kept; libraries that load whole tables (gtfs-kit, partridge) do not fit the
memory bound of 1 GB. The ordinary weekday is the Monday to Friday with the median number of trips among all weekdays on
which the feed runs (the earlier one of equals): holidays and partial weeks at the ends of a feed do not shape it. Trips
given by headway (`frequencies.txt`) count once per departure.

A feed belongs to one place, found by the agency's whole name; only stops inside the place's declared box count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from config.schema import Dataset, Payload, Source
from connectors.archive import FAULTS, Archive, fault, opened
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble

SOURCE_ID = "gtfs"
MAX_UNPACKED = 8 * 1024**3
_BLOCK = 8 * 1024**2  # bytes of a table held at once; a longer row is refused
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_ADDED, _REMOVED = "1", "2"
_STOP_TYPES = ("", "0")  # a stop or platform; stations, entrances and nodes are none
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
    declares, a stop time at an unknown stop, or a feed that runs on no weekday.
    """
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    with opened(source.id, payload, MAX_UNPACKED) as archive:
        feed = _Feed(source.id, payload, archive)
        area = feed.area(dataset)
        inside, known = feed.stops(_box(payload, source, dataset, area))
        day, services = feed.ordinary_weekday()
        trips = feed.trips(services)
        calls = feed.calls(trips, inside, known)
    repeats = {trip: trips[trip] for trip in calls}
    total = sum(count * repeats[trip] for trip, count in calls.items())
    found = {
        "gtfs_stops": len(inside),
        "gtfs_trips_weekday": sum(repeats.values()),
        "gtfs_calls_weekday": total,
        "gtfs_calls_per_stop_weekday": total / len(inside),
    }
    rows = pd.DataFrame({"measure": list(found), "obs_value": [float(value) for value in found.values()]})
    elsewhere = Dropped(payload.dataset, f"the stop stands outside {area}", len(known) - len(inside))
    return rows.assign(ref_area=area, time_period=day.isoformat()), [elsewhere] if elsewhere.count else []


class _Feed:
    """One feed's tables, read as they are needed."""

    def __init__(self, source_id: str, payload: Payload, archive: Archive) -> None:
        self._source_id, self._payload, self._archive = source_id, payload, archive
        # Some publishers put the tables into one folder.
        self._names = {name.rpartition("/")[2]: name for name in archive.members}

    def changed(self, cause: str) -> SourceChanged:
        """Return the error that names this feed."""
        return fault(self._source_id, self._payload, cause)

    def area(self, dataset: Dataset) -> str:
        """Return the one area declared for the names of the feed's agencies."""
        names = [name for batch in self._batches("agency.txt", ("agency_name",)) for name in batch["agency_name"]]
        areas = {dataset.labels[name] for name in names if name in dataset.labels}
        if len(areas) != 1:
            found = ", ".join(sorted(set(names)))[:120]
            raise self.changed(f"the agencies ({found}) belong to {len(areas)} places of the config, expected one")
        return areas.pop()

    def stops(self, box: tuple[float, ...]) -> tuple[set[str], set[str]]:
        """Return the ids of the stops inside the box, and of all."""
        west, south, east, north = box
        inside, known = set(), set()
        columns = ("stop_id", "stop_lat", "stop_lon")
        for batch in self._batches("stops.txt", columns, ("location_type",)):
            kinds = batch.get("location_type", [""] * len(batch["stop_id"]))
            for stop, lat, lon, kind in zip(*(batch[column] for column in columns), kinds, strict=True):
                if not stop:
                    raise self.changed("stops.txt has a stop without stop_id")
                if kind not in _STOP_TYPES:
                    continue
                known.add(stop)
                if west <= self._degrees(stop, lon) <= east and south <= self._degrees(stop, lat) <= north:
                    inside.add(stop)
        if not inside:
            raise self.changed("no stop stands inside the place; are stop_lat and stop_lon exchanged?")
        return inside, known

    def ordinary_weekday(self) -> tuple[date, frozenset[str]]:
        """Return the weekday with the median number of trips, and the services that run on it."""
        trips = Counter[str]()
        for batch in self._batches("trips.txt", ("service_id",)):
            trips.update(batch["service_id"])
        running: dict[date, set[str]] = {}
        for service, first, last, days in self._calendar():
            for offset in range((last - first).days + 1):
                day = first + timedelta(days=offset)
                if day.weekday() < 5 and days[day.weekday()] == "1":
                    running.setdefault(day, set()).add(service)
        for service, day, kind in self._exceptions():
            if day.weekday() < 5:
                services = running.setdefault(day, set())
                services.add(service) if kind == _ADDED else services.discard(service)
        counted = sorted((sum(trips[s] for s in services), day) for day, services in running.items())
        counted = [(count, day) for count, day in counted if count]
        if not counted:
            raise self.changed("the feed runs on no weekday")
        median = counted[(len(counted) - 1) // 2][0]
        day = min(day for count, day in counted if count == median)
        return day, frozenset(running[day])

    def trips(self, services: frozenset[str]) -> dict[str, int]:
        """Return trip id -> departures on the ordinary weekday (more than one for a trip given by headway)."""
        found: dict[str, int] = {}
        for batch in self._batches("trips.txt", ("trip_id", "service_id")):
            found.update((t, 1) for t, s in zip(batch["trip_id"], batch["service_id"], strict=True) if s in services)
        headways = Counter[str]()
        if "frequencies.txt" in self._names:
            columns = ("trip_id", "start_time", "end_time", "headway_secs")
            for batch in self._batches("frequencies.txt", columns):
                for trip, start, end, headway in zip(*(batch[column] for column in columns), strict=True):
                    if trip in found:
                        headways[trip] += self._departures(start, end, headway)
        return {**found, **headways}

    def calls(self, trips: Mapping[str, int], inside: set[str], known: set[str]) -> Counter[str]:
        """Return trip id -> calls at stops inside, streaming stop_times.txt."""
        ours, places, all_stops = (pa.array(sorted(ids), pa.string()) for ids in (trips, inside, known))
        found = Counter[str]()
        for table in self._tables("stop_times.txt", ("trip_id", "stop_id")):
            unknown = pc.filter(table["stop_id"], pc.invert(pc.is_in(table["stop_id"], value_set=all_stops)))
            # Trips that pick up in an area (GTFS-Flex) call at no stop.
            stray = next((stop for stop in unknown.to_pylist() if stop), None)
            if stray is not None:
                raise self.changed(f"stop_times.txt names the stop {stray!r:.60}, which stops.txt has not")
            wanted = pc.and_(pc.is_in(table["trip_id"], value_set=ours), pc.is_in(table["stop_id"], value_set=places))
            for item in pc.value_counts(pc.filter(table["trip_id"], wanted)).to_pylist():
                found[item["values"]] += item["counts"]
        if not found:
            raise self.changed("no trip of the ordinary weekday calls at a stop of the place")
        return found

    def _calendar(self) -> Iterator[tuple[str, date, date, tuple[str, ...]]]:
        if "calendar.txt" not in self._names:
            if "calendar_dates.txt" not in self._names:
                raise self.changed("neither calendar.txt nor calendar_dates.txt is there")
            return
        columns = ("service_id", "start_date", "end_date", *_WEEKDAYS)
        for batch in self._batches("calendar.txt", columns):
            for service, start, end, *days in zip(*(batch[column] for column in columns), strict=True):
                first, last = self._day(start), self._day(end)
                if last - first > _LONGEST or set(days) - {"0", "1"}:
                    raise self.changed(f"calendar.txt: service {service!r:.40} runs {start} to {end} on {days}")
                yield service, first, last, tuple(days)

    def _exceptions(self) -> Iterator[tuple[str, date, str]]:
        if "calendar_dates.txt" not in self._names:
            return
        columns = ("service_id", "date", "exception_type")
        for batch in self._batches("calendar_dates.txt", columns):
            for service, day, kind in zip(*(batch[column] for column in columns), strict=True):
                if kind not in (_ADDED, _REMOVED):
                    raise self.changed(f"calendar_dates.txt holds exception_type {kind!r:.40}")
                yield service, self._day(day), kind

    def _departures(self, start: str, end: str, headway: str) -> int:
        try:
            first, last = (
                sum(int(n) * w for n, w in zip(t.split(":"), (3600, 60, 1), strict=True)) for t in (start, end)
            )
            every = int(headway)
        except ValueError as error:
            raise self.changed(f"frequencies.txt holds {start!r:.20}, {end!r:.20}, {headway!r:.20}") from error
        if every < 1 or not 0 <= first <= last <= 100 * 3600:
            raise self.changed(f"frequencies.txt holds {start}, {end}, {headway}: no headway")
        return -(-(last - first) // every)  # the end is exclusive

    def _day(self, text: str) -> date:
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else date(0, 1, 1)
        except ValueError as error:
            raise self.changed(f"a calendar holds the date {text!r:.40}, expected YYYYMMDD") from error

    def _degrees(self, stop: str, text: str) -> float:
        try:
            return float(text)
        except ValueError as error:
            raise self.changed(f"stop {stop!r:.40} has the coordinate {text!r:.40}") from error

    def _batches(
        self, name: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Iterator[dict[str, list[str]]]:
        for table in self._tables(name, columns, optional):
            yield {
                column: [(cell or "").strip() for cell in table[column].to_pylist()] for column in table.schema.names
            }

    def _tables(self, name: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> Iterator[pa.RecordBatch]:
        """Give a table block by block, with these columns as text; memory does not grow with its length."""
        if name not in self._names:
            raise self.changed(f"{name} is not in the zip; it has {', '.join(sorted(self._names))[:200]}")
        wanted = [*columns, *(column for column in optional if column in self._header(name))]
        types = {column: pa.string() for column in wanted}
        convert = csv.ConvertOptions(include_columns=wanted, column_types=types, strings_can_be_null=False)
        try:
            with self._archive.file.open(self._archive.members[self._names[name]]) as stream:
                options = csv.ReadOptions(block_size=_BLOCK, use_threads=False)
                yield from csv.open_csv(stream, options, csv.ParseOptions(newlines_in_values=True), convert)
        except (pa.ArrowException, KeyError, *FAULTS) as error:
            raise self.changed(f"{name} cannot be read: {' '.join(str(error).split())[:200]}") from error

    def _header(self, name: str) -> list[str]:
        with self._archive.file.open(self._archive.members[self._names[name]]) as stream:
            first = stream.readline(64 * 1024).decode("utf-8-sig", "replace")
        return [column.strip().strip('"') for column in first.split(",")]


def _box(payload: Payload, source: Source, dataset: Dataset, area: str) -> tuple[float, ...]:
    sides = _texts(dataset.options.get(f"box_{area}"))
    if len(sides) != 4:
        raise fault(source.id, payload, f"config/sources/{source.id}.yaml has no box_{area} with four sides")
    return tuple(float(side) for side in sides)


def _texts(option: Any) -> tuple[str, ...]:
    return option if isinstance(option, tuple) else ()
