from __future__ import annotations

import shutil

import pytest

from config import snapshot
from config.snapshot import SnapshotError
from dashboard.lookup import Lookup
from dashboard.state import Library, Lru, load
from tests.dashboard.samples import edition
from tests.dashboard.serving import NEWER, OLDER, older


def test_a_library_reads_the_current_snapshot_and_scores_it(tmp_path):
    held = load(snapshot.SHIPPED).current
    assert held.id == snapshot.current()
    assert held.lookup.standing("overall", "brussels").rank is not None
    names = {name for name, _, digest in held.files if digest}
    assert {"observations.csv", "observations.parquet", "scores.csv", "provenance.json", "datapackage.json"} <= names


def test_an_empty_folder_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(SnapshotError, match="pillars refresh"):
        load(tmp_path)


def test_a_damaged_snapshot_is_refused(tmp_path):
    root = tmp_path / "snapshots"
    shutil.copytree(snapshot.SHIPPED, root)
    (root / snapshot.current(root) / "catalogue.json").write_text("{")
    with pytest.raises(SnapshotError, match="not readable"):
        load(root)


def test_a_pinned_snapshot_is_read_when_it_is_asked_for_and_only_once():
    read = []

    def reader(wanted):
        read.append(wanted)
        return older()

    library = Library(edition(), (OLDER, NEWER), reader)
    assert read == []
    assert library.edition(OLDER) is library.edition(OLDER)
    assert read == [OLDER]
    assert library.edition(None) is library.edition(NEWER) is library.current


def test_an_unknown_snapshot_is_a_key_error():
    with pytest.raises(KeyError):
        Library(edition(), (NEWER,), lambda wanted: older()).edition("2020-01-01-aaaaaaaa")


def test_the_least_recently_used_leaves_first():
    kept = Lru(2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)


def test_the_value_that_counts_is_the_scored_one():
    cells = edition().scores.cells
    scored = cells[(cells["indicator"] == "pt_frequency") & (cells["ref_area"] == "rome") & cells["latest"]]
    assert edition().lookup.cell("pt_frequency", "rome").value == scored["obs_value"].item()


def test_a_series_is_in_the_order_of_time_and_of_everyone():
    periods = [cell.period for cell in edition().lookup.series("pt_frequency", "rome")]
    assert periods == sorted(periods)
    assert len(set(periods)) == len(periods)


def test_places_without_a_rank_are_left_out_of_the_ranking():
    ranked = edition().lookup.ranked("overall")
    assert [row.rank for row in ranked] == sorted(row.rank for row in ranked)
    assert "ghent" not in {row.place for row in ranked}


def test_what_is_not_there_is_none_and_not_an_error():
    lookup = Lookup(edition().scores)
    assert lookup.cell("pt_frequency", "ixelles") is None
    assert lookup.standing("open", "ixelles") is None
    assert lookup.series("nothing", "rome") == ()
