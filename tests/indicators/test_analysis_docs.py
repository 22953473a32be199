"""docs/analysis.md describes every option, and its examples run and give what it says."""

import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from indicators import analyse, inputs, options, treat
from indicators.hierarchy import METHODS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
SCORING = Path(os.environ.get("FOUR_PILLARS_RECORDED") or ROOT.parent / "shared" / "data") / "scoring"
WORDS = set(re.findall(r"`([a-z_0-9]+)`", TEXT))


def numbers(cells):
    return [float(cell) if cell else np.nan for cell in cells]


def block(language):
    return re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL).group(1)


def test_every_step_method_and_option_is_described():
    named = {*options.STEP_OPTIONS, *options.SECTIONS, *METHODS, *treat.TRANSFORMS}
    for by_option in (*options.STEP_OPTIONS.values(), *options.SECTIONS.values()):
        named |= set(by_option)
    for methods in options.METHOD_OPTIONS.values():
        named |= set(methods)
        for by_option in methods.values():
            named |= set(by_option)
    assert named - WORDS == set()


@pytest.fixture
def example(tmp_path, monkeypatch):
    for name in ("asem_idata.csv", "asem_imeta.csv"):
        shutil.copyfile(SCORING / "inputs" / name, tmp_path / name)
    (tmp_path / "asem.toml").write_text(block("toml"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.recorded
def test_the_recipe_reproduces_the_recorded_stages_and_the_printed_rows(example):
    analyse.run("asem.toml", "asem")
    for stage in ("denominated", "imputed", "treated", "normalised", "aggregated", "ranks"):
        found, golden = (
            inputs.read_csv(path)
            for path in (example / "asem" / f"{stage}.csv", SCORING / "O01_default_pipeline" / f"{stage}.csv")
        )
        order = [golden["uCode"].index(place) for place in found["uCode"]]
        for code in (code for code in golden if code != "uCode"):
            expected = numbers(golden[code][at] for at in order)
            np.testing.assert_allclose(numbers(found[code]), expected, rtol=1e-8, atol=1e-9)  # ten digits in each stage
    tables = {
        name: inputs.read_csv(example / "asem" / f"{name}.csv") for name in ("aggregated", "ranks", "uncertainty_ranks")
    }
    for at, place in enumerate(("AUT", "BEL")):
        scores = [f"{float(tables['aggregated'][code][at]):.2f}" for code in ("Conn", "Sust", "Index")]
        interval = [tables["uncertainty_ranks"][end][at] for end in ("quantile_low", "quantile_high")]
        assert f"| {' | '.join([place, *scores, tables['ranks']['Index'][at], *interval])} |" in TEXT


@pytest.mark.recorded
def test_the_python_example_gives_the_recorded_scores(example):
    namespace = {}
    exec(block("python"), namespace)
    golden = inputs.read_csv(SCORING / "O01_default_pipeline" / "aggregated.csv")
    expected = [float(cell) for cell in golden["Index"]]
    np.testing.assert_allclose(namespace["scores"].loc[golden["uCode"], "Index"], expected, rtol=1e-9)
    assert namespace["ranks"]["Index"].min() == 1


@pytest.mark.recorded
def test_every_file_a_run_writes_is_described(example):
    found = analyse.run("asem.toml", "asem")
    assert {*found.stages, *found.sheets} - WORDS == set()
