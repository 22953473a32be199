"""IBSA-BISA: income by neighbourhood, registered offences and residents by municipality of the Brussels Region.

The income is a plain table (`connectors.mapped`): 118 of 145 neighbourhoods have one, the others are not inhabited. The
other two are JSON made of the publishers' workbooks, which are downloaded by hand:

    {"nis_code_map": {"21001": "Anderlecht"}, "totals_by_commune": {"Anderlecht": {"2024": 15141, "2025": 13790}}}
    {"rows": [["21001", "Anderlecht", 64323, 64401, 128724]], "citywide_total": 1005747}

The sum beside the residents is wrong (its rows add up to 1,255,795) and never read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from config.schema import Payload, Source
from connectors import mapped
from connectors.contract import Dropped, Get, Observations
from connectors.municipal import changed, check_whole
from connectors.tables import assemble, by_hand, member
from connectors.unpack import json_value

SOURCE_ID = "ibsa"
_COLUMNS = ["nis_code", "name_nl", "men", "women", "total"]
_NEIGHBOURHOOD = re.compile(r"quartier=[1-9]\d{0,2}")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_Figure = tuple[str, str, Any]  # municipality, year, number


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the first table to download by hand."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options["file"]))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return income in EUR by neighbourhood ("quartier=1"), and offences and residents by municipality (NIS code).

    Raises SourceChanged naming a key or column that is gone, a number that is none, or a year without a municipality.
    """
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    name, measure = next(iter(dataset.measures.items()))
    reader = _MEMBERS.get(measure.where.get("member", ""))
    if reader is None:
        return _of_neighbourhoods(payload, source)
    document = json_value(source.id, payload)
    if not isinstance(document, dict):
        raise changed(payload, source, f"expected a JSON object, found {document!r:.60}")
    figures = list(reader(payload, source, document))
    codes = _codes(payload, source)
    for area, year, number in figures:
        if area not in codes:
            raise changed(payload, source, f"{area!r} is no code of a municipality of the Region")
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise changed(payload, source, f"{area} {year} is {number!r:.60}, expected a whole number")
    rows = pd.DataFrame(figures, columns=["ref_area", "time_period", "obs_value"]).assign(measure=name)
    check_whole(payload, source, rows)
    return rows, []


def _of_neighbourhoods(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    rows, dropped = mapped.read(payload, source)
    odd = [group for group in rows["group"] if not _NEIGHBOURHOOD.fullmatch(group)]
    if odd:
        raise changed(payload, source, f"{odd[0]!r} is no number of a neighbourhood")
    return rows, dropped


def _codes(payload: Payload, source: Source) -> list[str]:
    options = source.datasets[payload.dataset].options
    return [f"{options['region']}{number:03d}" for number in range(1, int(str(options["municipalities"])) + 1)]


def _offences(payload: Payload, source: Source, document: Mapping[str, Any]) -> Iterator[_Figure]:
    names = member(source.id, payload, document, "nis_code_map", dict)
    totals = member(source.id, payload, document, "totals_by_commune", dict)
    for code in _codes(payload, source):
        years = member(source.id, payload, totals, member(source.id, payload, names, code, str), dict)
        yield from ((code, year, number) for year, number in years.items() if _YEAR.fullmatch(year))


def _residents(payload: Payload, source: Source, document: Mapping[str, Any]) -> Iterator[_Figure]:
    columns = member(source.id, payload, document, "columns", list)
    if columns != _COLUMNS:
        raise changed(payload, source, f"the columns are {columns}, expected {_COLUMNS}")
    year = str(source.datasets[payload.dataset].options["period"])
    for row in member(source.id, payload, document, "rows", list):
        if not isinstance(row, list) or [type(cell) for cell in row] != [str, str, int, int, int]:
            raise changed(payload, source, f"the row {row!r:.60} is not a code, a name and three numbers")
        if row[2] + row[3] != row[4]:
            raise changed(payload, source, f"men and women of the row {row!r:.60} do not add up to its total")
        yield str(row[0]), year, row[4]


_MEMBERS: Mapping[str, Callable[[Payload, Source, Mapping[str, Any]], Iterator[_Figure]]] = {
    "totals_by_commune": _offences,
    "rows": _residents,
}
