"""How long, how much and how often a publisher is called, and the clock that measures it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

MIB = 1024 * 1024
_DAY_S = 86_400.0
_YEAR_S = 366 * _DAY_S


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
    wire_bytes: int = 256 * MIB
    unpacked_bytes: int = 512 * MIB


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
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    try:
        moment = datetime.fromisoformat(str(said.get("reset_time")))
    except ValueError:
        return _DAY_S if said.get("limit_time_unit") == "day" else None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for, written as seconds or as an HTTP date; None for neither."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def window_wait(reset: str | None, now: datetime) -> float | None:
    """Return the seconds that a header `X-RateLimit-Reset` asks for: seconds to wait, or the moment as POSIX time."""
    if reset is None or not reset.strip().isdecimal():
        return None
    number = float(reset)
    # Above a year of seconds it can only be a moment.
    return number if number < _YEAR_S else max(0.0, number - now.timestamp())


def asked_pause(headers: Mapping[str, str], content: bytes, now: datetime, *, limited: bool) -> float | None:
    """Return the seconds an answer asks to wait: Retry-After, and for a rate limit its body or its window's end."""
    wait = retry_after(headers.get("Retry-After"), now)
    if wait is None and limited:
        return quota_wait(content, now) or window_wait(headers.get("X-RateLimit-Reset"), now)
    return wait
