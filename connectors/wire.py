"""What stands between `connectors.http` and the socket: every byte of an exchange is read under its bounds.

The libraries look at the time between pieces of a body only. A status line, a header, a chunk's size, an interim answer
or a trailer that drips would be waited for without end; here each look at the socket waits no longer than what is left
of the call, over TLS and through a proxy as well.
"""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

MOST_INTERIM = 20  # "100 Continue" and "103 Early Hints" before the answer itself; more never come to an end
HEAD_BYTES = 256 * 1024  # of the status line and the headers together; the largest seen have 8 kB


@dataclass
class Bounds:
    """What is left of a call: seconds until its deadline, seconds of silence, and bytes, which reading uses up."""

    seconds_left: Callable[[], float]
    silence_s: float
    bytes_left: int


_BOUNDS: ContextVar[Bounds | None] = ContextVar("bounds of the exchange under way", default=None)


class BeyondBoundsError(http.client.HTTPException):
    """An answer had more bytes or more interim answers than its bounds allow."""


@contextmanager
def under(bounds: Bounds) -> Iterator[None]:
    """Read every answer of this thread within `bounds`."""
    before = _BOUNDS.set(bounds)
    try:
        yield
    finally:
        _BOUNDS.reset(before)


class _Watched(io.RawIOBase):
    """The socket's bytes, as long as time and size allow."""

    def __init__(self, raw: Any, connection: socket.socket, bounds: Bounds) -> None:
        self._raw, self._connection, self._bounds = raw, connection, bounds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._bounds.seconds_left()
        if left <= 0:
            raise TimeoutError("the call's time is over")
        self._connection.settimeout(min(left, self._bounds.silence_s))
        count: int | None = self._raw.readinto(buffer)
        self._bounds.bytes_left -= count or 0
        if self._bounds.bytes_left < 0:
            raise BeyondBoundsError("the answer is larger than allowed")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer whose every byte is read under the bounds of the call, and whose interim answers are read past."""

    def __init__(self, connection: socket.socket, *rest: Any, **options: Any) -> None:
        super().__init__(connection, *rest, **options)
        self._bounds = _BOUNDS.get()
        if self._bounds:
            self.fp = io.BufferedReader(_Watched(self.fp.detach(), connection, self._bounds))

    def begin(self) -> None:
        if self._bounds is None:
            return super().begin()
        body_bytes, self._bounds.bytes_left = self._bounds.bytes_left, HEAD_BYTES
        super().begin()
        self._bounds.bytes_left = body_bytes
        return None

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MOST_INTERIM + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise BeyondBoundsError(f"more than {MOST_INTERIM} interim answers")


class _Connection(HTTPConnection):
    response_class = _Answer


class _TLSConnection(HTTPSConnection):
    response_class = _Answer


class _Adapter(HTTPAdapter):
    def get_connection_with_tls_context(self, *rest: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*rest, **options)
        pool.ConnectionCls = _TLSConnection if pool.scheme == "https" else _Connection
        return pool


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Find none: `connectors.http` follows redirects itself, and an address may be none at all."""


def session(environment: Mapping[str, str], user_agent: str) -> requests.Session:
    """Return a session that takes nothing from the machine but a proxy and a certificate bundle it was handed."""
    made = _Session()
    made.trust_env = False  # else .netrc could add credentials
    made.headers.update({"User-Agent": user_agent, "Accept-Encoding": "gzip"})
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        made.mount(scheme, _Adapter())
    proxy = environment.get("HTTPS_PROXY") or environment.get("https_proxy")
    if proxy:
        made.proxies["https"] = proxy
    bundle = environment.get("REQUESTS_CA_BUNDLE")
    if bundle:
        made.verify = bundle
    return made


def location(answer: requests.Response) -> str:
    """Return where an answer redirects to, "" where it says nothing; written as UTF-8 or as Latin-1 stands for."""
    said = answer.headers.get("Location", "")
    try:
        # http.client reads every header as Latin-1; addresses are written in UTF-8 where they are not ASCII.
        return said.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return said.strip()
