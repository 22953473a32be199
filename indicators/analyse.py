"""Run a whole recipe: read and check everything, take the steps, audit, replicate, and write each stage.

From Python, `analyse(values, framework, recipe)` takes pandas frames (or mappings of columns) and returns every stage;
`run(recipe_path, out_dir)` does the same with files and is what `pillars analyse RECIPE --out DIR` calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from config import digits
from indicators import audit, notes, replicate, sheets, steps
from indicators import framework as frameworks
from indicators import inputs as tables_in
from indicators.framework import Framework
from indicators.inputs import Inputs
from indicators.panel import POOLED, changes, ranked
from indicators.recipe import Recipe, parse, read
from indicators.recipe_check import check
from indicators.record import record, write
from indicators.replicate import Pipeline
from indicators.screen import availability_by_aggregate
from indicators.steps import State
from indicators.tables import AnalysisError, Floats, Mask, Table, as_columns, listed

if TYPE_CHECKING:
    import pandas as pd

Columns: TypeAlias = "pd.DataFrame | Mapping[str, Sequence[object]]"
Sheet = audit.Sheet

_COLUMNS = (*frameworks.REQUIRED, *frameworks.OPTIONAL)  # of the table of the framework; any other is not read

# What a step's result is called.
_STAGES = {
    "denominate": "denominated",
    "screen": "screened",
    "impute": "imputed",
    "treat": "treated",
    "normalise": "normalised",
    "weight": "weighted",
    "aggregate": "aggregated",
}


@dataclass(frozen=True)
class Analysis:
    """Everything a recipe gave.

    `stages` tables of places by codes, in the order made (raw, denominated, imputed, screened, treated, normalised,
    aggregated, ranks, availability_by_aggregate, change); `sheets` all other results by columns; `notes` a sentence for
    what each step did; `framework` and `recipe` as used.
    """

    recipe: Recipe
    framework: Framework
    stages: Mapping[str, Table]
    sheets: Mapping[str, Sheet]
    notes: tuple[str, ...] = field(default_factory=tuple)

    def frame(self, name: str) -> pd.DataFrame:
        """Return a stage or sheet as a pandas frame; raises AnalysisError naming what there is."""
        if name in self.stages:
            return self.stages[name].frame()
        if name not in self.sheets:
            raise AnalysisError(f"analysis: no result '{name}'; there is {', '.join([*self.stages, *self.sheets])}")
        import pandas as pd

        return pd.DataFrame(self.sheets[name])


def run(recipe_path: Path | str, out_dir: Path | str) -> Analysis:
    """Run a recipe file and write every stage to a new or empty directory; return the analysis.

    Written: a CSV file a stage and sheet, what was computed at the digits of `config.digits`, and `record.json` with
    seeds, completed options, notes, versions and the SHA-256 of every file read. Nothing is written before everything
    has been computed. Raises AnalysisError when the directory holds files, and for every problem of recipe, tables and
    steps.
    """
    path, out = Path(recipe_path), Path(out_dir)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise AnalysisError(f"{out}: exists and is not an empty directory; name a new one")
    recipe = read(path)
    files = {key: path.parent / name for key, name in recipe.files.items()}
    absent = [key for key in ("values", "framework") if key not in files]
    if absent:
        raise AnalysisError(f"recipe {path}: '{absent[0]}' is missing; give the path of that table")
    meta = tables_in.read_csv(files["framework"])
    if "goalposts" in files:
        meta = with_goalposts(meta, tables_in.read_csv(files["goalposts"]))
    replay = recipe.sections.get("uncertainty", {}).get("replay")
    if replay is not None:
        files["replay"] = path.parent / str(replay)
    stored = tables_in.read_csv(files["replay"]) if replay is not None else None
    analysis = analyse(tables_in.read_csv(files["values"]), meta, recipe, stored)
    write(out, analysis.stages, analysis.sheets, record(analysis.recipe, analysis.notes, {"recipe": path, **files}))
    return analysis


def analyse(
    values: Columns, framework: Columns, recipe: Recipe | Mapping[str, object], replay: Columns | None = None
) -> Analysis:
    """Run a recipe on a values table and a framework table and return every stage.

    `values` and `framework` are pandas frames or mappings of columns in the layouts of `inputs` and `framework`,
    `recipe` a parsed recipe or its document, `replay` stored parameters of replications to use instead of sampling.
    Everything is checked before the first step runs. Raises AnalysisError naming indicator, level and place.
    """
    recipe = recipe if isinstance(recipe, Recipe) else parse(recipe)
    checked = frameworks.read(framework)
    panel = "panel" in recipe.sections
    known = tables_in.read(values, checked, panel=panel)
    check(recipe, checked, known.indicators.rows, known.indicators.periods)
    scale = str(recipe.sections.get("panel", {}).get("scale", POOLED))
    state, stages = _walk(known, checked, recipe, scale)
    made = _sheets(state, stages)
    said = notes.of_framework(checked, [name for name in as_columns(framework) if name not in _COLUMNS])
    said += [f"values: column '{name}' is not in the framework and was ignored" for name in known.ignored]
    if replay is not None:
        said.append("uncertainty: stored parameters were replayed, so 'draws' and 'seed' were not used")
    made |= _audited(state, known, checked, recipe, scale)
    made |= _uncertain(known, checked, recipe, scale, replay)
    said += notes.of_goalposts(recipe)
    rounded = {name: sheets.fixed(name, sheet) for name, sheet in made.items()}
    return Analysis(recipe, state.framework, stages, rounded, (*said, *state.notes))


def with_goalposts(framework: Columns, goalposts: Columns) -> dict[str, list[object]]:
    """Return the framework's columns with goalposts from a table of their own.

    `goalposts` has `iCode`, `goalpost_lower`, `goalpost_upper` and perhaps `goalpost_scale`, `goalpost_trunc2posts`.
    Raises AnalysisError for a missing or unknown column, or a code that occurs twice or is not in the framework.
    """
    meta, posts = as_columns(framework), as_columns(goalposts)
    if not {"iCode", "goalpost_lower", "goalpost_upper"} <= set(posts):
        raise AnalysisError("goalposts: the table needs the columns iCode, goalpost_lower and goalpost_upper")
    unknown = [name for name in posts if name not in _COLUMNS]
    if unknown:
        raise AnalysisError(f"goalposts: unknown column {listed(unknown)}; rename it or leave it out")
    codes, known = posts["iCode"], meta.get("iCode", [])
    wrong = [code for code in codes if codes.count(code) > 1 or code not in known]
    if wrong:
        raise AnalysisError(f"goalposts: code '{wrong[0]}' occurs twice or is not in the framework")
    for name in (name for name in posts if name.startswith("goalpost_")):
        cells = dict(zip(codes, posts[name], strict=True))
        meta[name] = [cells.get(code, "") for code in known]
    return meta


def _walk(known: Inputs, checked: Framework, recipe: Recipe, scale: str) -> tuple[State, dict[str, Table]]:
    state = steps.start(known, checked, recipe.steps, scale)
    stages = {"raw": state.table}
    for step in recipe.steps:
        state = steps.apply(state, step)
        if step.name == "weight":
            continue
        stages[_STAGES[step.name]] = state.table if state.scores is None else state.scores
    if state.scores is not None:
        stages["ranks"] = ranked(state.scores)
        if state.scores.periods is not None:
            change = changes(state.scores)
            stages["change"] = change.with_values(digits.scale(change.values))
    before = stages.get("denominated", stages["raw"])  # what is known before anything is filled
    shares = availability_by_aggregate(before, state.framework)
    stages["availability_by_aggregate"] = shares.with_values(digits.share(shares.values))
    return state, stages


def _sheets(state: State, stages: Mapping[str, Table]) -> dict[str, Sheet]:
    made: dict[str, Sheet] = {
        "availability": audit.availability(stages.get("denominated", stages["raw"])),
        "effective_weights": sheets.weights(state.framework),
    }
    for name in ("raw", "treated"):
        if name in stages:
            made[f"statistics_{name}"] = audit.statistics(stages[name])
    if state.treatment is not None:
        made["treatment"] = sheets.treatment(stages["treated"].columns, state.treatment)
    if state.imputed is not None and state.imputed.any():
        made["imputed_cells"] = sheets.imputed(state.table, state.imputed)
    return made


def _audited(state: State, known: Inputs, checked: Framework, recipe: Recipe, scale: str) -> dict[str, Sheet]:
    options = recipe.sections.get("audit")
    if options is None or state.scores is None:
        return {}
    every = audit.side_by_side(state.table, state.scores)
    limits = float(str(options["redundant"])), float(str(options["contradiction"]))
    method = str(options["correlation"])
    made = {
        "correlations": audit.correlations(
            every, state.framework, method=method, redundant=limits[0], contradiction=limits[1]
        ),
        "reliability": audit.reliability(every, state.framework),
    }
    if options["leave_one_out"]:
        target = _target(options, state.framework)
        made["leave_one_indicator_out"] = audit.leave_one_indicator_out(
            state.table, state.framework, state.rules, target
        )
        made["leave_one_place_out"] = _places_left_out(known, checked, recipe, scale, target)
    return made


def _places_left_out(known: Inputs, checked: Framework, recipe: Recipe, scale: str, target: str) -> Sheet:
    """Rebuild the whole recipe without each place; places that screening leaves out have no score before or after."""

    def rebuilt(mask: Mask) -> Floats:
        left = steps.without_rows(known, mask)
        pipeline = Pipeline(left, checked, recipe.steps, scale=scale)
        return pipeline.nominal(target)

    base = Pipeline(known, checked, recipe.steps, scale=scale).nominal(target)
    return audit.leave_one_place_out(known.indicators, rebuilt, base)


def _uncertain(
    known: Inputs, checked: Framework, recipe: Recipe, scale: str, replay: Columns | None
) -> dict[str, Sheet]:
    made: dict[str, Sheet] = {}
    if "uncertainty" in recipe.sections:
        options, vary = recipe.sections["uncertainty"], recipe.vary["uncertainty"]
        pipeline = Pipeline(known, checked, recipe.steps, vary.variations, scale)
        if replay is None:
            draws, seed = int(str(options["draws"])), int(str(options["seed"]))
            parameters = replicate.sample(pipeline, vary, draws, seed)
        else:
            parameters = replicate.stored_parameters(as_columns(replay), vary, checked)
        built = replicate.run(pipeline, parameters, _target(options, checked))
        made |= sheets.uncertainty(built, parameters, options["quantiles"])
    if "sensitivity" in recipe.sections:
        made["sensitivity"] = _sensitive(known, checked, recipe, scale)
    return made


def _sensitive(known: Inputs, checked: Framework, recipe: Recipe, scale: str) -> Sheet:
    from indicators.sensitivity import sensitivity

    options, vary = recipe.sections["sensitivity"], recipe.vary["sensitivity"]
    found = sensitivity(
        Pipeline(known, checked, recipe.steps, vary.variations, scale),
        vary,
        _target(options, checked),
        samples=int(str(options["samples"])),
        seed=int(str(options["seed"])),
        confidence=float(str(options["confidence"])),
        resamples=int(str(options["resamples"])),
        weight_sets=int(str(options["weight_sets"])),
    )
    return sheets.sensitivity(found)


def _target(options: Mapping[str, object], framework: Framework) -> str:
    target = options["target"]
    return framework.codes(framework.height)[0] if target is None else str(target)
