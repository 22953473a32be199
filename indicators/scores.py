"""The result of scoring: one table of cells, one of pillars, one of overall places, and the draws behind the ranges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

VerdictWord = Literal["ahead", "behind", "cannot_tell", "not_compared"]
# The closed list of reasons why two values are not compared.
NotComparedReason = Literal[
    "no_interval",
    "few_peers",
    "suppressed",
    "itself",
    "break",
    "other_level",
    "other_period",
    "missing",
    "not_comparable",
    "untested",
]


@dataclass(frozen=True)
class Verdict:
    """Outcome of comparing place `a` with place `b`: the word, P(a ahead of b), and a reason if not compared.

    `tested` is, for a pillar or the overall score, the share of the weight on which both places have a published error.
    """

    a: str
    b: str
    word: VerdictWord
    probability: float | None
    reason: NotComparedReason | None = None
    tested: float | None = None


@dataclass(frozen=True)
class Draws:
    """Monte-Carlo replications; axis 0 is the replication, `places` and `pillars` name the other axes.

    `pillars`: (draws, places, pillars) scores 0-100; `overall`: (draws, places); NaN where a place has no such
    score.
    """

    place_ids: tuple[str, ...]
    pillar_ids: tuple[str, ...]
    pillars: Floats
    overall: Floats


@dataclass(frozen=True)
class Scores:
    """Everything the pages and files need, computed once from one snapshot.

    `cells`: one row per indicator, place, period and group, all roles and all years, with the columns of
    `config.schema.SCORE_COLUMNS` (ref_area is the place id) and
    `area` (code of the territory whose value it is), `whole_country` (bool), `lower`, `upper` (95 % sampling
    interval in
    the unit, NaN where none), `n` (answers, NaN), `n_assumed` (bool), `dont_know` (%, NaN), `clipped` (bool),
    `latest` (bool: the value that is scored), `role`, and `error` (standard error in the unit, NaN where none),
    `events` (counted events behind a rate, NaN), `detail` (years of a mean, least favoured group of a gap, reason of a
    withdrawal), `flagged` (bool: the catalogue names an oddity of this place), `part_low`, `part_high` (the two values
    of a gap), `better` ("higher", "lower" or ""), `comparable` ("places", "time" or "none"), `kind`,
    `window_years`, and the columns of `indicators.cautions.COLUMNS`. `n` is the number of
    answers with an opinion. `pillars`: one row per pillar and place: `pillar, ref_area, score, low, high, rank,
    rank_low, rank_high, places, coverage` (share of weight present), `present`, `of` (counts of indicators), `oldest`,
    `newest` (periods), `country_values` (count of whole-country values among those present). `overall`: the same
    columns with pillar = "overall"; NaN score where a pillar is missing. `history`: `pillar, ref_area, time_period,
    score, indicators` (tuple of ids), `fresh` (share of their weight with a value of that very year, the rest being
    carried forward) on a constant set of indicators; rows only where that set holds the pillar's minimum weight.
    `contributions`: `pillar, ref_area, indicator, weight` (as used, sums to 1), `score, contribution` (score * weight).
    `variants`: `variant, pillar` (or "overall"), `ref_area, score, rank, places`.
    `inclusion`: spread of an indicator's own values: `indicator, ref_area, time_period, kind` ("municipalities" or
    "groups"), `n, of, gap, ratio, gini` (weighted by population, NaN for groups), `lowest, low_value, highest,
    high_value` (place ids or group names and their values), `unit`. Ranks (`rank`, `rank_low`,
    `rank_high`) are nullable integers: only city-regions of status `default` with a score have one, and `places` is how
    many do.
    """

    cells: pd.DataFrame
    pillars: pd.DataFrame
    overall: pd.DataFrame
    history: pd.DataFrame
    contributions: pd.DataFrame
    variants: pd.DataFrame
    draws: Draws
    inclusion: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[str, ...] = field(default_factory=tuple)
