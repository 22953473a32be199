"""Where an error of one source ends: in a sentence of that source, never in the loss of the others.

Connectors and `connectors.http` raise ConnectorError for all they foresee. What they do not (a fault of our own, of a
library, or memory that is not there) is caught here and nowhere else below the process edge: the log keeps its place,
the report its kind. An interrupt from the keyboard and an order to end pass.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import TypeVar

from connectors.errors import ConnectorBroken, ConnectorError

Value = TypeVar("Value")

_LOG = logging.getLogger(__name__)
FRAMES = 6  # of a traceback: enough to find the place


def within(source_id: str, action: Callable[[], Value]) -> Value:
    """Return what `action` gives; raises ConnectorError for whatever goes wrong, foreseen or not."""
    try:
        return action()
    except ConnectorError:
        raise
    except Exception as error:
        raise broken(source_id, error) from error


def broken(source_id: str, error: Exception) -> ConnectorBroken:
    """Return the error that names the source and what happened to its connector; its place goes to the log."""
    place = "".join(traceback.format_exception(error, limit=-FRAMES)).rstrip()
    return logged(source_id, type(error).__name__, str(error), place)


def logged(source_id: str, kind: str, said: str, place: str) -> ConnectorBroken:
    """Return the error of a connector that ended in `kind` as it said so, and write its place to the log."""
    _LOG.error("%s: the connector ended in an error it does not foresee\n%s", source_id, place)
    said = " ".join(said.split())[:120]
    cause = f"the connector ended in {kind}{f' ({said})' if said else ''}; this is a fault of ours, see the log"
    return ConnectorBroken(source_id, cause)
