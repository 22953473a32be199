"""From a payload to text or JSON: gzip told by its first bytes, unpacked within a bound, cut streams refused.

Publishers answer 200 with an error page, half a file or nothing; whatever cannot be the promised file ends here in a
ConnectorError that names source and dataset, before any parser sees it.
"""

from __future__ import annotations

import io
import itertools
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from pydantic_core import from_json

from config.schema import Payload
from connectors import json_faults
from connectors.errors import BeyondLimits, SourceChanged
from connectors.limits import MOST_CELLS, MOST_ROWS, MOST_UNPACKED, MOST_VALUES

MAX_LAYERS = 2  # a gzip file served with gzip encoding; more is an attack
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_SEPARATORS = (b"\t", b",", b";", b"|")
_WORKBOOK_PART = "[Content_Types].xml"
# What openpyxl lets through from damaged parts: a workbook is a zip of XML, and each layer has its own complaints.
_WORKBOOK_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException, EOFError, OSError, SyntaxError),
    *(ValueError, TypeError, AttributeError, LookupError, OverflowError, NotImplementedError, RuntimeError),
)
SheetRow: TypeAlias = tuple[Any, ...]
# Inside a word: what Windows-1252 has where code pages 437 and 850 and Mac Roman have letters with accents.
_INSIDE = "€ƒ„…†‡ˆ‰Š‹Œ“”•˜™›Ž¡¢£¤¥¦§©¬®¯±¶¼½¾¿×÷\xa0"
_NO_WORD = re.compile(rf"[^\W\d_]+(?:[{_INSIDE}](?=[a-zà-ÿ])|[‚ƒ„ˆ‰])\w*")
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


class _TooMuchError(Exception):
    """A sheet has more than may be read."""


class UnpackError(ValueError):
    """A packed stream was cut, is damaged or unpacks beyond its bound."""


def body(source_id: str, payload: Payload, limit: int = MOST_UNPACKED) -> bytes:
    """Return the payload's bytes, gunzipped where packed; raises ConnectorError when empty, cut, too large or HTML."""
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
    if len(content) > limit:
        raise beyond(source_id, payload, f"has {len(content)} bytes; {limit} are the limit")
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
    if whole_lines:
        require_cells(source_id, payload, content.count(b"\n") + max(map(content.count, _SEPARATORS)))
    try:
        decoded = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _changed(source_id, payload, f"byte {error.start} is not {encoding}; save the file as UTF-8") from error
    if whole_lines and not decoded.endswith("\n"):
        raise _changed(source_id, payload, f"the file was cut: its last line {decoded[-40:]!r} has no end")
    return decoded.rstrip("\r\n") + "\n" if whole_lines else decoded


def encoding_of(source_id: str, payload: Payload) -> str:
    """Return UTF-8 where the bytes are it, else Windows-1252, in which Windows exports come; raises SourceChanged.

    Every byte means some letter in most encodings: where a word read as Windows-1252 has a sign in it that no word has
    ("LiŠge"), it was written in another one, and nobody guesses in which.
    """
    content = body(source_id, payload)
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8-sig"
    advice = "save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
    try:
        odd = _NO_WORD.search(content.decode("cp1252"))
    except UnicodeDecodeError as error:
        cause = f"the file is neither UTF-8 nor Windows-1252, by its byte {error.start}; {advice}"
        raise _changed(source_id, payload, cause) from error
    if b"\0" in content:
        raise _changed(source_id, payload, f"the file holds NUL bytes, as UTF-16 does; {advice}")
    if odd:
        cause = f"the file is not UTF-8, and read as Windows-1252 it says {odd[0]!r:.40}: it is in another encoding"
        raise _changed(source_id, payload, f"{cause}; {advice}")
    return "cp1252"


def json_value(source_id: str, payload: Payload) -> Any:
    """Return the payload's JSON value; raises SourceChanged as `text` does, and when it is not (whole) JSON.

    Refused as well: a number beyond all numbers (1e999), and a key with two values.
    """
    written = text(source_id, payload)
    values = sum(written.count(sign) for sign in ",[{")
    if values > MOST_VALUES:
        raise beyond(source_id, payload, f"has {values} values; {MOST_VALUES} are the limit")
    try:
        # Three times as fast as the standard library's; the keys of a large answer are positions, none comes twice.
        value = from_json(written, allow_inf_nan=False, cache_strings="none")
    except ValueError as error:
        raise _changed(source_id, payload, f"the answer is not JSON, or was cut: {error}") from error
    if fault := json_faults.fault(written, value):
        raise _changed(source_id, payload, fault)
    return value


def sheets(
    source_id: str, payload: Payload, *, head: int, keep: Callable[[list[SheetRow]], bool]
) -> dict[str, list[SheetRow]]:
    """Return title -> rows of values of the XLSX sheets whose first `head` rows `keep` accepts, in book order.

    Raises SourceChanged as `body` does, and when the file is no whole workbook or unpacks to more than MOST_UNPACKED.
    """
    content = body(source_id, payload)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as members:
            sizes = {member.filename: member.file_size for member in members.infolist()}
        if _WORKBOOK_PART not in sizes:
            held = ", ".join(sorted(sizes)[:3]) or "nothing"
            raise _changed(source_id, payload, f"the file is a zip of {held:.120}, not an XLSX workbook")
        if (size := sum(sizes.values())) > MOST_UNPACKED:
            raise beyond(source_id, payload, f"unpacks to {size} bytes; {MOST_UNPACKED} are the limit")
        return _read_sheets(content, head, keep)
    except _TooMuchError as error:
        raise beyond(source_id, payload, str(error)) from error
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
            rows = _counted(sheet.iter_rows(values_only=True), sheet.title)
            first = list(itertools.islice(rows, head))
            if keep(first):
                found[sheet.title] = [*first, *rows]
    finally:
        book.close()
    return found


def _counted(rows: Iterator[SheetRow], title: str) -> Iterator[SheetRow]:
    """Yield the rows of a sheet as long as they are no more than a sheet can have; a row may claim any number."""
    cells = 0
    for position, row in enumerate(rows, start=1):
        cells += len(row)
        if position > MOST_ROWS:
            raise _TooMuchError(f"has more than {MOST_ROWS} rows in sheet {title!r}, the limit of its format")
        if cells > MOST_CELLS:
            raise _TooMuchError(f"has more than {MOST_CELLS} cells in sheet {title!r}, the limit")
        yield row


def gunzip(content: bytes, limit: int = MOST_UNPACKED) -> bytes:
    """Return all members of a gzip stream unpacked; what is held never exceeds `limit`, whatever the ratio.

    Raises UnpackError when the stream was cut, is damaged or unpacks to more.
    """
    if not content.startswith(_GZIP):
        raise UnpackError("the answer is labelled gzip and is not packed: it begins otherwise than gzip does")
    out = bytearray()
    rest = content
    try:
        while rest.startswith(_GZIP):
            inflater = zlib.decompressobj(wbits=31)
            rest = _inflate(inflater, rest, out, limit)
    except zlib.error as error:
        raise UnpackError(f"the gzip stream is damaged: {error}") from error
    if rest.strip(b"\0"):  # zeros fill up a tape's block
        raise UnpackError(f"{len(rest)} bytes follow the end of the gzip stream and are no part of it")
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


def require_cells(source_id: str, payload: Payload, count: int) -> None:
    """Raise BeyondLimits when a table has more cells than are read."""
    if count > MOST_CELLS:
        raise beyond(source_id, payload, f"has {count} cells; {MOST_CELLS} are the limit")


def beyond(source_id: str, payload: Payload, said: str) -> BeyondLimits:
    """Return the error of a file that `has` or `unpacks to` more than a limit, which `said` names."""
    return BeyondLimits(source_id, f"the file {said}", dataset=payload.dataset, url=payload.url)


def _changed(source_id: str, payload: Payload, cause: str) -> SourceChanged:
    return SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)
