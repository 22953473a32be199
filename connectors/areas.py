"""Which observations are about a place of the catalogue, at the measure's own level."""

from __future__ import annotations

import pandas as pd

from config.schema import SCHEMES, Catalogue, Level, Source
from connectors.contract import Dropped, Observations


def in_catalogue(catalogue: Catalogue, source: Source, frame: Observations) -> tuple[Observations, tuple[Dropped, ...]]:
    """Return the rows whose area is one of a place's areas at the measure's own level, and a count of the others."""
    areas = {level: _codes(catalogue, level) for level in Level}
    levels = {name: m.level for dataset in source.datasets.values() for name, m in dataset.measures.items()}
    homes = {name: key for key, dataset in source.datasets.items() for name in dataset.measures}
    known = pd.Series(
        [area in areas[levels[name]] for name, area in zip(frame["measure"], frame["ref_area"], strict=True)],
        index=frame.index,
        dtype=bool,
    )
    foreign = frame[~known]
    reason = "the area is no place of the catalogue at the measure's level"
    dropped = []
    for dataset, rows in foreign.groupby(foreign["measure"].map(homes), sort=True):
        codes = rows["ref_area"]
        example = f"{codes.iloc[0]}, {codes.nunique()} areas in all"
        dropped.append(Dropped(str(dataset), reason, len(rows), example))
    return frame[known].reset_index(drop=True), tuple(dropped)


def _codes(catalogue: Catalogue, level: Level) -> frozenset[str]:
    """Return the area codes of one level, over all places and all schemes of that level."""
    return frozenset(
        code for place in catalogue.places.values() for scheme, code in place.areas.items() if SCHEMES[scheme] == level
    )
