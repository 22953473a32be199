"""WHO ambient air quality database: annual mean PM2.5, PM10 and NO2 by city, µg/m³, and the share of the year measured.

One workbook; three forms are read. Two are told by their header: version 5 (2022: "City or Locality", "PM2.5 (μg/m3)")
and version 6 on ("city" as "Paris/FRA", "pm25_concentration"). The third is version 6 without its header, known by a
first row that is a row of its twenty columns; "NA" is no value there. A place can have several names, some in the same
year with other numbers, so a name counts only where config writes it in full ("BEL/Bruxelles"), and the order there is
the precedence. Means mix kinds of stations. The terms are non-commercial: off by default, and never in a snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from config.schema import Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble
from connectors.unpack import SheetRow, sheets

SOURCE_ID = "who"
# Header of version 5 -> header of version 6; the right-hand names are used from here on.
_VERSION_5 = {
    "ISO3": "iso3",
    "City or Locality": "city",
    "Measurement Year": "year",
    "Version of the database": "version",
    "PM2.5 (μg/m3)": "pm25_concentration",
    "PM10 (μg/m3)": "pm10_concentration",
    "NO2 (μg/m3)": "no2_concentration",
    "PM25 temporal coverage (%)": "pm25_tempcov",
    "PM10 temporal coverage (%)": "pm10_tempcov",
    "NO2 temporal coverage (%)": "no2_tempcov",
}
_COLUMNS = tuple(_VERSION_5.values())
# The columns of version 6 in their order, for the form without a header.
_IN_ORDER = (
    *("who_region", "iso3", "country_name", "city", "year", "version", "pm10_concentration", "pm25_concentration"),
    *("no2_concentration", "pm10_tempcov", "pm25_tempcov", "no2_tempcov", "type_of_stations", "reference", "web_link"),
    *("population", "population_source", "latitude", "longitude", "who_ms"),
)
_REGION = re.compile(r"[1-7]_[A-Z][a-z]{2}")  # "4_Eur"
_NONE = "NA"
_MEANS = tuple(name for name in _COLUMNS if name.endswith("_concentration"))
_SHARES = tuple(name for name in _COLUMNS if name.endswith("_tempcov"))
_YEAR = re.compile(r"((?:19|20)\d{2})(?:\.0)?")


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the workbook of each dataset; raises SourceUnavailable."""
    return [get(dataset_id, dataset.url) for dataset_id, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return mean and coverage by city and year; raises SourceChanged naming the column or rows at fault."""
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    table = _table(payload, source)
    known = table["label"].isin(list(dataset.labels))
    if not known.any():
        raise _changed(payload, source, "no city of config is left in the workbook")
    dropped = _report(payload, table[~known], "config maps the publisher's name of the city to no area")
    cities, replaced = _one_row_a_name(payload, source, table[known])
    dropped += _report(
        payload, replaced, "a newer version of the database, or a fuller year, has the same city and year"
    )
    cities = _in_order(cities, dataset.labels)
    rows = []
    for name, measure in dataset.measures.items():
        column, coverage = measure.where["value"], measure.where.get("coverage")
        chosen, others = _first_name(cities, column)
        rows.append(_rows(name, chosen, coverage or column))
        if coverage is None:
            dropped += _report(payload, others, f"another name of the place comes first ({column})")
    return pd.concat(rows, ignore_index=True), dropped


def _table(payload: Payload, source: Source) -> pd.DataFrame:
    """Return the sheet of cities with the columns of version 6, a text `label` ("BEL/Bruxelles") and a checked year."""
    found = sheets(source.id, payload, head=1, keep=lambda rows: bool(rows) and bool(_header(rows[0])))
    if len(found) != 1:
        raise _changed(payload, source, f"{len(found)} sheets have columns for city and year; expected one")
    header, *rows = _headed(next(iter(found.values())))
    names = [_VERSION_5.get(str(cell).strip(), str(cell).strip()) for cell in header]
    for column in _COLUMNS:
        if names.count(column) != 1:
            raise _changed(payload, source, f"column {column!r} is {'there twice' if column in names else 'gone'}")
    width = len(names)
    cells = [(*row, *[None] * (width - len(row)))[:width] for row in rows if any(c is not None for c in row)]
    table = pd.DataFrame(cells, columns=names, dtype=object)[list(_COLUMNS)].astype(object)
    iso, city = (table[name].map(lambda cell: "" if cell is None else str(cell).strip()) for name in ("iso3", "city"))
    table["label"] = [f"{code}/{name.removesuffix(f'/{code}')}" for code, name in zip(iso, city, strict=True)]
    return table


def _header(row: SheetRow) -> bool:
    return {"iso3", "year"} <= {_VERSION_5.get(str(cell).strip(), str(cell).strip()) for cell in row} or _bare(row)


def _bare(row: SheetRow) -> bool:
    """Return whether a row is one of version 6: twenty cells, a region, and the city with its country behind it."""
    return (
        len(row) == len(_IN_ORDER)
        and bool(_REGION.fullmatch(str(row[0])))
        and str(row[3]).endswith(f"/{row[1]}")
        and bool(_YEAR.fullmatch(str(row[4])))
    )


def _headed(rows: list[SheetRow]) -> list[SheetRow]:
    """Return the rows below a header; one that lacks it gets that of version 6, and its "NA" become gaps."""
    if not _bare(rows[0]):
        return rows
    return [_IN_ORDER, *(tuple(None if cell == _NONE else cell for cell in row) for row in rows)]


def _one_row_a_name(payload: Payload, source: Source, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per label and year, and the rows it replaces; refuses two of the same standing that disagree."""
    table = table.assign(time_period=[_year(payload, source, cell) for cell in table["year"]])
    for column in (*_MEANS, *_SHARES):
        table[column] = _numbers(payload, source, table[column])
    fullest = table[list(_SHARES)].max(axis=1).fillna(-1.0)
    version = table["version"].map(lambda cell: "" if pd.isna(cell) else str(cell))  # a blank comes after any version
    table["standing"] = list(zip(version, fullest, strict=True))
    table = table.sort_values("standing", ascending=False, kind="stable")
    key = ["label", "time_period"]
    best = table.drop_duplicates(key)
    rivals = table.drop_duplicates([*key, "standing", *_MEANS])
    rivals = rivals[rivals.duplicated([*key, "standing"])]
    if len(rivals):
        row = rivals.iloc[0]
        raise _changed(payload, source, f"two rows of {row['label']} {row['time_period']} disagree")
    return best, table.loc[table.index.difference(best.index)]


def _in_order(cities: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows with their `ref_area`, in the order in which config names the places' names."""
    order = {label: position for position, label in enumerate(labels)}
    cities = cities.assign(ref_area=cities["label"].map(labels), order=cities["label"].map(order))
    return cities.sort_values("order", kind="stable")


def _first_name(cities: pd.DataFrame, column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return, of the rows with a value, the first of each area and year, and the others."""
    valued = cities[cities[column].notna()]
    later = valued.duplicated(["ref_area", "time_period"])
    return valued[~later], valued[later]


def _rows(measure: str, chosen: pd.DataFrame, column: str) -> pd.DataFrame:
    rows = chosen[["ref_area", "time_period"]].assign(measure=measure, obs_value=chosen[column])
    return rows.reset_index(drop=True)


def _numbers(payload: Payload, source: Source, cells: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    wrong = numbers.isna() & cells.notna() & (cells.astype(str).str.strip() != "")
    if wrong.any():
        raise _changed(payload, source, f"column {cells.name!r} holds {cells[wrong].iloc[0]!r}, no number")
    return numbers


def _year(payload: Payload, source: Source, cell: object) -> str:
    found = _YEAR.fullmatch(str(cell))
    if not found:
        raise _changed(payload, source, f"column 'year' holds {cell!r}, no year")
    return found[1]


def _report(payload: Payload, rows: pd.DataFrame, reason: str) -> list[Dropped]:
    if rows.empty:
        return []
    first = rows.iloc[0]
    return [Dropped(payload.dataset, reason, len(rows), f"{first['label']} {first['year']}")]


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
