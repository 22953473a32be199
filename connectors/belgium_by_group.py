"""Belgium by group: shares that Statbel, the Federal Planning Bureau and IBSA-BISA state on their own pages, in %.

One CSV, a figure a row, with the publisher's page in its last column; each publisher is a dataset of its own.
Education, income, status, health and the three regions are groups of the country ("group=education_low", "region=BE1").
The figures are rounded as published.
"""

from __future__ import annotations

from config.schema import Payload, Source
from connectors.contract import Get, Observations
from connectors.mapped import read
from connectors.tables import assemble, by_hand

SOURCE_ID = "belgium_by_group"


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the file to pass on by hand: the figures stand in sentences of web pages."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options["file"]))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the declared shares, %, by year and group; raises SourceChanged naming column, row and cell."""
    return assemble(payloads, source, read)
