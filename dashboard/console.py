"""What the command line prints: tables, progress, and one sentence for an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from connectors.refresh import Progress as Step
    from connectors.refresh import SourceReport

OUT = Console(highlight=False, soft_wrap=False)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below a header; a terminal gets a drawn table, a file or pipe tab-separated lines."""
    if not OUT.is_terminal:
        for row in (header, *rows):
            OUT.out("\t".join(" ".join(str(cell).split()) for cell in row), highlight=False)
        return
    drawn = Table(*header, box=box.SIMPLE_HEAD, show_edge=False)
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    OUT.print(drawn)


@contextmanager
def progress() -> Iterator[Step]:
    """Give a function that shows each source as it starts: a bar on a terminal, else plain lines."""
    if not ERR.is_terminal:
        yield lambda done, total, name: ERR.print(f"{done + 1}/{total} {name}")
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=name)


def reports(reports: Iterable[SourceReport]) -> None:
    """Print the tables of a refresh: rows, places and latest period per source, then what was left out and why."""
    listed = list(reports)
    header = ("source", "rows", "places", "latest", "state")
    table(header, [(r.source, r.rows, r.places, r.latest_period or "–", _state(r)) for r in listed])
    remarks = [(report.source, remark) for report in listed for remark in _remarks(report)]
    if remarks:
        OUT.print()
        table(("source", "left out, lacking or wrong"), remarks)


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
