"""Imputation: only gaps are filled, by stated rules, or the fault is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indicators import impute
from indicators.tables import ColumnError
from tests.indicators.toys import column

gappy = arrays(float, (12, 3), elements=st.one_of(st.floats(-100, 100).map(lambda x: round(x, 2)), st.just(np.nan)))


def test_group_mean_and_median_use_the_places_own_group():
    values, groups = column(1, 2, 6, None, 10, 20, None), ["w", "w", "w", "w", "e", "e", "e"]
    np.testing.assert_array_equal(impute.group_mean(values, groups), column(1, 2, 6, (1 + 2 + 6) / 3, 10, 20, 15))
    np.testing.assert_array_equal(impute.group_median(values, groups), column(1, 2, 6, 2, 10, 20, 15))


def test_without_groups_everyone_is_one_group():
    np.testing.assert_array_equal(impute.group_mean(column(1, 5, None)), column(1, 5, 3))


@pytest.mark.parametrize(
    "groups, problem", [(["w", "w", "e"], "nobody in group 'e'"), (["w", "w", ""], "has no group")]
)
def test_a_gap_nobody_can_fill_is_named(groups, problem):
    with pytest.raises(ColumnError, match=problem) as caught:
        impute.group_mean(column(1, 2, None), groups)
    assert (caught.value.columns, caught.value.rows) == ((0,), (2,))


@given(gappy)
def test_imputing_never_touches_a_present_value(values):
    """A reference implementation's grouped imputation was reported to change values that were there."""
    values[0] = [1.0, 2.0, 3.0]
    filled = impute.group_mean(values)
    present = ~np.isnan(values)
    np.testing.assert_array_equal(filled[present], values[present])
    assert not np.isnan(filled).any()
    np.testing.assert_array_equal(impute.imputed_cells(values, filled), ~present)


def test_em_of_one_gappy_column_is_the_regression_on_complete_rows():
    """With gaps in one column only, the likelihood has a closed solution: its regression on the others."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=30)
    y = 2 * x + rng.normal(size=30)
    y[20:] = np.nan
    slope = np.cov(x[:20], y[:20])[0, 1] / x[:20].var(ddof=1)
    expected = y[:20].mean() + slope * (x[20:] - x[:20].mean())
    filled = impute.em(np.column_stack([x, y]))
    np.testing.assert_allclose(filled[20:, 1], expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(filled[:20], np.column_stack([x, y])[:20])


def test_em_does_not_depend_on_row_order_or_unit():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(25, 3)) @ rng.normal(size=(3, 3))
    values[rng.random(values.shape) < 0.15] = np.nan
    filled = impute.em(values)
    np.testing.assert_allclose(impute.em(values[::-1])[::-1], filled, rtol=1e-6, atol=1e-7)
    scaled = impute.em(values * [1000.0, 1.0, 0.1] + 5)
    np.testing.assert_allclose(scaled, filled * [1000.0, 1.0, 0.1] + 5, rtol=1e-6, atol=1e-6)


def test_em_gives_a_row_without_any_value_the_fitted_mean():
    values = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 6.0], [np.nan, np.nan]])
    np.testing.assert_allclose(impute.em(values)[3], [2.0, 3.0], rtol=1e-6)


def test_em_refuses_too_few_places_and_columns_without_a_range():
    with pytest.raises(ValueError, match=r"more places \(2\) than indicators \(2\)"):
        impute.em(np.array([[1.0, np.nan], [2.0, 3.0]]))
    with pytest.raises(ColumnError, match="two different values"):
        impute.em(np.array([[1.0, 5.0], [2.0, np.nan], [4.0, 5.0]]))


def test_the_last_value_is_carried_forward_only_and_within_its_age():
    places, periods = ["BRU"] * 4 + ["ANT"] * 2, ["2018", "2019", "2020", "2021", "2018", "2019"]
    values = column(None, 5, None, None, 7, None)
    np.testing.assert_array_equal(impute.last_value(values, places, periods), column(None, 5, 5, 5, 7, 7))
    aged = impute.last_value(values, places, periods, max_age=1)
    np.testing.assert_array_equal(aged, column(None, 5, 5, None, 7, 7))


def test_the_last_value_ignores_row_order_and_sorts_periods_as_numbers():
    values = impute.last_value(column(None, 5), ["BRU", "BRU"], ["10", "9"])
    np.testing.assert_array_equal(values, column(5, 5))


def test_a_place_with_one_period_keeps_its_gap():
    """A reference implementation fails when a panel has a single observation."""
    np.testing.assert_array_equal(impute.last_value(column(None), ["BRU"], ["2020"]), column(None))


def test_em_refuses_a_column_that_varies_by_rounding_only():
    noise = [0.1 * people / people for people in (1, 3, 7, 11, 13)]
    with pytest.raises(ColumnError, match="no two different values") as caught:
        impute.em(np.array([[1.0, 2.0, np.nan, 4.0, 6.0], noise]).T)
    assert caught.value.columns == (1,)
