"""How a command ends: its exit codes, and one sentence on stderr for what cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

import typer

from config.catalogue import ConfigError
from config.snapshot import SnapshotError
from indicators.tables import AnalysisError

DONE_WITH_FAILURES, WRONG_REQUEST = 1, 2
Value = TypeVar("Value")


def asked(action: Callable[[], Value]) -> Value:
    """Return what `action` gives; an error that the request or the machine caused ends the command."""
    try:
        return action()
    except (ConfigError, SnapshotError, AnalysisError, OSError) as error:
        refuse(error)


def refuse(error: Exception) -> NoReturn:
    """End the command with one sentence."""
    said = f"{error.filename or 'a file'}: {error.strerror}" if isinstance(error, OSError) and error.strerror else error
    typer.echo(f"pillars: {' '.join(str(said).split())}", err=True)
    raise typer.Exit(WRONG_REQUEST) from error
