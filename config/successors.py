"""Which edition took the place of one that is gone: `snapshots/SUCCESSORS.csv`, so that no published address dies.

An edition is replaced when its numbers are made anew from the same publishers' files: rounded, by a mended method, with
a corrected goalpost. Its id then leads to the successor's, over as many steps as there are.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, fields
from io import StringIO
from pathlib import Path
from typing import Literal, get_args

from config.exchange import settle
from config.snapshot import SHIPPED, SnapshotError, only_writer, write_durably

FILE = "SUCCESSORS.csv"
Reason = Literal["rounding", "method", "catalogue", "figures", "room"]
REASONS: tuple[Reason, ...] = get_args(Reason)
_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Succession:
    """One replaced edition, the edition that took its place, the ISO date of that, and why.

    `reason`: "rounding" (numbers at declared digits, the same on every machine), "method" (how scores are computed),
    "catalogue" (goalposts, weights, indicators or places were corrected), "figures" (a publisher's figure was misread),
    "room" (nothing was wrong with it: it was pruned, and its addresses lead to the next edition that is kept).
    """

    replaced: str
    successor: str
    date: str
    reason: Reason


COLUMNS = tuple(field.name for field in fields(Succession))


def read(root: Path = SHIPPED) -> tuple[Succession, ...]:
    """Return the table of `root` in file order, empty where there is none; raises SnapshotError for a wrong row."""
    file = root / FILE
    if not file.is_file():
        return ()
    try:
        lines = list(csv.reader(StringIO(file.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SnapshotError(f"{FILE} is not readable ({error}); restore it") from error
    if not lines or tuple(lines[0]) != COLUMNS:
        raise SnapshotError(f"{FILE}: the first line must be {','.join(COLUMNS)}")
    found = tuple(_succession(number, cells) for number, cells in enumerate(lines[1:], start=2))
    _refuse_unclear(found)
    return found


def newest(found: Collection[Succession], there: Collection[str]) -> Mapping[str, Succession]:
    """Return per replaced id its first step, with `successor` the last edition of its chain; only those in `there`.

    An id that is itself in `there` was not removed and answers for itself.
    """
    steps = {one.replaced: one for one in found}
    ends = {}
    for name, first in steps.items():
        last = first.successor
        while last in steps and last not in there:
            last = steps[last].successor
        if last in there and name not in there:
            ends[name] = Succession(name, last, first.date, first.reason)
    return ends


def retire(root: Path, one: Succession) -> None:
    """Record a succession in the table of `root` and remove the replaced edition; raises SnapshotError as `read` does.

    The successor must be there. A kill leaves the replaced edition whole, or gone with its successor recorded.
    """
    if not (root / one.successor).is_dir():
        raise SnapshotError(f"no edition {one.successor!r} in {root} to take the place of {one.replaced!r}")
    with only_writer(root):
        kept = [*(other for other in read(root) if other.replaced != one.replaced), one]
        _refuse_unclear(kept)
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([COLUMNS, *(astuple(each) for each in kept)])
        draft = root / f".{FILE}"
        write_durably(draft, text.getvalue().encode())
        draft.replace(root / FILE)
        settle(root)
        gone = root / f".writing-{one.replaced}"  # the name of what the next writer clears away
        (root / one.replaced).rename(gone)
        settle(root)
        shutil.rmtree(gone, ignore_errors=True)


def _succession(number: int, cells: list[str]) -> Succession:
    where = f"{FILE}, line {number}"
    if len(cells) != len(COLUMNS):
        raise SnapshotError(f"{where}: {len(cells)} cells; give {', '.join(COLUMNS)}")
    replaced, successor, date, reason = cells
    for name in (replaced, successor):
        if not _ID.fullmatch(name):
            raise SnapshotError(f"{where}: {name!r} is no id of an edition, such as 2026-08-18-0a1b2c3d")
    if not _DATE.fullmatch(date):
        raise SnapshotError(f"{where}: {date!r} is no date; write YYYY-MM-DD")
    if reason not in REASONS:
        raise SnapshotError(f"{where}: unknown reason {reason!r}; choose from {', '.join(REASONS)}")
    return Succession(replaced, successor, date, reason)


def _refuse_unclear(found: Collection[Succession]) -> None:
    """Refuse two successors of one edition, and a chain that comes back to where it began."""
    steps = {one.replaced: one.successor for one in found}
    if len(steps) != len(found):
        twice = next(one.replaced for one in found if [o.replaced for o in found].count(one.replaced) > 1)
        raise SnapshotError(f"{FILE}: {twice} has two successors; keep one of the lines")
    for start in steps:
        seen, at = {start}, steps[start]
        while at in steps:
            if at in seen:
                raise SnapshotError(f"{FILE}: the successors of {start} come back to {at}; one of the lines is wrong")
            seen.add(at)
            at = steps[at]
        if at in seen:
            raise SnapshotError(f"{FILE}: {start} is its own successor; remove the line")
