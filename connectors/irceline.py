"""IRCEL-CELINE: validated annual means of NO2 per station (WFS layer annual:no2_anmean_station), µg/m³.

GeoJSON, one feature per station and year; `year` is the last day of it ("2023-12-31Z"). -9999 means "not valid": the
hours with a value (`nhours`) are under 85 % of the year. Such a mean stays missing, status Q, and the coverage of every
station and year is published beside it. A station counts as the Region's by its coordinates as well as by its network:
40ND01 says network Brussels and stands in France.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from config.schema import Dataset, ObsStatus, Payload, Source
from connectors import irceline_sos
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble_together, member
from connectors.unpack import json_value

SOURCE_ID = "irceline"
HOURLY = "no2_hours"
_YEAR_END = re.compile(r"((?:19|20)\d{2})-12-31(?:Z|T.*)?")
_DEGREES = re.compile(r"EPSG:+4326$|CRS84$")
_STATION = re.compile(r"[0-9A-Z]{3,10}")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return each layer whole, one call per layer, and the hourly series where they are on; raises ConnectorError."""
    payloads = []
    for name, dataset in source.datasets.items():
        if dataset.enabled and name == HOURLY:
            payloads += irceline_sos.fetch(get, source, name)
        elif dataset.enabled:
            payloads.append(get(name, dataset.url, params=dataset.params))
    return payloads


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the annual mean and the hours covered (%) by station and year, group "station=41R001".

    Raises SourceChanged for a lost property, another coordinate system, a page cut short or an impossible number.
    """
    return assemble_together(payloads, source, _read_dataset)


def _read_dataset(payloads: Sequence[Payload], source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    if payloads[0].dataset == HOURLY:
        return irceline_sos.read(payloads, source)
    done = [_read(payload, source) for payload in payloads]
    return pd.concat([rows for rows, _ in done], ignore_index=True), [item for _, items in done for item in items]


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    stations = pd.DataFrame([_station(payload, source, feature) for feature in _features(payload, source)])
    networks = {measure.where["network"] for measure in dataset.measures.values()}
    labelled = stations["network"].isin(networks)
    inside = _inside(dataset, stations)
    if not (labelled & inside).any():
        cause = "no station of the network stands in the Region; are coordinates still longitude, latitude?"
        raise _changed(payload, source, cause)
    dropped = _report(payload, stations[~labelled], "the station belongs to another network")
    dropped += _report(
        payload, stations[labelled & ~inside], "the station stands outside the Region, whatever its network"
    )
    return _rows(payload, source, dataset, stations[labelled & inside]), dropped


def _features(payload: Payload, source: Source) -> list[Any]:
    """Return the features of a whole answer in degrees: a limit on the server would cut it without a word."""
    answer = json_value(source.id, payload)
    if not isinstance(answer, dict):
        raise _changed(payload, source, f"expected a GeoJSON object, found {answer!r:.60}")
    features = member(source.id, payload, answer, "features", list)
    system = member(source.id, payload, member(source.id, payload, answer, "crs", dict), "properties", dict).get("name")
    if not _DEGREES.search(str(system)):
        raise _changed(payload, source, f"coordinates are in {system!r}, expected degrees (EPSG:4326)")
    matched = answer.get("numberMatched")  # the standard also allows the word "unknown"
    if isinstance(matched, int) and matched != len(features):
        raise _changed(payload, source, f"the layer has {matched} features, the answer {len(features)}: it was cut")
    if not features:
        raise _changed(payload, source, "the layer has no feature")
    return features


def _station(payload: Payload, source: Source, feature: Any) -> dict[str, Any]:
    if not isinstance(feature, dict):
        raise _changed(payload, source, f"a feature is {feature!r:.60}, no object")
    said = member(source.id, payload, feature, "properties", dict)
    point = member(source.id, payload, member(source.id, payload, feature, "geometry", dict), "coordinates", list)
    if len(point) < 2 or not all(_is_number(part) for part in point[:2]):
        raise _changed(payload, source, f"coordinates are {point!r:.60}, expected longitude and latitude")
    named = {key: member(source.id, payload, said, key, str) for key in ("ab_local_code", "year", "network")}
    counted = {key: member(source.id, payload, said, key, object) for key in ("nhours", "value")}
    odd = next((key for key, value in counted.items() if not _is_number(value)), None)
    if odd:
        raise _changed(payload, source, f"property {odd!r} is {counted[odd]!r:.60}, expected a number")
    if not _STATION.fullmatch(named["ab_local_code"]):
        raise _changed(payload, source, f"property 'ab_local_code' is {named['ab_local_code']!r:.60}")
    return {**named, **counted, "year": _year(payload, source, named["year"]), "x": point[0], "y": point[1]}


def _rows(payload: Payload, source: Source, dataset: Dataset, stations: pd.DataFrame) -> pd.DataFrame:
    sentinel = float(str(dataset.options["sentinel"]))
    hours = stations["year"].map(lambda year: 8784 if calendar.isleap(int(year)) else 8760)
    wrong = ((stations["value"] < 0) & (stations["value"] != sentinel)) | ~stations["nhours"].between(0, hours)
    if wrong.any():
        row = stations[wrong].iloc[0]
        cause = f"station {row['ab_local_code']} {row['year']} has value {row['value']:g} and nhours {row['nhours']:g}"
        raise _changed(payload, source, cause)
    invalid = stations["value"] == sentinel
    withheld = stations["nhours"].map(lambda count: ObsStatus.SUPPRESSED.value if count else ObsStatus.MISSING.value)
    values = {"value": stations["value"].astype(float).mask(invalid), "nhours": 100 * stations["nhours"] / hours}
    normal = pd.Series(ObsStatus.NORMAL.value, index=stations.index)
    states = {"value": normal.mask(invalid, withheld), "nhours": normal}
    key = {
        "ref_area": str(dataset.options["ref_area"]),
        "time_period": stations["year"],
        "group": "station=" + stations["ab_local_code"],
    }
    parts = [
        pd.DataFrame({"measure": name, **key, "obs_value": values[field], "obs_status": states[field]})
        for name, field in ((name, measure.where["field"]) for name, measure in dataset.measures.items())
    ]
    return pd.concat(parts, ignore_index=True)


def _inside(dataset: Dataset, stations: pd.DataFrame) -> pd.Series:
    west, south, east, north = (float(str(dataset.options[side])) for side in ("west", "south", "east", "north"))
    return stations["x"].between(west, east) & stations["y"].between(south, north)


def _report(payload: Payload, stations: pd.DataFrame, reason: str) -> list[Dropped]:
    if stations.empty:
        return []
    row: Mapping[Any, Any] = stations.iloc[0].to_dict()
    example = f"{row['ab_local_code']} {row['year']} at {row['y']:.3f} N, {row['x']:.3f} E"
    return [Dropped(payload.dataset, reason, len(stations), example)]


def _year(payload: Payload, source: Source, day: str) -> str:
    found = _YEAR_END.fullmatch(day)
    if not found:
        raise _changed(payload, source, f"property 'year' is {day!r:.60}, expected the last day of a year")
    return found[1]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
