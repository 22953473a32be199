"""Serve an application until it is told to stop."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence

import uvicorn

from dashboard import painter
from dashboard.serving import limits
from dashboard.serving.bridge import Bridge, Wsgi
from dashboard.serving.connection import Connection

# Forms that cost a tenth of a second or more, by how the address ends, and tables that are made whole.
COSTLY_ENDINGS = (".png", ".pdf", ".zip", ".parquet", ".xlsx")
COSTLY_STARTS = ("/api/v1/scores",)
SWITCH_S = 0.001
# mallopt(3): where a block is large, and how many heaps the threads share.
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
LARGE, HEAPS = 128 * 1024, 2
COSTLY_PARTS = ("/overall.", "/overall@")


def costly(path: str) -> bool:
    """Return whether a request takes the lane of costly forms."""
    if path.endswith(COSTLY_ENDINGS) or path.startswith(COSTLY_STARTS):
        return True
    return any(part in path for part in COSTLY_PARTS)


def server(wsgi: Wsgi, host: str, port: int, hosts: Sequence[str] = ()) -> uvicorn.Server:
    """Return a server of a WSGI application that is not yet started; `hosts` are the names it is known by."""
    config = uvicorn.Config(
        Bridge(wsgi, costly, hosts=hosts or (f"{host}:{port}", f"localhost:{port}")),
        host=host,
        port=port,
        http=Connection,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=limits.IDLE_S,
        timeout_graceful_shutdown=limits.STOPPING_S,
        backlog=2_048,
    )
    return uvicorn.Server(config)


def run(wsgi: Wsgi, host: str, port: int, hosts: Sequence[str] = ()) -> None:
    """Serve until SIGTERM or Ctrl-C; answers under way are finished first."""
    # A page that is ready waits at most this long for a thread that computes, instead of Python's 5 ms.
    sys.setswitchinterval(SWITCH_S)
    _give_memory_back()
    with painter.started():
        server(wsgi, host, port, hosts).run()


def _give_memory_back() -> None:
    """Let glibc return large blocks at once; by itself it keeps what the largest answer of each thread once took."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_ARENA_MAX, HEAPS)
