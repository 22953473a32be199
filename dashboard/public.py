"""The site's own address: who is asked, and what every absolute link begins with.

With a public address every link has it, whatever the request says. Without one a link has the host that was asked for.
A text that is kept for all readers has a mark in the place of the address (`unsaid`), which `said` fills in on the way
out; so nothing that is kept depends on a name that an asker invents.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from urllib.parse import quote, urlsplit

from flask import Flask, current_app, g, request
from werkzeug.exceptions import BadRequest

from config.catalogue import ConfigError

PUBLIC, OWN = "PUBLIC_URL", "OWN_ORIGINS"
# Letters and digits only: it is the same in HTML, JSON and within an address. Nobody outside can know or send it.
MARK = f"origin{secrets.token_hex(16)}"
LONGEST = 253  # letters of a host name (RFC 1035)

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = rf"{_LABEL}(?:\.{_LABEL})*\.?"
_HOST = re.compile(rf"(?P<name>{_NAME}|\[[0-9A-Fa-f:.]{{2,45}}\])(?::(?P<port>[0-9]{{1,5}}))?")


def settle(server: Flask, public: str = "", own: tuple[str, ...] = ()) -> None:
    """Tell a server its public address ("" for none) and under which others it is reached by itself."""
    server.config[PUBLIC], server.config[OWN] = public, frozenset((public,) if public else own)
    server.before_request(refuse_no_host)


def checked(url: str) -> str:
    """Return a public address without the slash at its end; ConfigError for what is no scheme and host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not is_host(parts.netloc):
        raise ConfigError(f"--public-url {url!r:.200} is no address; write it as in https://pillars.example")
    if parts.path.rstrip("/") or parts.query or parts.fragment:
        raise ConfigError(
            f"--public-url {url!r:.200}: the site stands at the root of a host, not below a path; give it a host"
        )
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"


def is_host(text: str) -> bool:
    """Return whether a text is a host name or an address, with or without a port."""
    match = _HOST.fullmatch(text)
    return match is not None and len(match["name"]) <= LONGEST and int(match["port"] or 0) < 65_536


def refuse_no_host() -> None:
    """Refuse a request for what is no host name; raises BadRequest."""
    named = request.environ.get("HTTP_HOST")
    if named is not None and not is_host(named):
        g.nowhere = True
        raise BadRequest


def origin() -> str:
    """Return scheme and host of the site for this request, or the mark while a text is made that is kept."""
    if g.get("unsaid"):
        return MARK
    public = cast("str", current_app.config.get(PUBLIC, ""))
    return public or ("" if g.get("nowhere") else f"{request.scheme}://{request.host.lower()}")


def is_secure() -> bool:
    """Return whether readers reach the site by https."""
    return cast("str", current_app.config.get(PUBLIC, "")).startswith("https:") or request.is_secure


def is_own() -> bool:
    """Return whether the request came under a name of the site's own, so that what it gives may be kept whole."""
    return origin() in cast("frozenset[str]", current_app.config.get(OWN, frozenset()))


@contextmanager
def unsaid() -> Iterator[None]:
    """Let `origin` give the mark while the block runs."""
    g.unsaid = True
    try:
        yield
    finally:
        g.unsaid = False


def said(text: str) -> str:
    """Return a text with the address in the place of each mark, within an address too."""
    here = origin()
    return text.replace(f"{MARK}%2F", quote(f"{here}/", safe="")).replace(MARK, here)
