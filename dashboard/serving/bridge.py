"""From a request that has arrived whole to the WSGI application and back, in two lanes of threads.

A lane has a fixed number of threads and of requests that may wait for one; what is beyond is told to come again
(503). Costly forms have a lane of their own: however many are asked for, a page waits for pages only.
"""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from wsgiref.util import FileWrapper

from dashboard.serving import limits
from dashboard.serving.connection import refusal
from dashboard.serving.ready import Kept, Ready, unchanged

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# What a 304 repeats (RFC 9110, 15.4.5).
REVALIDATED = frozenset((b"cache-control", b"etag", b"vary", b"expires", b"content-location"))
BUSY = "The server is busy with other requests; try again in a moment."


@dataclass
class Lane:
    """Threads for one kind of request, and how many requests are under way or wait for one."""

    name: str
    threads: int
    waiting: int
    taken: int = 0
    pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix=self.name)

    @property
    def full(self) -> bool:
        """Whether one more request would have to wait too long."""
        return self.taken >= self.threads + self.waiting


@dataclass
class Answer:
    """What the application answered: a status, headers, and a body of known length or a file to be read."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    file: FileWrapper | None = None

    def start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        """Take status and headers, as WSGI's `start_response`; an error is logged by the application itself."""
        self.status = int(status.split(" ", 1)[0])
        # The server states the date itself.
        told = ((name.lower(), value) for name, value in headers if name.lower() != "date")
        self.headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in told]


class Bridge:
    """An ASGI application around a WSGI one; `costly` says by its path which requests take the slow lane."""

    def __init__(self, wsgi: Wsgi, costly: Callable[[str], bool], hosts: Iterable[str] = ()) -> None:
        self._wsgi = wsgi
        self._costly = costly
        self._ready = Ready(frozenset(host.encode() for host in hosts), time.monotonic)
        self._pages = Lane("page", limits.PAGE_THREADS, limits.PAGES_WAITING)
        self._slow = Lane("costly", limits.COSTLY_THREADS, limits.COSTLY_WAITING)
        self._held = 0  # bytes of answers that are being sent

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = dict(scope["headers"])
        key = self._ready.key(scope["method"], scope["raw_path"], scope["query_string"], scope["scheme"], asked)
        kept = self._ready.find(key) if key else None
        if kept is not None:
            await _deliver_kept(kept, asked.get(b"if-none-match", b""), send)
            return
        body = await _whole(receive)
        if body is None:
            return
        environ = _environ(scope, body)
        costly = self._costly(scope["path"])
        lane = self._slow if costly else self._pages
        if lane.full:
            await _send_refusal(send)
            return
        lane.taken += 1
        try:
            answer = await asyncio.get_running_loop().run_in_executor(lane.pool, self._ask, environ)
        finally:
            lane.taken -= 1
        # Large answers wait for their readers in memory; a page is small and is always given.
        if len(answer.body) > limits.PIECE and self._held + len(answer.body) > limits.WAITING_BYTES:
            await _send_refusal(send)
            return
        if key and answer.file is None:
            self._ready.keep(key, answer.status, answer.headers, answer.body)
        self._held += len(answer.body)
        try:
            await _deliver(answer, send)
        finally:
            self._held -= len(answer.body)

    def close(self) -> None:
        """Let the threads end."""
        for lane in (self._pages, self._slow):
            lane.pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, environ: dict[str, Any]) -> Answer:
        answer = Answer()
        found = self._wsgi(environ, answer.start)
        wrapped = getattr(found, "file_wrapper", found)
        if isinstance(wrapped, FileWrapper):
            answer.file = wrapped
            return answer
        try:
            answer.body = b"".join(found)
        finally:
            close = getattr(found, "close", None)
            if close is not None:
                close()
        return answer


async def _whole(receive: Receive) -> bytes | None:
    """Return the body of the request; None when the asker left. The connection has bounded its size and its time."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)


async def _deliver(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if answer.file is not None:
        await _deliver_file(answer.file, send)
        return
    # In pieces: each waits until the reader has taken the one before.
    view = memoryview(answer.body)
    for start in range(0, max(len(view), 1), limits.PIECE):
        more = start + limits.PIECE < len(view)
        piece = bytes(view[start : start + limits.PIECE]) if len(view) > limits.PIECE else answer.body
        await send({"type": "http.response.body", "body": piece, "more_body": more})


async def _deliver_kept(kept: Kept, asked: bytes, send: Send) -> None:
    if asked and unchanged(kept, asked):
        told = [(name, value) for name, value in kept.headers if name in REVALIDATED]
        await send({"type": "http.response.start", "status": 304, "headers": told})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
    await send({"type": "http.response.body", "body": kept.body})


async def _deliver_file(file: FileWrapper, send: Send) -> None:
    """Send a file piece by piece; it lies on our own disk, so that reading it takes no thread."""
    try:
        while piece := file.filelike.read(limits.PIECE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        file.filelike.close()


async def _send_refusal(send: Send) -> None:
    headers, body = refusal(503, BUSY)
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _environ(scope: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Return the request as WSGI has it (PEP 3333)."""
    host, port = scope.get("server") or ("127.0.0.1", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in scope["headers"]:
        key = name.decode("latin-1").upper().replace("-", "_")
        # Transfer-Encoding is spent: the body is here as a whole.
        if key == "TRANSFER_ENCODING":
            continue
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ and key != "HTTP_HOST" else text
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
