"""The goalpost methods: fixed goalposts, arithmetic inside a pillar, geometric over pillars, ranges from Monte-Carlo.

Ranks are among the city-regions that the method admits (`nominal.ranked_places`); others get the scores they reach but
no rank, and never change one. By `goalpost-v2` an indicator published for whole countries weighs half of another one;
`goalpost-v1` weighs all alike. A gap is left out and its weight shared among the values present, as long as they hold
`pillar_min_weight`; it is drawn at random in the ranges, so it widens them. Steps after OECD/JRC, Handbook on
Constructing Composite Indicators (2008).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config import digits
from indicators.aggregate import arithmetic
from indicators.cells import cells as make_cells
from indicators.derived import WITHDRAWN
from indicators.history import history
from indicators.inclusion import inclusion
from indicators.influence import contributions
from indicators.missing import Latest, latest_table
from indicators.nominal import Marks, Nominal, aggregate, ranked_places
from indicators.ranks import rank, rank_range, score_range, whole
from indicators.scores import Draws, Floats, Scores
from indicators.uncertainty import Before, simulate
from indicators.variants import variants

if TYPE_CHECKING:
    from config.schema import Catalogue, Method

OVERALL = "overall"


@dataclass(frozen=True)
class Standings:
    """Scores, ranges and ranks of one choice of weights and goalposts; `pillars` and `overall` as in `Scores`."""

    nominal: Nominal
    draws: Draws
    pillars: pd.DataFrame
    overall: pd.DataFrame


def score(observations: pd.DataFrame, catalogue: Catalogue, method: Method | None = None) -> Scores:
    """Score the observations of one snapshot by its method and return every table the pages and files need.

    `observations` has the columns of `config.schema.OBSERVATION_COLUMNS`; `method` replaces the catalogue's. Raises
    ValueError when an observation stands twice, an indicator has no pillar, or a derivation is wrong.
    """
    rules = method or catalogue.method
    table = make_cells(observations, catalogue)
    latest = latest_table(table, [p.id for p in catalogue.city_regions()], [i.id for i in catalogue.scored()])
    found = standings(latest, catalogue, rules)
    return Scores(
        cells=table,
        pillars=found.pillars,
        overall=found.overall,
        history=history(table, catalogue, rules),
        contributions=contributions(latest, found.nominal.pillars, catalogue),
        variants=variants(table, latest, catalogue, rules, ranked_places(found.nominal, catalogue, rules)),
        draws=found.draws,
        inclusion=inclusion(table, observations, catalogue),
        notes=_notes(table),
    )


def standings(
    latest: Latest,
    catalogue: Catalogue,
    method: Method,
    before: Before | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    ranked: Marks | None = None,
) -> Standings:
    """Return scores, ranges and ranks of the places of `latest` by the weights and goalposts of the catalogue.

    `latest.scores` belong to those goalposts; `before` as for `indicators.uncertainty.simulate`, `tables` are the rows
    of the pillars it holds. `ranked` (places,) says whom to rank where that does not follow from these scores.
    """
    nominal = aggregate(latest, catalogue.scored(), catalogue, method)
    pillars = tuple(catalogue.pillars.values())
    draws = simulate(latest, catalogue.scored(), pillars, nominal.pillars, method, before)
    admitted = ranked_places(nominal, catalogue, method) if ranked is None else ranked
    return Standings(
        nominal,
        draws,
        pillars=_pillar_table(latest, nominal, draws, catalogue, method, admitted, tables or {}),
        overall=_overall_table(latest, nominal, draws, catalogue, method, admitted),
    )


def _pillar_table(
    latest: Latest,
    nominal: Nominal,
    draws: Draws,
    catalogue: Catalogue,
    method: Method,
    admitted: Marks,
    known: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    tables = []
    for at, pillar in enumerate(catalogue.pillars):
        if pillar in known:
            tables.append(known[pillar])
            continue
        columns = latest.columns([i.id for i in catalogue.scored(pillar)])
        standing = _standing(nominal.pillars[:, at], draws.pillars[:, :, at], admitted, method)
        tables.append(_table(pillar, latest, columns, standing, nominal.coverage[:, at]))
    return digits.fixed(pd.concat(tables, ignore_index=True))


def _overall_table(
    latest: Latest, nominal: Nominal, draws: Draws, catalogue: Catalogue, method: Method, admitted: Marks
) -> pd.DataFrame:
    weights = np.array([p.weight for p in catalogue.pillars.values()])
    share = arithmetic(nominal.coverage, weights)
    standing = _standing(nominal.overall, draws.overall, admitted, method)
    columns = latest.columns([i.id for i in catalogue.scored()])
    return digits.fixed(_table(OVERALL, latest, columns, standing, share))


def _table(pillar: str, latest: Latest, columns: list[int], standing: dict[str, object], share: Floats) -> pd.DataFrame:
    present = ~np.isnan(latest.raw[:, columns])
    periods = [sorted(set(row) - {""}) for row in latest.periods[:, columns]]
    return pd.DataFrame(
        {
            "pillar": pillar,
            "ref_area": list(latest.place_ids),
            **standing,
            "coverage": share,
            "present": present.sum(axis=1),
            "of": len(columns),
            "oldest": [row[0] if row else "" for row in periods],
            "newest": [row[-1] if row else "" for row in periods],
            "country_values": (present & latest.whole_country[:, columns]).sum(axis=1),
        }
    )


def _standing(scores: Floats, draws: Floats, admitted: Marks, method: Method) -> dict[str, object]:
    """Return score, range and rank columns; only admitted places with a score are ranked."""
    known = ~np.isnan(scores)
    ranked = known & admitted
    low, high = np.full_like(scores, np.nan), np.full_like(scores, np.nan)
    low[known], high[known] = score_range(draws[:, known], scores[known], method.interval)
    ranks = {name: np.full_like(scores, np.nan) for name in ("rank", "rank_low", "rank_high")}
    if ranked.any():
        ranks["rank"][ranked] = rank(scores[ranked])
        ends = rank_range(draws[:, ranked], ranks["rank"][ranked], method.interval)
        ranks["rank_low"][ranked], ranks["rank_high"][ranked] = ends
    columns = {name: whole(column) for name, column in ranks.items()}
    return {"score": scores, "low": low, "high": high, **columns, "places": int(ranked.sum())}


def _notes(table: pd.DataFrame) -> tuple[str, ...]:
    """Return one sentence a value that was withdrawn because its answers do not add up."""
    names = ["indicator", "ref_area", "time_period", "detail"]
    gone = table.loc[table["obs_value"].isna() & (table["detail"] != ""), names]
    odd = gone[gone["detail"].str.startswith(WITHDRAWN)]
    return tuple(f"{i}, {place}, {period}: withdrawn, {why}" for i, place, period, why in odd.itertuples(index=False))
