"""Aggregation up the framework: thresholds, batches of weights, and named faults."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indicators import aggregate, framework, hierarchy
from indicators.hierarchy import Batch, Rule
from indicators.tables import AnalysisError, Table
from tests.indicators.toys import CODES, PLACES, meta

nan = np.nan
cells = st.floats(1, 100).map(lambda x: round(x, 3))
matrices = arrays(float, (6, 4), elements=cells)
holed = arrays(float, (6, 4), elements=st.one_of(cells, st.just(nan)))
OPTIONS = {"generalised": {"power": 2.0}, "geometric": {"floor": 1.0}}
RULES = {name: Rule(name, OPTIONS.get(name, {})) for name in hierarchy.METHODS}
FRAMEWORK = framework.read(meta(Weight={"a": 3, "P": 2}))


def table(values):
    return Table(PLACES, CODES, np.asarray(values, dtype=float))


def scores(values, *rules):
    return hierarchy.aggregate_all(table(values), FRAMEWORK, rules or (Rule(), Rule()))


def test_weights_apply_within_each_parent():
    found = scores(np.tile([10.0, 20.0, 30.0, 50.0], (6, 1)))
    p, q = (3 * 10 + 20) / 4, (30 + 50) / 2
    np.testing.assert_allclose(found.values[0], [p, q, (2 * p + q) / 3], rtol=1e-15)
    assert found.columns == ("P", "Q", "T")


@pytest.mark.parametrize("rule", ["arithmetic", "geometric", "harmonic", "generalised", "penalised", "copeland"])
def test_every_rule_is_the_function_of_its_name_at_every_level(rule):
    """In a reference implementation one rule cannot be called from the pipeline."""
    values = np.random.default_rng(1).uniform(1, 100, (6, 4))
    found = hierarchy.aggregate_all(table(values), FRAMEWORK, (RULES[rule], Rule()))
    function = {
        "generalised": lambda parts, weights: aggregate.generalised_mean(parts, weights, 2),
        "penalised": aggregate.penalised_mean,
        "copeland": aggregate.copeland,
    }.get(rule) or getattr(aggregate, rule)
    np.testing.assert_allclose(found.column("P"), function(values[:, :2], np.array([3.0, 1.0])), rtol=1e-12)


@pytest.mark.parametrize("rule", RULES)
@given(values=holed, weights=arrays(float, (3, 6), elements=st.floats(0.1, 10)))
def test_a_batch_of_weights_gives_the_scores_of_each_set_bit_for_bit(rule, values, weights):
    codes = ("a", "b", "c", "d", "P", "Q")
    rules = (Rule() if rule in ("copeland", "penalised") else RULES[rule], RULES[rule])
    many = hierarchy.aggregate_draws(table(values), FRAMEWORK, rules, Batch(codes, weights), "T")
    for draw in range(3):
        one = FRAMEWORK.with_weights(dict(zip(codes, weights[draw].tolist(), strict=True)))
        np.testing.assert_array_equal(many[draw], hierarchy.aggregate_all(table(values), one, rules).column("T"))


def test_copeland_over_weights_that_vary_below_and_at_its_level_is_draw_by_draw():
    values = np.random.default_rng(5).uniform(1, 100, (6, 4))
    weights = np.random.default_rng(6).uniform(0.5, 1.5, (4, 4))
    rules = (Rule("copeland"), Rule())
    many = hierarchy.aggregate_draws(table(values), FRAMEWORK, rules, Batch(CODES, weights), "T")
    for draw in range(4):
        one = FRAMEWORK.with_weights(dict(zip(CODES, weights[draw].tolist(), strict=True)))
        np.testing.assert_array_equal(many[draw], hierarchy.aggregate_all(table(values), one, rules).column("T"))


def test_without_varying_weights_every_draw_is_the_same():
    found = hierarchy.aggregate_draws(
        table(np.ones((6, 4))), FRAMEWORK, (Rule(), Rule()), Batch((), np.empty((2, 0))), "T"
    )
    assert found.shape == (2, 6)


def test_too_few_children_make_the_aggregate_missing_by_count_or_by_weight():
    values = np.full((6, 4), 50.0)
    values[0, 0] = nan  # half of the children of P, three quarters of their weight
    by_count = scores(values, Rule(min_share=0.5), Rule())
    assert not np.isnan(by_count.column("P")[0])
    by_weight = scores(values, Rule(min_share=0.5, by_weight=True), Rule())
    assert np.isnan(by_weight.column("P")[0])
    assert not np.isnan(by_weight.column("P")[1:]).any()


def test_an_all_missing_pillar_is_missing_and_the_whole_obeys_its_threshold():
    values = np.full((6, 4), 50.0)
    values[2, :2] = nan
    assert np.isnan(scores(values).column("P")[2])
    assert scores(values).column("T")[2] == 50  # renormalised over the pillar that is there
    assert np.isnan(scores(values, Rule(), Rule(min_share=1.0)).column("T")[2])


def test_children_present_without_any_weight_give_no_score():
    values = np.full((6, 4), 50.0)
    values[1, 1] = nan
    zero = framework.read(meta(Weight={"a": 0}))
    found = hierarchy.aggregate_all(table(values), zero, (Rule(), Rule()))
    assert np.isnan(found.column("P")[1])
    assert found.column("P")[0] == 50


@pytest.mark.parametrize("bad", [0.0, -3.0])
@pytest.mark.parametrize("method", ["geometric", "harmonic", "penalised"])
def test_zero_or_negative_children_are_named_with_aggregate_and_place(method, bad):
    values = np.full((6, 4), 50.0)
    values[3, 2] = bad
    with pytest.raises(AnalysisError, match=f"{method} mean of 'Q': 'c' is zero or negative at 'LIE'"):
        scores(values, Rule(method), Rule())


def test_every_child_and_aggregate_of_a_level_at_fault_is_named():
    values = np.full((6, 4), 50.0)
    values[3, 2], values[4, 3], values[[0, 1], 0] = 0.0, -1.0, 0.0
    with pytest.raises(AnalysisError) as caught:
        scores(values, Rule("geometric"), Rule())
    assert str(caught.value) == (
        "aggregate: geometric mean of 'P': 'a' is zero or negative at 'BRU', 'ANT'; "
        "geometric mean of 'Q': 'c' is zero or negative at 'LIE'; "
        "geometric mean of 'Q': 'd' is zero or negative at 'NAM'; start the scale above zero, or give a floor"
    )


def test_a_floor_excuses_the_geometric_mean_alone():
    values = np.full((6, 4), 50.0)
    values[3, 2] = 0.0
    for method in ("harmonic", "penalised"):
        with pytest.raises(AnalysisError, match=f"{method} mean of 'Q': 'c' .* start the scale above zero$"):
            scores(values, Rule(method, {"floor": 1.0}), Rule())
    with pytest.raises(AnalysisError, match="generalised mean of 'Q'"):
        scores(values, Rule("generalised", {"floor": 1.0, "power": 0.0}), Rule())


def test_copeland_leaves_a_place_without_weighted_parts_missing_as_the_means_do():
    """Liège has a part of P without weight only; every rule leaves its pillar missing and the whole to Q."""
    values = np.random.default_rng(3).uniform(1, 100, (6, 4))
    values[3, 1] = nan
    zero = framework.read(meta(Weight={"a": 0}))
    for method in ("copeland", "arithmetic"):
        found = hierarchy.aggregate_all(table(values), zero, (Rule(method), Rule()))
        assert np.isnan(found.column("P")).tolist() == [False, False, False, True, False, False]


def test_a_mean_that_overflows_is_named():
    with pytest.raises(AnalysisError, match="'P' is too large to compute; check the scale of 'a', 'b'"):
        scores(np.full((6, 4), 50.0), Rule("generalised", {"power": 1000.0}), Rule())


def test_a_floor_makes_the_geometric_mean_defined():
    values = np.full((6, 4), 50.0)
    values[3, 2] = 0.0
    found = scores(values, Rule("geometric", {"floor": 1.0}), Rule())
    assert found.column("Q")[3] == pytest.approx((1 * 50) ** 0.5)


@given(holed, st.permutations(range(6)))
def test_permuting_places_permutes_scores_bit_for_bit(values, order):
    order = list(order)
    np.testing.assert_array_equal(scores(values[order]).values, scores(values).values[order])


@given(matrices)
def test_permuting_indicators_changes_nothing(values):
    codes = ["d", "b", "a", "c"]
    shuffled = Table(PLACES, tuple(codes), values[:, [CODES.index(code) for code in codes]])
    found = hierarchy.aggregate_all(shuffled, FRAMEWORK, (Rule("geometric"), Rule()))
    expected = hierarchy.aggregate_all(table(values), FRAMEWORK, (Rule("geometric"), Rule()))
    np.testing.assert_array_equal(found.values, expected.values)


@given(matrices, st.integers(0, 3), st.floats(0.1, 50))
def test_improving_one_indicator_never_lowers_a_score(values, column, gain):
    better = values.copy()
    better[:, column] += gain
    for rule in ("arithmetic", "geometric", "harmonic"):
        before, after = scores(values, Rule(rule), Rule(rule)), scores(better, Rule(rule), Rule(rule))
        assert (after.values >= before.values * (1 - 1e-12)).all()


@given(matrices)
def test_the_geometric_whole_is_never_above_the_arithmetic(values):
    geometric, arithmetic = scores(values, Rule("geometric"), Rule("geometric")), scores(values)
    assert (geometric.values <= arithmetic.values * (1 + 1e-12)).all()
