"""European Quality of Government Index by region: the index, its published margin of error, and its three parts.

One row per region and wave. The index has mean 0 and deviation 1 over all European regions; higher is better. Two
forms: the regional file of 2021 (`eqi21_n2` with `_lowME` and `_highME`) and the long file with all waves (`EQI`). The
margin is the survey's own, so a difference between two regions can be judged by it. In the wave of 2024 Belgium and
Germany were surveyed for NUTS 1: such regions, and countries surveyed as one, are no NUTS 2 region and are left out.
"""

from __future__ import annotations

import re

import pandas as pd

from config.schema import ObsStatus, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, csv_table
from connectors.unpack import text

SOURCE_ID = "quality_of_government"
_NUTS2 = re.compile(r"[A-Z]{2}[0-9A-Z]{2}")
_LARGER = re.compile(r"[A-Z]{2}[0-9A-Z]?|[A-Z]{2}[0-9A-Z]{3}|NA|")
_YEAR = re.compile(r"20\d{2}")
_BLANK = ("", "NA")
_MARGIN = ("eqi_low", "eqi_index", "eqi_high")
_BETWEEN = " | "


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the published file of each dataset; raises SourceUnavailable."""
    return [get(name, dataset.url) for name, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return index, margin and parts (standard deviations from the European mean) by NUTS 2 region and wave.

    Raises SourceChanged for a lost column, an impossible code, or an index outside its own margin.
    """
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    measures = source.datasets[payload.dataset].measures
    content = text(source.id, payload, whole_lines=True)
    table = csv_table(source.id, payload, content, ("region_code", "year"))
    columns = {}
    for name, declared in measures.items():
        found = [column for column in declared.where["column"].split(_BETWEEN) if column in table.columns]
        if len(found) != 1:
            raise _changed(payload, source, f"no column {declared.where['column']!r}")
        columns[found[0]] = name
    regions, dropped = _regions(payload, source, table)
    _check_margin(payload, source, regions.rename(columns=columns))
    long = regions.melt(("region_code", "year"), list(columns), var_name="column", value_name="obs_value")
    blank = long["obs_value"].isin(_BLANK)
    rows = long.assign(
        measure=long["column"].map(columns),
        obs_value=long["obs_value"].mask(blank, None),
        obs_status=blank.map({True: ObsStatus.MISSING.value, False: ObsStatus.NORMAL.value}),
    )
    return rows.rename(columns={"region_code": "ref_area", "year": "time_period"}).drop(columns="column"), dropped


def _regions(payload: Payload, source: Source, table: pd.DataFrame) -> tuple[pd.DataFrame, list[Dropped]]:
    codes, years = table["region_code"], table["year"]
    nuts2 = codes.map(lambda code: bool(_NUTS2.fullmatch(code)))
    odd = codes[~nuts2 & ~codes.map(lambda code: bool(_LARGER.fullmatch(code)))]
    if len(odd):
        raise _changed(payload, source, f"column 'region_code' holds {odd.iloc[0]!r}")
    wrong = years[~years.map(lambda year: bool(_YEAR.fullmatch(year)))]
    if len(wrong):
        raise _changed(payload, source, f"column 'year' holds {wrong.iloc[0]!r}")
    if not nuts2.any():
        raise _changed(payload, source, "no row is a NUTS 2 region")
    if nuts2.all():
        return table, []
    example = f"{codes[~nuts2].iloc[0]} {years[~nuts2].iloc[0]}"
    return table[nuts2], [Dropped(payload.dataset, "the area is no NUTS 2 region", int((~nuts2).sum()), example)]


def _check_margin(payload: Payload, source: Source, table: pd.DataFrame) -> None:
    """Refuse an index beside its own margin: then columns were exchanged."""
    numbers = {}
    for name in _MARGIN:
        cells = table[name].mask(table[name].isin(_BLANK), None)
        numbers[name] = pd.to_numeric(cells, errors="coerce").astype(float)
        wrong = numbers[name].isna() & cells.notna()
        if wrong.any():
            raise _changed(payload, source, f"the column of {name} holds {cells[wrong].iloc[0]!r}")
    low, index, high = (numbers[name] for name in _MARGIN)
    beside = (index < low) | (index > high)
    if beside.any():
        region = table.loc[beside, "region_code"].iloc[0]
        raise _changed(payload, source, f"{region}: the index is outside its own margin of error")


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
