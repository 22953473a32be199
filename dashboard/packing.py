"""Compression of answers: gzip on the way out, and once only for files whose address is their fingerprint."""

from __future__ import annotations

import gzip

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
_kept = Lru(64)


def pack(response: Response) -> Response:
    """Return the response gzipped when the client takes gzip and it pays."""
    if not _packable(response):
        return response
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    response.set_data(_packed(body, fingerprinted=response.cache_control.max_age == 31536000))
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


def _packed(body: bytes, *, fingerprinted: bool) -> bytes:
    if not fingerprinted:
        return gzip.compress(body, 5, mtime=0)
    kept = _kept.get(request.path)
    if kept is None:
        kept = gzip.compress(body, 9, mtime=0)
        _kept.keep(request.path, kept)
    return kept  # type: ignore[return-value]
