"""What the command line prints: tables, progress, and one sentence for an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)  # fmt: skip
from rich.table import Table
from rich.text import Text

Step = Callable[[int, int, str], None]  # sources done, sources in all, the one that starts now

OUT = Console(highlight=False, soft_wrap=False)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below a header; a terminal gets a drawn table, a file or pipe tab-separated lines."""
    if not OUT.is_terminal:
        for row in (header, *rows):
            line = "\t".join(" ".join(str(cell).split()) for cell in row)
            OUT.file.write(f"{line}\n")  # not by rich, which turns tabs into spaces
        return
    drawn = Table(*header, box=box.SIMPLE_HEAD, show_edge=False)
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    OUT.print(drawn)


class Rate(ProgressColumn):
    """How many sources are done in a minute, at the pace so far; a dash before the first."""

    def render(self, task: Task) -> Text:
        """Return the rate of a task, e.g. "12.5/min"."""
        return Text(f"{60 * task.completed / task.elapsed:.1f}/min" if task.completed and task.elapsed else "–/min")


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
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=name)
