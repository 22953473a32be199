"""The shipped snapshot: whole, complete, and what the connectors make of the recorded files, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import snapshot
from config.catalogue import load, measures_of, under
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


IDS = snapshot.ids()
# Of each edition the list of recorded files it was made of, and of which method.
MADE_OF = {"2026-08-18": "recordings-2026-08-18.csv", "2026-09-24": "recordings.csv"}


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def shipped() -> Snapshot:
    return snapshot.read()


def test_two_editions_are_shipped_and_the_newest_is_current() -> None:
    assert len(IDS) == 2
    assert snapshot.current() == IDS[-1]
    assert [snapshot.read(snapshot_id=name).catalogue.method.id for name in IDS] == ["goalpost-v1", "goalpost-v2"]


@pytest.mark.parametrize("name", IDS)
def test_each_is_whole(name: str) -> None:
    assert snapshot.verify(snapshot.SHIPPED / name) == ()


def test_it_was_made_with_the_catalogue_of_this_checkout(shipped: Snapshot) -> None:
    assert shipped.catalogue.model_dump(mode="json") == load().model_dump(mode="json"), REMAKE


@pytest.mark.parametrize("name", IDS)
def test_each_was_made_with_the_code_of_this_checkout(name: str, tmp_path: Path) -> None:
    """Its own observations, scored here and now by its own catalogue, give the same id and the same bytes."""
    shipped = snapshot.read(snapshot_id=name)
    catalogue = shipped.catalogue
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


def test_ranked_is_who_has_enough_of_each_pillar(shipped: Snapshot) -> None:
    """By one rule: two thirds of the weight of every pillar; the list in places.yaml expects the same."""
    rows = shipped.scores[shipped.scores["indicator"].str.startswith(("pillar:", "overall"))]
    enough = rows[rows["indicator"] != "overall"].groupby("ref_area")["coverage"].min() >= 2 / 3 - 1e-9
    ranked = set(rows[(rows["indicator"] == "overall") & rows["rank"].notna()]["ref_area"])
    assert ranked == set(enough[enough].index)
    assert ranked == {p.id for p in shipped.catalogue.city_regions("default")}


def test_the_edition_before_ranks_the_thirty_it_listed() -> None:
    before = snapshot.read(snapshot_id=IDS[0])
    rows = before.scores[before.scores["indicator"] == "overall"]
    assert set(rows[rows["rank"].notna()]["ref_area"]) == {p.id for p in before.catalogue.city_regions("default")}


def test_the_answer_rests_on_figures_of_today(shipped: Snapshot) -> None:
    """For Brussels: local values of 2022 or later, values of 2022 or later, and the national share of the weight."""
    rows = shipped.scores.query("ref_area == 'brussels' and role == 'score' and group == 'total'")
    rows = rows[rows["latest"].astype(str) == "True"]
    recent = rows["window_end"].astype(str).str[:4].astype(float) >= 2022
    local = rows["level"] != "country"
    weights = {i.id: i.weight for i in shipped.catalogue.scored()}
    whole = {p: sum(i.weight for i in shipped.catalogue.scored(p)) for p in shipped.catalogue.pillars}
    shares = [weights[i] / whole[p] / len(whole) for i, p in zip(rows["indicator"], rows["pillar"], strict=True)]
    national = sum(share for share, here in zip(shares, local, strict=True) if not here)
    assert (recent & local).sum() >= 17
    assert recent.sum() >= 22
    # (1.5 / 4.5 of CONNECTED + 1.5 / 5.5 of OPEN) / 4 pillars = 15.2 %
    assert national == pytest.approx((1.5 / 4.5 + 1.5 / 5.5) / 4)


def test_the_method_before_can_still_be_chosen(shipped: Snapshot) -> None:
    """Under it every indicator weighs the same, as the variant of equal weights has it."""
    older = under(shipped.catalogue, "goalpost-v1")
    assert {indicator.weight for indicator in older.scored()} == {1.0}
    by_v1 = score(shipped.observations, older).pillars.set_index(["pillar", "ref_area"])["score"]
    variants = score(shipped.observations, shipped.catalogue).variants.query("variant == 'equal-weights'")
    same = variants[variants["pillar"] != "overall"].set_index(["pillar", "ref_area"])["score"]
    assert by_v1.loc[same.index].tolist() == pytest.approx(same.tolist(), nan_ok=True)


def test_no_figure_may_not_travel(shipped: Snapshot) -> None:
    used = {p.source for p in shipped.provenance}
    assert all(shipped.catalogue.sources[name].licence.redistributable for name in used)


@pytest.mark.recorded
@pytest.mark.parametrize("name", IDS)
def test_the_recorded_files_give_the_same_bytes(recorded: Path, name: str, tmp_path: Path) -> None:
    """Each edition, from its files and by its own catalogue."""
    catalogue = snapshot.read(snapshot_id=name).catalogue
    listed = (ROOT / "tests" / MADE_OF[name[:10]]).read_text(encoding="utf-8")
    there = tmp_path / "recordings.csv"  # the same list, wherever the recorded files lie
    there.write_text(listed.replace("../../shared/data", recorded.resolve().as_posix()), encoding="utf-8")
    payloads = recordings.read(there, catalogue.sources)
    done = refresh.run(catalogue, recordings=payloads)
    assert done.failed == ()
    scores = table(score(done.observations, catalogue))
    folder = snapshot.write(tmp_path, done.observations, scores, done.provenance, catalogue)
    assert folder.name == name, REMAKE
    assert contents(folder) == contents(snapshot.SHIPPED / name), REMAKE
