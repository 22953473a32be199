"""Licences and file formats in one spelling each, judged by the lists in a dataset's options.

`open_licences` and `closed_licences` hold licence ids, titles or addresses; an address ending in "/*" stands for itself
and all below it (creativecommons.org/licenses/by/* is every version and port of CC BY, never CC BY-NC, whose path is
another). `machine_readable` holds format codes. A licence in neither list is unknown: no list is ever complete, so
absence from the open list is no proof of closure. `vocabulary: NAME` takes the lists of the source's dataset NAME.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

from config.schema import Dataset, Source
from connectors.errors import SourceChanged

Openness: TypeAlias = Literal["open", "closed", "unknown"]
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://(www\.)?")
_BELOW = "/*"


@dataclass(frozen=True)
class Vocabulary:
    """The lists of one dataset's options, in the one spelling of `licence_code` and `format_code`."""

    open_licences: frozenset[str]
    closed_licences: frozenset[str]
    machine_readable: frozenset[str]
    fresh_days: int  # a data set changed at most so many days ago is up to date

    @classmethod
    def of(cls, source: Source, dataset: Dataset) -> Self:
        """Return the vocabulary of a dataset's options; raises SourceChanged for a licence in both lists."""
        named = dataset.options.get("vocabulary")
        options = source.datasets[str(named)].options if named else dataset.options
        is_open = frozenset(licence_code(text) for text in _texts(options["open_licences"]))
        is_closed = frozenset(licence_code(text) for text in _texts(options["closed_licences"]))
        if both := sorted(is_open & is_closed):
            cause = f"licence {both[0]!r} is listed as open and as closed in config/sources/{source.id}.yaml"
            raise SourceChanged(source.id, cause)
        readable = frozenset(format_code(text) for text in _texts(options["machine_readable"]))
        return cls(is_open, is_closed, readable, int(str(options["fresh_days"])))

    def openness(self, statement: Iterable[str]) -> Openness:
        """Return what one licence is, by all its spellings; spellings that contradict each other make it unknown."""
        codes = {code for text in statement for code in (licence_code(text),) if code}
        found: set[Openness] = set()
        if any(_listed(code, self.open_licences) for code in codes):
            found.add("open")
        if any(_listed(code, self.closed_licences) for code in codes):
            found.add("closed")
        return found.pop() if len(found) == 1 else "unknown"


def licence_code(text: str) -> str:
    """Return a licence's id, title or address in one spelling: lower case, single spaces, no scheme, no end slash."""
    code = " ".join(text.lower().split())
    return _SCHEME.sub("", code).rstrip("/")


def format_code(text: str) -> str:
    """Return a format in one spelling: "CSV", ".csv", "text/csv" and .../authority/file-type/CSV are all "csv"."""
    code = text.strip().lower().split(";")[0].rstrip("/ ")
    return re.split(r"[/#]", code)[-1].strip().lstrip(".")


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _listed(code: str, listed: frozenset[str]) -> bool:
    parts = code.split("/")
    return code in listed or any("/".join(parts[:end]) + _BELOW in listed for end in range(1, len(parts) + 1))
