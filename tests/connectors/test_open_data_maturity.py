"""Open Data Maturity: total points from one questionnaire per country, downloaded by hand."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.errors import SourceChanged, SourceUnavailable
from connectors.open_data_maturity import fetch, parse
from tests.connectors.given import Asked, payload, small, source, values

SOURCE = source("open_data_maturity")
BELGIUM = small("open_data_maturity", "edition_2023.BE.xlsx")


def questionnaire(cells: dict[str, Any]) -> bytes:
    """The Belgian questionnaire with some cells replaced, as a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(BELGIUM.content))
    for address, value in cells.items():
        book.worksheets[0][address] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parsed(cells: dict[str, Any], url: str = "https://publisher.example/ODM2023_XX.xlsx"):
    return parse([payload("edition_2023", questionnaire(cells), url)], SOURCE)


FRANCE = {"D9": "France", "I2": 2497, "I21": 640, "I23": 600, "I25": 627, "I27": 630}


def test_fetch_says_what_to_download_by_hand():
    with pytest.raises(SourceUnavailable, match=r"by hand: save .* from https://data\.europa\.eu/.*--recordings"):
        fetch(Asked(), SOURCE)


def test_the_total_is_the_sum_of_four_dimensions():
    frame = parse([BELGIUM], SOURCE)
    assert 517 + 320 + 550 + 456 == 1843
    assert values(frame, "odm_total_points", "BE") == {"2023": 1843}


def test_the_country_comes_from_the_answer_not_from_the_file_name():
    frame = parsed(FRANCE, url="https://publisher.example/ODM2023_BE.xlsx")
    assert values(frame, "odm_total_points", "FR") == {"2023": 2497}


def test_several_questionnaires_make_one_table():
    frame = parse([BELGIUM, payload("edition_2023", questionnaire(FRANCE))], SOURCE)
    assert dict(zip(frame["ref_area"], frame["obs_value"], strict=True)) == {"BE": 1843, "FR": 2497}


def test_greece_is_el_and_norway_is_text():
    frame = parse([payload("edition_2023", questionnaire({"D9": name})) for name in ("Greece", "Norway")], SOURCE)
    assert frame["ref_area"].tolist() == ["EL", "NO"]


def test_points_are_points_not_percent():
    with pytest.raises(SourceChanged, match=r"add up to 1843, the total says 72\.6"):
        parsed({"I2": 72.6})


def test_two_questionnaires_of_one_country_that_disagree_are_refused():
    other = payload("edition_2023", questionnaire({"I2": 1844, "I21": 518}))
    with pytest.raises(SourceChanged, match="two rows disagree"):
        parse([BELGIUM, other], SOURCE)


def test_more_points_than_the_edition_has_are_refused():
    with pytest.raises(SourceChanged, match="more than the maximum 2540"):
        parsed({"I2": 2541, "I21": 1215})  # 1215 + 320 + 550 + 456


@pytest.mark.parametrize(
    "cells,cause",
    [
        ({"H2": "Score total"}, "'Total Score:' is there 0 times"),
        ({"H5": "Total Score:", "I5": 1843}, "'Total Score:' is there 2 times"),
        ({"B9": "Which country?"}, "'What is your country?' is answered 0 times"),
        ({"D9": "Atlantis"}, "country 'Atlantis' is not among the labels"),
        ({"B27": "Quality"}, "3 rows begin with 'Dimension '"),
        ({"I2": "1843"}, "expected points, found '1843'"),
        ({"I2": None}, "expected points, found None"),
        ({"I2": -1}, "the total says -1"),
    ],
)
def test_a_changed_questionnaire_is_refused_with_the_reason(cells, cause):
    with pytest.raises(SourceChanged, match=cause.replace("?", r"\?")):
        parsed(cells)


@pytest.mark.recorded
def test_the_recorded_questionnaires_have_the_published_totals(recorded: Path):
    files = sorted((recorded / "eurostat/odm2023").glob("ODM2023_*.xlsx"))
    frame = parse([payload("edition_2023", file) for file in files], SOURCE)
    points = dict(zip(frame["ref_area"], frame["obs_value"], strict=True))
    assert len(points) == len(files) == 35
    assert set(points) == {file.stem.removeprefix("ODM2023_") for file in files}
    expected = {"BE": 1843, "FR": 2497, "PL": 2485, "EE": 2440, "NL": 2111}
    assert {country: points[country] for country in expected} == expected
    assert round(100 * points["FR"] / 2540, 1) == 98.3  # the share the publisher printed
