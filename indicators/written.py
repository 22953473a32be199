"""Scores with the numbers of a file of scores: what is served is what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from config import digits
from indicators.scores import Scores
from indicators.table import order

# Columns of scores.csv and what each is called in the tables of `Scores`.
_CELLS = {name: name for name in ("obs_value", "score", "score_unclipped", "lower", "upper", "n", "dont_know")}
_SUMS = {"score": "score", "lower": "low", "upper": "high", "coverage": "coverage"}
_ROUNDING = {"score": digits.score, "score_unclipped": digits.score, "coverage": digits.share}


def as_written(scores: Scores, computed: pd.DataFrame, written: pd.DataFrame) -> Scores:
    """Return the scores with every number that a file of them holds, at its declared digits.

    `computed` is their table, `written` the rows of scores.csv of the same observations and catalogue, in agreement
    with it to the rounding (`config.agreement`); a column that is lacking there stays as computed.
    """
    names = [name for name in (*_CELLS, "coverage") if name in written.columns]
    known = {name: computed[name].to_numpy(dtype=float, na_value=np.nan) for name in names}
    fixed = {name: _fixed(written[name].to_numpy(dtype=float), known[name], name) for name in names}
    if all(np.array_equal(fixed[name], known[name], equal_nan=True) for name in names):
        return scores
    places = np.argsort(order(scores))  # the row of the file in which each row of the tables stands
    found = {name: column[places] for name, column in fixed.items()}
    first, second = len(scores.cells), len(scores.cells) + len(scores.pillars)
    return replace(
        scores,
        cells=_with(scores.cells, found, _CELLS, slice(0, first)),
        pillars=_with(scores.pillars, found, _SUMS, slice(first, second)),
        overall=_with(scores.overall, found, _SUMS, slice(second, None)),
    )


def _fixed(theirs: digits.Floats, ours: digits.Floats, name: str) -> digits.Floats:
    """Return a column of the file: as it is where it is what was computed, else at its declared digits."""
    return np.where(theirs == ours, theirs, _ROUNDING.get(name, digits.unit)(theirs))


def _with(
    frame: pd.DataFrame, found: Mapping[str, digits.Floats], names: Mapping[str, str], rows: slice
) -> pd.DataFrame:
    return frame.assign(**{ours: found[theirs][rows] for theirs, ours in names.items() if theirs in found})
