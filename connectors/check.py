"""Try one live source and say what came and what differs from the last snapshot. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.schema import Catalogue, Payload, Source
from config.snapshot import Snapshot
from connectors import apart, boundary, changes, refresh
from connectors.contract import Get
from connectors.errors import ConnectorError
from connectors.limits import budget_of
from connectors.report import SourceReport


@dataclass(frozen=True)
class Checked:
    """What one try of a source gave: its answers, the names in them that are new or gone, and a refresh's verdict."""

    payloads: tuple[Payload, ...]
    differences: tuple[str, ...]
    report: SourceReport
    failed: tuple[SourceReport, ...] = ()  # its tables on trial that gave nothing


def check(
    catalogue: Catalogue, source_id: str, get: Callable[[Source], Get], previous: Snapshot | None = None
) -> Checked:
    """Return what a source gives now; an error of its connector is part of the answer.

    The names in the answers are compared even when the connector cannot read them: a renamed column shows as one gone
    and one new. Raises ValueError for an unknown source.
    """
    if source_id not in catalogue.sources:
        raise ValueError(f"unknown source {source_id!r}; choose from {', '.join(sorted(catalogue.sources))}")
    source = catalogue.sources[source_id]
    try:
        answers = boundary.within(source_id, lambda: refresh.fetch(source, get))
        shapes = apart.call(
            source_id, budget_of(source_id, len(answers.payloads)), changes.shapes, source, answers.payloads
        )
    except ConnectorError as error:
        return Checked((), (), SourceReport(source=source_id, error=error))
    known = [item for item in (previous.provenance if previous else ()) if item.source == source_id]
    differences = changes.shape_notes(answers.payloads, known, shapes)
    report, *failed = refresh.judge(catalogue, source, answers, previous)
    return Checked(tuple(answers.payloads), tuple(differences), report, tuple(failed))
