"""The tables of a GTFS feed: block by block as text without blanks around it, and by the key of the standard.

`stop_times.txt` can hold tens of millions of rows: blocks are of a fixed size, so memory does not grow with a table.
Two rows of one key that say the same are one row and reported; two that differ are refused.
"""

from __future__ import annotations

import csv as text_csv
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from config.schema import Payload
from connectors.archive import FAULTS, Archive, fault
from connectors.contract import Dropped
from connectors.errors import SourceChanged

_BLOCK = 2 * 1024**2  # bytes of a table held at once; a longer row is refused


class Tables:
    """The tables of one feed, and what was left out of them."""

    def __init__(self, source_id: str, payload: Payload, archive: Archive) -> None:
        self._source_id, self._payload, self._archive = source_id, payload, archive
        # Some publishers put the tables into one folder.
        self._names: dict[str, str] = {}
        self.dropped: list[Dropped] = []
        for name in archive.members:
            table = name.rpartition("/")[2]
            if self._names.setdefault(table, name) != name:
                raise self.changed(f"the zip holds {table} in two folders: {self._names[table]} and {name}")

    def changed(self, cause: str) -> SourceChanged:
        """Return the error that names this feed."""
        return fault(self._source_id, self._payload, cause)

    def has(self, name: str) -> bool:
        """Return whether the feed has the table."""
        return name in self._names

    def left_out(self, reason: str, count: int, example: str = "") -> None:
        """Report rows that do not count; none of them is no report."""
        if count:
            self.dropped.append(Dropped(self._payload.dataset, reason, count, example))

    def keyed(
        self, name: str, key: Sequence[str], columns: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Return key -> cells of `columns` and `optional`; raises SourceChanged for an empty key or a contradiction."""
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        said: dict[tuple[str, ...], tuple[str, ...]] = {}  # many rows say the same: each wording is held once
        doubles, example = 0, ""
        for row in self.rows(name, (*key, *columns), optional):
            own, rest = row[: len(key)], said.setdefault(row[len(key) :], row[len(key) :])
            worded = ", ".join(f"{column} {cell!r:.60}" for column, cell in zip(key, own, strict=True))
            if not all(own):
                raise self.changed(f"{name} has a row with {worded}: its key is empty")
            if own not in found:
                found[own] = rest
                continue
            if found[own] != rest:
                raise self.changed(f"{name} has {worded} twice, and the two rows differ")
            doubles, example = doubles + 1, worded
        self.left_out(f"{name} has the row twice", doubles, example)
        return found

    def rows(self, name: str, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[str, ...]]:
        """Give the cells of each row; "" for an optional column that the table has not."""
        for block in self.blocks(name, columns, optional):
            yield from zip(*(block[column].to_pylist() for column in (*columns, *optional)), strict=True)

    def blocks(self, name: str, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[dict[str, pa.Array]]:
        """Give a table block by block, each column as text without blanks around it."""
        written = self.header(name)
        gone = [column for column in columns if column not in written]
        if gone:
            raise self.changed(f"{name} has no column {gone[0]!r}; it has {', '.join(written)[:200]}")
        wanted = {column: written[column] for column in (*columns, *optional) if column in written}
        types = {raw: pa.string() for raw in wanted.values()}
        convert = csv.ConvertOptions(
            include_columns=list(wanted.values()), column_types=types, strings_can_be_null=False
        )
        try:
            with self._archive.file.open(self._archive.members[self._names[name]]) as stream:
                options = csv.ReadOptions(block_size=_BLOCK, use_threads=False)
                parsing = csv.ParseOptions(newlines_in_values=True)
                for batch in csv.open_csv(stream, options, parsing, convert):
                    block = {column: pc.utf8_trim_whitespace(batch[raw]) for column, raw in wanted.items()}
                    empty = (
                        pa.array([""] * len(batch), pa.string()) if len(wanted) < len(columns) + len(optional) else 0
                    )
                    yield {column: block.get(column, empty) for column in (*columns, *optional)}
        except (pa.ArrowException, KeyError, *FAULTS) as error:
            raise self.changed(f"{name} cannot be read: {' '.join(str(error).split())[:200]}") from error

    def header(self, name: str) -> dict[str, str]:
        """Return a table's columns: name without blanks -> name as written; raises SourceChanged for one twice."""
        if not self.has(name):
            raise self.changed(f"{name} is not in the zip; it has {', '.join(sorted(self._names))[:200]}")
        try:
            with self._archive.file.open(self._archive.members[self._names[name]]) as stream:
                first = stream.readline(64 * 1024).decode("utf-8-sig", "replace")
        except FAULTS as error:
            raise self.changed(f"{name} cannot be read: {error}") from error
        written = next(text_csv.reader([first.rstrip("\r\n")]), [])
        columns = {column.strip(): column for column in written}
        if len(columns) < len(written):
            raise self.changed(f"{name} names a column twice: {', '.join(written)[:200]}")
        return columns
