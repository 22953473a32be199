"""Load config/: read every YAML, validate, cross-check, freeze; an error names file, key and what to write instead."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from config.nuts import Crosswalk
from config.older import in_todays_words
from config.schema import SCHEMES, Catalogue, Criterion, Indicator, Measure, Method, Pillar, Place, Site, Source

try:  # the same loader in C, ten times as fast, wherever PyYAML was built with it
    from yaml import CSafeLoader as _SafeLoader
except ImportError:
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

FOLDER = Path(__file__).parent
MAX_BYTES = 1_000_000  # a YAML file larger than this is not a configuration
INCLUSION = "inclusion"

Model = TypeVar("Model", bound=BaseModel)


class ConfigError(ValueError):
    """A file in config/ is wrong; the message names the file, the key and what to write instead."""


def load(folder: Path | None = None) -> Catalogue:
    """Return the validated catalogue of `folder` (the shipped config/ by default).

    Raises ConfigError when a file is missing, is no YAML, repeats or misspells a key, or names something that no other
    file defines.
    """
    base = folder or FOLDER
    catalogue = Catalogue(
        places=_models(base / "places.yaml", Place),
        pillars=_models(base / "pillars.yaml", Pillar),
        sources=_folder(base / "sources", lambda file: {file.stem: _model(file, Source, {"id": file.stem})}),
        indicators=_folder(base / "indicators", _indicators),
        method=_model(base / "method.yaml", Method, {}),
        likeness=_models(base / "likeness.yaml", Criterion),
        site=_model(base / "site.yaml", Site, {}),
    )
    for problem in (*_cross_check(catalogue), *_check_nuts(catalogue, _crosswalk(base))):
        raise ConfigError(problem)
    return catalogue


def stored(text: str | bytes) -> Catalogue:
    """Return the catalogue of a snapshot from its catalogue.json; ValueError when it is none.

    A snapshot older than site.yaml says whom it is about and no more; the rest is taken from the shipped site.yaml.
    """
    content = json.loads(text)
    if isinstance(content, dict) and "site" not in content:
        shipped = _read(FOLDER / "site.yaml")
        content["site"] = {**shipped, "hero": content.pop("hero", shipped["hero"])}
    return Catalogue.model_validate_json(json.dumps(in_todays_words(content)))


@cache
def crosswalk() -> Crosswalk:
    """Return the shipped history of NUTS codes; raises ConfigError as `load` does."""
    return _crosswalk(FOLDER)


class _UniqueKeys(_SafeLoader):
    """A safe loader that refuses a repeated key, which YAML would let the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return the mapping of `node`; raises ConstructorError when a key stands twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _parsed(text: str) -> Any:
    """Return what the YAML says; aliases are refused, because a few lines of them can unfold to gigabytes."""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_UniqueKeys)):
        raise yaml.constructor.ConstructorError(None, None, "aliases (*name) are not allowed", None)
    return yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 (a safe loader)


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise ConfigError(f"{_name(file)}: the file is missing; restore it or copy it from the shipped config/")
    if file.stat().st_size > MAX_BYTES:
        raise ConfigError(f"{_name(file)}: larger than {MAX_BYTES} bytes; data does not belong in config/")
    try:
        content = _parsed(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{_name(file)}: not readable as YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{_name(file)}: expected keys with values at the top level, found {type(content).__name__}")
    return content


def _crosswalk(base: Path) -> Crosswalk:
    return _model(base / "nuts.yaml", Crosswalk, {})


def _models(file: Path, model: type[Model]) -> dict[str, Model]:
    return {str(key): _validated(file, model, key, value) for key, value in _read(file).items()}


def _model(file: Path, model: type[Model], extra: Mapping[str, Any]) -> Model:
    return _validate(file, model, {**_read(file), **extra}, "")


def _validated(file: Path, model: type[Model], key: object, value: object) -> Model:
    if not isinstance(value, dict):
        raise ConfigError(f"{_name(file)}: {key}: expected keys with values, found {value!r}")
    return _validate(file, model, {**value, "id": key}, f"{key}.")


def _validate(file: Path, model: type[Model], value: Mapping[str, Any], prefix: str) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        path = prefix + ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{_name(file)}: {path.rstrip('.')}: {_advice(model, first)}") from error


def _advice(model: type[BaseModel], error: Any) -> str:
    """Say what is wrong and what to write instead, naming the nearest allowed key for a misspelt one."""
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(error["loc"][-1]), _field_names(model), n=1)
        return f"unknown key; did you mean {near[0]!r}?" if near else "unknown key; remove it"
    if error["type"] == "missing":
        return "this key is missing; add it"
    return f"{error['msg']} (found {error['input']!r:.80})"


def _field_names(model: type[BaseModel]) -> list[str]:
    names = dict.fromkeys(model.model_fields)
    for field in model.model_fields.values():
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                names.update(dict.fromkeys(_field_names(part)))
    return list(names)


def _folder(folder: Path, read: Any) -> dict[str, Any]:
    files = sorted(folder.glob("*.yaml"))
    for other in sorted(folder.glob("*.yml")):
        raise ConfigError(f"{_name(other)}: would not be read; call it {other.stem}.yaml")
    if not files:
        raise ConfigError(f"{folder.name}/: no YAML file in it; restore the shipped ones")
    merged: dict[str, Any] = {}
    for file in files:
        part = read(file)
        for key in merged.keys() & part.keys():
            raise ConfigError(f"{_name(file)}: {key}: this id is already defined in another file; rename one")
        merged.update(part)
    return merged


def _indicators(file: Path) -> dict[str, Indicator]:
    """Read one pillar's indicators: the file's stem is their pillar."""
    return {
        str(key): _validated(file, Indicator, key, {**value, "pillar": file.stem} if isinstance(value, dict) else value)
        for key, value in _read(file).items()
    }


def _cross_check(catalogue: Catalogue) -> Iterator[str]:
    yield from _check_measures(catalogue)
    yield from _check_indicators(catalogue)
    yield from _check_origins(catalogue)
    yield from _check_places(catalogue)
    yield from _check_site(catalogue)
    yield from _check_variants(catalogue)
    yield from _check_likeness(catalogue)


def _check_measures(catalogue: Catalogue) -> Iterator[str]:
    """A measure has one home; only a dataset that `continues` that home may declare it too, as the same quantity."""
    declared = [
        (source.id, name, dataset) for source in catalogue.sources.values() for name, dataset in source.datasets.items()
    ]
    home: dict[str, tuple[str, str, Measure]] = {}
    # Those that go on with others come last, in whichever file they stand.
    for source_id, name, dataset in sorted(declared, key=lambda item: item[2].continues is not None):
        where = f"sources/{source_id}.yaml: datasets.{name}"
        if dataset.continues is not None and dataset.continues not in {known for _, known, _ in declared}:
            yield f"{where}.continues: no dataset {dataset.continues!r}; write the id of one, or remove the key"
        for measure_id, measure in dataset.measures.items():
            place = f"{where}.measures.{measure_id}"
            if measure_id not in home:
                home[measure_id] = place, name, measure
                continue
            first, owner, original = home[measure_id]
            if owner != dataset.continues:
                yield f"{place}: already declared at {first}; a measure id is unique"
            elif (measure.unit, measure.level) != (original.unit, original.level):
                yield f"{place}: its unit or level is not that of {first}; a series goes on in one unit"


def _check_indicators(catalogue: Catalogue) -> Iterator[str]:
    measures = {m for s in catalogue.sources.values() for d in s.datasets.values() for m in d.measures}
    for indicator in catalogue.indicators.values():
        where = f"indicators/{indicator.pillar}.yaml: {indicator.id}"
        if indicator.pillar not in (*catalogue.pillars, INCLUSION):
            allowed = ", ".join((*catalogue.pillars, INCLUSION))
            yield f"{where}: no pillar {indicator.pillar!r}; name the file after one of {allowed}"
        if indicator.role == "score" and indicator.comparable != "places":
            yield f"{where}.comparable: a score compares places; write 'places', or another role than 'score'"
        for measure in measures_of(indicator):
            if measure not in measures:
                near = get_close_matches(measure, measures, n=1)
                yield f"{where}.value.args: no source declares the measure {measure!r}" + _or_near(near)
        named = [("flags", place) for place in indicator.flags] + [("other_unit", p) for p in indicator.other_unit]
        for key, place in named:
            if place not in catalogue.places:
                yield f"{where}.{key}: no place {place!r}" + _or_near(get_close_matches(place, catalogue.places, n=1))


def _check_origins(catalogue: Catalogue) -> Iterator[str]:
    """An end says where it comes from and a survey what its answers are; only older editions may leave them out."""
    for indicator in catalogue.indicators.values():
        where = f"indicators/{indicator.pillar}.yaml: {indicator.id}"
        for end in ("worst_basis", "best_basis"):
            if indicator.goalposts is not None and getattr(indicator.goalposts, end) is None:
                yield f"{where}.goalposts.{end}: this key is missing; say where the end comes from"
        if (indicator.kind == "survey") != (indicator.answers is not None):
            yield f"{where}.answers: a survey says whether its answers are opinion or fact, and only a survey does"


def _check_places(catalogue: Catalogue) -> Iterator[str]:
    regions = {place.id for place in catalogue.city_regions()}
    for place in catalogue.places.values():
        if place.parent is not None and place.parent not in regions:
            yield f"places.yaml: {place.id}.parent: no city-region {place.parent!r}; write the id of one of this file"
        if place.kind == "municipality" and place.parent is None:
            yield f"places.yaml: {place.id}.parent: a municipality needs one; write the id of its city-region"


def _check_site(catalogue: Catalogue) -> Iterator[str]:
    site, regions = catalogue.site, [place.id for place in catalogue.city_regions()]
    if site.hero not in regions:
        near = get_close_matches(site.hero, regions, n=1)
        meant = f"did you mean {near[0]!r}?" if near else "write the id of one of places.yaml"
        yield f"site.yaml: hero: no city-region {site.hero!r}; {meant}"
    lens = catalogue.indicators.get(site.lens) if site.lens else None
    if site.lens and (lens is None or lens.scheme != "municipality"):
        municipal = [i.id for i in catalogue.indicators.values() if i.scheme == "municipality"]
        yield f"site.yaml: lens: no indicator by municipality {site.lens!r}; use one of {', '.join(municipal)}"
    yield from _check_tiles(catalogue)


def _check_tiles(catalogue: Catalogue) -> Iterator[str]:
    codes = {place.areas.get("municipality", "") for place in catalogue.municipalities()}
    for code in catalogue.site.tiles:
        if code not in codes:
            yield f"site.yaml: tiles.{code}: no municipality of places.yaml has this code; correct or remove it"
    taken: dict[tuple[str | None, int, int], str] = {}
    for place in catalogue.municipalities():
        code = place.areas.get("municipality", "")
        tile = catalogue.site.tiles.get(code)
        if tile is None:
            continue
        first = taken.setdefault((place.parent, *tile), code)
        if first != code:
            yield f"site.yaml: tiles.{code}: row {tile[0]}, column {tile[1]} is taken by {first}; give it its own"


def _check_nuts(catalogue: Catalogue, crosswalk: Crosswalk) -> Iterator[str]:
    """A place keeps its region from one version to the next, takes the new code of a recode, or one split from it."""
    for place in catalogue.city_regions():
        before, after = place.areas.get("nuts2_2021"), place.areas.get("nuts2_2024")
        expected = crosswalk.between(before, 2021, 2024) if before else after
        if after == expected or (before and after in crosswalk.split_from(before, 2024)):
            continue
        what = f"{before} is {expected} there: write it" if expected else f"{before} ended before: remove it"
        yield f"places.yaml: {place.id}.areas.nuts2_2024 is {after}; by nuts.yaml {what}"


def _check_variants(catalogue: Catalogue) -> Iterator[str]:
    tags = {tag for indicator in catalogue.indicators.values() for tag in indicator.tags}
    for variant in catalogue.method.variants:
        named = [*variant.drop, *variant.swap, *variant.swap.values()]
        for missing in (name for name in named if name not in catalogue.indicators):
            yield f"method.yaml: variants.{variant.id}: no indicator {missing!r}"
        for missing in (tag for tag in variant.drop_tags if tag not in tags):
            yield f"method.yaml: variants.{variant.id}.drop_tags: no indicator carries the tag {missing!r}"


def _check_likeness(catalogue: Catalogue) -> Iterator[str]:
    measures = {m for s in catalogue.sources.values() for d in s.datasets.values() for m in d.measures}
    for criterion in catalogue.likeness.values():
        where = f"likeness.yaml: {criterion.id}"
        if criterion.scheme not in SCHEMES:
            yield f"{where}.scheme: no area scheme {criterion.scheme!r}; use one of {', '.join(sorted(SCHEMES))}"
        for measure in (criterion.measure, criterion.per):
            if measure is not None and measure not in measures:
                yield f"{where}: no source declares the measure {measure!r}" + _or_near(
                    get_close_matches(measure, measures, n=1)
                )


# Arguments of a derivation that hold measure ids, by name; the rest are numbers and group names.
MEASURE_ARGUMENTS = frozenset(
    {"measure", "count", "positive", "negative", "dont_know", "later", "everyone_good", "everyone_bad", "good", "bad"}
)


def measures_of(indicator: Indicator) -> tuple[str, ...]:
    """Return the ids of the measures an indicator is made of, in the order of its arguments."""
    found: list[str] = []
    for name, value in indicator.value.args.items():
        if name in MEASURE_ARGUMENTS:
            found.extend(
                (value,) if isinstance(value, str) else (str(v) for v in value) if isinstance(value, tuple) else ()
            )
    return tuple(found)


def _or_near(near: list[str]) -> str:
    return f"; did you mean {near[0]!r}?" if near else "; declare it or remove it"


def _name(file: Path) -> str:
    return (
        file.name
        if file.parent == FOLDER or file.stem in ("places", "pillars", "method", "nuts", "likeness", "site")
        else f"{file.parent.name}/{file.name}"
    )
