"""Outlier treatment: what it moves, what it leaves alone, and defects of others not repeated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indicators import treat
from indicators.tables import ColumnError
from indicators.treat import Limits
from tests.indicators.toys import column

OUTLIER = column(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1000)


def test_skewness_is_bias_corrected():
    # n = 3, mean 2, squares 1, 1, 4, s^2 = 6 / 2; G1 = n / ((n-1)(n-2)) * sum(z^3)
    cells = np.array([1.0, 1.0, 4.0])
    s = np.sqrt(((1 - 2) ** 2 + (1 - 2) ** 2 + (4 - 2) ** 2) / 2)
    assert treat.skewness(cells[:, None])[0] == pytest.approx(3 / (2 * 1) * ((-1) ** 3 + (-1) ** 3 + 2**3) / s**3)


def test_kurtosis_is_bias_corrected_excess():
    s = np.sqrt((4 + 0 + 0 + 4) / 3)
    expected = 4 * 5 / (3 * 2 * 1) * (2**4 + 2**4) / s**4 - 3 * 3**2 / (2 * 1)
    assert treat.kurtosis(column(-2, 0, 0, 2))[0] == pytest.approx(expected)


@pytest.mark.parametrize("cells", [(1, 2), (5, 5, 5, 5, 5), (None, None, 3), (None, None)])
def test_an_undefined_shape_is_nan_and_passes(cells):
    assert np.isnan(treat.skewness(column(*cells))[0])
    assert np.isnan(treat.kurtosis(column(*cells))[0])
    assert Limits().passed(*treat.shape(column(*cells)))[0]
    np.testing.assert_array_equal(treat.treat(column(*cells)).values, column(*cells))


def test_winsorising_moves_the_outlier_to_the_next_value_on_the_skewed_side():
    moved, points = treat.winsorise(OUTLIER)
    np.testing.assert_array_equal(moved, column(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10))
    assert points.tolist() == [1]
    mirrored, points = treat.winsorise(-OUTLIER)
    np.testing.assert_array_equal(mirrored, -moved)
    assert points.tolist() == [1]


def test_a_column_that_still_fails_is_returned_untreated_unless_forced():
    heavy = column(1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.1, 2.2, 2.3, 2.4, 500, 1000)
    kept, points = treat.winsorise(heavy, most=1)
    np.testing.assert_array_equal(kept, heavy)
    assert points.tolist() == [0]
    forced, points = treat.winsorise(heavy, most=1, force=True)
    assert forced[-1, 0] == 500
    assert points.tolist() == [1]


def test_winsorising_never_makes_a_column_constant():
    lonely = column(*[0] * 20, 1)
    kept, points = treat.winsorise(lonely)
    np.testing.assert_array_equal(kept, lonely)
    assert points.tolist() == [0]


def test_no_treatment_is_no_treatment():
    """A reference implementation silently applies its default treatment when told to apply none."""
    result = treat.treat(OUTLIER, most=0, transform=None)
    np.testing.assert_array_equal(result.values, OUTLIER)
    assert result.winsorised.tolist() == [0]
    assert not result.transformed.any()
    assert not result.passed[-1, 0]


@pytest.mark.parametrize("name", treat.TRANSFORMS)
def test_every_transform_changes_the_values_it_reports_as_treated(name):
    """A reference implementation's log_GII returns its input unchanged while reporting a treatment."""
    result = treat.treat(OUTLIER, most=0, transform=name)
    assert result.transformed[0]
    assert not np.array_equal(result.values, OUTLIER)
    assert abs(result.skew[-1, 0]) < abs(result.skew[0, 0])


@pytest.mark.parametrize("name", treat.TRANSFORMS)
@given(arrays(float, 8, elements=st.floats(2, 1e6).map(lambda x: round(x, 2)), unique=True))
def test_every_transform_keeps_the_order_of_values(name, cells):
    transformed = treat.TRANSFORMS[name](cells[:, None])[:, 0]
    assert (np.diff(transformed[np.argsort(cells)]) >= 0).all()


def test_log_ct_is_defined_at_and_below_zero():
    found = treat.log_ct(column(-1, 0, 99))
    np.testing.assert_allclose(found, np.log(column(0.01 * 100, 1 + 0.01 * 100, 100 + 0.01 * 100)))


def test_log_gii_starts_at_zero():
    found = treat.log_gii(column(0, 0, 0, 10, 101))
    np.testing.assert_allclose(found, np.log(column(0, 0, 0, 10, 101) * 100 / 101 + 1))


def test_log_gii_refuses_a_column_never_above_one():
    with pytest.raises(ColumnError, match="never above 1"):
        treat.log_gii(column(0.1, 0.5, 0.9))


def test_a_plain_logarithm_refuses_zero_and_negative_values_by_cell():
    with pytest.raises(ColumnError, match="zero or negative") as caught:
        treat.log(np.array([[1.0, 2.0], [np.nan, 0.0], [3.0, -1.0]]))
    assert (caught.value.columns, caught.value.rows) == ((1, 1), (1, 2))


def test_a_failing_transform_names_the_column_of_the_whole_table():
    sound = column(*range(11))
    zero = OUTLIER - 1
    with pytest.raises(ColumnError) as caught:
        treat.treat(np.concatenate([sound, zero], axis=1), most=0, transform="log")
    assert caught.value.columns == (1,)


def test_a_column_that_varies_by_rounding_only_has_no_shape_and_cannot_be_transformed():
    noise = column(*[0.1 * people / people for people in (1, 3, 7, 11, 13)])
    assert np.isnan(treat.skewness(noise)).all()
    assert np.isnan(treat.kurtosis(noise)).all()
    for transform in (treat.log_ct, treat.log_gii):
        with pytest.raises(ColumnError, match="constant"):
            transform(noise)


def test_a_constant_column_cannot_be_transformed():
    with pytest.raises(ColumnError, match="constant"):
        treat.log_ct(column(4, 4))


def test_unknown_transforms_and_negative_limits_are_refused():
    with pytest.raises(ValueError, match="choose from"):
        treat.treat(OUTLIER, transform="sqrt")
    with pytest.raises(ValueError, match="cannot be negative"):
        treat.winsorise(OUTLIER, most=-1)


@given(arrays(float, (12, 2), elements=st.one_of(st.floats(-100, 100), st.just(np.nan))))
def test_a_column_that_passes_comes_back_bit_for_bit(values):
    result = treat.treat(values, transform=None)
    passed = result.passed[0]
    np.testing.assert_array_equal(result.values[:, passed], values[:, passed])
    assert not result.winsorised[passed].any()
    np.testing.assert_array_equal(np.isnan(result.values), np.isnan(values))
