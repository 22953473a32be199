"""Two snapshots side by side, as rows to print: rules laid down otherwise, scores that moved, observations."""

from __future__ import annotations

import csv as csv_format
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from config import difference
from config.snapshot import FORMULA_TRIGGERS, Snapshot
from indicators.differences import Cause, Ends, Move, Vintage, moves
from indicators.parameters import Parameter, parameters

COLUMNS = ("change", "what", "place", "period", "group", "before", "after", "cause")


class Form(StrEnum):
    """Forms of a printed comparison."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


Row = Mapping[str, float | str | None]  # by COLUMNS; None where there is nothing
NONE = "none"


def rows(before: Snapshot, after: Snapshot) -> list[Row]:
    """Return one row for each rule, then each score, rank and range, then each observation that differs."""
    vintages = Vintage(before.scores, before.catalogue), Vintage(after.scores, after.catalogue)
    return [
        *map(_rule, parameters(before.catalogue, after.catalogue)),
        *(row for move in moves(*vintages) for row in _move(move)),
        *_observations(before, after),
    ]


def worded(row: Row) -> tuple[str, ...]:
    """Return a row as words: what is not there is "none", a number has its shortest digits."""
    told = [_plain(row[column]) for column in COLUMNS]
    at = COLUMNS.index("before")
    return (*(cell or "–" for cell in told[:at]), *(cell or NONE for cell in told[at : at + 2]), told[-1] or "–")


def csv(found: Sequence[Row]) -> str:
    """Return rows as CSV; a cell that is not there is empty, and none would run as a formula."""
    text = io.StringIO()
    writer = csv_format.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_harmless(row[column]) for column in COLUMNS] for row in found)
    return text.getvalue()


def json_text(found: Sequence[Row]) -> str:
    """Return rows as a JSON list of records; what is not there is null."""
    return json.dumps([dict(row) for row in found], ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _row(change: str, what: str, **cells: float | str | None) -> Row:
    return {**dict.fromkeys(COLUMNS), "change": change, "what": what, **cells}


def _rule(found: Parameter) -> Row:
    what = f"{found.thing} {found.field}".strip()
    return _row(found.kind, what, before=_cell(found.before), after=_cell(found.after))


def _move(found: Move) -> Iterator[Row]:
    cause = "; ".join(map(cause_text, found.causes))
    for quantity, (before, after) in found.numbers.items():
        yield _row(quantity, found.thing, place=found.place, before=_ends(before), after=_ends(after), cause=cause)


def _observations(before: Snapshot, after: Snapshot) -> Iterator[Row]:
    changed = difference.between(before.observations, after.observations)
    for kind, measure, area, period, group, old, new, old_status, new_status in changed.itertuples(index=False):
        status = f"status {_status(old_status)} to {_status(new_status)}" if old_status != new_status else None
        yield _row(f"{kind} value", str(measure), place=str(area), period=str(period), group=str(group),
                   before=_number(old), after=_number(new), cause=status if kind == "revised" else None)  # fmt: skip


def cause_text(cause: Cause) -> str:
    """Return a cause as English words for the command line."""
    before, after = (_plain(value) or NONE for value in (cause.before, cause.after))
    if cause.parameter is not None:
        rule, first, second = (cause.parameter, *(_plain(_cell(v)) or NONE for v in
                                                  (cause.parameter.before, cause.parameter.after)))  # fmt: skip
        if rule.before is None and rule.after is None:
            return f"{rule.kind}: {rule.thing}"
        return f"{rule.kind} of {rule.thing}, {rule.field}: {first} to {second}"
    return {
        "period": f"newer period of {cause.indicator}: {before} to {after}",
        "others": "scores of other places moved",
        "unexplained": "neither a value nor a rule of the catalogue: the formulas of the software",
    }.get(cause.kind, f"{cause.kind} value of {cause.indicator}, {cause.period}: {before} to {after}")


def _ends(ends: Ends | None) -> float | str | None:
    if ends is None:
        return None
    return ends[0] if len(ends) == 1 else f"{_plain(ends[0])}–{_plain(ends[-1])}"


def _cell(value: object) -> float | str | None:
    if value is None or isinstance(value, (float, int, str)):
        return str(value) if isinstance(value, bool) else value
    return json.dumps(value, ensure_ascii=False)


def _number(value: object) -> float | None:
    number = float(str(value))
    return None if number != number else number


def _status(value: object) -> str:
    return value if isinstance(value, str) and value else NONE


def _plain(value: float | str | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.12g}"


def _harmless(cell: float | str | None) -> float | str | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_TRIGGERS) else cell
