"""Compression of answers: gzip on the way out, once for each body while it is asked for."""

from __future__ import annotations

import gzip
import hashlib
from typing import cast

from flask import Response, request

from dashboard.lru import Lru

SMALLEST = 600  # bytes; below it the header costs more than it saves
PACKABLE = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/atom+xml",
    "application/javascript",
    "image/svg+xml",
)
YEAR = 31536000
_kept = Lru(16 * 1024 * 1024)


def pack(response: Response) -> Response:
    """Return the response gzipped when the client takes gzip and it pays."""
    if not _packable(response):
        return response
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    response.set_data(_packed(body, lasting=response.cache_control.max_age == YEAR))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _packable(response: Response) -> bool:
    return (
        response.status_code == 200
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
        and (response.mimetype or "").startswith(PACKABLE)
    )


def _packed(body: bytes, *, lasting: bool) -> bytes:
    """Return a body packed, best where it lasts; the same one is packed once."""
    key = (hashlib.sha256(body).digest(), lasting)
    kept = cast("bytes | None", _kept.get(key))
    if kept is None:
        kept = gzip.compress(body, 9 if lasting else 5, mtime=0)
        _kept.keep(key, kept)
    return kept
