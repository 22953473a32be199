"""JSON-stat 2.0 as Eurostat writes it: a sparse object of values keyed by the row-major position of the cell.

A position in `status` and not in `value` is a suppressed or missing cell; a position in neither is no cell at all.
HTTP 200 may carry a `warning` (asynchronous answer) or an `error` list; a structure answer is also a "dataset".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from connectors.formats import CONFIDENTIALITY, FLAGS, TIME, VALUE, NotReadyError, ShapeError, Table, area_dimension

MOST_CELLS = 2**53  # of a sparse table; positions beyond are not exact in JSON either
_TIME_NAMES = ("TIME_PERIOD", "time")


def read(document: Any) -> Table:
    """Return the table of a JSON-stat document; raises ShapeError, NotReadyError when the answer is postponed."""
    _refuse_messages(document)
    try:
        return _table(document)
    except (TypeError, AttributeError, LookupError, OverflowError) as error:
        # A tree has more wrong kinds in more places than can be asked for one by one.
        raise ShapeError(f"a part of the document is of the wrong kind: {error}") from error


def _table(document: Mapping[str, Any]) -> Table:
    names, sizes = _axes(document)
    codes = [_codes(document, name, size) for name, size in zip(names, sizes, strict=True)]
    values, numbers = _cells(document, "value", math.prod(sizes))
    flags, letters = _cells(document, "status", math.prod(sizes))
    positions = _sorted(values, flags)
    axes = np.unravel_index(positions, sizes) if len(positions) else [positions] * len(sizes)
    rows = pd.DataFrame(
        {name: pd.array(found, dtype="str").take(axis) for name, found, axis in zip(names, codes, axes, strict=True)}
    )
    rows[VALUE] = _placed(positions, values, _numbers(numbers), math.nan)
    rows[FLAGS] = pd.Series(_placed(positions, flags, [str(flag or "") for flag in letters], ""), dtype=object)
    rows[CONFIDENTIALITY] = ""
    time = _time_name(names)
    dimensions = tuple(name for name in names if name != time)
    return Table(
        rows=rows.rename(columns={time: TIME}),
        dimensions=dimensions,
        area=area_dimension(dimensions),
        code=_table_code(document),
        no_data=_no_data(document),
    )


def _refuse_messages(document: Any) -> None:
    if not isinstance(document, Mapping):
        raise ShapeError("the answer is JSON and not an object")
    errors = document.get("error")
    if errors:
        first = errors[0] if isinstance(errors, list) else errors
        known = isinstance(first, Mapping)
        raise ShapeError(
            f"the publisher answers error {first.get('id')}: {first.get('label')}" if known else str(first)
        )
    if "warning" in document:
        warning = document["warning"]
        label = warning.get("label") if isinstance(warning, Mapping) else warning
        raise NotReadyError(f"the publisher postpones the answer: {label}")


def _axes(document: Mapping[str, Any]) -> tuple[list[str], list[int]]:
    for key in ("id", "size", "dimension", "value"):
        if key not in document:
            raise ShapeError(f"key {key!r} is gone; this is a structure answer or not JSON-stat")
    names, sizes = document["id"], document["size"]
    whole = isinstance(names, list) and isinstance(sizes, list) and len(names) == len(sizes) > 0
    if not whole or not all(isinstance(s, int) and s >= 0 for s in sizes):
        raise ShapeError("'id' and 'size' are not lists of one length")
    if len(set(names)) != len(names):
        raise ShapeError("a dimension is named twice in 'id'")
    if math.prod(sizes) > MOST_CELLS:
        raise ShapeError(f"'size' gives {math.prod(sizes):.2g} cells, more than any table has")
    return names, sizes


def _cells(document: Mapping[str, Any], key: str, count: int) -> tuple[np.ndarray, list[Any]]:
    """Return the positions and the cells of `value` or `status`, from an object or a list, without nulls."""
    cells = document.get(key) or {}
    if isinstance(cells, list):
        if len(cells) != count:
            raise ShapeError(f"'{key}' has {len(cells)} cells where 'size' gives {count}")
        cells = dict(enumerate(cells))
    if not isinstance(cells, Mapping):
        raise ShapeError(f"'{key}' is neither an object nor a list")
    given = list(cells.values())
    positions = _positions(key, cells)
    if len(positions) and not (positions.min() >= 0 and positions.max() < count):
        raise ShapeError(f"'{key}' holds position {positions.max()} where 'size' gives {count} cells")
    if None in given:
        positions = positions[[cell is not None for cell in given]]
        given = [cell for cell in given if cell is not None]
    return positions, given


def _positions(key: str, cells: Mapping[Any, Any]) -> np.ndarray:
    try:
        return np.asarray(pa.array(list(cells)).cast(pa.int64()))
    except pa.ArrowException as error:
        raise ShapeError(f"a position of '{key}' is not a number: {error}") from error


def _codes(document: Mapping[str, Any], name: str, size: int) -> np.ndarray:
    """Return the codes of a dimension by position, as an object array."""
    category = (document["dimension"].get(name) or {}).get("category")
    if category is None:
        raise ShapeError(f"dimension {name!r} is gone")
    for code, unit in (category.get("unit") or {}).items():
        if unit.get("multiplier") not in (None, 0, "0", ""):
            raise ShapeError(f"values of {name} {code!r} are in units of 10^{unit['multiplier']}")
    index = category.get("index", list(category.get("label", {})))
    if not isinstance(index, list) and not _is_numbering(index):
        raise ShapeError(f"dimension {name!r} does not number its categories: {index!r:.60}")
    order = index if isinstance(index, list) else sorted(index, key=index.__getitem__)
    positions = list(range(len(order))) if isinstance(index, list) else [index[code] for code in order]
    if len(positions) != size or positions != list(range(size)):
        raise ShapeError(f"dimension {name!r} does not number its {size} categories 0 to {size - 1}")
    return np.array([str(code) for code in order] or [""], dtype=object)


def _is_numbering(index: Any) -> bool:
    return isinstance(index, Mapping) and all(isinstance(position, int) for position in index.values())


def _sorted(values: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Return all positions once, in order; publishers mostly write them so, and few cells have a flag and no value."""
    if (values[1:] <= values[:-1]).any():
        values = np.sort(values)
        if (values[1:] == values[:-1]).any():
            raise ShapeError("'value' holds a position twice")
    bare = np.setdiff1d(flags, values) if len(flags) else flags
    return np.sort(np.concatenate([values, bare])) if len(bare) else values


def _placed(positions: np.ndarray, cells: np.ndarray, given: Sequence[Any], absent: Any) -> np.ndarray:
    """Return one entry per position: what is given for the cells, `absent` for the positions between them."""
    kind = float if isinstance(absent, float) else object
    if np.array_equal(cells, positions):
        return np.array(given, dtype=kind)
    found = np.full(len(positions), absent, dtype=kind)
    found[np.searchsorted(positions, cells)] = given
    return found


def _numbers(cells: list[Any]) -> Sequence[float]:
    """Return the cells as numbers, NaN for ":"; raises ShapeError for anything else."""
    if set(map(type, cells)) <= {int, float}:
        return cells
    for cell in cells:
        if cell != ":" and (isinstance(cell, bool) or not isinstance(cell, int | float)):
            raise ShapeError(f"value {cell!r} is not a number")
    return [math.nan if cell == ":" else float(cell) for cell in cells]


def _time_name(names: list[str]) -> str:
    for name in _TIME_NAMES:
        if name in names:
            return name
    raise ShapeError(f"dimension 'time' is gone; there are {names}")


def _table_code(document: Mapping[str, Any]) -> str | None:
    extension = document.get("extension")
    code = extension.get("id") if isinstance(extension, Mapping) else None
    return code.lower() if isinstance(code, str) else None


def _no_data(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return dimension -> codes that the publisher itself lists as holding nothing."""
    extension = document.get("extension")
    listed = extension.get("positions-with-no-data") if isinstance(extension, Mapping) else None
    if not isinstance(listed, Mapping):
        return {}
    empty = {}
    for name, positions in listed.items():
        if name in document["id"] and isinstance(positions, list):
            codes = _codes(document, name, document["size"][document["id"].index(name)])
            empty[name] = tuple(codes[p] for p in positions if isinstance(p, int) and 0 <= p < len(codes))
    return empty
