"""The forms in which Eurostat publishes: each module turns text or bytes of one form into one `Table`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

TIME = "TIME_PERIOD"
VALUE = "OBS_VALUE"
FLAGS = "OBS_FLAG"
CONFIDENTIALITY = "CONF_STATUS"
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?", re.ASCII)


class ShapeError(ValueError):
    """The text has not the form's shape; the message names the column, dimension or cell."""


class NotReadyError(ShapeError):
    """The publisher postpones the answer (asynchronous extraction, or too large a query)."""


@dataclass(frozen=True)
class Table:
    """One table as published, long: a column per dimension, then TIME, VALUE (float or NaN), FLAGS, CONFIDENTIALITY."""

    rows: pd.DataFrame
    dimensions: tuple[str, ...]  # without time, as the publisher names them
    area: str  # the dimension that holds the area
    code: str | None = None  # the publisher's code of the table, lower case, where the form carries it
    dense: bool = False  # drawn as a grid: an empty cell may be mere layout
    labelled: bool = False  # areas and dimensions are labels, not codes
    attributes: tuple[str, ...] = ()  # of an observation, by which its value is read: UNIT_MULT
    no_data: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # positions the publisher calls empty


def number(text: str) -> float | None:
    """Return the number of a cell, None for an empty one or ":"; raises ShapeError for anything else."""
    text = text.strip()
    if text in ("", ":"):
        return None
    if not _NUMBER.fullmatch(text):
        raise ShapeError(f"cell {text!r} is not a number")
    return float(text)


def area_dimension(dimensions: tuple[str, ...]) -> str:
    """Return the dimension that holds areas: `geo`, or `cities` in the city tables; raises ShapeError."""
    for name in ("geo", "cities"):
        if name in dimensions:
            return name
    raise ShapeError(f"dimension 'geo' (or 'cities') is gone; there are {list(dimensions)}")
