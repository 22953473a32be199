"""CSV and XLSX as promised tables: nothing guessed, every broken promise named."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from connectors import unpack
from connectors.contract import Dropped
from connectors.errors import BeyondLimits, NoObservations, SourceChanged
from connectors.frames import dropped_of
from connectors.tables import assemble, by_hand, csv_table, first_sheet, is_workbook, member, sheet_table
from tests.connectors.given import payload, source

FILE = payload("life_events", "unused")
SOURCE = source("open_data_maturity")


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(text: str, *columns: str) -> pd.DataFrame:
    return csv_table("x", FILE, text, columns)


def test_a_csv_is_text_and_no_cell_becomes_a_gap():
    frame = table('code,value\nNA,1e3\n"nan",\n', "code", "value")
    assert frame.to_numpy().tolist() == [["NA", "1e3"], ["nan", ""]]


def test_columns_are_found_by_name_in_any_order_and_extra_ones_stay():
    assert table("b,new,a\n1,2,3\n", "a", "b").iloc[0].to_dict() == {"b": "1", "new": "2", "a": "3"}


def test_blank_lines_are_no_rows():
    assert len(table("a\n1\n\n2\n", "a")) == 2


@pytest.mark.parametrize(
    "text,cause",
    [
        ("a,b\n1,2\n", "column 'c' is gone; the file has a, b"),
        ("a,c,c\n1,2,3\n", "column 'c' is there twice"),
        ("a,c\n1,2,3\n", "row 2 has 3 cells, the header 2"),
        ("a,c\n1,2\nSource: somebody\n", "row 3 has 1 cells, the header 2"),
        ("a,c\n", "no rows below its header"),
        ('a,c\n1,"2\n', "not readable as CSV"),
    ],
)
def test_a_broken_csv_is_refused_with_the_reason(text, cause):
    with pytest.raises(SourceChanged, match=cause):
        table(text, "a", "c")


def test_a_sheet_reads_like_a_csv_and_trailing_blanks_are_cells():
    frame = sheet_table("x", payload("d", workbook(("a", "b"), (1, None), ("NA", 2.5), (None, None))), ("a", "b"))
    assert frame.to_numpy().tolist() == [["1", ""], ["NA", "2.5"]]


def test_a_row_wider_than_the_header_is_refused():
    with pytest.raises(SourceChanged, match="row 2 has 3 cells, the header 2"):
        sheet_table("x", payload("d", workbook(("a", "b"), (1, 2, 3))), ("a",))


def test_only_the_first_sheet_is_read():
    book = openpyxl.load_workbook(io.BytesIO(workbook(("first",))))
    book.create_sheet("second").append(("second",))
    out = io.BytesIO()
    book.save(out)
    assert first_sheet("x", payload("d", out.getvalue())) == [("first",)]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 no zip", b"a,b\n1,2\n", workbook(("a",))[:-40]], ids=["zip", "csv", "cut"]
)
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(SourceChanged, match="not a whole XLSX workbook"):
        first_sheet("x", payload("d", content))


def test_a_workbook_that_unpacks_beyond_the_bound_is_refused_unread(monkeypatch):
    monkeypatch.setattr(unpack, "MOST_UNPACKED", 1_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", b"")
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 1_001)
    with pytest.raises(BeyondLimits, match="unpacks to 1001 bytes; 1000 are the limit"):
        first_sheet("x", payload("d", out.getvalue()))


def test_a_workbook_is_told_by_its_first_bytes():
    assert is_workbook(workbook(("a",)))
    assert not is_workbook(b"CD_YEAR,CD_MUNTY_REFNIS\n")


def test_a_member_must_be_there_and_of_its_kind():
    assert member("x", FILE, {"a": 1}, "a", int) == 1
    assert member("x", FILE, {"a": None}, "a", object) is None
    for mapping, cause in (({}, "key 'a' is gone; expected int"), ({"a": "1"}, "key 'a' is '1'; expected int")):
        with pytest.raises(SourceChanged, match=cause):
            member("x", FILE, mapping, "a", int)


def one_row(file, declared):
    row = {"measure": "odm_total_points", "ref_area": file.content.decode(), "time_period": "2023", "obs_value": 1}
    return pd.DataFrame([row]), [Dropped(file.dataset, f"read {file.content.decode()}", 1)]


def test_payloads_of_one_dataset_make_one_table_with_all_their_reports():
    frame = assemble([payload("edition_2023", "FR"), payload("edition_2023", "BE")], SOURCE, one_row)
    assert frame["ref_area"].tolist() == ["BE", "FR"]
    assert [item.reason for item in dropped_of(frame)] == ["read FR", "read BE"]


def test_no_payload_an_unknown_dataset_and_a_lost_measure_are_refused():
    with pytest.raises(NoObservations, match="no payload"):
        assemble([], SOURCE, one_row)
    with pytest.raises(SourceChanged, match="dataset 'edition_1999' is not declared; write one of: edition_2023"):
        assemble([payload("edition_1999", "BE")], SOURCE, one_row)
    with pytest.raises(SourceChanged, match="no row for measure 'odm_total_points'"):
        assemble([payload("edition_2023", "BE")], SOURCE, lambda *_: (pd.DataFrame(), []))


def test_a_source_read_by_hand_names_file_page_line_and_option():
    message = str(by_hand(SOURCE, "edition_2023", "answers.xlsx"))
    for words in (
        "save answers.xlsx",
        SOURCE.datasets["edition_2023"].url,
        "open_data_maturity,edition_2023,",
        "--recordings",
    ):
        assert words in message
