"""data.europa.eu (hub search): the data sets of a country as the European portal has harvested them.

One query per country (facet `country`), read by scrolling: ordinary paging ends at 10,000 data sets. `includes` keeps
what is not counted out of the answers. Texts are maps of language -> text and may be empty. Each answer is known by the
country of its data sets, not by the address alone; `catalog_record` dates are those of the harvest and are not used. A
licence whose label the portal does not know is its own address.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from config.schema import Dataset, Payload, Source
from connectors.catalogue_quality import (
    Page,
    changed,
    expect_known,
    has_text,
    objects,
    parse_catalogues,
    parts,
)
from connectors.catalogue_records import Described, Statement, origin
from connectors.contract import Get, Observations
from connectors.errors import SourceUnavailable
from connectors.tables import member
from connectors.unpack import json_value

SOURCE_ID = "data_europa"
MOST_PAGES = 1000
_SPELLINGS = ("resource", "id", "label")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return all answers for each declared country; raises SourceUnavailable, SourceChanged."""
    return [
        payload
        for name, dataset in source.datasets.items()
        for country in dataset.aliases
        for payload in _country(get, source, name, dataset, country)
    ]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return count and shares (%) of each country's data sets in the year of retrieval.

    Raises SourceChanged for a lost key, data sets of several countries in one answer, or a count that does not add up.
    """
    return parse_catalogues(payloads, source, _page)


def _country(get: Get, source: Source, name: str, dataset: Dataset, country: str) -> Iterator[Payload]:
    params = {**dataset.params, "facets": json.dumps({"country": [country]}), "scroll": "true"}
    payload = get(name, dataset.url, params=params)
    yield payload
    result = _result(payload, source)
    total, got = member(source.id, payload, result, "count", int), len(_items(payload, source, result))
    for _ in range(MOST_PAGES):
        if got >= total:
            return
        scroll = member(source.id, payload, result, "scrollId", str)
        payload = get(name, dataset.url.removesuffix("/search") + "/scroll", params={"scrollId": scroll})
        yield payload
        result = _result(payload, source)
        if not _items(payload, source, result):
            raise changed(payload, source, f"the portal states {total} data sets and stops after {got}")
        got += len(_items(payload, source, result))
    cause = f"the portal gives {got} of {total} data sets in {MOST_PAGES} pages; raise 'limit'"
    raise SourceUnavailable(source.id, cause, dataset=name)


def _result(payload: Payload, source: Source) -> dict[str, Any]:
    answer = json_value(source.id, payload)
    if not isinstance(answer, dict):
        raise changed(payload, source, f"expected an object with 'result', found {answer!r:.60}")
    if answer.get("success") is False or ("result" not in answer and ("error" in answer or "message" in answer)):
        cause = f"the portal answers with an error: {answer.get('error') or answer.get('message')!r:.200}"
        raise SourceUnavailable(source.id, cause, dataset=payload.dataset, url=payload.url)
    return member(source.id, payload, answer, "result", dict)


def _items(payload: Payload, source: Source, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    return objects(payload, source, member(source.id, payload, result, "results", list))


def _page(payload: Payload, source: Source) -> Page:
    result = _result(payload, source)
    items = _items(payload, source, result)
    expect_known(payload, source, items, ("description", "modified", "distributions", "contact_point"))
    countries = {str(member(source.id, payload, item, "country", dict).get("id")) for item in items}
    if len(countries) > 1:
        raise changed(payload, source, f"one answer has data sets of several countries: {', '.join(sorted(countries))}")
    total = member(source.id, payload, result, "count", int) if "count" in result else None
    return Page(payload, tuple(_described(payload, source, item) for item in items), tuple(countries), total)


def _described(payload: Payload, source: Source, item: Mapping[str, Any]) -> Described:
    files = parts(payload, source, item, "distributions")
    return Described(
        key=member(source.id, payload, item, "id", str),
        licences=tuple(_spellings(file.get("license")) for file in files) or ((),),
        formats=tuple(text for file in files for key in ("format", "media_type") for text in _spellings(file.get(key))),
        changed=tuple(str(item[key]) for key in ("modified", "issued") if item.get(key)),
        description=_is_said(item.get("description")),
        contact=_is_said(item.get("contact_point")),
        record=_record(item),
        no_dataset="it is a series of data sets" if _is_series(item) else "",
    )


def _record(item: Mapping[str, Any]) -> str:
    """Return what a data set is known by at its origin: two national catalogues may give the same one."""
    names = item.get("identifier")
    return origin(*(names if isinstance(names, list) else [names]))


def _is_series(item: Mapping[str, Any]) -> bool:
    kind = item.get("type")
    return (
        any(str(kind.get(key, "")).endswith("DatasetSeries") for key in _SPELLINGS) if isinstance(kind, dict) else False
    )


def _spellings(value: object) -> Statement:
    """Return a licence or format in its spellings: the list's address, its code, its label."""
    if isinstance(value, dict):
        return tuple(dict.fromkeys(str(value[key]) for key in _SPELLINGS if has_text(value.get(key))))
    return (value,) if isinstance(value, str) and has_text(value) else ()


def _is_said(value: object) -> bool:
    if isinstance(value, dict):
        return any(_is_said(part) for key, part in value.items() if key != "type")
    return any(_is_said(part) for part in value) if isinstance(value, list) else has_text(value)
