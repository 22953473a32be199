"""How Eurostat is asked: in parts where the address or the answer would be too large, again where it is postponed.

Too large (413): the places are halved, then the years. Postponed: the Statistics service says so in a warning and is
asked again later; SDMX gives a ticket whose status is looked at until the data can be called for. A place that SDMX
does not know fails the whole query (400, "GEO=XX"): it is asked again without that place, and the payload's note says
so. No validators are sent: the structure answer names the moment of the last change, the mark of a kept answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from urllib.parse import parse_qs, urlsplit

from config.schema import Dataset, Payload, Source
from connectors.contract import Get, Version
from connectors.errors import SourceUnavailable

PLACES = ("geo", "cities", "c[geo]", "c[cities]")
SINCE, UNTIL = "sinceTimePeriod", "untilTimePeriod"
_FIRST, _LAST = 1960, 2059  # the years that Eurostat's tables can have
_NOT_ALLOWED = re.compile(r"\b([A-Z_]+)=([A-Z0-9_]+(?:,[A-Z0-9_]+)*)")
_TICKET = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STATE = re.compile(rb"\b(SUBMITTED|PROCESSING|AVAILABLE|EXPIRED)\b")
_HEAD = 4096  # bytes in which a message is told from a table
Params = dict[str, str | Sequence[str]]


def answers(get: Get, source: Source, name: str) -> Iterator[Payload]:
    """Yield the live answers of one dataset; raises SourceUnavailable."""
    dataset = source.datasets[name]
    version = _version(get, source, name) if "/statistics/" in dataset.url else None
    for params in _batches(dataset):
        yield from _asked(get, name, dataset, params, version)


def places_asked(payloads: Sequence[Payload]) -> list[str]:
    """Return the codes of the places that the payloads' addresses ask for, in their order; [] for a file by hand."""
    queries = [parse_qs(urlsplit(payload.url).query) for payload in payloads]
    given = [value for query in queries for name in PLACES for value in query.get(name, ())]
    return list(dict.fromkeys(code for value in given for code in value.split(",")))


def _batches(dataset: Dataset) -> Iterator[Params]:
    """Yield the parameters of each call: the `batch` parameter in parts, so that no address grows too long."""
    params: Params = dict(dataset.params)
    name = str(dataset.options.get("batch", ""))
    codes = params.get(name, ())
    size = int(str(dataset.options.get("batch_size", 0)))
    if isinstance(codes, str) or not size:
        yield params
        return
    for start in range(0, len(codes), size):
        yield {**params, name: codes[start : start + size]}


def _asked(get: Get, name: str, dataset: Dataset, params: Params, version: Version | None) -> list[Payload]:
    """Return the answers to one query, split or without its unknown places where the publisher refuses it whole."""
    try:
        payload = get(name, dataset.url, params=_written(params), ready=_is_table, version=version)
    except SourceUnavailable as error:
        unknown = _unknown(params, error)
        if unknown:
            return _asked_without(get, name, dataset, params, version, unknown)
        halves = _halves(params) if error.status == 413 else []
        if not halves:
            raise
        return [part for half in halves for part in _asked(get, name, dataset, half, version)]
    return [_called_for(get, name, dataset, payload)]


def _asked_without(
    get: Get, name: str, dataset: Dataset, params: Params, version: Version | None, unknown: tuple[str, str]
) -> list[Payload]:
    parameter, code = unknown
    left = tuple(place for place in params[parameter] if place != code)
    note = f"the publisher does not know the place {code}; asked again without it"
    first, *rest = _asked(get, name, dataset, {**params, parameter: left}, version)
    return [first.model_copy(update={"note": "; ".join(filter(None, (note, first.note)))}), *rest]


def _called_for(get: Get, name: str, dataset: Dataset, payload: Payload) -> Payload:
    """Return the data of an asynchronous answer once they are there; any other answer as it is."""
    head = payload.content[:_HEAD]
    ticket = _TICKET.search(head)
    if not (head.lstrip().startswith(b"<") and ticket and _STATE.search(head)):
        return payload
    base = dataset.url.partition("/sdmx/")[0] + "/1.0/async"
    uuid = ticket[0].decode()
    state = _STATE.search(get(name, f"{base}/status/{uuid}", ready=_is_done).content)
    if not state or state[1] != b"AVAILABLE":
        raise SourceUnavailable("eurostat", f"the postponed answer {uuid} has expired", dataset=name, url=payload.url)
    data = get(name, f"{base}/data/{uuid}")
    return data.model_copy(update={"url": payload.url})  # the query says what it is; the ticket is gone tomorrow


def _is_table(content: bytes) -> bool:
    """Return whether an answer is no longer the warning that it is being prepared."""
    if len(content) > _HEAD or b'"warning"' not in content:
        return True
    try:
        said = json.loads(content)
    except ValueError:
        return True
    return not (isinstance(said, Mapping) and "warning" in said and "value" not in said)


def _is_done(content: bytes) -> bool:
    state = _STATE.search(content[:_HEAD])
    return state is None or state[1] in (b"AVAILABLE", b"EXPIRED")


def _unknown(params: Params, error: SourceUnavailable) -> tuple[str, str] | None:
    """Return (parameter, code) of a place the publisher refuses by name, of several asked for."""
    if error.status != 400:
        return None
    for dimension, codes in _NOT_ALLOWED.findall(error.cause):
        for parameter in (dimension.lower(), f"c[{dimension.lower()}]"):
            asked = params.get(parameter, "")
            known = [code for code in codes.split(",") if parameter in PLACES and code in asked]
            if known and not isinstance(asked, str) and len(asked) > 1:
                return parameter, known[0]
    return None


def _halves(params: Params) -> list[Params]:
    """Return a query as two of about half its size: by place, else by year; [] for what cannot be halved."""
    for name in PLACES:
        codes = params.get(name, ())
        if not isinstance(codes, str) and len(codes) > 1:
            middle = len(codes) // 2
            return [{**params, name: codes[:middle]}, {**params, name: codes[middle:]}]
    since, until = int(str(params.get(SINCE, _FIRST))), int(str(params.get(UNTIL, _LAST)))
    middle = (since + until) // 2
    if any(name.startswith("c[") for name in params) or since >= until:
        return []
    return [{**params, SINCE: str(since), UNTIL: str(middle)}, {**params, SINCE: str(middle + 1), UNTIL: str(until)}]


def _written(params: Params) -> Params:
    """Return the parameters as the service reads them: SDMX 3.0 lists codes with commas, Statistics repeats them."""
    return {
        name: value if isinstance(value, str) or not name.startswith("c[") else ",".join(value)
        for name, value in params.items()
    }


def _version(get: Get, source: Source, name: str) -> Version:
    """Return a function that gives the moment of the table's last change, "" where the structure does not tell."""
    code = str(source.datasets[name].options.get("code", name))
    url = (source.change_check or "").replace("{code}", code)

    @cache
    def version() -> str:
        try:
            structure = json.loads(get(name, url).content) if url else {}
            notes = structure["extension"]["annotation"]
            return next(str(note["date"]) for note in notes if note.get("type") == "UPDATE_DATA")
        except (SourceUnavailable, ValueError, LookupError, TypeError, AttributeError, StopIteration):
            return ""  # the table is then fetched whole, which is never wrong

    return version
