"""The published rows behind a value: the observations of one edition, read per measure once they are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

Row = Mapping[str, Any]


class Published:
    """The observations as records, so that a page does no frame work."""

    def __init__(self, observations: pd.DataFrame) -> None:
        self._frame = observations
        self._rows: dict[str, Mapping[tuple[str, str], Sequence[Row]]] = {}

    def rows(self, measures: Iterable[str], area: str, periods: Iterable[str]) -> list[Row]:
        """Return the observations of measures in an area and in these periods, by measure, then by period."""
        asked = [(measure, period) for measure in sorted(set(measures)) for period in sorted(set(periods))]
        return [row for measure, period in asked for row in self._read(measure).get((area, period), ())]

    @cached_property
    def newest(self) -> Mapping[str, str]:
        """Return measure -> the newest period in which any area has a value."""
        valued = self._frame[self._frame["obs_value"].notna()]
        found = valued.groupby("measure", observed=True)["time_period"].max()
        return {str(measure): str(period) for measure, period in found.items()}

    def _read(self, measure: str) -> Mapping[tuple[str, str], Sequence[Row]]:
        if measure not in self._rows:
            found: dict[tuple[str, str], list[Row]] = defaultdict(list)
            for row in self._frame[self._frame["measure"] == measure].to_dict(orient="records"):
                found[str(row["ref_area"]), str(row["time_period"])].append({str(k): v for k, v in row.items()})
            self._rows[measure] = found
        return self._rows[measure]
