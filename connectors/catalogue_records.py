"""Records of open data catalogues: what one says of a data set, and which of them are data sets of their catalogue.

A record is told apart by the catalogue's own id, and known everywhere by its origin: an address or a UUID that a portal
keeps when it harvests another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from connectors.contract import Dropped

Statement: TypeAlias = tuple[str, ...]  # one licence in all its spellings: id, address, title

_UUID = re.compile(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")


@dataclass(frozen=True)
class Described:
    """One data set as its catalogue describes it."""

    key: str  # the catalogue's own id, unique in it
    licences: tuple[Statement, ...]  # one per part that can be had; an empty statement is a part without licence
    formats: tuple[str, ...]  # as written: codes, media types, addresses of either
    changed: tuple[str, ...]  # dates as written; the newest readable one that is not ahead counts
    description: bool
    contact: bool | None  # None: the catalogue's interface has no such field
    described_on: tuple[str, ...] = ()  # dates of the description itself: they count where no date of change does
    record: str = ""  # what the record is known by at its origin, the same in whatever catalogue; "" where unsaid
    no_dataset: str = ""  # why the record is no data set of this catalogue, a clause; "" for one that is


def datasets(records: Iterable[Described], dataset: str) -> tuple[list[Described], list[Dropped]]:
    """Return the records that are data sets of the catalogue, each once however often it was harvested."""
    kept: dict[str, Described] = {}
    twins: list[str] = []
    others: dict[str, list[str]] = {}
    for item in sorted(records, key=lambda item: item.key):
        if item.no_dataset:
            others.setdefault(item.no_dataset, []).append(item.key)
        elif kept.setdefault(item.record or item.key, item) is not item:
            twins.append(item.key)
    dropped = [report for reason, keys in others.items() for report in reported(dataset, reason, len(keys), keys)]
    return list(kept.values()), [
        *dropped,
        *reported(dataset, "the same record stands under another id", len(twins), twins),
    ]


def reported(dataset: str, reason: str, count: int, keys: Sequence[str]) -> list[Dropped]:
    """Return the report of so many records, the first as example; [] for none."""
    return [Dropped(dataset, reason, count, keys[0])] if count else []


def origin(*names: object) -> str:
    """Return the first name that says one record everywhere, an address or a UUID, in one spelling; "" for none."""
    said = [name.strip() for name in names if isinstance(name, str)]
    named = (
        name.strip("{}").lower() if _UUID.fullmatch(name) else address_key(name)
        for name in said
        if "://" in name or _UUID.fullmatch(name)
    )
    return next(named, "")


def address_key(address: str) -> str:
    """Return an address in one spelling: http and https are one, as are a slash at the end and the host's letters."""
    scheme, mark, rest = address.strip().partition("://")
    if not mark or scheme.lower() not in ("http", "https"):
        return address.strip()
    host, slash, path = rest.partition("/")
    return f"//{host.lower()}{slash}{path}".rstrip("/")
