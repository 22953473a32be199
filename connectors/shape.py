"""The names in a payload: columns of a table, keys of a JSON answer; what is compared to tell what a publisher changed.

Values, codes and numbers of rows are no names. A workbook gives the first row of its first sheet, a gzip what it packs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from config.schema import Payload
from connectors.errors import ConnectorError
from connectors.tables import first_sheet, is_workbook
from connectors.unpack import body, json_value

_DEPTH = 3
_LOOKED_AT = 20  # records of a list, and cells of a header beyond which it is data
_MOST = 60
_DELIMITERS = "\t;|,"
_CODE = re.compile(r"[A-Z0-9_:.-]+")  # keys like BE10 or 17 number cells, they do not name them


def names(source_id: str, payload: Payload) -> tuple[str, ...]:
    """Return the sorted names in a payload, each after its form ("csv year", "json features.type"); () for none."""
    try:
        content = body(source_id, payload)
        if is_workbook(content):
            return _sorted("xlsx", map(str, filter(None, first_sheet(source_id, payload)[0])))
        if content.lstrip(b"\xef\xbb\xbf \r\n").startswith((b"{", b"[")):
            return _sorted("json", _keys(json_value(source_id, payload)))
    except (ConnectorError, IndexError):
        return ()
    line = content.lstrip(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    delimiter = max(_DELIMITERS, key=line.count)
    return _sorted("csv", (cell.strip(' \r"') for cell in line.split(delimiter)))


def differences(before: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    """Return a clause per name that is new or gone; none where the form itself differs or nothing was known."""
    old, new = set(before), set(now)
    if not old or not new or {name.split(" ", 1)[0] for name in old} != {name.split(" ", 1)[0] for name in new}:
        return ()
    return (
        *(f"{_bare(name)!r} is new in the file" for name in sorted(new - old)),
        *(f"{_bare(name)!r} is gone from the file" for name in sorted(old - new)),
    )


def _keys(value: Any, path: str = "", depth: int = 0) -> Iterator[str]:
    if isinstance(value, list):
        for item in value[:_LOOKED_AT]:
            yield from _keys(item, path, depth)
    elif isinstance(value, dict) and depth < _DEPTH and not all(_CODE.fullmatch(key) for key in value):
        for key, child in value.items():
            yield f"{path}{key}"
            yield from _keys(child, f"{path}{key}.", depth + 1)


def _sorted(form: str, found: Iterable[str]) -> tuple[str, ...]:
    kept = sorted({f"{form} {name}" for name in found if name})
    return tuple(kept) if len(kept) <= _MOST else ()


def _bare(name: str) -> str:
    return name.split(" ", 1)[1]
