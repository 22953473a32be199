"""How long, how much and how often a publisher is called, and the clock that measures it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

MIB = 1024 * 1024
_DAY_S = 86_400.0
# What a file becomes. Commas, tabs, brackets and line ends are counted before a reader makes cells of them.
MOST_CELLS = 10_000_000  # of a table of text; the largest seen has 1.2 million
MOST_VALUES = 3_000_000  # of JSON, which is also read while pages are asked for, outside any budget
MOST_TERMS = 500_000  # names and texts of RDF; a page of a thousand described data sets has 200,000
MOST_ROWS = 1_048_576  # of a worksheet, by its own format
MOST_UNPACKED = 256 * MIB  # of one packed file or archive
_FURTHER_S, _FURTHER_BYTES, _MOST_FILES = 1.0, 16 * MIB, 100
_LARGER = {"gtfs": 4}  # a schedule of a country: 100 to 250 MB packed
_YEAR_S = 366 * _DAY_S
_FOREVER_S = 100 * _YEAR_S
_MOST_DIGITS = 15
_QUOTA_BYTES = 64 * 1024  # a body that describes a quota is a few lines
_RENEWED = re.compile(r"(?<![\w])(?:t|reset)\s*=\s*(\d+)")
_WINDOW_ENDS = ("RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset")


@dataclass(frozen=True)
class Limits:
    """How long, how much and how often, per call."""

    connect_s: float = 10.0
    read_s: float = 60.0  # between two pieces of an answer
    total_s: float = 600.0  # for one call with all its retries and waits
    longest_wait_s: float = 120.0  # a publisher that asks for more is left alone until the next refresh
    poll_s: float = 60.0  # longest pause between two looks at an answer that a publisher prepares
    attempts: int = 4
    redirects: int = 5
    wire_bytes: int = 64 * MIB  # the largest file seen has 4
    unpacked_bytes: int = 64 * MIB  # the largest seen has 6

    def of(self, source_id: str) -> Limits:
        """Return the limits for one source: larger where its files are known to be."""
        times = _LARGER.get(source_id, 1)
        return replace(self, wire_bytes=times * self.wire_bytes, unpacked_bytes=times * self.unpacked_bytes)


@dataclass(frozen=True)
class Budget:
    """What reading one source's files may take, in the process that reads them (`connectors.apart`)."""

    seconds: float = 8.0  # of the processor; the slowest file recorded takes 1
    memory: int = 256 * MIB  # the files included, the libraries (90 MiB) not; the largest file recorded takes 120

    @property
    def wall_s(self) -> float:
        """Seconds by the clock, for a machine that does other things too or cannot bound the processor's."""
        return 6 * self.seconds


_LARGE_SOURCES = {
    "gtfs": Budget(120.0, 1024 * MIB),  # millions of stop times, streamed
    "statbel_registers": Budget(60.0, 2048 * MIB),  # a row per person group of the country, saved by hand
}


def budget_of(source_id: str, files: int) -> Budget:
    """Return the budget for reading so many files of a source."""
    first, further = _LARGE_SOURCES.get(source_id, Budget()), max(0, min(files, _MOST_FILES) - 1)
    return Budget(first.seconds + further * _FURTHER_S, first.memory + further * _FURTHER_BYTES)


class Clock(Protocol):
    """Time as this module needs it; tests bring their own."""

    def now(self) -> datetime:
        """Return the moment, with time zone UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


def quota_wait(content: bytes, now: datetime) -> float | None:
    """Return the seconds until a quota described in an answer's JSON body is renewed; None where it describes none.

    Keys as Opendatasoft writes them: `reset_time` (ISO 8601), else a `limit_time_unit` of "day" means a day's wait.
    """
    if len(content) > _QUOTA_BYTES:
        return None
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    try:
        moment = datetime.fromisoformat(str(said.get("reset_time")))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, OverflowError):
        return _DAY_S if said.get("limit_time_unit") == "day" else None


def whole_number(text: str | None) -> int | None:
    """Return a header's number as it is written there, in ASCII digits; None for anything else, or beyond 10^15."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for, written as seconds or as an HTTP date; None for neither."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        # Digits beyond any number of seconds still ask to be left alone.
        return float(whole_number(value) or (0 if not value.strip(" 0") else _FOREVER_S))
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, LookupError, OverflowError):
        return None


def window_wait(reset: str | None, now: datetime) -> float | None:
    """Return the seconds that a header `X-RateLimit-Reset` asks for: seconds to wait, or the moment as POSIX time."""
    number = whole_number(reset)
    if number is None:
        return None
    # Above a year of seconds it can only be a moment.
    return float(number) if number < _YEAR_S else max(0.0, number - now.timestamp())


def policy_wait(said: str | None) -> float | None:
    """Return the seconds until the quota of a header `RateLimit` is renewed, None where it tells of none.

    As the drafts of the IETF write it: `"default";r=0;t=3600`, before that `limit=10, remaining=0, reset=3600`.
    """
    found = [whole_number(seconds) for seconds in _RENEWED.findall(said or "")]
    return max((float(seconds) for seconds in found if seconds is not None), default=None)


def asked_pause(headers: Mapping[str, str], content: bytes, now: datetime, *, limited: bool) -> float | None:
    """Return the seconds an answer asks to wait: Retry-After, and for a rate limit its body, policy or window's end."""
    wait = retry_after(headers.get("Retry-After"), now)
    if wait is None and limited:
        wait = quota_wait(content, now) or policy_wait(headers.get("RateLimit"))
        for name in _WINDOW_ENDS:
            wait = window_wait(headers.get(name), now) if wait is None else wait
    return wait
