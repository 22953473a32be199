"""The workbook behind the maps of the labour-market chapter: a sheet a map, flags and odd years in columns."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from connectors import areas
from connectors.errors import SourceChanged
from connectors.eurostat_maps import fetch, parse
from connectors.frames import dropped_of
from tests.connectors.given import Asked, loaded, payload, row, small, source, values

SOURCE = source("eurostat_maps")
BOOK = small("eurostat_maps", "labour_market.chapter.xlsx")
CHARTS = ("exclusion_by_degurba", "poverty_by_degurba", "deprivation_by_degurba")
RECORDED = "inclusion/RYB2026_CH04_labour_market.xlsx"


def edited(change: Callable[[Any], object]) -> pd.DataFrame:
    """Return what is read after `change` was made in the sheet of the unemployment map."""
    book = openpyxl.load_workbook(io.BytesIO(BOOK.content))
    change(book["CH04M6"])
    out = io.BytesIO()
    book.save(out)
    return parse([payload("labour_market", out.getvalue())], SOURCE)


def test_only_the_maps_with_a_file_of_their_own_are_called_for():
    get = Asked()
    fetch(get, SOURCE)
    assert [call["dataset"] for call in get.calls] == ["employment_by_education", *CHARTS]


def test_each_map_is_a_measure_of_the_year_in_its_subtitle():
    frame = parse([BOOK], SOURCE)
    brussels = frame[frame["ref_area"] == "BE10"].set_index("measure")["obs_value"].to_dict()
    assert brussels == {
        "employment_rate_20_64": 63.9, "gender_employment_gap_20_64": 10.1, "neet_15_29": 12.8,
        "youth_unemployment_15_29": 20.0, "unemployment_rate_15_74": 12.6, "long_term_unemployed_share": 46.4,
    }  # fmt: skip
    assert set(frame.loc[frame["ref_area"] == "BE10", "time_period"]) == {"2025"}


def test_a_region_of_another_year_keeps_that_year_and_its_flag():
    frame = parse([BOOK], SOURCE)
    bucharest = row(frame, measure="youth_unemployment_15_29", ref_area="RO32")
    assert (bucharest["time_period"], bucharest["obs_status"]) == ("2023", "U")
    prague = row(frame, measure="long_term_unemployed_share", ref_area="CZ01")
    assert (prague["time_period"], prague["obs_status"]) == ("2024", "U")


def test_a_colon_is_a_gap():
    cell = row(parse([BOOK], SOURCE), measure="youth_unemployment_15_29", ref_area="SK01")
    assert math.isnan(cell["obs_value"])
    assert cell["obs_status"] in ("M", "Q")


def test_a_country_among_the_regions_is_layout():
    """Norway's ratio is national, and says so in the column of flags."""
    frame = parse([BOOK], SOURCE)
    assert all(len(area) == 4 for area in frame["ref_area"])
    assert {item.reason for item in dropped_of(frame)} == {"the area is a country, not a NUTS 2 region"}


@pytest.mark.parametrize(
    "change,sentence",
    [
        (lambda s: setattr(s, "title", "CH04M9"), "no sheet 'CH04M6' with the columns NUTS, Region name"),
        (lambda s: setattr(s.cell(1, 3), "value", "Flag"), "no sheet 'CH04M6' with the columns"),
        (lambda s: setattr(s.cell(5, 9), "value", "(% of people, 2026)"), "sheet CH04M6 no longer shows"),
        (lambda s: setattr(s.cell(2, 3), "value", "12.6"), "region BE10 has '12.6', expected a number"),
        (lambda s: setattr(s.cell(2, 4), "value", "Q"), "region BE10: flag 'Q' is none of"),
    ],
)
def test_what_changed_is_named(change: Callable[[Any], object], sentence: str):
    with pytest.raises(SourceChanged, match=sentence.replace("(", r"\(")):
        edited(change)


@pytest.mark.recorded
def test_every_value_is_the_workbook_s_and_employment_by_education_is_there_too(
    recorded: Path, capsys: pytest.CaptureFixture[str]
):
    """Read once more, cell by cell, without the connector."""
    frame = parse([payload("labour_market", recorded / RECORDED)], SOURCE)
    frame = frame[frame["obs_value"].notna()]
    book = openpyxl.load_workbook(recorded / RECORDED, data_only=True)
    for name, measure in SOURCE.datasets["labour_market"].measures.items():
        published = {
            line[0]: line[2]
            for line in book[measure.where["sheet"]].iter_rows(values_only=True)
            if line[0] and len(str(line[0])) == 4
        }
        published = {area: value for area, value in published.items() if value not in ("Value", ":")}
        read = frame[frame["measure"] == name].set_index("ref_area")["obs_value"].to_dict()
        assert read == published
        ours, _ = areas.in_catalogue(loaded(), SOURCE, frame[frame["measure"] == name])
        reach = [
            sum(not set(ours["ref_area"]).isdisjoint(p.areas.values()) for p in places)
            for places in (loaded().city_regions("default"), loaded().city_regions())
        ]
        with capsys.disabled():
            print(f"\n{name}: {reach[0]} ranked places, {reach[1]} in all")
    file = recorded / "eurostat" / "ryb2026_ch04m03.employment_by_education.json"
    maps = parse([payload("employment_by_education", file)], SOURCE)
    for sheet, group in (("CH04M3A", "isced=ED0-2"), ("CH04M3B", "isced=ED3_4"), ("CH04M3C", "isced=ED5-8")):
        same = {
            line[0]: line[2] for line in book[sheet].iter_rows(values_only=True) if isinstance(line[2], int | float)
        }
        found = maps[(maps["group"] == group) & maps["obs_value"].notna()]
        assert dict(zip(found["ref_area"], found["obs_value"], strict=True)).items() <= same.items()
    assert values(frame, "unemployment_rate_15_74", "BE10") == {"2025": 12.6}
