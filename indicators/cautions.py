"""What must be said beside a value, as codes: of the value itself, of its territory, its years and its error.

The codes are what `scores.csv` holds; a dashboard puts them into words. One row's codes depend on that row, its
indicator and the newest year of all rows, never on the day on which somebody looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from config.schema import ObsStatus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from config.schema import Indicator

MANY_UNSURE = 20.0  # per cent of respondents without an opinion from which the share is worth a caution
OLD_YEARS = 5  # a value so many years before the newest of the edition is read as history
ANOMALOUS, OTHER_UNIT = "anomalous", "other_unit"  # codes of the column `flag`

_STATUS = {
    "break": ObsStatus.BREAK,
    "definition": ObsStatus.DEFINITION_DIFFERS,
    "estimated": ObsStatus.ESTIMATED,
    "forecast": ObsStatus.FORECAST,
    "imputed": ObsStatus.IMPUTED,
    "provisional": ObsStatus.PROVISIONAL,
    "unreliable": ObsStatus.LOW_RELIABILITY,
    "withdrawn": ObsStatus.SUSPECT,
}
# In the order in which they are said: what changes the meaning of a number before what blurs it.
CODES = (
    *("flag", "other_unit", "not_comparable", "whole_country", "caveat", "break", "definition", "history", "no_error"),
    *("clipped", "dont_know", "window", "assumed_n"),
    *(code for code in _STATUS if code not in ("break", "definition")),
)
CARRIED = frozenset({"flag", "whole_country", "history", "no_error", "clipped"})  # those that a score inherits
COLUMNS = ("window_start", "window_end", "years_used", "flag", "cautions")


def with_cautions(cells: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Return cells with `COLUMNS`: the years a value rests on and how many, the code of its flag, and its cautions.

    `years_used` is 1 for a value of one year and 0 where there is none; `cautions` are `CODES` parted by spaces.
    """
    start, end, used = _windows(cells)
    flag = _flags(cells, indicators)
    made = cells.assign(window_start=start, window_end=end, years_used=used, flag=flag)
    return made.assign(cautions=_codes(made, indicators))


def _windows(cells: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """First year, last year and number of years behind each value; the years of a mean are its detail."""
    at, periods = pd.factorize(cells["time_period"])
    period = np.array([str(text)[:4] for text in periods], dtype=object)[at]
    start, end = period.copy(), period.copy()
    used = cells["obs_value"].notna().to_numpy().astype(float)
    several = (cells["window_years"].to_numpy() > 1) & (used > 0)
    details = cells["detail"].to_numpy(dtype=object)
    years = {detail: str(detail).replace(",", " ").split() for detail in set(details[several])}
    for row in np.flatnonzero(several):
        known = years[details[row]]
        if known:
            start[row], end[row], used[row] = known[0], known[-1], float(len(known))
    return start, end, used


def _flags(cells: pd.DataFrame, indicators: Mapping[str, Indicator]) -> NDArray[Any]:
    flag = np.where(cells["flagged"].to_numpy(dtype=bool), ANOMALOUS, "").astype(object)
    flag[_in_other_unit(cells, indicators)] = OTHER_UNIT
    return flag


def _in_other_unit(cells: pd.DataFrame, indicators: Mapping[str, Indicator]) -> NDArray[np.bool_]:
    found = np.zeros(len(cells), dtype=bool)
    for indicator in indicators.values():
        if indicator.other_unit:
            own = (cells["indicator"] == indicator.id) & cells["ref_area"].isin(indicator.other_unit)
            found |= own.to_numpy()
    return found


def _codes(cells: pd.DataFrame, indicators: Mapping[str, Indicator]) -> NDArray[Any]:
    """The codes of each row; a row's set of codes is a number first, since few sets occur."""
    marks = _marks(cells, indicators)
    sets = np.zeros(len(cells), dtype=np.int64)
    for at, code in enumerate(CODES):
        sets |= marks[code].astype(np.int64) << at
    distinct, where = np.unique(sets, return_inverse=True)
    texts = [" ".join(code for at, code in enumerate(CODES) if held >> at & 1) for held in distinct.tolist()]
    return np.array(texts, dtype=object)[where] if len(cells) else np.array([], dtype=object)


def _marks(cells: pd.DataFrame, indicators: Mapping[str, Indicator]) -> dict[str, NDArray[np.bool_]]:
    known = cells["obs_value"].notna().to_numpy()
    at, ends = pd.factorize(cells["window_end"])
    year = np.array([float(end) for end in ends], dtype=float)[at]
    newest = year[known].max() if known.any() else 0.0
    said = {i.id for i in indicators.values() if i.caveat is not None}
    marks = {
        "flag": (cells["flag"] == ANOMALOUS).to_numpy(),
        "other_unit": (cells["flag"] == OTHER_UNIT).to_numpy(),
        "not_comparable": (cells["comparable"] != "places").to_numpy(),
        "whole_country": cells["whole_country"].to_numpy(dtype=bool),
        "caveat": cells["indicator"].isin(said).to_numpy(),
        "history": known & (year <= newest - OLD_YEARS),
        "no_error": known & cells["lower"].isna().to_numpy(),
        "clipped": cells["clipped"].to_numpy(dtype=bool),
        "dont_know": (cells["dont_know"] > MANY_UNSURE).to_numpy(),
        "window": (cells["years_used"] > 1).to_numpy(),
        "assumed_n": cells["n_assumed"].to_numpy(dtype=bool),
    }
    at, letters = pd.factorize(cells["obs_status"])
    return marks | {
        code: np.array([letter in str(held) for held in letters], dtype=bool)[at] for code, letter in _STATUS.items()
    }
