"""Denomination: x / d, and no division by what is not there."""

import numpy as np
import pytest

from indicators import denominate
from indicators.tables import AnalysisError
from tests.indicators.toys import VALUES, tables


def test_only_the_named_indicators_are_divided():
    _, read = tables()
    found = denominate.denominate(read.indicators, read.denominators, {"a": "people"})
    np.testing.assert_array_equal(found.column("a"), np.array(VALUES["a"]) / [1, 2, 4, 1, 2, 4])
    np.testing.assert_array_equal(found.column("b"), VALUES["b"])
    np.testing.assert_array_equal(read.indicators.column("a"), VALUES["a"])


def test_a_missing_denominator_makes_the_value_missing():
    _, read = tables(changed_values={"people": {"ANT": None}})
    found = denominate.denominate(read.indicators, read.denominators, {"a": "people"})
    assert np.isnan(found.column("a")).tolist() == [False, True, False, False, False, False]


@pytest.mark.parametrize("people", [0.0, -2.0])
def test_a_denominator_that_is_not_positive_is_named(people):
    _, read = tables(changed_values={"people": {"GNT": people}})
    with pytest.raises(AnalysisError, match="indicator 'a' at 'GNT': denominator 'people' is"):
        denominate.denominate(read.indicators, read.denominators, {"a": "people"})


@pytest.mark.parametrize("by", [{"z": "people"}, {"a": "area"}])
def test_unknown_codes_are_refused(by):
    _, read = tables()
    with pytest.raises(AnalysisError, match="no indicator"):
        denominate.denominate(read.indicators, read.denominators, by)
