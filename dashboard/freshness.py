"""When the next figures should come: from the period of the newest ones and the rhythm in which they are published.

What counts is how old the data are, not when somebody downloaded them. Figures came out on the day they were read at
the latest, and, whenever they were read, within a rhythm or a year after the end of their period; the next ones are
expected one rhythm later.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from config.catalogue import measures_of
from config.schema import Catalogue, Indicator, Provenance

GRACE_SHARE, GRACE_DAYS = 0.1, 7  # a publisher is late by a tenth of its rhythm and a week before we say so
LATEST_DAYS = 365  # figures come out so long after the end of their period at the latest
_MONTHS = {"S": 6, "Q": 3}  # of a half-year and a quarter


@dataclass(frozen=True)
class Due:
    """The newest figures of one indicator, the table they are of, and when the next ones are expected.

    `newest` is a period as published, `read` the day the table was read last. Where no rhythm is known, or the series
    has ended, there is no day on which the next are expected, and they are never overdue.
    """

    indicator: str
    source: str
    dataset: str
    newest: str
    read: date
    every_days: int | None
    expected: date | None
    overdue: bool


def due(
    catalogue: Catalogue, provenance: Iterable[Provenance], indicator: Indicator, newest: str, today: date
) -> Due | None:
    """Return when the next figures of an indicator are expected; None where no table of the edition holds it.

    Of several tables behind one indicator the slowest decides: before it has come no newer value can be made.
    """
    measures = set(measures_of(indicator))
    read: dict[tuple[str, str], date] = {}
    for origin in provenance:
        if measures & set(origin.measures):
            key, day = (origin.source, origin.dataset), date.fromisoformat(origin.retrieved_at[:10])
            read[key] = max(read.get(key, day), day)
    if not read or not newest:
        return None
    # The table that was read last holds the newest wave of a question that two tables ask one after the other.
    source, dataset = max(read, key=lambda key: (rhythm(catalogue, *key) or 0, read[key], key))
    return _due(catalogue, indicator.id, (source, dataset), newest, max(read.values()), today)


def dues(
    catalogue: Catalogue,
    provenance: Iterable[Provenance],
    indicators: Iterable[Indicator],
    newest: Mapping[str, str],
    today: date,
) -> tuple[Due, ...]:
    """Return when the next figures of these indicators are expected; `newest` is indicator -> its newest period."""
    held = tuple(provenance)
    found = (due(catalogue, held, indicator, newest.get(indicator.id, ""), today) for indicator in indicators)
    return tuple(one for one in found if one is not None)


def beside(
    catalogue: Catalogue, provenance: Iterable[Provenance], newest: Mapping[str, str], today: date
) -> tuple[Due, ...]:
    """Return the same for the tables of the edition that no indicator rests on; `newest` is measure -> newest period.

    Their `indicator` is empty.
    """
    behind = {measure for indicator in catalogue.indicators.values() for measure in measures_of(indicator)}
    found = []
    for origin in provenance:
        periods = [newest[measure] for measure in origin.measures if measure in newest]
        if periods and not behind & set(origin.measures):
            day = date.fromisoformat(origin.retrieved_at[:10])
            found.append(_due(catalogue, "", (origin.source, origin.dataset), max(periods), day, today))
    return tuple(found)


def _due(catalogue: Catalogue, indicator: str, table: tuple[str, str], newest: str, read: date, today: date) -> Due:
    every = rhythm(catalogue, *table)
    expected = _expected(newest, read, every) if every else None
    return Due(indicator, *table, newest, read, every, expected, _overdue(expected, every, today))


def rhythm(catalogue: Catalogue, source_id: str, dataset_id: str) -> int | None:
    """Return in how many days a table is published anew; None where none is known or its series has ended."""
    source = catalogue.sources.get(source_id)
    if source is None:
        return None
    dataset = source.datasets.get(dataset_id)
    return (dataset.expected_every_days if dataset else None) or source.expected_every_days


def ends(period: str) -> date:
    """Return the last day of a period: of a year, half-year, quarter, month, week or day."""
    year, part = int(period[:4]), period[5:]
    if part[:1] == "W":
        return date.fromisocalendar(year, int(part[1:]), 7)
    if len(part) > 2:
        return date.fromisoformat(period[:10])
    month = 12 if not part else int(part[1:]) * _MONTHS[part[0]] if part[0] in _MONTHS else int(part)
    return date(year, month, calendar.monthrange(year, month)[1])


def _expected(newest: str, read: date, every_days: int) -> date:
    published = min(read, ends(newest) + timedelta(days=min(every_days, LATEST_DAYS)))
    return published + timedelta(days=every_days)


def _overdue(expected: date | None, every_days: int | None, today: date) -> bool:
    if expected is None or every_days is None:
        return False
    return (today - expected).days > every_days * GRACE_SHARE + GRACE_DAYS
