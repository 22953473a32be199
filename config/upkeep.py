"""The upkeep of a folder of editions: which one is current, and which older ones still take room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config import snapshot, successors
from config.snapshot import SnapshotError
from config.successors import Succession


def use(root: Path, snapshot_id: str) -> None:
    """Make an edition that is there and whole the current one; raises SnapshotError where it is not."""
    there = snapshot.ids(root)
    replaced = successors.newest(successors.read(root), there).get(snapshot_id)
    if replaced is not None:
        raise SnapshotError(f"{snapshot_id} was replaced by {replaced.successor} on {replaced.date}; use that one")
    snapshot.read(root, snapshot_id)
    with snapshot.only_writer(root):
        snapshot.make_current(root, snapshot_id)


def prunable(root: Path, keep: int) -> Mapping[str, str]:
    """Return the editions that can go when the newest `keep` stay: each with the next one that is kept.

    The current edition stays, and so does one that took the place of a wrong one. An edition newer than the current one
    stays too. Raises SnapshotError when there is no current edition, or the table of successors is wrong.
    """
    if keep < 1:
        raise SnapshotError(f"{keep} editions cannot be kept; keep 1 or more")
    current, there = snapshot.current(root), snapshot.ids(root)
    if current not in there:
        raise SnapshotError(f"no snapshot {current!r} in {root}; name one with `pillars snapshots use`")
    ordered = sorted(there, key=lambda name: (name[:10], name == current, name))
    # What was pruned for room leads on: its successor may be pruned in its turn.
    named = {one.successor for one in successors.read(root) if one.reason != "room"}
    newer = ordered[ordered.index(current) :]
    stay = {current, *newer, *(named & set(there)), *ordered[-keep:]}
    found = {}
    for at, name in enumerate(ordered):
        if name not in stay:
            found[name] = next(other for other in ordered[at:] if other in stay)
    return found


def prune(root: Path, keep: int, today: str) -> Mapping[str, str]:
    """Remove what `prunable` names and return it; each leaves a line, so that its addresses lead to the next edition.

    `today` is an ISO date. A kill leaves each edition whole, or gone with its successor recorded. Raises SnapshotError
    where an edition that others are led to is damaged.
    """
    found = prunable(root, keep)
    for successor in sorted({*found.values()}):
        snapshot.read(root, successor)
    for name, successor in found.items():
        successors.retire(root, Succession(name, successor, today, "room"))
    return found
