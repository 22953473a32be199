"""Missing values: which value is the latest admissible one, and how much of a pillar's weight is present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.aggregate import fold
from indicators.scores import Floats

_NEEDED = ("indicator", "ref_area", "obs_value", "score", "error", "area", "time_period", "whole_country")


@dataclass(frozen=True)
class Latest:
    """The values that are scored: arrays of (places, indicators), NaN or "" where a place has none.

    `raw` are the values in their unit, `error` the standard error (0 where none is published), `areas` the code of the
    territory.
    """

    place_ids: tuple[str, ...]
    indicator_ids: tuple[str, ...]
    raw: Floats
    scores: Floats
    error: Floats
    areas: NDArray[np.object_]
    periods: NDArray[np.object_]
    whole_country: NDArray[np.bool_]

    def columns(self, indicator_ids: Sequence[str]) -> list[int]:
        """Return the column numbers of indicators; KeyError names one that is not here."""
        at = {name: i for i, name in enumerate(self.indicator_ids)}
        return [at[name] for name in indicator_ids]


def mark_latest(frame: pd.DataFrame, earliest: Mapping[str, str]) -> NDArray[np.bool_]:
    """Return True for the newest value per indicator, place and group that is not older than its earliest period.

    `frame` has `indicator, ref_area, group, time_period, obs_value`, sorted by period within each; `earliest` maps an
    indicator to its oldest admissible period ("" for any). Explicitly missing rows are never the latest.
    """
    oldest = frame["indicator"].map(earliest).fillna("").to_numpy(dtype=object)
    period = frame["time_period"].to_numpy(dtype=object)
    candidate = frame["obs_value"].notna().to_numpy() & (period >= oldest)
    known = frame.loc[candidate, ["indicator", "ref_area", "group"]]
    mark = np.zeros(len(frame), dtype=bool)
    mark[np.flatnonzero(candidate)] = ~known.duplicated(keep="last").to_numpy()
    return mark


def latest_table(cells: pd.DataFrame, place_ids: Sequence[str], indicator_ids: Sequence[str]) -> Latest:
    """Return the latest values of everyone (`group` total) as arrays of places by indicators."""
    chosen = cells["latest"] & (cells["group"] == "total") & cells["indicator"].isin(indicator_ids)
    rows = cells.loc[chosen & cells["ref_area"].isin(place_ids), list(_NEEDED)]
    shape = len(place_ids), len(indicator_ids)
    at = (_positions(rows["ref_area"], place_ids), _positions(rows["indicator"], indicator_ids))

    def spread(name: str, empty: object, dtype: type) -> NDArray[Any]:
        array: NDArray[Any] = np.full(shape, empty, dtype=dtype)
        array[at] = rows[name].to_numpy(dtype=dtype)
        return array

    return Latest(
        tuple(place_ids),
        tuple(indicator_ids),
        raw=spread("obs_value", np.nan, np.float64),
        scores=spread("score", np.nan, np.float64),
        error=np.nan_to_num(spread("error", 0.0, np.float64)),
        areas=spread("area", "", np.object_),
        periods=spread("time_period", "", np.object_),
        whole_country=spread("whole_country", False, np.bool_),
    )


def coverage(present: NDArray[np.bool_], weights: Floats) -> Floats:
    """Return the share of weight present along the last axis, 0 to 1; `present` (..., parts), `weights` (parts,)."""
    return fold(np.where(present, weights, 0.0)) / fold(weights)


def _positions(names: pd.Series, order: Sequence[str]) -> NDArray[np.intp]:
    at = {name: i for i, name in enumerate(order)}
    return np.array([at[name] for name in names], dtype=np.intp)
