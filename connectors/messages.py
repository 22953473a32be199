"""How `connectors.apart` and the process of `connectors.reader` speak: one pickle after another, a word and a value."""

from __future__ import annotations

import os
import pickle
from typing import IO, Any

GIVEN, REFUSED, UNFORESEEN, NO_MEMORY, ENDED = "given", "refused", "unforeseen", "no memory", "ended"
_PIECE = 1024 * 1024


class Exactly:
    """A pipe read to the end of a message and not one byte further: what follows is the next reader's."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer; less only at the end of the pipe."""
        view, arrived = memoryview(buffer), 0
        while arrived < len(view) and (piece := os.read(self._descriptor, min(len(view) - arrived, _PIECE))):
            view[arrived : arrived + len(piece)] = piece
            arrived += len(piece)
        return arrived

    def read(self, size: int) -> bytes:
        """Return so many bytes; fewer only at the end of the pipe."""
        content = bytearray(size)
        return bytes(content[: self.readinto(content)])

    def readline(self) -> bytes:
        """Refuse: messages of this protocol have no lines."""
        raise EOFError


def put(stream: IO[bytes], message: Any) -> None:
    """Write one message; raises OSError where the other side is gone."""
    pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def take(stream: Any) -> Any:
    """Return the next message; raises EOFError where the other side is gone, though it be in the middle of one."""
    try:
        return pickle.load(stream)  # noqa: S301 - between our own processes
    except pickle.UnpicklingError as error:
        raise EOFError from error
