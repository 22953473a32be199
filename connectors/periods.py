"""Periods as they are written: which frequency one is of, and the day it begins on.

| letter | frequency | written |
|---|---|---|
| A | year | 2024 |
| S | half-year | 2024-S1 |
| Q | quarter | 2024-Q1 |
| M | month | 2024-01 |
| W | week | 2024-W01 |
| D | day | 2024-01-31 |
| T | minute | 2024-01-31T12:00 |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

NAMES: Mapping[str, str] = {
    "A": "year", "S": "half-year", "Q": "quarter", "M": "month", "W": "week", "D": "day", "T": "minute"
}  # fmt: skip
_FORMS = {
    "A": re.compile(r"(?:18|19|20|21)\d\d", re.ASCII),
    "S": re.compile(r"((?:18|19|20|21)\d\d)-S([12])", re.ASCII),
    "Q": re.compile(r"((?:18|19|20|21)\d\d)-Q([1-4])", re.ASCII),
    "M": re.compile(r"((?:18|19|20|21)\d\d)-(0[1-9]|1[0-2])", re.ASCII),
    "W": re.compile(r"(?:18|19|20|21)\d\d-W\d\d", re.ASCII),
    "D": re.compile(r"(?:18|19|20|21)\d\d-\d\d-\d\d", re.ASCII),
    "T": re.compile(r"(?:18|19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d", re.ASCII),
}
_MONTHS = {"S": 6, "Q": 3, "M": 1}


def frequency(period: str) -> str:
    """Return the letter of a period's frequency, "" for what is no period."""
    letter = next((letter for letter, form in _FORMS.items() if form.fullmatch(period)), "")
    try:
        return letter if not letter or begins(period, letter) else ""
    except ValueError:
        return ""  # 2024-02-31


def begins(period: str, letter: str) -> date:
    """Return the first day of a period of that frequency; raises ValueError for a day that no calendar has."""
    if letter in _MONTHS:
        found = _FORMS[letter].fullmatch(period)
        year, part = (int(text) for text in found.groups()) if found else (0, 0)
        return date(year, 1 + (part - 1) * _MONTHS[letter], 1)
    read: dict[str, Callable[[str], date]] = {
        "A": lambda text: date(int(text), 1, 1),
        "W": lambda text: datetime.strptime(f"{text}-1", "%G-W%V-%u").date(),  # noqa: DTZ007 (a day has no zone)
        "D": date.fromisoformat,
        "T": lambda text: datetime.fromisoformat(text).date(),
    }
    return read[letter](period)
