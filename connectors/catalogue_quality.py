"""What an open data catalogue says of itself, counted: the one module behind every portal connector.

A connector turns each answer into a `Page` of `Described` data sets; here pages become whole catalogues, and catalogues
become observations of the year they were retrieved in. Counts are of data sets, shares are % of all data sets of the
catalogue. The reference date of "updated" is the day the pages were retrieved.

What a catalogue leaves unsaid stays unsaid: a licence outside the source's vocabulary is *unknown*, neither open nor
closed, and the unknown have shares of their own (open + closed + unknown = 100).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.catalogue_records import Described, datasets, reported
from connectors.contract import Dropped, Get, Observations
from connectors.errors import NoObservations, SourceChanged
from connectors.tables import assemble_together
from connectors.vocabulary import Openness, Vocabulary, format_code

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[T\s+Z])")
_TAG = re.compile(r"<[^>]*>|&nbsp;|\s")
_ONE_DAY_AHEAD = 1  # a catalogue east of us may already live in tomorrow


@dataclass(frozen=True)
class Page:
    """One answer: the data sets it describes, and what it says of the whole it is a part of."""

    payload: Payload
    datasets: tuple[Described, ...]
    portals: tuple[str, ...] = ()  # names the page gives its portal: hosts, or the value it was filtered by
    total: int | None = None  # data sets in the whole catalogue, where the page says so
    listed: frozenset[str] = frozenset()  # data sets the page counts as the catalogue's, described on it or elsewhere
    address: str = ""  # the page's own address, where it names a following one
    following: str = ""


ReadPage: TypeAlias = Callable[[Payload, Source], Page]
Updated = Literal["yes", "no", "unknown"]


def fetch_catalogues(
    get: Get, source: Source, pages: Callable[[Get, Source, str, Dataset, str], Iterable[Payload]]
) -> list[Payload]:
    """Return the pages of every declared portal of every dataset; `pages` asks one portal for all of its own."""
    return [
        payload
        for name, dataset in source.datasets.items()
        for portal in dataset.aliases
        for payload in pages(get, source, name, dataset, portal)
    ]


def parse_catalogues(payloads: Sequence[Payload], source: Source, read: ReadPage) -> Observations:
    """Return the figures of every catalogue in the payloads (columns OBSERVATION_COLUMNS; counts and %).

    Raises SourceChanged when a page is of no declared portal, when pages are missing or when they do not add up to the
    total they state, NoObservations when a catalogue is empty.
    """

    def rows(parts: Sequence[Payload], source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
        return _rows([read(part, source) for part in parts], source)

    return assemble_together(payloads, source, rows)


def host_of(address: str) -> str:
    """Return the host of an address in lower case, "" when it has none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def has_text(value: object) -> bool:
    """Return whether a value says something: text with more in it than spaces and HTML tags."""
    return isinstance(value, str) and bool(_TAG.sub("", value))


def objects(payload: Payload, source: Source, items: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the items, each an object; raises SourceChanged showing the first that is none."""
    odd = [item for item in items if not isinstance(item, dict)]
    if odd:
        raise changed(payload, source, f"a data set is {odd[0]!r:.60}, no object")
    return list(items)


def parts(payload: Payload, source: Source, record: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects in the list `record[key]`, [] where there is none; raises SourceChanged when it is no list."""
    value = record.get(key)
    if value is not None and not isinstance(value, list):
        raise changed(payload, source, f"key {key!r} is {value!r:.60}; expected a list")
    return [item for item in value or () if isinstance(item, dict)]


def expect_known(payload: Payload, source: Source, items: Sequence[Mapping[str, Any]], keys: Iterable[str]) -> None:
    """Raise SourceChanged when no item has one of `keys`: a field all data sets lack was renamed, not left empty."""
    for key in keys:
        if items and not any(key in item for item in items):
            cause = f"none of the {len(items)} data sets has the key {key!r}; it was renamed or withdrawn"
            raise changed(payload, source, cause)


def changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    """Return the SourceChanged that names the payload's source, dataset and address."""
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)


# --- from pages to whole catalogues -----------------------------------------------------------------------------------


def _rows(pages: Sequence[Page], source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[pages[0].payload.dataset]
    vocabulary = Vocabulary.of(source, dataset)
    areas = [_area(page, source, dataset) for page in pages]
    parts, dropped = [], []
    for area in dict.fromkeys(areas):
        ours = [page for page, its in zip(pages, areas, strict=True) if its == area]
        catalogue, doubles = _whole(ours, source)
        figures, odd = _figures(ours[0].payload, catalogue, vocabulary, _reference(ours))
        parts.append(_frame(dataset, figures, area, str(_reference(ours).year)))
        dropped += [*doubles, *odd]
    return pd.concat(parts, ignore_index=True), dropped


def _area(page: Page, source: Source, dataset: Dataset) -> str:
    """Return the area of the page's portal: the portal it names and the one it was asked of must be one place."""
    names = (*page.portals, host_of(page.payload.url))
    areas = {dataset.aliases[name] for name in names if name in dataset.aliases}
    if len(areas) == 1:
        return areas.pop()
    said = ", ".join(repr(name) for name in dict.fromkeys(names) if name) or "no portal"
    if areas:
        raise changed(page.payload, source, f"the page belongs to several portals: {said}")
    cause = f"the page names {said}; none is a portal under 'aliases' in config/sources/{source.id}.yaml"
    raise changed(page.payload, source, cause)


def _whole(pages: Sequence[Page], source: Source) -> tuple[list[Described], list[Dropped]]:
    """Return every data set once; raise when a page is missing or the pages do not add up."""
    payload = pages[0].payload
    _check_sequence(pages, source)
    described = [item for page in pages for item in page.datasets]
    records = {item.key: item for item in described}
    contradiction = next((item for item in described if records[item.key] != item), None)
    if contradiction is not None:
        raise changed(payload, source, f"data set {contradiction.key!r} is described twice, differently")
    totals = sorted({page.total for page in pages if page.total is not None})
    if len(totals) > 1:
        cause = f"the catalogue changed while it was read: its pages state {totals[0]} and {totals[-1]} data sets"
        raise changed(payload, source, cause)
    catalogue, dropped = datasets(records.values(), payload.dataset)
    expected = totals[0] if totals else len(frozenset().union(*(page.listed for page in pages)))
    # A catalogue may or may not count, or list, records that are no data sets of its own.
    if (totals or expected) and expected not in range(len(catalogue), len(records) + 1):
        verb = "states" if totals else "lists"
        cause = f"the catalogue {verb} {expected} data sets, its pages describe {len(records)}"
        raise changed(payload, source, cause)
    if not catalogue:
        raise NoObservations(source.id, "the catalogue is empty", dataset=payload.dataset, url=payload.url)
    doubled = [key for key, count in Counter(item.key for item in described).items() if count > 1]
    again = len(described) - len(records)
    return catalogue, [*reported(payload.dataset, "the same data set stands twice", again, doubled), *dropped]


def _check_sequence(pages: Sequence[Page], source: Source) -> None:
    present = {page.address for page in pages}
    for page in pages:
        if page.following and page.following not in present:
            raise changed(page.payload, source, f"the page announces {page.following}, which was not read")


def _reference(pages: Sequence[Page]) -> date:
    return max(datetime.fromisoformat(page.payload.retrieved_at).date() for page in pages)


# --- from a catalogue to figures --------------------------------------------------------------------------------------


def _figures(
    payload: Payload, catalogue: Sequence[Described], vocabulary: Vocabulary, today: date
) -> tuple[dict[str, float | None], list[Dropped]]:
    """Return figure name -> count or %; None where the catalogue has no such field."""
    licences = Counter(_openness(item, vocabulary) for item in catalogue)
    formats = Counter(_readable(item, vocabulary) for item in catalogue)
    updates = Counter(_updated(item, today, vocabulary.fresh_days) for item in catalogue)
    contacts = [item.contact for item in catalogue if item.contact is not None]
    size = len(catalogue)
    figures = {
        "datasets": float(size),
        "licence_open": _percent(licences["open"], size),
        "licence_closed": _percent(licences["closed"], size),
        "licence_unknown": _percent(licences["unknown"], size),
        "licence_open_of_known": _percent(licences["open"], licences["open"] + licences["closed"]),
        "machine_readable": _percent(formats[True], size),
        "format_unknown": _percent(formats[None], size),
        "updated": _percent(updates["yes"], size),
        "update_unknown": _percent(updates["unknown"], size),
        "contact": _percent(sum(contacts), size) if contacts else None,
        "description": _percent(sum(item.description for item in catalogue), size),
    }
    left_out = (
        _unmapped(payload, catalogue, vocabulary),
        _ahead(payload, catalogue, today),
        _unreadable(payload, catalogue),
    )
    return figures, [item for report in left_out for item in report]


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _openness(item: Described, vocabulary: Vocabulary) -> Openness:
    """Open only when every part is; closed as soon as one part is; else nobody can say."""
    parts = {vocabulary.openness(statement) for statement in item.licences}
    if "closed" in parts:
        return "closed"
    return "open" if parts == {"open"} else "unknown"


def _readable(item: Described, vocabulary: Vocabulary) -> bool | None:
    codes = {format_code(text) for text in item.formats} - {""}
    return bool(codes & vocabulary.machine_readable) if codes else None


def _updated(item: Described, today: date, fresh_days: int) -> Updated:
    days = _readable_days(item.changed, today) or _readable_days(item.described_on, today)
    if not days:
        return "unknown"
    return "yes" if (today - max(days)).days <= fresh_days else "no"


def _readable_days(texts: Iterable[str], today: date) -> list[date]:
    return [day for day in map(_day, texts) if day is not None and not _is_ahead(day, today)]


def _day(text: str) -> date | None:
    """Return the day a date or moment begins with; a bare year or month is no day."""
    found = _DAY.match(text.strip())
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _is_ahead(day: date, today: date) -> bool:
    return (day - today).days > _ONE_DAY_AHEAD


def _unmapped(payload: Payload, catalogue: Sequence[Described], vocabulary: Vocabulary) -> Iterator[Dropped]:
    """Report the licences the vocabulary lacks, the commonest as example: the list to extend it by."""
    unknown = Counter(
        " | ".join(statement)
        for item in catalogue
        for statement in {part for part in item.licences if any(part)}
        if vocabulary.openness(statement) == "unknown"
    )
    if unknown:
        reason = "the licence is not in the vocabulary and counts as unknown"
        yield Dropped(payload.dataset, reason, unknown.total(), min(unknown, key=lambda text: (-unknown[text], text)))


def _ahead(payload: Payload, catalogue: Sequence[Described], today: date) -> Iterator[Dropped]:
    dates = [(item.key, text, _day(text)) for item in catalogue for text in (*item.changed, *item.described_on)]
    later = [f"{key} {text}" for key, text, day in dates if day is not None and _is_ahead(day, today)]
    if later:
        reason = "the date of change lies after the day of retrieval"
        yield Dropped(payload.dataset, reason, len(later), min(later))


def _unreadable(payload: Payload, catalogue: Sequence[Described]) -> list[Dropped]:
    wrong = sorted(
        f"{item.key} {text!r:.40}"
        for item in catalogue
        for text in (*item.changed, *item.described_on)
        if _day(text) is None
    )
    return reported(payload.dataset, "the date of change names no day", len(wrong), wrong)


def _frame(dataset: Dataset, figures: Mapping[str, float | None], area: str, year: str) -> pd.DataFrame:
    rows = [(name, figures[measure.where["figure"]]) for name, measure in dataset.measures.items()]
    frame = pd.DataFrame(rows, columns=["measure", "obs_value"]).astype({"obs_value": float})
    return frame.assign(ref_area=area, time_period=year)
