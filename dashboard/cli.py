"""The command `pillars`: the process edge, and the one place that knows both connectors and dashboard.

Exit codes: 0 done, 1 done with failures named (or a damaged snapshot found), 2 the request was wrong or the machine
cannot write. Errors are one sentence on stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from config import snapshot
from config.catalogue import ConfigError, load, under
from config.schema import Catalogue, Source
from config.snapshot import Snapshot, SnapshotError
from dashboard import compared, console, listing, losses, rescoring
from indicators.tables import AnalysisError

if TYPE_CHECKING:
    from connectors.contract import Get
    from connectors.report import SourceReport

DONE_WITH_FAILURES, WRONG_REQUEST = 1, 2

app = typer.Typer(
    name="pillars",
    help="Is Brussels a smart city-region? Open data, scores and a dashboard.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
snapshots_app = typer.Typer(help="List, show, verify and compare snapshots.", no_args_is_help=True)
app.add_typer(snapshots_app, name="snapshots")

Folder = Annotated[Path, typer.Option("--in", help="Folder that holds the snapshots.")]
Id = Annotated[str | None, typer.Argument(help="Snapshot id; the current one when it is left out.")]
Value = TypeVar("Value")


class Format(StrEnum):
    """Forms of a printed table."""

    CSV = "csv"
    JSON = "json"


@app.command(epilog="Example: pillars serve --port 9000")
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 8050,
    snapshot_id: Annotated[
        str | None, typer.Option("--snapshot", help="Snapshot to show; the current one by default.")
    ] = None,
    folder: Folder = snapshot.SHIPPED,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Start the dashboard."""
    from dashboard import serving
    from dashboard.app import build_app
    from dashboard.state import load as load_library

    application = build_app(_asked(lambda: load_library(folder, snapshot_id)))
    typer.echo(f"Four Pillars at http://{host}:{port}/en/ (stop with Ctrl-C)", err=True)
    serving.run(application.server.wsgi_app, host, port)


@app.command(epilog="Example: pillars refresh --recordings tests/recordings.csv --out out/snapshots")
def refresh(
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be repeated.")] = None,
    recordings: Annotated[Path | None, typer.Option(help="Read publishers' files listed in this CSV.")] = None,
    out: Annotated[Path, typer.Option(help="Folder to write the snapshot to.")] = snapshot.SHIPPED,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="Measure, dataset, indicator, pillar:ID or overall that was looked at; repeatable."),
    ] = None,
    since: Annotated[int | None, typer.Option(help="Ask for periods from this year on.", min=1900, max=2100)] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            help="Keep answers here: a killed refresh goes on, an unchanged file is not sent again. "
            "By default in the user's cache folder, under four-pillars."
        ),
    ] = None,
) -> None:
    """Fetch from the publishers, or read their files from disk, and write a snapshot."""
    catalogue = _asked(load)
    previous, looked_at = _previous(out), accept or []
    rows = [name for name in looked_at if name not in losses.names(catalogue)]
    choice = {"sources": source, "previous": previous, "accept": rows, "since": since and str(since)}
    try:
        refreshed = _refreshed(catalogue, recordings, cache, choice)
    except (ValueError, OSError) as error:
        _refuse(error)
    _print_reports(refreshed.reports)
    for remark in refreshed.remarks:
        typer.echo(remark, err=True)
    table = _asked(lambda: _table_of(refreshed, catalogue))
    before = previous.scores if previous else None
    refused = losses.refusals(table, refreshed.observations, catalogue, before, looked_at)
    for sentence in refused:
        typer.echo(f"pillars: nothing was written: {sentence}", err=True)
    if refused:
        raise typer.Exit(DONE_WITH_FAILURES)
    folder = _asked(lambda: snapshot.write(out, refreshed.observations, table, refreshed.provenance, catalogue))
    typer.echo(f"Snapshot {folder.name} is current in {out}", err=True)
    if refreshed.failed:
        typer.echo(f"Failed: {', '.join(report.source for report in refreshed.failed)}; see the table", err=True)
        raise typer.Exit(DONE_WITH_FAILURES)


@app.command(epilog="Example: pillars sources")
def sources(folder: Folder = snapshot.SHIPPED) -> None:
    """List the publishers: licence, cadence, how they are called, key, rows held and when they were last retrieved."""
    catalogue = _asked(load)
    held = _previous(folder)
    console.table(listing.HEADER, [listing.row(item, held) for item in catalogue.sources.values()])


@app.command(epilog="Example: pillars check irceline")
def check(
    source: Annotated[str, typer.Argument(help="Id of the source; see pillars sources.")],
    folder: Folder = snapshot.SHIPPED,
) -> None:
    """Try one live source, write nothing, and say what came and what differs from the snapshot."""
    from connectors.check import check as try_source

    catalogue = _asked(load)
    try:
        with _calling() as get:
            checked = try_source(catalogue, source, get, _previous(folder))
    except ValueError as error:
        _refuse(error)
    answers = [(p.dataset, len(p.content), p.retrieved_at, p.url) for p in checked.payloads]
    console.table(("dataset", "bytes", "retrieved", "address"), answers)
    for line in checked.differences if checked.report.error else ():  # else among the report's own remarks
        typer.echo(line)
    _print_reports([checked.report, *checked.failed])
    if checked.report.error or checked.failed:
        raise typer.Exit(DONE_WITH_FAILURES)


@app.command(epilog="Example: pillars score --format json > scores.json")
def score(
    snapshot_id: Annotated[
        str | None, typer.Option("--snapshot", help="Snapshot id; the current one by default.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="csv or json.")] = Format.CSV,
    method: Annotated[str | None, typer.Option(help="Another method than its own: goalpost-v1.")] = None,
    folder: Folder = snapshot.SHIPPED,
) -> None:
    """Score a snapshot and print every indicator, pillar and overall score."""
    held = _asked(lambda: snapshot.read(folder, snapshot_id))
    catalogue = held.catalogue if method is None else _asked(lambda: under(held.catalogue, method))
    rows = _scores_table(held.observations, catalogue)
    if form is Format.JSON:
        typer.echo(rows.to_json(orient="records", force_ascii=False, indent=1, double_precision=15))
    else:
        rows.to_csv(sys.stdout, index=False, lineterminator="\n")


@app.command(epilog="Example: pillars analyse recipe.yaml --out out/analysis")
def analyse(
    recipe: Annotated[Path, typer.Argument(help="Recipe file, YAML or TOML; see docs/analysis.md.")],
    out: Annotated[Path, typer.Option(help="New or empty folder for the results.")],
) -> None:
    """Run a recipe on a table of values and a framework, and write every stage."""
    from indicators import analyse as analysis

    _asked(lambda: analysis.run(recipe, out))
    typer.echo(f"Every stage and the record of the run are in {out}", err=True)


@snapshots_app.command("list", epilog="Example: pillars snapshots list")
def list_snapshots(folder: Folder = snapshot.SHIPPED) -> None:
    """List the snapshots, oldest first; the current one is marked."""
    current = _asked(lambda: snapshot.current(folder))
    console.table(("snapshot", "current"), [(name, "*" if name == current else "") for name in snapshot.ids(folder)])


@snapshots_app.command(epilog="Example: pillars snapshots show")
def show(snapshot_id: Id = None, folder: Folder = snapshot.SHIPPED) -> None:
    """Show the files a snapshot was made from: source, data set, retrieval, size, licence and hash."""
    held = _asked(lambda: snapshot.read(folder, snapshot_id))
    header = ("source", "dataset", "retrieved", "bytes", "licence", "sha256")
    console.table(
        header, [(p.source, p.dataset, p.retrieved_at, p.bytes, p.licence, p.sha256) for p in held.provenance]
    )


@snapshots_app.command(epilog="Example: pillars snapshots verify")
def verify(snapshot_id: Id = None, folder: Folder = snapshot.SHIPPED) -> None:
    """Compare a snapshot's files with their checksums."""
    held = _asked(lambda: snapshot.read(folder, snapshot_id))
    problems = snapshot.verify(held.folder)
    for problem in problems:
        typer.echo(f"{held.id}: {problem}", err=True)
    if problems:
        raise typer.Exit(DONE_WITH_FAILURES)
    typer.echo(f"{held.id}: whole")


@snapshots_app.command(epilog="Example: pillars snapshots diff 2026-08-18-39e5062f --format csv")
def diff(
    before: Annotated[str, typer.Argument(help="Id of the earlier snapshot.")],
    after: Id = None,
    form: Annotated[compared.Form, typer.Option("--format", help="text, csv or json.")] = compared.Form.TEXT,
    folder: Folder = snapshot.SHIPPED,
) -> None:
    """List what one snapshot has otherwise than another: rules, scores and ranks with their causes, observations."""
    old, new = _asked(lambda: (snapshot.read(folder, before), snapshot.read(folder, after)))
    rows = compared.rows(old, new)
    if form is compared.Form.TEXT:
        console.table(compared.COLUMNS, [compared.worded(row) for row in rows])
    else:
        typer.echo(compared.csv(rows) if form is compared.Form.CSV else compared.json_text(rows), nl=False)


rescoring.add_to(snapshots_app, lambda action: _asked(action), lambda: datetime.now(UTC).date().isoformat())


def main() -> None:
    """Run the command; the entry point of the distribution."""
    app()


def _refreshed(catalogue: Catalogue, recordings: Path | None, cache: Path | None, choice: dict[str, Any]) -> Any:
    """Return the outcome of a refresh, from recordings or live."""
    from connectors import recordings as recorded
    from connectors import refresh as connectors_refresh

    if recordings is not None and cache is not None:
        raise ValueError("--cache keeps the answers of publishers, and --recordings asks none; give one of them")
    with console.progress() as step:
        if recordings is not None:
            payloads = recorded.read(recordings, catalogue.sources)
            return connectors_refresh.run(catalogue, recordings=payloads, progress=step, **choice)
        with _calling(_store(cache)) as get:
            return connectors_refresh.run(catalogue, get=get, progress=step, **choice)


def _store(cache: Path | None) -> Any:
    """Return where answers are kept; None, with a sentence, where the user's own cache folder cannot be written."""
    from connectors.http import WallClock
    from connectors.store import Store

    folder: Path | str = "the user's cache folder"
    try:
        folder = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "four-pillars"
        return Store(folder, WallClock().now())
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home at all
        reason = error.strerror if isinstance(error, OSError) else "there is no home folder"
        sentence = f"answers cannot be kept in {folder}: {reason}; name a folder with --cache"
        if cache:
            _refuse(ValueError(sentence))
        typer.echo(sentence, err=True)
        return None


@contextmanager
def _calling(store: Any = None) -> Iterator[Callable[[Source], Get]]:
    """Give the way to call publishers; what ends without a kill need not be resumed."""
    from connectors import http

    client = http.Client(os.environ, store=store)
    try:
        yield client.bound
        if store:
            store.finish()
    finally:
        client.close()


def _print_reports(reports: Iterable[SourceReport]) -> None:
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


def _table_of(refreshed: Any, catalogue: Catalogue) -> Any:
    """Return the scores of a refresh; raises SnapshotError where there is nothing to score."""
    if refreshed.observations.empty:
        raise SnapshotError("no source gave an observation, so nothing was written; see the table")
    return _scores_table(refreshed.observations, catalogue)


def _scores_table(observations: Any, catalogue: Catalogue) -> Any:
    from indicators import score as score_observations
    from indicators.table import table

    return table(score_observations(observations, catalogue))


def _previous(folder: Path) -> Snapshot | None:
    """Return the current snapshot of a folder, or None where there is none yet; a damaged one is an error."""
    return _asked(lambda: snapshot.read(folder)) if (folder / snapshot.POINTER).is_file() else None


def _asked(action: Callable[[], Value]) -> Value:
    """Return what `action` gives; an error that the request caused ends the command with one sentence."""
    try:
        return action()
    except (ConfigError, SnapshotError, AnalysisError, OSError) as error:
        _refuse(error)


def _refuse(error: Exception) -> NoReturn:
    said = f"{error.filename or 'a file'}: {error.strerror}" if isinstance(error, OSError) and error.strerror else error
    typer.echo(f"pillars: {' '.join(str(said).split())}", err=True)
    raise typer.Exit(WRONG_REQUEST) from error
