"""Where observations come from: a payload as a snapshot keeps it, everything but the bytes."""

from __future__ import annotations

from collections.abc import Sequence

from config.schema import Payload, Provenance, Source
from connectors.contract import Observations


def origin(
    source: Source,
    payload: Payload,
    frame: Observations,
    *,
    shape: tuple[str, ...],
    stamp: str,
    members: Sequence[str],
) -> Provenance:
    """Return the provenance of a payload that gave rows of `frame`, with its names, stamp and sole members."""
    dataset = source.datasets[payload.dataset]
    licence = dataset.licence or source.licence
    return Provenance(
        source=source.id,
        dataset=payload.dataset,
        publisher=source.publisher.en,
        title=dataset.title,
        url=payload.url,
        retrieved_at=payload.retrieved_at,
        sha256=payload.sha256,
        bytes=len(payload.content),
        licence=licence.id,
        licence_url=licence.url,
        attribution=source.attribution.en,
        citation=dataset.citation,
        tier=dataset.tier,
        measures=tuple(sorted(set(frame["measure"]) & set(dataset.measures))),
        redistributable=licence.redistributable,
        shape=shape,
        stamp=stamp,
        members=tuple(member for member in members if member.split(" ", 1)[0] in dataset.measures),
    )


def order(item: Provenance) -> tuple[str, ...]:
    """Return what the origins of a snapshot are sorted by."""
    return item.source, item.dataset, item.url, item.retrieved_at, item.sha256
