"""Which answers pages of other origins may read (CORS): everything for programs, errors and preflight included."""

from __future__ import annotations

import re

from flask import Response, g, request

from dashboard.address import FORMS

# The interface, the feeds, and every form of a chart but the embed, which is framed and not read.
_FORM = "|".join(re.escape(form) for form in (*FORMS, "pdf") if form != "html")
OPEN = re.compile(rf"/(api/.*|oembed|(\w\w/)?feed\.xml|\w\w/.*\.({_FORM}))", re.DOTALL)
METHODS = "GET, HEAD, OPTIONS"
EXPOSED = "Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag"
ASKED = "Accept, If-Modified-Since, If-None-Match, If-Range, Range"  # request headers a page may set
DAY = 86400


def share(response: Response) -> Response:
    """Let pages of every origin read an open answer, its errors and the headers a client needs."""
    if not OPEN.fullmatch(request.path):
        return response
    g.policy = "open"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = ASKED
        response.headers["Access-Control-Max-Age"] = str(DAY)
    return response
