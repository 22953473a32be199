"""Brussels Mobility (data.mobility.brussels): bicycles per counting post and day, and road traffic per detector.

- `bike_counts`: a list of devices, each with tracks of 96 detections of 15 minutes. Stamps are dd/mm/yyyy HH:MM:SS
  without a zone and are UTC: the file of a winter day runs from 23:00 of the day before to 23:00, of a summer day from
  22:00, which is midnight in Brussels. A day counts where a device has all quarters of an hour of that local day; else
  it stays missing. `classesCount` may be empty; the count is what is read.
- `bike_devices`: GeoJSON whose geometry has coordinates and no `type`; a post belongs to the Region by where it stands.
- `traffic_counts`: vehicles in the last minute per measuring point (data.<point>.results.1m.t1); where the publisher
  gives a `validity`, a count it calls invalid is left out and reported.

Counts are of posts, not of a city: the number of posts stands beside them, and no total is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from config.schema import Dataset, ObsStatus, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, member
from connectors.unpack import json_value

SOURCE_ID = "brussels_mobility"
_BRUSSELS = ZoneInfo("Europe/Brussels")
_QUARTER = timedelta(minutes=15)
_STAMP = re.compile(r"\d{2}/\d{2}/\d{4} \d{2}:\d{2}:\d{2}")
_STAMP_FORMAT = "%d/%m/%Y %H:%M:%S"
_DEVICE = re.compile(r"[A-Z0-9]{4,12}")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return one answer per dataset with an address; the day files of the counts are saved by hand."""
    asked = {name: dataset for name, dataset in source.datasets.items() if dataset.mode == "api"}
    return [get(name, dataset.url, params=dataset.params) for name, dataset in asked.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return bicycles per post and local day (group "post=..."), posts in the Region, vehicles per measuring point.

    Raises SourceChanged for a lost key, another form of stamp, a track with a gap told twice, or coordinates that are
    all outside the Region.
    """
    readers = {"bike_counts": _bikes, "bike_devices": _devices, "traffic_counts": _traffic}
    return assemble(payloads, source, lambda payload, source: readers[payload.dataset](payload, source))


def _bikes(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    devices = _list(payload, source, json_value(source.id, payload), "the answer")
    rows = []
    for item in devices:
        device = _object(payload, source, item, "a device")
        name = member(source.id, payload, device, "device", str)
        if not _DEVICE.fullmatch(name):
            raise _changed(payload, source, f"key 'device' is {name!r:.40}")
        rows += [{"group": f"post={name}", **row} for row in _days(payload, source, name, device)]
    frame = pd.DataFrame(rows)
    area = str(source.datasets[payload.dataset].options["ref_area"])
    return frame.assign(measure="bike_passages", ref_area=area), []


def _days(payload: Payload, source: Source, name: str, device: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give one row per local day: the sum over tracks, or no value where a track lacks a quarter of an hour."""
    tracks = _list(payload, source, member(source.id, payload, device, "data", list), f"device {name}")
    days: dict[str, float] = {}
    quarters: dict[tuple[str, str], int] = {}
    names = []
    for item in tracks:
        track = _object(payload, source, item, f"device {name}")
        label = member(source.id, payload, track, "track", str)
        if label in names:
            raise _changed(payload, source, f"device {name} has the track {label!r:.40} twice")
        names.append(label)
        starts: set[datetime] = set()
        for start, count in _detections(payload, source, name, track):
            if start in starts:
                raise _changed(payload, source, f"device {name}, {label!r:.40} counts {start:%d/%m/%Y %H:%M} twice")
            starts.add(start)
            day = start.astimezone(_BRUSSELS).date().isoformat()
            days[day] = days.get(day, 0.0) + count
            quarters[label, day] = quarters.get((label, day), 0) + 1
    for day, total in sorted(days.items()):
        whole = all(quarters.get((label, day), 0) == _quarters_of(day) for label in names)
        status = ObsStatus.NORMAL if whole else ObsStatus.MISSING
        yield {"time_period": day, "obs_value": total if whole else None, "obs_status": status.value}


def _quarters_of(day: str) -> int:
    """Return how many quarters of an hour a local day has: 96, 92 when clocks go forward, 100 when they go back."""
    first = datetime.fromisoformat(day)
    begin, end = (moment.replace(tzinfo=_BRUSSELS).astimezone(UTC) for moment in (first, first + timedelta(days=1)))
    return (end - begin) // _QUARTER


def _detections(
    payload: Payload, source: Source, name: str, track: Mapping[str, Any]
) -> Iterator[tuple[datetime, float]]:
    for item in member(source.id, payload, track, "detections", list):
        detection = _object(payload, source, item, f"device {name}")
        start, end = (_moment(payload, source, member(source.id, payload, detection, k, str)) for k in ("start", "end"))
        count = member(source.id, payload, detection, "count", object)
        if end - start != _QUARTER or start.minute % 15 or start.second:
            raise _changed(payload, source, f"device {name} counts from {start:%H:%M:%S} to {end:%H:%M:%S}, no quarter")
        yield start, _count(payload, source, count, f"device {name}, {start:%d/%m/%Y %H:%M}")


def _moment(payload: Payload, source: Source, stamp: str) -> datetime:
    try:
        if not _STAMP.fullmatch(stamp):
            raise ValueError(stamp)
        return datetime.strptime(stamp, _STAMP_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise _changed(payload, source, f"the stamp {stamp!r:.40} is not dd/mm/yyyy HH:MM:SS") from error


def _devices(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    answer = _object(payload, source, json_value(source.id, payload), "the answer")
    features = _list(payload, source, member(source.id, payload, answer, "features", list), "the layer")
    seen: set[str] = set()
    beyond: list[str] = []
    for item in features:
        feature = _object(payload, source, item, "a feature")
        said = member(source.id, payload, feature, "properties", dict)
        name = member(source.id, payload, said, "name", str)
        if name in seen:
            raise _changed(payload, source, f"the post {name!r:.40} is listed twice")
        seen.add(name)
        # The geometry has no `type`: two numbers are a point all the same.
        geometry = member(source.id, payload, feature, "geometry", dict)
        point = member(source.id, payload, geometry, "coordinates", list)
        if not _inside(payload, source, dataset, point):
            beyond.append(f"{name} at {point[0]}, {point[1]}")
    inside = len(features) - len(beyond)
    if not inside:
        raise _changed(payload, source, "no post stands in the Region; are coordinates still longitude, latitude?")
    key = {"ref_area": str(dataset.options["ref_area"]), "time_period": payload.retrieved_at[:10]}
    rows = pd.DataFrame([{"measure": "bike_counting_posts", **key, "obs_value": float(inside)}])
    if not beyond:
        return rows, []
    reason = "the post stands outside the Region, or its longitude and latitude are exchanged"
    return rows, [Dropped(payload.dataset, reason, len(beyond), beyond[0])]


def _traffic(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return vehicles and occupancy per measuring point over the declared interval, without the invalid ones."""
    dataset = source.datasets[payload.dataset]
    answer = _object(payload, source, json_value(source.id, payload), "the answer")
    points = member(source.id, payload, answer, "data", dict)
    interval, slot = (str(dataset.options[key]) for key in ("interval", "slot"))
    fields = {declared.where["field"]: name for name, declared in dataset.measures.items()}
    rows, invalid = [], []
    for name, item in points.items():
        results = member(source.id, payload, _object(payload, source, item, name), "results", dict)
        found = member(source.id, payload, member(source.id, payload, results, interval, dict), slot, dict)
        validity = found.get("validity", 1)  # told for traffic lights only
        if validity not in (0, 1) or isinstance(validity, float):
            raise _changed(payload, source, f"point {name!r:.40} has validity {validity!r:.40}, expected 0 or 1")
        if not validity:
            invalid.append(name)
            continue
        ended = member(source.id, payload, found, "end_time", str)
        for field, measure in fields.items():
            value = _count(payload, source, member(source.id, payload, found, field, object), f"point {name:.40}")
            key = {"measure": measure, "group": f"point={name}", "time_period": _minute(payload, source, ended)}
            rows.append({**key, "obs_value": value})
    if not rows:
        raise _changed(payload, source, f"none of the {len(points)} points has a valid count")
    area = str(dataset.options["ref_area"])
    reason = "the publisher calls the count invalid"
    left = [Dropped(payload.dataset, reason, len(invalid), invalid[0])] if invalid else []
    return pd.DataFrame(rows).assign(ref_area=area), left


def _minute(payload: Payload, source: Source, stamp: str) -> str:
    try:
        return datetime.strptime(stamp, "%Y/%m/%d %H:%M").strftime("%Y-%m-%dT%H:%M")  # noqa: DTZ007 (said local)
    except ValueError as error:
        raise _changed(payload, source, f"the stamp {stamp!r:.40} is not yyyy/mm/dd HH:MM") from error


def _inside(payload: Payload, source: Source, dataset: Dataset, point: list[Any]) -> bool:
    if len(point) < 2 or not all(_is_number(part) for part in point[:2]):
        raise _changed(payload, source, f"coordinates are {point!r:.60}, expected longitude and latitude")
    west, south, east, north = (float(str(dataset.options[side])) for side in ("west", "south", "east", "north"))
    return bool(west <= point[0] <= east and south <= point[1] <= north)


def _count(payload: Payload, source: Source, value: object, where: str) -> float:
    if not isinstance(value, int | float) or not _is_number(value) or value < 0:
        raise _changed(payload, source, f"{where}: {value!r:.40} is no count")
    return float(value)


def _list(payload: Payload, source: Source, value: Any, what: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _changed(payload, source, f"{what} is {value!r:.60}, expected a list with something in it")
    return value


def _object(payload: Payload, source: Source, value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _changed(payload, source, f"{what} has {value!r:.60}, expected an object")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
