"""Every parser against damaged files: a ConnectorError that names the source, or a whole, typed table. Nothing else."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from config.schema import OBSERVATION_COLUMNS, OBSERVATION_KEY
from connectors.errors import ConnectorError
from connectors.frames import VALUELESS
from tests.connectors.damage import damaged
from tests.connectors.given import PAYLOADS, payload, source

SUITE, SOAK = 200, 10_000  # damaged copies per parser: in the suite, and in `make soak`
SOURCES = sorted(path.name for path in PAYLOADS.iterdir() if any(file.suffix != ".md" for file in path.iterdir()))


def files(source_id: str) -> list[Path]:
    return sorted(path for path in (PAYLOADS / source_id).iterdir() if path.is_file() and path.suffix != ".md")


def check(source_id: str, copies: int) -> None:
    """Parse damaged copies of a source's files; what is accepted must be a complete table of observations."""
    declared, module, given = source(source_id), importlib.import_module(f"connectors.{source_id}"), files(source_id)
    light = [file for file in given if file.suffix != ".xlsx"]
    for number in range(copies):
        # A workbook takes ten times as long to read as a text: where there are both, it gets every eighth copy.
        choice = light if light and number % 8 else given
        file = choice[number % len(choice)]
        copy = f"{file.name} {number}"
        broken = payload(file.name.partition(".")[0], damaged(file.read_bytes(), copy))
        try:
            frame = module.parse([broken], declared)
        except ConnectorError as error:
            if error.source_id != source_id or len(error.cause) < 10:
                pytest.fail(f"{copy}: the error says {error}")
            continue
        assert tuple(frame.columns) == OBSERVATION_COLUMNS, copy
        rows = [frame[name].tolist() for name in frame.columns]
        keys = list(zip(*rows[: len(OBSERVATION_KEY)], strict=True))
        assert len(set(keys)) == len(keys), copy
        assert all(isinstance(cell, str) and cell for name, column in zip(frame, rows, strict=True)
                   for cell in column if name != "obs_value"), copy  # fmt: skip
        values = dict(zip(frame.columns, rows, strict=True))
        for value, letters in zip(values["obs_value"], values["obs_status"], strict=True):
            assert abs(value) < float("inf") if value == value else VALUELESS & set(letters), copy


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_damaged_file_never_gives_half_a_table(source_id: str) -> None:
    check(source_id, SUITE)


@pytest.mark.soak
@pytest.mark.parametrize("source_id", SOURCES)
def test_ten_thousand_damaged_files_never_give_half_a_table(source_id: str) -> None:
    check(source_id, SOAK)


def test_damage_changes_the_file_and_is_the_same_every_time() -> None:
    whole = files(SOURCES[0])[0].read_bytes()
    copies = [damaged(whole, str(number)) for number in range(20)]
    assert copies == [damaged(whole, str(number)) for number in range(20)]
    assert sum(copy != whole for copy in copies) > 15
