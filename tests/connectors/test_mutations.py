"""Every parser against damaged files: a ConnectorError that names the source, or a whole, typed table. Nothing else."""

from __future__ import annotations

import importlib
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from config.schema import OBSERVATION_COLUMNS, OBSERVATION_KEY
from connectors.errors import ConnectorError
from connectors.frames import VALUELESS
from tests.connectors.given import PAYLOADS, payload, source

FILES = sorted(path for path in PAYLOADS.glob("*/*") if path.is_file())
SHORT, LONG = 50, 10_000  # damaged copies per file: in the suite, and in `make soak`
INSERTS = (b'"', b",", b"\n", b"null", b"[]", b"{}", b"-1", b"NA", b"NaN", b"1e999", b"\x00", b"\xff", b"true", b":")
DIGIT_TO = (b"x", b"", b"-", b".", b'"', b"null", b"[", b"99999")

Damage = Callable[[random.Random, bytes, int, int], bytes]


def flip(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start] + bytes([rng.randrange(256)]) + content[start + 1 :]


def remove(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start] + content[end:]


def repeat(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:end] + content[start:]


def cut(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start]


def insert(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start] + rng.choice(INSERTS) + content[start:]


def reverse(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start] + content[start:end][::-1] + content[end:]


def spoil_digit(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    digits = [place for place, byte in enumerate(content) if 48 <= byte < 58]
    place = rng.choice(digits) if digits else start
    return content[:place] + rng.choice(DIGIT_TO) + content[place + 1 :]


DAMAGES: tuple[Damage, ...] = (flip, remove, repeat, cut, insert, reverse, spoil_digit)


def damaged(content: bytes, seed: str) -> bytes:
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 3)):
        start = rng.randrange(max(1, len(content)))
        content = rng.choice(DAMAGES)(rng, content, start, start + rng.randint(1, 60))
    return content


def damaged_inside(content: bytes, seed: str) -> bytes:
    """Damage one part of a workbook and pack it again: its checksums are right, its XML is not."""
    rng = random.Random(seed)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        victim = rng.choice([name for name in given.namelist() if name.startswith("xl/")])
        for name in given.namelist():
            part = given.read(name)
            packed.writestr(name, damaged(part, seed) if name == victim else part)
    return out.getvalue()


def check(file: Path, copies: int) -> None:
    """Parse damaged copies of a file; what is accepted must be a complete table of observations."""
    source_id, whole = file.parent.name, file.read_bytes()
    declared, module = source(source_id), importlib.import_module(f"connectors.{source_id}")
    for number in range(copies):
        damage = damaged_inside if file.suffix == ".xlsx" and number % 4 else damaged
        broken = payload(file.name.partition(".")[0], damage(whole, f"{file.name} {number}"))
        try:
            frame = module.parse([broken], declared)
        except ConnectorError as error:
            if error.source_id != source_id:
                pytest.fail(f"copy {number}: the error names {error.source_id}")
            continue
        assert tuple(frame.columns) == OBSERVATION_COLUMNS, f"copy {number}"
        assert not frame.duplicated(list(OBSERVATION_KEY)).any(), f"copy {number}"
        assert not frame.drop(columns="obs_value").isna().to_numpy().any(), f"copy {number}"
        gaps = frame.loc[frame["obs_value"].isna(), "obs_status"]
        assert all(VALUELESS & set(letters) for letters in gaps), f"copy {number}"


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_damaged_file_never_gives_half_a_table(file: Path) -> None:
    check(file, SHORT)


@pytest.mark.soak
@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_thousands_of_damaged_files_never_give_half_a_table(file: Path) -> None:
    check(file, LONG)


def test_damage_changes_the_file_and_is_the_same_every_time() -> None:
    whole = FILES[0].read_bytes()
    copies = [damaged(whole, str(number)) for number in range(20)]
    assert copies == [damaged(whole, str(number)) for number in range(20)]
    assert sum(copy != whole for copy in copies) > 15
