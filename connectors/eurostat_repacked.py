"""Eurostat's values in plain tables made by others: shares of people and enterprises by country, region, age and area.

Each table is read by the mapping in config/sources/eurostat_repacked.yaml (`connectors.mapped` says what its options
mean). The files come by hand; what Eurostat answers itself is read by `connectors.eurostat`.
"""

from __future__ import annotations

from config.schema import Payload, Source
from connectors.contract import Get, Observations
from connectors.mapped import read
from connectors.tables import assemble, by_hand

SOURCE_ID = "eurostat_repacked"


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the first file to pass on by hand."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options["file"]))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the declared shares, %, by area, period and group; raises SourceChanged naming column, row and cell."""
    return assemble(payloads, source, read)
