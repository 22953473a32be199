"""Pillar scores over time, on a set of indicators that is the same in every year of a place's line.

A year's value of an indicator is its newest one up to that year, not older than `history_max_age`. Years are taken
newest first: a year joins when the indicators common to it and the years already taken still hold the pillar's minimum
weight. A year without enough is a gap, never filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from config import digits
from indicators.aggregate import arithmetic
from indicators.missing import coverage
from indicators.scores import Floats

if TYPE_CHECKING:
    from config.schema import Catalogue, Method

COLUMNS = ["pillar", "ref_area", "time_period", "score", "indicators", "fresh"]


def history(cells: pd.DataFrame, catalogue: Catalogue, method: Method) -> pd.DataFrame:
    """Return `pillar, ref_area, time_period, score, indicators, fresh`, oldest year first within pillar and place.

    `cells` as of `indicators.cells`; only annual periods of everyone (`group` total) are used.
    """
    rows: list[tuple[object, ...]] = []
    annual = _annual(cells, [p.id for p in catalogue.city_regions()])
    for pillar in catalogue.pillars:
        members = catalogue.scored(pillar)
        own, years = _own_scores(annual, [i.id for i in members], [p.id for p in catalogue.city_regions()])
        weights = np.array([i.weight for i in members])
        carried = _carried(own, method.history_max_age)
        for at, place in enumerate(catalogue.city_regions()):
            taken, kept = _constant_set(~np.isnan(carried[at]), weights, method.pillar_min_weight)
            fresh = ~np.isnan(own[at][kept])
            names = tuple(i.id for i, keep in zip(members, kept, strict=True) if keep)
            for year in taken:
                if fresh[:, year].any():
                    score = float(arithmetic(np.ascontiguousarray(carried[at][kept, year]), weights[kept]))
                    share = float(coverage(fresh[:, year], weights[kept]))
                    rows.append((pillar, place.id, str(years[year]), score, names, share))
    return digits.fixed(pd.DataFrame(rows, columns=COLUMNS))


def _annual(cells: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Return the scores of everyone in city-regions that belong to one year."""
    chosen = (cells["group"] == "total") & cells["score"].notna() & cells["ref_area"].isin(places)
    slim = cells.loc[chosen, ["indicator", "ref_area", "time_period", "score"]]
    return slim[slim["time_period"].str.fullmatch(r"\d{4}")]


def _own_scores(annual: pd.DataFrame, indicators: list[str], places: list[str]) -> tuple[Floats, list[int]]:
    """Return (places, indicators, years) scores, NaN where a year has no value of its own, and the years."""
    rows = annual[annual["indicator"].isin(indicators)]
    found = [int(period) for period in rows["time_period"]]
    years = list(range(min(found), max(found) + 1)) if found else []
    own = np.full((len(places), len(indicators), len(years)), np.nan)
    at_place, at_indicator = ({name: i for i, name in enumerate(names)} for names in (places, indicators))
    place, indicator = [at_place[p] for p in rows["ref_area"]], [at_indicator[i] for i in rows["indicator"]]
    own[place, indicator, [year - years[0] for year in found]] = rows["score"].to_numpy(dtype=float)
    return own, years


def _carried(own: Floats, max_age: int) -> Floats:
    """Return scores with empty years filled by the newest value of at most `max_age` years before."""
    filled = own.copy()
    for age in range(1, min(max_age, own.shape[-1] - 1) + 1):
        filled[..., age:] = np.where(np.isnan(filled[..., age:]), own[..., :-age], filled[..., age:])
    return filled


def _constant_set(known: NDArray[np.bool_], weights: Floats, minimum: float) -> tuple[list[int], NDArray[np.bool_]]:
    """Return the years taken (ascending) and the mask of indicators known in all of them."""
    kept, taken = np.ones(len(weights), dtype=bool), []
    for year in range(known.shape[1] - 1, -1, -1):
        common = kept & known[:, year]
        if coverage(common, weights) >= minimum - 1e-9:
            kept = common
            taken.append(year)
    return taken[::-1], kept
