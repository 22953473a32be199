"""Nothing is cut off, raised, lost or left unused in silence: the record of a run says so, indicator by indicator."""

import numpy as np
import pytest

from indicators import analyse
from indicators.tables import AnalysisError
from tests.indicators.toys import STEPS, meta, values

NORMALISE, AGGREGATE = STEPS
POSTS = {"step": "normalise", "method": "goalposts"}
SKEWED = [1.0, 1.1, 1.2, 1.3, 1.4, 90.0]
STRICT = {"step": "treat", "skewness": 0.5, "kurtosis": 0.5}


def run(*steps, changed_meta=None, changed_values=None, replay=None, **sections):
    document = {"steps": list(steps) or STEPS, **sections}
    return analyse.analyse(values(**(changed_values or {})), meta(**(changed_meta or {})), document, replay)


def notes(*steps, about="", **changed):
    return [note for note in run(*steps, **changed).notes if about in note]


# Beyond the ends of a scale
def test_values_beyond_goalposts_are_counted_by_indicator():
    """a is 10 … 60 between 0 and 35: 40, 50, 60 lie above; c is 50 … 100 between 70 and 120: 60, 50 lie below."""
    changed = {"goalpost_upper": {"a": 35}, "goalpost_lower": {"c": 70}}
    found = run(POSTS, AGGREGATE, changed_meta=changed)
    assert found.stages["normalised"].column("a").max() == 100
    assert [note for note in found.notes if "beyond" in note] == [
        "normalise: 'a': 3 of 6 values beyond its goalposts, cut off",
        "normalise: 'c': 2 of 6 values beyond its goalposts, cut off",
    ]


def test_values_kept_beyond_goalposts_are_counted_and_said_to_be_kept():
    changed = {"goalpost_upper": {"a": 35}}
    said = "normalise: 'a': 3 of 6 values beyond its goalposts, kept beyond"
    assert notes(POSTS | {"truncate": False}, AGGREGATE, about="beyond", changed_meta=changed) == [said]
    ampi = {"step": "normalise", "method": "adjusted_mazziotta_pareto"}
    assert notes(ampi, AGGREGATE, about="beyond", changed_meta=changed) == [said]


def test_a_value_on_a_goalpost_is_not_beyond_it_and_a_missing_one_is_not_counted():
    changed = {"goalpost_upper": {"a": 50}}
    gaps = {"a": {"BRU": None}}
    said = notes(POSTS, AGGREGATE, about="beyond", changed_meta=changed, changed_values=gaps)
    assert said == ["normalise: 'a': 1 of 5 values beyond its goalposts, cut off"]


@pytest.mark.parametrize(
    ("method", "own", "what"),
    [
        ("distance_to_target", {}, "its target"),
        ("distance_to_place", {"place": "NAM"}, "the value of the reference place"),
    ],
)
def test_a_capped_distance_is_counted_too(method, own, what):
    """a is 10 … 60; the target is 45, Namur has 50: 50 and 60, or 60 alone, lie beyond."""
    step = {"step": "normalise", "method": method, "cap": True, **own}
    changed = {"Target": {"a": 45}}
    said = notes(step, AGGREGATE, about="'a'", changed_meta=changed)
    assert said == [f"normalise: 'a': {2 if what == 'its target' else 1} of 6 values beyond {what}, cut off"]


@pytest.mark.parametrize("method", ["goalposts", "adjusted_mazziotta_pareto"])
@pytest.mark.parametrize("ends", [(0.1, 0.6), (1000, 6000)])
def test_an_indicator_wholly_beyond_its_goalposts_is_refused_by_name(method, ends):
    changed = {"goalpost_lower": {"a": ends[0]}, "goalpost_upper": {"a": ends[1]}}
    with pytest.raises(AnalysisError, match=f"normalise: {method}: indicator 'a': has no value between its goalposts"):
        run({"step": "normalise", "method": method}, AGGREGATE, changed_meta=changed)


def test_every_indicator_wholly_beyond_is_named():
    changed = {"goalpost_lower": {"a": 600, "d": 600}, "goalpost_upper": {"a": 700, "d": 700}}
    with pytest.raises(AnalysisError, match="indicators 'a', 'd': has no value"):
        run(POSTS, AGGREGATE, changed_meta=changed)


# Treatment
def test_treatment_says_by_column_what_it_did():
    both = {"a": SKEWED, "b": SKEWED}
    own = {"b": {"winsorise_max": 0, "transform": "none"}}
    said = notes(STRICT | {"indicators": own}, *STEPS, about="treat: '", changed_values=both)
    assert said == ["treat: 'a': 1 point winsorised", "treat: 'b': outside the limits and left as it was"]


def test_what_was_forced_is_what_the_values_went_through():
    """Two points far out: one winsorised point is not enough, so the transform acts; with force, on what is left."""
    heavy = {"a": [1.0, 1.1, 1.2, 1.3, 500.0, 900.0]}
    step = {"step": "treat", "winsorise_max": 1, "skewness": 0.5, "kurtosis": -5, "transform": "root"}
    free, forced = (run(step | {"force": one}, *STEPS, changed_values=heavy) for one in (False, True))
    raw, pulled = np.array(heavy["a"]), np.array([1.0, 1.1, 1.2, 1.3, 500.0, 500.0])
    for found, before, points in ((free, raw, 0), (forced, pulled, 1)):
        root = ((before - before.min() + 1) ** 0.5 - 1) / 0.5
        np.testing.assert_allclose(found.stages["treated"].column("a"), root)
        assert found.sheets["treatment"]["winsorised"][0] == points
        assert found.sheets["treatment"]["transformed"][0] is True
    assert [n for n in free.notes if "treat: 'a'" in n] == ["treat: 'a': root, still outside the limits"]
    assert [n for n in forced.notes if "treat: 'a'" in n] == [
        "treat: 'a': 1 point winsorised, then root, still outside the limits"
    ]


# Aggregation
def test_a_floor_counts_the_values_it_raised():
    """Between 1 and 100, a and b have one lowest place each: below a floor of 2, twice 1 in P; the same in Q."""
    said = notes(NORMALISE, AGGREGATE | {"method": ["geometric", "arithmetic"], "floor": 2}, about="floor")
    assert said == [
        "aggregate: 'P': values raised to the floor 2: 'a' 1, 'b' 1",
        "aggregate: 'Q': values raised to the floor 2: 'c' 1, 'd' 1",
    ]


def test_renormalised_weights_are_counted_by_aggregate():
    gaps = {"a": {"BRU": None, "ANT": None}, "b": {"ANT": None}}
    said = notes(NORMALISE, AGGREGATE, about="renormalised", changed_values=gaps)
    # Antwerp has no P at all, so only Brussels has P from b alone; Antwerp has T from Q alone.
    assert said == [
        "aggregate: 'P': weights renormalised over the children present at 1 of 6 places",
        "aggregate: 'T': weights renormalised over the children present at 1 of 6 places",
    ]


def test_a_missing_child_without_weight_renormalises_nothing():
    gaps = {"a": {"BRU": None}}
    assert notes(NORMALISE, AGGREGATE, about="renormal", changed_values=gaps, changed_meta={"Weight": {"a": 0}}) == []


@pytest.mark.parametrize(
    ("option", "reader"), [({"floor": 1}, "geometric"), ({"power": 2}, "generalised"), ({"sign": 1}, "penalised")]
)
def test_an_option_that_no_rule_reads_is_said_to_be_unused(option, reader):
    (name,) = option
    said = f"aggregate: '{name}' was not used; only the method '{reader}' reads it"
    assert notes(NORMALISE, AGGREGATE | option, about="not used") == [said]
    used = {"power": 2} if reader == "generalised" else {}
    assert notes(NORMALISE, AGGREGATE | used | option | {"method": reader}, about="not used") == []


def test_counting_by_weight_without_a_minimum_is_said_to_be_unused():
    assert len(notes(NORMALISE, AGGREGATE | {"by_weight": True}, about="'by_weight' was not used")) == 1
    assert notes(NORMALISE, AGGREGATE | {"by_weight": True, "min_share": 0.5}, about="not used") == []


# What is lost or not read
def test_a_value_lost_to_a_missing_denominator_is_named():
    step = {"step": "denominate", "by": {"a": "people"}}
    said = notes(step, *STEPS, about="missing", changed_values={"people": {"GNT": None}})
    assert said[0] == "denominate: 'a' has no value at 'GNT', where 'people' is missing"


def test_weights_read_from_some_places_only_say_from_how_many():
    step = {"step": "weight", "method": "principal_component"}
    gaps = {"d": {"ANT": None, "LIE": 2.2}}
    said = notes(NORMALISE, step, AGGREGATE, about="every part", changed_values=gaps)
    assert said == ["weight: principal_component below 'Q': read from the 5 of 6 places that have every part"]


def test_what_the_framework_says_and_nobody_reads_is_said():
    table = meta(Target={"P": 3}, goalpost_upper={"Q": 3}) | {"Wieght": [1] * 9}
    found = analyse.analyse(values(), table, {"steps": STEPS}).notes
    assert "framework: column 'Wieght' is not known and was ignored" in found
    assert "framework: 'P' is an aggregate, so its Target cells were not used" in found
    assert "framework: 'Q' is an aggregate, so its goalpost cells were not used" in found


def test_a_table_of_goalposts_that_no_step_reads_is_said_to_be_unused():
    said = "goalposts: the table was not used; no step normalises by 'goalposts'"
    assert notes(NORMALISE, AGGREGATE, about="goalposts", goalposts="posts.csv") == [said]
    assert notes(POSTS, AGGREGATE, about="goalposts", goalposts="posts.csv") == []
    own = NORMALISE | {"indicators": {"a": {"method": "goalposts"}}}
    assert notes(own, AGGREGATE, about="goalposts", goalposts="posts.csv") == []
    assert notes(NORMALISE, AGGREGATE, about="goalposts") == []


def test_a_replay_says_that_nothing_was_drawn():
    section = {"draws": 3, "seed": 1, "vary": [{"weights": {"2": 0.2}}]}
    first = run(uncertainty=section)
    again = run(uncertainty=section, replay=first.sheets["uncertainty_parameters"])
    assert again.sheets["uncertainty_scores"] == first.sheets["uncertainty_scores"]
    said = "uncertainty: stored parameters were replayed, so 'draws' and 'seed' were not used"
    assert [said in found.notes for found in (first, again)] == [False, True]


def test_a_sound_recipe_on_whole_tables_leaves_nothing_to_say():
    assert notes(NORMALISE, AGGREGATE) == []
