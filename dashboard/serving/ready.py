"""Answers kept whole for half a minute, packed as they went out, so that a front page's readers cost a look-up each.

Kept is only what the application calls public or revalidates by an ETag, asked for by a name of our own: what a
stranger invents (hosts, headers) is never part of a key, and the store is bounded in bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from dashboard.serving import limits

Key = tuple[bytes, bytes, bytes, str]


@dataclass(frozen=True)
class Kept:
    """One answer, whole, and until when it may be given (seconds of the loop's clock)."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: bytes
    until: float

    @property
    def size(self) -> int:
        """Bytes it holds."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers)


@dataclass
class Ready:
    """The store; `hosts` are the names under which the site itself is reached, `clock` gives seconds."""

    hosts: frozenset[bytes]
    clock: Callable[[], float]
    held: int = 0
    _kept: OrderedDict[Key, Kept] = field(default_factory=OrderedDict)

    def key(self, method: str, path: bytes, query: bytes, scheme: str, headers: Mapping[bytes, bytes]) -> Key | None:
        """Return under what an answer is kept; None for a request that is always asked anew."""
        if method != "GET" or headers.get(b"host") not in self.hosts or b"range" in headers:
            return None
        accepted = headers.get(b"accept-encoding", b"")
        packed = b"br" if b"br" in accepted else b"gzip" if b"gzip" in accepted else b""
        # Weights such as "gzip;q=0" are rare and left to the application.
        return None if b"q=" in accepted else (path, query, packed, scheme)

    def find(self, key: Key) -> Kept | None:
        """Return what is kept under a key and still fresh."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.until < self.clock():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, key: Key, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Keep an answer for a while; the least recently asked for make room."""
        named = dict(headers)
        may = status == HTTPStatus.OK and b"etag" in named and b"set-cookie" not in named
        if not may or b"no-store" in named.get(b"cache-control", b""):
            return
        kept = Kept(tuple(headers), body, named[b"etag"], self.clock() + limits.READY_S)
        if kept.size > limits.READY_LARGEST:
            return
        self._drop(key)
        self._kept[key] = kept
        self.held += kept.size
        while self.held > limits.READY_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self.held -= gone.size


def unchanged(kept: Kept, asked: bytes) -> bool:
    """Return whether the asker names the validator of this answer (weak comparison, RFC 9110 8.8.3.2)."""
    own = kept.etag.removeprefix(b"W/")
    return any(tag.strip().removeprefix(b"W/") in (own, b"*") for tag in asked.split(b","))
