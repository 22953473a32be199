"""Make an edition anew from its own observations, with the catalogue and the code of this checkout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from config import snapshot
from config.catalogue import load
from config.origin import restated
from config.schema import Catalogue
from config.successors import Reason, Succession, retire
from indicators import score
from indicators.table import table

Attempt = Callable[[Callable[[], "Remade"]], "Remade"]


@dataclass(frozen=True)
class Remade:
    """What became of an edition: its id before and after, and whether any of its files changed."""

    before: str
    after: str
    changed: bool
    removed: bool

    @property
    def sentence(self) -> str:
        """Return in one sentence what happened."""
        if self.before == self.after:
            what = "has this checkout's words now" if self.changed else "was this checkout's already"
            return f"{self.after}: no number changed; the edition {what}"
        gone = f"{self.before} was removed and leads to it" if self.removed else f"{self.before} stays beside it"
        return f"{self.after} has the numbers of this checkout; {gone}"


def rescore(
    root: Path, snapshot_id: str | None, catalogue: Catalogue, *, replace: Reason | None = None, today: str = ""
) -> Remade:
    """Score an edition's own observations by `catalogue` and write the result; publishers' files are not needed.

    Where only words changed, the edition keeps its id and takes them over in one step. Where anything changed that
    numbers depend on, a new edition is written, current where the former one was; with `replace`, a reason, the former
    one is removed and recorded as replaced on the ISO date `today`. Raises SnapshotError when the edition is missing or
    damaged, or has other numbers although nothing they depend on changed. An edition that is not the current one keeps
    the catalogue of its day.
    """
    held = snapshot.read(root, snapshot_id)
    pointer = snapshot.current(root)
    catalogue = catalogue if pointer == held.id else held.catalogue
    sums = (held.folder / snapshot.SUMS).read_bytes()
    scores = table(score(held.observations, catalogue))
    folder = snapshot.write(root, held.observations, scores, restated(held.provenance, catalogue), catalogue)
    if pointer != held.id:  # an older edition stays an older one
        snapshot.make_current(root, pointer)
    if folder.name == held.id:
        return Remade(held.id, held.id, (folder / snapshot.SUMS).read_bytes() != sums, removed=False)
    if replace is not None:
        retire(root, Succession(held.id, folder.name, today, replace))
    return Remade(held.id, folder.name, changed=True, removed=replace is not None)


def add_to(commands: typer.Typer, attempt: Attempt, today: Callable[[], str]) -> None:
    """Add the command `rescore`; `attempt` turns an error into the end of the command, `today` gives the ISO date."""

    @commands.command("rescore", epilog="Example: pillars snapshots rescore --replace catalogue")
    def command(
        snapshot_id: Annotated[
            str | None, typer.Argument(help="Snapshot id; the current one when it is left out.")
        ] = None,
        folder: Annotated[Path, typer.Option("--in", help="Folder that holds the snapshots.")] = snapshot.SHIPPED,
        replace: Annotated[
            Reason | None,
            typer.Option(help="Where numbers changed: remove the former edition and record why it was replaced."),
        ] = None,
    ) -> None:
        """Make an edition anew from its own observations, with this checkout's catalogue and code."""
        done = attempt(lambda: rescore(folder, snapshot_id, load(), replace=replace, today=today()))
        typer.echo(done.sentence, err=True)
