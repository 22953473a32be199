"""GBFS shared-mobility systems, versions 1.0 to 3.0, by auto-discovery: systems, stations, docks, vehicles per place.

`labels` of the dataset names every system of every place: discovery address -> area code. Each is asked for its
discovery file and then for the feeds it lists. What came back is kept together, one payload per system: a JSON object
`{"discovery": address, "answers": [{"url", "answer" | "error"}]}`, each answer as the operator sent it. A number is the
state at the moment of the refresh (period: that day), not an annual figure.

| | 1.x | 2.x | 3.0 |
|---|---|---|---|
| feeds | data.<language>.feeds | the same | data.feeds |
| last_updated | seconds since 1970 | the same | RFC 3339 text |
| free vehicles | free_bike_status: bikes, bike_id | the same | vehicle_status: vehicles, vehicle_id |
| at a station | num_bikes_available | the same | num_vehicles_available |
| flags | 0/1 | true/false | true/false |

Some systems write the names of another version, say `installed` for `is_installed`, list a feed twice, or list one that
is not there: whichever name is there is read, a doubled feed must be one address, and a system whose station or vehicle
feed is missing gives no number. A place has a total only where all its systems answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from config.schema import TOTAL, Dataset, ObsStatus, Payload, Source
from connectors.bundle import Bundle, bundled, unbundled
from connectors.contract import Dropped, Get, Observations
from connectors.errors import ConnectorError, SourceChanged
from connectors.tables import assemble_together
from connectors.unpack import json_value

SOURCE_ID = "gbfs"
_FREE = {"free_bike_status": ("bikes", "bike_id"), "vehicle_status": ("vehicles", "vehicle_id")}
_STATIONS, _STATUS = "station_information", "station_status"
_NEEDED = (_STATIONS, _STATUS, *_FREE)
_AT_STATION = ("num_vehicles_available", "num_bikes_available")
_INSTALLED = ("is_installed", "installed")
_DAY_S = 86_400.0
_COUNTS = ("gbfs_stations", "gbfs_docks", "gbfs_vehicles")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return one payload per declared system: its discovery and the feeds counted, or the error of each call.

    Raises SourceUnavailable when not one call was answered.
    """
    asked = [
        (name, address, _asked(get, source, name, address))
        for name, dataset in source.datasets.items()
        for address in dataset.labels
    ]
    outcomes = [outcome for _, _, found in asked for _, outcome in found]
    times = [outcome.retrieved_at for outcome in outcomes if isinstance(outcome, Payload)]
    if not times:
        raise next(outcome for outcome in outcomes if isinstance(outcome, ConnectorError))
    # A system that gave nothing is dated like the refresh it failed in.
    return [
        bundled(
            name, address, found, max((o.retrieved_at for _, o in found if isinstance(o, Payload)), default=max(times))
        )
        for name, address, found in asked
    ]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return stations, docks and vehicles by place and day: group "system=..." and, where complete, the total.

    A system that failed is reported and leaves its place without a total. Raises SourceChanged for a payload of an
    undeclared system or a file that is no collection of answers, NoObservations when no system could be read.
    """
    return assemble_together(payloads, source, _read)


def _asked(get: Get, source: Source, dataset: str, address: str) -> list[tuple[str, Payload | ConnectorError]]:
    """Return the answers of a discovery and of the feeds it lists, by address; a failed call gives its error."""
    discovery = _answer(get, source, dataset, address)
    if isinstance(discovery, ConnectorError):
        return [(address, discovery)]
    try:
        feeds = _feeds(discovery, source, json_value(source.id, discovery))
    except ConnectorError as error:
        return [(address, error)]
    wanted = [feeds[name] for name in _NEEDED if name in feeds]
    return [(address, discovery), *((url, _answer(get, source, dataset, url)) for url in wanted)]


def _answer(get: Get, source: Source, dataset: str, url: str) -> Payload | ConnectorError:
    try:
        answer = get(dataset, url)
        json_value(source.id, answer)
    except ConnectorError as error:
        return error
    return answer


def _feeds(payload: Payload, source: Source, discovery: Any) -> dict[str, str]:
    """Return feed name -> address of a discovery file of any version; the first language stands for all."""
    data = _object(payload, source, discovery, "the discovery").get("data")
    if not isinstance(data, dict) or not data:
        raise _changed(payload, source, "the discovery file lists no feeds")
    listed = data.get("feeds")
    if listed is None:
        listed = _object(payload, source, next(iter(data.values())), "data").get("feeds")
    if not isinstance(listed, list) or not listed:
        raise _changed(payload, source, "the discovery file lists no feeds")
    feeds: dict[str, str] = {}
    for item in listed:
        feed = _object(payload, source, item, "a feed")
        name, url = feed.get("name"), feed.get("url")
        if not isinstance(name, str) or not isinstance(url, str):
            raise _changed(payload, source, f"a feed has name {name!r:.40} and url {url!r:.80}")
        name = name.removesuffix(".json")
        if feeds.setdefault(name, url) != url:
            raise _changed(payload, source, f"the discovery file lists {name!r} at two addresses")
    return feeds


def _read(payloads: Sequence[Payload], source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payloads[0].dataset]
    counted: list[dict[str, Any]] = []
    silent: list[tuple[str, str, str]] = []  # area, system, cause
    dropped: list[Dropped] = []
    seen: set[str] = set()
    for payload in payloads:
        bundle = unbundled(source.id, payload)
        area = dataset.labels.get(bundle.address)
        if area is None:
            raise _changed(payload, source, f"no place is declared for the system {bundle.address!r:.120}")
        if bundle.address in seen:
            raise _changed(payload, source, f"the system {bundle.address} is there twice")
        seen.add(bundle.address)
        try:
            counts, notes = _system(payload, source, dataset, bundle, area)
        except SourceChanged as error:
            silent.append((area, bundle.address, error.cause))
            continue
        counted.append(counts)
        dropped += notes
    if not counted:
        area, address, cause = silent[0]
        raise _changed(payloads[0], source, f"no system could be read; {address}: {cause}")
    absent = [(area, address, "it was not asked") for address, area in dataset.labels.items() if address not in seen]
    return _rows(pd.DataFrame(counted), [*silent, *absent]), [*dropped, *_silence(payloads[0].dataset, silent)]


def _silence(dataset: str, silent: Iterable[tuple[str, str, str]]) -> list[Dropped]:
    return [
        Dropped(dataset, f"the system gave no number ({cause}); {area} has no total", 1, address)
        for area, address, cause in silent
    ]


def _rows(counted: pd.DataFrame, unheard: Iterable[tuple[str, str, str]]) -> pd.DataFrame:
    """Return one row per system and count, and one per place: a total, or a gap where a system is unheard."""
    counted = counted.assign(gbfs_systems=1.0)
    names = [*_COUNTS, "gbfs_systems"]
    grouped = counted.groupby(["ref_area", "time_period"])[names]
    # One system that does not say its docks leaves the place's docks unknown: a plain sum would call it 0.
    totals = grouped.sum().where(~counted[names].isna().groupby([counted["ref_area"], counted["time_period"]]).any())
    totals = totals.reset_index().assign(group=TOTAL)
    totals.loc[totals["ref_area"].isin([area for area, _, _ in unheard]), names] = float("nan")
    both = pd.concat([counted.drop(columns="gbfs_systems"), totals], ignore_index=True)
    long = both.melt(("ref_area", "time_period", "group"), names, var_name="measure", value_name="obs_value")
    long = long[(long["measure"] != "gbfs_systems") | (long["group"] == TOTAL)]
    gap = long["obs_value"].isna()
    return long.assign(obs_status=gap.map({True: ObsStatus.MISSING.value, False: ObsStatus.NORMAL.value}))


def _system(
    payload: Payload, source: Source, dataset: Dataset, bundle: Bundle, area: str
) -> tuple[dict[str, Any], list[Dropped]]:
    discovery = bundle.answer(source.id, payload, bundle.address)
    feeds = _feeds(payload, source, discovery)
    if not set(feeds) & set(_NEEDED):
        raise _changed(payload, source, f"the discovery lists neither stations nor vehicles: {', '.join(feeds)}")
    if (_STATIONS in feeds) != (_STATUS in feeds):
        raise _changed(payload, source, f"{_STATIONS} and {_STATUS} belong together; one is not listed")
    given = {name: bundle.answer(source.id, payload, feeds[name]) for name in _NEEDED if name in feeds}
    for name, feed in given.items():
        _check_fresh(payload, source, name, feed)
    box = _box(dataset, area)
    stations, docks, parked = _docked(payload, source, given, box)
    free, elsewhere = _free(payload, source, given, box)
    counts = {
        "ref_area": area,
        "time_period": payload.retrieved_at[:10],
        "group": f"system={_system_id(bundle.address)}",
        **dict(zip(_COUNTS, (float(stations), docks, float(parked + free)), strict=True)),
    }
    notes = [Dropped(payload.dataset, f"the vehicle stands outside {area}", elsewhere, bundle.address)]
    return counts, notes if elsewhere else []


def _docked(
    payload: Payload, source: Source, given: Mapping[str, Any], box: tuple[float, ...] | None
) -> tuple[int, float, int]:
    """Return stations in use, their docks (not a number where one station does not say), and vehicles at them."""
    if _STATIONS not in given:
        return 0, 0.0, 0
    states = {_id(payload, source, s, "station_id"): s for s in _listed(payload, source, given[_STATUS], "stations")}
    count, docks, parked = 0, 0.0, 0
    for station in _listed(payload, source, given[_STATIONS], "stations"):
        state = states.get(_id(payload, source, station, "station_id"))
        if state is None or not _first(state, _INSTALLED, True) or not _inside(payload, source, station, box):
            continue
        count += 1
        docks += _capacity(payload, source, station)
        parked += int(_count(payload, source, state, _AT_STATION))
    return count, docks, parked


def _capacity(payload: Payload, source: Source, station: Mapping[str, Any]) -> float:
    if station.get("capacity") is not None:
        return _count(payload, source, station, ("capacity",))
    return 0.0 if station.get("is_virtual_station") in (True, 1) else float("nan")


def _free(payload: Payload, source: Source, given: Mapping[str, Any], box: tuple[float, ...] | None) -> tuple[int, int]:
    """Return the vehicles that stand free inside the box, and those outside; a vehicle at a station was counted."""
    inside = outside = 0
    for name, (key, id_key) in _FREE.items():
        if name not in given:
            continue
        seen: set[str] = set()
        for vehicle in _listed(payload, source, given[name], key):
            vehicle_id = _id(payload, source, vehicle, id_key)
            if vehicle_id in seen:
                raise _changed(payload, source, f"feed {name!r} lists the vehicle {vehicle_id!r:.60} twice")
            seen.add(vehicle_id)
            if vehicle.get("is_disabled") in (True, 1) or (vehicle.get("station_id") and _STATUS in given):
                continue
            if _inside(payload, source, vehicle, box):
                inside += 1
            else:
                outside += 1
    return inside, outside


def _check_fresh(payload: Payload, source: Source, name: str, feed: Any) -> None:
    """Refuse a feed older than a day and its own `ttl` at the time of the call: an operator that left it standing."""
    said = _object(payload, source, feed, f"feed {name!r}")
    stamp, ttl = said.get("last_updated"), said.get("ttl", 0)
    if not _is_number(ttl):
        raise _changed(payload, source, f"feed {name!r} has ttl {ttl!r:.40}")
    try:
        moment = datetime.fromtimestamp(stamp, UTC) if _is_number(stamp) else datetime.fromisoformat(stamp)  # type: ignore[arg-type]
        called = datetime.fromisoformat(payload.retrieved_at)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise _changed(payload, source, f"feed {name!r} has last_updated {stamp!r:.40}") from error
    moment, called = (m if m.tzinfo else m.replace(tzinfo=UTC) for m in (moment, called))
    if abs((called - moment).total_seconds()) > _DAY_S + max(ttl, 0):
        raise _changed(
            payload, source, f"feed {name!r} says it is of {moment:%Y-%m-%d}, the call was on {called:%Y-%m-%d}"
        )


def _box(dataset: Dataset, area: str) -> tuple[float, ...] | None:
    sides = dataset.options.get(f"box_{area}")
    return tuple(float(side) for side in sides) if isinstance(sides, tuple) else None


def _inside(payload: Payload, source: Source, item: Mapping[str, Any], box: tuple[float, ...] | None) -> bool:
    if box is None:
        return True
    if not (_is_number(item.get("lat")) and _is_number(item.get("lon"))):
        raise _changed(payload, source, f"coordinates are {item.get('lat')!r:.40}, {item.get('lon')!r:.40}")
    west, south, east, north = box
    return bool(west <= item["lon"] <= east and south <= item["lat"] <= north)


def _listed(payload: Payload, source: Source, feed: Any, key: str) -> list[Mapping[str, Any]]:
    data = _object(payload, source, _object(payload, source, feed, "a feed").get("data"), "data")
    items = data.get(key)
    if not isinstance(items, list):
        raise _changed(payload, source, f"key 'data.{key}' is {items!r:.60}, expected a list")
    return [_object(payload, source, item, f"an item of {key}") for item in items]


def _id(payload: Payload, source: Source, item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    if isinstance(value, int) and not isinstance(value, bool):  # some of version 1 number their stations
        return str(value)
    if not isinstance(value, str) or not value:
        raise _changed(payload, source, f"key {key!r} is {value!r:.60}, expected text")
    return value


def _count(payload: Payload, source: Source, item: Mapping[str, Any], keys: Sequence[str]) -> float:
    value = _first(item, keys, None)
    if not _is_number(value) or value < 0:
        raise _changed(payload, source, f"key {keys[0]!r} is {value!r:.60}, expected a count")
    return float(value)


def _first(item: Mapping[str, Any], keys: Sequence[str], default: Any) -> Any:
    return next((item[key] for key in keys if key in item), default)


def _system_id(address: str) -> str:
    """Return the system's address without scheme and file, short enough to stand beside a number."""
    return address.removeprefix("https://").removesuffix("/gbfs.json").removesuffix("/gbfs")


def _object(payload: Payload, source: Source, value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _changed(payload, source, f"{what} is {value!r:.60}, expected an object")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
