"""A publisher that speaks raw bytes on loopback: whatever a script writes, where and how slowly it likes."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

Piece: TypeAlias = "bytes | Callable[[socket.socket, threading.Event], None]"
PAUSE_S = 0.01


def silence(_: socket.socket, over: threading.Event) -> None:
    """Say nothing more."""
    over.wait(60)


def reset(connection: socket.socket, _: threading.Event) -> None:
    """Close by a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def drip(sign: bytes) -> Piece:
    """Send one sign after another, for ever."""

    def send(connection: socket.socket, over: threading.Event) -> None:
        while not over.wait(PAUSE_S):
            connection.sendall(sign)

    return send


def flood(block: bytes) -> Piece:
    """Send as fast as it goes, for ever."""

    def send(connection: socket.socket, over: threading.Event) -> None:
        while not over.is_set():
            connection.sendall(block)

    return send


class Publisher:
    """Serves scripts, each at an address of its own, where it answers every call."""

    def __init__(self, certificate: Path | None = None) -> None:
        self._over = threading.Event()
        self._listeners: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._context = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)

    def serve(self, script: Iterable[Piece]) -> str:
        """Return the address at which every call is answered by this script."""
        listener = socket.create_server(("127.0.0.1", 0))
        self._listeners.append(listener)
        self._start(self._listen, listener, tuple(script))
        return f"{'https' if self._context else 'http'}://127.0.0.1:{listener.getsockname()[1]}/t"

    def close(self) -> None:
        """End all scripts."""
        self._over.set()
        for listener in self._listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self._threads:
            thread.join()

    def _start(self, target: Callable[..., None], *rest: object) -> None:
        thread = threading.Thread(target=target, args=rest, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self, listener: socket.socket, script: tuple[Piece, ...]) -> None:
        while not self._over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._start(self._answer, connection, script)

    def _answer(self, connection: socket.socket, script: tuple[Piece, ...]) -> None:
        context = self._context
        try:
            with context.wrap_socket(connection, server_side=True) if context else connection as plain:
                plain.settimeout(60)
                head = b""
                while b"\r\n\r\n" not in head and (piece := plain.recv(4096)):
                    head += piece
                for part in script:
                    plain.sendall(part) if isinstance(part, bytes) else part(plain, self._over)
        except (OSError, ValueError):
            connection.close()  # the client had enough
