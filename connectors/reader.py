"""The process that reads publishers' files for `connectors.apart`: a server that forks one reader per job.

Started with the pipes of its standard input and output. A job is a function and its arguments; what comes back is a
word and a value: what the function returned, the ConnectorError it refused the file with, an error nobody foresaw, or
that memory was short. Then the server says how the reader ended and what it held at most.
"""

from __future__ import annotations

import math
import os
import pickle
import traceback
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

import connectors.parsing
import connectors.rdf
import connectors.tables  # noqa: F401 - loaded once here, these cost a reader nothing
from connectors.boundary import FRAMES
from connectors.errors import ConnectorError
from connectors.limits import Budget

try:
    import resource
except ImportError:  # a system without such limits
    resource = None  # type: ignore[assignment]

GIVEN, REFUSED, UNFORESEEN, NO_MEMORY, ENDED = "given", "refused", "unforeseen", "no memory", "ended"
_STATM = Path("/proc/self/statm")  # its sixth number: pages of data


def put(stream: IO[bytes], message: Any) -> None:
    """Write one message."""
    content = pickle.dumps(message)
    stream.write(len(content).to_bytes(8, "big"))
    stream.write(content)
    stream.flush()


def take(stream: IO[bytes]) -> Any:
    """Return the next message; raises EOFError where the other side is gone, though it be in the middle of one."""
    size = int.from_bytes(_exactly(stream, 8), "big")
    return pickle.loads(_exactly(stream, size))  # noqa: S301 - between our own processes


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """Return so many bytes and not one more, which would be the next reader's."""
    content = memoryview(bytearray(size))
    arrived = 0
    while arrived < size:
        count = stream.readinto(content[arrived:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        arrived += count
    return content.obj  # type: ignore[return-value]


def serve() -> None:
    """Do jobs until there are no more; the entry of the process."""
    jobs = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not speak in between
    pa.set_memory_pool(pa.system_memory_pool())  # others take a gigabyte in advance
    pa.set_cpu_count(1)
    while budget := _next(jobs):
        if not hasattr(os, "fork"):
            _read(jobs, answers, budget)
            return
        pid = os.fork()
        if not pid:
            _read(jobs, answers, budget)
            os._exit(0)
        _, status, used = os.wait4(pid, 0)
        put(answers, (ENDED, (status, used.ru_maxrss)))
        if status:
            return  # a part of a job or of an answer may be left in the pipes


def _next(jobs: IO[bytes]) -> Budget | None:
    try:
        budget: Budget = take(jobs)
    except EOFError:
        return None
    return budget


def _read(jobs: IO[bytes], answers: IO[bytes], budget: Budget) -> None:
    """Do one job under the budget and say what became of it."""
    if resource is not None:
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_CPU, math.ceil(budget.seconds))
    if resource is not None and _STATM.exists():
        held = int(_STATM.read_text(encoding="ascii").split()[5]) * resource.getpagesize()
        _limit(resource.RLIMIT_DATA, held + budget.memory)
    function, arguments = take(jobs)
    try:
        said = GIVEN, function(*arguments)
    except ConnectorError as error:
        said = REFUSED, error
    except MemoryError:
        said = NO_MEMORY, None
    except Exception as error:  # noqa: BLE001 - told to the one who asked, with its place
        place = "".join(traceback.format_exception(error, limit=-FRAMES)).rstrip()
        said = UNFORESEEN, (type(error).__name__, str(error), place)
    put(answers, said)


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
