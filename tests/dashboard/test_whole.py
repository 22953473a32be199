"""That scores follow from observations is asked before an edition is shown, built upon or compared, and remembered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config import snapshot
from config.snapshot import SnapshotError
from dashboard import cli, whole
from tests.config.forged import signed_anew


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of the shipped folder."""
    found = tmp_path / "snapshots"
    shutil.copytree(snapshot.SHIPPED, found, ignore=shutil.ignore_patterns(".*"))
    return found


def forge(root: Path) -> Path:
    """Raise one score of the current edition, and make description and hashes anew."""
    folder = root / snapshot.current(root)
    scores = snapshot.read_table(folder / "scores.csv")
    scores.loc[scores["indicator"] == "overall", "score"] += 1.0
    (folder / "scores.csv").write_text(scores.to_csv(index=False), encoding="utf-8")
    signed_anew(folder)
    return folder


def run(*arguments: object):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_scores_that_do_not_follow_are_refused_by_serve_verify_and_refresh(root: Path, tmp_path: Path) -> None:
    name = forge(root).name
    assert snapshot.verify(root / name) == ()
    for command in (("serve", "--in", root), ("refresh", "--out", root, "--recordings", tmp_path / "none.csv")):
        done = run(*command)
        assert done.exit_code == 2
        assert done.stderr.startswith(f"pillars: scores.csv of {name} is not what this version computes: ")
        assert done.stderr.count("\n") == 1
    done = run("snapshots", "verify", "--in", root)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"scores.csv of {name}" in done.stderr


def test_what_was_found_right_is_remembered_beside_and_any_change_is_another_question(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, held = tmp_path / "memory" / "whole", snapshot.read(root)
    before = sorted(file.name for file in held.folder.iterdir())
    whole.check(held, memory)
    assert [mark.name[:19] for mark in memory.iterdir()] == [held.id]
    assert sorted(file.name for file in held.folder.iterdir()) == before

    def again(_: object) -> None:
        raise AssertionError("asked again")

    with monkeypatch.context() as patch:
        patch.setattr(whole, "scored", again)
        whole.check(held, memory)
        with pytest.raises(AssertionError):
            whole.check(held)
    forge(root)
    with pytest.raises(SnapshotError, match="is not what this version computes"):
        whole.check(snapshot.read(root), memory)


def test_a_memory_that_cannot_be_written_asks_each_time(root: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file stands where the folder should be")
    held = snapshot.read(root)
    whole.check(held, taken / "whole")
    whole.check(held, taken / "whole")


def test_another_edition_is_chosen_and_old_ones_go_only_when_said(root: Path) -> None:
    name = snapshot.current(root)
    (root / snapshot.POINTER).write_bytes(b"\xff\xfe")
    assert run("score", "--in", root).exit_code == 2
    assert run("snapshots", "use", name, "--in", root).exit_code == 0
    assert snapshot.current(root) == name
    done = run("snapshots", "prune", "--keep", 1, "--in", root)
    assert (done.exit_code, snapshot.ids(root)) == (0, snapshot.ids())
    (root / name / "scores.csv").write_text("x")
    done = run("snapshots", "use", name, "--in", root)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"pillars: snapshot {name} is damaged: scores.csv was changed; ")


@pytest.mark.parametrize("command", [("score",), ("snapshots", "show"), ("snapshots", "rescore"), ("sources",)])
def test_every_command_that_reads_a_damaged_edition_refuses_it(root: Path, command: tuple[str, ...]) -> None:
    name = snapshot.current(root)
    file = root / name / "observations.csv"
    file.write_bytes(file.read_bytes().replace(b"2019", b"2018", 1))
    done = run(*command, "--in", root)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"pillars: snapshot {name} is damaged: observations.csv was changed; ")
