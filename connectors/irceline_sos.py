"""IRCEL-CELINE's timeseries interface (SOS): hourly NO2 per station, as it comes in, to a year's mean with coverage.

Two answers: the list of stations (GeoJSON features, their series by id; the third coordinate is the text "NaN") and the
values of series, `{id: {values: [{timestamp, value}]}}`. A timestamp is milliseconds UTC at the END of the hour, -9999
is no value, and nothing is validated. A station can have several series of one pollutant, of which one is alive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors import hourly
from connectors.contract import Dropped, Get
from connectors.errors import NoObservations, SourceChanged
from connectors.tables import member
from connectors.unpack import json_value

_PAGE = 500
_HOUR_MS = 3_600_000
_LATEST = 4_102_444_800_000  # the year 2100: a timestamp beyond it is not in milliseconds
_CODE = re.compile(r"[0-9A-Z]{6} - ")


def fetch(get: Get, source: Source, name: str) -> list[Payload]:
    """Return the list of stations, all pages, and the values of the last whole year of the pollutant's series."""
    dataset = source.datasets[name]
    payloads: list[Payload] = []
    while True:
        params = {"expanded": "true", "limit": str(_PAGE), "offset": str(_PAGE * len(payloads))}
        payloads.append(get(name, f"{dataset.url}/stations", params=params))
        if len(_listed(payloads[-1], source)) < _PAGE:
            break
    series = sorted(_series(payloads, source, dataset), key=int)
    year = payloads[0].retrieved_at[:4]
    request = {"timeseries": series, "timespan": f"P1Y/{year}-01-01T00:00:00Z"}
    return [*payloads, get(name, f"{dataset.url}/timeseries/getData", json=request)]


def read(payloads: Sequence[Payload], source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return mean and coverage by station and year, provisional, and what was left out; raises ConnectorError."""
    name = payloads[0].dataset
    dataset = source.datasets[name]
    lists = [payload for payload in payloads if isinstance(json_value(source.id, payload), list)]
    stations = {**_declared(dataset), **_series(lists, source, dataset)}
    values = [row for payload in payloads if payload not in lists for row in _values(payload, source)]
    table = pd.DataFrame(values, columns=["series", "end", "value"])
    table = table.assign(point=table["series"].map(stations), hours=1, rank=1.0)
    # A stamp at midnight of 1 January closes the last hour of the year before.
    table["start"] = pd.to_datetime(table["end"] - _HOUR_MS, unit="ms")
    reasons = {
        "the series is of no station in the Region": table["point"].isna(),
        "there is no value": table["value"].isna(),
    }
    dropped = [
        Dropped(name, reason, int(out.sum()), f"series {table['series'][out].iloc[0]}")
        for reason, out in reasons.items()
        if out.any()
    ]
    kept = table[~pd.concat(list(reasons.values()), axis=1).any(axis=1)]
    if kept.empty:
        raise NoObservations(source.id, "not one hour of a station in the Region", dataset=name)
    try:
        readings, doubles = hourly.usable(name, kept, hourly.Plausible.of(dataset))
        years = hourly.annual(readings, float(str(dataset.options["capture"])))
    except hourly.HourlyError as error:
        raise SourceChanged(source.id, str(error), dataset=name) from error
    statistics = {measure.where["statistic"]: key for key, measure in dataset.measures.items()}
    years = years.assign(ref_area=str(dataset.options["ref_area"]))
    return hourly.rows(years, statistics, "station", "P"), [*dropped, *doubles]


def _declared(dataset: Dataset) -> dict[str, str]:
    pairs = dataset.options["series"]
    texts = pairs if isinstance(pairs, tuple) else (str(pairs),)
    return dict(pair.split("=", 1) for pair in texts)


def _listed(payload: Payload, source: Source) -> list[Any]:
    features = json_value(source.id, payload)
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise _changed(payload, source, f"expected a list of stations, found {features!r:.60}")
    return features


def _series(payloads: Sequence[Payload], source: Source, dataset: Dataset) -> dict[str, str]:
    """Return series id -> station code of the pollutant's series at stations inside the box of config."""
    found = {}
    for payload in payloads:
        for feature in _listed(payload, source):
            if not _inside(payload, source, dataset, feature):
                continue
            said = member(source.id, payload, feature, "properties", dict)
            for series, what in member(source.id, payload, said, "timeseries", dict).items():
                if _labelled(payload, source, what, "phenomenon", "id") == str(dataset.options["phenomenon"]):
                    label = _labelled(payload, source, what, "feature", "label")
                    if not _CODE.match(label):
                        raise _changed(payload, source, f"station {label!r:.60} begins with no code")
                    found[series] = label[:6]
    return found


def _labelled(payload: Payload, source: Source, what: Any, part: str, key: str) -> str:
    if not isinstance(what, dict):
        raise _changed(payload, source, f"a series is {what!r:.60}, no object")
    return member(source.id, payload, member(source.id, payload, what, part, dict), key, str)


def _inside(payload: Payload, source: Source, dataset: Dataset, feature: Mapping[str, Any]) -> bool:
    point = member(source.id, payload, member(source.id, payload, feature, "geometry", dict), "coordinates", list)
    if len(point) < 2 or not all(isinstance(part, int | float) for part in point[:2]):
        raise _changed(payload, source, f"coordinates are {point!r:.60}, expected longitude and latitude")
    west, south, east, north = (float(str(dataset.options[side])) for side in ("west", "south", "east", "north"))
    return west <= float(point[0]) <= east and south <= float(point[1]) <= north


def _values(payload: Payload, source: Source) -> list[tuple[str, int, float | None]]:
    answer = json_value(source.id, payload)
    if not isinstance(answer, dict) or not answer:
        raise _changed(payload, source, f"expected an object of series, found {answer!r:.60}")
    rows = []
    for series in answer:
        held = member(source.id, payload, answer, series, dict)
        for pair in member(source.id, payload, held, "values", list):
            if not isinstance(pair, dict):
                raise _changed(payload, source, f"a value of series {series!r:.20} is {pair!r:.60}, no object")
            end = member(source.id, payload, pair, "timestamp", int)
            value = member(source.id, payload, pair, "value", object)
            if isinstance(end, bool) or not 0 < end < _LATEST or end % _HOUR_MS:
                raise _changed(payload, source, f"timestamp {end!r:.30} is no full hour in milliseconds")
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise _changed(payload, source, f"value {value!r:.30} of series {series!r:.20} is no number")
            rows.append((series, end, None if value is None else float(value)))
    return rows


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
