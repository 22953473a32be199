"""Load config/: read every YAML, validate, cross-check, freeze; an error names file, key and what to write instead."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from config.checks import check_nuts, cross_check
from config.checks import measures_of as measures_of
from config.nuts import Crosswalk
from config.older import in_todays_words
from config.schema import Catalogue, Criterion, Indicator, Level, Method, Pillar, Place, Site, Source

try:  # the same loader in C, ten times as fast, wherever PyYAML was built with it
    from yaml import CSafeLoader as _SafeLoader
except ImportError:
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

FOLDER = Path(__file__).parent
MAX_BYTES = 1_000_000  # a YAML file larger than this is not a configuration

Model = TypeVar("Model", bound=BaseModel)


class ConfigError(ValueError):
    """A file in config/ is wrong; the message names the file, the key and what to write instead."""


def load(folder: Path | None = None, method: str | None = None) -> Catalogue:
    """Return the validated catalogue of `folder` (the shipped config/ by default), by its method or a named older one.

    Indicators published for whole countries have the method's share of their weight. Raises ConfigError when a file is
    missing, is no YAML, repeats or misspells a key, or names something that no other file defines.
    """
    base = folder or FOLDER
    rules = _method(base, method)
    indicators = _folder(base / "indicators", _indicators)
    catalogue = Catalogue(
        places=_models(base / "places.yaml", Place),
        pillars=_models(base / "pillars.yaml", Pillar),
        sources=_folder(base / "sources", lambda file: {file.stem: _model(file, Source, {"id": file.stem})}),
        indicators={name: _weighed(indicator, rules) for name, indicator in indicators.items()},
        method=rules,
        likeness=_models(base / "likeness.yaml", Criterion),
        site=_model(base / "site.yaml", Site, {}),
    )
    for problem in (*cross_check(catalogue), *check_nuts(catalogue, _crosswalk(base))):
        raise ConfigError(problem)
    return catalogue


def _method(base: Path, wanted: str | None) -> Method:
    """Return the method of method.yaml, or an older one that methods/ keeps."""
    current: Method = _model(base / "method.yaml", Method, {})
    if wanted is None or wanted == current.id:
        return current
    older = sorted(file.stem for file in (base / "methods").glob("*.yaml"))
    if wanted not in older:
        raise ConfigError(f"methods/: there is no method {wanted!r}; there are {', '.join((current.id, *older))}")
    found: Method = _model(base / "methods" / f"{wanted}.yaml", Method, {})
    return found


def under(catalogue: Catalogue, method: str) -> Catalogue:
    """Return the catalogue of an edition under the shipped method of that id; ConfigError for an unknown one."""
    rules, before = _method(FOLDER, method), catalogue.method.national_weight
    indicators = {name: _weighed(item, rules, before) for name, item in catalogue.indicators.items()}
    return catalogue.model_copy(update={"method": rules, "indicators": indicators})


def _weighed(indicator: Indicator, method: Method, before: float = 1.0) -> Indicator:
    """Return an indicator with its weight under a method; `before` is the share that its weight has already."""
    if indicator.role != "score" or indicator.level != Level.COUNTRY:
        return indicator
    return indicator.model_copy(update={"weight": indicator.weight / before * method.national_weight})


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


def _name(file: Path) -> str:
    return (
        file.name
        if file.parent == FOLDER or file.stem in ("places", "pillars", "method", "nuts", "likeness", "site")
        else f"{file.parent.name}/{file.name}"
    )
