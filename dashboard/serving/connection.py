"""One connection: uvicorn's HTTP/1.1 with deadlines for what arrives, limits of its size, and headers on refusals."""

from __future__ import annotations

import asyncio
from asyncio.events import TimerHandle
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dashboard import security
from dashboard.serving import limits


def refusal(status: int, sentence: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return headers and body of an answer that the application never sees; it has the security headers of all."""
    body = sentence.encode()
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "connection": "close",
        **security.bare(),
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = "2"
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()], body


class Connection(HttpToolsProtocol):
    """uvicorn's connection that ends what is too slow, too large or too many, in one sentence with all headers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: TimerHandle | None = None
        self._stalled: TimerHandle | None = None
        self._head = 0  # bytes of the head that is arriving
        self._in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, or refuse where too many connections are open."""
        super().connection_made(transport)
        if len(self.connections) > limits.CONNECTIONS:
            self._refuse(503, "Too many connections are open; try again in a moment.")
            return
        self._wait(limits.HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """End, and forget every deadline."""
        self._wait(None)
        if self._stalled is not None:
            self._stalled.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what arrived, unless the head of the request outgrows its limit."""
        if self.transport.is_closing():
            return
        if self._in_head:
            if self._deadline is None:
                self._wait(limits.HEAD_S)
            self._head += len(data)
        super().data_received(data)
        if self.parser is not None and self._in_head and self._head > limits.HEAD_BYTES:
            long_address = len(getattr(self, "url", b"")) > limits.URL_BYTES
            self._refuse(*((414, "The address is too long.") if long_address else (431, "The headers are too long.")))

    def on_headers_complete(self) -> None:
        """Hand the request on; its body has a deadline of its own."""
        self._in_head, self._head = False, 0
        self._wait(limits.BODY_S)
        if len(self.url) > limits.URL_BYTES:
            self._refuse(414, "The address is too long.")
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body, unless there is more than is read."""
        if self.cycle is not None and len(self.cycle.body) + len(body) > limits.BODY_BYTES:
            self._refuse(413, f"A request may carry {limits.BODY_BYTES} bytes, not more.")
            return
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is here: the asker has done its part."""
        self._in_head = True
        self._wait(None)
        if not self.transport.is_closing():
            super().on_message_complete()

    def pause_writing(self) -> None:
        """The reader is slow: wait for it, but not for ever."""
        super().pause_writing()
        self._stalled = self.loop.call_later(limits.STALLED_S, self.transport.abort)

    def resume_writing(self) -> None:
        """The reader goes on."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(400, msg)

    def _wait(self, seconds: float | None) -> None:
        """Set the deadline of what is to arrive; None when nothing is waited for."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        self._deadline = None
        # Nothing was asked yet: there is nobody to answer.
        if self._in_head and self._head == 0:
            self.transport.close()
            return
        self._refuse(408, "The request did not arrive in time.")

    def _refuse(self, status: int, sentence: str) -> None:
        if self.transport.is_closing():
            return
        answering = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if not answering:
            headers, body = refusal(status, sentence)
            head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
            line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
            self.transport.write(line + head + b"\r\n" + body)
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._wait(None)
        self.transport.close()
