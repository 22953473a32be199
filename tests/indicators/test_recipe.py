"""Recipes: read from either format, checked as a whole, every fault named before anything runs."""

import pytest

from indicators import analyse, recipe
from indicators.tables import AnalysisError
from tests.indicators.toys import STEPS, meta, values

NORMALISE, AGGREGATE = STEPS
WEIGHTS = {"weights": {"1": 0.25}}


def refused(document, changed_meta=None, changed_values=None):
    with pytest.raises(AnalysisError) as caught:
        analyse.analyse(values(**(changed_values or {})), meta(**(changed_meta or {})), document)
    return str(caught.value)


def with_step(step, after=()):
    return {"steps": [step, *STEPS, *after]}


FORM = {
    "unknown step": (with_step({"step": "normalize"}), "steps[1]: unknown step 'normalize'; choose from denominate"),
    "no step": (with_step({"method": "minmax"}), "steps[1]: is {'method': 'minmax'}; give a table with the key 'step'"),
    "no steps": ({"steps": []}, "'steps' is missing or empty"),
    "unknown key": ({"steps": STEPS, "seed": 1}, "unknown key 'seed'"),
    "unknown method": ({"steps": [NORMALISE | {"method": "max"}, AGGREGATE]}, "option 'method' is 'max'"),
    "no method": ({"steps": [{"step": "normalise"}, AGGREGATE]}, "normalise: option 'method' is missing"),
    "unknown option": (
        {"steps": [NORMALISE | {"rng": [0, 1]}, AGGREGATE]},
        "unknown option 'rng'; choose from method, range",
    ),
    "option of another method": (
        {"steps": [{"step": "normalise", "method": "rank", "range": [0, 1]}, AGGREGATE]},
        "unknown option 'range'",
    ),
    "wrong kind": (
        {"steps": [NORMALISE | {"range": [100, 0]}, AGGREGATE]},
        "option 'range' is [100, 0]; give two rising",
    ),
    "text for a number": (with_step({"step": "treat", "winsorise_max": "5"}), "option 'winsorise_max' is '5'"),
    "truth for a number": (with_step({"step": "treat", "skewness": True}), "option 'skewness' is True"),
    "share in percent": (with_step({"step": "screen", "min_available": 90}), "a number from 0 to 1"),
    "twice": ({"steps": [NORMALISE, NORMALISE, AGGREGATE]}, "step 'normalise' occurs twice"),
    "order": ({"steps": [NORMALISE, {"step": "treat"}, AGGREGATE]}, "step 'treat' comes after 'normalise'"),
    "not normalised": ({"steps": [AGGREGATE]}, "step 'normalise' is missing"),
    "no power": ({"steps": [NORMALISE, AGGREGATE | {"method": "generalised"}]}, "option 'power' is missing"),
    "nothing aggregated": ({"steps": [NORMALISE], "audit": {}}, "audit: there is no step 'aggregate' to judge"),
    "nothing to replicate": (
        {"steps": [NORMALISE], "uncertainty": {"vary": [{"weights": {"1": 0.25}}]}},
        "uncertainty: there is no step 'aggregate' to judge",
    ),
    "zero sd": ({"steps": [{"step": "normalise", "method": "zscore", "sd": 0}, AGGREGATE]}, "a number above zero"),
    "unknown section option": ({"steps": STEPS, "audit": {"alpha": 1}}, "audit: unknown option 'alpha'"),
    "section is no table": ({"steps": STEPS, "audit": True}, "audit: is True; give a table of options"),
    "nothing to vary": ({"steps": STEPS, "uncertainty": {}}, "uncertainty: 'vary' names nothing to vary"),
    "draws": ({"steps": STEPS, "uncertainty": {"draws": 0, "vary": [WEIGHTS]}}, "option 'draws' is 0"),
    "samples": ({"steps": STEPS, "sensitivity": {"samples": 100, "vary": [WEIGHTS]}}, "a power of two"),
    "spread": ({"steps": STEPS, "uncertainty": {"vary": [{"weights": {"1": 2}}]}}, "up to 1"),
    "a level that varies twice": (
        {"steps": STEPS, "uncertainty": {"vary": [{"weights": {"1": 0.2}}, {"weights": {"1": 0.3}}]}},
        "uncertainty.vary[2]: weights of level 1 vary twice; keep one",
    ),
    "vary an absent step": (
        {"steps": STEPS, "uncertainty": {"vary": [{"step": "treat", "choices": [{}]}]}},
        "the recipe has 0 steps 'treat', one is needed",
    ),
    "vary without choices": (
        {"steps": STEPS, "uncertainty": {"vary": [{"step": "normalise"}]}},
        "uncertainty.vary[1]: give 'weights', or 'step' and 'choices'",
    ),
    "vary to a bad option": (
        {
            "steps": STEPS,
            "uncertainty": {"vary": [{"step": "normalise", "choices": [{"method": "rank", "cap": True}]}]},
        },
        "uncertainty.vary[1] choice 1 normalise: unknown option 'cap'",
    ),
    "vary to a bad value": (
        {"steps": STEPS, "uncertainty": {"vary": [{"step": "aggregate", "option": "method", "choices": ["mean"]}]}},
        "uncertainty.vary[1] choice 1 aggregate: option 'method' is 'mean'",
    ),
    "bare choice": (
        {"steps": STEPS, "uncertainty": {"vary": [{"step": "normalise", "choices": ["rank"]}]}},
        "say which 'option' it is a value of",
    ),
    "same labels": (
        {"steps": STEPS, "uncertainty": {"vary": [{"step": "normalise", "choices": [{"method": "rank"}] * 2}]}},
        "two choices have the same label",
    ),
    "exception with a bad option": (
        {"steps": [NORMALISE | {"indicators": {"a": {"method": "rank", "cap": True}}}, AGGREGATE]},
        "indicator 'a': unknown option 'cap'",
    ),
    "exception is no table": (
        {"steps": [NORMALISE | {"indicators": {"a": "rank"}}, AGGREGATE]},
        "indicator 'a': is 'rank'; give a table of options",
    ),
}


@pytest.mark.parametrize("fault", FORM)
def test_a_fault_of_form_is_named(fault):
    document, problem = FORM[fault]
    assert problem in refused(document)


IMPUTE = {"step": "impute", "method": "group_mean", "group": "group"}
TABLES = {
    "group": (
        with_step(IMPUTE | {"group": "region"}),
        "impute: no group column 'region' in the framework; it has group",
    ),
    "indicator": ({"steps": [NORMALISE | {"indicators": {"z": {"method": "rank"}}}, AGGREGATE]}, "no indicator 'z'"),
    "denominator": (with_step({"step": "denominate", "by": {"a": "area"}}), "no denominator 'area'"),
    "denominated": (with_step({"step": "denominate", "by": {"z": "people"}}), "no indicator 'z'"),
    "place": (
        {"steps": [{"step": "normalise", "method": "distance_to_place", "place": "PAR"}, AGGREGATE]},
        "no place 'PAR'",
    ),
    "dropped place": (with_step({"step": "screen", "drop": ["PAR"]}), "no place 'PAR' in the tables"),
    "kept and dropped": (
        with_step({"step": "screen", "drop": ["BRU"], "keep": ["BRU"]}),
        "'BRU' is both kept and dropped",
    ),
    "dropped indicator": (with_step({"step": "screen", "of": "indicators", "drop": ["z"]}), "no indicator 'z'"),
    "level": ({"steps": [NORMALISE, {"step": "weight", "method": "equal", "level": 4}, AGGREGATE]}, "no level 4"),
    "weights incomplete": (
        {"steps": [NORMALISE, {"step": "weight", "method": "given", "level": 2, "weights": {"P": 1}}, AGGREGATE]},
        "weight: level 2: no weight for 'Q'",
    ),
    "weights unknown": (
        {
            "steps": [
                NORMALISE,
                {"step": "weight", "method": "given", "level": 2, "weights": {"P": 1, "Q": 1, "Z": 1}},
                AGGREGATE,
            ]
        },
        "weight: level 2 has no code 'Z'",
    ),
    "weight is text": (
        {
            "steps": [
                NORMALISE,
                {"step": "weight", "method": "given", "level": 2, "weights": {"P": "x", "Q": 1}},
                AGGREGATE,
            ]
        },
        "weight of 'P' must be a number not below zero",
    ),
    "levels of a list": (
        {"steps": [NORMALISE, AGGREGATE | {"method": ["arithmetic"] * 3}]},
        "option 'method' has 3 entries; levels 2 to 3 need 2",
    ),
    "target": ({"steps": STEPS, "audit": {"target": "a"}}, "audit: target 'a' is no aggregate"),
    "spread of a level": ({"steps": STEPS, "uncertainty": {"vary": [{"weights": {"7": 0.1}}]}}, "weights of level 7"),
    "period": ({"steps": STEPS, "panel": {"scale": "1999"}}, "no row has period '1999'"),
    "panel method": (with_step({"step": "impute", "method": "last_value"}), "last_value needs a panel"),
}


@pytest.mark.parametrize("fault", TABLES)
def test_a_code_that_the_tables_do_not_have_is_named(fault):
    document, problem = TABLES[fault]
    assert problem in refused(document, changed_values={"Time": [2020] * 6})


def test_goalposts_and_targets_that_are_missing_or_reversed_are_named():
    document = {"steps": [{"step": "normalise", "method": "goalposts"}, AGGREGATE]}
    assert "indicator 'b' has goalposts nan and 10" in refused(document, {"goalpost_lower": {"b": ""}})
    assert "indicator 'b' has goalposts 10 and 10" in refused(document, {"goalpost_lower": {"b": 10}})
    document = {"steps": [{"step": "normalise", "method": "distance_to_target"}, AGGREGATE]}
    assert "indicator 'd' has no target in the framework" in refused(document, {"Target": {"d": ""}})


def test_every_fault_is_listed_at_once():
    document = {"steps": [{"step": "treat", "most": 3}, NORMALISE | {"rng": 1}], "audit": {"alpha": 1}}
    message = refused(document)
    assert all(part in message for part in ("'most'", "'rng'", "'alpha'"))


def test_several_tops_need_a_target():
    two = {"Level": {"T": ""}, "Type": {"T": "Group"}, "Parent": {"P": "", "Q": ""}}
    document = {"steps": STEPS, "audit": {}}
    assert "the framework has 2 tops, 'P', 'Q'; name a target" in refused(document, two, {"T": ["x"] * 6})


TOML = """
values = "v.csv"
framework = "f.csv"
[[steps]]
step = "normalise"
method = "minmax"
[[steps]]
step = "aggregate"
[uncertainty]
draws = 10
[[uncertainty.vary]]
weights = { 2 = 0.25 }
"""
YAML = """
values: v.csv
framework: f.csv
steps:
  - step: normalise
    method: minmax
  - step: aggregate
uncertainty:
  draws: 10
  vary:
    - weights: {2: 0.25}
"""


def test_toml_and_yaml_say_the_same(tmp_path):
    (tmp_path / "r.toml").write_text(TOML)
    (tmp_path / "r.yaml").write_text(YAML)
    (tmp_path / "r.yml").write_text(YAML)
    first, second, third = (recipe.read(tmp_path / name) for name in ("r.toml", "r.yaml", "r.yml"))
    assert first.steps == second.steps == third.steps
    assert first.vary == second.vary
    assert first.files == {"values": "v.csv", "framework": "f.csv"}
    assert first.steps[0].options["range"] == [0, 100]
    assert first.absent == ("denominate", "screen", "impute", "treat", "weight")


@pytest.mark.parametrize(
    "name, text, problem",
    [
        ("r.toml", "steps = [", "cannot be read"),
        ("r.yaml", "steps: [", "cannot be parsed"),
        ("r.yaml", "- a\n- b\n", "is not a table of keys"),
        ("r.yaml", "steps: !!python/object/apply:os.system [ls]", "cannot be parsed"),
        ("r.json", "{}", "use .toml, .yaml or .yml"),
    ],
)
def test_a_file_that_is_no_recipe_is_named(tmp_path, name, text, problem):
    (tmp_path / name).write_text(text)
    with pytest.raises(AnalysisError, match=problem) as caught:
        recipe.read(tmp_path / name)
    assert name in str(caught.value)


def test_an_absent_recipe_is_named(tmp_path):
    with pytest.raises(AnalysisError, match=r"none\.toml: cannot be read"):
        recipe.read(tmp_path / "none.toml")


def test_sensitivity_varies_what_uncertainty_varies_unless_told_otherwise():
    two = [WEIGHTS, {"step": "aggregate", "option": "method", "choices": ["arithmetic", "geometric"]}]
    parsed = recipe.parse({"steps": STEPS, "uncertainty": {"vary": two}, "sensitivity": {}})
    assert parsed.vary["sensitivity"] == parsed.vary["uncertainty"]
