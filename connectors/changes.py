"""What a refresh brings against the last snapshot, in clauses for its report: new, revised, withdrawn, other names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from config.difference import between
from config.schema import Payload, Provenance, Source
from connectors.contract import Observations
from connectors.shape import differences, names

_WORDS = {"new": "new", "revised": "revised", "withdrawn": "no longer there"}


def notes(frame: Observations, before: Observations) -> tuple[str, ...]:
    """Return one clause per kind of change of the observations, with its count and first example; () for none."""
    changed = between(before, frame)
    found = [_clause(kind, changed[changed["change"] == kind]) for kind in _WORDS]
    ends, ended = _newest(frame), _newest(before)
    if ended and ends > ended:
        found.append(f"latest period {ends}, was {ended}")
    return tuple(clause for clause in found if clause)


def shapes(source: Source, payloads: Sequence[Payload]) -> dict[str, tuple[str, ...]]:
    """Return sha256 -> names in the payload."""
    return {payload.sha256: names(source.id, payload) for payload in payloads}


def shape_notes(
    payloads: Iterable[Payload], known: Sequence[Provenance], shapes: dict[str, tuple[str, ...]]
) -> list[str]:
    """Return a clause per column or key that is new or gone against the last snapshot's payloads of the dataset."""
    payloads = list(payloads)
    clauses: list[str] = []
    for dataset in dict.fromkeys(payload.dataset for payload in payloads):
        now = {name for payload in payloads if payload.dataset == dataset for name in shapes[payload.sha256]}
        before = {name for item in known if item.dataset == dataset for name in item.shape}
        clauses += [f"{dataset}: {clause}" for clause in differences(before, now)]
    return clauses


def _clause(kind: str, rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    row = rows.iloc[0]
    value = row["before"] if kind == "withdrawn" else row["after"]
    was = f", was {_number(row['before'])}" if kind == "revised" else ""
    where = f"{row['measure']} {row['ref_area']} {row['time_period']}"
    return f"{len(rows)} values {_WORDS[kind]}, e.g. {where} = {_number(value)}{was}"


def _number(value: float) -> str:
    return "none" if pd.isna(value) else f"{value:g}"


def _newest(frame: Observations) -> str:
    periods = frame.loc[frame["obs_value"].notna(), "time_period"]
    return str(periods.max()) if len(periods) else ""
