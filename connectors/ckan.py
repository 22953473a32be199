"""CKAN 3 portals (and DKAN): how many data sets a place publishes, and how usable they are.

package_search is paged by `start`; `rows` is cut to the site's own maximum without a word, so the next page begins
after what came, not after what was asked. Every answer says `success`; an error object can come with status 200. DKAN
answers with a list in place of {count, results}, sometimes a list in a list, and no count. Formats are free text (CSV,
csv, text/csv, .csv); the licence is an id, an address or a title, each of which may be null. A data set is as new as
its newest file; where no file has a readable date, as the record itself. Harvest sources, showcases, deleted and
private packages are no data sets, and one record harvested under two ids is one.
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
from connectors.catalogue_records import Described, origin
from connectors.contract import Get, Observations
from connectors.errors import SourceUnavailable
from connectors.tables import member
from connectors.unpack import json_value

SOURCE_ID = "ckan"
ROWS = 1000  # the most that a default installation gives
MOST_PAGES = 1000
_LICENCE = ("license_id", "license_url", "license_title")
_DATASET, _ACTIVE = "dataset", "active"
_ORIGINS = ("uri", "guid", "identifier")
_CONTACT = ("maintainer_email", "author_email", "contact_email", "maintainer", "author", "contact_point", "contact")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return all pages of each declared portal's package_search; raises SourceUnavailable, SourceChanged."""
    return fetch_catalogues(get, source, _catalogue)


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return count and shares (%) of each portal's data sets in the year of retrieval.

    Raises SourceUnavailable when the portal answers success=false, SourceChanged for a lost key or a count that the
    pages do not add up to.
    """
    return parse_catalogues(payloads, source, _page)


def _catalogue(get: Get, source: Source, name: str, dataset: Dataset, portal: str) -> Iterator[Payload]:
    start = 0
    for _ in range(MOST_PAGES):
        params = {**dataset.params, "rows": str(ROWS), "start": str(start)}
        payload = get(name, dataset.url.format(host=portal), params=params)
        yield payload
        packages, count = _packages(payload, source)
        start += len(packages)
        if count is None or not packages or start >= count:
            return
    cause = f"the portal gives {start} data sets in {MOST_PAGES} pages and has more; its pages are too small to read"
    raise SourceUnavailable(source.id, cause, dataset=name)


def _packages(payload: Payload, source: Source) -> tuple[list[Any], int | None]:
    """Return the packages of an answer and the count of all, None where (DKAN) there is none."""
    result = _result(payload, source).get("result")
    if isinstance(result, list):
        return [item for part in result for item in (part if isinstance(part, list) else [part])], None
    if not isinstance(result, dict):
        raise changed(payload, source, f"key 'result' is {result!r:.60}; expected an object or a list")
    return member(source.id, payload, result, "results", list), member(source.id, payload, result, "count", int)


def _result(payload: Payload, source: Source) -> dict[str, Any]:
    answer = json_value(source.id, payload)
    if not isinstance(answer, dict):
        raise changed(payload, source, f"expected an object with 'success' and 'result', found {answer!r:.60}")
    if not member(source.id, payload, answer, "success", bool):
        cause = f"the portal answers success=false: {_fault(answer.get('error'))}"
        raise SourceUnavailable(source.id, cause, dataset=payload.dataset, url=payload.url)
    return answer


def _fault(error: Any) -> str:
    """Return an error object as words: its type, then its message or the messages of its fields."""
    if not isinstance(error, dict):
        return f"{error!r:.200}"
    fields = [f"{key}: {value}" for key, value in error.items() if key not in ("__type", "message")]
    return f"{error.get('__type', 'no type')}, {error.get('message') or '; '.join(fields) or 'no message'}"[:300]


def _page(payload: Payload, source: Source) -> Page:
    given, count = _packages(payload, source)
    packages = objects(payload, source, given)
    expect_known(payload, source, packages, ("metadata_modified", "notes", "resources"))
    _expect_one(payload, source, packages, _LICENCE)
    has_contact_field = any(key in package for package in packages for key in _CONTACT)
    described = tuple(_described(payload, source, package, has_contact_field) for package in packages)
    host = host_of(str(_result(payload, source).get("help", "")))
    return Page(payload, described, (host,) if host else (), count)


def _expect_one(payload: Payload, source: Source, packages: list[dict[str, Any]], keys: tuple[str, ...]) -> None:
    if packages and not any(key in package for package in packages for key in keys):
        raise changed(payload, source, f"none of the {len(packages)} data sets has one of the keys {', '.join(keys)}")


def _described(payload: Payload, source: Source, package: Mapping[str, Any], has_contact_field: bool) -> Described:
    resources = parts(payload, source, package, "resources")
    files = [str(item["last_modified"]) for item in resources if item.get("last_modified")]
    record = [str(package["metadata_modified"])] if package.get("metadata_modified") else []
    return Described(
        key=member(source.id, payload, package, "id", str),
        licences=(tuple(str(package[key]) for key in _LICENCE if has_text(package.get(key))),),
        formats=tuple(text for item in resources if (text := _format(item))),
        changed=tuple(files),
        described_on=tuple(record),
        description=has_text(package.get("notes")),
        contact=any(_is_said(package.get(key)) for key in _CONTACT) if has_contact_field else None,
        record=_origin(payload, source, package),
        no_dataset=_no_dataset(package),
    )


def _origin(payload: Payload, source: Source, package: Mapping[str, Any]) -> str:
    """Return what a record is known by at its origin: portals that harvest each other keep it among the extras."""
    extras = {str(item.get("key")): item.get("value") for item in parts(payload, source, package, "extras")}
    return origin(*(said.get(key) for key in _ORIGINS for said in (package, extras)))


def _no_dataset(package: Mapping[str, Any]) -> str:
    """Return why a package is none of the portal's data sets; "" for one that is."""
    kind, state = package.get("type") or _DATASET, package.get("state") or _ACTIVE
    if kind != _DATASET:
        return f"its type is {kind!r:.40}, no data set"
    if state != _ACTIVE:
        return f"its state is {state!r:.40}, not active"
    return "it is private" if package.get("private") in (True, 1, "true", "True") else ""


def _format(resource: Mapping[str, Any]) -> str:
    return next((str(resource[key]) for key in ("format", "mimetype") if has_text(resource.get(key))), "")


def _is_said(value: object) -> bool:
    """Return whether a contact is there: a name or address, or a list or object that holds one."""
    if isinstance(value, dict):
        return any(_is_said(part) for part in value.values())
    return any(_is_said(part) for part in value) if isinstance(value, list) else has_text(value)
