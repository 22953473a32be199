"""From a payload to text or JSON: gzip told by its first bytes, unpacked within a bound, cut streams refused.

Publishers answer 200 with an error page, half a file or nothing; whatever cannot be the promised file ends here in a
ConnectorError that names source and dataset, before any parser sees it.
"""

from __future__ import annotations

import io
import itertools
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from pydantic_core import from_json

from config.schema import Payload
from connectors.errors import SourceChanged

MAX_BYTES = 256 * 1024 * 1024  # unpacked; the largest recorded file has 30 MB
MAX_LAYERS = 2  # a gzip file served with gzip encoding; more is an attack
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
# What openpyxl lets through from damaged parts: a workbook is a zip of XML, and each layer has its own complaints.
_WORKBOOK_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException, EOFError, OSError, SyntaxError),
    *(ValueError, TypeError, AttributeError, LookupError, OverflowError, NotImplementedError, RuntimeError),
)
SheetRow: TypeAlias = tuple[Any, ...]
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


class UnpackError(ValueError):
    """A packed stream was cut, is damaged or unpacks beyond its bound."""


def body(source_id: str, payload: Payload, limit: int = MAX_BYTES) -> bytes:
    """Return the payload's bytes, gunzipped where packed; raises SourceChanged when empty, cut, too large or HTML."""
    content = payload.content
    for _ in range(MAX_LAYERS):
        if not content.startswith(_GZIP):
            break
        try:
            content = gunzip(content, limit)
        except UnpackError as error:
            raise _changed(source_id, payload, str(error)) from error
    if content.startswith(_GZIP):
        raise _changed(source_id, payload, f"the file is packed more than {MAX_LAYERS} times")
    if not content.strip():
        raise _changed(source_id, payload, "the answer is empty")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower().startswith(_PAGE_STARTS):
        raise _changed(source_id, payload, "the answer is a web page, not the file; open the address in a browser")
    return content


def text(source_id: str, payload: Payload, *, whole_lines: bool = False, encoding: str = "utf-8-sig") -> str:
    """Return the payload as text without byte-order mark.

    With `whole_lines` the last line must end in a line end, as all line-based files we know do: one that does not was
    cut; empty lines at the end are left away. Raises SourceChanged as `body` does, and for bytes not in `encoding`.
    """
    content = body(source_id, payload)
    try:
        decoded = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _changed(source_id, payload, f"byte {error.start} is not {encoding}") from error
    if whole_lines and not decoded.endswith("\n"):
        raise _changed(source_id, payload, f"the file was cut: its last line {decoded[-40:]!r} has no end")
    return decoded.rstrip("\r\n") + "\n" if whole_lines else decoded


def json_value(source_id: str, payload: Payload) -> Any:
    """Return the payload's JSON value; raises SourceChanged as `text` does, and when it is not (whole) JSON."""
    try:
        # Three times as fast as the standard library's; the keys of a large answer are positions, none comes twice.
        return from_json(text(source_id, payload), allow_inf_nan=False, cache_strings="none")
    except ValueError as error:
        raise _changed(source_id, payload, f"the answer is not JSON, or was cut: {error}") from error


def sheets(
    source_id: str, payload: Payload, *, head: int, keep: Callable[[list[SheetRow]], bool]
) -> dict[str, list[SheetRow]]:
    """Return title -> rows of values of the XLSX sheets whose first `head` rows `keep` accepts, in book order.

    Raises SourceChanged as `body` does, and when the file is no whole workbook or unpacks to more than MAX_BYTES.
    """
    content = body(source_id, payload)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as members:
            size = sum(member.file_size for member in members.infolist())
        if size > MAX_BYTES:
            raise _changed(source_id, payload, f"the workbook unpacks to {size} bytes, more than {MAX_BYTES}")
        return _read_sheets(content, head, keep)
    except _WORKBOOK_FAULTS as error:
        raise _changed(source_id, payload, f"the file is not a whole XLSX workbook: {error}") from error


def _read_sheets(content: bytes, head: int, keep: Callable[[list[SheetRow]], bool]) -> dict[str, list[SheetRow]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "no default style": says nothing about values
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True, keep_links=False)
    found = {}
    try:
        for sheet in book.worksheets:
            # Publishers write wrong dimensions into the file ("A1"); believed, they hide all rows but one.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True)
            first = list(itertools.islice(rows, head))
            if keep(first):
                found[sheet.title] = [*first, *rows]
    finally:
        book.close()
    return found


def gunzip(content: bytes, limit: int = MAX_BYTES) -> bytes:
    """Return all members of a gzip stream unpacked; what is held never exceeds `limit`, whatever the ratio.

    Raises UnpackError when the stream was cut, is damaged or unpacks to more.
    """
    out = bytearray()
    rest = content
    try:
        while rest.startswith(_GZIP):
            inflater = zlib.decompressobj(wbits=31)
            rest = _inflate(inflater, rest, out, limit)
    except zlib.error as error:
        raise UnpackError(f"the gzip stream is damaged: {error}") from error
    return bytes(out)


def _inflate(inflater: Any, rest: bytes, out: bytearray, limit: int) -> bytes:
    """Append one member to `out` and return what follows it."""
    while not inflater.eof:
        piece = inflater.decompress(rest, min(_CHUNK, limit + 1 - len(out)))
        rest = inflater.unconsumed_tail
        out += piece
        if len(out) > limit:
            raise UnpackError(f"the file unpacks to more than {limit} bytes")
        if not piece and not rest:
            raise UnpackError("the gzip stream was cut")
    return bytes(inflater.unused_data)


def _changed(source_id: str, payload: Payload, cause: str) -> SourceChanged:
    return SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)
