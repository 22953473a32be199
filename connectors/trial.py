"""Tables on trial: called as their publisher documents them, and never yet seen to answer.

Each stands for itself: one that fails is reported as a failure of its own and leaves the source's other tables alone,
which share every error between them. Whoever has seen the answer removes `on_trial` from the table's configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from config.schema import Payload, Source
from connectors import boundary
from connectors.contract import Get
from connectors.errors import ConnectorError

Fetch = Callable[[Get, Source], list[Payload]]


@dataclass(frozen=True)
class Answers:
    """What a source gave: payloads, and why a table on trial gave none."""

    payloads: Sequence[Payload]
    errors: Mapping[str, ConnectorError] = field(default_factory=dict)


def ask(fetch: Fetch, get: Get, source: Source) -> Answers:
    """Return what `fetch` brings, each table on trial asked for alone; raises ConnectorError for any other table."""
    payloads = list(fetch(get, proven(source)))
    errors: dict[str, ConnectorError] = {}
    for part in on_trial(source):
        (name,) = part.datasets
        try:
            payloads += boundary.within(source.id, partial(fetch, get, part))
        except ConnectorError as error:
            errors[name] = error
    return Answers(payloads, errors)


def proven(source: Source) -> Source:
    """Return the source with the tables that share their errors; all of them where every table is on trial."""
    tables = {name: dataset for name, dataset in source.datasets.items() if not dataset.on_trial}
    return source.model_copy(update={"datasets": tables}) if tables else source


def on_trial(source: Source) -> list[Source]:
    """Return a source for each table on trial, where there are others."""
    if len(proven(source).datasets) == len(source.datasets):
        return []
    return [
        source.model_copy(update={"datasets": {name: dataset}})
        for name, dataset in source.datasets.items()
        if dataset.on_trial and dataset.enabled
    ]
