"""Statbel: administrative equivalised disposable income of the municipalities of the Brussels-Capital Region.

TF_SOC_ADI_MUNTY as XLSX, or as CSV in UTF-8 or Windows-1252, gzip or plain: one row per municipality and income year,
EUR and %. The publisher refuses programs, so the file is downloaded by hand. A blank figure is one that Statbel keeps
back although it counts the residents (Ixelles 2015-2019, where one resident in six is not eligible; upper quartiles in
two or three municipalities each year): it stays missing, status Q.

The rate of poverty risk is of a newer vintage than that workbook and comes as a small CSV with the publisher's notes:
1 asks for caution (status U), 2 says that the rate is not published (status Q).

    nis_code,income_year,administrative_at_risk_of_poverty_pct,statbel_note
    21014,2023,32.8,
"""

from __future__ import annotations

import re

import pandas as pd

from config.schema import Dataset, ObsStatus, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.municipal import check_whole
from connectors.tables import assemble, by_hand, csv_table, is_workbook, require_form, sheet_table
from connectors.unpack import body, encoding_of, text

SOURCE_ID = "statbel"
_YEAR, _AREA, _REGION = "CD_YEAR", "CD_MUNTY_REFNIS", "CD_RGN_REFNIS"
_FORMS = {_YEAR: re.compile(r"(?:19|20)\d{2}"), _AREA: re.compile(r"\d{5}"), _REGION: re.compile(r"\d{5}")}
_DELIMITERS = "|;,"
_TRANSCRIBED, _NOTE = ("nis_code", "income_year"), "statbel_note"
_NOTES = {"": ObsStatus.NORMAL, "1": ObsStatus.LOW_RELIABILITY, "2": ObsStatus.SUPPRESSED}


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the file to download by hand: statbel.fgov.be refuses programs."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options["file"]))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return income, poverty risk and residents by municipality (NIS code) and income year.

    Raises SourceChanged naming a lost column, a foreign code, or a year that lacks a municipality of the Region.
    """
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    if dataset.options.get("form") == "transcribed":
        return _transcribed(payload, source, dataset), []
    columns = {measure.where["column"]: name for name, measure in dataset.measures.items()}
    table = _table(payload, source, (_YEAR, _AREA, _REGION, *columns))
    _check_codes(payload, source, table)
    region = str(dataset.options["region"])
    ours = table[table[_REGION] == region]
    _check_whole(payload, source, dataset, ours)
    long = ours.melt((_AREA, _YEAR), list(columns), var_name="column", value_name="obs_value")
    blank = long["obs_value"] == ""
    rows = long.assign(
        measure=long["column"].map(columns),
        obs_value=long["obs_value"].mask(blank, None),
        obs_status=blank.map({True: ObsStatus.SUPPRESSED.value, False: ObsStatus.NORMAL.value}),
    )
    reason = f"the municipality is outside region {region}"
    other = [Dropped(payload.dataset, reason, len(table) - len(ours))] if len(ours) < len(table) else []
    return rows.rename(columns={_AREA: "ref_area", _YEAR: "time_period"}).drop(columns="column"), other


def _transcribed(payload: Payload, source: Source, dataset: Dataset) -> pd.DataFrame:
    """Return the rows of the small CSV; raises SourceChanged for an unknown note, or a gap that no note explains."""
    (name, measure), *_ = dataset.measures.items()
    area, year = _TRANSCRIBED
    column = measure.where["column"]
    lines = text(source.id, payload, whole_lines=True)
    table = csv_table(source.id, payload, lines, (area, year, column, _NOTE))
    require_form(source.id, payload, table, area, _FORMS[_AREA], "code of a municipality")
    require_form(source.id, payload, table, year, _FORMS[_YEAR], "year")
    for note, cell in zip(table[_NOTE], table[column], strict=True):
        if note not in _NOTES:
            raise _changed(
                payload, source, f"column {_NOTE!r} holds {note!r}; known are 1 (caution), 2 (not published)"
            )
        if (cell == "") != (_NOTES[note] == ObsStatus.SUPPRESSED):
            raise _changed(payload, source, f"a rate of {cell!r} stands beside the note {note!r}")
    rows = pd.DataFrame(
        {
            "measure": name,
            "ref_area": table[area],
            "time_period": table[year],
            "obs_value": table[column].mask(table[column] == "", None),
            "obs_status": table[_NOTE].map(lambda note: _NOTES[note].value),
        }
    )
    check_whole(payload, source, rows)
    return rows


def _table(payload: Payload, source: Source, columns: tuple[str, ...]) -> pd.DataFrame:
    content = body(source.id, payload)
    if is_workbook(content):
        return sheet_table(source.id, payload, columns)
    lines = text(source.id, payload, whole_lines=True, encoding=encoding_of(source.id, payload))
    header = lines.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    return csv_table(source.id, payload, lines, columns, delimiter)


def _check_codes(payload: Payload, source: Source, table: pd.DataFrame) -> None:
    for column, form in _FORMS.items():
        odd = table.loc[~table[column].map(lambda cell, form=form: bool(form.fullmatch(cell))), column]
        if len(odd):
            raise _changed(payload, source, f"column {column!r} holds {odd.iloc[0]!r}")


def _check_whole(payload: Payload, source: Source, dataset: Dataset, ours: pd.DataFrame) -> None:
    expected = int(str(dataset.options["municipalities"]))
    if ours.empty:
        raise _changed(payload, source, f"no row has {_REGION} = {dataset.options['region']}")
    counts = ours.groupby(_YEAR)[_AREA].nunique()
    wrong = counts[counts != expected]
    if len(wrong):
        year, count = wrong.index[0], wrong.iloc[0]
        raise _changed(payload, source, f"year {year} has {count} of the Region's {expected} municipalities")


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
