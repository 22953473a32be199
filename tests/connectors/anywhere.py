"""What any publisher's file can suffer, made from the file itself: no form of its source need be written by hand.

A fault must be refused or change nothing; a benign change must change nothing and be accepted. Of a JSON file each key
is renamed in turn and each number's key spoilt; of a table each column. Another kind of file gives nothing here.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

Change = tuple[str, bytes]
Node = dict[str, Any]

NUMBERS: dict[str, Callable[[Any], Any]] = {
    "ten-fold numbers": lambda value: value * 10,
    "a thousandth of the numbers": lambda value: value / 1000,
    "numbers -9999": lambda _: -9999,
    "numbers as words": lambda value: f"{value} units",
}


def faults(content: bytes) -> Iterator[Change]:
    """Yield (name, spoilt content)."""
    yield from _changes(content, _json_faults, _row_faults)


def benign(content: bytes) -> Iterator[Change]:
    """Yield (name, the content written otherwise, or with something more in it)."""
    yield from _changes(content, _json_benign, _row_benign)


def _changes(content: bytes, of_json: Callable[..., Iterator[Change]], of_rows: Callable[..., Iterator[Change]]) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    start = text.lstrip()[:1]
    if start in ("{", "["):
        yield from of_json(json.loads(text))
    elif start not in ("<", "@", "#") and "\n" in text.strip():
        delimiter = max("\t;|,", key=text.splitlines()[0].count)
        header, *rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        if sum(_number(cell) is None for cell in header) > len(header) / 2:  # else a table without a header
            yield from of_rows(header, rows, delimiter)


# --- JSON -------------------------------------------------------------------------------------------------------------


def _json_faults(document: Any) -> Iterator[Change]:
    for key in sorted(_keys(document)):
        yield f"key {key!r} renamed", _json(_mapped(document, lambda node, key=key: _renamed(node, key)))
    for key in sorted(_keys(document, numeric=True)):
        for name, change in NUMBERS.items():
            spoilt = _mapped(document, lambda node, key=key, change=change: _at(node, key, change))
            yield f"{name} in {key!r}", _json(spoilt)
    yield "half of every list", _json(_lists(document, lambda items: items[: len(items) // 2]))
    yield "every list empty", _json(_lists(document, lambda _: []))


def _json_benign(document: Any) -> Iterator[Change]:
    yield "a key more in every object", _json(_mapped(document, _remarked))
    yield "keys in another order", _json(_mapped(document, lambda node: dict(reversed(node.items()))))
    yield "indented", json.dumps(document, ensure_ascii=False, indent=2).encode()
    yield "without spaces", json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    yield "letters escaped", json.dumps(document).encode()


def _keys(node: Any, numeric: bool = False) -> set[str]:
    """Return the names of fields, of those with a number only; digits number a cell, they name none."""
    if isinstance(node, list):
        return {key for value in node for key in _keys(value, numeric)}
    if not isinstance(node, dict):
        return set()
    own = {key for key, value in node.items() if not key.isdigit() and (_is_number(value) or not numeric)}
    return own | {key for value in node.values() for key in _keys(value, numeric)}


def _renamed(node: Node, old: str) -> Node:
    return {f"{key}_new" if key == old else key: value for key, value in node.items()}


def _remarked(node: Node) -> Node:
    """An object with a field more; one whose keys are codes has no fields."""
    return node if all(key.upper() == key and len(key) <= 10 for key in node) else {**node, "new_remark": 1}


def _at(node: Node, wanted: str, change: Callable[[Any], Any]) -> Node:
    return {key: change(value) if key == wanted and _is_number(value) else value for key, value in node.items()}


def _mapped(node: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(node, dict):
        return {key: _mapped(value, change) for key, value in change(node).items()}
    return [_mapped(value, change) for value in node] if isinstance(node, list) else node


def _lists(node: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    if isinstance(node, dict):
        return {key: _lists(value, change) for key, value in node.items()}
    return [_lists(value, change) for value in change(node)] if isinstance(node, list) else node


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


# --- rows -------------------------------------------------------------------------------------------------------------

Rows = list[list[str]]


def _row_faults(header: list[str], rows: Rows, delimiter: str) -> Iterator[Change]:
    for place, name in enumerate(header):
        other = [*header[:place], f"{name}_new", *header[place + 1 :]]
        yield f"column {name!r} renamed", _written(other, rows, delimiter)
        if all(_number(row[place]) is not None for row in rows):
            for fault, change in NUMBERS.items():
                spoilt = [[*row[:place], str(change(_number(row[place]))), *row[place + 1 :]] for row in rows]
                yield f"{fault} in {name!r}", _written(header, spoilt, delimiter)
    yield "header only", _written(header, [], delimiter)
    yield "half of the rows", _written(header, rows[: len(rows) // 2], delimiter)
    yield "rows twice, then with other numbers", _written(header, rows + [list(map(_more, r)) for r in rows], delimiter)
    footer = ["Source: the office", *[""] * (len(header) - 1)]
    yield "a footer line", _written(header, [*rows, footer], delimiter)


def _row_benign(header: list[str], rows: Rows, delimiter: str) -> Iterator[Change]:
    yield "a column more", _written([*header, "new_remark"], [[*row, "one"] for row in rows], delimiter)
    yield "columns in another order", _written(header[::-1], [row[::-1] for row in rows], delimiter)
    yield "rows in another order", _written(header, rows[::-1], delimiter)
    yield "every cell in quotes", _written(header, rows, delimiter, quoting=csv.QUOTE_ALL)


def _written(header: list[str], rows: Rows, delimiter: str, **options: Any) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n", **options).writerows([header, *rows])
    return out.getvalue().encode()


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _more(cell: str) -> str:
    """Return a number that is no year enlarged; a row of another year would be no second row but a new one."""
    number = _number(cell)
    return cell if number is None or 1900 <= number <= 2100 else str(number + 1)
