"""The steps of a recipe, one small function each: state in, state out, everything noted on the way.

A `State` is what is known after some steps; it is never changed, so replications that share their first steps share
the states. Values keep their raw sign until `normalise`, which turns them to higher = better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from config import digits
from indicators import denominate, hierarchy, impute, notes, panel, scaling, screen, treat, weight
from indicators.framework import Framework
from indicators.hierarchy import Rule
from indicators.inputs import Inputs
from indicators.recipe import Step
from indicators.tables import AnalysisError, Floats, Mask, Table, listed, naming

Options = Mapping[str, object]
Result = TypeVar("Result")


@dataclass(frozen=True)
class State:
    """Where a run stands: `table` the indicators now, `framework` what is left of it, `inputs` the same rows raw.

    `scores` the aggregates once there, `rules` how they are made, `scale` the panel's fixed scale, `treatment` and
    `imputed` what those steps did, `notes` sentences for the record.
    """

    inputs: Inputs
    framework: Framework
    table: Table
    rules: tuple[Rule, ...]
    scale: str = panel.POOLED
    scores: Table | None = None
    treatment: treat.Treatment | None = None
    imputed: Mask | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)

    def noting(self, *more: str) -> State:
        """Return the state with more notes."""
        return replace(self, notes=(*self.notes, *more))


def start(inputs: Inputs, framework: Framework, steps: Sequence[Step], scale: str = panel.POOLED) -> State:
    """Return the state before the first step; `steps` are read for the aggregation rules that weighting may need."""
    aggregation = next((step.options for step in steps if step.name == "aggregate"), None)
    found = () if aggregation is None else rules(aggregation, framework)
    return State(inputs, framework, inputs.indicators, found, scale)


def apply(state: State, step: Step) -> State:
    """Return the state after one more step, its numbers at declared digits; raises AnalysisError naming the culprit."""
    with naming(step.name, state.table):
        try:
            return _fixed(state, STEPS[step.name](state, step.options), step.name)
        except ValueError as error:
            if isinstance(error, AnalysisError) or not error.args or type(error) is not ValueError:
                raise
            raise AnalysisError(f"{step.name}: {error}") from error


def _fixed(before: State, after: State, step: str) -> State:
    """Return the state with what a step computed at the digits of `config.digits`; what it passed through stays."""
    if step == "normalise":
        return replace(after, table=after.table.with_values(digits.scale(after.table.values)))
    if after.scores is not before.scores and after.scores is not None:
        return replace(after, scores=after.scores.with_values(digits.scale(after.scores.values)))
    if after.table is before.table:
        return after
    values = after.table.values
    given = np.isin(values, before.table.values)
    return replace(after, table=after.table.with_values(np.where(given, values, digits.unit(values))))


def rules(options: Options, framework: Framework) -> tuple[Rule, ...]:
    """Return the aggregation rule of each level above the first from the completed options of `aggregate`."""
    levels = range(framework.height - 1)

    def of(key: str, level: int) -> object:
        value = options[key]
        return value[level] if isinstance(value, list) else value

    return tuple(
        Rule(
            method=str(of("method", level)),
            options={
                key: float(str(of(key, level))) for key in ("floor", "power", "sign") if of(key, level) is not None
            },
            min_share=float(str(of("min_share", level))),
            by_weight=bool(options["by_weight"]),
        )
        for level in levels
    )


def _denominate(state: State, options: Options) -> State:
    given, before = options["by"], state.table
    named = {code: state.framework.by_code[code].denominator for code in state.table.columns}
    by = given if isinstance(given, Mapping) else {code: one for code, one in named.items() if one}
    table = denominate.denominate(state.table, state.inputs.denominators, by)
    state = replace(state, table=table).noting(f"denominate: {len(by)} of {len(named)} indicators divided")
    return state.noting(*notes.of_denomination(before, table, by))


def _screen(state: State, options: Options) -> State:
    of_places = options["of"] == "places"
    labels = state.table.rows if of_places else state.table.columns
    kept = screen.enough(
        state.table.values,
        min_available=float(str(options["min_available"])),
        min_non_zero=float(str(options["min_non_zero"])),
        axis=1 if of_places else 0,
    )
    keep, drop = _texts(options["keep"]), _texts(options["drop"])
    kept = np.array([(one or label in keep) and label not in drop for one, label in zip(kept, labels, strict=True)])
    gone = [label for label, one in zip(labels, kept, strict=True) if not one]
    if not kept.any():
        raise AnalysisError(f"screen: none of the {len(labels)} {options['of']} reaches the minimum; lower it")
    left = _without_places(state, kept) if of_places else _without_indicators(state, gone)
    return left.noting(f"screen: {len(gone)} {options['of']} left out" + (f": {', '.join(gone)}" if gone else ""))


def without_rows(inputs: Inputs, kept: Mask) -> Inputs:
    """Return the inputs with the rows where `kept` (rows) is true."""
    return replace(
        inputs,
        indicators=inputs.indicators.take_rows(kept),
        denominators=inputs.denominators.take_rows(kept),
        groups={code: tuple(np.array(labels)[kept].tolist()) for code, labels in inputs.groups.items()},
    )


def _without_places(state: State, kept: Mask) -> State:
    imputed = None if state.imputed is None else state.imputed[kept]
    return replace(state, inputs=without_rows(state.inputs, kept), table=state.table.take_rows(kept), imputed=imputed)


def _without_indicators(state: State, gone: Sequence[str]) -> State:
    framework = state.framework.without(gone)
    inputs = replace(state.inputs, indicators=state.inputs.indicators.take_columns(framework.indicators))
    position = [state.table.columns.index(code) for code in framework.indicators]
    return replace(
        state,
        framework=framework,
        inputs=inputs,
        table=state.table.take_columns(framework.indicators),
        imputed=None if state.imputed is None else state.imputed[:, position],
    )


def _impute(state: State, options: Options) -> State:
    before = state.table.values
    filled = _filled(state, options)
    cells = impute.imputed_cells(before, filled)
    every = cells if state.imputed is None else state.imputed | cells
    left = int(np.isnan(filled).sum())
    note = f"impute: {int(cells.sum())} cells filled by {options['method']}, {left} stay missing"
    return replace(state, table=state.table.with_values(filled), imputed=every).noting(note)


def _filled(state: State, options: Options) -> Floats:
    values, method = state.table.values, options["method"]
    if method == "em":
        return _em(state, within_parent=options["within"] == "parent")
    if method == "last_value":
        age = options["max_age"]
        periods = state.table.periods or ()
        return impute.last_value(values, state.table.rows, periods, max_age=age if isinstance(age, int) else None)
    group = options["group"]
    groups = None if group is None else state.inputs.groups[str(group)]
    return (impute.group_mean if method == "group_mean" else impute.group_median)(values, groups)


def _em(state: State, *, within_parent: bool) -> Floats:
    if not within_parent:
        return impute.em(state.table.values)
    filled = state.table.values.copy()
    for code in state.framework.codes(2):
        part = state.table.take_columns(state.framework.children[code])
        positions = [state.table.columns.index(child) for child in part.columns]
        with naming(f"impute: em within '{code}'", part):
            filled[:, positions] = impute.em(part.values)
    return filled


def _treat(state: State, options: Options) -> State:
    results = _by_options(state, options, _treated)
    joined = treat.joined(results, len(state.table.columns))
    moved, logged = int((joined.winsorised > 0).sum()), int(joined.transformed.sum())
    failing = [code for code, passed in zip(state.table.columns, joined.passed[-1], strict=True) if not passed]
    left = f", still outside the limits: {', '.join(failing)}" if failing else ""
    note = f"treat: {moved} indicators winsorised, {logged} transformed{left}"
    state = replace(state, table=state.table.with_values(joined.values), treatment=joined).noting(note)
    return state.noting(*notes.of_treatment(state.table.columns, joined, options))


def _treated(part: Table, options: Options) -> treat.Treatment:
    transform = options["transform"]
    return treat.treat(
        part.values,
        most=int(str(options["winsorise_max"])),
        limits=treat.Limits(float(str(options["skewness"])), float(str(options["kurtosis"]))),
        transform=None if transform == "none" else str(transform),
        force=bool(options["force"]),
    )


def _normalise(state: State, options: Options) -> State:
    before, base = state.table, panel.scale_rows(state.table, state.scale)
    results = _by_options(state, options, lambda part, own: scaling.scaled(part, own, state.framework, base))
    values = np.empty_like(state.table.values)
    for columns, scaled in results:
        values[:, columns] = scaled
    state = replace(state, table=state.table.with_values(values))
    return state.noting(*notes.of_normalisation(before, options, state.framework, base))


def _weight(state: State, options: Options) -> State:
    level, method = int(str(options["level"])), str(options["method"])
    families: dict[str, list[str]] = {}
    for code in state.framework.codes(level):
        families.setdefault(state.framework.by_code[code].parent, []).append(code)
    source = state.table
    if level > 1 and method not in ("equal", "given"):
        source = hierarchy.aggregate_all(state.table, state.framework, state.rules)
    weights: dict[str, float] = {}
    for parent, codes in families.items():
        where = f"weight: {method} below '{parent}'"
        weights.update(zip(codes, _weights(method, codes, source, options, where), strict=True))
        if method in WEIGHTINGS and len(codes) > 1:
            state = state.noting(*notes.of_weights(where, source.take_columns(codes)))
    return replace(state, framework=state.framework.with_weights(weights))


def _weights(method: str, codes: Sequence[str], source: Table, options: Options, where: str) -> list[float]:
    given = options.get("weights")
    if isinstance(given, Mapping):
        chosen = weight.given({code: float(given[code]) for code in codes}, codes)
        return [float(one) for one in chosen]
    if method == "equal" or len(codes) == 1:
        return [1.0 / len(codes)] * len(codes)
    part = source.take_columns(codes)
    with naming(where, part):
        return [float(one) for one in digits.share(WEIGHTINGS[method](part.values))]


WEIGHTINGS: Mapping[str, Callable[[Floats], Floats]] = {
    "principal_component": weight.principal_component,
    "squared_loadings": weight.squared_loadings,
    "correlation_balanced": weight.correlation_balanced,
}


def _aggregate(state: State, options: Options) -> State:
    chosen = rules(options, state.framework)
    scores = hierarchy.aggregate_all(state.table, state.framework, chosen)
    state = replace(state, scores=scores, rules=chosen)
    state = state.noting(*notes.of_options(options, chosen))
    state = state.noting(*notes.of_aggregation(state.table, state.framework, scores, chosen))
    for code, gaps in zip(scores.columns, np.isnan(scores.values).T, strict=True):
        if gaps.any():
            names = listed(scores.row_label(int(row)) for row in np.flatnonzero(gaps))
            state = state.noting(f"aggregate: '{code}' has too little to be scored at {names}")
    return state


def _by_options(
    state: State, options: Options, run: Callable[[Table, Options], Result]
) -> list[tuple[list[int], Result]]:
    """Run a column-wise step on the indicators without exceptions together, then on each exception by itself."""
    overrides = notes.overrides(options)
    columns = state.table.columns
    common = [column for column, code in enumerate(columns) if code not in overrides]
    groups = [(common, options)] if common else []
    groups += [([column], overrides[code]) for column, code in enumerate(columns) if code in overrides]
    return [(chosen, run(state.table.take_columns([columns[c] for c in chosen]), own)) for chosen, own in groups]


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


STEPS: Mapping[str, Callable[[State, Options], State]] = {
    "denominate": _denominate,
    "screen": _screen,
    "impute": _impute,
    "treat": _treat,
    "normalise": _normalise,
    "weight": _weight,
    "aggregate": _aggregate,
}
