"""Scores under other weights and goalposts than the published ones: the same arithmetic, chance drawn only once.

Which values are scored, their errors and the random numbers of a snapshot depend on neither. They are kept, so that a
change of mind costs a few hundredths of a second; without a change the result is bit-equal to the published one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from config import digits
from indicators import normalise
from indicators.goalpost import Standings, standings
from indicators.missing import Latest, latest_table
from indicators.nominal import Marks
from indicators.ranks import drawn_ranks
from indicators.scores import Draws, Floats, Scores
from indicators.uncertainty import Before, Chance, chance
from indicators.verdict import SURE

if TYPE_CHECKING:
    from config.schema import Catalogue, Indicator

Direction = Literal["higher", "lower", "unclear", "same"]


class Shift(NamedTuple):
    """How a choice moves a place's rank: in which share of the replications it stands higher, in which lower.

    `direction` is "higher" or "lower" where that share is 39 of 40 or more, "same" where no replication moves it.
    """

    direction: Direction
    higher: float
    lower: float


Weights = Mapping[str, float]  # pillar or indicator id -> weight, in the place of the catalogue's
Posts = Mapping[str, tuple[float, float]]  # indicator id -> worst and best end, in its unit


@dataclass(frozen=True)
class Ground:
    """What every choice of weights and goalposts starts from: the published scores and the chance behind them."""

    catalogue: Catalogue
    latest: Latest
    chances: Mapping[str, Chance]
    draws: Draws
    tables: Mapping[str, pd.DataFrame]  # pillar -> its rows of `Scores.pillars`
    # Who is ranked as published, where that follows from coverage: a reader's choice compares the same places.
    ranked: Marks | None

    @classmethod
    def of(cls, scores: Scores, catalogue: Catalogue) -> Ground:
        """Return the ground of one snapshot, scored by the catalogue."""
        scored = catalogue.scored()
        latest = latest_table(scores.cells, [p.id for p in catalogue.city_regions()], [i.id for i in scored])
        chances = {i.id: chance(latest, i, catalogue.method) for i in scored}
        tables = {pillar: scores.pillars[scores.pillars["pillar"] == pillar] for pillar in catalogue.pillars}
        by_place = scores.overall.set_index("ref_area")["rank"].notna()
        published = by_place.loc[list(latest.place_ids)].to_numpy(dtype=bool)
        ranked = published if catalogue.method.ranked_by == "coverage" else None
        return cls(catalogue, latest, chances, scores.draws, tables, ranked)

    def standings(self, catalogue: Catalogue) -> Standings:
        """Return the standings by other weights and goalposts; `catalogue` is the ground's, as of `changed`."""
        latest = replace(self.latest, scores=self._scores(catalogue))
        alike = [p for p in catalogue.pillars if catalogue.scored(p) == self.catalogue.scored(p)]
        drawn = {p: self.draws.pillars[:, :, self.draws.pillar_ids.index(p)] for p in alike}
        tables = {p: self.tables[p] for p in alike}
        before = Before(self.chances, drawn)
        return standings(latest, catalogue, catalogue.method, before, tables, self.ranked)

    def _scores(self, catalogue: Catalogue) -> Floats:
        scores = self.latest.scores.copy()
        for indicator in catalogue.scored():
            (column,) = self.latest.columns([indicator.id])
            if indicator.goalposts is not None:
                ends = indicator.goalposts
                exact = normalise.goalposts(self.latest.raw[:, column], ends.worst, ends.best)
                scores[:, column] = digits.score(exact)
        return scores


def shifts(before: Draws, after: Draws, what: str, place_ids: Sequence[str]) -> dict[str, Shift]:
    """Return how far a choice moves each of some places in a pillar or "overall", replication by replication.

    Both draws are of one ground, so that replication k has the same random changes in both and only the choice differs;
    two ranges of ranks would hold those changes twice. Ranks are among `place_ids`, which have a score in both.
    """
    then, now = drawn_ranks(before, what, place_ids), drawn_ranks(after, what, place_ids)
    higher, lower = (np.mean(now < then, axis=0).tolist(), np.mean(now > then, axis=0).tolist())
    return {
        place: Shift(_direction(up, down), up, down) for place, up, down in zip(place_ids, higher, lower, strict=True)
    }


def _direction(higher: float, lower: float) -> Direction:
    if not higher and not lower:
        return "same"
    return "higher" if higher >= SURE else "lower" if lower >= SURE else "unclear"


def changed(catalogue: Catalogue, weights: Weights, posts: Posts) -> Catalogue:
    """Return the catalogue with other weights and goalposts; a scored indicator of weight 0 becomes one of context.

    Raises ValueError for an id that is neither pillar nor scored indicator, a negative weight, equal goalposts, and
    when a pillar, or all pillars together, would be left without weight.
    """
    known = {i.id for i in catalogue.scored()}
    unknown = sorted({*weights, *posts} - known - ({*catalogue.pillars} - {*posts}))
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: neither a pillar nor a scored indicator")
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is negative")
    pillars = {id_: p.model_copy(update={"weight": weights.get(id_, p.weight)}) for id_, p in catalogue.pillars.items()}
    indicators = {id_: _changed(i, weights, posts) if id_ in known else i for id_, i in catalogue.indicators.items()}
    found = catalogue.model_copy(update={"pillars": pillars, "indicators": indicators})
    bare = [id_ for id_ in pillars if catalogue.scored(id_) and not found.scored(id_)]
    if bare or not any(p.weight for p in pillars.values()):
        raise ValueError(f"{', '.join(bare) or 'all pillars'}: all weights are zero")
    return found


def _changed(indicator: Indicator, weights: Weights, posts: Posts) -> Indicator:
    weight = weights.get(indicator.id, indicator.weight)
    if not weight:
        return indicator.model_copy(update={"role": "context", "goalposts": None})
    ends = indicator.goalposts
    if ends is not None and indicator.id in posts:
        worst, best = posts[indicator.id]
        ends = type(ends).model_validate(ends.model_dump() | {"worst": worst, "best": best})
    same = weight == indicator.weight and ends == indicator.goalposts
    return indicator if same else indicator.model_copy(update={"weight": weight, "goalposts": ends})
