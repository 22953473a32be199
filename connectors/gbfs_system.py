"""One GBFS system counted: stations in use, their docks, vehicles at them and free, by the ids the standard gives them.

An item listed twice alike counts once and is reported, one listed twice differently is refused. Stations and their
states belong together by id: what one list has and the other has not is reported, and refused where it is most of them.
Vehicles of a system that answers in the words of two versions at once are counted from the newer list alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from config.schema import Payload, Source
from connectors.contract import Dropped
from connectors.errors import SourceChanged

STATIONS, STATUS = "station_information", "station_status"
FREE = {"vehicle_status": ("vehicles", "vehicle_id"), "free_bike_status": ("bikes", "bike_id")}  # the newer first
_AT_STATION = ("num_vehicles_available", "num_bikes_available")
_INSTALLED = ("is_installed", "installed")
_MOST_UNMATCHED = 0.5  # share of the stations without a state at which the two lists are of different systems
_DAY_S = 86_400.0


@dataclass
class System:
    """One system's feeds by name, with the box of its place and what was left out of them."""

    payload: Payload
    source: Source
    address: str
    area: str
    box: tuple[float, ...]
    feeds: Mapping[str, Any]
    dropped: list[Dropped] = field(default_factory=list)
    _inside: int = 0
    _outside: int = 0

    def counts(self) -> tuple[float, float, float]:
        """Return stations in use, docks (not a number where one station does not say), vehicles; raises SourceChanged.

        Refused is what stands wholly outside the place, and a feed left standing for longer than a day and its `ttl`.
        """
        for name, feed in self.feeds.items():
            self._check_fresh(name, feed)
        stations, docks, parked = self._docked()
        free = self._free()
        if self._outside and not self._inside:
            raise self.changed(f"all {self._outside} stations and vehicles stand outside {self.area}")
        return float(stations), docks, float(parked + free)

    def changed(self, cause: str) -> SourceChanged:
        """Return the error that names this payload."""
        return SourceChanged(self.source.id, cause, dataset=self.payload.dataset, url=self.payload.url)

    def _left_out(self, reason: str, count: int) -> None:
        if count:
            self.dropped.append(Dropped(self.payload.dataset, reason, count, self.address))

    def _docked(self) -> tuple[int, float, int]:
        """Return stations in use, their docks, and vehicles at them."""
        if STATIONS not in self.feeds:
            return 0, 0.0, 0
        states, stations = (self._keyed(name, "stations", "station_id") for name in (STATUS, STATIONS))
        self._require_matched(stations, states)
        count, docks, parked, outside = 0, 0.0, 0, 0
        for station_id in stations.keys() & states.keys():
            station, state = stations[station_id], states[station_id]
            if not self._flag(state, _INSTALLED, usual=True):
                continue
            if not self._stands_inside(station):
                outside += 1
                continue
            count += 1
            docks += self._capacity(station)
            parked += int(self._count(state, _AT_STATION))
        self._left_out(f"the station stands outside {self.area}", outside)
        return count, docks, parked

    def _require_matched(self, stations: Mapping[str, Any], states: Mapping[str, Any]) -> None:
        lonely, nameless = stations.keys() - states.keys(), states.keys() - stations.keys()
        if len(lonely) > _MOST_UNMATCHED * len(stations) or len(nameless) > _MOST_UNMATCHED * len(states):
            cause = f"{len(lonely)} of {len(stations)} stations have no state, {len(nameless)} of {len(states)} states"
            raise self.changed(f"{cause} no station")
        self._left_out(f"the station has no {STATUS}", len(lonely))
        self._left_out(f"the state is of a station that {STATIONS} has not", len(nameless))

    def _capacity(self, station: Mapping[str, Any]) -> float:
        if station.get("capacity") is not None:
            return self._count(station, ("capacity",))
        return 0.0 if self._flag(station, ("is_virtual_station",), usual=False) else float("nan")

    def _free(self) -> int:
        """Return the vehicles that stand free inside the box; a vehicle at a station was counted there."""
        listed = [(name, self._keyed(name, *keys)) for name, keys in FREE.items() if name in self.feeds]
        if not listed:
            return 0
        (_, vehicles), *older = listed
        for name, again in older:
            self._left_out(f"{name} lists the vehicles again in the words of an older version", len(again))
        inside = outside = 0
        for vehicle in vehicles.values():
            if self._flag(vehicle, ("is_disabled",), usual=False) or (
                vehicle.get("station_id") and STATUS in self.feeds
            ):
                continue
            if self._stands_inside(vehicle):
                inside += 1
            else:
                outside += 1
        self._left_out(f"the vehicle stands outside {self.area}", outside)
        return inside

    def _keyed(self, name: str, key: str, id_key: str) -> dict[str, Mapping[str, Any]]:
        """Return id -> item of a list; raises SourceChanged for two different items of one id."""
        data = self.object(self.object(self.feeds[name], f"feed {name!r}").get("data"), "data")
        items = data.get(key)
        if not isinstance(items, list):
            raise self.changed(f"key 'data.{key}' is {items!r:.60}, expected a list")
        found: dict[str, Mapping[str, Any]] = {}
        for item in items:
            own = self.object(item, f"an item of {key}")
            item_id = self._id(own, id_key)
            if found.setdefault(item_id, own) != own:
                raise self.changed(f"feed {name!r} lists {key.removesuffix('s')} {item_id!r:.60} twice, differently")
        self._left_out(f"{name} lists the same item twice", len(items) - len(found))
        return found

    def _check_fresh(self, name: str, feed: Any) -> None:
        """Refuse a feed older than a day and its own `ttl` at the time of the call: an operator that left it."""
        said = self.object(feed, f"feed {name!r}")
        stamp, ttl = said.get("last_updated"), said.get("ttl", 0)
        if not _is_number(ttl):
            raise self.changed(f"feed {name!r} has ttl {ttl!r:.40}")
        try:
            moment = datetime.fromtimestamp(stamp, UTC) if _is_number(stamp) else datetime.fromisoformat(stamp)  # type: ignore[arg-type]
            called = datetime.fromisoformat(self.payload.retrieved_at)
        except (TypeError, ValueError, OverflowError, OSError) as error:
            raise self.changed(f"feed {name!r} has last_updated {stamp!r:.40}") from error
        moment, called = (m if m.tzinfo else m.replace(tzinfo=UTC) for m in (moment, called))
        if abs((called - moment).total_seconds()) > _DAY_S + max(ttl, 0):
            raise self.changed(f"feed {name!r} says it is of {moment:%Y-%m-%d}, the call was on {called:%Y-%m-%d}")

    def _stands_inside(self, item: Mapping[str, Any]) -> bool:
        if not (_is_number(item.get("lat")) and _is_number(item.get("lon"))):
            raise self.changed(f"coordinates are {item.get('lat')!r:.40}, {item.get('lon')!r:.40}")
        west, south, east, north = self.box
        inside = bool(west <= item["lon"] <= east and south <= item["lat"] <= north)
        self._inside += inside
        self._outside += not inside
        return inside

    def _flag(self, item: Mapping[str, Any], keys: Sequence[str], *, usual: bool) -> bool:
        """Return a flag, true/false or 1/0; one that is absent or null is as usual."""
        value = _first(item, keys)
        if value is None:
            return usual
        if not isinstance(value, int) or value not in (0, 1):
            raise self.changed(f"key {keys[0]!r} is {value!r:.40}, expected true or false")
        return bool(value)

    def _id(self, item: Mapping[str, Any], key: str) -> str:
        value = item.get(key)
        if isinstance(value, int) and not isinstance(value, bool):  # some of version 1 number their stations
            return str(value)
        if not isinstance(value, str) or not value.strip():
            raise self.changed(f"key {key!r} is {value!r:.60}, expected text")
        return value.strip()

    def _count(self, item: Mapping[str, Any], keys: Sequence[str]) -> float:
        value = _first(item, keys)
        if not _is_number(value) or value < 0 or value != int(value):
            raise self.changed(f"key {keys[0]!r} is {value!r:.60}, expected a count")
        return float(value)

    def object(self, value: Any, what: str) -> Mapping[str, Any]:
        """Return a value that must be an object; raises SourceChanged."""
        if not isinstance(value, dict):
            raise self.changed(f"{what} is {value!r:.60}, expected an object")
        return value


def _first(item: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((item[key] for key in keys if item.get(key) is not None), None)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
