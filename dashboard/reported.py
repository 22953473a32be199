"""What the command line prints of a refresh: a line for each source, then what was left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dashboard import console

if TYPE_CHECKING:
    from connectors.report import SourceReport


def print_all(reports: Iterable[SourceReport]) -> None:
    """Print the tables of a refresh: rows, places and latest period per source, then what was left out and why."""
    listed = list(reports)
    header = ("source", "rows", "places", "latest", "state")
    console.table(header, [(r.source, r.rows, r.places, r.latest_period or "–", _state(r)) for r in listed])
    remarks = [(report.source, remark) for report in listed for remark in _remarks(report)]
    if remarks:
        console.OUT.print()
        console.table(("source", "left out, lacking or wrong"), remarks)


def _state(report: SourceReport) -> str:
    if report.error:
        return f"FAILED, kept from {report.kept_from}" if report.kept_from else "FAILED"
    return f"kept from {report.kept_from}" if report.kept_from else "new"


def _remarks(report: SourceReport) -> Iterator[str]:
    if report.error:
        yield str(report.error)
    for drop in report.dropped:
        example = f", e.g. {drop.example}" if drop.example else ""
        yield f"{drop.dataset}: {drop.count} dropped because {drop.reason}{example}"
    for dataset, places in report.without_value.items():
        yield f"{dataset}: no value for {_some(places)}"
    yield from report.notes


def _some(places: Sequence[str], most: int = 12) -> str:
    listed = ", ".join(places[:most])
    return listed if len(places) <= most else f"{listed} and {len(places) - most} more"
