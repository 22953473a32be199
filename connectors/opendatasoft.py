"""Opendatasoft portals (Explore API v2.1): how many data sets a city publishes, and how usable they are.

The catalogue is read 100 data sets at a time (/catalog/datasets; `limit` above 100 is refused, -1 means 100, not all)
as long as offset + limit stays below 10,000; larger catalogues come whole from /catalog/exports/json, which has no cap,
and are held against the count of the first page. The catalogue saved by hand as CSV (`;`, byte-order mark, multivalued
cells) or JSON reads alike. Metadata sit under metas.default; a contact is only there where the portal has switched the
DCAT template on. A table (`has_records`) is served as CSV and JSON by the platform itself.

Faults are told in two shapes, {message, error_code} and {errorcode, error, reset_time, call_limit}; the second is a
quota per day, which is not asked again before its reset time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from config.schema import Dataset, Payload, Source
from connectors.catalogue_quality import (
    Page,
    changed,
    expect_known,
    fetch_catalogues,
    has_text,
    host_of,
    objects,
    parse_catalogues,
    parts,
)
from connectors.catalogue_records import Described
from connectors.contract import Get, Observations
from connectors.errors import SourceUnavailable
from connectors.tables import csv_table, member
from connectors.unpack import body, json_value, text

SOURCE_ID = "opendatasoft"
PAGE = 100
CAP = 10_000  # offset + limit stays below it
_SERVED = ("csv", "json")  # the export formats every table of the platform has
_FIELDS = ("license", "modified", "description")
_TRUE = (True, 1, "true", "True", "1")
_CONTACT = ("contact_name", "contact_email")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return all pages of each declared portal's catalogue; raises SourceUnavailable, SourceChanged."""
    return fetch_catalogues(get, source, _catalogue)


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return count and shares (%) of each portal's data sets in the year of retrieval.

    Raises SourceChanged for a lost key, a page that is missing or a count that does not add up, SourceUnavailable for
    an error object in place of the catalogue.
    """
    return parse_catalogues(payloads, source, _page)


def _catalogue(get: Get, source: Source, name: str, dataset: Dataset, portal: str) -> Iterator[Payload]:
    url = dataset.url.format(host=portal)
    first = get(name, url, params={**dataset.params, "limit": str(PAGE), "offset": "0"})
    yield first
    total = member(source.id, first, _answer(first, source), "total_count", int)
    if total + PAGE > CAP:
        yield get(name, url.removesuffix("/datasets") + "/exports/json")
        return
    for offset in range(PAGE, total, PAGE):
        yield get(name, url, params={**dataset.params, "limit": str(PAGE), "offset": str(offset)})


def _answer(payload: Payload, source: Source) -> dict[str, Any]:
    answer = json_value(source.id, payload)
    if not isinstance(answer, dict):
        raise changed(payload, source, f"expected an object with 'results', found {answer!r:.60}")
    fault = answer.get("error") or answer.get("message")
    if fault and "results" not in answer:
        code = answer.get("errorcode", answer.get("error_code", "no code"))
        reset = f"; ask again after {answer['reset_time']}" if "reset_time" in answer else ""
        cause = f"the portal answers with error {code}: {fault}{reset}"
        raise SourceUnavailable(source.id, cause, dataset=payload.dataset, url=payload.url)
    return answer


def _page(payload: Payload, source: Source) -> Page:
    start = body(source.id, payload).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        answer = _answer(payload, source)
        items = member(source.id, payload, answer, "results", list)
        total = member(source.id, payload, answer, "total_count", int)
        return Page(payload, _described(payload, source, items), _hosts(answer), total)
    items = json_value(source.id, payload) if start == b"[" else _table(payload, source)
    return Page(payload, _described(payload, source, items), _hosts(items[0] if items else {}))


def _hosts(item: Any) -> tuple[str, ...]:
    """Return the hosts of an answer's own links, given where the call asks for them."""
    links = item.get("_links") or item.get("links") if isinstance(item, dict) else None
    hrefs = [link.get("href") for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    return tuple(dict.fromkeys(host for href in hrefs if isinstance(href, str) and (host := host_of(href))))


def _described(payload: Payload, source: Source, given: list[Any]) -> tuple[Described, ...]:
    items = objects(payload, source, given)
    templates = [member(source.id, payload, item, "metas", dict) for item in items]
    metas = [member(source.id, payload, template, "default", dict) for template in templates]
    expect_known(payload, source, metas, _FIELDS)
    return tuple(
        _one(payload, source, item, meta, template)
        for item, meta, template in zip(items, metas, templates, strict=True)
    )


def _one(
    payload: Payload, source: Source, item: Mapping[str, Any], meta: Mapping[str, Any], template: Mapping[str, Any]
) -> Described:
    dcat = template.get("dcat")
    served = _SERVED if member(source.id, payload, item, "has_records", bool) else ()
    licence = tuple(str(meta[key]) for key in ("license", "license_url") if has_text(meta.get(key)))
    return Described(
        key=member(source.id, payload, item, "dataset_id", str),
        licences=(licence,),
        formats=(*served, *_attached(payload, source, item)),
        changed=tuple(str(meta[key]) for key in ("modified",) if meta.get(key)),
        description=has_text(meta.get("description")),
        contact=any(has_text(dcat.get(key)) for key in _CONTACT) if isinstance(dcat, dict) else None,
        no_dataset="it is shown from another portal" if meta.get("federated") in _TRUE else "",
    )


def _attached(payload: Payload, source: Source, item: Mapping[str, Any]) -> Iterator[str]:
    """Give the formats of files that stand beside or in place of the table."""
    for key in ("attachments", "alternative_exports"):
        for file in parts(payload, source, item, key):
            if has_text(file.get("mimetype")):
                yield file["mimetype"]


def _table(payload: Payload, source: Source) -> list[dict[str, Any]]:
    """Return the rows of a catalogue saved as CSV in the shape of the JSON answer."""
    table = csv_table(source.id, payload, text(source.id, payload, whole_lines=True), (), ";")
    named = {name.removeprefix("default."): name for name in table.columns}
    key = "dataset_id" if "dataset_id" in named else "datasetid"
    lost = next((name for name in (key, "has_records", *_FIELDS) if name not in named), None)
    if lost:
        raise changed(payload, source, f"column {lost!r} is gone; the file has {', '.join(table.columns)}")
    rows = table.rename(columns={name: bare for bare, name in named.items()}).to_dict("records")
    return [_item(payload, source, key, {str(name): cell for name, cell in row.items()}) for row in rows]


def _item(payload: Payload, source: Source, key: str, row: Mapping[str, str]) -> dict[str, Any]:
    flags = {"true": True, "false": False, "1": True, "0": False}
    if row["has_records"].lower() not in flags:
        raise changed(payload, source, f"column 'has_records' holds {row['has_records']!r}")
    dcat = {name.removeprefix("dcat."): cell for name, cell in row.items() if name.startswith("dcat.")}
    return {
        "dataset_id": row[key],
        "has_records": flags[row["has_records"].lower()],
        "metas": {"default": dict(row), **({"dcat": dcat} if dcat else {})},
    }
