"""UN E-Government Survey: development index, participation index and their parts by country, one CSV per edition.

Indices run from 0 to 1. The header changed twice (2010-2018, 2022, 2024); older editions do not state their year inside
the file, so it is read from the address the file was saved from. Countries come as ISO 3166 codes or English names,
some with a blank at the end; countries the config does not name are left out and counted. There is no edition of 2020
among the recorded ones, and no year is filled in.
"""

from __future__ import annotations

import re

import pandas as pd

from config.schema import Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, by_hand, csv_table
from connectors.unpack import text

SOURCE_ID = "un_egov"
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_YEAR_COLUMN = "Survey Year"
_COUNTRY_COLUMNS = ("country-code", "Country Name", "Country")
_BETWEEN = " | "  # between the names one column had over the editions


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the file to download by hand: the data centre has no stable address."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options["file"]))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return indices (0 to 1) and rank by country code and edition year.

    Raises SourceChanged for a lost column, an edition without a year, or one that lacks a named country.
    """
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    table = csv_table(source.id, payload, text(source.id, payload, whole_lines=True), ())
    country = _one_of(payload, source, table, _COUNTRY_COLUMNS)
    columns = {
        _one_of(payload, source, table, declared.where["column"].split(_BETWEEN)): name
        for name, declared in dataset.measures.items()
    }
    area = table[country].map({**dataset.labels, **dataset.aliases})
    lost = sorted(set(dataset.labels.values()) - set(area.dropna()))
    if lost:
        raise _changed(payload, source, f"no row for {lost[0]}; was the country renamed? Names stand in {country!r}")
    kept = table.assign(ref_area=area, time_period=_years(payload, source, table))[area.notna()]
    long = kept.melt(("ref_area", "time_period"), list(columns), var_name="column", value_name="obs_value")
    blank = long["obs_value"] == ""
    if blank.any():
        raise _changed(payload, source, f"column {long.loc[blank, 'column'].iloc[0]!r} has an empty cell")
    others = Dropped(payload.dataset, "the country is not in the catalogue's list", int(area.isna().sum()))
    rows = long.assign(measure=long["column"].map(columns)).drop(columns="column")
    return rows, [others] if others.count else []


def _one_of(payload: Payload, source: Source, table: pd.DataFrame, names: tuple[str, ...] | list[str]) -> str:
    found = [name for name in names if name in table.columns]
    if len(found) != 1:
        raise _changed(payload, source, f"none of the columns {', '.join(names)} is there, or several are")
    return found[0]


def _years(payload: Payload, source: Source, table: pd.DataFrame) -> pd.Series:
    if _YEAR_COLUMN in table.columns:
        years = table[_YEAR_COLUMN]
        if len(set(years)) != 1 or not _YEAR.fullmatch(str(years.iloc[0])):
            raise _changed(payload, source, f"column {_YEAR_COLUMN!r} holds {sorted(set(years))[:3]}, expected one")
        return years
    stated = _YEAR.findall(payload.url)
    if not stated:
        cause = "the file does not state its year; give it an address (url) that ends in the year of the edition"
        raise _changed(payload, source, cause)
    return pd.Series(stated[-1], index=table.index)


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
