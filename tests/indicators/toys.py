"""A small index to test on: four indicators in two pillars under one top, six places."""

import numpy as np

from indicators import framework, inputs

CODES = ("a", "b", "c", "d")
PLACES = ("BRU", "ANT", "GNT", "LIE", "NAM", "MON")
VALUES = {
    "a": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0],
    "b": [3.0, 1.0, 4.0, 1.5, 5.0, 9.0],
    "c": [100.0, 80.0, 90.0, 70.0, 60.0, 50.0],
    "d": [2.0, 7.0, 1.0, 8.0, 2.5, 8.5],
}
STEPS = [{"step": "normalise", "method": "minmax", "range": [1, 100]}, {"step": "aggregate"}]


def meta(**changed):
    """Return the columns of the framework table; keywords replace whole columns, or cells as {code: cell}."""
    codes = [*CODES, "P", "Q", "T", "group", "people"]
    columns = {
        "Level": [1, 1, 1, 1, 2, 2, 3, "", ""],
        "iCode": codes,
        "iName": codes,
        "Direction": [1, 1, -1, 1, 1, 1, 1, "", ""],
        "Weight": [1, 1, 1, 1, 1, 1, 1, "", ""],
        "Parent": ["P", "P", "Q", "Q", "T", "T", "", "", ""],
        "Type": ["Indicator"] * 4 + ["Aggregate"] * 3 + ["Group", "Denominator"],
        "Target": [60, 9, 50, 8.5, "", "", "", "", ""],
        "Denominator": [""] * 9,
        "goalpost_lower": [0, 0, 40, 0, "", "", "", "", ""],
        "goalpost_upper": [100, 10, 120, 10, "", "", "", "", ""],
    }
    for name, change in changed.items():
        cells = columns.get(name, [""] * len(codes))
        columns[name] = (
            [change.get(code, cells[at]) for at, code in enumerate(codes)] if isinstance(change, dict) else change
        )
    return columns


def values(**changed):
    """Return the columns of the values table; keywords replace columns, or cells as {place: cell}."""
    columns = {
        "uCode": list(PLACES),
        "group": ["west", "west", "west", "east", "east", "east"],
        "people": [1.0, 2.0, 4.0, 1.0, 2.0, 4.0],
        **{code: list(column) for code, column in VALUES.items()},
    }
    for name, change in changed.items():
        cells = columns.get(name)
        columns[name] = (
            [change.get(place, cells[at]) for at, place in enumerate(PLACES)] if isinstance(change, dict) else change
        )
    return columns


def tables(changed_meta=None, changed_values=None):
    """Return framework and inputs as read."""
    read = framework.read(meta(**(changed_meta or {})))
    return read, inputs.read(values(**(changed_values or {})), read)


def column(*cells):
    """Return one column (places, 1); None is a missing cell."""
    return np.array([[np.nan if cell is None else float(cell)] for cell in cells])
