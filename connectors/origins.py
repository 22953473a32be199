"""Where observations come from: a payload as a snapshot keeps it, everything but the bytes."""

from __future__ import annotations

from collections.abc import Sequence

from config.origin import stated
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
    return Provenance(
        **stated(source, payload.dataset),
        source=source.id,
        dataset=payload.dataset,
        url=payload.url,
        retrieved_at=payload.retrieved_at,
        sha256=payload.sha256,
        bytes=len(payload.content),
        measures=tuple(sorted(set(frame["measure"]) & set(dataset.measures))),
        shape=shape,
        stamp=stamp,
        members=tuple(member for member in members if member.split(" ", 1)[0] in dataset.measures),
    )


def order(item: Provenance) -> tuple[str, ...]:
    """Return what the origins of a snapshot are sorted by."""
    return item.source, item.dataset, item.url, item.retrieved_at, item.sha256
