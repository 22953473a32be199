"""What the catalogue says of the payloads of a data set: publisher, title, licence, citation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from config.schema import Catalogue, Provenance, Source


class Stated(TypedDict):
    """The fields of a `Provenance` that come from the catalogue, not from the payload."""

    publisher: str
    title: str
    licence: str
    licence_url: str
    attribution: str
    citation: str
    tier: str
    redistributable: bool


def stated(source: Source, dataset_id: str) -> Stated:
    """Return what the catalogue says of a data set of a source; KeyError for one it does not have."""
    dataset = source.datasets[dataset_id]
    licence = dataset.licence or source.licence
    return Stated(
        publisher=source.publisher.en,
        title=dataset.title,
        licence=licence.id,
        licence_url=licence.url,
        attribution=source.attribution.en,
        citation=dataset.citation,
        tier=dataset.tier,
        redistributable=licence.redistributable,
    )


def restated(provenance: Sequence[Provenance], catalogue: Catalogue) -> tuple[Provenance, ...]:
    """Return origins in the words of the catalogue; one of a data set that it no longer has stays as it is."""
    found = []
    for origin in provenance:
        source = catalogue.sources.get(origin.source)
        if source is not None and origin.dataset in source.datasets:
            origin = origin.model_copy(update=dict(stated(source, origin.dataset)))
        found.append(origin)
    return tuple(found)
