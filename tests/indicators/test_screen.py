"""Screening: counting what is known and keeping those who reach the minimum."""

import numpy as np
import pytest

from indicators import screen
from indicators.tables import Table
from tests.indicators.toys import CODES, PLACES, tables

nan = np.nan
VALUES = np.array([[1.0, 0.0, nan, nan], [1.0, 2.0, 3.0, 0.0], [nan, nan, nan, nan]])


def test_availability_counts_missing_and_zero_cells_both_ways():
    by_place = screen.availability(VALUES)
    assert by_place.missing.tolist() == [2, 0, 4]
    assert by_place.zero.tolist() == [1, 1, 0]
    assert by_place.available.tolist() == [0.5, 1.0, 0.0]
    np.testing.assert_array_equal(by_place.non_zero, [1 / 2, 3 / 4, nan])
    assert screen.availability(VALUES, axis=0).missing.tolist() == [1, 1, 2, 2]


def test_a_share_equal_to_its_minimum_is_enough():
    assert screen.enough(VALUES, min_available=0.5).tolist() == [True, True, False]
    assert screen.enough(VALUES, min_non_zero=0.75).tolist() == [False, True, False]
    thirds = np.array([[1.0, 1.0, nan]] * 2)
    assert screen.enough(thirds, min_available=2 / 3).all()


def test_indicators_are_screened_along_the_other_axis():
    assert screen.enough(VALUES, min_available=0.6, axis=0).tolist() == [True, True, False, False]


def test_a_minimum_outside_zero_to_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        screen.enough(VALUES, min_available=90)


def test_availability_by_aggregate_counts_indicators_at_any_depth():
    values = np.ones((6, 4))
    values[0, 0] = values[0, 1] = values[0, 2] = nan
    framework, _ = tables()
    found = screen.availability_by_aggregate(Table(PLACES, CODES, values), framework)
    assert found.columns == ("P", "Q", "T")
    assert found.values[0].tolist() == [0 / 2, 1 / 2, 1 / 4]
    assert (found.values[1:] == 1).all()
