"""Each of Eurostat's forms is read to the last cell, and refused by name when a part of its shape is gone."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats import (
    FLAGS,
    TIME,
    VALUE,
    NotReadyError,
    ShapeError,
    bulk_tsv,
    jsonstat,
    number,
    repacked,
    sdmx_csv,
)


def cells(table):
    """(area, period) -> (value or None, flags)."""
    rows = table.rows
    return {
        (area, time): (None if math.isnan(value) else value, flags)
        for area, time, value, flags in zip(rows[table.area], rows[TIME], rows[VALUE], rows[FLAGS], strict=True)
    }


def jsonstat_document(sizes, value, status=None, **more):
    names = [*(f"d{n}" for n in range(len(sizes) - 2)), "geo", "time"]
    dimension = {
        name: {"category": {"index": {f"{name}{i}": i for i in range(size)}}}
        for name, size in zip(names, sizes, strict=True)
    }
    status = {"status": status} if status else {}
    return {"class": "dataset", "id": names, "size": sizes, "dimension": dimension, "value": value, **status, **more}


# --- JSON-stat --------------------------------------------------------------------------------------------------------

SIZES = st.lists(st.integers(1, 4), min_size=2, max_size=5)


@settings(deadline=None)  # slow machines are no defect
@given(sizes=SIZES, picked=st.data())
def test_jsonstat_positions_are_row_major(sizes, picked):
    """Position = sum of index x product of the later sizes: writing by that rule and reading gives the same cells."""
    count = math.prod(sizes)
    positions = picked.draw(st.sets(st.integers(0, count - 1)))
    document = jsonstat_document(sizes, {str(p): p + 0.5 for p in positions})
    rows = jsonstat.read(json.loads(json.dumps(document))).rows
    found = set()
    for row in rows.rename(columns={TIME: "time"}).to_dict("records"):
        position = 0
        for name, size in zip(document["id"], sizes, strict=True):
            position = position * size + int(row[name].removeprefix(name))
        assert row[VALUE] == position + 0.5
        found.add(position)
    assert found == positions


@settings(deadline=None)  # slow machines are no defect
@given(sizes=SIZES)
def test_jsonstat_reads_a_list_of_values_like_an_object_of_them(sizes):
    count = math.prod(sizes)
    listed = jsonstat.read(jsonstat_document(sizes, [None if p % 3 == 1 else float(p) for p in range(count)]))
    keyed = jsonstat.read(jsonstat_document(sizes, {str(p): float(p) for p in range(count) if p % 3 != 1}))
    assert listed.rows.equals(keyed.rows)


def test_jsonstat_tells_a_suppressed_cell_from_one_that_does_not_exist():
    table = jsonstat.read(jsonstat_document([2, 2], {"0": 1.0, "3": 4.0}, {"1": "u", "3": "bep"}))
    assert cells(table) == {
        ("geo0", "time0"): (1.0, ""),
        ("geo0", "time1"): (None, "u"),
        ("geo1", "time1"): (4.0, "bep"),
    }


def test_jsonstat_orders_categories_by_their_index_not_by_their_place_in_the_file():
    document = jsonstat_document([2, 1], {"0": 10.0, "1": 20.0})
    document["dimension"]["geo"]["category"]["index"] = {"NL": 1, "BE": 0}
    assert cells(jsonstat.read(document)) == {("BE", "time0"): (10.0, ""), ("NL", "time0"): (20.0, "")}


def test_jsonstat_passes_on_which_areas_the_publisher_calls_empty():
    more = {"extension": {"id": "TABLE", "positions-with-no-data": {"geo": [1], "time": []}}}
    table = jsonstat.read(jsonstat_document([2, 1], {"0": 1.0}, **more))
    assert table.no_data["geo"] == ("geo1",)
    assert table.code == "table"


def test_jsonstat_with_a_warning_is_a_postponed_answer_whatever_its_status_code():
    with pytest.raises(NotReadyError, match="ASYNCHRONOUS_RESPONSE"):
        jsonstat.read({"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE. Your request is processed"}})


def test_jsonstat_with_an_error_list_quotes_it():
    with pytest.raises(ShapeError, match="error 150: INVALID_QUERY_DIMENSION_VALUE"):
        jsonstat.read({"error": [{"status": 400, "id": 150, "label": "INVALID_QUERY_DIMENSION_VALUE: GEO=X"}]})


def test_a_structure_answer_calls_itself_a_dataset_and_is_refused():
    with pytest.raises(ShapeError, match="key 'id' is gone"):
        jsonstat.read({"class": "dataset", "label": "a table", "extension": {"id": "ISOC_R_BROAD_H"}})


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda d: d["dimension"].pop("geo"), "dimension 'geo' is gone"),
        (lambda d: d.update(id=["region", "time"]), "dimension 'region' is gone"),
        (lambda d: d.update(size=[2]), "not lists of one length"),
        (lambda d: d.update(size=[3, 2]), "does not number its 3 categories"),
        (lambda d: d.update(value={"9": 1.0}), "position 9"),
        (lambda d: d.update(value={"one": 1.0}), "position"),
        (lambda d: d.update(value={"0": "1,5"}), "'1,5' is not a number"),
        (lambda d: d.update(value={"0": True}), "not a number"),
        (lambda d: d.update(value=[1.0]), "1 cells"),
        (lambda d: d.update(value="none"), "neither an object nor a list"),
        (lambda d: d.update(id=["geo", "geo"]), "named twice"),
        (lambda d: d.update(size=[2, 10**12]), "does not number its"),
        (lambda d: d.update(dimension=[]), "wrong kind"),
        (lambda d: d.update(error="down"), "down"),
    ],
)
def test_a_damaged_jsonstat_is_refused_by_name(change, cause):
    document = jsonstat_document([2, 2], {"0": 1.0})
    change(document)
    with pytest.raises(ShapeError, match=cause):
        jsonstat.read(document)


@pytest.mark.parametrize("document", [[], "text", 3, None])
def test_json_that_is_no_object_is_refused(document):
    with pytest.raises(ShapeError, match="not an object"):
        jsonstat.read(document)


# --- SDMX-CSV ---------------------------------------------------------------------------------------------------------

SDMX1 = """DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS
ESTAT:ISOC_R_BROAD_H(1.0),16/06/24 23:00:00,A,PC_HH,BE10,2021,93.00,,
ESTAT:ISOC_R_BROAD_H(1.0),16/06/24 23:00:00,A,PC_HH,AT11,2007,,u,
"""
SDMX2 = """STRUCTURE,STRUCTURE_ID,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS
dataflow,ESTAT:ISOC_R_BROAD_H(1.0),A,PC_HH,BE10,2021,93.00,,
dataflow,ESTAT:ISOC_R_BROAD_H(1.0),A,PC_HH,AT11,2007,,u,
"""
SDMX2_LABELS = """STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,freq,Time frequency,unit,Unit,geo,Geopolitical entity,\
TIME_PERIOD,Time,OBS_VALUE,Observation value,OBS_FLAG,Observation status,CONF_STATUS,Confidentiality status
dataflow,ESTAT:ISOC_R_BROAD_H(1.0),"Households, broadband",A,Annual,PC_HH,Percentage,BE10,Bruxelles,2021,,93.00,,,,,
dataflow,ESTAT:ISOC_R_BROAD_H(1.0),"Households, broadband",A,Annual,PC_HH,Percentage,AT11,Burgenland,2007,,,,u,low,,
"""
SDMX1_BOTH = """DATAFLOW: Dataflow,LAST UPDATE,freq: Time frequency,unit: Unit,geo: Geopolitical entity (reporting),\
TIME_PERIOD: Time,OBS_VALUE: Value,OBS_FLAG: Observation status
ESTAT:ISOC_R_BROAD_H(1.0): Households,16/06/24 23:00:00,A: Annual,PC_HH: Percentage,BE10: Bruxelles,2021,93.00,
ESTAT:ISOC_R_BROAD_H(1.0): Households,16/06/24 23:00:00,A: Annual,PC_HH: Percentage,AT11: Burgenland,2007,,u: low
"""


@pytest.mark.parametrize("text", [SDMX1, SDMX2, SDMX2_LABELS, SDMX1_BOTH], ids=["1.0", "2.0", "labels", "code: label"])
def test_every_sdmx_csv_form_gives_the_same_table(text):
    table = sdmx_csv.read(text)
    assert table.dimensions == ("freq", "unit", "geo")
    assert table.code == "isoc_r_broad_h"
    assert cells(table) == {("BE10", "2021"): (93.0, ""), ("AT11", "2007"): (None, "u")}
    assert sdmx_csv.is_sdmx_csv(text.split("\n", 1)[0])


@pytest.mark.parametrize("column", ["DATAFLOW", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"])
def test_a_renamed_sdmx_column_is_named(column):
    with pytest.raises(ShapeError, match=f"'{column}'"):
        sdmx_csv.read(SDMX1.replace(column, "renamed", 1))


def test_an_sdmx_file_that_mixes_two_tables_is_refused():
    with pytest.raises(ShapeError, match="mixes tables"):
        sdmx_csv.read(SDMX1 + "ESTAT:URB_CTRAN(1.0),,A,PC_HH,BE10,2020,1,,\n")


@pytest.mark.parametrize("line", ["ESTAT:ISOC_R_BROAD_H(1.0),x,A,PC_HH,BE10,2020,1\n", "Total\n"])
def test_an_sdmx_line_of_another_width_is_named(line):
    with pytest.raises(ShapeError, match="line 4 has"):
        sdmx_csv.read(SDMX1 + line)


# --- bulk TSV ---------------------------------------------------------------------------------------------------------

LETTERS = st.text("bdefimnpsuzc", max_size=3)


@settings(deadline=None)  # slow machines are no defect
@given(
    value=st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=2)), flags=LETTERS, spaces=st.sampled_from(["", " "])
)
def test_a_tsv_cell_is_value_space_flags(value, flags, spaces):
    text = ":" if value is None else str(value)
    table = bulk_tsv.read(f"unit,geo\\time\t2019 \nPC,BE\t{text} {flags}{spaces}\n")
    assert cells(table) == {("BE", "2019"): (None if value is None else float(value), flags)}


@pytest.mark.parametrize("cell", ["1,5 ", "12 %", "n/a", "1 2", "", "1.2.3 ", "--1 ", ":: ", "nan ", "inf "])
def test_a_tsv_cell_that_is_neither_number_nor_colon_is_refused(cell):
    with pytest.raises(ShapeError, match="cell"):
        bulk_tsv.read(f"unit,geo\\time\t2019 \nPC,BE\t{cell}\n")


def test_the_current_and_the_legacy_tsv_header_give_the_same_rows():
    legacy = bulk_tsv.read("unit,cities\\time\t2019 \t2015 \nPC,BE001C\t18.5 \t19.0 e\n")
    current = bulk_tsv.read("unit,cities\\TIME_PERIOD\t2015 \t2019 \nPC,BE001C\t19.0 e\t18.5 \n")
    assert cells(legacy) == cells(current) == {("BE001C", "2019"): (18.5, ""), ("BE001C", "2015"): (19.0, "e")}
    assert legacy.area == "cities"


@pytest.mark.parametrize(
    "text,cause",
    [
        ("unit,geo\t2019 \nPC,BE\t1 \n", "first header cell"),
        ("unit,region\\time\t2019 \nPC,BE\t1 \n", "dimension 'geo'"),
        ("unit,geo\\time\tyear\nPC,BE\t1 \n", "'year' is not a period"),
        ("unit,geo\\time\t2019 \t2019 \nPC,BE\t1 \t2 \n", "twice"),
        ("unit,geo\\time\t2019 \nPC,BE\t1 \t2 \n", "line 2 has 2 codes and 2 cells"),
        ("unit,geo\\time\t2019 \nBE\t1 \n", "line 2 has 1 codes"),
        ("unit,geo\\time\t2019 \n", "no line"),
        ("unit,geo\\time\n", "not a period"),
    ],
)
def test_a_damaged_tsv_is_refused_by_name(text, cause):
    with pytest.raises(ShapeError, match=cause):
        bulk_tsv.read(text)


# --- numbers ----------------------------------------------------------------------------------------------------------


@settings(deadline=None)  # slow machines are no defect
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_round_trips(value):
    assert number(repr(value)) == value


@pytest.mark.parametrize("text", ["NaN", "inf", "1,5", "1 000", "0x10", "1_000", "٣"])
def test_what_python_takes_for_a_number_and_no_publisher_writes_is_refused(text):
    with pytest.raises(ShapeError):
        number(text)


@pytest.mark.parametrize("index", [{"a": None, "b": 1}, {"a": "0", "b": "1"}, "ab", 2, None])
def test_jsonstat_refuses_categories_without_numbers(index):
    document = jsonstat_document([2, 1], [1.0, 2.0])
    next(iter(document["dimension"].values()))["category"]["index"] = index
    with pytest.raises(ShapeError, match="does not number its categories"):
        jsonstat.read(document)


def test_a_repacked_csv_with_a_broken_line_is_refused():
    with pytest.raises(ShapeError, match="not readable as CSV"):
        repacked.read_csv("NUTS_ID,year,v\nBE10,2020,\r1\n", repacked.Columns("NUTS_ID", "year", "v"))


def test_a_repacked_csv_may_hold_several_tables_and_rounded_figures_are_no_copies():
    text = "geo,year,v,code\nBE10,2016,16900,inc\nBE10,2017,16900,inc\nBE10,2019M11,3,other\n"
    columns = repacked.Columns("geo", "year", "v", ("code", "inc"))
    assert repacked.read_csv(text, columns).rows[repacked.SUSPECT].tolist() == [False, True]
    rows = repacked.read_csv(text, columns, rounded=True).rows
    assert rows["OBS_VALUE"].tolist() == [16900.0, 16900.0]
    assert not rows[repacked.SUSPECT].any()
    with pytest.raises(ShapeError, match="column 'table' is gone"):
        repacked.read_csv(text, repacked.Columns("geo", "year", "v", ("table", "inc")))
