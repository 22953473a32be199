from __future__ import annotations

from xml.etree import ElementTree

from dashboard import tables
from dashboard.chart import Table
from tests.dashboard import made

TABLE = Table("Scores", ("Place", "Score", "Remark"), (("Brussels", "58", "whole"), ("Sofia", "−29", "")), hero=0)


def parsed(table: Table, label: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(str(tables.html(table, label)))


def test_a_table_scrolls_in_a_named_region_that_the_keyboard_reaches() -> None:
    region = parsed(TABLE, "All scores")
    assert (region.attrib["role"], region.attrib["tabindex"], region.attrib["aria-label"]) == (
        "region",
        "0",
        "All scores",
    )
    assert parsed(TABLE).attrib["aria-label"] == "Scores"


def test_rows_and_columns_have_heads_and_the_table_a_caption() -> None:
    root = parsed(TABLE)
    assert [e.text for e in root.iter("th") if e.attrib["scope"] == "col"] == ["Place", "Score", "Remark"]
    assert [e.text for e in root.iter("th") if e.attrib["scope"] == "row"] == ["Brussels", "Sofia"]
    assert [e.text for e in root.iter("caption")] == ["Scores"]


def test_numbers_stand_to_the_right_and_words_do_not() -> None:
    cells = {e.text: e.attrib.get("class") for e in parsed(TABLE).iter("td")}
    assert (cells["58"], cells["−29"], cells["whole"]) == ("n", "n", None)


def test_the_row_of_the_hero_is_marked() -> None:
    rows = [row.attrib.get("class") for row in parsed(TABLE).iter("tr")]
    assert rows == [None, "hero", None]  # the head, Brussels, Sofia


def test_markup_in_cells_stays_words() -> None:
    bad = made.HOSTILE
    root = parsed(Table(bad, (bad, bad), ((bad, bad),)), bad)
    assert not list(root.iter("b"))
    assert not list(root.iter("script"))
    assert "".join(root.itertext()).count(bad) == 5  # caption, two heads, two cells
