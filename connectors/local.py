"""A file of the office's own: CSV, XLSX or Parquet, read by the mapping declared in config/sources/local.yaml.

`connectors.mapped` says what each option of the mapping means.
"""

from __future__ import annotations

from config.schema import Payload, Source
from connectors.contract import Get, Observations
from connectors.mapped import read
from connectors.tables import assemble, by_hand

SOURCE_ID = "local"


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable that says how to pass the office's file on: it is on the office's own disk."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options.get("file", "your file")))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the declared measures by area, period and group; raises SourceChanged naming column, row and cell."""
    return assemble(payloads, source, read)
