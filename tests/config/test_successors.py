"""A replaced edition leads to the newest one of its chain; an unclear table is refused by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import snapshot
from config.snapshot import SnapshotError
from config.successors import FILE, REASONS, Succession, newest, read, retire

A, B, C, D = (f"2026-08-18-0000000{letter}" for letter in "abcd")
HEADER = "replaced,successor,date,reason\n"


def table(root: Path, *rows: tuple[str, str]) -> tuple[Succession, ...]:
    lines = [f"{old},{new},2026-11-28,rounding\n" for old, new in rows]
    (root / FILE).write_text(HEADER + "".join(lines))
    return read(root)


def test_a_folder_without_a_table_has_no_successors(tmp_path: Path) -> None:
    assert read(tmp_path) == ()


def test_a_chain_leads_to_its_end(tmp_path: Path) -> None:
    found = newest(table(tmp_path, (A, B), (B, C), (C, D)), [D])
    assert {name: one.successor for name, one in found.items()} == {A: D, B: D, C: D}
    assert found[A].replaced == A


def test_an_edition_that_is_there_answers_for_itself_and_ends_a_chain(tmp_path: Path) -> None:
    found = newest(table(tmp_path, (A, B), (B, C)), [B, C])
    assert {name: one.successor for name, one in found.items()} == {A: B}


def test_a_successor_that_is_gone_leads_nowhere(tmp_path: Path) -> None:
    assert newest(table(tmp_path, (A, B)), [C]) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n", "line must be replaced,successor,date,reason"),
        (HEADER + f"{A},{B}\n", "line 2: 2 cells"),
        (HEADER + f"../etc,{B},2026-11-28,rounding\n", "'../etc' is no id"),
        (HEADER + f"{A},{B},yesterday,rounding\n", "'yesterday' is no date"),
        (HEADER + f"{A},{B},2026-11-28,because\n", "unknown reason 'because'; choose from rounding"),
        (HEADER + f"{A},{B},2026-11-28,rounding\n{A},{C},2026-11-28,rounding\n", "two successors"),
        (HEADER + f"{A},{A},2026-11-28,rounding\n", "its own successor|come back"),
        (HEADER + f"{A},{B},2026-11-28,rounding\n{B},{A},2026-11-28,rounding\n", "its own successor|come back"),
        (
            HEADER + "".join(f"{old},{new},2026-11-28,rounding\n" for old, new in ((A, B), (B, C), (C, B))),
            "its own successor|come back",
        ),
    ],
)
def test_an_unclear_table_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(SnapshotError, match=says):
        read(tmp_path)


def test_retiring_records_the_successor_and_removes_the_folder(tmp_path: Path) -> None:
    for name in (A, B):
        (tmp_path / name).mkdir()
        (tmp_path / name / snapshot.SUMS).write_text("")
    retire(tmp_path, Succession(A, B, "2026-11-28", "method"))
    assert read(tmp_path) == (Succession(A, B, "2026-11-28", "method"),)
    assert snapshot.ids(tmp_path) == (B,)
    with pytest.raises(SnapshotError, match="no edition"):
        retire(tmp_path, Succession(B, C, "2026-11-28", "method"))
    assert snapshot.ids(tmp_path) == (B,)


def test_the_shipped_table_leads_from_every_replaced_edition_to_one_that_is_there() -> None:
    table = read()
    assert set(newest(table, snapshot.ids())) == {one.replaced for one in table}
    assert {one.reason for one in table} <= set(REASONS)
