"""Each normalisation on visible arithmetic, its laws, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indicators import normalise
from indicators.tables import ColumnError
from tests.indicators.toys import column

sensible = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
matrices = arrays(float, st.tuples(st.integers(3, 8), st.integers(1, 4)), elements=sensible)

SAMPLE_SCALED = {
    "minmax": normalise.minmax,
    "zscore": normalise.zscore,
    "distance_to_maximum": normalise.distance_to_maximum,
    "mazziotta_pareto": normalise.mazziotta_pareto,
}
RANKED = {"rank": normalise.rank, "borda": normalise.borda, "percentile_rank": normalise.percentile_rank}


def varied(values):
    return bool((values.max(axis=0) - values.min(axis=0) > 1e-3).all())


def test_minmax_runs_from_low_to_high_and_keeps_gaps():
    found = normalise.minmax(column(2, None, 4, 6), 1, 100)
    np.testing.assert_array_equal(found, column(1, None, 1 + 99 * (4 - 2) / (6 - 2), 100))


def test_minmax_reaches_its_ends_exactly():
    found = normalise.minmax(column(0.1, 0.2, 0.7), 0, 100)
    assert found[0, 0] == 0
    assert found[2, 0] == 100


def test_zscore_uses_the_sample_standard_deviation():
    mean, sd = (1 + 2 + 6) / 3, np.sqrt(((1 - 3) ** 2 + (2 - 3) ** 2 + (6 - 3) ** 2) / 2)
    found = normalise.zscore(column(1, 2, 6), 10, 2)
    np.testing.assert_allclose(found, 10 + 2 * (column(1, 2, 6) - mean) / sd, rtol=1e-15)


def test_ranks_give_ties_the_smallest_and_skip_gaps():
    np.testing.assert_array_equal(normalise.rank(column(5, 1, None, 5, 9)), column(2, 1, None, 2, 4))
    np.testing.assert_array_equal(normalise.borda(column(5, 1, None, 5, 9)), column(1, 0, None, 1, 3))
    expected = column(1 / 3, 0, None, 1 / 3, 1)
    np.testing.assert_array_equal(normalise.percentile_rank(column(5, 1, None, 5, 9)), expected)


def test_distance_to_maximum_is_one_at_the_largest_value():
    np.testing.assert_allclose(normalise.distance_to_maximum(column(2, 5, 12)), column(0, 1 - 7 / 10, 1))


def test_distance_to_target_passes_one_beyond_it_unless_capped():
    targets = np.array([8.0])
    expected = column(0, (6 - 4) / (8 - 4), (10 - 4) / (8 - 4))
    np.testing.assert_array_equal(normalise.distance_to_target(column(4, 6, 10), targets), expected)
    np.testing.assert_array_equal(
        normalise.distance_to_target(column(4, 6, 10), targets, cap=True), np.minimum(expected, 1)
    )


def test_distance_to_a_place_is_one_at_that_place():
    found = normalise.distance_to_place(column(4, 6, 10), 1)
    np.testing.assert_allclose(found, column(1 - (6 - 4) / 2, 1, 1 - (6 - 10) / 2))
    assert normalise.distance_to_place(column(4, 6, 10), 1, cap=True)[2, 0] == 1


def test_fraction_of_maximum_divides_by_the_largest():
    np.testing.assert_array_equal(normalise.fraction_of_maximum(column(2, 5, 10)), column(0.2, 0.5, 1))


def test_mazziotta_pareto_has_mean_100_and_population_deviation_10():
    found = normalise.mazziotta_pareto(column(1, 2, 6, 9))
    assert found.mean() == pytest.approx(100)
    assert found.std() == pytest.approx(10)


def test_adjusted_mazziotta_pareto_runs_from_70_to_130_either_way():
    found = normalise.adjusted_mazziotta_pareto(column(0, 5, 10), np.array([0.0]), np.array([10.0]))
    np.testing.assert_allclose(found, column(70, 100, 130))
    found = normalise.adjusted_mazziotta_pareto(column(0, 5, 10), np.array([10.0]), np.array([0.0]))
    np.testing.assert_allclose(found, column(130, 100, 70))


def test_a_reference_fixes_the_scale_for_rows_outside_it():
    found = normalise.minmax(column(0, 10, 15), reference=column(0, 10))
    np.testing.assert_array_equal(found, column(0, 100, 150))


def test_direction_flips_the_sign_without_negative_zero():
    found = normalise.directed(np.array([[0.0, 2.0], [3.0, 0.0]]), np.array([1.0, -1.0]))
    np.testing.assert_array_equal(found, [[0.0, -2.0], [3.0, 0.0]])
    assert not np.signbit(found[1, 1])


@pytest.mark.parametrize("method", SAMPLE_SCALED)
@pytest.mark.parametrize(
    "cells, problem", [((3, 3, 3), "constant"), ((None, 7), "one place"), ((None, None), "no value")]
)
def test_a_column_without_a_range_is_refused_by_name(method, cells, problem):
    sound = np.arange(len(cells), dtype=float)[:, None]
    with pytest.raises(ColumnError, match=problem) as caught:
        SAMPLE_SCALED[method](np.concatenate([sound, column(*cells)], axis=1))
    assert caught.value.columns == (1,)


# 0.1 reached by division, and 0.3 by an addition: each one value, but for the last bit.
DIVIDED = tuple(0.1 * people / people for people in (1, 3, 7, 11, 13))
ADDED = (0.1 + 0.2, 0.3, 0.3, None)


@pytest.mark.parametrize("method", SAMPLE_SCALED)
@pytest.mark.parametrize("size", [1, -1, 1e-9, 1e9])
@pytest.mark.parametrize("cells", [DIVIDED, ADDED])
def test_a_column_that_varies_by_rounding_only_is_refused_as_constant(method, size, cells):
    assert len({cell for cell in cells if cell is not None}) > 1
    with pytest.raises(ColumnError, match="constant") as caught:
        SAMPLE_SCALED[method](size * column(*cells))
    assert caught.value.columns == (0,)


def test_a_small_difference_that_is_no_rounding_is_kept():
    np.testing.assert_allclose(normalise.minmax(column(1, 1 + 1e-9)), column(0, 100))
    np.testing.assert_array_equal(normalise.minmax(column(0, 1e-90)), column(0, 100))


@pytest.mark.parametrize("cells", [DIVIDED, ADDED])
def test_rounding_alone_ranks_nobody(cells):
    first = np.where(np.isnan(column(*cells)), np.nan, 1.0)
    np.testing.assert_array_equal(normalise.rank(column(*cells)), first)
    np.testing.assert_array_equal(normalise.borda(column(*cells)), first - 1)
    np.testing.assert_array_equal(normalise.percentile_rank(column(*cells)), first - 1)


def test_a_target_or_a_place_that_is_the_smallest_but_for_rounding_gives_no_way():
    with pytest.raises(ColumnError, match="already meets"):
        normalise.distance_to_target(column(0.3, 0.5, 0.7), np.array([0.1 + 0.2]))
    with pytest.raises(ColumnError, match="smallest at the reference place"):
        normalise.distance_to_place(column(0.1 + 0.2, 0.3, 0.7), 0)


def test_ranks_of_a_constant_column_are_all_first():
    np.testing.assert_array_equal(normalise.rank(column(3, 3, 3)), column(1, 1, 1))
    np.testing.assert_array_equal(normalise.percentile_rank(column(3, 3, 3)), column(0, 0, 0))


def test_a_single_value_has_a_rank_but_no_percentile_rank():
    np.testing.assert_array_equal(normalise.rank(column(None, 3)), column(None, 1))
    with pytest.raises(ColumnError, match="one place only"):
        normalise.percentile_rank(column(None, 3))


@pytest.mark.parametrize("target, problem", [(np.nan, "no target"), (4.0, "already meets"), (1.0, "already meets")])
def test_a_target_that_gives_no_way_is_refused(target, problem):
    with pytest.raises(ColumnError, match=problem):
        normalise.distance_to_target(column(4, 6, 10), np.array([target]))


def test_a_reference_place_without_value_or_at_the_bottom_is_refused():
    for cells in ((None, 6, 10), (6, 6, 10)):
        with pytest.raises(ColumnError, match="reference place") as caught:
            normalise.distance_to_place(column(*cells), 0)
        assert caught.value.rows == (0,)


def test_a_fraction_of_a_maximum_needs_a_positive_one():
    with pytest.raises(ColumnError, match="positive"):
        normalise.fraction_of_maximum(column(-4, 0))


@given(matrices, st.randoms(use_true_random=False))
def test_permuting_places_permutes_every_normalisation(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    methods = (SAMPLE_SCALED if varied(values) else {}) | RANKED
    for method in methods.values():
        np.testing.assert_allclose(method(values[order]), method(values)[order], rtol=1e-9, atol=1e-9)


@given(matrices, st.floats(0.001, 1000), st.floats(-100, 100))
def test_a_change_of_unit_changes_no_sample_scaled_value(values, factor, shift):
    if varied(values):
        for method in SAMPLE_SCALED.values():
            np.testing.assert_allclose(method(values * factor + shift), method(values), rtol=1e-6, atol=1e-6)


@given(matrices, st.integers(0, 7), st.floats(0.01, 1e3))
def test_improving_a_value_never_lowers_its_own_normalised_value(values, row, gain):
    row %= len(values)
    better = values.copy()
    better[row] += gain
    if varied(values) and varied(better):
        for method in (SAMPLE_SCALED | RANKED).values():
            assert (method(better)[row] >= method(values)[row] - 1e-9).all()


@given(arrays(float, (5, 2), elements=sensible), st.floats(0.001, 1000))
def test_goalposts_do_not_notice_a_change_of_unit(values, factor):
    before = normalise.goalposts(values, -2e6, 2e6)
    after = normalise.goalposts(values * factor, -2e6 * factor, 2e6 * factor)
    np.testing.assert_allclose(after, before, rtol=1e-12)


@given(arrays(float, (6, 2), elements=sensible))
def test_goalpost_scores_are_bit_equal_whoever_else_is_there(values):
    whole = normalise.goalposts(values, 1e6, -1e6)
    for gone in range(6):
        left = np.delete(values, gone, axis=0)
        np.testing.assert_array_equal(normalise.goalposts(left, 1e6, -1e6), np.delete(whole, gone, axis=0))
