"""What the server holds in memory: the snapshots of a folder, each scored once and ready to be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import pandas as pd

from config import snapshot
from config.schema import Catalogue, Place, Provenance
from config.successors import Succession, newest
from config.successors import read as read_successors
from dashboard.history import History
from dashboard.lookup import Lookup
from dashboard.lru import Lru
from dashboard.published import Published
from dashboard.trial import Trials
from dashboard.whole import check, scored
from indicators.change import Moves
from indicators.differences import Vintage
from indicators.likeness import Figures, figures
from indicators.position import Part, positions
from indicators.scores import Scores
from indicators.table import table
from indicators.thirds import Thirds
from indicators.verdict import Verdicts
from indicators.written import as_written

MIB = 1024 * 1024
PAGES, FORMS = 48 * MIB, 48 * MIB  # bytes of pages and of forms that are kept; a page is some 100 kB
PINNED = 4  # editions beside the current one; some 30 MB each


@dataclass(frozen=True)
class Edition:
    """One snapshot, scored: everything a page or a download needs."""

    id: str
    created: str  # ISO date
    catalogue: Catalogue
    observations: pd.DataFrame
    scores: Scores
    provenance: tuple[Provenance, ...] = ()
    folder: Path | None = None  # None for an edition that was never on disk
    files: tuple[tuple[str, int, str], ...] = ()  # (name, bytes, sha256) of the snapshot's files

    @property
    def words(self) -> str:
        """Return what changes with the words of the edition, which its id does not: the hash of its catalogue."""
        return next((digest for name, _, digest in self.files if name == "catalogue.json"), "")

    @cached_property
    def lookup(self) -> Lookup:
        """Return the scores as quick answers."""
        return Lookup(self.scores)

    @cached_property
    def verdicts(self) -> Verdicts:
        """Return the verdicts between two places, read once."""
        return Verdicts(self.scores, {p.id: p.weight for p in self.catalogue.pillars.values()})

    @cached_property
    def positions(self) -> Mapping[str, tuple[Part, ...]]:
        """Return in which part of the overall ranking each ranked place stands."""
        return positions(self.scores, self.catalogue)

    @cached_property
    def figures(self) -> Figures:
        """Return the figures by which city-regions are alike."""
        return figures(self.observations, self.catalogue)

    @cached_property
    def thirds(self) -> Thirds:
        """Return what would bring a place into a better third of a pillar."""
        return Thirds(self.scores, self.catalogue)

    @cached_property
    def moves(self) -> Moves:
        """Return what moved in each place, read once."""
        return Moves(self.scores)

    @cached_property
    def published(self) -> Published:
        """Return the observations as records."""
        return Published(self.observations)

    @cached_property
    def table(self) -> pd.DataFrame:
        """Return every value and score as the flat table of scores.csv."""
        return table(self.scores)

    @property
    def vintage(self) -> Vintage:
        """Return the edition as it is published."""
        return Vintage(self.table, self.catalogue)

    @cached_property
    def trials(self) -> Trials:
        """Return what other weights and goalposts give."""
        return Trials(self.scores, self.catalogue)

    @cached_property
    def peers(self) -> tuple[Place, ...]:
        """Return the places that are ranked, in file order."""
        return self.lookup.compared(self.catalogue)


class Library:
    """The editions of one folder: the current one at once, a pinned one when it is first asked for."""

    def __init__(
        self,
        current: Edition,
        ids: Sequence[str] = (),
        read: Callable[[str], Edition] | None = None,
        published: Callable[[str], Vintage] | None = None,
        successors: Mapping[str, Succession] | None = None,
        pointer: Callable[[], str] | None = None,
    ) -> None:
        self.current = current
        self.ids = tuple(ids) or (current.id,)
        self.successors = successors or {}  # by the id of the edition that was replaced
        self.pointer = pointer or (lambda: current.id)  # the edition that is current in the folder by now
        self.history = History(self.ids, published or (lambda wanted: self.edition(wanted).vintage))
        self.cache = Lru(PAGES)
        self.forms = Lru(FORMS)
        self._read = read
        self._pinned = Lru(PINNED, lambda _key, _edition: 1)

    def edition(self, snapshot: str | None) -> Edition:
        """Return the edition of a snapshot id, the current one for None; KeyError for an unknown id."""
        if snapshot is None or snapshot == self.current.id:
            return self.current
        kept = self._pinned.get(snapshot)
        if kept is None:
            if self._read is None or snapshot not in self.ids:
                raise KeyError(snapshot)
            kept = self._read(snapshot)
            self._pinned.keep(snapshot, kept)
        return cast("Edition", kept)


def load(root: Path, snapshot_id: str | None = None, memory: Path | None = None) -> Library:
    """Return the library of a folder of snapshots, with the named one (or CURRENT) scored.

    The id of a replaced edition stands for its successor's. `memory` is a folder that keeps which editions were found
    right (`dashboard.whole`). Raises config.snapshot.SnapshotError when there is none, it is damaged, or its scores are
    not those that its observations give.
    """
    ids = snapshot.ids(root)
    successors = newest(read_successors(root), ids)
    one = successors.get(snapshot_id or "")
    first = one.successor if one else snapshot_id

    def read(wanted: str | None) -> Edition:
        return _scored(snapshot.read(root, wanted))

    def published(wanted: str) -> Vintage:
        held = snapshot.read(root, wanted)
        check(held, memory)
        return Vintage(snapshot.rounded(held.scores), held.catalogue)

    current = read(first)
    # Of several of one day, whose ids follow in no order, the one that is served is the last.
    ordered = sorted(ids, key=lambda name: (name[:10], name == current.id, name))
    return Library(current, ordered, read, published, successors, lambda: snapshot.current(root))


def _scored(found: snapshot.Snapshot) -> Edition:
    scores, computed = scored(found)
    files = tuple(
        (file.name, file.stat().st_size, _digests(found.folder).get(file.name, ""))
        for file in sorted(found.folder.iterdir())
    )
    return Edition(
        id=found.id,
        created=found.date,
        catalogue=found.catalogue,
        observations=found.observations,
        scores=as_written(scores, computed, found.scores),
        provenance=found.provenance,
        folder=found.folder,
        files=files,
    )


def _digests(folder: Path) -> dict[str, str]:
    lines = (folder / snapshot.SUMS).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
