"""Answers over HTTP: pages with their validators, and errors as a page or as RFC 9457 problem details."""

from __future__ import annotations

import hashlib
import logging
import traceback

from flask import Response, g, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from config.schema import LANGS, Lang
from config.snapshot import SnapshotError
from dashboard import public
from dashboard.address import FORMS, PICTURES, preferred_language
from dashboard.assets import assets
from dashboard.i18n import Words
from dashboard.pages.visit import Visit
from dashboard.selection import AddressError
from dashboard.site import Site

LOG = logging.getLogger("four_pillars")
DATA = tuple(f".{form}" for form in FORMS if form not in PICTURES)
HEADINGS = {
    400: "This address does not work",
    404: "Not here",
    405: "Request not allowed",
    500: "Our fault",
    503: "Not to be shown",
}


def etag(visit: Visit, salt: str = "") -> str:
    """Return the validator of a page: it changes with snapshot, words, address, day and our own files."""
    files = "".join(asset.name for asset in assets().values())
    known = (visit.edition.id, visit.edition.words, *visit.snapshots, visit.address.url, *visit.address.ignored)
    text = "|".join((*known, str(visit.today), files, salt))
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def page_response(text: str, mark: str, status: int = 200) -> Response:
    """Return a page that is kept but asked for again each time."""
    response = Response(text, status=status, mimetype="text/html")
    response.set_etag(mark, weak=True)
    response.cache_control.no_cache = True
    return response


def failed(site: Site, error: Exception) -> Response:
    """Return the answer to a failed request, in the page's language and in the form that was asked for."""
    lang = _language()
    words = Words(lang)
    status, sentence = _said(error, words)
    heading = words(HEADINGS.get(status, "This address does not work"))
    if status >= 500:
        _log(error)
    if wants_json():
        return _allowing(problem(status, heading, sentence), error)
    g.with_scripts = False
    response = Response(site.error(lang, heading, sentence, public.origin()), status, mimetype="text/html")
    response.cache_control.no_store = True
    return _allowing(response, error)


def _log(error: Exception) -> None:
    """Write down which of our lines failed, and nothing of what the asker sent but a path that is one line."""
    where = "".join(traceback.format_tb(error.__traceback__))
    path = request.path[:200].encode("unicode_escape").decode("ascii")
    LOG.error("%s %s failed: %s\n%s", request.method[:20], path, _named(error), where)


def _named(error: Exception) -> str:
    """The kind of an error; of a damaged edition what is wrong with it, which no asker can have written."""
    return str(error) if isinstance(error, SnapshotError) else type(error).__name__


def _allowing(response: Response, error: Exception) -> Response:
    """The answer, with the methods that are allowed where another was used."""
    if isinstance(error, MethodNotAllowed):
        response.allow.update(error.valid_methods or ())
    return response


def problem(status: int, title: str, detail: str) -> Response:
    """Return problem details by RFC 9457."""
    response = jsonify(
        {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.path}
    )
    response.status_code = status
    response.mimetype = "application/problem+json"
    response.cache_control.no_store = True
    return response


def wants_json() -> bool:
    """Return whether the asker is a program: of the API, of a data form, or Dash itself."""
    return request.path.startswith(("/api/", "/_dash", "/oembed")) or request.path.endswith(DATA)


def _language() -> Lang:
    first = request.path.lstrip("/").split("/")[0]
    return first if first in LANGS else preferred_language(request.headers.get("Accept-Language"))


def _said(error: Exception, words: Words) -> tuple[int, str]:
    if isinstance(error, AddressError):
        return error.status, words(error.message, **error.values)
    if isinstance(error, HTTPException) and error.code and error.code < 500:
        if error.code == 404:
            return 404, words("There is nothing at {path}.", path=request.path[:200])
        return error.code, words("The request could not be read: {reason}.", reason=error.name)
    if isinstance(error, SnapshotError):
        return 503, words(
            "A edition that this address needs is missing or damaged on this server, so nothing is shown of it. "
            "Those who run the site can see which and why in its log."
        )
    return 500, words("Something failed on our side. The figures are untouched; please try again.")
