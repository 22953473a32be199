"""WHO city means: names in full and in their order, duplicates, coverage beside the mean, terms that keep them out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from connectors.who import fetch, parse
from tests.connectors.given import Asked, loaded, payload, row, small, source, values

SOURCE = source("who")
FIVE = small("who", "city_means.version5-made.xlsx")  # values made for these tests
SIX = small("who", "city_means.version6-made.xlsx")
BARE = small("who", "city_means.headless-made.xlsx")


def parsed(change: Callable[[Any], object]):
    """The workbook of version 5 after `change` has edited its sheet of cities."""
    book = openpyxl.load_workbook(io.BytesIO(FIVE.content))
    change(book["AAP_made"])
    out = io.BytesIO()
    book.save(out)
    return parse([payload("city_means", out.getvalue())], SOURCE)


def add(iso: str, city: str, year: int, mean: float, coverage: float | None = None, version: int | None = 2022):
    cells = [
        "European Region",
        iso,
        "x",
        city,
        year,
        mean,
        None,
        None,
        coverage,
        None,
        None,
        "made",
        None,
        version,
        None,
    ]
    return lambda sheet: sheet.append(cells)


def test_the_terms_keep_it_off_and_out_of_every_snapshot():
    assert not SOURCE.default_on
    assert SOURCE.licence.id == "CC-BY-NC-SA-3.0-IGO"
    assert not SOURCE.licence.redistributable
    assert not SOURCE.licence.commercial


def test_fetch_asks_for_the_workbook():
    get = Asked()
    fetch(get, SOURCE)
    assert [call["url"].split("/")[2] for call in get.calls] == ["cdn.who.int"]


def test_of_four_names_of_brussels_the_first_with_a_value_counts():
    frame = parse([FIVE], SOURCE)
    assert values(frame, "who_no2_mean", "BE001C") == {"2010": 40.5, "2019": 38.5}
    reasons = {item.reason: item for item in dropped_of(frame)}
    assert reasons["another name of the place comes first (no2_concentration)"].count == 2


def test_the_second_name_fills_what_the_first_does_not_have():
    def empty(sheet: Any) -> None:
        sheet["H3"] = None  # NO2 of Bruxelles 2019

    frame = parsed(empty)
    assert values(frame, "who_no2_mean", "BE001C")["2019"] == 28.5
    assert values(frame, "who_pm25_mean", "BE001C")["2019"] == 14.5


def test_a_name_inside_another_is_not_that_place():
    frame = parse([FIVE], SOURCE)
    assert set(frame["ref_area"]) == {"BE001C", "FR001C"}
    left_out = {item.reason: item for item in dropped_of(frame)}[
        "config maps the publisher's name of the city to no area"
    ]
    assert (left_out.count, left_out.example) == (2, "FRA/Lille 2019")


def test_coverage_stands_beside_each_mean_and_unstated_is_missing():
    frame = parse([FIVE], SOURCE)
    assert values(frame, "who_pm25_coverage", "FR001C") == {"2019": 91}
    cell = row(frame, measure="who_pm25_coverage", ref_area="BE001C", time_period="2019")
    assert cell[["obs_value"]].isna().all()
    assert cell["obs_status"] == "M"


def test_version_6_has_other_columns_and_the_country_in_the_name():
    frame = parse([SIX], SOURCE)
    assert values(frame, "who_pm25_mean", "BE001C") == {"2020": 11.5}
    assert values(frame, "who_no2_coverage", "FR001C") == {"2020": 97}


def test_a_newer_version_of_a_row_replaces_the_older_and_is_reported():
    frame = parsed(add("FRA", "Paris", 2019, 99.5, version=2018))
    assert values(frame, "who_pm25_mean", "FR001C") == {"2019": 15.5}
    assert any(item.reason.startswith("a newer version") for item in dropped_of(frame))
    assert values(parsed(add("FRA", "Paris", 2019, 16.5, version=2024)), "who_pm25_mean", "FR001C") == {"2019": 16.5}


def test_a_row_without_a_version_comes_after_any_that_has_one():
    frame = parsed(add("FRA", "Paris", 2019, 99.5, version=None))
    assert values(frame, "who_pm25_mean", "FR001C") == {"2019": 15.5}


def test_two_rows_of_the_same_standing_that_disagree_are_refused():
    with pytest.raises(SourceChanged, match="two rows of FRA/Paris 2019 disagree"):
        parsed(add("FRA", "Paris", 2019, 16.5, coverage=93))


@pytest.mark.parametrize(
    "cell,new,cause",
    [
        ("F1", "PM2.5", "column 'pm25_concentration' is gone"),
        ("D1", "Place", "column 'city' is gone"),
        ("E1", "When", "0 sheets have columns"),
        ("E3", "2019-2020", "no year"),
        ("H3", "<40", "'<40', no number"),
    ],
)
def test_a_changed_workbook_is_refused_with_the_reason(cell, new, cause):
    def change(sheet: Any) -> None:
        sheet[cell] = new

    with pytest.raises(SourceChanged, match=cause):
        parsed(change)


@pytest.mark.recorded
def test_the_recorded_version_5(recorded: Path):
    frame = parse([payload("city_means", recorded / "air/who/who_aap_2021_v9_11august2022.xlsx")], SOURCE)
    expected = {
        "BE001C": (14.8, 38.0), "BE002C": (12.9, 33.7), "BE003C": (13.5, 23.0), "BE005C": (8.2, 20.8),
        "NL001C": (11.2, 29.9), "NL037C": (12.0, 31.4), "FR001C": (15.5, 41.3), "FR002C": (11.6, 30.0),
        "DE001C": (13.7, 27.6), "DE002C": (11.5, 27.2), "DE003C": (10.7, 34.3), "AT001C": (12.6, 21.8),
        "LU001C": (9.1, 29.1), "DK001C": (11.3, 22.9), "SE001C": (5.9, 21.6), "FI001C": (7.3, 27.0),
        "ES001C": (9.9, 32.9), "ES002C": (17.8, 35.7), "PT001C": (10.4, 34.4), "IT002C": (20.9, 43.8),
        "IT001C": (13.0, 38.1), "CZ001C": (14.0, 26.9), "PL001C": (18.2, 29.5), "HU001C": (14.4, 30.6),
        "IE001C": (9.5, 23.8),
    }  # fmt: skip
    found = {
        area: tuple(values(frame, measure, area)["2019"] for measure in ("who_pm25_mean", "who_no2_mean"))
        for area in expected
    }
    for area, means in expected.items():
        assert found[area] == pytest.approx(means, abs=0.0501), area
    assert sorted(values(frame, "who_no2_mean", "BE001C")) == ["2010", *map(str, range(2013, 2020))]
    assert values(frame, "who_no2_mean", "BE001C")["2010"] == pytest.approx(40.02)


# --- version 6 without its header -------------------------------------------------------------------------------------


def test_rows_of_version_6_are_known_without_their_header():
    frame = parse([BARE], SOURCE)
    assert values(frame, "who_pm25_mean", "BE001C") == {"2019": 10.1, "2020": 10.2}
    assert values(frame, "who_no2_mean", "BE001C") == {"2019": 31.0, "2020": 32.0}
    assert values(frame, "who_pm10_mean", "BE001C") == {"2019": 21.0, "2020": 22.0}
    assert set(frame["ref_area"]) == {"BE001C", "NL001C", "CY001C"}


def test_na_is_no_value_and_no_number():
    frame = parse([BARE], SOURCE)
    assert values(frame, "who_pm25_mean", "NL001C") == {"2019": 10.3}
    coverage = row(frame, measure="who_pm25_coverage", ref_area="NL001C", time_period="2019")
    assert coverage["obs_status"] == "M"


def test_a_sheet_that_only_looks_alike_is_refused():
    book = openpyxl.load_workbook(io.BytesIO(BARE.content))
    book.worksheets[0].cell(1, 4).value = "Brussels"  # the city without its country
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(SourceChanged, match="0 sheets have columns for city and year"):
        parse([payload("city_means", out.getvalue())], SOURCE)


@pytest.mark.recorded
def test_every_mean_of_the_headless_file_is_that_of_another_extraction(recorded: Path):
    """A table made of the same file by other means, for 36 places since 2017."""
    frame = parse([payload("city_means", recorded / "air_nc/who_aap_2024_v6.1_europe_subset.xlsx")], SOURCE)
    read = {(r.measure, r.ref_area, r.time_period): r.obs_value for r in frame.itertuples()}
    lines = csv.DictReader(
        (recorded / "air_nc/who_v6.1_our_places_2017on.csv").read_text(encoding="utf-8").splitlines()
    )
    checked = 0
    for line in lines:
        area = loaded().places[line["place"]].areas["city"]
        for column in ("pm25", "no2"):
            key = (f"who_{column}_mean", area, line["year"])
            if line[column] in ("", "NA"):
                assert key not in read
            else:
                assert read[key] == float(line[column])
                checked += 1
    assert checked == 342
