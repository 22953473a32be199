"""OpenAQ v3: annual means of hourly PM2.5 and NO2 per sensor, µg/m³, with coverage; a second way to the same stations.

Two forms: pages of the interface (`/locations`, `/sensors/{id}/hours`, JSON, a key in the header X-API-Key) and files
of the keyless archive (CSV). A stamp is the END of its hour. Pages end with a short one: `meta.found` may be a number
or a text such as ">5". Units differ by country: parts per million are converted where config gives the factor, else
refused. Belgian values come from the EEA's unverified data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors import hourly
from connectors.contract import Dropped, Get, Observations
from connectors.errors import NoObservations, SourceChanged
from connectors.tables import assemble_together, csv_table, member
from connectors.unpack import body, json_value, text

SOURCE_ID = "openaq"
KEY_HEADER = "X-API-Key"
PAGE = 1000
_LOCATIONS = "locations"
_SENSOR = re.compile(r"/sensors/(\d+)/hours")
_CSV = ("sensors_id", "datetime", "lat", "lon", "parameter", "units", "value")
_HOUR = "01:00:00"
_MICROGRAMS = "µg/m³"


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the locations in the place and the hours of each of their sensors in the last whole year, all pages.

    Raises SourceUnavailable (no key, refused, over the limit) and SourceChanged for pages that repeat or do not add up.
    """
    listed = source.datasets[_LOCATIONS]
    sides = [str(listed.options[side]) for side in ("west", "south", "east", "north")]
    locations = _pages(get, source, _LOCATIONS, f"{listed.url}/locations", {"bbox": ",".join(sides)})
    payloads = list(locations)
    year = int(locations[0].retrieved_at[:4]) - 1
    span = {"datetime_from": f"{year}-01-01T00:00:00Z", "datetime_to": f"{year + 1}-01-01T00:00:00Z"}
    for name, dataset in source.datasets.items():
        if name == _LOCATIONS:
            continue
        for sensor in _sensors(locations, source, str(dataset.options["parameter"])):
            payloads += _pages(get, source, name, f"{dataset.url}/sensors/{sensor}/hours", span)
    return payloads


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return mean and coverage by sensor and year, and the number of monitors and other sensors in the place."""
    listed = [payload for payload in payloads if payload.dataset == _LOCATIONS]
    return assemble_together(payloads, source, partial(_read, listed=listed))


def _pages(get: Get, source: Source, name: str, url: str, asked: Mapping[str, str]) -> list[Payload]:
    pages: list[Payload] = []
    rows = 0
    while True:
        params = {**asked, "limit": str(PAGE), "page": str(len(pages) + 1)}
        page = get(name, url, params=params, key_header=KEY_HEADER)
        meta, results = _answer(page, source)
        if results and pages and page.sha256 == pages[-1].sha256:
            raise _changed(page, source, f"page {len(pages) + 1} repeats the page before it")
        pages.append(page)
        rows += len(results)
        if len(results) < PAGE:
            break
    found = meta.get("found")
    if isinstance(found, int) and found > rows:
        raise _changed(page, source, f"the interface counts {found} rows and gave {rows}")
    return pages


def _answer(payload: Payload, source: Source) -> tuple[Mapping[str, Any], list[Any]]:
    answer = json_value(source.id, payload)
    if not isinstance(answer, dict):
        raise _changed(payload, source, f"expected an object, found {answer!r:.60}")
    results = member(source.id, payload, answer, "results", list)
    if not all(isinstance(row, dict) for row in results):
        raise _changed(payload, source, "a result is no object")
    return member(source.id, payload, answer, "meta", dict), results


def _sensors(locations: Sequence[Payload], source: Source, parameter: str) -> dict[str, bool]:
    """Return sensor id -> whether it is an official monitor, of one parameter, inside the place."""
    found = {}
    for payload in locations:
        for location in _answer(payload, source)[1]:
            point = member(source.id, payload, location, "coordinates", dict)
            monitor = member(source.id, payload, location, "isMonitor", bool)
            x, y = (member(source.id, payload, point, side, object) for side in ("longitude", "latitude"))
            if not (isinstance(x, int | float) and isinstance(y, int | float)):
                raise _changed(payload, source, f"a location stands at {y!r:.30}, {x!r:.30}")
            if not _inside(source.datasets[_LOCATIONS], x, y):
                continue
            for sensor in member(source.id, payload, location, "sensors", list):
                if _parameter(payload, source, sensor) == parameter:
                    found[str(member(source.id, payload, sensor, "id", int))] = monitor
    return found


def _parameter(payload: Payload, source: Source, row: Any) -> str:
    if not isinstance(row, dict):
        raise _changed(payload, source, f"a sensor is {row!r:.60}, no object")
    return member(source.id, payload, member(source.id, payload, row, "parameter", dict), "name", str)


def _inside(dataset: Dataset, x: float, y: float) -> bool:
    west, south, east, north = (float(str(dataset.options[side])) for side in ("west", "south", "east", "north"))
    return west <= x <= east and south <= y <= north


def _read(payloads: Sequence[Payload], source: Source, listed: list[Payload]) -> tuple[pd.DataFrame, list[Dropped]]:
    name = payloads[0].dataset
    place = str(source.datasets[_LOCATIONS].options["ref_area"])
    if name == _LOCATIONS:
        return _counts(payloads, source).assign(ref_area=place), []
    dataset = source.datasets[name]
    known = _sensors(listed, source, str(dataset.options["parameter"]))
    parts = [part for payload in payloads if len(part := _hours(payload, source, dataset, known))]
    if not parts:
        raise NoObservations(source.id, "no sensor has an hour", dataset=name)
    table = pd.concat(parts, ignore_index=True)
    reasons = {
        "OpenAQ flags the hour": table["flagged"],
        "the sensor stands outside the place": ~table["inside"],
        "there is no value": table["value"].isna(),
    }
    dropped = [hourly.report(name, reason, table[out]) for reason, out in reasons.items() if out.any()]
    kept = table[~pd.concat(list(reasons.values()), axis=1).any(axis=1)]
    if kept.empty:
        raise NoObservations(source.id, "not one usable hour of a sensor in the place", dataset=name)
    try:
        readings, doubles = hourly.usable(name, kept, hourly.Plausible.of(dataset))
        years = hourly.annual(readings, float(str(dataset.options["capture"])))
    except hourly.HourlyError as error:
        raise _changed(payloads[0], source, str(error)) from error
    statistics = {measure.where["statistic"]: name for name, measure in dataset.measures.items()}
    return hourly.rows(years.assign(ref_area=place), statistics, "sensor", "P"), [*dropped, *doubles]


def _counts(payloads: Sequence[Payload], source: Source) -> pd.DataFrame:
    """Return how many official monitors and other sensors were listed in the place, by the year of the answer."""
    rows = []
    for name, measure in source.datasets[_LOCATIONS].measures.items():
        kinds = list(_sensors(payloads, source, measure.where["parameter"]).values())
        rows += [(name, "kind=monitor", float(sum(kinds))), (name, "kind=other", float(len(kinds) - sum(kinds)))]
    frame = pd.DataFrame(rows, columns=["measure", "group", "obs_value"])
    return frame.assign(time_period=payloads[0].retrieved_at[:4])


def _hours(payload: Payload, source: Source, dataset: Dataset, known: Mapping[str, bool]) -> pd.DataFrame:
    """Return `point, start, hours, value (µg/m³), rank, flagged, inside` of a page or of a file of the archive."""
    page = body(source.id, payload).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
    raw = _page_rows(payload, source, known) if page else _file_rows(payload, source)
    if raw.empty:
        return raw  # a sensor that is silent all year, or the page after a full last one
    wanted = str(dataset.options["parameter"])
    raw = raw[raw["parameter"] == wanted] if not page else raw
    odd = raw.loc[raw["parameter"] != wanted, "parameter"]
    if raw.empty or len(odd):
        raise _changed(payload, source, f"there is no {wanted} in it, or something else beside it")
    try:
        start = pd.to_datetime(raw["end"], utc=True, format="ISO8601").dt.tz_localize(None) - pd.Timedelta(hours=1)
        value = pd.Series(pd.to_numeric(raw["value"]), index=raw.index, dtype=float)
    except (ValueError, TypeError, OverflowError) as error:
        raise _changed(payload, source, f"a stamp or value is none: {error}") from error
    factor = raw["units"].map(_factors(dataset))
    if factor.isna().any():
        unit = raw.loc[factor.isna(), "units"].iloc[0]
        raise _changed(payload, source, f"values are in {unit!r}, and config gives no factor for it")
    return raw.assign(start=start, value=value * factor, hours=1, rank=1.0)


def _factors(dataset: Dataset) -> dict[str, float]:
    factor = dataset.options.get("ppm_factor")
    return {_MICROGRAMS: 1.0, **({"ppm": float(str(factor))} if factor is not None else {})}


def _page_rows(payload: Payload, source: Source, known: Mapping[str, bool]) -> pd.DataFrame:
    sensor = _SENSOR.search(payload.url)
    if not sensor:
        raise _changed(payload, source, "the address names no sensor (/sensors/ID/hours)")
    rows = []
    for row in _answer(payload, source)[1]:
        period = member(source.id, payload, row, "period", dict)
        interval = member(source.id, payload, period, "interval", str)
        if interval != _HOUR:
            raise _changed(payload, source, f"a value covers {interval}, expected an hour")
        parameter = member(source.id, payload, row, "parameter", dict)
        flags = row.get("flagInfo") or {}
        rows.append(
            {
                "point": sensor[1],
                "end": member(source.id, payload, member(source.id, payload, period, "datetimeTo", dict), "utc", str),
                "value": member(source.id, payload, row, "value", object),
                "parameter": _parameter(payload, source, row),
                "units": member(source.id, payload, parameter, "units", str),
                "flagged": isinstance(flags, dict) and bool(flags.get("hasFlags")),
                "inside": sensor[1] in known,
            }
        )
    return pd.DataFrame(rows)


def _file_rows(payload: Payload, source: Source) -> pd.DataFrame:
    content = text(source.id, payload, whole_lines=True)
    # The documentation writes sensor_id, the files sensors_id.
    table = csv_table(source.id, payload, content.replace("sensor_id", "sensors_id", 1), _CSV)
    try:
        places = [(float(x), float(y)) for x, y in zip(table["lon"], table["lat"], strict=True)]
    except ValueError as error:
        raise _changed(payload, source, f"a coordinate is none: {error}") from error
    inside = [_inside(source.datasets[_LOCATIONS], x, y) for x, y in places]
    return table.rename(columns={"sensors_id": "point", "datetime": "end"}).assign(inside=inside, flagged=False)


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
