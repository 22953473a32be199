"""Scores with the numbers of a file of scores: what is served is what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from config import digits
from indicators.scores import Scores
from indicators.table import order, table

# Columns of scores.csv and what each is called in the tables of `Scores`.
_CELLS = {name: name for name in ("obs_value", "score", "score_unclipped", "lower", "upper", "n", "dont_know")}
_SUMS = {"score": "score", "lower": "low", "upper": "high", "coverage": "coverage"}
_ROUNDING = {
    **dict.fromkeys(("score", "score_unclipped"), digits.score),
    **dict.fromkeys(("lower", "upper", "n"), digits.unit),
    "coverage": digits.share,
}


def as_written(scores: Scores, written: pd.DataFrame) -> Scores:
    """Return the scores with every number that a file of them holds, at its declared digits.

    `written` are the rows of scores.csv of the same observations and catalogue, in agreement with `scores` to the
    rounding (`config.agreement`); a column it lacks stays as computed.
    """
    computed = table(scores)
    names = [name for name in (*_CELLS, "coverage") if name in written.columns]
    numbers = {name: (_fixed(written, name), computed[name].to_numpy(dtype=float, na_value=np.nan)) for name in names}
    if all(np.array_equal(theirs, ours, equal_nan=True) for theirs, ours in numbers.values()):
        return scores
    places = np.argsort(order(scores))  # the row of the file in which each row of the tables stands
    found = {name: theirs[places] for name, (theirs, _) in numbers.items()}
    first, second = len(scores.cells), len(scores.cells) + len(scores.pillars)
    return replace(
        scores,
        cells=_with(scores.cells, found, _CELLS, slice(0, first)),
        pillars=_with(scores.pillars, found, _SUMS, slice(first, second)),
        overall=_with(scores.overall, found, _SUMS, slice(second, None)),
    )


def _fixed(written: pd.DataFrame, name: str) -> digits.Floats:
    numbers = written[name].to_numpy(dtype=float)
    if name not in _ROUNDING:
        return numbers
    rounded = _ROUNDING[name](numbers)
    if name in ("lower", "upper"):  # they hold a value that may have more digits
        edge = written["obs_value"].where(written["obs_value"].notna(), written["score"]).to_numpy(dtype=float)
        return np.where(numbers == edge, numbers, rounded)
    return rounded


def _with(
    frame: pd.DataFrame, found: Mapping[str, digits.Floats], names: Mapping[str, str], rows: slice
) -> pd.DataFrame:
    return frame.assign(**{ours: found[theirs][rows] for theirs, ours in names.items() if theirs in found})
