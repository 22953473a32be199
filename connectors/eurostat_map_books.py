"""The workbook behind the maps of a chapter of the Regional Yearbook: a sheet per map, a row per NUTS 2 region (2024).

    NUTS  Region name                    Value  Flag Class Year ... Employment rate
    BE10  Région de Bruxelles-Capitale   63.9       6          ... (% of people aged 20-64, by NUTS 2 regions, 2025)

The year in the map's subtitle is every region's, but where the column Year has another one. ":" is a missing value. The
classes, map texts and notes to the right are for drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from config.schema import Measure, Payload, Source
from connectors.contract import Dropped
from connectors.errors import SourceChanged
from connectors.flags import UnknownFlagError, status
from connectors.unpack import SheetRow, sheets

_HEADER = ("NUTS", "Region name", "Value", "Flag", "Class", "Year")
_NUTS2 = re.compile(r"[A-Z]{2}[0-9A-Z]{2}")
_YEAR = re.compile(r"\b((?:19|20)\d{2})\)?$")
_SEPARATORS = re.compile(r"[;,\s]")
_ABSENT = ":"


def read_book(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return the rows of the declared maps (`where`: sheet, title, subtitle), in the unit of each measure.

    Raises SourceChanged for a sheet that is gone or shows another map, a column that moved, an unknown flag or value.
    """
    measures = source.datasets[payload.dataset].measures
    wanted = {measure.where["sheet"] for measure in measures.values()}
    found = sheets(source.id, payload, head=1, keep=lambda rows: bool(rows) and tuple(rows[0][:6]) == _HEADER)
    gone = sorted(wanted - set(found))
    if gone:
        raise _changed(payload, source, f"no sheet {gone[0]!r} with the columns {', '.join(_HEADER)}")
    records: list[Mapping[str, object]] = []
    countries = []
    for name, measure in measures.items():
        for record in _map(payload, source, measure, found[measure.where["sheet"]]):
            if _NUTS2.fullmatch(str(record["ref_area"])):
                records.append({"measure": name, **record})
            else:
                countries.append(str(record["ref_area"]))
    reason = "the area is a country, not a NUTS 2 region"
    dropped = [Dropped(payload.dataset, reason, len(countries), countries[0])] if countries else []
    return pd.DataFrame(records), dropped


def _map(payload: Payload, source: Source, measure: Measure, rows: list[SheetRow]) -> Iterator[dict[str, object]]:
    texts = {str(cell).strip() for row in rows for cell in row[len(_HEADER) :] if cell is not None}
    for key in ("title", "subtitle"):
        if measure.where[key] not in texts:
            cause = f"sheet {measure.where['sheet']} no longer shows {measure.where[key]!r}"
            raise _changed(payload, source, cause)
    year = _YEAR.search(measure.where["subtitle"])
    for row in rows[1:]:
        area, _, value, flag, _, other = (*row[:6], *[None] * 6)[:6]
        if area is None:
            continue
        yield {
            "ref_area": str(area).strip(),
            "time_period": str(other or (year[1] if year else "")).strip(),
            "obs_value": _number(payload, source, area, value),
            "obs_status": _status(payload, source, area, value, flag),
        }


def _number(payload: Payload, source: Source, area: object, value: object) -> float | None:
    if value is None or value == _ABSENT:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _changed(payload, source, f"region {area} has {value!r:.60}, expected a number or {_ABSENT!r}")
    return float(value)


def _status(payload: Payload, source: Source, area: object, value: object, flag: object) -> str:
    """Return the letters of a region's flags, written "d; u" or "du"; the word beside a country is none."""
    letters = _SEPARATORS.sub("", str(flag or ""))
    if not _NUTS2.fullmatch(str(area)):
        letters = ""
    try:
        return status(letters, has_value=value is not None and value != _ABSENT)
    except UnknownFlagError as error:
        raise _changed(payload, source, f"region {area}: {error}") from error


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
