"""A snapshot is immutable, written whole, made current by one pointer, and named after its content."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import snapshot
from config.schema import OBSERVATION_COLUMNS, Catalogue, Method, Provenance, Site
from config.snapshot import SnapshotError

METHOD = Method.model_validate(
    {
        "id": "goalpost-v1",
        "title": {"en": "m", "fr": "m", "nl": "m"},
        "pillar_min_weight": 0.5,
        "floor": 1,
        "draws": 10,
        "seed": 1,
        "weight_spread": 0.25,
        "goalpost_spread": 0.1,
        "floor_range": [0.5, 5],
        "interval": [5, 95],
        "list_level": 0.998,
        "history_max_age": 0,
    }
)
CATALOGUE = Catalogue(places={}, pillars={}, sources={}, indicators={}, method=METHOD, site=Site(hero="brussels"))
SCORES = pd.DataFrame({"indicator": ["a"], "score": [100 / 3]})


def origin(retrieved_at: str = "2025-11-22T00:00:00Z") -> Provenance:
    texts = [
        "source",
        "dataset",
        "publisher",
        "title",
        "url",
        "sha256",
        "licence",
        "licence_url",
        "attribution",
        "citation",
    ]
    return Provenance(**dict.fromkeys(texts, "x"), tier="A", bytes=1, measures=("m",), retrieved_at=retrieved_at)


def observed(*values: float, area: str = "BE10") -> pd.DataFrame:
    rows = [("m", area, str(2000 + i), "total", value, "%", "A", "x") for i, value in enumerate(values)]
    return pd.DataFrame(rows, columns=list(OBSERVATION_COLUMNS))


def test_the_same_content_gives_the_same_id_and_bytes_whatever_the_row_order(tmp_path: Path) -> None:
    rows = observed(1.5, 2.5, 3.5)
    one = snapshot.write(tmp_path / "a", rows, SCORES, [origin()], CATALOGUE)
    two = snapshot.write(tmp_path / "b", rows.iloc[::-1], SCORES, [origin()], CATALOGUE)
    assert one.name == two.name
    assert {f.name: f.read_bytes() for f in one.iterdir()} == {f.name: f.read_bytes() for f in two.iterdir()}


def test_one_changed_digit_gives_another_id(tmp_path: Path) -> None:
    one = snapshot.write(tmp_path, observed(1.5), SCORES, [origin()], CATALOGUE)
    two = snapshot.write(tmp_path, observed(1.6), SCORES, [origin()], CATALOGUE)
    assert one.name != two.name
    assert snapshot.ids(tmp_path) == tuple(sorted((one.name, two.name)))
    assert snapshot.current(tmp_path) == two.name


def test_figures_that_may_not_be_passed_on_never_enter_a_snapshot(tmp_path: Path) -> None:
    held = origin().model_copy(update={"source": "who", "licence": "CC-BY-NC-SA-3.0-IGO", "redistributable": False})
    first = snapshot.write(tmp_path, observed(1), SCORES, [origin()], CATALOGUE)
    with pytest.raises(SnapshotError, match=r"who, x: the licence CC-BY-NC-SA-3\.0-IGO forbids"):
        snapshot.write(tmp_path, observed(1, 2), SCORES, [origin(), held], CATALOGUE)
    assert snapshot.ids(tmp_path) == (first.name,)
    assert snapshot.current(tmp_path) == first.name


def test_the_date_is_that_of_the_newest_payload(tmp_path: Path) -> None:
    origins = [origin("2024-03-01T00:00:00Z"), origin("2026-08-18T12:00:00Z")]
    folder = snapshot.write(tmp_path, observed(1), SCORES, origins, CATALOGUE)
    assert folder.name.startswith("2026-08-18-")
    assert snapshot.read(tmp_path).date == "2026-08-18"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_numbers_round_trip_exactly(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    root = tmp_path_factory.mktemp("root")
    snapshot.write(root, observed(*values), SCORES, [origin()], CATALOGUE)
    assert snapshot.read(root).observations.obs_value.tolist() == values


def test_a_missing_value_stays_missing_and_the_code_na_stays_a_code(tmp_path: Path) -> None:
    rows = observed(float("nan"), 2.0, area="NA").assign(obs_status=["M", "A"])
    snapshot.write(tmp_path, rows, SCORES, [origin()], CATALOGUE)
    back = snapshot.read(tmp_path).observations
    assert back.ref_area.tolist() == ["NA", "NA"]
    assert back.obs_value.isna().tolist() == [True, False]


def test_a_snapshot_verifies_until_one_byte_changes(tmp_path: Path) -> None:
    folder = snapshot.write(tmp_path, observed(1), SCORES, [origin()], CATALOGUE)
    assert snapshot.verify(folder) == ()
    file = folder / "observations.csv"
    file.write_bytes(file.read_bytes().replace(b"2000", b"2001"))
    (folder / "scores.csv").unlink()
    (folder / "extra.txt").write_text("x")
    assert snapshot.verify(folder) == ("extra.txt was added", "observations.csv was changed", "scores.csv is missing")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (observed(), "not one observation"),
        (pd.concat([observed(1), observed(2)]), "stand twice"),
        (observed(1, area="=HYPERLINK(1)"), "would run as a formula"),
        (observed(1).drop(columns="unit"), "have the columns"),
    ],
)
def test_bad_observations_are_refused_and_the_previous_snapshot_stays(
    tmp_path: Path, rows: pd.DataFrame, sentence: str
) -> None:
    before = snapshot.write(tmp_path, observed(7), SCORES, [origin()], CATALOGUE)
    with pytest.raises(SnapshotError, match=sentence):
        snapshot.write(tmp_path, rows, SCORES, [origin()], CATALOGUE)
    assert snapshot.current(tmp_path) == before.name
    assert snapshot.verify(before) == ()


def test_an_unknown_or_damaged_snapshot_is_named(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no current snapshot"):
        snapshot.read(tmp_path)
    folder = snapshot.write(tmp_path, observed(1), SCORES, [origin()], CATALOGUE)
    with pytest.raises(SnapshotError, match=f"there are: {folder.name}"):
        snapshot.read(tmp_path, "2020-01-01-00000000")
    (folder / "catalogue.json").write_text("{")
    with pytest.raises(SnapshotError, match=r"catalogue\.json was changed"):
        snapshot.read(tmp_path)


def _write_for_ever(root: Path) -> None:
    for value in range(10_000):
        snapshot.write(root, observed(float(value)), SCORES, [origin()], CATALOGUE)


def test_a_killed_writer_leaves_whole_snapshots_and_no_lock(tmp_path: Path) -> None:
    for pause in (0.05, 0.12, 0.2):
        writer = multiprocessing.get_context("spawn").Process(target=_write_for_ever, args=(tmp_path,))
        writer.start()
        while not (tmp_path / snapshot.POINTER).exists() and writer.is_alive():
            time.sleep(0.01)
        time.sleep(pause)
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        assert [snapshot.verify(tmp_path / name) for name in snapshot.ids(tmp_path)] == [()] * len(
            snapshot.ids(tmp_path)
        )
        assert snapshot.current(tmp_path) in snapshot.ids(tmp_path)
    snapshot.write(tmp_path, observed(-1.0), SCORES, [origin()], CATALOGUE)
    assert not list(tmp_path.glob(".writing-*"))


def test_a_second_writer_is_sent_away(tmp_path: Path) -> None:
    with (
        snapshot.only_writer(tmp_path),
        pytest.raises(SnapshotError, match="another refresh is writing"),
    ):
        snapshot.write(tmp_path, observed(1), SCORES, [origin()], CATALOGUE)
