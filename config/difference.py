"""What changed between two snapshots: observations that are new, revised or withdrawn."""

from __future__ import annotations

import pandas as pd

from config.schema import OBSERVATION_KEY

_KEY = list(OBSERVATION_KEY)
COLUMNS = ("change", *OBSERVATION_KEY, "before", "after", "status_before", "status_after")


def between(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return one row per changed observation with COLUMNS; values in the unit of the measure, NaN where there is none.

    `change` is new, revised (value or status) or withdrawn; a row that is the same in both is left out.
    """
    columns = [*_KEY, "obs_value", "obs_status"]
    both = before[columns].merge(after[columns], on=_KEY, how="outer", suffixes=("_x", "_y"), indicator=True)
    names = {"obs_value_x": "before", "obs_value_y": "after", "obs_status_x": "status_before"}
    both = both.rename(columns={**names, "obs_status_y": "status_after"})
    same_value = (both["before"] == both["after"]) | (both["before"].isna() & both["after"].isna())
    same = (both["_merge"] == "both") & same_value & (both["status_before"] == both["status_after"])
    words = {"left_only": "withdrawn", "right_only": "new", "both": "revised"}
    changed = both[~same].assign(change=lambda rows: rows["_merge"].astype(str).map(words))
    return changed[list(COLUMNS)].sort_values(["change", *_KEY], ignore_index=True)
