"""tests/recordings.csv: every dataset has its recorded files, and they are the files their origin says they are."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from tests.connectors.given import ROOT, source

LIST = ROOT / "tests" / "recordings.csv"
ROWS = list(csv.DictReader(LIST.read_text(encoding="utf-8").splitlines()))
PREFIX = "../../shared/data/"


def manifest(folder: Path) -> dict[str, dict[str, str]]:
    """Each data folder's own list of files: where a copy came from, and its checksum where one is stated."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        return {row["file"]: row for row in csv.DictReader(lines)}


def test_every_dataset_of_these_sources_is_recorded():
    for source_id in {row["source"] for row in ROWS}:
        given = {row["dataset"] for row in ROWS if row["source"] == source_id}
        declared = source(source_id).datasets
        expected = {name for name, dataset in declared.items() if dataset.enabled and not dataset.on_trial}
        assert given == expected, source_id


def test_paths_are_relative_and_no_file_is_given_twice():
    assert all(row["path"].startswith(PREFIX) for row in ROWS)
    pairs = [(row["source"], row["dataset"], row["path"]) for row in ROWS]
    assert len(set(pairs)) == len(pairs)


def test_open_data_maturity_has_one_file_per_country():
    assert sum(row["source"] == "open_data_maturity" for row in ROWS) == 35


@pytest.mark.recorded
def test_recorded_files_are_the_ones_their_manifest_describes(recorded: Path):
    checked = 0
    for row in ROWS:
        folder, _, name = row["path"].removeprefix(PREFIX).partition("/")
        origin = manifest(recorded / folder)[name]
        if "sha256" in origin:
            assert hashlib.sha256((recorded / folder / name).read_bytes()).hexdigest() == origin["sha256"], name
            checked += 1
        if "raw.githubusercontent.com" in row["url"]:
            version = origin.get("commit") or origin["commit_or_version"]  # the folders head their columns differently
            assert version in row["url"], name
    assert checked >= 38
