"""Eurostat's list of local administrative units (LAU): residents and area of cities and greater cities.

A CSV with one row per LAU and, among others, the columns `country`, `city_id`, `greater_city_id`, `population` and
`total_area_m2`: the list of 2019 as an R package packs it. Values are sums over the LAUs of a city. A greater city
holds the city of the same number: Copenhagen's own LAU carries the city's code alone. Some countries report square
kilometres in the column of square metres; the catalogue names them. A city of which one LAU has no figure has none.
"""

from __future__ import annotations

import math
import re

import pandas as pd

from config.schema import Dataset, ObsStatus, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, by_hand, csv_table, require_form
from connectors.unpack import text

SOURCE_ID = "eurostat_lau"
_COUNTRY, _CITY, _GREATER = "country", "city_id", "greater_city_id"
_CODE = re.compile(r"([A-Z]{2}\d{3}[CKP]\d?)?")
_STEM = 5  # country and number: DK001 of DK001C1 and DK001K1
_SQUARE_METRES = 1e6  # in a square kilometre


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the file to download by hand: the publisher offers workbooks by country only."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options["file"]))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return residents and km² by city and greater city; raises SourceChanged naming a lost column or a wrong cell."""
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    columns = {measure.where["column"]: name for name, measure in dataset.measures.items()}
    table = csv_table(
        source.id, payload, text(source.id, payload, whole_lines=True), (_COUNTRY, _CITY, _GREATER, *columns)
    )
    for column in (_CITY, _GREATER):
        require_form(source.id, payload, table, column, _CODE, "code of a city of the 2019 list")
    numbers = table.assign(**{column: _numbers(payload, source, table[column]) for column in columns})
    area = str(dataset.options["area_column"])
    numbers[area] = _square_kilometres(dataset, numbers, area)
    members = _members(numbers)
    sums = members.groupby("ref_area")[list(columns)].agg(_sum)
    rows = sums.rename(columns=columns).reset_index().melt("ref_area", var_name="measure", value_name="obs_value")
    status = rows["obs_value"].isna().map({True: ObsStatus.MISSING.value, False: ObsStatus.NORMAL.value})
    rows = rows.assign(time_period=str(dataset.options["period"]), obs_status=status)
    outside = int(((table[_CITY] == "") & (table[_GREATER] == "")).sum())
    return rows, [Dropped(payload.dataset, "the unit is in no city", outside)] if outside else []


def _sum(cells: pd.Series) -> float:
    """Return the sum of a city's units whatever their order, NaN when one of them has no figure."""
    return math.fsum(cells)


def _numbers(payload: Payload, source: Source, cells: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(cells.mask(cells == ""), errors="coerce").astype(float)
    wrong = (numbers.isna() & (cells != "")) | (numbers <= 0)
    if wrong.any():
        cause = f"column {cells.name!r} holds {cells[wrong].iloc[0]!r}, which is no positive number"
        raise SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
    return numbers


def _square_kilometres(dataset: Dataset, table: pd.DataFrame, column: str) -> pd.Series:
    already = dataset.options["square_kilometres"]
    named = set(already if isinstance(already, tuple) else ())
    return table[column].where(table[_COUNTRY].isin(named), table[column] / _SQUARE_METRES)


def _members(table: pd.DataFrame) -> pd.DataFrame:
    """Return each unit once under its city and once under its greater city, which holds the city of the same number."""
    cities = table[table[_CITY] != ""]
    greater = table[table[_GREATER] != ""]
    codes = {code[:_STEM]: code for code in greater[_GREATER]}
    core = cities[(cities[_GREATER] == "") & cities[_CITY].str[:_STEM].isin(codes)]
    return pd.concat(
        [
            cities.assign(ref_area=cities[_CITY]),
            greater.assign(ref_area=greater[_GREATER]),
            core.assign(ref_area=core[_CITY].str[:_STEM].map(codes)),
        ],
        ignore_index=True,
    )
