"""Published values that we do not pass on because they cannot be what their table says they are.

A dataset lists them in its options, where anybody can see and strike them out: `withheld` names areas ("DK01") or
cells ("NL001C 2021"), `withheld_because` says why. They stay as gaps with status X.
"""

from __future__ import annotations

import pandas as pd

from config.schema import Dataset, ObsStatus
from connectors.contract import Dropped


def without_withheld(rows: pd.DataFrame, dataset: Dataset, name: str) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return rows (ref_area, time_period, obs_value, obs_status) with the withheld values as gaps, and how many."""
    listed = dataset.options.get("withheld", ())
    if not isinstance(listed, tuple) or not listed:
        return rows, []
    cells = rows["ref_area"].astype(str) + " " + rows["time_period"].astype(str)
    out = (cells.isin(listed) | rows["ref_area"].isin(listed)) & rows["obs_value"].notna()
    if not out.any():
        return rows, []
    first = rows[out].iloc[0]
    example = f"{first['ref_area']} {first['time_period']} = {first['obs_value']:g}"
    kept = rows.assign(
        obs_value=rows["obs_value"].mask(out), obs_status=rows["obs_status"].mask(out, ObsStatus.SUSPECT.value)
    )
    return kept, [Dropped(name, str(dataset.options["withheld_because"]), int(out.sum()), example)]
