"""Europepollu (ISGlobal): modelled, population-weighted days a year above the WHO 2021 daily guidelines, per NUTS 3.

One CSV, 2003-2020, NUTS version 2021, a frozen research output. Days are fractional because they are weighted by
population. 2020 is a year of lockdowns: never a trend on its own.
"""

from __future__ import annotations

import re

import pandas as pd

from config.schema import Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.tables import assemble, csv_table, require_form, require_grid
from connectors.unpack import text

SOURCE_ID = "europepollu"
_NUTS3 = re.compile(r"[A-Z]{2}[0-9A-Z]{3}")
_YEAR = re.compile(r"(?:19|20)\d{2}")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the published file of each dataset; raises SourceUnavailable."""
    return [get(dataset_id, dataset.url) for dataset_id, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return days per year by NUTS 3 region and year; raises SourceChanged naming the column, code or year at fault."""
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    measures = source.datasets[payload.dataset].measures
    columns = {measure.where["column"]: name for name, measure in measures.items()}
    content = text(source.id, payload, whole_lines=True)
    table = csv_table(source.id, payload, content, ("location", "year", *columns))
    _check(payload, source, table)
    long = table.melt(("location", "year"), list(columns), var_name="column", value_name="obs_value")
    rows = long.assign(measure=long["column"].map(columns))
    return rows.rename(columns={"location": "ref_area", "year": "time_period"}).drop(columns="column"), []


def _check(payload: Payload, source: Source, table: pd.DataFrame) -> None:
    """Refuse codes of another level or form, and a file in which a region lacks a year: that file was cut."""
    require_form(source.id, payload, table, "location", _NUTS3, "NUTS 3 code")
    require_form(source.id, payload, table, "year", _YEAR, "year")
    require_grid(source.id, payload, table, "location", "year")
