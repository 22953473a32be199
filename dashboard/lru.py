"""A store of finished things that never outgrows its size: what was not used for longest leaves first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from threading import Lock

PLAIN = (str, bytes, int, float, bool, type(None))


def weight(*things: object) -> int:
    """Return about how many bytes things hold: texts, numbers, collections and records of them, each counted once.

    What is none of these counts as itself only: it is shared with others, as a catalogue is.
    """
    seen: set[int] = set()
    waiting, total = list(things), 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        if isinstance(one, PLAIN):
            continue
        if isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        elif is_dataclass(one) and not isinstance(one, type):
            waiting += [getattr(one, field.name) for field in fields(one)]
    return total


class Lru:
    """A store that holds at most `most` bytes, or what `weigh` counts of a key and its value; safe between threads."""

    def __init__(self, most: int, weigh: Callable[[object, object], int] = weight) -> None:
        self._most, self._weigh = most, weigh
        self._kept: dict[object, tuple[object, int]] = {}
        self._lock = Lock()
        self.held = 0

    def get(self, key: object) -> object | None:
        """Return what was kept under `key`, or None."""
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                return None
            self._kept[key] = found
            return found[0]

    def keep(self, key: object, value: object) -> None:
        """Keep `value` under `key` unless it alone is too large; the least recently used ones make room."""
        size = self._weigh(key, value)
        with self._lock:
            self._drop(key)
            if size > self._most:
                return
            self._kept[key] = value, size
            self.held += size
            while self.held > self._most:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: object) -> None:
        self.held -= self._kept.pop(key, (None, 0))[1]
