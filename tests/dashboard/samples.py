"""Made-up but well-formed observations over the real catalogue, scored: for tests without a snapshot."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from config.catalogue import load, measures_of
from config.schema import OBSERVATION_COLUMNS, Catalogue, Indicator, Provenance
from dashboard.state import Edition
from indicators import score

YEARS = (2015, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025)


@cache
def edition() -> Edition:
    """Return a scored edition of made-up observations, the same at every call."""
    catalogue = load()
    made = observations(catalogue)
    return Edition("2026-11-20-0a1b2c3d", "2026-11-20", catalogue, made, score(made, catalogue))


def observations(catalogue: Catalogue, seed: int = 1) -> pd.DataFrame:
    """Return made-up observations of every measure the indicators use, for every place and a few years."""
    rng = np.random.default_rng(seed)
    rows = [row for indicator in catalogue.indicators.values() for row in _rows(indicator, catalogue, rng)]
    rows += _figures(catalogue)
    frame = pd.DataFrame(rows, columns=list(OBSERVATION_COLUMNS))
    return frame.drop_duplicates(["measure", "ref_area", "time_period", "group"], ignore_index=True)


def _rows(indicator: Indicator, catalogue: Catalogue, rng: np.random.Generator) -> list[tuple]:
    # As in truth, the survey asks in no city that places.yaml calls partial: these have too little for a rank.
    asked = [p for p in catalogue.places.values() if indicator.kind != "survey" or p.status != "partial"]
    areas = {place.areas[indicator.scheme]: None for place in asked if indicator.scheme in place.areas}
    groups = [str(value) for key, value in indicator.value.args.items() if key in ("minuend", "subtrahend")] or [
        "total"
    ]
    if "stations" in indicator.value.args:
        groups = [f"station={station}" for station in indicator.value.args["stations"]]
    return [
        (measure, area, str(year), group, value, catalogue.measure(measure).unit, "A", catalogue.source_of(measure))
        for area in areas for year in YEARS for group in groups
        for measure, value in _values(indicator, catalogue, rng).items()
    ]  # fmt: skip


def _figures(catalogue: Catalogue) -> list[tuple]:
    """Return figures by which places are alike; two places have none."""
    return [
        (measure, area, "2019", "total", float(1000 + 37 * at**2 + 11 * k), catalogue.measure(measure).unit, "A",
         catalogue.source_of(measure))
        for k, criterion in enumerate(catalogue.likeness.values())
        for measure in (criterion.measure, criterion.per) if measure
        for at, area in enumerate(dict.fromkeys(
            p.areas[criterion.scheme] for p in catalogue.city_regions()
            if criterion.scheme in p.areas and p.id not in ("paris", "zagreb")
        ))
    ]  # fmt: skip


def _values(indicator: Indicator, catalogue: Catalogue, rng: np.random.Generator) -> dict[str, float]:
    measures, args = measures_of(indicator), indicator.value.args
    if indicator.value.function == "share_with_opinion":
        shares = rng.dirichlet(np.ones(len(measures))) * 100
        return {measure: round(float(share), 1) for measure, share in zip(measures, shares, strict=True)}
    if indicator.value.function == "least_favoured_gap":
        good = {*args["everyone_good"], *args["good"]}
        return {measure: 60.0 if measure in good else round(float(rng.uniform(5, 35)), 1) for measure in measures}
    return {measure: _value(measure, indicator, catalogue, rng) for measure in measures}


def _value(measure: str, indicator: Indicator, catalogue: Catalogue, rng: np.random.Generator) -> float:
    ends = indicator.goalposts
    if ends is not None and indicator.value.function == "as_published":
        return round(float(rng.uniform(min(ends.worst, ends.best), max(ends.worst, ends.best))), 2)
    low = catalogue.measure(measure).minimum or 0.0
    return round(float(rng.uniform(low, low + 50)), 2)


def provenance() -> tuple[Provenance, ...]:
    """Return the origin of one made-up payload of each source."""
    return tuple(
        Provenance(
            source=source.id, dataset=dataset, publisher=source.publisher.en, title=source.title.en,
            url="https://publisher.example/file", retrieved_at="2026-11-20", sha256="0" * 64, bytes=1,
            licence=source.licence.id, licence_url=source.licence.url, attribution=source.attribution.en,
            citation="made up", tier="A", measures=tuple(described.measures),
        )
        for source in load().sources.values() for dataset, described in source.datasets.items()
    )  # fmt: skip
