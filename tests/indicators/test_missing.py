"""Missing values: the newest admissible one, and the share of weight that is present."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indicators.missing import coverage, latest_table, mark_latest


def frame(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["indicator", "ref_area", "time_period", "obs_value"])
    return table.assign(group="total")


@pytest.mark.parametrize(
    ("earliest", "expected"), [("", [False, True, False]), ("2019", [False, True, False]), ("2020", [False] * 3)]
)
def test_the_latest_value_is_the_newest_one_that_is_not_too_old(earliest: str, expected: list[bool]) -> None:
    rows = frame([("x", "a", "2015", 1.0), ("x", "a", "2019", 2.0), ("x", "a", "2021", np.nan)])
    assert mark_latest(rows, {"x": earliest}).tolist() == expected


def test_an_unlimited_indicator_stands_beside_a_limited_one() -> None:
    rows = frame([("x", "a", "2015", 1.0), ("y", "a", "2015", 1.0)])
    assert mark_latest(rows, {"x": "2019"}).tolist() == [False, True]


def test_nothing_to_mark() -> None:
    assert mark_latest(frame([]), {}).tolist() == []


def test_coverage_is_a_share_of_weight_not_of_count() -> None:
    present = np.array([[True, False, True], [False, False, False]])
    assert coverage(present, np.array([1.0, 2.0, 1.0])).tolist() == [(1 + 1) / 4, 0.0]


def test_a_table_without_a_value_says_so_in_every_array() -> None:
    cells = frame([("x", "a", "2020", 5.0)]).assign(score=50.0, error=np.nan, area="A", whole_country=True, latest=True)
    table = latest_table(cells, ["a", "b"], ["x"])
    assert table.raw.tolist()[0] == [5.0]
    assert np.isnan(table.raw[1, 0])
    assert table.error.tolist() == [[0.0], [0.0]]
    assert table.periods.tolist() == [["2020"], [""]]
    with pytest.raises(KeyError, match="unknown"):
        table.columns(["unknown"])
