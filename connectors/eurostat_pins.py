"""What a row of a Eurostat table is of beyond what a measure names: frequency, scale, dimensions nobody chose from.

A table may gain a dimension, or hold one unit today and another tomorrow. The frequency is the dataset's own; a scale
other than 1 is refused; what else nobody chose must be of one member, and which one is kept beside the file.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from config.schema import Dataset, Measure
from connectors.formats import ShapeError, Table
from connectors.periods import NAMES

_FREQUENCY = ("freq", "Time frequency")
_LETTERS = {
    "Annual": "A",
    "Half-yearly, semesterly": "S",
    "Quarterly": "Q",
    "Monthly": "M",
    "Weekly": "W",
    "Daily": "D",
}
_SCALE = "UNIT_MULT"


def check_rest(rows: pd.DataFrame, table: Table, dataset: Dataset) -> None:
    """Refuse a dimension nobody chose from that varies: its rows would be different quantities under one name."""
    for name in _unchosen(rows, table, dataset):
        if rows[["measure", name]].drop_duplicates()["measure"].duplicated().any():
            raise ShapeError(f"dimension {name!r} has several values: {sorted(rows[name].unique())[:5]}")
    if _SCALE in table.attributes:
        odd = rows.loc[~rows[_SCALE].isin(["", "0"]), _SCALE]
        if len(odd):
            raise ShapeError(f"values are in units of 10^{odd.iloc[0]} ({_SCALE})")


def _unchosen(rows: pd.DataFrame, table: Table, dataset: Dataset) -> list[str]:
    """Return the dimensions and attributes that no measure names and that say what a number is."""
    measures: Sequence[Measure] = [dataset.measures[str(name)] for name in rows["measure"].unique()]
    labelled = table.labelled  # its measures are told by the publisher's own wording, which may stand in any of them
    return [
        name
        for name in (*table.dimensions, *table.attributes)
        if name != table.area
        and name not in _FREQUENCY
        and not all(name in m.where or name in m.group for m in measures)
        and not (labelled and rows[name].isin([m.label for m in measures]).all())
    ]


def of_frequency(table: Table, dataset: Dataset) -> pd.Series:
    """Return which rows are of the declared frequency; all of them in a table that names none.

    Raises ShapeError for a table of another frequency.
    """
    name = next((name for name in _FREQUENCY if name in table.dimensions), None)
    if name is None or table.rows.empty:
        return pd.Series(data=True, index=table.rows.index)
    letters = table.rows[name].map(lambda code: _LETTERS.get(code, code))
    ours = letters == dataset.frequency
    if not ours.any():
        found = ", ".join(sorted(table.rows[name].unique())[:5])
        raise ShapeError(
            f"the table is of frequency {found}, expected {dataset.frequency} ({NAMES[dataset.frequency]})"
        )
    return ours


def members(rows: pd.DataFrame, table: Table, dataset: Dataset) -> set[str]:
    """Return "measure dimension=code" of what nobody chose: kept beside the file, so that a change of it is told."""
    pairs = [rows[["measure", name]].drop_duplicates().assign(name=name) for name in _unchosen(rows, table, dataset)]
    return {f"{measure} {name}={code}" for part in pairs for measure, code, name in part.itertuples(index=False)}
