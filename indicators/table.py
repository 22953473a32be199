"""Scores as one flat table: the rows of `scores.csv`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from config.schema import SCORE_COLUMNS, TOTAL
from indicators.cautions import ANOMALOUS, CARRIED, CODES
from indicators.scores import Scores

Told = Mapping[tuple[str, str], str]  # (pillar or "overall", place id) -> codes of cautions

SAMPLING = "sampling 95 %"
SENSITIVITY = "sensitivity"
EXTRA_COLUMNS = (
    *("area", "whole_country", "role", "latest", "clipped", "lower", "upper", "interval", "n", "n_assumed"),
    *("dont_know", "rank", "rank_low", "rank_high", "places", "coverage", "present", "of"),
    *("oldest", "newest", "country_values"),
    *("window_start", "window_end", "years_used", "flag", "cautions", "comparable", "rank_reason"),
)


def table(scores: Scores) -> pd.DataFrame:
    """Return every cell and every pillar and overall score, with the columns SCORE_COLUMNS and EXTRA_COLUMNS.

    `ref_area` is the place id and `area` the code of the territory whose value it is. `lower` and `upper` are in the
    unit of `obs_value` (a 95 % sampling interval) for indicators, and 0-100 (the sensitivity range) for `pillar:<id>`
    and `overall`; `interval` says which, and is empty where there is none. `oldest` and `newest` are the years a row
    rests on, `cautions` the codes of `indicators.cautions`, and `rank_reason` says why a row may have no rank:
    not_comparable, not_listed (not among the places that are ranked), no_error, see_chart (the ranks of one indicator
    are ranges that its chart tests), no_score. Rows are in a fixed order.
    """
    return _sorted(scores).reset_index(drop=True)


def order(scores: Scores) -> NDArray[np.intp]:
    """Return for each row of `table` its position among the cells, then the pillars, then the overall scores."""
    return _sorted(scores).index.to_numpy()


def _sorted(scores: Scores) -> pd.DataFrame:
    told = _told(scores)
    parts = (
        _cells(scores.cells, _unlisted(scores)),
        _sums(scores.pillars, "pillar:", told),
        _sums(scores.overall, "", told),
    )
    rows = pd.concat([part.dropna(axis="columns", how="all") for part in parts], ignore_index=True)
    rows = rows.reindex(columns=[*SCORE_COLUMNS, *EXTRA_COLUMNS])
    return rows.sort_values(["indicator", "ref_area", "time_period", "group"], kind="stable")


def _told(scores: Scores) -> Told:
    """The cautions of scores: those of the values they are made of that change what a score means."""
    cells = scores.cells
    used = cells[cells["latest"] & (cells["group"] == TOTAL)][["indicator", "ref_area", "cautions"]]
    parts = scores.contributions[["pillar", "ref_area", "indicator"]].merge(used, on=["indicator", "ref_area"])
    found: dict[tuple[str, str], set[str]] = {}
    for pillar, place, held in zip(parts["pillar"], parts["ref_area"], parts["cautions"], strict=True):
        for key in ((pillar, place), ("overall", place)):
            found.setdefault(key, set()).update(set(held.split()) & CARRIED)
    return {key: " ".join(code for code in CODES if code in held) for key, held in found.items()}


def _unlisted(scores: Scores) -> set[str]:
    """The places that have a score and are ranked in nothing."""
    sums = pd.concat([scores.pillars[["ref_area", "score", "rank"]], scores.overall[["ref_area", "score", "rank"]]])
    ranked = set(sums.loc[sums["rank"].notna(), "ref_area"])
    return set(sums.loc[sums["score"].notna(), "ref_area"]) - ranked


def _cells(cells: pd.DataFrame, unlisted: set[str]) -> pd.DataFrame:
    interval = cells["lower"].notna().map({True: SAMPLING, False: ""})
    unranked = np.where(cells["lower"].isna(), "no_error", "see_chart").astype(object)
    unranked[cells["ref_area"].isin(unlisted).to_numpy()] = "not_listed"
    unranked[(cells["comparable"] != "places").to_numpy()] = "not_comparable"
    return cells.assign(
        interval=interval, oldest=cells["window_start"], newest=cells["window_end"], rank_reason=unranked
    )


def _sums(rows: pd.DataFrame, prefix: str, told: Told) -> pd.DataFrame:
    drawn = {"lower": rows["low"], "upper": rows["high"]}
    named = rows.assign(
        indicator=prefix + rows["pillar"],
        time_period="",
        group="total",
        level="",
        obs_status="",
        source="",
        unit="score 0-100",
    )
    has_score = rows["score"].notna()
    unranked = np.where(rows["rank"].notna(), "", np.where(has_score, "not_listed", "no_score"))
    codes = [told.get((pillar, place), "") for pillar, place in zip(rows["pillar"], rows["ref_area"], strict=True)]
    named = named.assign(rank_reason=unranked, comparable="places", cautions=codes)
    named = named.assign(flag=[ANOMALOUS if "flag" in held.split() else "" for held in codes])
    return named.assign(**drawn, interval=has_score.map({True: SENSITIVITY, False: ""}))
