"""Which sources should have published newer figures than those that are shown: each by its own rhythm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date

from config.catalogue import measures_of
from config.schema import Catalogue, Indicator, Provenance

GRACE_SHARE, GRACE_DAYS = 0.1, 7  # a publisher is late by a tenth of its rhythm and a week before we say so


@dataclass(frozen=True)
class Late:
    """A table whose rhythm has passed since it was read; `every_days` is the rhythm."""

    source: str
    dataset: str
    read: str  # ISO date
    every_days: int


@dataclass(frozen=True)
class Freshness:
    """The late tables among those that some indicators rest on, and how many sources these are of how many."""

    late: tuple[Late, ...]
    sources: int

    @property
    def late_sources(self) -> int:
        """Return how many sources have a late table."""
        return len({table.source for table in self.late})


def freshness(
    catalogue: Catalogue, provenance: Iterable[Provenance], indicators: Iterable[Indicator], today: date
) -> Freshness:
    """Return the tables behind `indicators` that should have been published anew by `today`, longest late first."""
    measures = {measure for indicator in indicators for measure in measures_of(indicator)}
    read = _read(provenance, measures)
    found = [late for (source, dataset), day in read.items() if (late := _late(catalogue, source, dataset, day, today))]
    return Freshness(tuple(sorted(found, key=lambda table: (table.read, table.source))), len({s for s, _ in read}))


def _read(provenance: Iterable[Provenance], measures: Set[str]) -> Mapping[tuple[str, str], str]:
    """(source, dataset) -> the day it was read last, for the tables that hold one of the measures."""
    days: dict[tuple[str, str], str] = {}
    for origin in provenance:
        if measures & set(origin.measures):
            key = origin.source, origin.dataset
            days[key] = max(days.get(key, ""), origin.retrieved_at[:10])
    return days


def _late(catalogue: Catalogue, source_id: str, dataset_id: str, day: str, today: date) -> Late | None:
    source = catalogue.sources.get(source_id)
    if source is None:
        return None
    dataset = source.datasets.get(dataset_id)
    every = (dataset.expected_every_days if dataset else None) or source.expected_every_days
    if every is None or (today - date.fromisoformat(day)).days <= every * (1 + GRACE_SHARE) + GRACE_DAYS:
        return None
    return Late(source_id, dataset_id, day, every)
