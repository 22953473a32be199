"""What a connector module is: three names, and the types they speak.

    SOURCE_ID = "irceline"                                            # = file stem = config/sources/irceline.yaml
    def fetch(get: Get, source: Source) -> list[Payload]               # the world: addresses, parameters, paging
    def parse(payloads: list[Payload], source: Source) -> Observations  # pure: bytes in, observations out

`parse` keeps every plausible area of the files (the catalogue's areas are chosen at refresh), never fills a gap, and
says what it left out: the frame it returns comes from `connectors.frames.observations`, and carries a list of
`Dropped` that `connectors.frames.dropped_of` reads. Modules are found by file name; there is no list to edit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import pandas as pd

from config.schema import Payload

# Columns `config.schema.OBSERVATION_COLUMNS`, sorted by the key, obs_value float64, everything else text.
Observations: TypeAlias = pd.DataFrame
Params: TypeAlias = Mapping[str, str | Sequence[str]]
Ready: TypeAlias = Callable[[bytes], bool]
Version: TypeAlias = Callable[[], str]


class Get(Protocol):
    """One call to a publisher, already bound to a source: its hosts, its pace, its key."""

    def __call__(
        self,
        dataset: str,
        url: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        key_header: str | None = None,
        ready: Ready | None = None,
        version: Version | None = None,
    ) -> Payload:
        """Return the answer's bytes as the payload of `dataset`; raises SourceUnavailable.

        A sequence in `params` repeats the parameter (geo=BE10&geo=NL32). With `json` the call is a POST. `key_header`
        names the header that shall carry the source's key; the connector never sees the key itself. An answer that is
        not `ready` is asked for again, later. `version` gives the publisher's own mark of the table's state ("" where
        it has none): an answer kept from before is given again while the mark is the same.
        """
        ...


@dataclass(frozen=True)
class Dropped:
    """Rows a connector left out on purpose, for the table printed after a refresh."""

    dataset: str
    reason: str  # a clause that reads after "dropped because"
    count: int
    example: str = ""  # one of them, e.g. "NO01 2021 = 99.02"
