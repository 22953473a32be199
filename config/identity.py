"""What an edition's id is a hash of: all that its numbers depend on, and none of the words beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from config import digits
from config.goalposts import Limit
from config.schema import Catalogue, Dataset, Indicator, Measure, Place, Provenance, Site, Source
from config.text import Text

# Fields that no number of an edition depends on, by model: words in one language, and the manners in which a publisher
# is called and his answers are judged (what came of that is in the observations). A field that is not named here
# counts, unless it is a `Text`: those never do.
WORDS: Mapping[type[BaseModel], frozenset[str]] = {
    Place: frozenset({"name_local", "territory"}),
    Indicator: frozenset({"citation", "technology"}),
    Limit: frozenset({"source"}),
    Site: frozenset({"recent_years"}),
    Provenance: frozenset({"publisher", "title", "licence_url", "attribution", "citation"}),
    Measure: frozenset({"label"}),
}
MANNERS: Mapping[type[BaseModel], frozenset[str]] = {
    Measure: frozenset({"minimum", "maximum", "largest_change", "largest_ratio"}),
    Dataset: frozenset(Dataset.model_fields) - {"measures", "labels", "aliases", "options"},
    Source: frozenset(Source.model_fields) - {"id", "datasets"},
}
_NONE: frozenset[str] = frozenset()


def content_hash(
    observations: bytes,
    provenance: Sequence[Provenance],
    catalogue: Catalogue,
    arithmetic: int | None = None,
) -> str:
    """Return the SHA-256, in hexadecimal, of everything the numbers of an edition depend on.

    These count: the observations as written; of each payload its source, data set, address, retrieval, hash, size,
    licence, tier and measures; every number, code and choice of the catalogue (method, goalposts, limits, weights,
    derivations, schemes, windows, sampling, roles, tags, pillars, areas and statuses of places, the hero, and which
    indicators carry a flag for which place); how the measures of the data sets behind the payloads are read; the
    declared digits and the version of the arithmetic.

    These do not: names, labels, questions, caveats, reasons, the wording of a flag, citations, in whichever language;
    how a publisher is called and judged; sources that gave nothing; the order of entries in a file; a key that is
    written out at its default.
    """
    told = {
        "arithmetic": digits.ARITHMETIC if arithmetic is None else arithmetic,
        "digits": [digits.UNIT_DIGITS, digits.SCORE_DECIMALS, digits.SHARE_DECIMALS, digits.DRAWN_DECIMALS],
        "catalogue": counted(_behind(catalogue, provenance)),
        "observations": hashlib.sha256(observations).hexdigest(),
        "provenance": [counted(origin) for origin in provenance],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def counted(value: Any) -> Any:
    """Return what counts of a value of the catalogue, as plain lists, mappings and numbers."""
    if isinstance(value, BaseModel):
        return {name: counted(getattr(value, name)) for name in _names(value)}
    if isinstance(value, Mapping):
        return {str(key): None if isinstance(item, Text) else counted(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [counted(item) for item in value]
    return value


def counts(model: type[BaseModel], name: str) -> bool:
    """Return whether a field of a model counts: it is no `Text`, and neither WORDS nor MANNERS name it."""
    left_out = WORDS.get(model, _NONE) | MANNERS.get(model, _NONE)
    return name not in left_out and not _is_text(model.model_fields[name].annotation)


def _names(model: BaseModel) -> Iterator[str]:
    for name, field in type(model).model_fields.items():
        usual = field.get_default(call_default_factory=True) if not field.is_required() else ...
        if counts(type(model), name) and getattr(model, name) != usual:
            yield name


def _is_text(annotation: Any) -> bool:
    """Return whether a field holds a text in three languages, or none; a mapping to texts counts by its keys."""
    if isinstance(annotation, type):
        return issubclass(annotation, Text)
    return get_origin(annotation) is not Mapping and any(_is_text(part) for part in get_args(annotation))


def _behind(catalogue: Catalogue, provenance: Sequence[Provenance]) -> Catalogue:
    """Return the catalogue with the data sets behind the payloads only: a source that gave nothing does not count."""
    used = {(origin.source, origin.dataset) for origin in provenance}
    sources = {}
    for name, source in catalogue.sources.items():
        datasets = {key: dataset for key, dataset in source.datasets.items() if (name, key) in used}
        if datasets:
            sources[name] = source.model_copy(update={"datasets": datasets})
    return catalogue.model_copy(update={"sources": sources})
