"""The moment a publisher gives a file itself, and whether a file is an older vintage than the one read before.

A stamp is `kind moment`, the moment in UTC: "content 2024-06-16T21:00:00Z" where the file carries it (JSON-stat
`updated`, SDMX `prepared`, the column LAST UPDATE, the Data Browser's "Last updated:"), "header ..." where only the
answer's Last-Modified does, "" where nothing readable does. Stamps of two kinds are not compared.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.schema import Payload, Provenance
from connectors.errors import ConnectorError
from connectors.tables import is_workbook
from connectors.unpack import SheetRow, body, json_value, sheets

CONTENT, HEADER = "content", "header"
_COLUMN = "LAST UPDATE"
_HEAD = 64 * 1024
_SHEET_HEAD = 12  # rows of a summary that hold its date
_WRITTEN = ("%d/%m/%y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")
_LOCAL = ZoneInfo("Europe/Brussels")  # of the stamps that name no zone: Eurostat's


def stamp(source_id: str, payload: Payload) -> str:
    """Return the payload's stamp, "" for none that can be read; an unreadable one gives way to the next."""
    try:
        said = list(_said(source_id, payload))
    except (ConnectorError, csv.Error, ValueError, OSError):
        said = []
    moments = [(CONTENT, _moment(text)) for text in said] + [(HEADER, _of_header(payload.last_modified))]
    readable = (f"{kind} {moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for kind, moment in moments if moment)
    return next(readable, "")


def older(now: Mapping[str, str], known: Sequence[Provenance]) -> str:
    """Return a clause where files are older than those of the last refresh, "" where none is.

    `now` is address -> stamp of one table's files, `known` what was kept of its files then. Stamps in the files are
    compared over the table, those of answers address by address.
    """
    fresh, kept = list(now.values()), [item.stamp for item in known]
    of_content = [[text for text in stamps if text.startswith(CONTENT)] for stamps in (fresh, kept)]
    pairs = [(min(of_content[0]), min(of_content[1]))] if all(of_content) else []
    before = {item.url: item.stamp for item in known if item.stamp.startswith(HEADER)}
    pairs += [(text, before[url]) for url, text in now.items() if url in before and text.startswith(HEADER)]
    for mine, last in pairs:
        if mine < last:
            day, was = mine.split(" ")[1], last.split(" ")[1]
            return f"the file is of {day} by its own stamp, the last one of {was}: it is an older vintage"
    return ""


def _said(source_id: str, payload: Payload) -> Iterator[object]:
    """Give what a file says of its own date, as written."""
    content = body(source_id, payload)
    if is_workbook(content):
        yield from _of_workbook(source_id, payload)
    elif content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
        yield from _of_json(json_value(source_id, payload))
    else:
        lines = content[:_HEAD].decode("utf-8-sig", "replace").splitlines()[:2]
        header, *rows = csv.reader(lines)
        if _COLUMN in header and rows:
            yield rows[0][header.index(_COLUMN)]


def _of_json(document: Any) -> Iterator[object]:
    if not isinstance(document, dict):
        return
    yield document.get("updated", "")
    for name in ("meta", "header", "Header"):
        part = document.get(name)
        if isinstance(part, dict):
            yield part.get("prepared", part.get("Prepared", ""))
    extension = document.get("extension")
    notes = extension.get("annotation") if isinstance(extension, dict) else None
    for note in notes if isinstance(notes, list) else ():
        if isinstance(note, dict) and note.get("type") == "UPDATE_DATA":
            yield note.get("date", "")


def _of_workbook(source_id: str, payload: Payload) -> list[str]:
    found: list[str] = []

    def look(rows: list[SheetRow]) -> bool:
        for first, *others in (row for row in rows if row):
            if str(first).lower().startswith("last updat"):
                found.extend(str(cell) for cell in others if cell)
        return False

    sheets(source_id, payload, head=_SHEET_HEAD, keep=look)
    return found


def _moment(text: object) -> datetime | None:
    for read in (datetime.fromisoformat, *(_written(form) for form in _WRITTEN)):
        try:
            moment = read(str(text).strip())
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=_LOCAL)
    return None


def _written(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007 (the zone is added by the caller)


def _of_header(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
