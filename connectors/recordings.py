"""Publishers' files on disk instead of live answers: how an office on a closed network feeds the product.

A recordings file is a CSV with the header `source,dataset,path,url,retrieved_at`; `path` is relative to the CSV,
`retrieved_at` an ISO date or time, `url` the publisher's address of the file. A dataset may have several rows (parts).

    eurostat,crim_off_cat,../files/crim_off_cat.tsv.gz,https://ec.europa.eu/eurostat/databrowser/view/crim_off_cat,2024-12-01
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from config.schema import Payload, Source
from connectors.limits import MOST_UNPACKED

COLUMNS = ("source", "dataset", "path", "url", "retrieved_at")


class RecordingsError(ValueError):
    """The recordings file is wrong; the message names file, line and column, and what to write instead."""


def read(file: Path, sources: Mapping[str, Source]) -> dict[str, list[Payload]]:
    """Return source id -> payloads of a recordings file, in its order; raises RecordingsError."""
    payloads: dict[str, list[Payload]] = {}
    for line, row in _rows(file):
        try:
            payloads.setdefault(row["source"], []).append(_payload(file.parent, row, sources))
        except ValueError as error:
            raise RecordingsError(f"{file.name}, line {line}: {error}") from error
    if not payloads:
        raise RecordingsError(f"{file.name}: no rows below the header; write one per file to read")
    return payloads


def chosen(
    recordings: Mapping[str, Sequence[Payload]], sources: Mapping[str, Source], only: Sequence[str]
) -> list[str]:
    """Return the ids of the sources to read: all that the list names, or `only` those; raises ValueError by name.

    To be in the list is to be asked for, also where a source is off by default. Refused are a table that is switched
    off in config, and one of `only` that the list has nothing of.
    """
    wanted = sorted(only or recordings)
    for source_id in wanted:
        for payload in recordings.get(source_id, ()):
            dataset = sources[source_id].datasets.get(payload.dataset)
            if dataset is not None and not dataset.enabled:
                raise ValueError(
                    f"the recordings name {payload.dataset!r} of {source_id}, which config/sources/{source_id}.yaml "
                    "switches off; remove its row, or `enabled: false` there"
                )
        if source_id not in recordings:
            raise ValueError(f"the recordings have no row of {source_id!r}; they have: {', '.join(sorted(recordings))}")
    return wanted


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        content = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise RecordingsError(f"there is no file {file}; give the path of a recordings CSV") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingsError(f"{file} is not a readable CSV in UTF-8: {error}") from error
    reader = csv.DictReader(content.splitlines(), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise RecordingsError(f"{file.name}: the header is {reader.fieldnames}; write {','.join(COLUMNS)}")
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise RecordingsError(f"{file.name}, line {reader.line_num}: {error}") from error
    for line, row in rows:
        if None in row or None in row.values():
            raise RecordingsError(f"{file.name}, line {line}: {len(COLUMNS)} cells are needed: {','.join(COLUMNS)}")
    return rows


def _payload(folder: Path, row: Mapping[str, str], sources: Mapping[str, Source]) -> Payload:
    _check_names(row, sources)
    if urlsplit(row["url"]).scheme not in ("https", "http"):
        raise ValueError(f"url {row['url']!r} is no web address; write where the publisher offers the file")
    content = _content(folder, row["path"])
    return Payload(
        dataset=row["dataset"],
        content=content,
        url=row["url"],
        retrieved_at=_moment(row["retrieved_at"]),
        sha256=sha256(content).hexdigest(),
    )


def _check_names(row: Mapping[str, str], sources: Mapping[str, Source]) -> None:
    if row["source"] not in sources:
        raise ValueError(f"unknown source {row['source']!r}; write one of {', '.join(sorted(sources))}")
    datasets = sources[row["source"]].datasets
    if row["dataset"] not in datasets:
        known = ", ".join(sorted(datasets))
        raise ValueError(f"unknown dataset {row['dataset']!r} of {row['source']}; write one of {known}")


def _content(folder: Path, path: str) -> bytes:
    try:
        with (folder / path).open("rb") as file:
            content = file.read(MOST_UNPACKED + 1)
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise ValueError(f"path {path!r}: {reason} (paths are relative to the recordings file)") from error
    if len(content) > MOST_UNPACKED:
        raise ValueError(f"path {path!r}: the file has more than {MOST_UNPACKED} bytes, the limit")
    return content


def _moment(text: str) -> str:
    """Return a date as it is and a time in UTC; a date gains no hour that nobody recorded."""
    try:
        if len(text) == len("2026-01-31"):
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"retrieved_at {text!r} is no ISO date; write 2026-01-31 or 2026-01-31T09:30:00Z") from error
    if moment.tzinfo is None:
        raise ValueError(f"retrieved_at {text!r} has no time zone; write {text}Z for UTC")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
