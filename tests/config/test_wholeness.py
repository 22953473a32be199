"""Damage of an edition is found whoever did it: the disk, an editor, or somebody who makes the hashes anew."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from config import snapshot, wholeness
from config.snapshot import SnapshotError
from tests.config.forged import signed_anew

FLIPS, DIGITS = 60, 20  # in the suite; more of them in the soak of `tests/dashboard/test_soak.py`


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped edition."""
    root = tmp_path / "snapshots"
    shutil.copytree(snapshot.SHIPPED, root, ignore=shutil.ignore_patterns(".*"))
    return root / snapshot.current(root)


def refused(folder: Path) -> str:
    """Return the one sentence with which the edition is refused."""
    with pytest.raises(SnapshotError) as caught:
        snapshot.read(folder.parent, folder.name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_shipped_edition_is_whole() -> None:
    assert {name: snapshot.verify(snapshot.SHIPPED / name) for name in snapshot.ids()} == dict.fromkeys(
        snapshot.ids(), ()
    )


def test_every_flipped_bit_is_found(folder: Path) -> None:
    chance = random.Random(1)
    files = sorted(folder.iterdir())
    for _ in range(FLIPS):
        file = chance.choice(files)
        true = file.read_bytes()
        at = chance.randrange(len(true))
        spoilt = bytearray(true)
        spoilt[at] ^= 1 << chance.randrange(8)
        file.write_bytes(spoilt)
        assert f"snapshot {folder.name} is damaged: " in refused(folder)
        file.write_bytes(true)
    assert snapshot.verify(folder) == ()


def test_every_edited_digit_is_found_even_when_the_hashes_are_made_anew(folder: Path) -> None:
    chance, file = random.Random(2), folder / "observations.csv"
    whole = {each: each.read_bytes() for each in folder.iterdir()}
    true = file.read_bytes()
    digits = [at for at, letter in enumerate(true) if letter in b"0123456789" and at > 200]
    for at in chance.sample(digits, DIGITS):
        other = chance.choice([d for d in b"0123456789" if d != true[at]])
        file.write_bytes(true[:at] + bytes([other]) + true[at + 1 :])
        signed_anew(folder)
        assert "have the id" in refused(folder)
        for each, content in whole.items():
            each.write_bytes(content)


def test_a_renamed_edition_is_found(folder: Path) -> None:
    other = folder.rename(folder.parent / "2026-08-18-00000000")
    assert "datapackage.json is of" in refused(other)
    signed_anew(other)
    assert "have the id" in refused(other)


def parquet(folder: Path) -> None:
    table = pq.read_table(folder / wholeness.TWIN).to_pandas()
    table.loc[5, "obs_value"] += 1.0
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / wholeness.TWIN)


def fewer_rows(folder: Path) -> None:
    pq.write_table(pq.read_table(folder / wholeness.TWIN).slice(1), folder / wholeness.TWIN)


def goalpost(folder: Path) -> None:
    stored = json.loads((folder / "catalogue.json").read_bytes())
    stored["indicators"]["road_deaths"]["goalposts"]["worst"] += 1
    (folder / "catalogue.json").write_text(json.dumps(stored), encoding="utf-8")


def licence(folder: Path) -> None:
    stored = json.loads((folder / "provenance.json").read_bytes())
    stored[0]["sha256"] = "0" * 64
    (folder / "provenance.json").write_text(json.dumps(stored), encoding="utf-8")


FORGED: dict[Callable[[Path], None], str] = {
    parquet: "observations.parquet has another obs_value",
    fewer_rows: "another number of rows",
    goalpost: "have the id",
    licence: "have the id",
}


@pytest.mark.parametrize("forge", FORGED)
def test_a_forgery_with_hashes_made_anew_is_found(folder: Path, forge: Callable[[Path], None]) -> None:
    forge(folder)
    signed_anew(folder)
    assert FORGED[forge] in refused(folder)


def test_a_description_that_fits_no_longer_is_found(folder: Path) -> None:
    package = json.loads((folder / wholeness.PACKAGE).read_bytes())
    package["resources"][0]["hash"] = "sha256:" + "0" * 64
    (folder / wholeness.PACKAGE).write_text(json.dumps(package), encoding="utf-8")
    (folder / wholeness.SUMS).write_bytes(wholeness.sums(folder))
    assert "datapackage.json has another hash" in refused(folder)


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder inside": (lambda folder: (folder / "inside").mkdir(), "inside is no file"),
    "a file more": (lambda folder: (folder / "a\nb").write_text("x"), r"'a\nb' was added"),
    "a file less": (lambda folder: (folder / "scores.csv").unlink(), "scores.csv is missing"),
    "hashes that are no text": (lambda folder: (folder / "SHA256SUMS").write_bytes(b"\xff\xfe"), "is no list"),
    "no hashes": (lambda folder: (folder / "SHA256SUMS").write_bytes(b""), "was added"),
    "hashes in capitals": (
        lambda folder: (folder / "SHA256SUMS").write_bytes((folder / "SHA256SUMS").read_bytes().upper()),
        "is missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_edition_is_one_sentence(folder: Path, kind: str) -> None:
    spoil, says = ODD[kind]
    spoil(folder)
    assert says in refused(folder) or says in " ".join(snapshot.verify(folder))


@pytest.mark.parametrize("name", ["provenance.json", "catalogue.json", "observations.csv", "observations.parquet"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b"null", b"a,b\n1,2\n"])
def test_a_file_that_cannot_be_read_is_one_sentence(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    try:
        signed_anew(folder)
    except (ValueError, OSError, RecursionError):  # so far from one that it cannot even be described
        (folder / wholeness.SUMS).write_bytes(wholeness.sums(folder))
    assert f"snapshot {folder.name} is damaged: " in refused(folder)
