"""Belgian Mobility Company: stops and lines of STIB-MIVB, counted in the Region.

Calls carry the office's own key (header Ocp-Apim-Subscription-Key) and are themselves the acceptance of the publisher's
terms, so the source is off until the office switches it on. An answer is `{results, totalCount}` without paging; inner
values are JSON inside strings (`gpscoordinates`, `name`, `points`); ids keep their leading zeros ("0471"). Files of the
former Opendatasoft portal are the bare list of results and read alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged, SourceUnavailable
from connectors.tables import assemble, member
from connectors.unpack import json_value

SOURCE_ID = "belgian_mobility"
KEY_HEADER = "Ocp-Apim-Subscription-Key"
_STOP = re.compile(r"\d{1,5}[A-Z]?")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return one answer per dataset, called with the office's key; raises SourceUnavailable without one."""
    return [get(name, dataset.url, key_header=KEY_HEADER) for name, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return stops in the Region, and lines, on the day of the call.

    Raises SourceUnavailable for an error object in place of results, SourceChanged for a lost key, a count that does
    not add up, an id that is a number, or text that is not the JSON it should be.
    """
    readers = {"stop_details": _stops, "stops_by_line": _lines}
    return assemble(payloads, source, lambda payload, source: readers[payload.dataset](payload, source))


def _stops(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    seen: set[str] = set()
    inside = 0
    for item in _results(payload, source):
        stop = member(source.id, payload, item, "id", str)
        if not _STOP.fullmatch(stop):
            raise _changed(payload, source, f"key 'id' is {stop!r:.40}")
        if stop in seen:
            raise _changed(payload, source, f"stop {stop} is listed twice")
        seen.add(stop)
        names = _inner(payload, source, item, "name", dict)
        if not any(isinstance(names.get(language), str) for language in ("fr", "nl")):
            raise _changed(payload, source, f"stop {stop} has no name in French or Dutch")
        inside += _inside(payload, source, dataset, stop, _inner(payload, source, item, "gpscoordinates", dict))
    if not inside:
        raise _changed(payload, source, "no stop stands in the Region; were latitude and longitude exchanged?")
    beyond = len(seen) - inside
    rows = _rows(payload, dataset, "stib_stops", inside)
    return rows, [Dropped(payload.dataset, "the stop stands outside the Region", beyond)] if beyond else []


def _lines(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    """Count lines: one line has a row per direction, each with its points in order."""
    directions: set[tuple[str, str]] = set()
    for item in _results(payload, source):
        line = member(source.id, payload, item, "lineid", str)
        direction = member(source.id, payload, item, "direction", str)
        if (line, direction) in directions:
            raise _changed(payload, source, f"line {line!r:.40} {direction!r:.40} is listed twice")
        directions.add((line, direction))
        points = _inner(payload, source, item, "points", list)
        if not points or not all(isinstance(p, dict) and isinstance(p.get("id"), str) for p in points):
            raise _changed(payload, source, f"line {line!r:.40} {direction!r:.40} has points without a text id")
    dataset = source.datasets[payload.dataset]
    return _rows(payload, dataset, "stib_lines", len({line for line, _ in directions})), []


def _results(payload: Payload, source: Source) -> list[Mapping[str, Any]]:
    """Return the results of a whole answer; a count that does not add up was cut."""
    answer = json_value(source.id, payload)
    if isinstance(answer, dict):
        if "results" not in answer and ("message" in answer or "error" in answer):
            cause = f"the publisher answers: {answer.get('message', answer.get('error'))!r:.160}"
            raise SourceUnavailable(source.id, cause, dataset=payload.dataset, url=payload.url)
        results = member(source.id, payload, answer, "results", list)
        total = member(source.id, payload, answer, "totalCount", int)
        if total != len(results):
            raise _changed(payload, source, f"totalCount is {total}, the answer has {len(results)} results: it was cut")
    else:
        results = answer
    if not isinstance(results, list) or not results:
        raise _changed(payload, source, f"expected results, found {results!r:.60}")
    odd = next((item for item in results if not isinstance(item, dict)), None)
    if odd is not None or None in results:
        raise _changed(payload, source, f"a result is {odd!r:.60}, no object")
    return results


def _inner(payload: Payload, source: Source, item: Mapping[str, Any], key: str, kind: type) -> Any:
    """Return the JSON value that stands in a string."""
    text = member(source.id, payload, item, key, str)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _changed(payload, source, f"key {key!r} is {text!r:.60}, expected JSON in a string") from error
    if not isinstance(value, kind):
        raise _changed(payload, source, f"key {key!r} holds {value!r:.60}, expected {kind.__name__}")
    return value


def _inside(payload: Payload, source: Source, dataset: Dataset, stop: str, point: Mapping[str, Any]) -> bool:
    lat, lon = point.get("latitude"), point.get("longitude")
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in (lat, lon)):
        raise _changed(payload, source, f"stop {stop} stands at {lat!r:.40}, {lon!r:.40}")
    west, south, east, north = (float(str(dataset.options[side])) for side in ("west", "south", "east", "north"))
    return bool(west <= float(str(lon)) <= east and south <= float(str(lat)) <= north)


def _rows(payload: Payload, dataset: Dataset, measure: str, count: int) -> pd.DataFrame:
    key = {"ref_area": str(dataset.options["ref_area"]), "time_period": payload.retrieved_at[:10]}
    return pd.DataFrame([{"measure": measure, **key, "obs_value": float(count)}])


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
