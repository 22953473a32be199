"""Zip archives from publishers, read without ever being written out, and without trusting what they say of themselves.

Refused before a byte is unpacked: names that would leave a folder, names given twice, encrypted or unusual packing,
and more unpacked bytes than the limit (a member never yields more than its declared size, so the sum bounds them all).
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from config.schema import Payload
from connectors.errors import SourceChanged
from connectors.limits import MOST_UNPACKED
from connectors.unpack import beyond, body, encoding_of, text

ZIP = b"PK"
_PLAIN = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
_ENCRYPTED = 0x1
FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, OSError, NotImplementedError, RuntimeError, ValueError),
)


@dataclass(frozen=True)
class Archive:
    """A checked zip: its members by bare name, e.g. "stops.txt"."""

    file: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]


@contextmanager
def opened(source_id: str, payload: Payload, limit: int) -> Iterator[Archive]:
    """Give the payload's zip, its members checked; raises SourceChanged when it is no whole, harmless zip."""
    content = body(source_id, payload)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            yield Archive(file, _checked(source_id, payload, file, limit))
    except FAULTS as error:
        raise fault(source_id, payload, f"the file is no whole zip: {error}") from error


def table_text(source_id: str, payload: Payload) -> str:
    """Return the text of a payload that is a plain table, or a zip that holds one table; raises SourceChanged.

    UTF-8, else Windows-1252, in which Windows exports come; the last line must have its end.
    """
    content = body(source_id, payload)
    if content.startswith(ZIP):
        content = _only_table(source_id, payload)
    table = replace_content(payload, content)
    return text(source_id, table, whole_lines=True, encoding=encoding_of(source_id, table))


def replace_content(payload: Payload, content: bytes) -> Payload:
    """Return the payload with other bytes: a part of it, still under its own address."""
    return payload.model_copy(update={"content": content})


def fault(source_id: str, payload: Payload, cause: str) -> SourceChanged:
    """Return the error that names a payload's source, dataset and address."""
    return SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)


def _only_table(source_id: str, payload: Payload) -> bytes:
    with opened(source_id, payload, MOST_UNPACKED) as archive:
        tables = [name for name in archive.members if PurePosixPath(name).suffix.lower() in (".csv", ".txt")]
        if len(tables) != 1:
            raise fault(
                source_id, payload, f"the zip holds {len(tables)} tables, expected one; it has {_some(archive)}"
            )
        return archive.file.read(archive.members[tables[0]])


def _some(archive: Archive) -> str:
    return ", ".join(sorted(archive.members)[:5]) or "nothing"


def _checked(source_id: str, payload: Payload, file: zipfile.ZipFile, limit: int) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for member in file.infolist():
        if not member.filename or _leaves(member.filename):
            raise fault(source_id, payload, f"the zip names a member {member.filename!r:.80}, outside its folder")
        if member.is_dir():
            continue
        if member.filename in members:
            raise fault(source_id, payload, f"the zip has two members {member.filename!r:.80}")
        if member.flag_bits & _ENCRYPTED or member.compress_type not in _PLAIN:
            raise fault(source_id, payload, f"member {member.filename!r:.80} is encrypted or packed in an unusual way")
        members[member.filename] = member
    size = sum(member.file_size for member in members.values())
    if size > limit:
        raise beyond(source_id, payload, f"unpacks to {size} bytes; {limit} are the limit")
    return members


def _leaves(name: str) -> bool:
    """Return whether a member's name would be written outside the folder it is unpacked in."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return posix.is_absolute() or bool(windows.drive or windows.root) or ".." in (*posix.parts, *windows.parts)
