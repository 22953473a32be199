"""Addresses of editions that are gone: each leads to the same address of the edition that took its place."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from flask import Response, g, jsonify, request
from markupsafe import Markup

from config.schema import LANGS
from config.successors import Succession
from dashboard import public
from dashboard.address import preferred_language, renamed, replaced_in
from dashboard.answers import wants_json
from dashboard.i18n import Words
from dashboard.pages.replaced import sentence
from dashboard.site import Site

OEMBED = "/oembed"
HOUR = 3600
PERMANENT = 308


def to_successor(site: Site) -> Response | None:
    """Return the way to the successor's address when the request names a replaced edition, None when it does not.

    Answered for every pinned page, form, file of a snapshot, and for oEmbed of one; the rest of the address is kept. It
    is kept by readers for an hour only, since a successor may be replaced in its turn.
    """
    found = _found(request.path, site.library.successors)
    if found is None:
        return None
    one, target = found
    response = _body(one, target)
    response.status_code = PERMANENT
    response.headers["Location"] = target
    response.headers["Link"] = f'<{public.origin()}{target}>; rel="successor-version"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.public, response.cache_control.max_age = True, HOUR
    g.policy = "open"
    return response


def _found(path: str, successors: Mapping[str, Succession]) -> tuple[Succession, str] | None:
    """Return the succession that concerns a request, and the path and query that take its place."""
    if path == OEMBED:
        return _asked_about(successors)
    one = replaced_in(path, successors)
    if one is None:
        return None
    query = quote(request.query_string, safe="%!$&'()*+,/:;=?@[]~")
    return one, quote(renamed(path, one), safe="/@:+,") + (f"?{query}" if query else "")


def _asked_about(successors: Mapping[str, Succession]) -> tuple[Succession, str] | None:
    """Return the same for a question of oEmbed, whose `url` is the pinned address."""
    try:
        parts = urlsplit(request.args.get("url", ""))
    except ValueError:  # no address at all, as oEmbed then says
        return None
    one = replaced_in(unquote(parts.path), successors)
    if one is None:
        return None
    url = urlunsplit(parts._replace(path=renamed(unquote(parts.path), one)))
    asked = [(key, url if key == "url" else value) for key, value in request.args.items(multi=True)]
    return one, f"{OEMBED}?{urlencode(asked)}"


def _body(one: Succession, target: str) -> Response:
    first = request.path.lstrip("/").split("/")[0]
    words = Words(first if first in LANGS else preferred_language(request.headers.get("Accept-Language")))
    told = sentence(words, one)
    if wants_json():
        return jsonify({"replaced": one.replaced, "successor": one.successor, "detail": told, "location": target})
    page = Markup(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
        '<body><p>{}</p><p><a href="{}">{}</a></p></body></html>'
    )
    text = page.format(words.lang, words("Moved"), told, target, target)
    return Response(str(text), mimetype="text/html")
