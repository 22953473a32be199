"""The id of an edition changes with every number, code and choice it depends on, and with no word in any language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from config import digits, snapshot
from config.identity import MANNERS, WORDS, content_hash, counts
from config.schema import Catalogue, Indicator, Measure, Method, Provenance
from config.snapshot import Snapshot
from config.text import Text

Path = tuple[Any, ...]


@cache
def held() -> Snapshot:
    return snapshot.read()


@cache
def observations() -> bytes:
    return (held().folder / "observations.csv").read_bytes()


def hashed(catalogue: Catalogue, provenance: tuple[Provenance, ...] | None = None) -> str:
    return content_hash(observations(), provenance or held().provenance, catalogue)


@cache
def usual() -> str:
    return hashed(held().catalogue)


def leaves(value: Any, path: Path = (), counting: bool = True) -> Iterator[tuple[Path, Any, bool]]:
    """Yield every plain value of a model with its path and whether it is said to count."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name), (*path, name), counting and counts(type(value), name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, (*path, key), counting and not isinstance(item, Text))
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from leaves(item, (*path, at), counting)
    else:
        yield path, value, counting


def other(value: Any) -> Any:
    """Return another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    return f"{value}x" if value is not None else "1900"


def changed(value: Any, path: Path) -> Any:
    """Return a copy of a model in which the value at a path is another one; nothing is validated."""
    if not path:
        return other(value)
    head, *rest = path
    if isinstance(value, BaseModel):
        return value.model_copy(update={head: changed(getattr(value, head), tuple(rest))})
    if isinstance(value, Mapping):
        return {key: changed(item, tuple(rest)) if key == head else item for key, item in value.items()}
    return tuple(changed(item, tuple(rest)) if at == head else item for at, item in enumerate(value))


def sampled() -> list[tuple[Path, Any, bool]]:
    """Return one leaf for each field there is: the same field of the next indicator adds nothing."""
    used = {(origin.source, origin.dataset) for origin in held().provenance}
    seen: dict[tuple[str, ...], tuple[Path, Any, bool]] = {}
    for path, value, counting in leaves(held().catalogue):
        dataset = path[:1] == ("sources",) and (path[1], path[3]) if "datasets" in path else None
        if path[0] == "sources" and dataset not in used:
            continue
        kind = tuple(part for at, part in enumerate(path) if at != 1 and isinstance(part, str) and part not in _IDS)
        seen.setdefault((*kind, type(value).__name__), (path, value, counting))
    return list(seen.values())


_IDS = frozenset(
    {name for source in held().catalogue.sources.values() for name in source.datasets}
    | {name for source in held().catalogue.sources.values() for d in source.datasets.values() for name in d.measures}
    | {*held().catalogue.indicators, *held().catalogue.places}
)
FIELDS = sampled()


@pytest.mark.parametrize(
    ("path", "counting"),
    [pytest.param(path, counting, id=".".join(map(str, path))) for path, _, counting in FIELDS],
)
def test_the_id_follows_what_counts_and_nothing_else(path: Path, counting: bool) -> None:
    assert (hashed(changed(held().catalogue, path)) != usual()) is counting


def test_every_text_of_every_entry_in_every_language_may_be_bettered() -> None:
    catalogue = held().catalogue
    for path, value, _ in leaves(catalogue):
        if path[-1] in ("en", "fr", "nl") and isinstance(value, str):
            catalogue = changed(catalogue, path)
    assert catalogue.indicators["road_deaths"].label.fr.endswith("x")
    assert hashed(catalogue) == usual()


@pytest.mark.parametrize("indicator", list(held().catalogue.indicators))
def test_every_goalpost_weight_and_derivation_counts(indicator: str) -> None:
    for path, _, _ in leaves(held().catalogue.indicators[indicator]):
        if path[0] in ("weight", "value", "scheme", "role", "tags", "window_years", "pillar") or path[-1] in (
            *("worst", "best", "target", "n"),
        ):
            assert hashed(changed(held().catalogue, ("indicators", indicator, *path))) != usual(), path


def test_every_number_of_the_method_counts() -> None:
    for path, value, _ in leaves(held().catalogue.method):
        if isinstance(value, (int, float)):
            assert hashed(changed(held().catalogue, ("method", *path))) != usual(), path


def test_a_caveat_that_is_added_or_removed_is_a_word() -> None:
    text = Text(en="a", fr="b", nl="c")
    for caveat in (None, text):
        one = held().catalogue.indicators["road_deaths"].model_copy(update={"caveat": caveat})
        indicators = {**held().catalogue.indicators, "road_deaths": one}
        assert hashed(held().catalogue.model_copy(update={"indicators": indicators})) == usual()


def test_that_a_place_is_flagged_counts_and_the_wording_does_not() -> None:
    flagged = next(i for i in held().catalogue.indicators.values() if i.flags)
    text = Text(en="a", fr="b", nl="c")

    def with_flags(flags: Mapping[str, Text]) -> str:
        one = flagged.model_copy(update={"flags": flags})
        return hashed(
            held().catalogue.model_copy(update={"indicators": {**held().catalogue.indicators, flagged.id: one}})
        )

    assert with_flags(dict.fromkeys(flagged.flags, text)) == usual()
    assert with_flags({**flagged.flags, "brussels": text, "vienna": text}) != usual()


def test_a_payload_counts_by_its_bytes_and_not_by_its_citation() -> None:
    first, *rest = held().provenance
    for name in Provenance.model_fields:
        again = changed(first, (name,)) if name not in ("measures", "shape") else None
        if again is not None:
            same = hashed(held().catalogue, (again, *rest)) == usual()
            assert same is (name in WORDS[Provenance]), name


def test_the_observations_count() -> None:
    assert content_hash(observations() + b"x", held().provenance, held().catalogue) != usual()


def test_the_arithmetic_and_its_digits_count(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARITHMETIC", "UNIT_DIGITS", "SCORE_DECIMALS", "SHARE_DECIMALS", "DRAWN_DECIMALS"):
        with monkeypatch.context() as patch:
            patch.setattr(digits, name, getattr(digits, name) + 1)
            assert hashed(held().catalogue) != usual()


def test_the_order_of_entries_and_a_source_that_gave_nothing_do_not_count() -> None:
    catalogue = held().catalogue
    backwards = {name: dict(reversed(getattr(catalogue, name).items())) for name in ("places", "indicators", "sources")}
    used = {origin.source for origin in held().provenance}
    only = {name: source for name, source in catalogue.sources.items() if name in used}
    assert hashed(catalogue.model_copy(update=backwards)) == usual()
    assert hashed(catalogue.model_copy(update={"sources": only})) == usual()


def test_a_field_that_is_added_later_counts_unless_it_is_a_text() -> None:
    class Later(Indicator):
        threshold: float = 1.0
        remark: Text | None = None
        remarks: tuple[Text, ...] = ()

    assert counts(Later, "threshold")
    assert not counts(Later, "remark")
    assert not counts(Later, "remarks")
    assert counts(Method, "draws")
    assert not counts(Measure, "label")


@pytest.mark.parametrize("named", [WORDS, MANNERS])
def test_what_does_not_count_is_named_as_it_is_called(named: Mapping[type[BaseModel], frozenset[str]]) -> None:
    for model, names in named.items():
        assert names <= set(model.model_fields), model


def test_no_text_is_named_twice() -> None:
    for model, names in WORDS.items():
        for name in names:
            annotation = model.model_fields[name].annotation
            assert annotation is not Text
            assert Text not in get_args(annotation)
