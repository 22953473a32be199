"""Nominal scores: pillars as weighted means of the values present, the overall as a floored geometric mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from config import digits
from indicators.aggregate import arithmetic, geometric
from indicators.missing import Latest, coverage
from indicators.scores import Floats

Marks = NDArray[np.bool_]
LISTED = "default"

if TYPE_CHECKING:
    from config.schema import Catalogue, Indicator, Method


@dataclass(frozen=True)
class Nominal:
    """The scores without any randomness: `pillars` (places, pillars), `overall` (places,), shares of weight present.

    All have the digits of `config.digits`, and the overall is the mean of pillars that have them.
    """

    pillars: Floats
    overall: Floats
    coverage: Floats


def aggregate(latest: Latest, indicators: Sequence[Indicator], catalogue: Catalogue, method: Method) -> Nominal:
    """Return pillar and overall scores of the places of `latest` from a choice of indicators.

    A pillar holding less than `pillar_min_weight` of its weight, and an overall lacking a pillar that has weight, is
    NaN.
    """
    pillars = tuple(catalogue.pillars.values())
    scores = np.full((len(latest.place_ids), len(pillars)), np.nan)
    shares = np.zeros_like(scores)
    for at, pillar in enumerate(pillars):
        members = [i for i in indicators if i.pillar == pillar.id]
        if members:
            scores[:, at], shares[:, at] = _one_pillar(latest, members, method)
    weights = np.array([p.weight for p in pillars])
    whole = ~np.isnan(scores[:, weights > 0]).any(axis=1)
    overall = digits.score(np.where(whole, geometric(scores, weights, floor=method.floor), np.nan))
    return Nominal(scores, overall, shares)


def _one_pillar(latest: Latest, members: Sequence[Indicator], method: Method) -> tuple[Floats, Floats]:
    weights = np.array([i.weight for i in members])
    values = np.ascontiguousarray(latest.scores[:, latest.columns([i.id for i in members])])
    share = coverage(~np.isnan(values), weights)
    enough = share >= method.pillar_min_weight - 1e-9  # two thirds as a decimal must admit four of six
    return digits.score(np.where(enough, arithmetic(values, weights), np.nan)), digits.share(share)


def ranked_places(nominal: Nominal, catalogue: Catalogue, method: Method) -> Marks:
    """Return which city-regions are ranked, (places,): by `coverage` all with an overall score, by `status` a list.

    By coverage a place is ranked in a pillar only where it is ranked overall, so that every rank is among the same.
    """
    if method.ranked_by == "coverage":
        return np.asarray(~np.isnan(nominal.overall))
    return np.array([place.status == LISTED for place in catalogue.city_regions()])
