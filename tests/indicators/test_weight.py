"""Weights from people and from data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import weight
from indicators.tables import ColumnError

RNG = np.random.default_rng(11)
COMMON = RNG.normal(size=(60, 1))
RELATED = COMMON + RNG.normal(size=(60, 4)) * [0.3, 0.6, 0.9, 1.2]
AGAINST = np.concatenate([RELATED[:, :3], -COMMON + 0.1 * RNG.normal(size=(60, 1))], axis=1)


def test_equal_and_given_weights_sum_to_one():
    assert weight.equal(4).tolist() == [0.25] * 4
    assert weight.given({"b": 1.0, "a": 3.0}, ["a", "b"]).tolist() == [3 / 4, 1 / 4]


@pytest.mark.parametrize(
    "weights, problem",
    [
        ({"a": 1.0}, r"missing \['b'\]"),
        ({"a": 1.0, "b": 1.0, "z": 1.0}, r"unknown \['z'\]"),
        ({"a": -1.0, "b": 1.0}, r"\['a'\] not at or above zero"),
        ({"a": float("nan"), "b": 1.0}, r"\['a'\] not at or above zero"),
        ({"a": 0.0, "b": 0.0}, "sum to zero"),
    ],
)
def test_weights_that_cannot_be_used_are_named(weights, problem):
    with pytest.raises(ValueError, match=problem):
        weight.given(weights, ["a", "b"])


def test_no_parts_cannot_be_weighed():
    with pytest.raises(ValueError, match="no parts"):
        weight.equal(0)


def test_two_parts_always_load_equally():
    np.testing.assert_allclose(weight.principal_component(RELATED[:, :2]), [0.5, 0.5])


def test_the_first_component_explains_the_most_variance():
    found = weight.principal_component(RELATED)
    correlation = np.corrcoef(RELATED, rowvar=False)
    direction = found / np.linalg.norm(found)
    largest = np.linalg.eigvalsh(correlation)[-1]
    assert direction @ correlation @ direction == pytest.approx(largest)
    assert found.sum() == pytest.approx(1)
    assert (np.diff(found) < 0).all()  # the noisier the part, the smaller its loading


def test_squared_loadings_are_the_squares_rescaled():
    loadings = weight.principal_component(RELATED)
    np.testing.assert_allclose(weight.squared_loadings(RELATED), loadings**2 / (loadings**2).sum())


def test_balanced_weights_give_every_part_the_same_correlation_with_the_mean():
    weights = weight.correlation_balanced(RELATED[:, :3])
    whole = RELATED[:, :3] @ weights
    found = [np.corrcoef(part, whole)[0, 1] for part in RELATED[:, :3].T]
    np.testing.assert_allclose(found, found[0], rtol=1e-9)
    assert weights.sum() == pytest.approx(1)


@given(st.lists(st.floats(0.01, 100), min_size=3, max_size=3))
def test_balanced_weights_follow_the_unit_of_each_part(factors):
    base, scaled = weight.correlation_balanced(RELATED[:, :3]), weight.correlation_balanced(RELATED[:, :3] * factors)
    expected = base / factors
    np.testing.assert_allclose(scaled, expected / expected.sum(), rtol=1e-8)


@pytest.mark.parametrize("method", [weight.principal_component, weight.squared_loadings])
def test_a_part_that_contradicts_the_others_is_named(method):
    with pytest.raises(ColumnError, match="reverse, move or drop it") as caught:
        method(AGAINST)
    assert 3 in caught.value.columns


def test_a_part_that_cannot_be_balanced_by_a_positive_weight_is_named():
    # Correlations 0.1, 0.7, 0.7: equal ones would need weights 2.5, 2.5 and -2.5 (1.1 a + 0.7 b = 1, 1.4 a + b = 1).
    wanted = np.array([[1.0, 0.1, 0.7], [0.1, 1.0, 0.7], [0.7, 0.7, 1.0]])
    loose = RNG.normal(size=(50, 3))
    loose -= loose.mean(axis=0)
    white = loose @ np.linalg.inv(np.linalg.cholesky(np.cov(loose, rowvar=False))).T
    with pytest.raises(ColumnError, match="not positive to balance") as caught:
        weight.correlation_balanced(white @ np.linalg.cholesky(wanted).T)
    assert caught.value.columns == (2,)


@pytest.mark.parametrize("method", [weight.principal_component, weight.correlation_balanced])
def test_constant_parts_and_too_few_places_are_refused(method):
    with pytest.raises(ColumnError, match="constant") as caught:
        method(np.column_stack([RELATED[:, 0], np.ones(60)]))
    assert caught.value.columns == (1,)
    with pytest.raises(ValueError, match="2 places have every part"):
        method(RELATED[:2])


def test_repeated_parts_cannot_be_balanced():
    with pytest.raises(ColumnError, match="drop one") as caught:
        weight.correlation_balanced(np.column_stack([RELATED[:, 0], RELATED[:, 1], 2 * RELATED[:, 0] + 1]))
    assert caught.value.columns == (0, 2)


def test_incomplete_rows_are_left_out():
    gappy = np.concatenate([RELATED, np.full((1, 4), np.nan)])
    np.testing.assert_array_equal(weight.principal_component(gappy), weight.principal_component(RELATED))


@pytest.mark.parametrize("method", [weight.principal_component, weight.squared_loadings, weight.correlation_balanced])
def test_a_part_that_varies_by_rounding_only_is_refused_as_constant(method):
    noise = [0.1 * people / people for people in (1, 3, 7, 11, 13)]
    with pytest.raises(ColumnError, match="constant") as caught:
        method(np.array([[1.0, 2.0, 3.0, 4.0, 6.0], noise]).T)
    assert caught.value.columns == (1,)
