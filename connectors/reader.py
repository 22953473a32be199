"""The process that reads publishers' files for `connectors.apart`: a server that forks one reader per job.

Started with the pipes of its standard input and output. A job is a function and its arguments; what comes back is a
word and a value: what the function returned, the ConnectorError it refused the file with, an error nobody foresaw, or
that memory was short. Then the server says how the reader ended and what it held at most.
"""

from __future__ import annotations

import math
import os
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
from connectors.messages import ENDED, GIVEN, NO_MEMORY, REFUSED, UNFORESEEN, Exactly, put, take

try:
    import resource
except ImportError:  # a system without such limits
    resource = None  # type: ignore[assignment]

_STATM = Path("/proc/self/statm")  # its sixth number: pages of data


def serve() -> None:
    """Do jobs until there are no more; the entry of the process."""
    jobs = Exactly(os.dup(0))
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
            whole = False
            try:
                whole = _read(jobs, answers, budget)
            finally:
                os._exit(0 if whole else 1)
        _, status, used = os.wait4(pid, 0)
        put(answers, (ENDED, (status, used.ru_utime + used.ru_stime, used.ru_maxrss)))
        if status:
            return  # a part of a job or of an answer may be left in the pipes


def _next(jobs: Exactly) -> Budget | None:
    try:
        budget: Budget = take(jobs)
    except EOFError:
        return None
    return budget


def _read(jobs: Exactly, answers: IO[bytes], budget: Budget) -> bool:
    """Do one job under the budget, say what became of it, and return whether the pipe is ready for the next."""
    if resource is not None:
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_CPU, math.ceil(budget.seconds))
    if resource is not None and _STATM.exists():
        held = int(_STATM.read_text(encoding="ascii").split()[5]) * resource.getpagesize()
        _limit(resource.RLIMIT_DATA, held + budget.memory)
    word, said, whole = _said(jobs)
    put(answers, (word, said))
    return whole


def _said(jobs: Exactly) -> tuple[str, Any, bool]:
    """Return the word and the value that answer a job, and whether the job was taken from the pipe to its end."""
    whole = False
    try:
        function, arguments = take(jobs)
        whole = True
        return GIVEN, function(*arguments), whole
    except ConnectorError as error:
        return REFUSED, error, whole
    except MemoryError:
        return NO_MEMORY, None, whole
    except BaseException as error:  # noqa: BLE001 - told to the one who asked, with its place
        if type(error).__name__ == "PanicException":  # so a library in Rust says that it was given no memory
            return NO_MEMORY, None, whole
        place = "".join(traceback.format_exception(error, limit=-FRAMES)).rstrip()
        return UNFORESEEN, (type(error).__name__, str(error), place), whole


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
