"""What is published otherwise in one vintage than in another: scores and ranks that moved, and what moved them.

Nothing is scored again. A vintage is its table of scores.csv and its catalogue; two of them are compared cell by cell,
and each score is led back to what feeds it: an indicator's to its value, period, goalposts and formula, a pillar's to
its members and their weights, the overall to its pillars, a rank to the scores of the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from config.schema import TOTAL, Catalogue
from indicators.parameters import NO_SCORE, SPREADS, Parameter, parameters

OVERALL, PILLAR = "overall", "pillar:"
ALIKE = 1e-9  # numbers closer than this share of their size are the same number

Quantity = Literal["score", "rank", "rank range", "sensitivity range"]
Ends = tuple[float, ...]  # one number, or the two ends of a range
CauseKind = Literal["revised", "new", "withdrawn", "period", "parameter", "others", "unexplained"]


@dataclass(frozen=True)
class Vintage:
    """One edition as published: the table of scores.csv, and the catalogue it was made with."""

    scores: pd.DataFrame
    catalogue: Catalogue


@dataclass(frozen=True)
class Cause:
    """Why a score moved: a value (of `indicator` at `period`), a newer period that counts, or a parameter."""

    kind: CauseKind
    indicator: str = ""
    period: str = ""
    before: float | str | None = None
    after: float | str | None = None
    parameter: Parameter | None = None


@dataclass(frozen=True)
class Move:
    """A published score (of an indicator, "pillar:<id>" or "overall") of one place that is another, new or gone."""

    thing: str
    place: str
    numbers: Mapping[Quantity, tuple[Ends | None, Ends | None]]  # before and after, those that differ
    causes: tuple[Cause, ...]

    @property
    def score(self) -> tuple[float | None, float | None]:
        """Return the score before and after; twice None where only ranks or ranges moved."""
        before, after = self.numbers.get("score", (None, None))
        return before[0] if before else None, after[0] if after else None

    @property
    def size(self) -> float:
        """Return how far the score moved, 0-100; a score that is new or gone counts as nothing."""
        before, after = self.score
        return 0.0 if before is None or after is None else abs(after - before)


@dataclass
class _Read:
    """One vintage by place and thing: what is published, the value that counts, and every value."""

    published: dict[tuple[str, str], dict[Quantity, Ends]] = field(default_factory=dict)
    counted: dict[tuple[str, str], str] = field(default_factory=dict)  # period of the scored value
    valued: dict[tuple[str, str, str], float] = field(default_factory=dict)


def moves(before: Vintage, after: Vintage) -> list[Move]:
    """Return every score, rank and range that differs, by thing (overall, pillars, indicators) and place."""
    changed, old, new = parameters(before.catalogue, after.catalogue), _read(before.scores), _read(after.scores)
    comparison = _Comparison(before.catalogue, after.catalogue, changed, old, new)
    return [
        Move(thing, place, numbers, tuple(dict.fromkeys(comparison.causes(thing, place, numbers))))
        for thing, place in sorted(old.published.keys() | new.published.keys(), key=_order)
        if (numbers := comparison.numbers(thing, place))
    ]


def _order(key: tuple[str, str]) -> tuple[int, str, str]:
    thing, place = key
    return (0 if thing == OVERALL else 1 if thing.startswith(PILLAR) else 2), thing, place


def _read(table: pd.DataFrame) -> _Read:
    read = _Read()
    columns = ["indicator", "ref_area", "time_period", "obs_value", "score", "latest", "rank", "rank_low",
               "rank_high", "lower", "upper"]  # fmt: skip
    rows = table.loc[table["group"] == TOTAL].reindex(columns=columns)
    for thing, place, period, value, score, latest, *ends in rows.itertuples(index=False, name=None):
        key = (str(thing), str(place))
        if thing == OVERALL or str(thing).startswith(PILLAR):
            read.published[key] = dict(_sums(score, *ends))
            continue
        if _known(value):
            read.valued[*key, str(period)] = float(value)
        if str(latest) == "True" and _known(score):
            read.published[key] = {"score": (float(score),)}
            read.counted[key] = str(period)
    return read


def _sums(score: Any, rank: Any, low: Any, high: Any, lower: Any, upper: Any) -> Iterator[tuple[Quantity, Ends]]:
    if _known(score):
        yield "score", (float(score),)
    if _known(rank):
        yield "rank", (float(rank),)
    if _known(low, high):
        yield "rank range", (float(low), float(high))
    if _known(lower, upper):
        yield "sensitivity range", (float(lower), float(upper))


def _known(*numbers: Any) -> bool:
    return not any(number is None or pd.isna(number) or number == "" for number in numbers)


@dataclass(frozen=True)
class _Comparison:
    """Two vintages side by side."""

    before: Catalogue
    after: Catalogue
    changed: tuple[Parameter, ...]
    old: _Read
    new: _Read

    def numbers(self, thing: str, place: str) -> dict[Quantity, tuple[Ends | None, Ends | None]]:
        """Return the quantities that differ, with both values."""
        then, now = (read.published.get((thing, place), {}) for read in (self.old, self.new))
        both = ((name, then.get(name), now.get(name)) for name in dict.fromkeys((*then, *now)))
        return {name: (first, second) for name, first, second in both if not _alike(first, second)}

    def causes(self, thing: str, place: str, numbers: Iterable[Quantity]) -> list[Cause]:
        """Return what moved the numbers of a place, the nearest first; never nothing."""
        moved = set(numbers)
        found = self._of_score(thing, place) if "score" in moved else []
        if moved & {"rank range", "sensitivity range"}:
            found += self._parameters(thing="method", fields=SPREADS)
        if not found and moved & {"rank", "rank range"}:
            return [*self._membership(place=place), Cause("others")]
        return found or self._feeding(thing, place) or [Cause("unexplained")]

    def _of_score(self, thing: str, place: str) -> list[Cause]:
        found = self._membership(place=place, own=True)
        if thing == OVERALL or thing.startswith(PILLAR):
            found += self._feeding(thing, place)
            found += [c for c in self._parameters(thing="method") if c.parameter and c.parameter.field not in NO_SCORE]
        else:
            found += self._of_indicator(thing, place)
        return found or [Cause("unexplained")]

    def _feeding(self, thing: str, place: str) -> list[Cause]:
        """Causes of the members of a pillar, or of the pillars of the overall score, that moved in this place."""
        if thing == OVERALL:
            pillars = dict.fromkeys((*self.before.pillars, *self.after.pillars))
            own = [cause for pillar in pillars for cause in self._parameters(thing=pillar)]
            return [*own, *(cause for pillar in pillars for cause in self._feeding(PILLAR + pillar, place))]
        if not thing.startswith(PILLAR):
            return []
        found: list[Cause] = []
        came_or_went = self._came_or_went(thing, place)
        for member in self._members(thing.removeprefix(PILLAR)):
            held = bool({(member, place)} & (self.old.published.keys() | self.new.published.keys()))
            # The weight of a missing value moves no score, but may bring one below or above the least weight it needs.
            if held or came_or_went:
                found += [c for c in self._parameters(thing=member) if c.parameter and c.parameter.field == "weight"]
            if not held:
                continue
            found += self._of_indicator(member, place) if self.numbers(member, place) else []
        return found

    def _came_or_went(self, thing: str, place: str) -> bool:
        """Return whether a thing has a score of a place in one of the two vintages only."""
        then, now = ("score" in read.published.get((thing, place), {}) for read in (self.old, self.new))
        return then != now

    def _members(self, pillar: str) -> dict[str, None]:
        return dict.fromkeys(i.id for book in (self.before, self.after) for i in book.scored(pillar))

    def _of_indicator(self, thing: str, place: str) -> list[Cause]:
        found = [c for c in self._parameters(thing=thing) if c.parameter and c.parameter.field != "weight"]
        then, now = self.old.counted.get((thing, place)), self.new.counted.get((thing, place))
        if then is not None and now is not None and then != now:
            found.append(Cause("period", thing, now, then, now))
        period = now or then or ""
        first, second = (read.valued.get((thing, place, period)) for read in (self.old, self.new))
        if not _alike(_one(first), _one(second)) and (then == now or then is None or now is None):
            found.append(Cause(_kind(first, second), thing, period, first, second))
        elif then != now and first is not None and second is not None and not _alike(_one(first), _one(second)):
            found.append(Cause("revised", thing, period, first, second))
        return found or [Cause("unexplained", thing)]

    def _membership(self, *, place: str, own: bool = False) -> list[Cause]:
        """Places that came or went: the place itself, or the others among which it is ranked."""
        found = (p for p in self.changed if p.kind in ("place added", "place removed", "place"))
        return [Cause("parameter", parameter=p) for p in found if (p.thing == place) == own]

    def _parameters(self, *, thing: str, fields: frozenset[str] | None = None) -> list[Cause]:
        found = (p for p in self.changed if p.thing == thing and not p.kind.startswith("place"))
        return [Cause("parameter", parameter=p) for p in found if fields is None or p.field in fields]


def _one(number: float | None) -> Ends | None:
    return None if number is None else (number,)


def _kind(before: float | None, after: float | None) -> CauseKind:
    if before is None:
        return "new"
    return "withdrawn" if after is None else "revised"


def _alike(before: Ends | None, after: Ends | None) -> bool:
    if before is None or after is None:
        return before is after
    return all(math.isclose(a, b, rel_tol=ALIKE, abs_tol=ALIKE) for a, b in zip(before, after, strict=True))
