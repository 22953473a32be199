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
from dataclasses import dataclass
from typing import Any

import pandas as pd

from config.schema import TOTAL, Dataset, ObsStatus, Payload, Source
from connectors.bundle import Bundle, bundled, unbundled
from connectors.contract import Dropped, Get, Observations
from connectors.errors import ConnectorError, SourceChanged
from connectors.gbfs_system import FREE, STATIONS, STATUS, System
from connectors.tables import assemble_together
from connectors.unpack import json_value

SOURCE_ID = "gbfs"
_SYSTEM = "system_information"
_NEEDED = (STATIONS, STATUS, *FREE)
_COUNTS = ("gbfs_stations", "gbfs_docks", "gbfs_vehicles")


@dataclass(frozen=True)
class _Counted:
    """One system's numbers, what was left out of them, and what it is known by."""

    counts: dict[str, Any]
    dropped: list[Dropped]
    names: frozenset[str]


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
    wanted = [feeds[name] for name in (_SYSTEM, *_NEEDED) if name in feeds]
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
    heard: dict[str, str] = {}  # what names a system -> the address it was first found at
    for payload in payloads:
        bundle = unbundled(source.id, payload)
        area = dataset.labels.get(bundle.address)
        if area is None:
            raise _changed(payload, source, f"no place is declared for the system {bundle.address!r:.120}")
        if bundle.address in seen:
            raise _changed(payload, source, f"the system {bundle.address} is there twice")
        seen.add(bundle.address)
        try:
            system = _system(payload, source, dataset, bundle, area)
        except SourceChanged as error:
            silent.append((area, bundle.address, error.cause))
            continue
        again = next((name for name in sorted(system.names) if name in heard), None)
        if again:
            reason = f"the system was counted already: {again} is also at {heard[again]}"
            dropped.append(Dropped(payload.dataset, reason, 1, bundle.address))
            continue
        heard |= dict.fromkeys(system.names, bundle.address)
        counted.append(system.counts)
        dropped += system.dropped
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


def _system(payload: Payload, source: Source, dataset: Dataset, bundle: Bundle, area: str) -> _Counted:
    """Return what one system counts; raises SourceChanged where it gives no number."""
    feeds = _feeds(payload, source, bundle.answer(source.id, payload, bundle.address))
    if not set(feeds) & set(_NEEDED):
        raise _changed(payload, source, f"the discovery lists neither stations nor vehicles: {', '.join(feeds)}")
    if (STATIONS in feeds) != (STATUS in feeds):
        raise _changed(payload, source, f"{STATIONS} and {STATUS} belong together; one is not listed")
    given = {name: bundle.answer(source.id, payload, feeds[name]) for name in _NEEDED if name in feeds}
    system = System(payload, source, bundle.address, area, _box(dataset, area), given)
    counts = {
        "ref_area": area,
        "time_period": payload.retrieved_at[:10],
        "group": f"system={_system_id(bundle.address)}",
        **dict(zip(_COUNTS, system.counts(), strict=True)),
    }
    names = frozenset(f"feed {feeds[name]}" for name in given)
    own = bundle.answers.get(feeds.get(_SYSTEM, ""))
    said = own.get("data") if isinstance(own, dict) else None
    system_id = said.get("system_id") if isinstance(said, dict) else None
    return _Counted(counts, system.dropped, names | ({f"system {system_id}"} if system_id else frozenset()))


def _box(dataset: Dataset, area: str) -> tuple[float, ...]:
    """Return the box of a place, or the one around all places where it has none of its own."""
    sides = dataset.options.get(f"box_{area}", dataset.options["box"])
    return tuple(float(side) for side in sides) if isinstance(sides, tuple) else ()


def _system_id(address: str) -> str:
    """Return the system's address without scheme and file, short enough to stand beside a number."""
    return address.removeprefix("https://").removesuffix("/gbfs.json").removesuffix("/gbfs")


def _object(payload: Payload, source: Source, value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _changed(payload, source, f"{what} is {value!r:.60}, expected an object")
    return value


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
