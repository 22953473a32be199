"""Better words take the place of an edition's in one step: whoever is killed or reads in between finds it whole."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pandas as pd
import pytest

from config import exchange, snapshot
from config.schema import Catalogue, Pillar
from config.snapshot import SnapshotError
from config.text import Text
from tests.config.test_snapshot import CATALOGUE, observed, origin

SCORES = pd.DataFrame(
    [("safe", "brussels", "2020", "total", "city", 1.5, 100 / 3)],
    columns=["indicator", "ref_area", "time_period", "group", "level", "obs_value", "score"],
)


def worded(words: str) -> Catalogue:
    text = Text(en=words, fr=words, nl=words)
    pillar = Pillar(id="safe", name=text, promise=text, question=text)
    return CATALOGUE.model_copy(update={"pillars": {"safe": pillar}})


def write(root: Path, words: str) -> Path:
    return snapshot.write(root, observed(1.5), SCORES, [origin()], worded(words))


def named(root: Path) -> str:
    return snapshot.read(root).catalogue.pillars["safe"].name.en


@pytest.fixture(params=["swap", "aside"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to exchange two folders: the system's, and that of systems which cannot."""
    if request.param == "aside":
        monkeypatch.setattr(exchange, "_swapped", lambda *_: False)
    return str(request.param)


def test_better_words_keep_the_id_and_replace_the_files(tmp_path: Path, way: str) -> None:
    before = write(tmp_path, "old")
    after = write(tmp_path, "new")
    assert after == before
    assert named(tmp_path) == "new"
    assert snapshot.verify(after) == ()
    assert {file.name for file in tmp_path.iterdir()} == {".lock", "CURRENT", after.name}


def test_the_same_words_write_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path, "old")
    inode = folder.stat().st_ino
    write(tmp_path, "old")
    assert folder.stat().st_ino == inode


def test_numbers_of_an_id_never_change(tmp_path: Path, way: str) -> None:
    one = snapshot.write(tmp_path, observed(1.5), SCORES, [origin()], CATALOGUE)
    kept = snapshot.verify(one), (one / snapshot.SUMS).read_bytes()
    with pytest.raises(SnapshotError, match="raise ARITHMETIC"):
        snapshot.write(tmp_path, observed(1.5), SCORES.assign(score=[34.0]), [origin()], CATALOGUE)
    assert (snapshot.verify(one), (one / snapshot.SUMS).read_bytes()) == kept


def test_what_a_kill_left_aside_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, "old")
    folder.rename(tmp_path / f"{exchange.ASIDE}{folder.name}")  # killed between the two renames
    write(tmp_path, "new")
    assert named(tmp_path) == "new"
    assert snapshot.ids(tmp_path) == (folder.name,)


def _reword_for_ever(root: Path) -> None:
    for turn in range(10_000):
        write(root, f"words {turn}")


def test_a_killed_rewording_leaves_the_edition_whole(tmp_path: Path) -> None:
    folder = write(tmp_path, "old")
    for pause in (0.05, 0.12, 0.2):
        writer = multiprocessing.get_context("spawn").Process(target=_reword_for_ever, args=(tmp_path,))
        writer.start()
        while named(tmp_path) == "old" and writer.is_alive():
            time.sleep(0.01)
        time.sleep(pause)
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        assert snapshot.ids(tmp_path) == (folder.name,)
        assert snapshot.verify(folder) == ()
    assert write(tmp_path, "last") == folder
    assert not list(tmp_path.glob(".writing-*"))
