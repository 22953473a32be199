"""The values table: numbers read exactly, gaps kept, every bad cell named by indicator and place."""

import numpy as np
import pandas as pd
import pytest

from indicators import framework, inputs
from indicators.tables import AnalysisError
from tests.indicators.toys import CODES, PLACES, VALUES, meta, tables, values


def read(**changed):
    return inputs.read(values(**changed), framework.read(meta()))


def test_numbers_groups_denominators_and_ignored_columns_are_told_apart():
    found = read(uName=["Brussels", "Antwerp", "Ghent", "Liège", "Namur", "Mons"], mayor=["x"] * 6)
    assert found.indicators.rows == PLACES
    np.testing.assert_array_equal(found.indicators.values, np.array([VALUES[code] for code in CODES]).T)
    assert found.denominators.column("people").tolist() == [1, 2, 4, 1, 2, 4]
    assert found.groups["group"][0] == "west"
    assert found.names["BRU"] == "Brussels"
    assert found.ignored == ("mayor",)


def test_text_numbers_keep_every_digit_and_empty_cells_are_missing():
    found = read(a={"BRU": "0.30000000000000004", "ANT": "", "GNT": None, "LIE": float("nan")})
    assert found.indicators.column("a")[0] == 0.30000000000000004
    assert np.isnan(found.indicators.column("a")[1:4]).all()


def test_every_empty_cell_of_pandas_is_missing_also_in_codes_groups_and_periods():
    frame = pd.DataFrame(values(a={"GNT": None})).convert_dtypes()
    frame["group"] = frame["group"].mask(frame["uCode"] == "ANT")
    found = inputs.read(frame, framework.read(meta()))
    assert np.isnan(found.indicators.column("a")).tolist() == [False, False, True, False, False, False]
    assert found.groups["group"][:3] == ("west", "", "west")
    with pytest.raises(AnalysisError, match="row 2 has no uCode"):
        inputs.read(frame.assign(uCode=frame["uCode"].mask(frame["uCode"] == "ANT")), framework.read(meta()))
    with pytest.raises(AnalysisError, match="place 'GNT' has a row without Time"):
        inputs.read(values(Time=[2020, 2020, None, 2020, 2020, 2020]), framework.read(meta()), panel=True)


def test_a_pandas_frame_reads_like_a_mapping_of_columns():
    found = inputs.read(pd.DataFrame(values()), framework.read(meta()))
    np.testing.assert_array_equal(found.indicators.values, tables()[1].indicators.values)


@pytest.mark.parametrize("cell", ["NA", "n/a", "1,5", "inf", "nan", "-Infinity", 1e101, 1e-101, [1]])
def test_a_cell_that_is_no_finite_number_is_named_by_indicator_and_place(cell):
    with pytest.raises(AnalysisError, match="indicator 'b' at 'GNT'"):
        read(b={"GNT": cell})


def test_a_place_that_occurs_twice_is_named():
    with pytest.raises(AnalysisError, match="place 'BRU' occurs twice; keep one row, or declare a panel"):
        read(uCode={"ANT": "BRU"})


def test_in_a_panel_a_place_may_occur_once_a_period():
    twice = values(uCode=["BRU", "BRU", "GNT", "GNT", "NAM", "NAM"], Time=[2020, 2021] * 3)
    found = inputs.read(twice, framework.read(meta()), panel=True)
    assert found.indicators.periods == ("2020", "2021") * 3
    with pytest.raises(AnalysisError, match="place 'BRU' occurs twice in period '2020'"):
        inputs.read(twice | {"Time": [2020] * 6}, framework.read(meta()), panel=True)


def test_missing_columns_empty_tables_and_nameless_places_are_named():
    columns = values()
    del columns["c"]
    with pytest.raises(AnalysisError, match="no column 'c'"):
        inputs.read(columns, framework.read(meta()))
    with pytest.raises(AnalysisError, match="no rows"):
        inputs.read({name: [] for name in values()}, framework.read(meta()))
    with pytest.raises(AnalysisError, match="row 3 has no uCode"):
        read(uCode={"GNT": " "})


@pytest.mark.parametrize(
    "text, problem",
    [
        ("", "is empty"),
        ("uCode,a,a\nBRU,1,2\n", "column 'a' occurs more than once"),
        ("uCode,a\nBRU,1,2\n", "line 2 has 3 cells, the header has 2"),
    ],
)
def test_a_broken_csv_file_is_named_with_its_line(tmp_path, text, problem):
    (tmp_path / "values.csv").write_text(text)
    with pytest.raises(AnalysisError, match=problem):
        inputs.read_csv(tmp_path / "values.csv")


def test_an_absent_or_undecodable_file_is_named(tmp_path):
    with pytest.raises(AnalysisError, match=r"absent\.csv: cannot be read"):
        inputs.read_csv(tmp_path / "absent.csv")
    (tmp_path / "latin.csv").write_bytes(b"uCode\nLi\xe8ge\n")
    with pytest.raises(AnalysisError, match=r"latin\.csv: cannot be read"):
        inputs.read_csv(tmp_path / "latin.csv")
