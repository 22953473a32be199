"""Modelled PM2.5 by region: yearly rows only, every region in every year, terms that keep it out of a snapshot."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.cams import fetch, parse
from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from tests.connectors.given import Asked, loaded, payload, small, source, values

SOURCE = source("cams")
FILE = small("cams", "pm25_annual.made.xlsx")  # values made for these tests


def edited(change: Callable[[Any], object]):
    book = openpyxl.load_workbook(io.BytesIO(FILE.content))
    change(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return parse([payload("pm25_annual", out.getvalue())], SOURCE)


def test_the_terms_keep_it_off_and_out_of_every_snapshot():
    assert not SOURCE.default_on
    assert not SOURCE.licence.redistributable
    assert SOURCE.datasets["pm25_annual"].tier == "C"


def test_fetch_asks_for_the_workbook():
    get = Asked()
    fetch(get, SOURCE)
    (call,) = get.calls
    assert call["url"].endswith("CAMS-Europe-Renalysis-Yearly-2018-2022.xlsx")


def test_a_year_is_dated_by_its_last_day():
    assert values(parse([FILE], SOURCE), "cams_pm25_mean", "BE100") == {"2018": 12.5, "2019": 11.25, "2020": 10.75}


def test_a_code_that_is_none_of_nuts_3_is_left_out_and_told():
    def renamed(sheet: Any) -> None:
        for row in (2, 3, 4):
            sheet.cell(row, 3).value = "UKR.xxx"

    frame = edited(renamed)
    assert set(frame["ref_area"]) == {"SE110"}
    assert [(item.count, item.example) for item in dropped_of(frame)] == [(3, "UKR.xxx")]


@pytest.mark.parametrize(
    "row,column,cell,sentence",
    [
        (2, 2, "2018-12-30", "which is no last day of a year: the file is not a yearly one"),
        (2, 6, "n/a", "holds 'n/a', no number"),
        (1, 6, "PM 10", "column 'Daily PM 2.5 average"),
        (2, 2, "2021-12-31", "BE100 has 3 of the file's 4 periods"),
    ],
)
def test_what_does_not_fit_is_named(row: int, column: int, cell: str, sentence: str):
    with pytest.raises(SourceChanged, match=sentence):
        edited(lambda sheet: setattr(sheet.cell(row, column), "value", cell))


@pytest.mark.recorded
def test_every_mean_is_the_recorded_one_and_every_place_has_it(recorded: Path):
    """Read once more, cell by cell, without the connector."""
    file = recorded / "air" / "cams" / "CAMS-Europe-Renalysis-Yearly-2018-2022.xlsx"
    frame = parse([payload("pm25_annual", file)], SOURCE)
    sheet = openpyxl.load_workbook(file, data_only=True).worksheets[0]
    lines = list(sheet.iter_rows(min_row=2, values_only=True))
    published = {(line[2], str(line[1])[:4]): line[5] for line in lines if len(str(line[2])) == 5}
    assert {(r.ref_area, r.time_period): r.obs_value for r in frame.itertuples()} == published
    latest = set(frame.loc[frame["time_period"] == "2022", "ref_area"])
    assert [place.id for place in loaded().city_regions() if place.areas["nuts3_2021"] not in latest] == []
