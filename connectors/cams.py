"""Copernicus (CAMS) European reanalysis: annual mean of PM2.5 by NUTS 3 region (2021), µg/m³, as DW Data worked it out.

One workbook, a row per region and year; the year is dated by its last day. The mean is over the 0.1 degree cells of the
region, not weighted by people, and few cells make a small region. It is a model: it stays below what stations measure,
by 0.8 to 2.8 µg/m³ from 2018 to 2021. Other files of that collection are called yearly and hold weeks, so a row of any
other day is refused. Nobody grants a licence for the table: off by default, and never in a snapshot.
"""

from __future__ import annotations

import re

import pandas as pd

from config.schema import Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, require_form, require_grid, sheet_table

SOURCE_ID = "cams"
_AREA, _DAY = "NUTS ID", "Day"
_NUTS3 = re.compile(r"[A-Z]{2}[0-9A-Z]{3}")
_LAST_DAY = re.compile(r"(?:19|20)\d{2}-12-31(?: 00:00:00)?")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the workbook of each dataset; raises SourceUnavailable."""
    return [get(name, dataset.url) for name, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the annual mean in µg/m³ by region and year; raises SourceChanged naming a column or cell at fault."""
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    (name, measure), *_ = source.datasets[payload.dataset].measures.items()
    column = measure.where["column"]
    table = sheet_table(source.id, payload, (_AREA, _DAY, column))
    known = table[_AREA].map(lambda cell: bool(_NUTS3.fullmatch(cell)))
    others, table = table[~known], table[known]
    require_form(source.id, payload, table, _DAY, _LAST_DAY, "last day of a year: the file is not a yearly one")
    require_grid(source.id, payload, table, _AREA, _DAY)
    values = pd.to_numeric(table[column], errors="coerce")
    if values.isna().any():
        cell = table.loc[values.isna(), column].iloc[0]
        cause = f"column {column!r} holds {cell!r}, no number"
        raise SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
    rows = pd.DataFrame({"ref_area": table[_AREA], "time_period": table[_DAY].str[:4], "obs_value": values})
    reason = "the area is no NUTS 3 region"
    dropped = [Dropped(payload.dataset, reason, len(others), str(others[_AREA].iloc[0]))] if len(others) else []
    return rows.assign(measure=name), dropped
