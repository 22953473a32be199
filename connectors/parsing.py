"""From a source's files to what they say: the connector's own `parse`, found by the source's name."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from types import ModuleType

from config.schema import Payload, Source
from connectors import changes
from connectors.contract import Observations
from connectors.errors import SourceUnavailable


def module_of(source: Source) -> ModuleType:
    """Return the connector of a source; raises SourceUnavailable where there is none."""
    name = f"connectors.{source.id}"
    if importlib.util.find_spec(name) is None:
        raise SourceUnavailable(source.id, f"there is no module {name}; a source is its YAML file and its module")
    return importlib.import_module(name)


def parsed(payloads: list[Payload], source: Source) -> tuple[Observations, Mapping[str, tuple[str, ...]]]:
    """Return what the connector reads, and sha256 -> names in each payload; raises ConnectorError.

    This is what runs in a process of its own (`connectors.apart`).
    """
    return module_of(source).parse(payloads, source), changes.shapes(source, payloads)
