"""Whether two tables of scores.csv say the same: every computed number, to the declared rounding (`config.digits`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from config import digits
from config.digits import Floats

KEY = ("indicator", "ref_area", "time_period", "group")
# A table that was written before numbers were rounded agrees: a value differs by the last of its digits, and a narrow
# distance between goalposts makes that a hundred units of the last digit of a score at most.
_RELATIVE = dict.fromkeys(("obs_value", "lower", "upper", "n", "dont_know"), 10.0 ** (1 - digits.UNIT_DIGITS))
_ABSOLUTE = {
    **dict.fromkeys(("score", "score_unclipped"), 100 * 10.0**-digits.SCORE_DECIMALS),
    "coverage": 10.0**-digits.SHARE_DECIMALS,
    **dict.fromkeys(("rank", "rank_low", "rank_high", "places", "present", "of", "country_values"), 0.0),
}
_DRAWN = 10 * 10.0**-digits.DRAWN_DECIMALS  # of the ranges, whose replications were not rounded either
NUMBERS = (*_RELATIVE, *_ABSOLUTE)


def disagreement(written: pd.DataFrame, computed: pd.DataFrame) -> str | None:
    """Return the first difference beyond the rounding as half a sentence, None when the tables agree.

    Both have the columns of scores.csv; a column that `written` does not have is not compared.
    """
    if len(written) != len(computed):
        return f"it has {len(written)} rows and its observations give {len(computed)}"
    for name in KEY:
        other = np.flatnonzero(written[name].to_numpy(dtype=object) != computed[name].to_numpy(dtype=object))
        if other.size:
            return (
                f"its row {int(other[0]) + 2} is of {name} {written[name].iloc[other[0]]!r}, expected "
                f"{computed[name].iloc[other[0]]!r}"
            )
    for name, apart in _differences(written, computed):
        row = int(np.flatnonzero(apart)[0])
        what = ", ".join(str(written[key].iloc[row]) for key in KEY if written[key].iloc[row])
        return (
            f"it says {name} = {_number(written, name)[row]:.10g} for {what}, and its own observations and catalogue "
            f"give {_number(computed, name)[row]:.10g}"
        )
    return None


def _differences(written: pd.DataFrame, computed: pd.DataFrame) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield each column that differs in some row, with those rows."""
    sums = (computed["level"].fillna("").to_numpy(dtype=object) == "").astype(bool)  # pillars and the overall
    for name in (name for name in NUMBERS if name in written.columns and name in computed.columns):
        ours, theirs = _number(computed, name), _number(written, name)
        allowed = np.abs(ours) * _RELATIVE[name] if name in _RELATIVE else np.full(len(ours), _ABSOLUTE[name])
        if name in ("lower", "upper"):
            allowed[sums] = _DRAWN
        one_is_missing = np.isnan(ours) != np.isnan(theirs)
        apart = one_is_missing | (np.abs(ours - theirs) > allowed * (1 + 1e-6))
        if apart.any():
            yield name, apart


def _number(table: pd.DataFrame, name: str) -> Floats:
    column: Any = pd.to_numeric(table[name])
    return np.asarray(column.astype("Float64").to_numpy(dtype=float, na_value=np.nan))
