"""Regions under the codes of one NUTS version: what a recode lets a value be carried to, and what it does not.

A value goes to the other code only where that code has nothing of its own to say for the same measure, period and
group: two rows are never made one, and a gap that the publisher explains stays his. Splits, mergers and exchanges
carry nothing; the values that a reader might have hoped for are counted (`config/nuts.yaml` has the history).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import pandas as pd

from config.catalogue import crosswalk
from config.schema import ObsStatus
from connectors.contract import Dropped

_REASON = "the region was split, merged or exchanged between NUTS versions: its values are carried to no other"
Key = tuple[str, str, str, str]  # measure, group, time_period, ref_area


def in_version(rows: pd.DataFrame, version: int, dataset: str) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return rows (columns of the key, obs_value, obs_status) with recoded areas renamed, and what was not carried."""
    carried = crosswalk().carried(version)
    concerned = rows[rows["ref_area"].isin([*carried, *carried.values()])]
    spoken = _speaks(concerned)
    own = dict(zip(_keys(concerned), spoken, strict=True))
    moves: dict[Hashable, Key] = {}
    for wanted in (True, False):  # what is said goes first; an unexplained gap goes only where nothing is
        part = concerned[spoken == wanted]
        for index, key in zip(part.index, _keys(part), strict=True):
            there = (*key[:3], carried.get(key[3], key[3]))
            free = not own.get(there) if wanted else there not in own
            if there != key and free:
                moves[index] = there
        own |= dict.fromkeys(moves.values(), True)
    if moves:
        replaced = set(moves.values())
        silent = concerned[~spoken & ~concerned.index.isin(list(moves))]
        gone = [index for index, key in zip(silent.index, _keys(silent), strict=True) if key in replaced]
        areas = rows["ref_area"].to_dict() | {index: key[3] for index, key in moves.items()}
        rows = rows.assign(ref_area=pd.Series(areas, dtype=object)).drop(index=gone)
    return rows, _apart(rows, version, dataset)


def _apart(rows: pd.DataFrame, version: int, dataset: str) -> list[Dropped]:
    """Report values of regions that share ground with one of ours where ours has none."""
    apart = crosswalk().apart(version)
    ours = {code for found in apart.values() for code in found}
    valued = rows[rows["obs_value"].notna() & rows["ref_area"].isin([*apart, *ours])]
    held = set(_keys(valued))
    lost = [
        (key, change)
        for key in sorted(held)
        for code, change in apart.get(key[3], {}).items()
        if (*key[:3], code) not in held
    ]
    if not lost:
        return []
    (_, _, period, area), change = lost[0]
    return [Dropped(dataset, _REASON, len({key for key, _ in lost}), f"{area} {period} ({change})")]


def _speaks(rows: pd.DataFrame) -> pd.Series:
    return rows["obs_value"].notna() | (rows["obs_status"] != ObsStatus.MISSING.value)


def _keys(rows: pd.DataFrame) -> Iterator[Key]:
    return zip(rows["measure"], rows["group"], rows["time_period"], rows["ref_area"], strict=True)
