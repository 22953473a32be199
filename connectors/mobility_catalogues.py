"""Catalogues of open mobility feeds: how many GBFS systems and GTFS schedules are published for each place.

- GBFS: systems.csv of MobilityData, one row per system, the place in words ("Brussels", "Grad Zagreb");
- GTFS: feeds_v2.csv of the Mobility Database, one row per feed, with country, municipality, status and a box.

A place is found by whole label ("BE Brussels"), never by a part of a name. A GTFS feed without municipality whose box
lies within a place's declared box counts for it too, and one that names the place but reaches far beyond that box (a
national railway with its seat there) does not; a regional or national feed counts for no place. Skipped and reported:
feeds that are deprecated, inactive or redirected to another, realtime feeds (they carry no place), feeds that need a
key. A place without any feed in the catalogue gets 0: the catalogue was read whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, csv_table
from connectors.unpack import text

SOURCE_ID = "mobility_catalogues"
_SYSTEM_COLUMNS = ("Country Code", "Name", "Location", "System ID", "Auto-Discovery URL", "Authentication Type")
_BOX = {
    "west": "location.bounding_box.minimum_longitude",
    "south": "location.bounding_box.minimum_latitude",
    "east": "location.bounding_box.maximum_longitude",
    "north": "location.bounding_box.maximum_latitude",
}
_FEED_COLUMNS = (
    *("id", "data_type", "location.country_code", "location.municipality", "status", "redirect.id"),
    *("urls.authentication_type", *_BOX.values()),
)
_STATES = ("", "active", "inactive", "deprecated", "development", "future")
_OPEN = ("", "0", "0.0")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return both catalogues, whole; raises SourceUnavailable."""
    return [get(name, dataset.url) for name, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the number of open feeds by place on the day of the call.

    Raises SourceChanged for a lost column, an unknown status, an id twice, or a catalogue too short to be whole.
    """
    readers = {"systems": _systems, "feeds": _feeds}
    return assemble(payloads, source, lambda payload, source: readers[payload.dataset](payload, source))


def _systems(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    table = _table(payload, source, _SYSTEM_COLUMNS, "Auto-Discovery URL")
    keyed = ~table["Authentication Type"].isin(_OPEN)
    labels = table["Country Code"] + " " + table["Location"]
    placed = table.assign(label=labels)[~keyed]
    again = placed.duplicated(["label", "Auto-Discovery URL"])
    # A system keeps its id in every version of its feeds.
    again |= placed.duplicated(["label", "System ID"]) & (placed["System ID"] != "")
    again = again.reindex(table.index, fill_value=False)
    skipped = [(keyed, "the feed needs a key"), (again, "the feed is listed twice for the place")]
    return _counted(payload, source, table, labels, skipped)


def _feeds(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    table = _table(payload, source, _FEED_COLUMNS, "id")
    twice = table.loc[table["id"].duplicated(), "id"]
    if len(twice):
        raise _changed(payload, source, f"the feed {twice.iloc[0]!r} is listed twice")
    odd = table.loc[~table["status"].isin(_STATES), "status"]
    if len(odd):
        raise _changed(payload, source, f"column 'status' holds {odd.iloc[0]!r}")
    labels = table["location.country_code"] + " " + table["location.municipality"]
    box = _boxes(payload, source, table)
    within, wider = labels.copy(), labels.notna() & False
    areas = labels.map(dict(dataset.labels))
    for area in dict.fromkeys(dataset.labels.values()):
        if f"box_{area}" in dataset.options:
            inside = _inside(dataset, area, box)
            nameless = (table["location.municipality"] == "") & inside
            within = within.mask(nameless, next(label for label, code in dataset.labels.items() if code == area))
            wider |= (areas == area) & box["west"].notna() & ~inside
    skipped = [
        (table["data_type"] != "gtfs", "the feed is no schedule; realtime and other feeds carry no place"),
        (table["status"].isin(["deprecated", "inactive"]), "the feed is deprecated or inactive"),
        (table["redirect.id"] != "", "the feed redirects to another"),
        (~table["urls.authentication_type"].isin(_OPEN), "the feed needs a key"),
        (wider, "the feed reaches far beyond the place it names"),
    ]
    return _counted(payload, source, table, within, skipped)


def _table(payload: Payload, source: Source, columns: tuple[str, ...], key: str) -> pd.DataFrame:
    content = text(source.id, payload, whole_lines=True)
    table = csv_table(source.id, payload, content, columns)
    least = int(str(source.datasets[payload.dataset].options["at_least"]))
    if len(table) < least:
        cause = f"the catalogue has {len(table)} rows, fewer than {least}: it is not whole"
        raise _changed(payload, source, cause)
    empty = table[key] == ""
    if empty.any():
        raise _changed(payload, source, f"row {empty.to_list().index(True) + 2} has no {key!r}")
    return table


def _boxes(payload: Payload, source: Source, table: pd.DataFrame) -> Mapping[str, pd.Series]:
    """Return the corners in degrees, not a number where a feed has none; a corner that is no number is refused."""
    corners = {}
    for side, column in _BOX.items():
        corners[side] = pd.to_numeric(table[column].mask(table[column] == ""), errors="coerce").astype(float)
        wrong = corners[side].isna() & (table[column] != "")
        if wrong.any():
            raise _changed(payload, source, f"column {column!r} holds {table.loc[wrong, column].iloc[0]!r}")
    return corners


def _inside(dataset: Dataset, area: str, box: Mapping[str, pd.Series]) -> pd.Series:
    sides: Any = dataset.options[f"box_{area}"]
    west, south, east, north = (float(side) for side in sides)
    return (box["west"] >= west) & (box["east"] <= east) & (box["south"] >= south) & (box["north"] <= north)


def _counted(
    payload: Payload, source: Source, table: pd.DataFrame, labels: pd.Series, skipped: list[tuple[pd.Series, str]]
) -> tuple[pd.DataFrame, list[Dropped]]:
    """Count the rows of each declared place, each skipped row once for the first reason that fits it."""
    dataset = source.datasets[payload.dataset]
    (measure,) = dataset.measures
    left = pd.Series(data=True, index=table.index)
    dropped = []
    for wrong, reason in skipped:
        now = left & wrong
        if now.any():
            dropped.append(Dropped(payload.dataset, reason, int(now.sum()), str(labels[now].iloc[0])))
        left &= ~wrong
    areas = labels[left].map(dict(dataset.labels))
    dropped.append(Dropped(payload.dataset, "the feed is of no place of the list", int(areas.isna().sum())))
    counts = areas.value_counts().reindex(sorted(set(dataset.labels.values())), fill_value=0)
    rows = pd.DataFrame(
        {
            "measure": measure,
            "ref_area": counts.index,
            "time_period": payload.retrieved_at[:10],
            "obs_value": counts.to_numpy(dtype=float),
        }
    )
    return rows, [item for item in dropped if item.count]


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
