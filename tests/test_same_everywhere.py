"""The same numbers whatever the processor, the threads and the hash seed: computed anew in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from config import digits, snapshot
from indicators import score
from indicators.scores import Scores
from scripts.wide_features import wide_features

ROOT = Path(__file__).resolve().parent.parent
OTHERS = {
    "one thread": {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
    "four threads": {"OPENBLAS_NUM_THREADS": "4", "OMP_NUM_THREADS": "4", "MKL_NUM_THREADS": "4"},
    "another hash seed": {"PYTHONHASHSEED": "7"},
    "another BLAS kernel": {"OPENBLAS_CORETYPE": "Sandybridge"},
}


@cache
def computed(**environment: str) -> dict[str, Any]:
    """Return the digests that a process with these variables computes."""
    usual = {name: value for name, value in os.environ.items() if name != "NPY_DISABLE_CPU_FEATURES"}
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "same_numbers.py"), folder],
            env={**usual, **environment}, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def different(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [
        f"{part}: {name}"
        for part in ("edition", "workshop")
        for name in sorted(one[part].keys() | other[part].keys())
        if one[part].get(name) != other[part].get(name)
    ]


def narrow() -> dict[str, Any]:
    """Return what is computed without any of the kernels that this processor has beyond NumPy's baseline."""
    wide = running_wide()
    if not wide:
        pytest.skip("this processor has nothing beyond NumPy's baseline, so there is one set of kernels only")
    return computed(NPY_DISABLE_CPU_FEATURES=" ".join(wide))


@cache
def running_wide() -> tuple[str, ...]:
    """Return the features of this processor, also where this very process runs without them."""
    if "NPY_DISABLE_CPU_FEATURES" not in os.environ:
        return tuple(wide_features())
    return tuple(os.environ["NPY_DISABLE_CPU_FEATURES"].split())


def test_other_kernels_really_run() -> None:
    wide, base = computed()["kernels"], narrow()["kernels"]
    assert {"exp", "log", "power"} >= set(wide) > set()
    if all("baseline" in name for name in wide.values()):
        pytest.skip("NumPy has no other kernel of these functions for this processor")
    assert [name for name in wide if wide[name] != base[name]] != []
    assert all("baseline" in name for name in base.values())


def test_other_kernels_give_the_same_numbers() -> None:
    assert different(computed(), narrow()) == []


@pytest.mark.parametrize("name", OTHERS)
def test_other_circumstances_give_the_same_numbers(name: str) -> None:
    assert different(computed(), computed(**OTHERS[name])) == []


def test_the_shipped_edition_is_among_what_is_compared() -> None:
    assert computed()["edition"]["id"] == snapshot.current()
    files = {"scores.csv", "SHA256SUMS", "history", "variants", "draws"}
    assert files < computed()["edition"].keys()
    assert {f"{rule}/uncertainty_scores.csv" for rule in ("geometric", "generalised")} < computed()["workshop"].keys()


@cache
def shipped() -> Scores:
    held = snapshot.read()
    return score(held.observations, held.catalogue)


@pytest.mark.parametrize("name", ["cells", "pillars", "overall", "history", "contributions", "variants", "inclusion"])
def test_every_computed_column_has_its_declared_digits(name: str) -> None:
    """Also a column that somebody adds: one of numbers without declared digits is an error."""
    frame = getattr(shipped(), name)
    assert digits.fixed(frame).equals(frame)


def test_a_column_without_declared_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="column 'speed': its digits are not declared"):
        digits.fixed(shipped().overall.assign(speed=0.5))


def test_a_value_as_published_keeps_its_last_bit() -> None:
    held = snapshot.read()
    plain = {i.id: i.value.args["measure"] for i in held.catalogue.indicators.values()
             if i.value.function == "as_published"}  # fmt: skip
    known = held.observations.groupby("measure")["obs_value"].agg(lambda values: set(values.dropna()))
    cells = shipped().cells
    for indicator, measure in plain.items():
        values = cells.loc[cells["indicator"] == indicator, "obs_value"].dropna()
        assert set(values) <= known[measure], indicator


def test_ranks_are_of_the_scores_as_they_are_written() -> None:
    """Also where two scores differ beyond their digits only: they tie."""
    for table in (shipped().overall, *(rows for _, rows in shipped().pillars.groupby("pillar"))):
        ranked = table[table["rank"].notna()]
        expected = ranked["score"].rank(method="min", ascending=False).astype(int)
        assert ranked["rank"].tolist() == expected.tolist()


def test_ranges_hold_the_score_and_the_limits_the_value() -> None:
    cells = shipped().cells.dropna(subset=["lower", "obs_value"])
    assert (cells["lower"] <= cells["obs_value"]).all()
    assert (cells["obs_value"] <= cells["upper"]).all()
    for table in (shipped().pillars, shipped().overall):
        known = table.dropna(subset=["score"])
        assert (known["low"] <= known["score"]).all()
        assert (known["score"] <= known["high"]).all()


def test_draws_have_their_declared_digits() -> None:
    draws = shipped().draws
    for array in (draws.pillars, draws.overall):
        np.testing.assert_array_equal(digits.drawn(array), array)
