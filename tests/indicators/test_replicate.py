"""Uncertainty: sampling, batching, replay, and no replication lost."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import analyse, framework, inputs, recipe, replicate
from indicators.replicate import Pipeline
from indicators.tables import AnalysisError
from tests.indicators.toys import PLACES, STEPS, meta, tables, values

MINMAX, ZSCORE = {"method": "minmax", "range": [1, 100]}, {"method": "zscore", "mean": 10, "sd": 2}
NORMALISE = {"step": "normalise", "choices": [MINMAX, ZSCORE]}
AGGREGATE = {"step": "aggregate", "option": "method", "choices": ["arithmetic", "geometric"]}
WEIGHTS = {"weights": {"1": 0.5, "2": 0.25}}


def prepared(*vary, steps=STEPS, changed_meta=None, changed_values=None):
    parsed = recipe.parse({"steps": steps, "uncertainty": {"vary": list(vary)}})
    read, given_values = tables(changed_meta, changed_values)
    what = parsed.vary["uncertainty"]
    return Pipeline(given_values, read, parsed.steps, what.variations), what


def analysed(*vary, steps=STEPS, replay=None, **changed):
    document = {"steps": steps, "uncertainty": {"vary": list(vary), "draws": 50, "seed": 3}}
    return analyse.analyse(values(**changed), meta(), document, replay)


def test_a_discrete_choice_cuts_the_unit_interval_not_the_range_of_the_sample():
    """In a reference implementation a sample between 0.4 and 0.6 would be spread over every choice."""
    found = replicate.chosen_positions(np.array([[0.40, 0.45], [0.49, 0.6], [0.0, 0.999999]]), np.array([2, 4]))
    assert found.tolist() == [[0, 1], [0, 2], [0, 3]]
    assert replicate.chosen_positions(np.array([[1.0]]), np.array([3])).tolist() == [[2]]


def test_weights_stay_within_their_spread_of_what_the_steps_give():
    pipeline, vary = prepared(WEIGHTS, changed_meta={"Weight": {"a": 4}})
    sampled = replicate.sample(pipeline, vary, 400, 1)
    assert sampled.codes == ("a", "b", "c", "d", "P", "Q")
    factors = sampled.weights / np.array([4, 1, 1, 1, 1, 1])
    assert np.abs(factors[:, :4] - 1).max() <= 0.5
    assert np.abs(factors[:, 4:] - 1).max() <= 0.25
    assert np.abs(factors[:, 0] - 1).max() > 0.45


def test_weights_vary_around_those_of_a_varied_weighting_step():
    weighting = {"step": "weight", "level": 1, "method": "equal"}
    given_weights = {"method": "given", "weights": {"a": 3, "b": 1, "c": 1, "d": 1}}
    choices = {"step": "weight", "choices": [{"method": "equal"}, given_weights]}
    pipeline, vary = prepared(choices, {"weights": {"1": 0.0}}, steps=[STEPS[0], weighting, STEPS[1]])
    sampled = replicate.sample(pipeline, vary, 40, 1)
    first = np.where(sampled.choices[:, 0] == 0, 1 / 2, 3 / 4)
    np.testing.assert_array_equal(sampled.weights[:, 0], first)


def test_each_replication_is_the_recipe_with_its_parameters():
    pipeline, vary = prepared(NORMALISE, AGGREGATE, WEIGHTS)
    sampled = replicate.sample(pipeline, vary, 30, 5)
    built = replicate.run(pipeline, sampled, "T")
    for draw in (0, 7, 29):
        changed = dict(zip(sampled.codes, sampled.weights[draw].tolist(), strict=True))
        normal = (MINMAX, ZSCORE)[sampled.choices[draw, 0]]
        method = ("arithmetic", "geometric")[sampled.choices[draw, 1]]
        steps = [{"step": "normalise", **normal}, {"step": "aggregate", "method": method}]
        alone = analyse.analyse(values(), meta(Weight=changed), {"steps": steps})
        # The same at the eight digits of a replication: half a unit of the eighth is 5e-8 of a number near 1.
        np.testing.assert_allclose(built.scores[draw], alone.stages["aggregated"].column("T"), rtol=5.1e-8)
        np.testing.assert_array_equal(built.ranks[draw], alone.stages["ranks"].column("T"))


def test_two_options_of_one_step_vary_together():
    first = {"step": "treat", "option": "winsorise_max", "choices": [0, 2]}
    second = {"step": "treat", "option": "transform", "choices": ["none", "log_ct"]}
    pipeline, _ = prepared(first, second, steps=[{"step": "treat"}, *STEPS])
    for choice in ((0, 0), (0, 1), (1, 0), (1, 1)):
        options = pipeline._chosen(choice)[0].options
        assert (options["winsorise_max"], options["transform"]) == ((0, 2)[choice[0]], ("none", "log_ct")[choice[1]])


def test_the_same_seed_gives_the_same_parameters_and_another_seed_others():
    pipeline, vary = prepared(NORMALISE, WEIGHTS)
    first, again, other = (replicate.sample(pipeline, vary, 20, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.weights, again.weights)
    np.testing.assert_array_equal(first.choices, again.choices)
    assert not np.array_equal(first.weights, other.weights)


def test_more_draws_than_a_chunk_holds_are_all_built(monkeypatch):
    pipeline, vary = prepared(AGGREGATE, WEIGHTS)
    sampled = replicate.sample(pipeline, vary, 50, 1)
    whole = replicate.run(pipeline, sampled, "T")
    monkeypatch.setattr(replicate, "_CHUNK", 7)
    np.testing.assert_array_equal(replicate.run(pipeline, sampled, "T").scores, whole.scores)


def test_a_replay_from_stored_text_is_bit_equal():
    first = analysed(NORMALISE, AGGREGATE, WEIGHTS)
    stored = {key: [str(cell) for cell in cells] for key, cells in first.sheets["uncertainty_parameters"].items()}
    again = analysed(NORMALISE, AGGREGATE, WEIGHTS, replay=stored)
    assert again.sheets["uncertainty_scores"] == first.sheets["uncertainty_scores"]
    assert again.sheets["uncertainty_parameters"] == first.sheets["uncertainty_parameters"]


BAD_REPLAYS = {
    "label": ({"replication": [1], "aggregate.method": ["median"], "P": [1]}, "has aggregate.method = 'median'"),
    "no variation": ({"replication": [1], "P": [1]}, "no column 'aggregate.method'"),
    "unknown code": ({"replication": [1], "aggregate.method": ["arithmetic"], "Z": [1]}, "unknown column 'Z'"),
    "weight": ({"replication": [1], "aggregate.method": ["arithmetic"], "P": ["x"]}, "weight of 'P' is 'x'"),
    "negative": ({"replication": [1], "aggregate.method": ["arithmetic"], "P": [-1]}, "it cannot be negative"),
}


@pytest.mark.parametrize("fault", BAD_REPLAYS)
def test_stored_parameters_that_cannot_be_replayed_are_named(fault):
    stored, problem = BAD_REPLAYS[fault]
    with pytest.raises(AnalysisError, match="replay") as caught:
        analysed(AGGREGATE, replay=stored)
    assert problem in str(caught.value)


@pytest.mark.parametrize("weight", ["", "0"])
def test_a_stored_weight_that_is_missing_or_leaves_nothing_to_weigh_is_refused(weight):
    stored = {"replication": [1], "aggregate.method": ["geometric"], "P": [weight], "Q": ["0"]}
    problem = r"replication 1 \(aggregate\.method = geometric\).*the weights below 'T' sum to zero, or one of them is"
    with pytest.raises(AnalysisError, match=problem):
        analysed(AGGREGATE, replay=stored)


def test_a_replication_that_cannot_be_built_stops_the_run_with_its_options():
    """In a reference implementation a failed replication is dropped from the statistics with only a message."""
    zero = {"step": "normalise", "choices": [MINMAX, {"label": "from zero", "method": "minmax", "range": [0, 100]}]}
    with pytest.raises(
        AnalysisError, match=r"normalise = from zero, aggregate\.method = geometric.*zero or negative at"
    ):
        analysed(zero, AGGREGATE)


def test_a_place_screened_out_in_some_replications_has_no_rank_there():
    screen = {"step": "screen", "option": "min_available", "choices": [0.0, 1.0]}
    found = analysed(screen, steps=[{"step": "screen"}, *STEPS], a={"GNT": None})
    ranks = found.sheets["uncertainty_ranks"]
    at = ranks["place"].index("GNT")
    labels = found.sheets["uncertainty_parameters"]["screen.min_available"]
    assert ranks["present"][at] == labels.count("0.0") / 50
    assert ranks["present"][0] == 1
    scores = found.sheets["uncertainty_scores"]["GNT"]
    assert [math.isnan(score) for score in scores] == [label == "1.0" for label in labels]


def test_a_place_without_any_score_has_no_interval():
    found = analysed(WEIGHTS, a={"GNT": None}, b={"GNT": None}, c={"GNT": None}, d={"GNT": None})
    ranks = found.sheets["uncertainty_ranks"]
    at = ranks["place"].index("GNT")
    assert math.isnan(ranks["mean"][at])
    assert math.isnan(ranks["low"][at])
    assert ranks["present"][at] == 0


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_the_interval_contains_the_nominal_rank(seed, spread):
    pipeline, vary = prepared(AGGREGATE, {"weights": {"1": spread}})
    built = replicate.run(pipeline, replicate.sample(pipeline, vary, 20, seed), "T")
    found = replicate.summary(built)
    assert (found["low"] <= found["nominal"]).all()
    assert (found["nominal"] <= found["high"]).all()
    assert (found["low"] <= found["median"]).all()


@given(st.permutations(range(6)))
def test_permuting_places_permutes_every_replication(order):
    order = list(order)
    pipeline, vary = prepared(NORMALISE, WEIGHTS)
    sampled = replicate.sample(pipeline, vary, 10, 1)
    shuffled = {key: [cells[at] for at in order] for key, cells in values().items()}
    read = framework.read(meta())
    other = Pipeline(inputs.read(shuffled, read), read, pipeline.steps, pipeline.variations)
    found, expected = replicate.run(other, sampled, "T"), replicate.run(pipeline, sampled, "T")
    np.testing.assert_allclose(found.scores, expected.scores[:, order], rtol=1e-12)


def test_probability_ahead_counts_ties_as_half():
    nan = np.nan
    scores = np.array([[2.0, 1.0], [1.0, 2.0], [3.0, 3.0], [nan, 1.0], [5.0, 1.0]])
    built = replicate.Replications(("BRU", "ANT"), None, scores, scores, scores[0], scores[0])
    assert replicate.probability_ahead(built, "BRU", "ANT") == (1 + 0 + 0.5 + 1) / 4
    assert replicate.probability_ahead(built, "ANT", "BRU") == 1 - 2.5 / 4


def test_a_pillar_can_be_the_target():
    document = {"steps": STEPS, "uncertainty": {"vary": [WEIGHTS], "draws": 5, "target": "Q"}}
    found = analyse.analyse(values(), meta(), document)
    assert found.sheets["uncertainty_ranks"]["score"] == found.stages["aggregated"].column("Q").tolist()
    assert set(found.sheets["uncertainty_scores"]) == {"replication", *PLACES}
