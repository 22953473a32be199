"""From a payload to text or JSON: gzip told by its first bytes, unpacked within a bound, cut streams refused.

Publishers answer 200 with an error page, half a file or nothing; whatever cannot be the promised file ends here in a
ConnectorError that names source and dataset, before any parser sees it.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from config.schema import Payload
from connectors.errors import SourceChanged

MAX_BYTES = 256 * 1024 * 1024  # unpacked; the largest recorded file has 30 MB
MAX_LAYERS = 2  # a gzip file served with gzip encoding; more is an attack
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


def body(source_id: str, payload: Payload, limit: int = MAX_BYTES) -> bytes:
    """Return the payload's bytes, gunzipped where packed; raises SourceChanged when empty, cut, too large or HTML."""
    content = payload.content
    for _ in range(MAX_LAYERS):
        if not content.startswith(_GZIP):
            break
        content = _gunzip(source_id, payload, content, limit)
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
    cut. Raises SourceChanged as `body` does, and for bytes that are not in `encoding`.
    """
    content = body(source_id, payload)
    try:
        decoded = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _changed(source_id, payload, f"byte {error.start} is not {encoding}") from error
    if whole_lines and not decoded.endswith("\n"):
        raise _changed(source_id, payload, f"the file was cut: its last line {decoded[-40:]!r} has no end")
    return decoded


def json_value(source_id: str, payload: Payload) -> Any:
    """Return the payload's JSON value; raises SourceChanged as `text` does, and when it is not (whole) JSON."""
    try:
        return json.loads(text(source_id, payload), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _changed(source_id, payload, f"the answer is not JSON, or was cut: {error}") from error


def _gunzip(source_id: str, payload: Payload, content: bytes, limit: int) -> bytes:
    """Unpack all members of a gzip stream; `limit` bounds what is held, whatever the ratio."""
    out = bytearray()
    rest = content
    try:
        while rest.startswith(_GZIP):
            inflater = zlib.decompressobj(wbits=31)
            while not inflater.eof:
                piece = inflater.decompress(rest, min(_CHUNK, limit + 1 - len(out)))
                rest = inflater.unconsumed_tail
                out += piece
                if len(out) > limit:
                    raise _changed(source_id, payload, f"the file unpacks to more than {limit} bytes")
                if not piece and not rest:
                    break
            if not inflater.eof:
                raise _changed(source_id, payload, "the gzip stream was cut")
            rest = inflater.unused_data
    except zlib.error as error:
        raise _changed(source_id, payload, f"the gzip stream is damaged: {error}") from error
    return bytes(out)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _changed(source_id: str, payload: Payload, cause: str) -> SourceChanged:
    return SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)
