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
]


@dataclass(frozen=True)
class Verdict:
    """Outcome of comparing place `a` with place `b`: the word, P(a ahead of b), and a reason if not compared."""

    a: str
    b: str
    word: VerdictWord
    probability: float | None
    reason: NotComparedReason | None = None


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
    `latest` (bool: the value that is scored), `role`.
    `pillars`: one row per pillar and place: `pillar, ref_area, score, low, high, rank, rank_low, rank_high, places,
    coverage` (share of weight present), `present`, `of` (counts of indicators), `oldest`, `newest` (periods),
    `country_values`
    (count of whole-country values among those present).
    `overall`: the same columns with pillar = "overall"; NaN score where a pillar is missing.
    `history`: `pillar, ref_area, time_period, score, indicators` (tuple of ids) on a constant set of indicators;
    rows only
    where that set holds the pillar's minimum weight.
    `contributions`: `pillar, ref_area, indicator, weight` (as used, sums to 1), `score, contribution` (score *
    weight).
    `variants`: `variant, pillar` (or "overall"), `ref_area, score, rank`.
    """

    cells: pd.DataFrame
    pillars: pd.DataFrame
    overall: pd.DataFrame
    history: pd.DataFrame
    contributions: pd.DataFrame
    variants: pd.DataFrame
    draws: Draws
    notes: tuple[str, ...] = field(default_factory=tuple)
