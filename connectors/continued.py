"""A series that two sources publish: where both speak of one period, the measure's home is believed.

A dataset that `continues` another gives later waves under the same measure ids. Once the home publishes such a wave
itself, its own number stays and the other is left out; a gap of the home hides no number.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from config.schema import OBSERVATION_KEY, Catalogue
from connectors.contract import Dropped, Observations
from connectors.frames import describe

_REASON = "{} publishes the same measure, area and period itself"


def settled(catalogue: Catalogue, frame: Observations) -> tuple[Observations, Mapping[str, tuple[Dropped, ...]]]:
    """Return one row for each key that several sources gave, and per source what was left out of its rows."""
    twice = frame.duplicated(list(OBSERVATION_KEY), keep=False)
    if not twice.any():
        return frame, {}
    rivals = frame[twice]
    foreign = rivals["source"] != rivals["measure"].map(catalogue.source_of)
    order = rivals.assign(silent=rivals["obs_value"].isna(), foreign=foreign).sort_values(["silent", "foreign"])
    out = order[order.duplicated(list(OBSERVATION_KEY))].sort_index()
    dropped = {
        str(source): tuple(_told(catalogue, rows.loc[group.index]) for _, group in rows.groupby("measure"))
        for source, rows in out.groupby("source")
    }
    return frame.drop(index=out.index).reset_index(drop=True), dropped


def _told(catalogue: Catalogue, rows: pd.DataFrame) -> Dropped:
    first = rows.iloc[0]
    measure, source = str(first["measure"]), str(first["source"])
    datasets = catalogue.sources[source].datasets
    name = next(name for name, dataset in datasets.items() if measure in dataset.measures)
    home = catalogue.source_of(measure)
    reason = _REASON.format(home) if home != source else "the source that goes on with the series has a value there"
    return Dropped(name, reason, len(rows), describe(first))
