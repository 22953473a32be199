"""The table of observations has one row per key, a unit from config, and a reason for every absence."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from connectors.contract import Dropped
from connectors.errors import NoObservations, SourceChanged
from connectors.frames import combine, dropped_of, observations, without_unpublished
from tests.connectors.given import loaded

SOURCE = loaded().sources["eurostat"]


def rows(*cells, measure="broadband_pc_hh"):
    """Rows of (area, period, value) or (area, period, value, status)."""
    columns = ["ref_area", "time_period", "obs_value", "obs_status"]
    return pd.DataFrame([(*cell, "A")[:4] for cell in cells], columns=columns).assign(measure=measure)


def built(*cells, **more):
    return observations(SOURCE, "isoc_r_broad_h", rows(*cells, **more))


def test_rows_are_sorted_and_carry_unit_and_source():
    frame = built(("NL32", "2020", 98), ("BE10", "2021", 93.0), ("BE10", "2020", "89.52"))
    assert frame["ref_area"].tolist() == ["BE10", "BE10", "NL32"]
    assert frame["obs_value"].tolist() == [89.52, 93.0, 98.0]
    assert set(frame["unit"]) == {"% of all households"}
    assert set(frame["source"]) == {"eurostat"}
    assert set(frame["group"]) == {"total"}


def test_equal_rows_become_one_and_are_counted():
    frame = built(("BE10", "2021", 93.0), ("BE10", "2021", 93.0), ("BE10", "2021", 93.0))
    assert len(frame) == 1
    assert [item.count for item in dropped_of(frame)] == [2]


@pytest.mark.parametrize(
    "second", [("BE10", "2021", 92.53), ("BE10", "2021", 93.0, "P"), ("BE10", "2021", math.nan, "Q")]
)
def test_rows_that_contradict_each_other_are_refused(second):
    with pytest.raises(SourceChanged, match="two rows disagree: broadband_pc_hh BE10 2021 = 93"):
        built(("BE10", "2021", 93.0), second)


@pytest.mark.parametrize("value", ["n/a", "1,5", math.inf, "1e999"])
def test_a_value_that_is_no_finite_number_is_refused(value):
    with pytest.raises(SourceChanged, match="obs_value"):
        built(("BE10", "2021", value))


def test_an_undeclared_measure_is_refused():
    with pytest.raises(SourceChanged, match=r"'households' is not declared in config/sources/eurostat\.yaml"):
        built(("BE10", "2021", 93.0), measure="households")


@pytest.mark.parametrize("cell", [("", "2021", 1.0), ("BE10", None, 1.0)])
def test_an_empty_key_is_refused(cell):
    with pytest.raises(SourceChanged, match="row 1 has an empty key"):
        built(("BE10", "2020", 1.0), cell)


def test_a_lost_column_is_named():
    with pytest.raises(SourceChanged, match="column 'time_period' is gone"):
        observations(SOURCE, "isoc_r_broad_h", rows(("BE10", "2021", 1.0)).drop(columns="time_period"))


def test_a_table_without_any_value_is_no_observation():
    with pytest.raises(NoObservations):
        built(("BE10", "2021", None, "M"))


@pytest.mark.parametrize("status,told", [("A", "M"), ("P", "MP"), ("Q", "Q"), ("BQ", "BQ"), ("X", "X")])
def test_a_row_without_a_value_says_why(status, told):
    frame = built(("BE10", "2020", 1.0), ("BE10", "2021", None, status))
    assert frame["obs_status"].tolist() == ["A", told]


def test_a_gap_in_a_series_stays_and_a_cell_of_mere_layout_goes():
    grid = rows(
        ("BE10", "2020", 1.0), ("BE10", "2021", None, "M"), ("BE10", "2022", None, "M"),
        ("NL32", "2020", 2.0), ("NL32", "2021", 3.0), ("NL32", "2022", None, "Q"),
        ("XX99", "2020", None, "M"), ("XX99", "2021", None, "M"), ("XX99", "2022", None, "M"),
    ).assign(group="total")  # fmt: skip
    kept, dropped = without_unpublished(grid, "table")
    assert list(zip(kept["ref_area"], kept["time_period"], strict=True)) == [
        ("BE10", "2020"), ("BE10", "2021"), ("NL32", "2020"), ("NL32", "2021"), ("NL32", "2022")
    ]  # fmt: skip
    assert [item.count for item in dropped] == [4]  # BE10 2022 (nobody has it) and three cells of XX99


def test_joining_tables_joins_their_reports():
    report = Dropped("isoc_r_broad_h", "a reason", 2, "an example")
    one = observations(SOURCE, "isoc_r_broad_h", rows(("BE10", "2021", 1.0)), [report])
    two = observations(SOURCE, "isoc_r_broad_h", rows(("BE10", "2020", 2.0)))
    joined = combine([one, two])
    assert joined["time_period"].tolist() == ["2020", "2021"]
    assert dropped_of(joined) == (report,)
    assert combine([]).empty
    assert combine([]).dtypes.to_dict() == joined.dtypes.to_dict()
