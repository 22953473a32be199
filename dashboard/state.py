"""What the server holds in memory: the snapshots of a folder, each scored once and ready to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import pandas as pd

from config.schema import Catalogue, Place, Provenance
from dashboard.lookup import Lookup
from indicators.scores import Scores


@dataclass(frozen=True)
class Edition:
    """One snapshot, scored: everything a page or a download needs."""

    id: str
    created: str  # ISO date
    catalogue: Catalogue
    observations: pd.DataFrame
    scores: Scores
    provenance: tuple[Provenance, ...] = ()
    files: tuple[tuple[str, int, str], ...] = ()  # (name, bytes, sha256) of the snapshot's files

    @cached_property
    def lookup(self) -> Lookup:
        """Return the scores as quick answers."""
        return Lookup(self.scores)

    @property
    def peers(self) -> tuple[Place, ...]:
        """Return the places that are ranked by default, in file order."""
        return self.catalogue.city_regions("default")


class Lru:
    """A small store of finished texts, the least recently used leaves first; safe between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: dict[object, object] = {}
        self._lock = Lock()

    def get(self, key: object) -> object | None:
        """Return what was kept under `key`, or None."""
        with self._lock:
            value = self._kept.pop(key, None)
            if value is not None:
                self._kept[key] = value
            return value

    def keep(self, key: object, value: object) -> None:
        """Keep `value` under `key`; the least recently used one makes room."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = value
            while len(self._kept) > self._size:
                self._kept.pop(next(iter(self._kept)))


class Library:
    """The editions of one folder: the current one, and pinned ones by id."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        self._editions = {edition.id: edition for edition in editions}
        self.current = editions[-1]
        self.cache = Lru(600)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of every snapshot, oldest first."""
        return tuple(self._editions)

    def edition(self, snapshot: str | None) -> Edition:
        """Return the edition of a snapshot id, the current one for None; KeyError for an unknown id."""
        return self.current if snapshot is None else self._editions[snapshot]
