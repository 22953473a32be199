"""The shipped snapshot: whole, complete, and what the connectors make of the recorded files, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import snapshot
from config.catalogue import load, measures_of
from config.origin import restated
from config.snapshot import Snapshot
from connectors import recordings, refresh
from indicators import score
from indicators.table import table

ROOT = Path(__file__).resolve().parent.parent
REMAKE = (
    "the shipped edition is not that of this checkout: `make rescore` makes it anew from its own observations; where "
    'numbers changed, `make rescore ARGS="--replace catalogue"` (or method, rounding, figures) also says why'
)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def shipped() -> Snapshot:
    return snapshot.read()


def test_it_is_whole(shipped: Snapshot) -> None:
    assert snapshot.verify(shipped.folder) == ()


def test_it_was_made_with_the_catalogue_of_this_checkout(shipped: Snapshot) -> None:
    assert shipped.catalogue.model_dump(mode="json") == load().model_dump(mode="json"), REMAKE


def test_it_was_made_with_the_code_of_this_checkout(shipped: Snapshot, tmp_path: Path) -> None:
    """Its own observations, scored here and now, give the same id and the same bytes."""
    catalogue = load()
    scores = table(score(shipped.observations, catalogue))
    origins = restated(shipped.provenance, catalogue)
    folder = snapshot.write(tmp_path, shipped.observations, scores, origins, catalogue)
    assert folder.name == shipped.id, REMAKE
    assert contents(folder) == contents(shipped.folder), REMAKE


def test_every_indicator_has_values_and_each_value_a_file_behind_it(shipped: Snapshot) -> None:
    origins = {measure for p in shipped.provenance for measure in p.measures}
    known = set(shipped.observations["measure"])
    for indicator in shipped.catalogue.indicators.values():
        assert set(measures_of(indicator)) <= known & origins, indicator.id
    assert known <= origins


def test_thirty_places_are_scored_and_ranked_overall(shipped: Snapshot) -> None:
    rows = shipped.scores[shipped.scores["indicator"] == "overall"]
    ranked = rows[rows["rank"].notna()]
    assert set(ranked["ref_area"]) == {p.id for p in shipped.catalogue.city_regions("default")}
    assert not rows.set_index("ref_area").loc["zurich", ["rank"]].notna().any()


def test_no_figure_may_not_travel(shipped: Snapshot) -> None:
    used = {p.source for p in shipped.provenance}
    assert all(shipped.catalogue.sources[name].licence.redistributable for name in used)


@pytest.mark.recorded
def test_the_recorded_files_give_the_same_bytes(recorded: Path, shipped: Snapshot, tmp_path: Path) -> None:
    catalogue = load()
    listed = (ROOT / "tests" / "recordings.csv").read_text(encoding="utf-8")
    there = tmp_path / "recordings.csv"  # the same list, wherever the recorded files lie
    there.write_text(listed.replace("../../shared/data", recorded.resolve().as_posix()), encoding="utf-8")
    payloads = recordings.read(there, catalogue.sources)
    done = refresh.run(catalogue, recordings=payloads)
    assert done.failed == ()
    scores = table(score(done.observations, catalogue))
    folder = snapshot.write(tmp_path, done.observations, scores, done.provenance, catalogue)
    assert folder.name == shipped.id, REMAKE
    assert contents(folder) == contents(shipped.folder), REMAKE
