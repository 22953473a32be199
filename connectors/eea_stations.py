"""EEA's list of stations and sampling points: the type of each station, and how many points of a network are open.

A CSV (zipped when it comes from the service). One sampling point fills several rows when its instruments changed.
Municipality names are messy ("Brussel=Bruxelles", "BRUSSEL "), so a point belongs to a place by its coordinates.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import TypeAlias

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.contract import Dropped
from connectors.errors import SourceChanged
from connectors.limits import MOST_UNPACKED
from connectors.tables import csv_table
from connectors.unpack import text

Types: TypeAlias = Mapping[str, str]  # sampling point and station code -> background, traffic or industrial
_COLUMNS = {
    "Sampling Point Id": "point",
    "Air Quality Station EoI Code": "station",
    "Air Quality Station Type": "kind",
    "Air Pollutant": "pollutant",
    "Air Quality Network Name": "network",
    "Longitude": "x",
    "Latitude": "y",
    "Operational Activity Begin": "begin",
    "Operational Activity End": "end",
    "Year": "year",
}
_KINDS = ("background", "traffic", "industrial")
_MOMENT = "%d/%m/%Y %H:%M:%S"
_ZIP = b"PK\x03\x04"
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, NotImplementedError, EOFError)


def read(payload: Payload, source: Source) -> pd.DataFrame:
    """Return the list, a row per instrument: `point, station, kind, pollutant, network, x, y, begin, end, year`.

    Raises SourceChanged for a lost column, an unknown type of station or a date that is none.
    """
    content = _unzipped(payload, source) if payload.content.startswith(_ZIP) else payload
    table = csv_table(source.id, payload, text(source.id, content, whole_lines=True), _COLUMNS, only=True)
    table = table.rename(columns=_COLUMNS)
    odd = table.loc[~table["kind"].isin(_KINDS), "kind"]
    if len(odd):
        raise _changed(payload, source, f"a station is of type {odd.iloc[0]!r}, expected one of {_KINDS}")
    if table.groupby("point")["kind"].nunique().max() > 1:
        raise _changed(payload, source, "a sampling point stands under two types of station")
    try:
        numbers = {name: pd.to_numeric(table[name]) for name in ("x", "y", "year")}
        moments = {name: pd.to_datetime(table[name].replace("", None), format=_MOMENT) for name in ("begin", "end")}
    except (ValueError, TypeError, OverflowError) as error:
        raise _changed(payload, source, f"a coordinate, year or date is none: {error}") from error
    if not numbers["year"].between(1900, 2100).all() or moments["begin"].isna().any():
        raise _changed(payload, source, "a row has no year, or no date of its beginning")
    return table.assign(**numbers, **moments)


def types_of(table: pd.DataFrame) -> Types:
    """Return the type of station by sampling point and by station code, from a list as `read` gives it."""
    return {key: kind for name in ("station", "point") for key, kind in zip(table[name], table["kind"], strict=True)}


def count_open(table: pd.DataFrame, source: Source, name: str) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return how many sampling points in the place of config were open at each year's end, by type of station."""
    dataset = source.datasets[name]
    ((measure, declared),) = dataset.measures.items()
    chosen = table[_inside(dataset, table)]
    for column, wanted in declared.where.items():
        chosen = chosen[chosen[column] == wanted]
    single = chosen.drop_duplicates("point")
    if single.empty:
        raise SourceChanged(source.id, "no sampling point of the list stands in the place of config", dataset=name)
    last = max(int(table["year"].max()), int(single["begin"].dt.year.max()))
    rows = [
        {"time_period": str(year), "group": f"type={kind}", "obs_value": float(_open(single, year, kind))}
        for year in range(int(single["begin"].dt.year.min()), last + 1)
        for kind in _KINDS
    ]
    outside = Dropped(name, "the point measures something else or stands elsewhere", len(table) - len(chosen))
    return pd.DataFrame(rows).assign(measure=measure, ref_area=str(dataset.options["ref_area"])), [outside]


def _open(points: pd.DataFrame, year: int, kind: str) -> int:
    end = pd.Timestamp(year=year, month=12, day=31)
    running = (points["begin"] <= end) & ~(points["end"] <= end)
    return int((running & (points["kind"] == kind)).sum())


def _inside(dataset: Dataset, table: pd.DataFrame) -> pd.Series:
    west, south, east, north = (float(str(dataset.options[side])) for side in ("west", "south", "east", "north"))
    return table["x"].between(west, east) & table["y"].between(south, north)


def _unzipped(payload: Payload, source: Source) -> Payload:
    try:
        with zipfile.ZipFile(io.BytesIO(payload.content)) as members:
            (member,) = members.infolist()
            if member.file_size > MOST_UNPACKED:
                raise _changed(payload, source, f"the list unpacks to {member.file_size} bytes")
            return payload.model_copy(update={"content": members.read(member)})
    except _ZIP_FAULTS as error:
        raise _changed(payload, source, f"the file is no whole zip with one list in it: {error}") from error


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
