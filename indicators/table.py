"""Scores as one flat table: the rows of `scores.csv`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from config.schema import SCORE_COLUMNS
from indicators.scores import Scores

SAMPLING = "sampling 95 %"
SENSITIVITY = "sensitivity"
EXTRA_COLUMNS = (
    *("area", "whole_country", "role", "latest", "clipped", "lower", "upper", "interval", "n", "n_assumed"),
    *("dont_know", "rank", "rank_low", "rank_high", "places", "coverage", "present", "of"),
    *("oldest", "newest", "country_values"),
)


def table(scores: Scores) -> pd.DataFrame:
    """Return every cell and every pillar and overall score, with the columns SCORE_COLUMNS and EXTRA_COLUMNS.

    `ref_area` is the place id and `area` the code of the territory whose value it is. `lower` and `upper` are in the
    unit of `obs_value` (a 95 % sampling interval) for indicators, and 0-100 (the sensitivity range) for `pillar:<id>`
    and `overall`; `interval` says which, and is empty where there is none. Rows are in a fixed order.
    """
    return _sorted(scores).reset_index(drop=True)


def order(scores: Scores) -> NDArray[np.intp]:
    """Return for each row of `table` its position among the cells, then the pillars, then the overall scores."""
    return _sorted(scores).index.to_numpy()


def _sorted(scores: Scores) -> pd.DataFrame:
    parts = (_cells(scores.cells), _sums(scores.pillars, "pillar:"), _sums(scores.overall, ""))
    rows = pd.concat([part.dropna(axis="columns", how="all") for part in parts], ignore_index=True)
    rows = rows.reindex(columns=[*SCORE_COLUMNS, *EXTRA_COLUMNS])
    return rows.sort_values(["indicator", "ref_area", "time_period", "group"], kind="stable")


def _cells(cells: pd.DataFrame) -> pd.DataFrame:
    interval = cells["lower"].notna().map({True: SAMPLING, False: ""})
    return cells.assign(interval=interval)


def _sums(rows: pd.DataFrame, prefix: str) -> pd.DataFrame:
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
    return named.assign(**drawn, interval=has_score.map({True: SENSITIVITY, False: ""}))
