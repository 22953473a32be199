"""An edition is made anew from its own observations: better words keep its id, other numbers get their own."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from config import catalogue as catalogues
from config import digits, snapshot, successors
from config.catalogue import load
from config.schema import Catalogue
from config.snapshot import SnapshotError
from dashboard import cli, history
from dashboard.rescoring import rescore
from dashboard.state import load as serve
from tests.config.forged import signed_anew

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Return a copy of the shipped editions."""
    folder = tmp_path / "snapshots"
    shutil.copytree(snapshot.SHIPPED, folder, ignore=shutil.ignore_patterns(".*"))
    return folder


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of config/, which the command reads in the place of the shipped one."""
    folder = tmp_path / "config"
    shutil.copytree(catalogues.FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(catalogues, "FOLDER", folder)
    return folder


def edit(file: Path, found: str, instead: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(re.findall(found, text)) >= 1, found
    file.write_text(re.sub(found, instead, text, count=1), encoding="utf-8")


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli.app, ["snapshots", "rescore", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def is_that_of_the_checkout(root: Path) -> None:
    """What the tests of the shipped edition ask of it, of another folder and config."""
    held = snapshot.read(root)
    assert snapshot.verify(held.folder) == ()
    assert held.catalogue.model_dump(mode="json") == load().model_dump(mode="json")
    before = {file.name: file.read_bytes() for file in held.folder.iterdir()}
    assert not rescore(root, None, load()).changed
    assert {file.name: file.read_bytes() for file in held.folder.iterdir()} == before
    assert serve(root).current.id == held.id


def test_a_clearer_caveat_is_a_first_pull_request(shipped: Path, checkout: Path) -> None:
    """CONTRIBUTING.md: change a caveat in config/indicators/safe.yaml, then `make rescore`."""
    before = snapshot.current(shipped)
    safe = checkout / "indicators" / "safe.yaml"
    entries = yaml.safe_load(safe.read_text(encoding="utf-8"))
    name, words = next((name, entry["caveat"]["en"]) for name, entry in entries.items() if entry.get("caveat"))
    edit(safe, re.escape(" ".join(words.split()[:2])), "Mind this:")
    assert "no number changed; the edition has this checkout's words now" in run("--in", str(shipped))
    assert snapshot.current(shipped) == before
    caveat = snapshot.read(shipped).catalogue.indicators[name].caveat
    assert caveat is not None
    assert caveat.en.startswith("Mind this:")
    is_that_of_the_checkout(shipped)


def test_a_better_translation_keeps_the_id(shipped: Path, checkout: Path) -> None:
    before = snapshot.current(shipped)
    kept = snapshot.ids(shipped)
    edit(checkout / "pillars.yaml", r"fr: (\S)", r"fr: Ah \1")
    run("--in", str(shipped), "--replace", "catalogue")
    assert snapshot.ids(shipped) == kept
    assert before not in {one.replaced for one in successors.read(shipped)}
    is_that_of_the_checkout(shipped)


def test_a_better_citation_reaches_the_provenance(shipped: Path, checkout: Path) -> None:
    before = snapshot.current(shipped)
    source = snapshot.read(shipped).provenance[0].source
    edit(checkout / "sources" / f"{source}.yaml", r"citation: (\"?)", r"citation: \1Better ")
    run("--in", str(shipped))
    assert snapshot.current(shipped) == before
    assert any("Better" in origin.citation for origin in snapshot.read(shipped).provenance)
    is_that_of_the_checkout(shipped)


def test_a_goalpost_makes_a_new_edition_beside_the_former(shipped: Path, checkout: Path) -> None:
    before, kept = snapshot.read(shipped), snapshot.ids(shipped)
    edit(checkout / "indicators" / "safe.yaml", r"best: (\d)", r"best: 9\1")
    assert f"{before.id} stays beside it" in run("--in", str(shipped))
    after = snapshot.read(shipped)
    assert set(snapshot.ids(shipped)) == {*kept, after.id}
    assert after.observations.equals(before.observations)
    assert not after.scores["score"].equals(before.scores["score"])
    is_that_of_the_checkout(shipped)


def test_a_goalpost_may_replace_the_former_edition(shipped: Path, checkout: Path) -> None:
    before, kept = snapshot.current(shipped), snapshot.ids(shipped)
    edit(checkout / "indicators" / "safe.yaml", r"best: (\d)", r"best: 9\1")
    assert f"{before} was removed and leads to it" in run("--in", str(shipped), "--replace", "catalogue")
    after = snapshot.current(shipped)
    assert set(snapshot.ids(shipped)) == {*kept, after} - {before}
    found = successors.newest(successors.read(shipped), snapshot.ids(shipped))
    assert found[before].reason == "catalogue"
    assert found[before].successor == after
    assert serve(shipped, before).current.id == after
    is_that_of_the_checkout(shipped)


def test_an_older_edition_stays_an_older_one(shipped: Path, checkout: Path) -> None:
    first = snapshot.current(shipped)
    edit(checkout / "indicators" / "safe.yaml", r"best: (\d)", r"best: 9\1")
    run("--in", str(shipped))
    second = snapshot.current(shipped)
    edit(checkout / "indicators" / "safe.yaml", r"worst: (\d)", r"worst: 8\1")
    run(first, "--in", str(shipped))
    assert snapshot.current(shipped) == second
    assert len(snapshot.ids(shipped)) == 3


def test_an_unknown_edition_and_reason_are_refused(shipped: Path) -> None:
    for arguments, says in (
        (["2020-01-01-00000000", "--in", str(shipped)], "no snapshot '2020-01-01-00000000'"),
        (["--in", str(shipped), "--replace", "because"], "because"),
    ):
        done = CliRunner().invoke(cli.app, ["snapshots", "rescore", *arguments])
        assert done.exit_code == 2
        assert says in done.output


@cache
def catalogue() -> Catalogue:
    return load()


def test_other_arithmetic_without_a_new_version_is_refused(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (snapshot.read(shipped).folder / snapshot.SUMS).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("indicators.cells.digits.score", lambda values: digits.decimals(values, 1))
        with pytest.raises(SnapshotError, match="raise ARITHMETIC in config/digits"):
            rescore(shipped, None, catalogue())
    assert (snapshot.read(shipped).folder / snapshot.SUMS).read_bytes() == before


def spoil(root: Path, column: str, by: float, indicator: str = "overall") -> None:
    """Change one number of scores.csv, and the sums with it."""
    folder = snapshot.read(root).folder
    scores = snapshot.read_table(folder / "scores.csv")
    row = scores.index[(scores["indicator"] == indicator) & scores[column].notna()][0]
    scores.loc[row, column] += by
    (folder / "scores.csv").write_text(scores.to_csv(index=False), encoding="utf-8")
    signed_anew(folder)


@pytest.mark.parametrize(
    ("column", "by", "indicator"),
    [
        ("score", 1e-5, "overall"),
        ("score", 1e-5, "pillar:safe"),
        ("lower", 1e-3, "overall"),
        ("rank", 1, "pillar:open"),
        ("obs_value", 1e-3, "road_deaths"),
        ("upper", 1e-3, "road_deaths"),
        ("score_unclipped", 1e-5, "road_deaths"),
        ("coverage", 1e-3, "pillar:safe"),
    ],
)
def test_an_edition_whose_file_says_something_else_is_not_served(
    shipped: Path, column: str, by: float, indicator: str
) -> None:
    spoil(shipped, column, by, indicator)
    with pytest.raises(SnapshotError, match=rf"it says {column} = .* for {indicator}, .*pillars snapshots rescore"):
        serve(shipped)
    done = CliRunner().invoke(cli.app, ["serve", "--in", str(shipped)])
    assert done.exit_code == 2
    assert done.output.count("\n") == 1


def test_an_edition_that_lacks_a_row_is_not_served(shipped: Path) -> None:
    file = snapshot.read(shipped).folder / "scores.csv"
    file.write_text("".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    signed_anew(file.parent)
    with pytest.raises(SnapshotError, match="rows and its observations give"):
        serve(shipped)


def test_an_edition_of_an_older_version_is_served(shipped: Path) -> None:
    """Its numbers were not rounded, and it had fewer columns."""
    folder = snapshot.read(shipped).folder
    scores = snapshot.read_table(folder / "scores.csv").drop(columns=["country_values", "n_assumed"])
    scores["score"] *= 1 + 1e-13
    derived = scores["indicator"] == "road_deaths"
    scores.loc[derived, "obs_value"] *= 1 + 1e-13
    (folder / "scores.csv").write_text(scores.to_csv(index=False), encoding="utf-8")
    signed_anew(folder)
    found, usual = serve(shipped).current, serve(snapshot.SHIPPED).current
    assert found.scores.overall.equals(usual.scores.overall)
    assert found.scores.cells.equals(usual.scores.cells)


def test_what_is_served_is_what_was_written(shipped: Path) -> None:
    """A number that this machine rounds to the other side is served as the file has it."""
    spoil(shipped, "score", 1e-8)
    spoil(shipped, "lower", 1e-6, "pillar:safe")
    current = serve(shipped).current
    written = snapshot.read_table(shipped / current.id / "scores.csv")
    safe = current.scores.pillars[current.scores.pillars["pillar"] == "safe"]
    for name, frame, column, shown in (
        ("overall", current.scores.overall, "score", "score"),
        ("pillar:safe", safe, "lower", "low"),
    ):
        rows = written[written["indicator"] == name].set_index("ref_area")[column]
        found = frame.set_index("ref_area")[shown].reindex(rows.index)
        np.testing.assert_allclose(found, rows, rtol=0, atol=1e-10)
    np.testing.assert_allclose(current.table["score"], written["score"], rtol=0, atol=1e-10)


def test_editions_from_before_and_after_rounding_differ_by_what_was_revised(shipped: Path) -> None:
    folder = snapshot.read(shipped).folder
    scores = snapshot.read_table(folder / "scores.csv")
    after = snapshot.rounded(scores)
    (folder / "scores.csv").write_text(scores.assign(obs_value=scores["obs_value"] * (1 + 1e-13)).to_csv(index=False))
    assert history.revisions(snapshot.rounded(snapshot.read_table(folder / "scores.csv")), after) == []
