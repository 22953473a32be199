"""The recipe: which tables to read, which steps to take and what to vary, checked as a whole before anything runs.

A recipe is a YAML or TOML file:

    values = "asem_idata.csv"          # paths are relative to the recipe
    framework = "asem_imeta.csv"
    [[steps]]
    step = "normalise"
    method = "minmax"
    range = [0, 100]
    [[steps]]
    step = "aggregate"

with the sections `panel`, `audit`, `uncertainty` and `sensitivity` where wanted. `options.py` lists every option. Steps
run in the order written; what is not written is not done, and the record of the run says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from indicators.options import (
    METHOD_OPTIONS,
    SECTIONS,
    STEP_OPTIONS,
    completed,
    is_number,
    is_word,
    of_step,
    problems_with,
)
from indicators.tables import AnalysisError

Options = Mapping[str, object]

# A step may only follow steps of its own stage or an earlier one.
_STAGE = {"denominate": 0, "screen": 1, "impute": 1, "treat": 1, "normalise": 2, "weight": 3, "aggregate": 4}
_ONCE = ("denominate", "treat", "normalise", "aggregate")
_FILES = ("values", "framework", "goalposts")


@dataclass(frozen=True)
class Step:
    """One step: `options` with every default filled in, `given` as the recipe has them."""

    name: str
    options: Options
    given: Options = field(default_factory=dict)


@dataclass(frozen=True)
class Variation:
    """One uncertain choice: `choices` are steps that may stand at `position` in the list, labelled for the record."""

    name: str
    position: int
    labels: tuple[str, ...]
    choices: tuple[Step, ...]


@dataclass(frozen=True)
class Vary:
    """What is sampled together: variations of steps, and per level the relative spread of weights (0.25 = +-25 %)."""

    variations: tuple[Variation, ...] = ()
    spreads: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """A recipe whose form is sound; `sections` holds completed options of those present, `vary` by section."""

    steps: tuple[Step, ...]
    sections: Mapping[str, Options] = field(default_factory=dict)
    vary: Mapping[str, Vary] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    @property
    def absent(self) -> tuple[str, ...]:
        """Return the names of steps that the recipe does not take."""
        return tuple(name for name in STEP_OPTIONS if name not in {step.name for step in self.steps})


def read(path: Path) -> Recipe:
    """Return the recipe of a `.toml`, `.yaml` or `.yml` file.

    Raises AnalysisError for a file that cannot be read or parsed, and with every problem of `parse`.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = _toml(text) if path.suffix == ".toml" else _yaml(path, text)
    except (OSError, ValueError) as error:  # a TOML error is a ValueError, and so is a wrong encoding
        if isinstance(error, AnalysisError):
            raise
        raise AnalysisError(f"recipe {path}: cannot be read: {error}") from error
    if not isinstance(document, Mapping):
        raise AnalysisError(f"recipe {path}: is not a table of keys; start with 'values:' and 'steps:'")
    return parse(document)


def parse(document: Mapping[str, object]) -> Recipe:
    """Return the recipe of a parsed document; raises AnalysisError listing every problem of form.

    Checked: unknown keys, unknown steps, methods and options, values of the wrong kind, steps out of order or twice,
    and each choice to vary as if it stood in the recipe.
    """
    problems = [
        f"unknown key '{key}'; choose from name, {', '.join((*_FILES, 'steps', *SECTIONS))}"
        for key in document
        if key not in ("name", "steps", *_FILES, *SECTIONS)
    ]
    problems += [
        f"'{key}' is {document[key]!r}; give a text" for key in ("name", *_FILES) if not is_word(document.get(key, ""))
    ]
    steps = _steps(document.get("steps"), problems)
    sections = {key: _section(key, document[key], problems) for key in SECTIONS if key in document}
    vary = {key: _vary(key, options, steps, problems) for key, options in sections.items() if "vary" in options}
    _inherit(vary, problems)
    if "aggregate" not in {step.name for step in steps}:
        problems += [f"{key}: there is no step 'aggregate' to judge" for key in sections if key != "panel"]
    if problems:
        raise AnalysisError("recipe: " + "; ".join(problems))
    files = {key: str(document[key]) for key in _FILES if key in document}
    return Recipe(tuple(steps), sections, vary, files, str(document.get("name", "")))


def _toml(text: str) -> object:
    import tomllib

    return tomllib.loads(text)


def _yaml(path: Path, text: str) -> object:
    if path.suffix not in (".yaml", ".yml"):
        raise AnalysisError(f"recipe {path}: ends in {path.suffix!r}; use .toml, .yaml or .yml")
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise AnalysisError(f"recipe {path}: cannot be parsed: {' '.join(str(error).split())}") from error


def _steps(listed: object, problems: list[str]) -> list[Step]:
    if not isinstance(listed, list) or not listed:
        problems.append("'steps' is missing or empty; give a list of steps")
        return []
    steps = [_step(entry, f"steps[{number}]", problems) for number, entry in enumerate(listed, start=1)]
    names = [step.name for step in steps]
    problems += [f"step '{name}' occurs twice; keep one" for name in _ONCE if names.count(name) > 1]
    if "aggregate" in names and "normalise" not in names:
        problems.append("step 'normalise' is missing; values of different units cannot be aggregated")
    for before, after in pairwise(names):
        if _STAGE.get(before, 0) > _STAGE.get(after, 9):
            problems.append(f"step '{after}' comes after '{before}'; put it before")
    return steps


def _step(entry: object, where: str, problems: list[str]) -> Step:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("step"), str):
        problems.append(f"{where}: is {entry!r}; give a table with the key 'step'")
        return Step("", {})
    name = str(entry["step"])
    if name not in STEP_OPTIONS:
        problems.append(f"{where}: unknown step '{name}'; choose from {', '.join(STEP_OPTIONS)}")
        return Step(name, {})
    given = {key: value for key, value in entry.items() if key != "step"}
    return Step(name, _options(name, given, f"{where} {name}", problems), given)


def _options(name: str, given: Options, where: str, problems: list[str]) -> dict[str, object]:
    allowed = of_step(name, given.get("method"))
    problems += [f"{where}: {problem}" for problem in problems_with(given, allowed)]
    options = completed(given, allowed)
    overrides = options.get("indicators")
    if isinstance(overrides, Mapping) and "indicators" in allowed:
        common = {key: value for key, value in given.items() if key != "indicators"}
        options["indicators"] = {
            code: _override(name, common, own, f"{where}, indicator '{code}'", problems)
            for code, own in overrides.items()
        }
    if name == "aggregate":
        problems += [f"{where}: {problem}" for problem in _aggregate_problems(options)]
    return options


def _override(name: str, common: Options, own: object, where: str, problems: list[str]) -> dict[str, object]:
    """Return the completed options of one indicator: its own, on top of the step's unless it changes the method."""
    if not isinstance(own, Mapping) or "indicators" in own:
        problems.append(f"{where}: is {own!r}; give a table of options")
        return {}
    merged = dict(own) if "method" in own else {**common, **own}
    return {key: value for key, value in _options(name, merged, where, problems).items() if key != "indicators"}


def _aggregate_problems(options: Options) -> list[str]:
    methods = options["method"] if isinstance(options["method"], list) else [options["method"]]
    if "generalised" in methods and options["power"] is None:
        return ["option 'power' is missing; the generalised mean needs one"]
    return []


def _section(key: str, given: object, problems: list[str]) -> dict[str, object]:
    if not isinstance(given, Mapping):
        problems.append(f"{key}: is {given!r}; give a table of options")
        return {}
    problems += [f"{key}: {problem}" for problem in problems_with(given, SECTIONS[key])]
    return completed(given, SECTIONS[key])


def _vary(key: str, options: Options, steps: list[Step], problems: list[str]) -> Vary:
    variations: list[Variation] = []
    spreads: dict[int, float] = {}
    entries = options["vary"] if isinstance(options["vary"], list) else []
    for number, entry in enumerate(entries, start=1):
        where = f"{key}.vary[{number}]"
        if isinstance(entry, Mapping) and set(entry) == {"weights"}:
            found = _spreads(entry["weights"], where, problems)
            problems += [
                f"{where}: weights of level {level} vary twice; keep one" for level in found if level in spreads
            ]
            spreads.update(found)
        elif isinstance(entry, Mapping) and set(entry) - {"name", "option"} == {"step", "choices"}:
            variations += _variation(entry, steps, where, problems)
        else:
            problems.append(f"{where}: give 'weights', or 'step' and 'choices' (and 'option', 'name' if wanted)")
    names = [variation.name for variation in variations]
    problems += [f"{key}: two variations are called '{n}'; name them apart" for n in set(names) if names.count(n) > 1]
    return Vary(tuple(variations), spreads)


def _spreads(given: object, where: str, problems: list[str]) -> dict[int, float]:
    if not isinstance(given, Mapping) or not all(
        str(level).isdigit() and is_number(spread) and 0 <= spread <= 1 for level, spread in given.items()
    ):
        problems.append(f"{where}: weights are {given!r}; give a table level = spread, such as 2 = 0.25, up to 1")
        return {}
    return {int(str(level)): float(spread) for level, spread in given.items()}


def _variation(entry: Mapping[str, object], steps: list[Step], where: str, problems: list[str]) -> list[Variation]:
    positions = [index for index, step in enumerate(steps) if step.name == entry["step"]]
    choices = entry["choices"]
    if len(positions) != 1 or not isinstance(choices, list) or not choices:
        problem = f"the recipe has {len(positions)} steps '{entry['step']}', one is needed"
        problems.append(f"{where}: {problem if len(positions) != 1 else 'choices must be a list'}")
        return []
    option = None if entry.get("option") is None else str(entry["option"])
    base = steps[positions[0]]
    made = [_choice(base, option, choice, f"{where} choice {n}", problems) for n, choice in enumerate(choices, start=1)]
    name = str(entry.get("name", base.name if option is None else f"{base.name}.{option}"))
    labels = [label for label, _ in made]
    if len(set(labels)) < len(labels):
        problems.append(f"{where}: two choices have the same label; give each its own 'label'")
    return [Variation(name, positions[0], tuple(labels), tuple(step for _, step in made))]


def _choice(base: Step, option: str | None, choice: object, where: str, problems: list[str]) -> tuple[str, Step]:
    """Return label and step of one choice: a value of `option`, or a table of options (and perhaps a `label`)."""
    own = dict(choice) if isinstance(choice, Mapping) else {}
    label = str(own.pop("label", own.get("method", "") if isinstance(choice, Mapping) else choice))
    if option is not None:
        own = {option: own.get("value", choice) if isinstance(choice, Mapping) else choice}
    elif not isinstance(choice, Mapping):
        problems.append(f"{where}: is {choice!r}; give a table of options, or say which 'option' it is a value of")
        return label, base
    if "method" in own and base.name in METHOD_OPTIONS:  # another method has other options; exceptions stay
        merged = {key: value for key, value in base.given.items() if key == "indicators"} | own
    else:
        merged = {**base.given, **own}
    return label, Step(base.name, _options(base.name, merged, f"{where} {base.name}", problems), merged)


def _inherit(vary: dict[str, Vary], problems: list[str]) -> None:
    """Let `sensitivity` vary what `uncertainty` varies when it names nothing itself; refuse to vary nothing."""
    if "sensitivity" in vary and vary["sensitivity"] == Vary() and "uncertainty" in vary:
        vary["sensitivity"] = vary["uncertainty"]
    for key, one in vary.items():
        factors = len(one.variations) + len(one.spreads)
        if not factors:
            problems.append(f"{key}: 'vary' names nothing to vary")
        elif key == "sensitivity" and factors == 1:
            problems.append(f"{key}: a single factor explains everything; vary two or more")
