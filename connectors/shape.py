"""The names in a payload: columns of a table, keys of a JSON answer; what is compared to tell what a publisher changed.

Values, codes and numbers of rows are no names. A workbook gives its first row, a Parquet file its schema, a gzip what
it packs; a text that is no table gives none.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from config.schema import Payload
from connectors.errors import ConnectorError
from connectors.tables import is_workbook
from connectors.unpack import SheetRow, body, json_value, sheets

GONE = "is gone from the file"
_DEPTH = 6
_LOOKED_AT = 500  # records of a list: a key that few of them have is seen all the same
_MOST = 200  # names beyond which a header is data
_DELIMITERS = "\t;|,"
_CODE = re.compile(r"[A-Z0-9_:.-]+|[a-z]{1,2}")  # keys like BE10, 17 or p are codes and languages, not names of fields
# A number, a year or a line with a date in a header's place: it changes from file to file.
_VALUE = re.compile(r"^[\d\s.,:/+-]+$|\d[/:]\d\d|\d{4}-\d\d-\d\d")


def names(source_id: str, payload: Payload) -> tuple[str, ...]:
    """Return the sorted names in a payload, each after its form ("csv year", "json features.type"); () for none."""
    try:
        content = body(source_id, payload)
        if is_workbook(content):
            return _sorted("xlsx", map(str, filter(None, _first_row(source_id, payload))))
        if content.startswith(b"PAR1"):
            return _sorted("parquet", pq.read_schema(io.BytesIO(content)).names)
        if content.lstrip(b"\xef\xbb\xbf \r\n").startswith((b"{", b"[")):
            return _sorted("json", _keys(json_value(source_id, payload)))
    except (ConnectorError, pa.ArrowException, OSError, ValueError):
        return ()
    return _sorted("csv", _header(content))


def _first_row(source_id: str, payload: Payload) -> SheetRow:
    """Return the first row of the first sheet that has one; the rest of the workbook is not read again."""
    first: list[SheetRow] = []

    def look(rows: list[SheetRow]) -> bool:
        first.extend(rows)
        return False

    sheets(source_id, payload, head=1, keep=look)
    return first[0] if first else ()


def _header(content: bytes) -> list[str]:
    """Return the cells of a table's first line; none of a text that is no table."""
    line = content.lstrip(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    delimiter = max(_DELIMITERS, key=line.count)
    if delimiter not in line or "\0" in line or line.startswith(("<", "@", "#")):
        return []
    return [cell.strip(' \r"') for cell in line.split(delimiter)]


def differences(before: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    """Return a clause per name that is new or gone; none where the form itself differs or nothing was known."""
    old, new = set(before), set(now)
    if not old or not new or {name.split(" ", 1)[0] for name in old} != {name.split(" ", 1)[0] for name in new}:
        return ()
    return (
        *(f"{_bare(name)!r} is new in the file" for name in sorted(new - old)),
        *(f"{_bare(name)!r} {GONE}" for name in sorted(old - new)),
    )


def _keys(value: Any, path: str = "", depth: int = 0, record: bool = False) -> Iterator[str]:
    """Yield the names of fields; an object of a list has fields, whatever they are called, another may have codes."""
    if isinstance(value, list):
        for item in value[:_LOOKED_AT]:
            yield from _keys(item, path, depth, record=True)
    elif isinstance(value, dict) and depth < _DEPTH:
        coded = not record and all(_CODE.fullmatch(key) for key in value)
        for key, child in islice(value.items(), _LOOKED_AT):
            if not coded:
                yield f"{path}{key}"
            if isinstance(child, dict | list):
                yield from _keys(child, f"{path}{'*' if coded else key}.", depth + 1)


def _sorted(form: str, found: Iterable[str]) -> tuple[str, ...]:
    kept = sorted({f"{form} {name}" for name in found if name and not _VALUE.search(name)})
    return tuple(kept) if len(kept) <= _MOST else ()


def _bare(name: str) -> str:
    return name.split(" ", 1)[1]
