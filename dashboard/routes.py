"""Routes beside the pages: static files, health, oEmbed, the feed, the API."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Response, abort, g, jsonify, request

from config.snapshot import SnapshotError
from dashboard import api
from dashboard.assets import by_address
from dashboard.site import Site

YEAR = 31536000
_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")


def add_routes(server: Flask, site: Site) -> None:
    """Add every route that is not a page to the server."""
    server.add_url_rule("/static/<name>", "static_file", static_file)
    server.add_url_rule("/healthz", "health", lambda: _health(site))
    server.add_url_rule("/favicon.ico", "favicon", lambda: static_file(_icon()))
    api.add_routes(server, site)


def static_file(name: str) -> Response:
    """Return one of our fingerprinted files, packed as the client likes it, to be kept for a year."""
    asset = by_address().get(name)
    if asset is None:
        abort(404)
    encoding, content = _encoded(asset.content, asset.packed, asset.brotli)
    response = Response(content, mimetype=None, content_type=asset.mimetype)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = YEAR
    response.cache_control.immutable = True
    return response


def _encoded(plain: bytes, packed: bytes, brotli: bytes | None) -> tuple[str, bytes]:
    accepted = request.accept_encodings
    if brotli is not None and accepted["br"] > 0:
        return "br", brotli
    return ("gzip", packed) if accepted["gzip"] > 0 else ("", plain)


def _icon() -> str:
    from dashboard.assets import assets

    return assets()["icon.svg"].name


def _health(site: Site) -> Response:
    """Say which edition is served, and which other one is current in the folder: a restart shows that."""
    g.policy = "data"
    library = site.library
    told: dict[str, Any] = {"status": "ok", "snapshot": library.current.id}
    told["indicators"] = len(library.current.catalogue.indicators)
    try:
        pointed = library.pointer()
    except (SnapshotError, OSError):
        told["newer"], told["problem"] = None, "the folder of snapshots names no current one"
    else:
        told["newer"] = pointed if pointed != library.current.id and _ID.fullmatch(pointed) else None
    response = jsonify(told)
    response.cache_control.no_store = True
    return response
