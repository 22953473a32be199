"""From a source's files to what they say: the connector's own `parse`, found by the source's name."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from types import ModuleType
from typing import NamedTuple

from config.schema import Payload, Source
from connectors import changes
from connectors.contract import Observations
from connectors.errors import SourceUnavailable
from connectors.stamps import stamp


def module_of(source: Source) -> ModuleType:
    """Return the connector of a source; raises SourceUnavailable where there is none."""
    name = f"connectors.{source.id}"
    if importlib.util.find_spec(name) is None:
        raise SourceUnavailable(source.id, f"there is no module {name}; a source is its YAML file and its module")
    return importlib.import_module(name)


class Parsed(NamedTuple):
    """What the files of a source say: observations, and by the sha256 of a payload its names and its own moment."""

    observations: Observations
    shapes: Mapping[str, tuple[str, ...]]
    stamps: Mapping[str, str]


def parsed(payloads: list[Payload], source: Source) -> Parsed:
    """Return what the connector reads of a source's files; raises ConnectorError.

    This is what runs in a process of its own (`connectors.apart`).
    """
    found = module_of(source).parse(payloads, source)
    stamps = {payload.sha256: stamp(source.id, payload) for payload in payloads}
    return Parsed(found, changes.shapes(source, payloads), stamps)
