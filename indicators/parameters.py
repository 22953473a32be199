"""What two catalogues lay down differently of what numbers depend on: goalposts, weights, formulas, members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from config.schema import Catalogue, Indicator, Place

Kind = Literal[
    "goalpost", "weight", "formula", "method", "area", "place",
    "place added", "place removed", "indicator added", "indicator removed", "pillar added", "pillar removed",
]  # fmt: skip

# Of the method: what moves ranges and verdicts, and no score.
SPREADS = frozenset(
    {"draws", "seed", "weight_spread", "goalpost_spread", "floor_range", "interval", "leave_one_out", "list_level"}
)
NO_SCORE = SPREADS | {"history_max_age"}  # of the method: moves no score of today


@dataclass(frozen=True)
class Parameter:
    """One thing laid down otherwise: of an indicator, a pillar, a place or "method"; None where it was not there."""

    kind: Kind
    thing: str
    field: str = ""
    before: object = None
    after: object = None


def parameters(before: Catalogue, after: Catalogue) -> tuple[Parameter, ...]:
    """Return what differs, the method first, then pillars, indicators and places; labels and citations are left out."""
    return (
        *_method(before, after),
        *_pillars(before, after),
        *_indicators(before, after),
        *_places(before, after),
    )


def _method(before: Catalogue, after: Catalogue) -> Iterator[Parameter]:
    old, new = before.method.model_dump(mode="json"), after.method.model_dump(mode="json")
    for name in dict.fromkeys((*old, *new)):
        if name not in ("title", "variants") and old.get(name) != new.get(name):
            yield Parameter("method", "method", name, old.get(name), new.get(name))


def _pillars(before: Catalogue, after: Catalogue) -> Iterator[Parameter]:
    for pillar in dict.fromkeys((*before.pillars, *after.pillars)):
        old, new = before.pillars.get(pillar), after.pillars.get(pillar)
        if old is None or new is None:
            yield Parameter("pillar added" if old is None else "pillar removed", pillar)
        elif old.weight != new.weight:
            yield Parameter("weight", pillar, "weight", old.weight, new.weight)


def _indicators(before: Catalogue, after: Catalogue) -> Iterator[Parameter]:
    for name in dict.fromkeys((*before.indicators, *after.indicators)):
        old, new = before.indicators.get(name), after.indicators.get(name)
        if _scored(old) != _scored(new):
            yield Parameter("indicator added" if _scored(new) else "indicator removed", name)
        elif old is not None and new is not None:
            yield from _indicator(old, new)


def _scored(indicator: Indicator | None) -> str:
    """The pillar an indicator is scored in, empty where it is not."""
    return indicator.pillar if indicator is not None and indicator.role == "score" else ""


def _indicator(old: Indicator, new: Indicator) -> Iterator[Parameter]:
    if old.goalposts is not None and new.goalposts is not None:
        for end in ("worst", "best"):
            first, second = getattr(old.goalposts, end), getattr(new.goalposts, end)
            if first != second:
                yield Parameter("goalpost", old.id, end, first, second)
    if old.weight != new.weight:
        yield Parameter("weight", old.id, "weight", old.weight, new.weight)
    for name in ("value", "scheme", "earliest_period", "window_years", "sampling", "better"):
        first, second = _plain(getattr(old, name)), _plain(getattr(new, name))
        if first != second:
            yield Parameter("formula", old.id, name, first, second)


def _plain(value: Any) -> Any:
    """A formula as one line: "mean(measure=a, years=3)"; the sampling as its number of interviews."""
    if hasattr(value, "function"):
        arguments: Mapping[str, object] = value.args
        return f"{value.function}({', '.join(f'{key}={argument}' for key, argument in arguments.items())})"
    return value.n if hasattr(value, "n") else value


def _places(before: Catalogue, after: Catalogue) -> Iterator[Parameter]:
    for name in dict.fromkeys((*before.places, *after.places)):
        old, new = before.places.get(name), after.places.get(name)
        if old is None or new is None:
            yield Parameter("place added" if old is None else "place removed", name)
        else:
            yield from _place(old, new)


def _place(old: Place, new: Place) -> Iterator[Parameter]:
    if old.status != new.status:
        yield Parameter("place", old.id, "status", old.status, new.status)
    for scheme in dict.fromkeys((*old.areas, *new.areas)):
        first, second = old.areas.get(scheme), new.areas.get(scheme)
        if first != second:
            yield Parameter("area", old.id, scheme, first, second)
