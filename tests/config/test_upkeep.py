"""Choosing and pruning editions: only whole ones are chosen, and what leads somewhere goes on leading somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import snapshot, successors, upkeep
from config.snapshot import SnapshotError
from config.successors import Succession
from tests.config.test_snapshot import CATALOGUE, SCORES, observed, origin

TODAY = "2027-01-01"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder of five editions, one a month; the fifth is current."""
    for month in range(1, 6):
        retrieved = origin(f"2026-{month:02}-01T00:00:00Z")
        snapshot.write(tmp_path, observed(float(month)), SCORES, [retrieved], CATALOGUE)
    return tmp_path


def test_another_edition_becomes_current_and_back(root: Path) -> None:
    first, *_, last = snapshot.ids(root)
    upkeep.use(root, first)
    assert snapshot.current(root) == first
    upkeep.use(root, last)
    assert snapshot.current(root) == last


def test_a_damaged_edition_never_becomes_current(root: Path) -> None:
    first, *_, last = snapshot.ids(root)
    (root / first / "scores.csv").write_text("x")
    with pytest.raises(SnapshotError, match=f"snapshot {first} is damaged: scores.csv was changed"):
        upkeep.use(root, first)
    with pytest.raises(SnapshotError, match="no snapshot 'none'"):
        upkeep.use(root, "none")
    assert snapshot.current(root) == last


def test_a_missing_pointer_is_mended_by_choosing(root: Path) -> None:
    last = snapshot.ids(root)[-1]
    (root / snapshot.POINTER).unlink()
    with pytest.raises(SnapshotError, match="pillars snapshots use"):
        snapshot.current(root)
    upkeep.use(root, last)
    assert snapshot.read(root).id == last


def test_a_replaced_edition_names_the_one_to_use(root: Path) -> None:
    first, second, *_ = snapshot.ids(root)
    successors.retire(root, Succession(first, second, TODAY, "method"))
    with pytest.raises(SnapshotError, match=f"{first} was replaced by {second}"):
        upkeep.use(root, first)


def test_the_oldest_go_and_their_addresses_lead_to_the_next_that_is_kept(root: Path) -> None:
    one, two, three, four, five = snapshot.ids(root)
    assert upkeep.prunable(root, 2) == dict.fromkeys((one, two, three), four)
    assert snapshot.ids(root) == (one, two, three, four, five)
    assert upkeep.prune(root, 2, TODAY) == dict.fromkeys((one, two, three), four)
    assert snapshot.ids(root) == (four, five)
    assert [(s.replaced, s.successor, s.reason) for s in successors.read(root)] == [
        (name, four, "room") for name in (one, two, three)
    ]
    assert upkeep.prune(root, 1, TODAY) == {four: five}
    assert {s.successor for s in successors.newest(successors.read(root), snapshot.ids(root)).values()} == {five}


def test_the_current_edition_and_those_that_mended_others_stay(root: Path) -> None:
    one, two, three, four, five = snapshot.ids(root)
    successors.retire(root, Succession(one, two, TODAY, "figures"))
    upkeep.use(root, three)
    assert upkeep.prunable(root, 1) == {}
    upkeep.use(root, five)
    assert upkeep.prunable(root, 1) == {three: five, four: five}


def test_nothing_goes_when_it_would_lead_to_a_damaged_one(root: Path) -> None:
    *_, five = before = snapshot.ids(root)
    (root / five / "scores.csv").write_text("x")
    with pytest.raises(SnapshotError, match=f"{five} is damaged"):
        upkeep.prune(root, 1, TODAY)
    assert snapshot.ids(root) == before
    with pytest.raises(SnapshotError, match="keep 1 or more"):
        upkeep.prunable(root, 0)
