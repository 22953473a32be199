"""Read a publisher's file in a process of its own, so that what it becomes is bounded: processor time and memory.

A cap on bytes says little: 1.4 kB of a workbook can promise two thousand million rows. A server with the libraries
loaded (`connectors.reader`) forks a reader per source, in some milliseconds; it gets the files, says what it read and
is gone. Beyond `connectors.limits.Budget` it is ended, and the source's line says so. Where a system knows no fork or
no such limits, the clock alone ends it. `multiprocessing` would run the program's main file again in each process.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from connectors.boundary import logged, within
from connectors.errors import BeyondLimits
from connectors.limits import MIB, Budget
from connectors.messages import ENDED, NO_MEMORY, REFUSED, UNFORESEEN, put, take

Value = TypeVar("Value")

_SERVE = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from connectors.reader import serve; serve()"
_NO_TIME = "no time"
_NO_ANSWER = "EOFError", "the process that reads files ended", ""
_POSIX = os.name == "posix"


def call(source_id: str, budget: Budget, function: Callable[..., Value], *arguments: Any) -> Value:
    """Return `function(*arguments)`, run in a process of its own; function and arguments must be known by name.

    Raises BeyondLimits when it takes more than the budget, ConnectorError as the function does, and ConnectorBroken
    for any other error, whose place goes to the log.
    """
    word, said = within(source_id, lambda: SERVER.do(budget, (function, arguments)))
    if word == REFUSED:
        raise said
    if word == UNFORESEEN:
        raise logged(source_id, *said)
    if word == NO_MEMORY:
        limit = f"{budget.memory // MIB} MiB of memory"
    elif word == _NO_TIME:
        limit = f"{budget.seconds:g} s"
    else:
        value: Value = said
        return value
    raise BeyondLimits(source_id, f"reading its files takes more than {limit}, the limit for one source")


@dataclass(frozen=True)
class Taken:
    """What a reader took: seconds of the processor, and MiB at its peak, files and libraries included."""

    seconds: float = 0.0
    peak_mib: float = 0.0


class Server:
    """The process that forks readers: started when it is needed, and anew when a reader took it along."""

    def __init__(self) -> None:
        self.last = Taken()
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def do(self, budget: Budget, job: tuple[Callable[..., Any], tuple[Any, ...]]) -> tuple[str, Any]:
        """Return the word and the value that a reader answers a job with."""
        with self._turn:
            process = self._running()
            overdue = threading.Event()
            watch = threading.Timer(budget.wall_s, _end, [process, overdue])
            watch.start()
            try:
                return self._asked(process, budget, job)
            except (EOFError, OSError):
                _end(process)
                return (_NO_TIME, None) if overdue.is_set() else (UNFORESEEN, _NO_ANSWER)
            except BaseException:
                _end(process)
                raise
            finally:
                watch.cancel()
                if process.poll() is not None:
                    self.close()

    def close(self) -> None:
        """End the process; the next job starts another."""
        process, self._process = self._process, None
        if process and process.stdin and process.stdout:
            with suppress(OSError):  # of an end that nobody reads any more
                process.stdin.close()
            process.stdout.close()
            process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            command = [sys.executable, "-c", _SERVE, json.dumps(sys.path)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=_POSIX
            )
        return self._process

    def _asked(self, process: subprocess.Popen[bytes], budget: Budget, job: Any) -> tuple[str, Any]:
        """Return what the reader says; why it ended where it says nothing."""
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        put(process.stdin, budget)
        with suppress(BrokenPipeError):  # a reader that cannot hold the files ends before it has them all
            put(process.stdin, job)
        answer: tuple[str, Any] = take(process.stdout)
        if not _POSIX:
            return answer
        word, (status, seconds, peak_kib) = answer if answer[0] == ENDED else take(process.stdout)
        self.last = Taken(seconds, peak_kib / 1024)
        if status:
            process.wait()  # the server goes with a reader that did not end well
        if answer[0] != word:
            return answer
        return _NO_TIME if os.WTERMSIG(status) == signal.SIGXCPU else NO_MEMORY, None


def _end(process: subprocess.Popen[bytes], overdue: threading.Event | None = None) -> None:
    """End the server and the reader it has under way."""
    if overdue:
        overdue.set()
    if _POSIX:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


SERVER = Server()
atexit.register(SERVER.close)
