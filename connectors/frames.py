"""Build and check the table of observations: every connector's `parse` ends here.

In: columns `measure, ref_area, time_period, obs_value`, and `group` and `obs_status` where they matter.
Out: `config.schema.OBSERVATION_COLUMNS`, sorted by the key, one row per key, unit taken from the declared measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from config.schema import OBSERVATION_COLUMNS, OBSERVATION_KEY, TOTAL, ObsStatus, Source
from connectors.contract import Dropped, Observations
from connectors.errors import NoObservations, SourceChanged

Columns: TypeAlias = dict[str, list[Any]]

_KEY = list(OBSERVATION_KEY)
_TEXT = (*OBSERVATION_KEY, "obs_status")
_VALUE = "obs_value"
_TYPES = {name: "float64" if name == _VALUE else "str" for name in OBSERVATION_COLUMNS}
_DROPPED, _MEMBERS = "dropped", "members"
_NORMAL = ObsStatus.NORMAL.value
# A row without a value says why: there is none, it is suppressed, or we withdrew it as a suspected copy.
VALUELESS = frozenset((ObsStatus.MISSING.value, ObsStatus.SUPPRESSED.value, ObsStatus.SUSPECT.value))


def observations(
    source: Source, dataset: str, rows: pd.DataFrame, dropped: Iterable[Dropped] = (), members: Iterable[str] = ()
) -> Observations:
    """Return checked observations of one dataset from `rows` (columns as in the module text), sorted by the key.

    `members` ("measure dimension=code") names what nobody chose and all rows of a measure are of.

    Equal duplicates become one row and are reported; raises SourceChanged for contradicting duplicates, an undeclared
    measure or a value that is not a finite number, NoObservations when no row holds a value.
    """
    columns = _typed(source, dataset, rows)
    _check_measures(source, dataset, columns)
    _explain_absence(columns)
    kept, doubles = _without_doubles(source, dataset, columns)
    if not any(value == value for value in columns[_VALUE]):
        raise NoObservations(source.id, "the answer has the right shape and holds no value", dataset=dataset)
    units = {name: measure.unit for name, measure in source.datasets[dataset].measures.items()}
    columns["unit"] = [units[name] for name in columns["measure"]]
    columns["source"] = [source.id] * len(columns["measure"])
    if kept is not None:
        columns = {name: [cells[position] for position in kept] for name, cells in columns.items()}
    return _marked(
        pd.DataFrame({name: _cells(name, columns[name]) for name in OBSERVATION_COLUMNS}),
        [*dropped, *doubles],
        sorted(members),
    )


def combine(frames: Sequence[Observations]) -> Observations:
    """Return the observations of several datasets as one table, with all that was dropped from each."""
    if len(frames) == 1 and _is_typed(frames[0]):
        return frames[0]
    dropped = [item for frame in frames for item in dropped_of(frame)]
    members = sorted(item for frame in frames for item in members_of(frame))
    bare = []
    for frame in frames:
        if len(frame):
            bare.append(frame.copy())
            bare[-1].attrs = {}  # pandas compares attributes while it joins
    if not bare:
        return _marked(pd.DataFrame({name: _cells(name, []) for name in OBSERVATION_COLUMNS}), dropped, members)
    joined = pd.concat(bare, ignore_index=True)
    return _marked(joined if _is_typed(joined) else joined[list(_TYPES)].astype(_TYPES), dropped, members)


def dropped_of(frame: Observations) -> tuple[Dropped, ...]:
    """Return what the connector reported as left out of these observations."""
    return tuple(frame.attrs.get(_DROPPED, ()))


def members_of(frame: Observations) -> tuple[str, ...]:
    """Return "measure dimension=code" for each dimension nobody chose from, of which all rows of a measure are."""
    return tuple(frame.attrs.get(_MEMBERS, ()))


def without_unpublished(frame: pd.DataFrame, dataset: str) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return `frame` without the filler cells of a dense table, and a report of them.

    A table drawn as a grid has a cell for every area and period. An empty, unflagged cell is a gap only where the area
    has the measure in some other period and the measure has that period for some other area; otherwise nothing was
    ever published there and the cell is layout. Cells with a flag always stay.
    """
    has_value = frame["obs_value"].notna()
    filler = ~has_value & (frame["obs_status"] == ObsStatus.MISSING)
    by_area = has_value.groupby([frame["measure"], frame["ref_area"], frame["group"]]).transform("any")
    by_period = has_value.groupby([frame["measure"], frame["time_period"], frame["group"]]).transform("any")
    layout = filler & ~(by_area & by_period)
    if not layout.any():
        return frame, []
    reason = "the cell is empty and the area or the period has no value of the measure at all"
    return frame[~layout], [Dropped(dataset, reason, int(layout.sum()), describe(frame[layout].iloc[0]))]


def describe(row: Mapping[str, Any] | pd.Series) -> str:
    """Return one row as words for a message: measure, area, period and value."""
    value = row["obs_value"]
    number = "no value" if pd.isna(value) else f"{value:g}"
    return f"{row['measure']} {row['ref_area']} {row['time_period']} = {number}"


# Below, a table is a list per column: many small files are read, and each step of pandas costs more than their rows.


def _typed(source: Source, dataset: str, rows: pd.DataFrame) -> Columns:
    gone = [c for c in ("measure", "ref_area", "time_period", "obs_value") if c not in rows.columns]
    if gone:
        raise SourceChanged(source.id, f"column {gone[0]!r} is gone", dataset=dataset)
    usual = {"group": TOTAL, "obs_status": _NORMAL}
    columns: Columns = {
        name: rows[name].tolist() if name in rows.columns else [usual[name]] * len(rows) for name in _TEXT
    }
    for position, cells in enumerate(zip(*columns.values(), strict=True)):
        if any(cell is None or cell != cell or cell == "" for cell in cells):
            raise SourceChanged(source.id, f"row {position} has an empty key", dataset=dataset)
    columns = {name: list(map(str, cells)) for name, cells in columns.items()}
    columns[_VALUE] = _numbers(source, dataset, rows[_VALUE])
    return columns


def _numbers(source: Source, dataset: str, values: pd.Series) -> list[float]:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    wrong = (numbers.isna() & values.notna()) | np.isinf(numbers)
    if wrong.any():
        raise SourceChanged(source.id, f"column 'obs_value' holds {values[wrong].iloc[0]!r}", dataset=dataset)
    found: list[float] = numbers.tolist()
    return found


def _check_measures(source: Source, dataset: str, columns: Columns) -> None:
    unknown = sorted(set(columns["measure"]) - set(source.datasets[dataset].measures))
    if unknown:
        cause = f"measure {unknown[0]!r} is not declared in config/sources/{source.id}.yaml"
        raise SourceChanged(source.id, cause, dataset=dataset)


def _explain_absence(columns: Columns) -> None:
    """Give a row without a value a status that says so, whatever other letters it carries."""
    letters = columns["obs_status"]
    for position, value in enumerate(columns[_VALUE]):
        if value != value and not VALUELESS & set(letters[position]):
            letters[position] = "".join(sorted(set(letters[position]) - {_NORMAL} | {ObsStatus.MISSING.value}))


def _without_doubles(source: Source, dataset: str, columns: Columns) -> tuple[list[int] | None, list[Dropped]]:
    """Return the positions of the first row of each key (None for all), and a report of the others, which say the same.

    Raises SourceChanged for two rows of one key that differ in value or status.
    """
    keys = list(zip(*(columns[name] for name in _KEY), strict=True))
    if len(set(keys)) == len(keys):
        return None, []
    first: dict[tuple[str, ...], int] = {}
    doubled = [position for position, key in enumerate(keys) if first.setdefault(key, position) != position]
    for position in doubled:
        before = first[keys[position]]
        if _said(columns, before) != _said(columns, position):
            rows = [describe({name: cells[place] for name, cells in columns.items()}) for place in (before, position)]
            raise SourceChanged(source.id, f"two rows disagree: {rows[0]}, then {rows[1]}", dataset=dataset)
    example = describe({name: cells[doubled[0]] for name, cells in columns.items()})
    return list(first.values()), [Dropped(dataset, "the same row was given twice", len(doubled), example)]


def _said(columns: Columns, position: int) -> tuple[float | None, str]:
    value = columns[_VALUE][position]
    return value if value == value else None, columns["obs_status"][position]


def _is_typed(frame: pd.DataFrame) -> bool:
    return tuple(frame.columns) == OBSERVATION_COLUMNS and all(
        str(found) == wanted for found, wanted in zip(frame.dtypes, _TYPES.values(), strict=True)
    )


def _cells(name: str, cells: Sequence[Any]) -> Any:
    return np.array(cells, dtype=float) if name == _VALUE else pd.array(list(cells), dtype="str")


def _marked(frame: pd.DataFrame, dropped: Sequence[Dropped], members: Sequence[str]) -> Observations:
    keys = list(zip(*(frame[name].tolist() for name in _KEY), strict=True))
    order = sorted(range(len(keys)), key=keys.__getitem__)  # faster than pandas sorts four columns of text
    if order != list(range(len(keys))):
        frame = frame.iloc[order].reset_index(drop=True)
    frame.attrs[_DROPPED], frame.attrs[_MEMBERS] = tuple(dropped), tuple(members)
    return frame
