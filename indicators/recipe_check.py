"""A recipe against its tables: every code, level, group, place and period it names must exist."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from indicators.framework import Framework, Node
from indicators.recipe import Recipe, Step, Vary
from indicators.tables import AnalysisError, listed


def check(recipe: Recipe, framework: Framework, places: Iterable[str], periods: Iterable[str] | None) -> None:
    """Check what a recipe says against the tables; raises AnalysisError naming indicator, level and place.

    Checked: codes of indicators, groups, levels, targets and places that do not exist, goalposts and targets that are
    missing, lists by level of the wrong length, a fixed period that no row has, two tops without a target.
    """
    problems: list[str] = []
    known = set(places)
    for step in _every_step(recipe):
        problems += [f"{step.name}: {problem}" for problem in _step_problems(step, framework, known)]
    for key, options in recipe.sections.items():
        problems += [f"{key}: {problem}" for problem in _target_problems(options, framework)]
        problems += [f"{key}: {problem}" for problem in _spread_problems(recipe.vary.get(key, Vary()), framework)]
    problems += _panel_problems(recipe, None if periods is None else set(periods))
    if problems:
        raise AnalysisError("recipe: " + "; ".join(dict.fromkeys(problems)))


def _every_step(recipe: Recipe) -> list[Step]:
    varied = [step for vary in recipe.vary.values() for one in vary.variations for step in one.choices]
    return [*recipe.steps, *varied]


def _step_problems(step: Step, framework: Framework, places: set[str]) -> list[str]:
    overrides = step.options.get("indicators")
    codes = overrides if isinstance(overrides, Mapping) else {}
    problems = [f"no indicator '{code}' in the framework" for code in codes if code not in framework.indicators]
    if step.name == "normalise":
        return problems + _normalise_problems(step, framework, places)
    if step.name == "denominate":
        return problems + _denominate_problems(step, framework)
    if step.name == "screen":
        return problems + _screen_problems(step, framework, places)
    if step.name == "weight":
        return problems + _weight_problems(step, framework)
    if step.name == "aggregate":
        return problems + _length_problems(step, framework)
    if step.options.get("group") not in (None, *framework.groups):
        groups = ", ".join(framework.groups) or "none"
        problems.append(f"no group column '{step.options['group']}' in the framework; it has {groups}")
    return problems


def _denominate_problems(step: Step, framework: Framework) -> list[str]:
    pairs = step.options["by"]
    if not isinstance(pairs, Mapping):
        return []
    problems = [f"no indicator '{code}' in the framework" for code in pairs if code not in framework.indicators]
    return problems + [f"no denominator '{one}'" for one in pairs.values() if one not in framework.denominators]


def _screen_problems(step: Step, framework: Framework, places: set[str]) -> list[str]:
    known = places if step.options["of"] == "places" else set(framework.indicators)
    named = [*_codes(step, "keep"), *_codes(step, "drop")]
    problems = [f"no {str(step.options['of'])[:-1]} '{code}' in the tables" for code in named if code not in known]
    both = set(_codes(step, "keep")) & set(_codes(step, "drop"))
    return problems + [f"'{code}' is both kept and dropped" for code in both]


def _codes(step: Step, key: str) -> list[str]:
    named = step.options[key]
    return [str(code) for code in named] if isinstance(named, list) else []


def _normalise_problems(step: Step, framework: Framework, places: set[str]) -> list[str]:
    overrides = step.options["indicators"]
    own: Mapping[str, Mapping[str, object]] = overrides if isinstance(overrides, Mapping) else {}
    problems: list[str] = []
    for code in framework.indicators:
        options = own.get(code, step.options)
        problem = _scale_problem(options, framework.by_code[code], places)
        problems += [problem] if problem else []
    return list(dict.fromkeys(problems))


def _scale_problem(options: Mapping[str, object], node: Node, places: set[str]) -> str | None:
    method = options.get("method")
    if method == "distance_to_place" and options["place"] not in places:
        return f"no place '{options['place']}' in the values"
    if method == "distance_to_target" and math.isnan(node.target):
        return f"indicator '{node.code}' has no target in the framework"
    fixed = method == "goalposts" or (method == "adjusted_mazziotta_pareto" and options["ends"] == "goalposts")
    if fixed and not node.lower < node.upper:
        ends = f"goalposts {node.lower:g} and {node.upper:g}"
        return f"indicator '{node.code}' has {ends}; give a goalpost_lower below its goalpost_upper"
    return None


def _weight_problems(step: Step, framework: Framework) -> list[str]:
    level = step.options["level"]
    codes = framework.codes(level) if isinstance(level, int) else ()
    if not codes:
        return [f"no level {level} in the framework; it has 1 to {framework.height}"]
    weights = step.options.get("weights")
    if not isinstance(weights, Mapping):
        return []
    problems = [f"level {level} has no code '{code}'" for code in weights if code not in codes]
    absent = [code for code in codes if code not in weights]
    problems += [f"level {level}: no weight for {listed(absent)}"] if absent else []
    bad = [code for code, one in weights.items() if not (isinstance(one, int | float) and one >= 0)]
    return problems + ([f"weight of {listed(bad)} must be a number not below zero"] if bad else [])


def _length_problems(step: Step, framework: Framework) -> list[str]:
    above = framework.height - 1
    return [
        f"option '{key}' has {len(value)} entries; levels 2 to {framework.height} need {above}"
        for key, value in step.options.items()
        if isinstance(value, list) and len(value) != above
    ]


def _target_problems(options: Mapping[str, object], framework: Framework) -> list[str]:
    if "target" not in options:
        return []
    target, tops = options["target"], framework.codes(framework.height)
    if target is None:
        return [] if len(tops) == 1 else [f"the framework has {len(tops)} tops, {listed(tops)}; name a target"]
    known = [node.code for node in framework.nodes if node.level > 1]
    return [] if target in known else [f"target '{target}' is no aggregate of the framework"]


def _spread_problems(vary: Vary, framework: Framework) -> list[str]:
    return [
        f"weights of level {level} cannot vary; the framework has levels 1 to {framework.height}"
        for level in vary.spreads
        if not framework.codes(level)
    ]


def _panel_problems(recipe: Recipe, periods: set[str] | None) -> list[str]:
    if any(step.options.get("method") == "last_value" for step in recipe.steps) and periods is None:
        return ["impute: last_value needs a panel; add the section 'panel' and a column of periods"]
    scale = recipe.sections.get("panel", {}).get("scale", "pooled")
    if scale != "pooled" and scale not in (periods or set()):
        return [f"panel: no row has period '{scale}', which should fix the scale"]
    return []
