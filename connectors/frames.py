"""Build and check the table of observations: every connector's `parse` ends here.

In: columns `measure, ref_area, time_period, obs_value`, and `group` and `obs_status` where they matter.
Out: `config.schema.OBSERVATION_COLUMNS`, sorted by the key, one row per key, unit taken from the declared measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from config.schema import OBSERVATION_COLUMNS, OBSERVATION_KEY, TOTAL, ObsStatus, Source
from connectors.contract import Dropped, Observations
from connectors.errors import NoObservations, SourceChanged

_KEY = list(OBSERVATION_KEY)
_DROPPED = "dropped"
_NORMAL = ObsStatus.NORMAL.value
# A row without a value says why: there is none, it is suppressed, or we withdrew it as a suspected copy.
VALUELESS = frozenset((ObsStatus.MISSING.value, ObsStatus.SUPPRESSED.value, ObsStatus.SUSPECT.value))


def observations(source: Source, dataset: str, rows: pd.DataFrame, dropped: Iterable[Dropped] = ()) -> Observations:
    """Return checked observations of one dataset from `rows` (columns as in the module text), sorted by the key.

    Equal duplicates become one row and are reported; raises SourceChanged for contradicting duplicates, an undeclared
    measure or a value that is not a finite number, NoObservations when no row holds a value.
    """
    frame = _typed(source, dataset, rows)
    _check_measures(source, dataset, frame)
    frame = _explain_absence(frame)
    frame, doubles = _without_doubles(source, dataset, frame)
    if frame["obs_value"].isna().all():
        raise NoObservations(source.id, "the answer has the right shape and holds no value", dataset=dataset)
    measures = source.datasets[dataset].measures
    frame["unit"] = frame["measure"].map({name: measure.unit for name, measure in measures.items()})
    frame["source"] = source.id
    return _marked(frame, [*dropped, *doubles])


def combine(frames: Sequence[Observations]) -> Observations:
    """Return the observations of several datasets as one table, with all that was dropped from each."""
    if not frames:
        return _marked(pd.DataFrame(columns=list(OBSERVATION_COLUMNS)), [])
    bare = []
    for frame in frames:
        bare.append(frame.copy())
        bare[-1].attrs = {}  # pandas compares attributes while it joins
    return _marked(pd.concat(bare), [item for frame in frames for item in dropped_of(frame)])


def dropped_of(frame: Observations) -> tuple[Dropped, ...]:
    """Return what the connector reported as left out of these observations."""
    return tuple(frame.attrs.get(_DROPPED, ()))


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


def describe(row: pd.Series) -> str:
    """Return one row as words for a message: measure, area, period and value."""
    value = row["obs_value"]
    number = "no value" if pd.isna(value) else f"{value:g}"
    return f"{row['measure']} {row['ref_area']} {row['time_period']} = {number}"


def _typed(source: Source, dataset: str, rows: pd.DataFrame) -> pd.DataFrame:
    gone = [c for c in ("measure", "ref_area", "time_period", "obs_value") if c not in rows.columns]
    if gone:
        raise SourceChanged(source.id, f"column {gone[0]!r} is gone", dataset=dataset)
    frame = rows.reset_index(drop=True)
    frame = frame.assign(group=frame.get("group", TOTAL), obs_status=frame.get("obs_status", _NORMAL))
    frame = frame[[*_KEY, "obs_value", "obs_status"]]
    text = [*_KEY, "obs_status"]
    bad = frame[text].isna().any(axis=1) | (frame[text].astype(str) == "").any(axis=1)
    if bad.any():
        raise SourceChanged(source.id, f"row {bad.to_list().index(True)} has an empty key", dataset=dataset)
    frame[text] = frame[text].astype("str")
    frame["obs_value"] = _numbers(source, dataset, frame["obs_value"])
    return frame


def _numbers(source: Source, dataset: str, values: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    wrong = (numbers.isna() & values.notna()) | np.isinf(numbers)
    if wrong.any():
        raise SourceChanged(source.id, f"column 'obs_value' holds {values[wrong].iloc[0]!r}", dataset=dataset)
    return numbers


def _check_measures(source: Source, dataset: str, frame: pd.DataFrame) -> None:
    unknown = sorted(set(frame["measure"]) - set(source.datasets[dataset].measures))
    if unknown:
        cause = f"measure {unknown[0]!r} is not declared in config/sources/{source.id}.yaml"
        raise SourceChanged(source.id, cause, dataset=dataset)


def _explain_absence(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a row without a value a status that says so, whatever other letters it carries."""
    silent = frame["obs_value"].isna() & ~frame["obs_status"].map(lambda letters: bool(VALUELESS & set(letters)))
    missing = ObsStatus.MISSING.value
    frame.loc[silent, "obs_status"] = [
        "".join(sorted(set(letters) - {_NORMAL} | {missing})) for letters in frame.loc[silent, "obs_status"]
    ]
    return frame


def _without_doubles(source: Source, dataset: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Dropped]]:
    doubled = frame.duplicated(_KEY)
    if not doubled.any():
        return frame, []
    distinct = frame.drop_duplicates()
    contradiction = distinct.duplicated(_KEY)
    if contradiction.any():
        row = distinct[contradiction].iloc[0]
        first = distinct[(distinct[_KEY] == row[_KEY]).all(axis=1)].iloc[0]
        raise SourceChanged(source.id, f"two rows disagree: {describe(first)}, then {describe(row)}", dataset=dataset)
    return distinct, [
        Dropped(dataset, "the same row was given twice", int(doubled.sum()), describe(frame[doubled].iloc[0]))
    ]


def _marked(frame: pd.DataFrame, dropped: Sequence[Dropped]) -> Observations:
    types = {name: "float64" if name == "obs_value" else "str" for name in OBSERVATION_COLUMNS}
    result = frame[list(types)].astype(types)
    keys = list(zip(*(result[name].tolist() for name in _KEY), strict=True))  # faster to sort than four columns of text
    result = result.iloc[sorted(range(len(keys)), key=keys.__getitem__)].reset_index(drop=True)
    result.attrs[_DROPPED] = tuple(dropped)
    return result
