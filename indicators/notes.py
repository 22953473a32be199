"""Sentences for the record of a run: what each step did to which indicator, and what it left unused.

Nothing here computes a score; a step hands over what it had and what it made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from indicators import scaling, treat
from indicators.framework import Framework
from indicators.hierarchy import Rule
from indicators.recipe import Recipe
from indicators.tables import Floats, Mask, Table, listed

Options = Mapping[str, object]

_BETWEEN = ("goalposts", "adjusted_mazziotta_pareto")  # the methods that read goalposts


def of_framework(framework: Framework, unknown: Sequence[str]) -> list[str]:
    """Return what a framework says and no step reads: columns of unknown names, and cells of aggregates."""
    said = [f"framework: column '{name}' is not known and was ignored" for name in unknown]
    for node in framework.nodes:
        given = {"Denominator": bool(node.denominator), "Target": not np.isnan(node.target)}
        given["goalpost"] = not (np.isnan(node.lower) and np.isnan(node.upper))
        unread = [key for key, there in given.items() if there and node.level > 1]
        if unread:
            said.append(f"framework: '{node.code}' is an aggregate, so its {' and '.join(unread)} cells were not used")
    return said


def of_goalposts(recipe: Recipe) -> list[str]:
    """Return whether a recipe names a table of goalposts that none of its steps and choices scores by."""
    varied = [step for vary in recipe.vary.values() for one in vary.variations for step in one.choices]
    every = [one for step in (*recipe.steps, *varied) if step.name == "normalise" for one in _choices(step.options)]
    read = any(one["method"] in _BETWEEN and one.get("ends") != "sample" for one in every)
    unread = "goalposts" in recipe.files and not read
    return ["goalposts: the table was not used; no step normalises by 'goalposts'"] if unread else []


def _choices(options: Options) -> list[Options]:
    return [options, *overrides(options).values()]


def of_denomination(before: Table, after: Table, by: Mapping[str, str]) -> list[str]:
    """Return where a value was lost because its denominator is missing, a sentence for each indicator."""
    lost = np.isnan(after.values) & ~np.isnan(before.values)
    return [
        f"denominate: '{code}' has no value at {_places(after, rows)}, where '{by[code]}' is missing"
        for code, rows in zip(after.columns, lost.T, strict=True)
        if rows.any()
    ]


def of_treatment(columns: Sequence[str], treated: treat.Treatment, options: Options) -> list[str]:
    """Return what treatment did, a sentence for each column that did not pass as it was."""
    said = [(code, _done_to(treated, at, own(options, code))) for at, code in enumerate(columns)]
    return [f"treat: '{code}': {done}" for code, done in said if done]


def _done_to(treated: treat.Treatment, column: int, options: Options) -> str:
    """Say what treatment did to one column; empty for one that passed as it was."""
    moved, logged = int(treated.winsorised[column]), bool(treated.transformed[column])
    done = [f"{moved} {'point' if moved == 1 else 'points'} winsorised"] if moved else []
    done += [str(options["transform"])] if logged else []
    if not treated.passed[0, column] and not done:
        return "outside the limits and left as it was"
    return ", then ".join(done) + ("" if treated.passed[-1, column] else ", still outside the limits")


def of_normalisation(before: Table, options: Options, framework: Framework, base: Mask) -> list[str]:
    """Return a sentence for each indicator with values beyond the ends of its scale, and whether they were cut off."""
    said = []
    for code in before.columns:
        part, chosen = before.take_columns([code]), own(options, code)
        outside, cut = scaling.beyond(part, chosen, framework, base)
        if outside:
            known = int((~np.isnan(part.values)).sum())
            kept = "cut off" if cut else "kept beyond"
            said.append(
                f"normalise: '{code}': {outside} of {known} values beyond {scaling.ENDS[str(chosen['method'])]}, {kept}"
            )
    return said


def of_weights(where: str, part: Table) -> list[str]:
    """Return how many places weights were read from, when some lack a part and were left out."""
    complete = ~np.isnan(part.values).any(axis=1)
    if complete.all():
        return []
    return [f"{where}: read from the {int(complete.sum())} of {len(part.rows)} places that have every part"]


# Which rule reads an option of `aggregate`, and what the option is while nobody asks for it.
_READ_BY = {"floor": ("geometric", None), "power": ("generalised", None), "sign": ("penalised", -1)}


def of_options(options: Options, chosen: Sequence[Rule]) -> list[str]:
    """Return a sentence for each option of `aggregate` that was given and that no level's rule reads."""
    methods = {rule.method for rule in chosen}
    said = [
        f"aggregate: '{key}' was not used; only the method '{method}' reads it"
        for key, (method, usual) in _READ_BY.items()
        if options[key] != usual and method not in methods
    ]
    if options["by_weight"] and not any(rule.min_share > 0 for rule in chosen):
        said.append("aggregate: 'by_weight' was not used; it says how 'min_share' counts, which is 0")
    return said


def of_aggregation(table: Table, framework: Framework, scores: Table, rules: Sequence[Rule]) -> list[str]:
    """Return a sentence for each aggregate in which a floor raised children, or weights stood in for missing ones.

    `table` holds the normalised indicators and `scores` what `aggregate_all` made of them by the same `rules`.
    """
    values = {code: table.column(code) for code in framework.indicators}
    values |= {code: scores.column(code) for code in scores.columns}
    said = []
    for level, rule in enumerate(rules, start=2):
        for code in framework.codes(level):
            parts = {child: values[child] for child in framework.children[code]}
            said += _raised(code, parts, rule) + _renormalised(code, parts, values[code], framework)
    return said


def _raised(code: str, parts: Mapping[str, Floats], rule: Rule) -> list[str]:
    floor = rule.options.get("floor")
    if rule.method != "geometric" or floor is None:
        return []
    low = {child: int((part < floor).sum()) for child, part in parts.items()}
    counted = [f"'{child}' {count}" for child, count in low.items() if count]
    return [f"aggregate: '{code}': values raised to the floor {floor:g}: {', '.join(counted)}"] if counted else []


def _renormalised(code: str, parts: Mapping[str, Floats], score: Floats, framework: Framework) -> list[str]:
    """Count the places that are scored although a child with weight is missing: the others took its weight."""
    weighed = [np.isnan(part) for child, part in parts.items() if framework.by_code[child].weight > 0]
    stood_in = int((np.stack(weighed).any(axis=0) & ~np.isnan(score)).sum())
    if not stood_in:
        return []
    return [f"aggregate: '{code}': weights renormalised over the children present at {stood_in} of {len(score)} places"]


def overrides(options: Options) -> Mapping[str, Options]:
    """Return the exceptions of a column-wise step, by indicator."""
    given = options["indicators"]
    return given if isinstance(given, Mapping) else {}


def own(options: Options, code: str) -> Options:
    """Return the options of a column-wise step for one indicator: its exception, else the step's."""
    return overrides(options).get(code, options)


def _places(table: Table, rows: Mask) -> str:
    return listed(table.row_label(int(row)) for row in np.flatnonzero(rows))
