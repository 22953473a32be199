"""Work that holds the interpreter for a tenth of a second, done in a process of its own where a server asks for one.

Painting a picture or typesetting a page keeps Python's lock all the while: every other answer would wait. The server
starts one painter; without one, as in tests and commands, the work is done on the spot.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")

# Pictures and papers one process makes before a fresh one takes over, so that nothing it may leak adds up.
TASKS = 500


class _Painter:
    """The process that works apart; none until a server starts one."""

    pool: ProcessPoolExecutor | None = None


def call(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Return what `work` gives, from the process apart where there is one; it and its arguments can be pickled."""
    pool = _Painter.pool
    if pool is None:
        return work(*args, **kwargs)
    try:
        return pool.submit(work, *args, **kwargs).result()
    except BrokenProcessPool:
        # The process was killed, by the system or by what it was given; the next one starts afresh.
        _Painter.pool = _pool()
        raise


@contextmanager
def started() -> Iterator[None]:
    """Work in a process apart while the block runs."""
    _Painter.pool = _pool()
    try:
        yield
    finally:
        _Painter.pool.shutdown(wait=False, cancel_futures=True)
        _Painter.pool = None


def _pool() -> ProcessPoolExecutor:
    # Never a fork of a process with threads: a lock that is held at that moment would stay held.
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=TASKS)
