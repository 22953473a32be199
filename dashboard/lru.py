"""A small store that forgets what was not used for longest."""

from __future__ import annotations

from threading import Lock


class Lru:
    """A small store of finished things, the least recently used leaves first; safe between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: dict[object, object] = {}
        self._lock = Lock()

    def get(self, key: object) -> object | None:
        """Return what was kept under `key`, or None."""
        with self._lock:
            value = self._kept.pop(key, None)
            if value is not None:
                self._kept[key] = value
            return value

    def keep(self, key: object, value: object) -> None:
        """Keep `value` under `key`; the least recently used one makes room."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = value
            while len(self._kept) > self._size:
                self._kept.pop(next(iter(self._kept)))
