"""Eurostat Regional Yearbook, the data behind a map: a value per NUTS 2 region (2024) and map option, in %.

JSON: `options` hold a label, a subtitle whose last words are the reference year, `data` by region code, and a footnote.
The footnote carries what the numbers do not: regions of another reference year, and regions of low reliability (status
U), some for one option only. ":" is a missing value. Country codes among the regions are layout and left out. A chapter
without such files is read from its workbook (`connectors.eurostat_map_books`), a bar chart of Urban-rural Europe by
`connectors.eurostat_map_charts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.eurostat_map_books import read_book
from connectors.eurostat_map_charts import read_chart
from connectors.flags import status
from connectors.tables import assemble, is_workbook, member
from connectors.unpack import body, json_value

SOURCE_ID = "eurostat_maps"
_ABSENT = ":"
_NUTS2 = re.compile(r"[A-Z]{2}[0-9A-Z]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}(?:\d{2}_\d{4})?")
_REFERENCE_YEAR = re.compile(r"\b((?:19|20)\d{2})\)?$")
_SENTENCE_END = re.compile(r"\.(?:\s+|$)")
_OTHER_YEAR = re.compile(r"(?P<areas>.+?)[,:] (?P<year>(?:19|20)\d{2})")
_LOW = re.compile(r"(?P<areas>.+): low reliability(?: for (?P<option>.+))?")
_CODE = re.compile(r"\(([A-Z]{2}[0-9A-Z]{0,2})\)")
_MEANINGFUL = re.compile(r"\d{4}|\([A-Z]{2}[0-9A-Z]{0,2}\)|reliab|break|provisional|estimate", re.IGNORECASE)


@dataclass
class Footnote:
    """What a footnote says: area code prefixes with another reference year, and those of low reliability."""

    years: dict[str, str] = field(default_factory=dict)
    unreliable: set[str] = field(default_factory=set)


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the data file of each declared map that has an address of its own; raises SourceUnavailable."""
    return [get(name, dataset.url) for name, dataset in source.datasets.items() if dataset.mode != "hand"]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return one value per region and map option, e.g. group "isced=ED5-8", dated by the subtitle and the footnote.

    Raises SourceChanged for another title, unit or level, an unknown option, or a footnote that cannot be understood.
    """
    return assemble(payloads, source, _read)


def read_footnote(text: str, option: str, dataset: Dataset) -> Footnote:
    """Return the exceptions a footnote states for one map option.

    Raises ValueError naming the sentence when one speaks of a year, a region or quality in words we do not know.
    """
    note = Footnote()
    for sentence in _sentences(text):
        other_year, low = _OTHER_YEAR.fullmatch(sentence), _LOW.fullmatch(sentence)
        if other_year:
            note.years.update(dict.fromkeys(_areas(other_year["areas"], dataset), other_year["year"]))
        elif low:
            if _concerns(low["option"], option, dataset):
                note.unreliable.update(_areas(low["areas"], dataset))
        elif _MEANINGFUL.search(sentence):
            raise ValueError(f"the footnote says {sentence!r}, which no rule reads")
    return note


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    if is_workbook(body(source.id, payload)):
        return read_book(payload, source)
    if dataset.options.get("form") == "chart":
        return read_chart(payload, source)
    content = json_value(source.id, payload)
    if not isinstance(content, dict):
        raise _changed(payload, source, f"expected a JSON object, found {content!r:.60}")
    options = member(source.id, payload, content, "options", list)
    records = [record for option in options for record in _option(payload, source, dataset, content, option)]
    _require_options(payload, source, dataset, records)
    regional = [record for record in records if _NUTS2.fullmatch(record["ref_area"])]
    reason = "the area is a country, not a NUTS 2 region"
    gone = [record["ref_area"] for record in records if not _NUTS2.fullmatch(record["ref_area"])]
    return pd.DataFrame(regional), [Dropped(payload.dataset, reason, len(gone), gone[0])] if gone else []


def _option(
    payload: Payload, source: Source, dataset: Dataset, content: Mapping[str, Any], option: Any
) -> Iterator[dict[str, Any]]:
    if not isinstance(option, dict):
        raise _changed(payload, source, f"a map option is {option!r:.60}, no object")
    label, subtitle, footnote = (
        member(source.id, payload, option, key, str) for key in ("label", "subtitle", "footnote")
    )
    measure, group = _identity(payload, source, dataset, {**content, **option})
    year = _REFERENCE_YEAR.search(subtitle)
    if label not in dataset.options or not year:
        raise _changed(payload, source, f"map option {label!r} with subtitle {subtitle!r} is not the declared one")
    try:
        note = read_footnote(footnote, label, dataset)
    except ValueError as error:
        raise _changed(payload, source, str(error)) from error
    for area, value in member(source.id, payload, option, "data", dict).items():
        yield {
            "measure": measure,
            "ref_area": _code(payload, source, area),
            "time_period": next((late for prefix, late in note.years.items() if area.startswith(prefix)), year[1]),
            "group": f"{group}={dataset.options[label]}",
            "obs_value": _number(payload, source, area, value),
            "obs_status": _status(value, area, note),
        }


def _identity(payload: Payload, source: Source, dataset: Dataset, said: Mapping[str, Any]) -> tuple[str, str]:
    """Return the measure this map shows and the name of its groups: title, unit and level must be the declared ones."""
    name, measure = next(iter(dataset.measures.items()))
    for key, expected in measure.where.items():
        if str(said.get(key)) != expected:
            raise _changed(payload, source, f"key {key!r} is {said.get(key)!r:.80}, expected {expected!r}")
    return name, next(iter(measure.group.values()))


def _sentences(text: str) -> list[str]:
    parts = _SENTENCE_END.split(text.strip().removeprefix("Note:"))
    return [part.strip() for part in parts if part.strip()]


def _concerns(stated: str | None, option: str, dataset: Dataset) -> bool:
    """Return whether a warning is about this option: it names none, or names this one among the declared labels."""
    if stated is None:
        return True
    named = [label for label in dataset.options if label.lower() in stated.lower()]
    if not named:
        raise ValueError(f"the footnote warns about {stated!r}, which is no map option")
    return option in named


def _areas(text: str, dataset: Dataset) -> list[str]:
    """Return the area codes a phrase names: region codes in brackets, else country names by whole label."""
    codes = _CODE.findall(text)
    if codes:
        return codes
    rest = text
    for label in sorted(dataset.labels, key=len, reverse=True):
        if label in rest:
            codes.append(dataset.labels[label])
            rest = rest.replace(label, "")
    if re.sub(r"\band\b|[,\s]", "", rest):
        raise ValueError(f"the footnote names {text!r}, which holds an unknown country")
    return codes


def _code(payload: Payload, source: Source, area: str) -> str:
    if not (_NUTS2.fullmatch(area) or _COUNTRY.fullmatch(area)):
        raise _changed(payload, source, f"{area!r} is no NUTS 2 or country code")
    return area


def _number(payload: Payload, source: Source, area: str, value: object) -> float | None:
    if value is None or value == _ABSENT:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _changed(payload, source, f"region {area} has {value!r:.60}, expected a number or {_ABSENT!r}")
    return float(value)


def _status(value: object, area: str, note: Footnote) -> str:
    low = any(area.startswith(prefix) for prefix in note.unreliable)
    return status("u" if low else "", has_value=value is not None and value != _ABSENT)


def _require_options(payload: Payload, source: Source, dataset: Dataset, records: list[dict[str, Any]]) -> None:
    present = {str(record["group"]).partition("=")[2] for record in records}
    for label, code in dataset.options.items():
        if code not in present:
            raise _changed(payload, source, f"map option {label!r} is gone")


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
