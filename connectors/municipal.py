"""Long tables of municipal figures: nis_code, indicator_code, unit, period, value, status, one figure a row.

Read as text, checked row by row, told apart by measure: `where` of a declared measure names the indicator code and the
unit that are its own, so a changed unit is a lost measure and never a wrong number.
"""

from __future__ import annotations

import re

import pandas as pd

from config.schema import Payload, Source
from connectors.contract import Dropped
from connectors.errors import SourceChanged
from connectors.tables import csv_table, is_workbook, sheet_table
from connectors.unpack import body, text

COLUMNS = ("nis_code", "indicator_code", "unit", "period", "value", "status")
STATES = {"A": "A", "P": "P", "": "A"}
_FORMS = {"nis_code": re.compile(r"[1-9]\d{4}"), "period": re.compile(r"(?:19|20)\d{2}")}


def long_rows(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return rows (measure, ref_area, time_period, obs_value, obs_status) of a long table, CSV or XLSX, and the rest.

    Raises SourceChanged for a lost column, a code, year, number or status of another form, another unit, or a year in
    which the Region (option `region`: the prefix of its codes) has not its declared number of municipalities.
    """
    table = _table(payload, source)
    for column, form in _FORMS.items():
        odd = table.loc[~table[column].map(lambda cell, form=form: bool(form.fullmatch(cell))), column]
        if len(odd):
            raise changed(payload, source, f"column {column!r} holds {odd.iloc[0]!r}")
    unknown = table.loc[~table["status"].isin(list(STATES)), "status"]
    if len(unknown):
        raise changed(
            payload, source, f"column 'status' holds {unknown.iloc[0]!r}; known are A (final), P (provisional)"
        )
    kept, dropped = _of_measures(payload, source, table)
    kept, nobody = _of_municipalities(payload, source, kept)
    check_whole(payload, source, kept)
    return _typed(payload, source, kept), dropped + nobody


def check_whole(payload: Payload, source: Source, rows: pd.DataFrame) -> None:
    """Raise SourceChanged when a measure and year lacks municipalities of the Region named in the dataset's options."""
    options = source.datasets[payload.dataset].options
    prefix, expected = str(options["region"]), int(str(options["municipalities"]))
    ours = rows[rows["ref_area"].str.startswith(prefix)]
    if ours.empty:
        raise changed(payload, source, f"no municipality begins with {prefix}")
    counts = ours.groupby(["measure", "time_period"])["ref_area"].nunique()
    short = counts[counts != expected]
    if len(short):
        (measure, year), count = short.index[0], short.iloc[0]
        raise changed(payload, source, f"{measure} {year} has {count} of the Region's {expected} municipalities")


def changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    """Return the error that names a payload's source, dataset and address."""
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)


def _table(payload: Payload, source: Source) -> pd.DataFrame:
    if is_workbook(body(source.id, payload)):
        return sheet_table(source.id, payload, COLUMNS)
    return csv_table(source.id, payload, text(source.id, payload, whole_lines=True), COLUMNS)


def _of_measures(payload: Payload, source: Source, table: pd.DataFrame) -> tuple[pd.DataFrame, list[Dropped]]:
    measures = source.datasets[payload.dataset].measures
    named = {declared.where["indicator_code"]: name for name, declared in measures.items()}
    rows = table.assign(measure=table["indicator_code"].map(named)).rename(
        columns={"nis_code": "ref_area", "period": "time_period"}
    )
    other = rows["measure"].isna()
    for name, declared in measures.items():
        units = set(rows.loc[rows["measure"] == name, "unit"]) - {declared.where["unit"]}
        if units:
            raise changed(payload, source, f"{name} comes in {min(units)!r}, expected {declared.where['unit']!r}")
    if not other.any():
        return rows, []
    example = str(table.loc[other, "indicator_code"].iloc[0])
    return rows[~other], [
        Dropped(payload.dataset, "no measure is declared for the indicator", int(other.sum()), example)
    ]


def _of_municipalities(payload: Payload, source: Source, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Dropped]]:
    """Leave out codes of the Region that are no municipality of it (21020 was never one)."""
    options = source.datasets[payload.dataset].options
    prefix, last = str(options["region"]), int(str(options["municipalities"]))
    stray = rows["ref_area"].map(lambda code: code.startswith(prefix) and not 1 <= int(code[len(prefix) :]) <= last)
    if not stray.any():
        return rows, []
    example = str(rows.loc[stray, "ref_area"].iloc[0])
    return rows[~stray], [Dropped(payload.dataset, "the code is no municipality", int(stray.sum()), example)]


def _typed(payload: Payload, source: Source, rows: pd.DataFrame) -> pd.DataFrame:
    numbers = pd.to_numeric(rows["value"], errors="coerce")
    wrong = numbers.isna() & (rows["value"] != "")
    if wrong.any():
        raise changed(payload, source, f"column 'value' holds {rows.loc[wrong, 'value'].iloc[0]!r}")
    return pd.DataFrame(
        {
            "measure": rows["measure"],
            "ref_area": rows["ref_area"],
            "time_period": rows["time_period"],
            "obs_value": numbers.astype(float),
            "obs_status": rows["status"].map(STATES),
        }
    )
