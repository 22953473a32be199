"""The commands `pillars snapshots ...`: list, show, verify, use and diff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config import snapshot, upkeep
from config.snapshot import Snapshot, SnapshotError
from dashboard import compared, console, whole
from dashboard.exits import DONE_WITH_FAILURES, asked

app = typer.Typer(help="List, show, verify, choose, prune and compare snapshots.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--in", help="Folder that holds the snapshots.")]
Id = Annotated[str | None, typer.Argument(help="Snapshot id; the current one when it is left out.")]


@app.command("list", epilog="Example: pillars snapshots list")
def list_snapshots(folder: Folder = snapshot.SHIPPED) -> None:
    """List the snapshots, oldest first; the current one is marked."""
    current = asked(lambda: snapshot.current(folder))
    console.table(("snapshot", "current"), [(name, "*" if name == current else "") for name in snapshot.ids(folder)])


@app.command(epilog="Example: pillars snapshots show")
def show(snapshot_id: Id = None, folder: Folder = snapshot.SHIPPED) -> None:
    """Show the files a snapshot was made from: source, data set, retrieval, size, licence and hash."""
    held = asked(lambda: snapshot.read(folder, snapshot_id))
    header = ("source", "dataset", "retrieved", "bytes", "licence", "sha256")
    console.table(
        header, [(p.source, p.dataset, p.retrieved_at, p.bytes, p.licence, p.sha256) for p in held.provenance]
    )


@app.command(epilog="Example: pillars snapshots verify")
def verify(snapshot_id: Id = None, folder: Folder = snapshot.SHIPPED) -> None:
    """Check a snapshot: its files, its id, both its tables, and that its scores follow from its observations."""
    wanted = asked(lambda: snapshot.current(folder)) if snapshot_id is None else snapshot_id
    if wanted not in snapshot.ids(folder):
        asked(lambda: snapshot.read(folder, wanted))
    problems = [*snapshot.verify(folder / wanted)]
    if not problems:
        held = asked(lambda: snapshot.read(folder, wanted))
        problems += _wrong_scores(held)
    for problem in problems:
        typer.echo(f"{wanted}: {problem}", err=True)
    if problems:
        raise typer.Exit(DONE_WITH_FAILURES)
    typer.echo(f"{wanted}: whole")


@app.command(epilog="Example: pillars snapshots use 2026-08-18-39e5062f")
def use(
    snapshot_id: Annotated[str, typer.Argument(help="Id of the snapshot that becomes the current one.")],
    folder: Folder = snapshot.SHIPPED,
) -> None:
    """Make another snapshot the current one, once it was found whole."""
    asked(lambda: upkeep.use(folder, snapshot_id))
    typer.echo(f"Snapshot {snapshot_id} is current in {folder}", err=True)


@app.command(epilog="Example: pillars snapshots diff 2026-08-18-39e5062f --format csv")
def diff(
    before: Annotated[str, typer.Argument(help="Id of the earlier snapshot.")],
    after: Id = None,
    form: Annotated[compared.Form, typer.Option("--format", help="text, csv or json.")] = compared.Form.TEXT,
    folder: Folder = snapshot.SHIPPED,
) -> None:
    """List what one snapshot has otherwise than another: rules, scores and ranks with their causes, observations."""
    old, new = asked(lambda: (snapshot.read(folder, before), snapshot.read(folder, after)))
    rows = compared.rows(old, new)
    if form is compared.Form.TEXT:
        console.table(compared.COLUMNS, [compared.worded(row) for row in rows])
    else:
        typer.echo(compared.csv(rows) if form is compared.Form.CSV else compared.json_text(rows), nl=False)


def _wrong_scores(held: Snapshot) -> list[str]:
    """Return in what the scores of a snapshot do not follow from its observations; empty where they do."""
    try:
        whole.check(held)
    except SnapshotError as error:
        return [str(error)]
    return []
