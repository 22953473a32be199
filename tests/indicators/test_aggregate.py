"""Every rule of aggregation: visible arithmetic, one rule for missing parts, and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indicators import aggregate
from indicators.ranks import rank

nan = np.nan
positive = st.floats(0.1, 1000).map(lambda x: round(x, 3))
rows_of_parts = arrays(float, (6, 4), elements=positive)
weights_of_parts = arrays(float, 4, elements=st.floats(0.1, 10))
MEANS = {
    "arithmetic": aggregate.arithmetic,
    "geometric": aggregate.geometric,
    "harmonic": aggregate.harmonic,
    "generalised": lambda values, weights: aggregate.generalised_mean(values, weights, 2.5),
    "penalised": aggregate.penalised_mean,
}


def test_means_of_two_parts():
    values, weights = np.array([[2.0, 8.0]]), np.array([1.0, 3.0])
    assert aggregate.arithmetic(values, weights)[0] == pytest.approx((2 + 3 * 8) / 4)
    assert aggregate.geometric(values, weights)[0] == pytest.approx((2 * 8**3) ** (1 / 4))
    assert aggregate.harmonic(values, weights)[0] == pytest.approx(4 / (1 / 2 + 3 / 8))
    assert aggregate.generalised_mean(values, weights, 2)[0] == pytest.approx(((4 + 3 * 64) / 4) ** 0.5)


def test_the_penalised_mean_takes_away_variance_over_mean():
    values = np.array([[90.0, 110.0]])
    assert aggregate.penalised_mean(values, np.ones(2))[0] == pytest.approx(100 - 10**2 / 100)
    assert aggregate.penalised_mean(values, np.ones(2), sign=1)[0] == pytest.approx(100 + 10**2 / 100)


def test_a_balanced_row_has_no_penalty():
    assert aggregate.penalised_mean(np.full((1, 3), 104.0), np.ones(3))[0] == 104


@given(rows_of_parts, weights_of_parts)
def test_powers_minus_one_zero_and_one_are_the_named_means_and_means_rise_with_the_power(values, weights):
    np.testing.assert_allclose(
        aggregate.generalised_mean(values, weights, -1), aggregate.harmonic(values, weights), rtol=1e-12
    )
    np.testing.assert_array_equal(aggregate.generalised_mean(values, weights, 0), aggregate.geometric(values, weights))
    harmonic, geometric = aggregate.harmonic(values, weights), aggregate.geometric(values, weights)
    arithmetic = aggregate.arithmetic(values, weights)
    assert (harmonic <= geometric * (1 + 1e-12)).all()
    assert (geometric <= arithmetic * (1 + 1e-12)).all()


@pytest.mark.parametrize("name", MEANS)
@given(values=rows_of_parts, weights=weights_of_parts, gone=st.integers(0, 3))
def test_every_mean_treats_a_missing_part_as_absent(name, values, weights, gone):
    """In a reference implementation one mean gives missing where the others renormalise."""
    holed = values.copy()
    holed[:, gone] = nan
    without = MEANS[name](np.delete(values, gone, axis=1), np.delete(weights, gone))
    np.testing.assert_allclose(MEANS[name](holed, weights), without, rtol=1e-12)


@pytest.mark.parametrize("name", MEANS)
def test_a_row_without_any_part_is_missing(name):
    found = MEANS[name](np.array([[nan, nan], [2.0, 3.0]]), np.ones(2))
    assert np.isnan(found[0])
    assert not np.isnan(found[1])


@pytest.mark.parametrize("name", ["arithmetic", "geometric", "harmonic", "generalised"])
@given(values=rows_of_parts, weights=weights_of_parts, part=st.integers(0, 3), gain=positive)
def test_a_better_part_never_lowers_a_mean(name, values, weights, part, gain):
    better = values.copy()
    better[:, part] += gain
    assert (MEANS[name](better, weights) >= MEANS[name](values, weights) * (1 - 1e-12)).all()


@pytest.mark.parametrize("name", MEANS)
@given(values=rows_of_parts, weights=weights_of_parts, factor=positive)
def test_only_the_proportions_of_weights_count(name, values, weights, factor):
    np.testing.assert_allclose(MEANS[name](values, weights * factor), MEANS[name](values, weights), rtol=1e-9)


@pytest.mark.parametrize("name", ["geometric", "harmonic", "generalised", "penalised"])
@pytest.mark.parametrize("bad", [0.0, -5.0])
def test_zero_and_negative_parts_are_refused_where_a_mean_is_undefined(name, bad):
    with pytest.raises(ValueError, match="zero or negative"):
        MEANS[name](np.array([[bad, bad]]), np.ones(2))


def test_a_penalty_has_a_sign():
    with pytest.raises(ValueError, match="'sign' is 1 or -1"):
        aggregate.penalised_mean(np.ones((1, 2)), np.ones(2), sign=0)


def test_copeland_counts_weighted_majorities():
    # A beats B on the part of weight 2, B beats C and A beats C on both.
    values = np.array([[3.0, 1.0], [2.0, 2.0], [1.0, 0.0]])
    assert aggregate.copeland(values, np.array([2.0, 1.0])).tolist() == [2, 0, -2]


def test_copeland_leaves_an_even_split_undecided():
    assert aggregate.copeland(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.1, 0.1])).tolist() == [0, 0]


def test_copeland_compares_on_common_parts_only():
    values = np.array([[5.0, nan], [nan, 9.0], [4.0, 1.0]])
    assert aggregate.copeland(values, np.ones(2)).tolist() == [1, 1, -2]


def test_copeland_gives_no_score_to_a_place_without_parts():
    found = aggregate.copeland(np.array([[nan, nan], [1.0, 2.0], [1.0, 2.0]]), np.ones(2))
    np.testing.assert_array_equal(found, [nan, 0, 0])


def test_copeland_gives_no_score_to_a_place_that_was_held_against_nobody():
    """The second place shares no part with any other, and the third only one without weight: neither is ranked."""
    values = np.array([[1.0, 5.0, nan], [nan, nan, 9.0], [nan, 7.0, nan], [2.0, 6.0, nan]])
    np.testing.assert_array_equal(aggregate.copeland(values, np.array([1.0, 0.0, 1.0])), [-1, nan, nan, 1])
    np.testing.assert_array_equal(aggregate.copeland(values, np.array([1.0, 1.0, 1.0])), [-2, nan, 2, 0])
    assert np.isnan(aggregate.copeland(values[1:2], np.ones(3))).all()  # one place alone


@given(arrays(float, (5, 3), elements=st.one_of(st.floats(0, 9).map(round), st.just(nan))))
def test_a_part_without_weight_changes_nothing_in_copeland(values):
    weights = np.array([2.0, 0.0, 1.0])
    without = aggregate.copeland(values[:, [0, 2]], weights[[0, 2]])
    np.testing.assert_array_equal(aggregate.copeland(values, weights), without)


@given(
    arrays(float, (6, 3), elements=st.one_of(st.integers(0, 4).map(float), st.just(nan))),
    arrays(float, 3, elements=st.floats(0.1, 5)),
    st.permutations(range(6)),
)
def test_copeland_does_not_depend_on_row_order_even_with_missing_values(values, weights, order):
    """In a reference implementation three rows scored (-2, 0, 2) or (2, 0, -2) by their order."""
    order = list(order)
    found = aggregate.copeland(values, weights)
    np.testing.assert_array_equal(aggregate.copeland(values[order], weights), found[order])
    # Every comparison gives one place what it takes from the other.
    assert np.nansum(found) == 0


def test_ranks_give_ties_the_smallest_and_skip_the_missing():
    np.testing.assert_array_equal(rank(np.array([5.0, 9.0, nan, 5.0, 1.0])), [2, 1, nan, 2, 4])


@given(arrays(float, (3, 7), elements=st.one_of(st.integers(0, 5).map(float), st.just(nan))), st.permutations(range(7)))
def test_ranks_follow_a_permutation_of_places(scores, order):
    np.testing.assert_array_equal(rank(scores[:, list(order)]), rank(scores)[:, list(order)])
