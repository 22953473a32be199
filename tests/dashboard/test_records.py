from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.snapshot import FORMULA_TRIGGERS
from dashboard import records
from tests.dashboard.sites import NEWER, get

HOSTILE = ('=HYPERLINK("http://x","y")', "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "a=1", "é", "")


def cells(frame: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(records.csv(frame).decode(), newline="")))[1:]


def test_no_label_runs_as_a_formula_and_no_number_changes() -> None:
    numbers = [-0.3, 1e-7, 12.0, -5.0, 0.1, 1.5, 2.25, -1234.5, 3.0]
    frame = pd.DataFrame({"label": HOSTILE, "obs_value": numbers, "n": range(len(HOSTILE))})
    found = cells(frame)
    expected = [f"'{text}" if text.startswith(FORMULA_TRIGGERS) else text for text in HOSTILE]
    assert [row[0] for row in found] == [text.replace("\r", " ") for text in expected]
    assert [float(row[1]) for row in found] == numbers
    assert found[0][1] == "-0.3"


@given(st.lists(st.tuples(st.text(max_size=12), st.floats(allow_nan=False, allow_infinity=False)), min_size=1))
def test_whatever_the_label_says_it_stays_text_and_the_number_reads_back(rows: list[tuple[str, float]]) -> None:
    found = cells(pd.DataFrame(rows, columns=["label", "obs_value"]))
    assert not any(row[0].startswith(FORMULA_TRIGGERS) for row in found)
    assert [float(row[1]) for row in found] == [number for _, number in rows]


@pytest.mark.parametrize("address", ["/en/p/safe.csv", "/en/overall.csv", "/fr/p/open.csv"])
def test_downloads_hold_numbers_or_harmless_text(address: str) -> None:
    rows = list(csv.DictReader(io.StringIO(get(address).text, newline="")))
    assert set(rows[0]) == set(records.COLUMNS)
    risky = {cell for row in rows for cell in row.values() if cell.startswith(FORMULA_TRIGGERS)}
    assert {cell for cell in risky if not cell.replace(".", "", 1).replace("e-", "").lstrip("-").isdigit()} == set()


def test_every_row_names_level_unit_source_licence_and_snapshot() -> None:
    frame = pd.read_csv(io.BytesIO(get("/en/i/road_deaths.csv").data))
    for column in ("level", "unit", "source", "licence", "attribution", "place"):
        assert frame[column].notna().all(), column
    assert set(frame["snapshot"]) == {NEWER}


def test_records_have_none_for_what_is_missing_and_whole_counts() -> None:
    frame = pd.DataFrame({"a": [1.5, None], "n": pd.array([3, None], dtype="Int64"), "t": ["x", None]})
    assert records.records(frame) == [{"a": 1.5, "n": 3, "t": "x"}, {"a": None, "n": None, "t": None}]


@pytest.mark.parametrize(("lang", "says"), [("en", "Data: "), ("fr", "Données\u00a0: "), ("nl", "Data: ")])
def test_the_citation_names_snapshot_date_and_publisher(lang: str, says: str) -> None:
    told = get(f"/{lang}/i/road_deaths.json").get_json()["citation"]
    assert NEWER in told
    assert says in told
    assert "2026" in told


def test_bibtex_keeps_its_braces() -> None:
    text = get("/en/i/road_deaths.bib").text
    assert text.count("{") == text.count("}")
    assert text.startswith(f"@misc{{fourpillars-road_deaths-{NEWER},")
