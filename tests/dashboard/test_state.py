from __future__ import annotations

from pathlib import Path

import pytest

from config import snapshot
from config.snapshot import SnapshotError
from dashboard.state import Library, load
from tests.dashboard.samples import edition, provenance
from tests.dashboard.sites import NEWER, OLDER, older


def test_a_pinned_edition_is_read_once() -> None:
    asked: list[str] = []

    def read(wanted: str) -> object:
        asked.append(wanted)
        return older()

    library = Library(edition(), (OLDER, NEWER), read)  # type: ignore[arg-type]
    assert library.edition(None) is library.edition(NEWER) is library.current
    assert library.edition(OLDER) is library.edition(OLDER)
    assert asked == [OLDER]
    with pytest.raises(KeyError):
        library.edition("2020-01-01-00000000")


def test_a_folder_without_snapshots_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no current snapshot"):
        load(tmp_path)


def test_a_snapshot_on_disk_is_scored_with_its_own_catalogue(tmp_path: Path) -> None:
    made = edition()
    folder = snapshot.write(tmp_path, made.observations, made.table, provenance(), made.catalogue)
    library = load(tmp_path)
    found = library.current
    assert (found.id, library.ids) == (folder.name, (folder.name,))
    assert found.scores.pillars.equals(made.scores.pillars)
    assert {name for name, _, _ in found.files} == {file.name for file in folder.iterdir()}
    assert all(len(digest) == 64 for name, _, digest in found.files if name != snapshot.SUMS)
