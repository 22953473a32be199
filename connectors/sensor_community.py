"""Sensor.Community: how many sensors of fine dust citizens run in a place: participation, never a mean of the air.

The service gives the readings of the last five minutes as a JSON list: values and coordinates are strings, the stamp is
naive UTC, `location.indoor` is 1 for a sensor that hangs inside and absent in older answers. Low-cost sensors drift in
humid air and many hang indoors, so their values are read only to see that the sensor measures dust at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from config.schema import TOTAL, Dataset, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import NoObservations, SourceChanged
from connectors.tables import assemble_together, member
from connectors.unpack import json_value

SOURCE_ID = "sensor_community"
_DUST = frozenset(("P0", "P1", "P2", "P4"))  # up to 1, 10, 2.5 and 4 µm
_SETTINGS = {0: "outdoor", 1: "indoor", None: "unstated"}
_STAMP = re.compile(r"(20\d\d-[01]\d-[0-3]\d) [0-2]\d:[0-5]\d:[0-5]\d")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the latest readings around each declared place; raises SourceUnavailable."""
    return [get(name, dataset.url) for name, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the number of distinct dust sensors in the place by day, all and by setting; raises SourceChanged."""
    return assemble_together(payloads, source, _read)


def _read(payloads: Sequence[Payload], source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    name = payloads[0].dataset
    dataset = source.datasets[name]
    rows = [_row(payload, source, item) for payload in payloads for item in _items(payload, source)]
    table = pd.DataFrame(rows, columns=["sensor", "day", "x", "y", "setting", "dust"])
    reasons = {
        "the sensor measures no dust": ~table["dust"].astype(bool),
        "the sensor stands outside the place": ~_inside(dataset, table),
    }
    dropped = [
        Dropped(name, reason, int(out.sum()), table["sensor"][out].iloc[0])
        for reason, out in reasons.items()
        if out.any()
    ]
    kept = table[~pd.concat(list(reasons.values()), axis=1).any(axis=1)].drop_duplicates(["sensor", "day"])
    if kept.empty:
        raise NoObservations(source.id, "no dust sensor in the place", dataset=name)
    split = table[["sensor", "day", "x", "y", "setting"]].drop_duplicates()
    two = split.loc[split.duplicated(["sensor", "day"]), "sensor"]
    if len(two):
        raise _changed(payloads[0], source, f"sensor {two.iloc[0]} stands in two places at once")
    (measure,) = dataset.measures
    settings = kept.groupby(["day", "setting"]).size().reset_index(name="obs_value")
    settings["group"] = "setting=" + settings["setting"]
    every = kept.groupby("day").size().reset_index(name="obs_value").assign(group=TOTAL)
    counts = pd.concat([settings, every], ignore_index=True).rename(columns={"day": "time_period"})
    return counts.assign(measure=measure, ref_area=str(dataset.options["ref_area"])), dropped


def _items(payload: Payload, source: Source) -> list[Any]:
    items = json_value(source.id, payload)
    if not isinstance(items, list):
        raise _changed(payload, source, f"expected a list of readings, found {items!r:.60}")
    return items


def _row(payload: Payload, source: Source, item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise _changed(payload, source, f"a reading is {item!r:.60}, no object")
    location = member(source.id, payload, item, "location", dict)
    sensor = member(source.id, payload, member(source.id, payload, item, "sensor", dict), "id", int)
    stamp = _STAMP.fullmatch(member(source.id, payload, item, "timestamp", str))
    if not stamp:
        raise _changed(payload, source, f"timestamp is {item['timestamp']!r:.40}, expected 'YYYY-MM-DD hh:mm:ss'")
    indoor = location.get("indoor")
    if isinstance(indoor, bool) or not isinstance(indoor, int | None) or indoor not in _SETTINGS:
        raise _changed(payload, source, f"indoor is {indoor!r:.40}, expected 0 or 1")
    return {
        "sensor": str(sensor),
        "day": stamp[1],
        "x": _degrees(payload, source, location, "longitude"),
        "y": _degrees(payload, source, location, "latitude"),
        "setting": _SETTINGS[indoor],
        "dust": _measures_dust(payload, source, member(source.id, payload, item, "sensordatavalues", list)),
    }


def _degrees(payload: Payload, source: Source, location: dict[str, Any], side: str) -> float:
    written = member(source.id, payload, location, side, str)
    try:
        return float(written)
    except ValueError as error:
        raise _changed(payload, source, f"{side} is {written!r:.40}, no number") from error


def _measures_dust(payload: Payload, source: Source, readings: list[Any]) -> bool:
    kinds = set()
    for reading in readings:
        if not isinstance(reading, dict):
            raise _changed(payload, source, f"a value is {reading!r:.60}, no object")
        kinds.add(member(source.id, payload, reading, "value_type", str))
    return not _DUST.isdisjoint(kinds)


def _inside(dataset: Dataset, table: pd.DataFrame) -> pd.Series:
    west, south, east, north = (float(str(dataset.options[side])) for side in ("west", "south", "east", "north"))
    return table["x"].between(west, east) & table["y"].between(south, north)


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
