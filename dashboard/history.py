"""What changed from one snapshot to the next, as each was published: values, scores and ranks, and the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, cast, get_args

import pandas as pd

from config import difference
from config.schema import TOTAL, Catalogue
from config.snapshot import SnapshotError
from indicators.differences import OVERALL, PILLAR, Move, Vintage, moves
from indicators.parameters import Parameter, parameters

Kind = Literal["new", "revised", "withdrawn"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Revision:
    """One value that is new, revised or withdrawn; `before` and `after` in the unit of the indicator."""

    kind: Kind
    indicator: str
    place: str
    period: str
    before: float | None
    after: float | None

    def size(self, catalogue: Catalogue) -> float:
        """Return how much the value moved, as a share of its goalposts or, where it has none, of itself."""
        if self.before is None or self.after is None:
            return 0.0
        ends = catalogue.indicators[self.indicator].goalposts if self.indicator in catalogue.indicators else None
        whole = abs(ends.best - ends.worst) if ends else max(abs(self.before), abs(self.after))
        return abs(self.after - self.before) / whole if whole else 0.0


@dataclass(frozen=True)
class News:
    """What changed in one snapshot against the one before it."""

    snapshot: str
    earlier: str
    revisions: tuple[Revision, ...]
    moves: tuple[Move, ...] = ()
    rules: tuple[Parameter, ...] = ()  # laid down otherwise: goalposts, weights, formulas, method, members
    stood: Mapping[str, tuple[int, int, int]] = field(
        default_factory=dict
    )  # place -> overall range before, of how many

    def of(self, place: str, things: Collection[str] | None = None) -> News:
        """Return the same for one place, and for some things when they are named: indicators, "pillar:<id>"."""
        kept = (r for r in self.revisions if r.place == place and (things is None or r.indicator in things))
        moved = (m for m in self.moves if m.place == place and (things is None or m.thing in things))
        rules = (r for r in self.rules if things is None or r.thing in things or f"{PILLAR}{r.thing}" in things)
        return News(self.snapshot, self.earlier, tuple(kept), tuple(moved), tuple(rules), self.stood)

    @property
    def scores(self) -> int:
        """Return how many scores are another, new or gone."""
        return sum("score" in move.numbers for move in self.moves)

    @property
    def ranks(self) -> int:
        """Return in how many rankings a place has another rank or range of ranks."""
        return sum(bool({"rank", "rank range"} & move.numbers.keys()) for move in self.moves)

    @cached_property
    def counts(self) -> Mapping[Kind, int]:
        """Return how many values are new, revised and withdrawn."""
        found = Counter(revision.kind for revision in self.revisions)
        return {kind: found[kind] for kind in KINDS}

    def largest(self, kind: Kind, catalogue: Catalogue) -> list[Revision]:
        """Return the values of one kind, the largest change first, then newest period and name."""
        own = [revision for revision in self.revisions if revision.kind == kind]
        return sorted(own, key=lambda r: (-r.size(catalogue), -int(r.period[:4]), r.indicator, r.place))


class History:
    """The snapshots that are kept, oldest first, and what changed from each to the next; each pair is read once.

    `published` gives a snapshot as it was published: the table of its scores.csv, and its catalogue.
    """

    def __init__(self, ids: Sequence[str], published: Callable[[str], Vintage]) -> None:
        self.ids = tuple(ids)
        self._published = published
        self._read: dict[str, News | None] = {}

    def earlier(self, snapshot: str) -> str | None:
        """Return the snapshot before one, None for the first and for one that is not kept."""
        at = self.ids.index(snapshot) if snapshot in self.ids else 0
        return self.ids[at - 1] if at else None

    def news(self, snapshot: str) -> News | None:
        """Return what changed in a snapshot; None where there is no earlier one, or one of both cannot be read."""
        if snapshot not in self._read:
            before = self.earlier(snapshot)
            self._read[snapshot] = self._between(before, snapshot) if before else None
        return self._read[snapshot]

    def _between(self, before: str, after: str) -> News | None:
        try:
            old, new = self._published(before), self._published(after)
        except SnapshotError:
            return None
        return News(
            after,
            before,
            tuple(revisions(old.scores, new.scores)),
            tuple(moves(old, new)),
            parameters(old.catalogue, new.catalogue),
            _stood(old.scores),
        )


def _stood(table: pd.DataFrame) -> dict[str, tuple[int, int, int]]:
    """Return the overall range of ranks of every ranked place, and among how many places it is."""
    columns = ["rank_low", "rank_high", "places"]
    rows = table[table["indicator"] == OVERALL].reindex(columns=["ref_area", *columns]).dropna()
    return {str(place): (int(low), int(high), int(of)) for place, low, high, of in rows.itertuples(index=False)}


def revisions(before: pd.DataFrame, after: pd.DataFrame) -> list[Revision]:
    """Return the values that differ between two tables of scores.csv; a change of status alone is none."""
    changed = difference.between(_values(before), _values(after))
    rows = changed[["change", "measure", "ref_area", "time_period", "before", "after"]].itertuples(index=False)
    found = [
        Revision(cast("Kind", kind), str(indicator), str(place), str(period), _number(old), _number(new))
        for kind, indicator, place, period, old, new in rows
    ]
    return [revision for revision in found if revision.kind != "revised" or revision.before != revision.after]


def _values(table: pd.DataFrame) -> pd.DataFrame:
    """The values of everyone, without the rows of pillars and overall, keyed as observations are."""
    rows = table[table["obs_value"].notna() & (table["group"] == TOTAL)]
    return rows.rename(columns={"indicator": "measure"})


def _number(value: object) -> float | None:
    number = float(cast("float", value))
    return None if number != number else number
