"""A whole recipe: every option reaches its step, every result is written, nothing is skipped in silence."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators import Analysis, analyse, hierarchy, normalise, options
from indicators.tables import AnalysisError
from tests.indicators.toys import CODES, PLACES, STEPS, VALUES, meta, values

NORMALISE, AGGREGATE = STEPS
ROOT = Path(__file__).resolve().parents[2]


def run(*steps, changed_meta=None, changed_values=None, **sections):
    document = {"steps": list(steps) or STEPS, **sections}
    return analyse.analyse(values(**(changed_values or {})), meta(**(changed_meta or {})), document)


def refused(*steps, **changed):
    with pytest.raises(AnalysisError) as caught:
        run(*steps, **changed)
    return str(caught.value)


def test_frames_in_frames_out():
    framework = pd.DataFrame({key: pd.Series(cells, dtype=object) for key, cells in meta().items()})
    found = analyse.analyse(pd.DataFrame(values()), framework, {"steps": STEPS})
    assert isinstance(found, Analysis)
    frame = found.frame("aggregated")
    assert list(frame.index) == list(PLACES)
    assert list(frame.columns) == ["P", "Q", "T"]
    a = 1 + 99 * (np.array(VALUES["a"]) - 10) / (60 - 10)
    b = 1 + 99 * (np.array(VALUES["b"]) - 1) / (9 - 1)
    np.testing.assert_allclose(frame["P"], (a + b) / 2, rtol=1e-15)
    assert found.frame("effective_weights").set_index("code").loc["a", "effective_weight"] == 0.25
    with pytest.raises(AnalysisError, match="no result 'scores'; there is raw, normalised"):
        found.frame("scores")


def test_a_recipe_may_stop_before_aggregation():
    found = run({"step": "treat"})
    assert list(found.stages) == ["raw", "treated", "availability_by_aggregate"]
    assert found.recipe.absent == ("denominate", "screen", "impute", "normalise", "weight", "aggregate")


def test_direction_turns_an_indicator_once():
    found = run(NORMALISE, AGGREGATE).stages["normalised"].column("c")
    assert found[PLACES.index("MON")] == 100  # the smallest value of an indicator with direction -1
    assert found[PLACES.index("BRU")] == 1


@pytest.mark.parametrize("method", options.METHOD_OPTIONS["normalise"])
def test_every_normalisation_can_be_called_from_a_recipe(method):
    own = {"distance_to_place": {"place": "NAM"}}.get(method, {})
    changed = {"Direction": {"c": 1}, "Target": {"c": 120}} if method == "fraction_of_maximum" else {}
    found = run({"step": "normalise", "method": method, **own}, AGGREGATE, changed_meta=changed)
    scores = found.stages["normalised"]
    assert not np.isnan(scores.values).any()
    order = np.argsort(VALUES["a"])
    assert (np.diff(scores.column("a")[order]) > 0).all()
    if method != "fraction_of_maximum":
        assert (np.diff(scores.column("c")[np.argsort(VALUES["c"])]) < 0).all()


@pytest.mark.parametrize("method", hierarchy.METHODS)
def test_every_aggregation_can_be_called_from_a_recipe(method):
    power = {"power": 2} if method == "generalised" else {}
    found = run(NORMALISE, AGGREGATE | {"method": [method, "arithmetic"], **power})
    assert found.frame("aggregated").shape == (6, 3)
    assert found.frame("aggregated").notna().all(axis=None)


@pytest.mark.parametrize("method", ["principal_component", "squared_loadings", "correlation_balanced"])
@pytest.mark.parametrize("level", [1, 2])
def test_weights_from_data_replace_those_of_one_level(method, level):
    found = run(
        NORMALISE,
        {"step": "weight", "method": method, "level": level},
        AGGREGATE,
        changed_values={"d": {"ANT": 1.5, "LIE": 2.2}},
    )
    weights = dict(
        zip(found.sheets["effective_weights"]["code"], found.sheets["effective_weights"]["weight"], strict=True)
    )
    for family in (("a", "b"), ("c", "d")) if level == 1 else (("P", "Q"),):
        assert sum(weights[code] for code in family) == pytest.approx(1)
    assert weights["T"] == 1


def test_given_weights_reach_the_scores():
    weighting = {"step": "weight", "method": "given", "level": 2, "weights": {"P": 3, "Q": 1}}
    scores = run(NORMALISE, weighting, AGGREGATE).stages["aggregated"]
    expected = (3 * scores.column("P") + scores.column("Q")) / 4
    np.testing.assert_allclose(scores.column("T"), expected, rtol=1e-15)


def test_an_indicator_may_have_its_own_normalisation_with_its_own_direction():
    own = {"c": {"method": "goalposts"}, "d": {"range": [0, 1]}}
    found = run(NORMALISE | {"indicators": own}, AGGREGATE | {"floor": 1}).stages["normalised"]
    expected = normalise.goalposts(np.array(VALUES["c"]), 120, 40)
    np.testing.assert_allclose(found.column("c"), expected)
    assert (found.column("d").min(), found.column("d").max()) == (0, 1)
    assert (found.column("a").min(), found.column("a").max()) == (1, 100)


def test_an_indicator_may_be_exempt_from_treatment():
    skewed = [1.0, 1.1, 1.2, 1.3, 1.4, 90.0]
    strict = {"step": "treat", "skewness": 0.5, "kurtosis": 0.5}
    both = {"a": skewed, "b": skewed}
    found = run(strict | {"indicators": {"b": {"winsorise_max": 0, "transform": "none"}}}, *STEPS, changed_values=both)
    assert found.stages["treated"].column("a").max() < 90
    assert found.stages["treated"].column("b").tolist() == skewed
    assert any("still outside the limits: b" in note for note in found.notes)


@pytest.mark.parametrize("truncate, top", [(None, 100), (True, 100), (False, 120)])
def test_goalposts_truncate_as_the_framework_or_the_recipe_says(truncate, top):
    step = {"step": "normalise", "method": "goalposts", **({} if truncate is None else {"truncate": truncate})}
    found = run(step, AGGREGATE, changed_values={"a": {"MON": 120.0}})
    assert found.stages["normalised"].column("a")[5] == pytest.approx(top)
    half = run(step | {"scale": 50}, AGGREGATE).stages["normalised"].column("a")
    np.testing.assert_allclose(half, np.array(VALUES["a"]) / 2)


def test_dropping_a_place_or_indicator_leaves_it_out_of_every_later_stage():
    found = run({"step": "screen", "drop": ["GNT"]}, *STEPS)
    assert found.stages["aggregated"].rows == tuple(place for place in PLACES if place != "GNT")
    assert "screen: 1 places left out: GNT" in found.notes
    found = run({"step": "screen", "of": "indicators", "drop": ["b"]}, *STEPS)
    assert found.stages["normalised"].columns == ("a", "c", "d")
    np.testing.assert_array_equal(found.stages["aggregated"].column("P"), found.stages["normalised"].column("a"))


def test_screening_keeps_a_place_by_name_and_refuses_to_drop_everyone():
    gap = {"a": {"GNT": None}}
    strict = {"step": "screen", "min_available": 1}
    assert "GNT" not in run(strict, *STEPS, changed_values=gap).stages["aggregated"].rows
    assert "GNT" in run(strict | {"keep": ["GNT"]}, *STEPS, changed_values=gap).stages["aggregated"].rows
    assert "none of the 6 places" in refused({"step": "screen", "drop": list(PLACES)}, *STEPS)


def test_imputed_cells_are_listed():
    step = {"step": "impute", "method": "group_median", "group": "group"}
    found = run(step, *STEPS, changed_values={"a": {"GNT": None}})
    assert found.sheets["imputed_cells"] == {"place": ["GNT"], "indicator": ["a"]}
    assert found.stages["imputed"].column("a")[2] == (10 + 20) / 2
    assert "impute: 1 cells filled by group_median, 0 stay missing" in found.notes


def test_em_fills_within_each_pillar():
    found = run({"step": "impute", "method": "em"}, *STEPS, changed_values={"a": {"GNT": None}})
    x, y = np.delete(VALUES["b"], 2), np.delete(VALUES["a"], 2)
    slope = np.cov(x, y)[0, 1] / x.var(ddof=1)
    assert found.stages["imputed"].column("a")[2] == pytest.approx(
        y.mean() + slope * (VALUES["b"][2] - x.mean()), rel=1e-6
    )


BAD_DATA = {
    "constant column": (STEPS, {"a": [3.0] * 6}, "normalise: minmax: indicator 'a': is constant"),
    "one value": (STEPS, {"a": [3.0] + [None] * 5}, "normalise: minmax: indicator 'a': has a value for one place only"),
    "empty column": (STEPS, {"a": [None] * 6}, "normalise: minmax: indicator 'a': has no value at all"),
    "zero before a logarithm": (
        [{"step": "treat", "winsorise_max": 0, "transform": "log", "kurtosis": -5, "skewness": 0.01}, *STEPS],
        {"a": [0.0, 1.0, 1.0, 1.0, 1.0, 90.0]},
        "treat: indicator 'a' at 'BRU': zero or negative before a logarithm",
    ),
    "zero before a geometric mean": (
        [NORMALISE | {"range": [0, 100]}, AGGREGATE | {"method": "geometric"}],
        {},
        "aggregate: geometric mean of 'P': 'a' is zero or negative at 'BRU'",
    ),
    "nobody to impute from": (
        [{"step": "impute", "method": "group_mean", "group": "group"}, *STEPS],
        {"a": {"BRU": None, "ANT": None, "GNT": None}},
        "impute: indicator 'a' at 'BRU', 'ANT', 'GNT': cannot be imputed, nobody in group 'west' has a value",
    ),
    "contradicting weights": (
        [NORMALISE, {"step": "weight", "method": "principal_component"}, AGGREGATE],
        {"c": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "d": [1.0, 2.1, 2.9, 4.0, 5.2, 6.0]},
        "weight: principal_component below 'Q': indicator",
    ),
}


@pytest.mark.parametrize("fault", BAD_DATA)
def test_data_that_a_step_cannot_use_are_named_by_step_indicator_and_place(fault):
    steps, changed, problem = BAD_DATA[fault]
    assert problem in refused(*steps, changed_values=changed)


def test_one_single_place_is_refused_by_samples_and_scored_by_goalposts():
    alone = {name: cells[:1] for name, cells in values().items()}
    with pytest.raises(
        AnalysisError, match="has a value for one place only, so the sample gives no scale; use goalposts"
    ):
        analyse.analyse(alone, meta(), {"steps": STEPS})
    found = analyse.analyse(alone, meta(), {"steps": [{"step": "normalise", "method": "goalposts"}, AGGREGATE]})
    assert found.frame("ranks").loc["BRU"].tolist() == [1, 1, 1]
    # a: 10 of 0..100, b: 3 of 0..10, c: 100 of 120..40, d: 2 of 0..10
    assert found.frame("aggregated").loc["BRU"].tolist() == pytest.approx(
        [(10 + 30) / 2, (25 + 20) / 2, (20 + 22.5) / 2]
    )


def test_an_all_missing_pillar_is_missing_ranked_nowhere_and_noted():
    found = run(NORMALISE, AGGREGATE | {"min_share": 1.0}, changed_values={"a": {"GNT": None}, "b": {"GNT": None}})
    assert np.isnan(found.stages["aggregated"].column("P")[2])
    assert np.isnan(found.stages["ranks"].column("T")[2])
    assert np.nanmax(found.stages["ranks"].column("T")) == 5
    assert "aggregate: 'P' has too little to be scored at 'GNT'" in found.notes


PANEL = {
    **{key: cells * 2 for key, cells in values().items()},
    "Time": ["2020"] * 6 + ["2021"] * 6,
    "a": [*VALUES["a"], *(x + 30 for x in VALUES["a"])],
}


def panel(scale, steps=STEPS, table=PANEL):
    return analyse.analyse(table, meta(), {"steps": steps, "panel": {"scale": scale}})


def test_a_base_period_fixes_the_scale_and_later_years_change_no_earlier_score():
    both = panel("2020").stages
    first = panel("2020", table={key: cells[:6] for key, cells in PANEL.items()}).stages
    later = both["aggregated"].take_rows(np.arange(12) < 6)
    assert later.frame().equals(first["aggregated"].frame())
    a = both["normalised"].column("a")
    np.testing.assert_allclose(a[6:], 1 + 99 * (np.array(VALUES["a"]) + 30 - 10) / 50)


def test_a_pooled_scale_uses_every_period_and_ranks_stay_within_one():
    stages = panel("pooled").stages
    a = stages["normalised"].column("a")
    assert (a.min(), a.max()) == (1, 100)
    assert sorted(stages["ranks"].column("T")[:6]) == sorted(stages["ranks"].column("T")[6:]) == [1, 2, 3, 4, 5, 6]
    change = stages["change"].column("T")
    assert np.isnan(change[:6]).all()
    np.testing.assert_array_equal(
        change[6:], stages["aggregated"].column("T")[6:] - stages["aggregated"].column("T")[:6]
    )


def test_targets_work_in_a_panel():
    """Reported not to work in a reference implementation's panels."""
    step = {"step": "normalise", "method": "distance_to_target"}
    found = panel("2020", [step, AGGREGATE]).stages["normalised"].column("a")
    np.testing.assert_allclose(found[6:], (np.array(VALUES["a"]) + 30 - 10) / (60 - 10))


def test_ranks_have_no_scale_that_a_base_period_could_fix():
    with pytest.raises(AnalysisError, match="rank has no scale that a base period could fix"):
        panel("2020", [{"step": "normalise", "method": "rank"}, AGGREGATE])


def test_a_panel_carries_last_values_and_replicates_by_period():
    gappy = PANEL | {"b": [*VALUES["b"], None, *VALUES["b"][1:]]}
    document = {
        "steps": [{"step": "impute", "method": "last_value"}, *STEPS],
        "panel": {},
        "uncertainty": {"draws": 10, "vary": [{"weights": {"1": 0.25}}]},
    }
    found = analyse.analyse(gappy, meta(), document)
    assert found.stages["imputed"].column("b")[6] == VALUES["b"][0]
    assert found.sheets["imputed_cells"] == {"place": ["BRU in 2021"], "indicator": ["b"]}
    ranks = found.sheets["uncertainty_ranks"]
    assert ranks["period"] == ["2020"] * 6 + ["2021"] * 6
    assert max(ranks["high"]) <= 6
    assert "BRU 2021" in found.sheets["uncertainty_scores"]
    assert list(found.frame("aggregated").index.names) == ["place", "period"]


def written(folder, table):
    with (folder / table).open("w", newline="") as lines:
        writer = csv.writer(lines)
        columns = {"values.csv": values(), "framework.csv": meta()}[table]
        writer.writerows([columns, *zip(*columns.values(), strict=True)])


@pytest.fixture
def folder(tmp_path):
    written(tmp_path, "values.csv")
    written(tmp_path, "framework.csv")
    document = {
        "name": "toy",
        "values": "values.csv",
        "framework": "framework.csv",
        "steps": STEPS,
        "audit": {},
        "uncertainty": {"draws": 20, "seed": 9, "vary": [{"weights": {"1": 0.2}}]},
    }
    (tmp_path / "recipe.yaml").write_text(json.dumps(document))
    return tmp_path


def test_a_run_writes_every_stage_with_full_precision_and_a_record(folder):
    found = analyse.run(folder / "recipe.yaml", folder / "out")
    names = {path.stem for path in (folder / "out").glob("*.csv")}
    assert names == {*found.stages, *found.sheets}
    for stage, table in found.stages.items():
        with (folder / "out" / f"{stage}.csv").open() as lines:
            cells = [[float(cell) if cell else np.nan for cell in row[1:]] for row in list(csv.reader(lines))[1:]]
        np.testing.assert_array_equal(np.array(cells), table.values)
    record = json.loads((folder / "out" / "record.json").read_text())
    assert record["seeds"] == {"uncertainty": 9}
    assert record["steps_not_taken"] == ["denominate", "screen", "impute", "treat", "weight"]
    assert record["steps"][0] == {"step": "normalise", "method": "minmax", "range": [1, 100], "indicators": {}}
    assert set(record["files"]) == {"recipe", "values", "framework"}
    assert record["versions"]["numpy"] == np.__version__


def test_two_runs_write_the_same_bytes(folder):
    for name in ("one", "two"):
        analyse.run(folder / "recipe.yaml", folder / name)
    for path in (folder / "one").iterdir():
        assert path.read_bytes() == (folder / "two" / path.name).read_bytes()


def test_a_stored_file_of_parameters_is_replayed(folder):
    first = analyse.run(folder / "recipe.yaml", folder / "one")
    document = json.loads((folder / "recipe.yaml").read_text())
    document["uncertainty"] |= {"replay": "one/uncertainty_parameters.csv", "seed": 1}
    (folder / "again.yaml").write_text(json.dumps(document))
    again = analyse.run(folder / "again.yaml", folder / "two")
    assert again.sheets["uncertainty_scores"] == first.sheets["uncertainty_scores"]


def test_nothing_is_written_when_a_step_fails_or_the_directory_is_taken(folder):
    (folder / "taken").mkdir()
    (folder / "taken" / "note.txt").write_text("mine")
    with pytest.raises(AnalysisError, match="is not an empty directory"):
        analyse.run(folder / "recipe.yaml", folder / "taken")
    document = json.loads((folder / "recipe.yaml").read_text())
    document["steps"] = [NORMALISE | {"range": [0, 100]}, AGGREGATE | {"method": "geometric"}]
    (folder / "bad.yaml").write_text(json.dumps(document))
    with pytest.raises(AnalysisError, match="zero or negative"):
        analyse.run(folder / "bad.yaml", folder / "out")
    assert not (folder / "out").exists()
    assert (folder / "taken" / "note.txt").read_text() == "mine"


def test_a_recipe_without_its_tables_is_named(folder):
    (folder / "bad.yaml").write_text(json.dumps({"framework": "framework.csv", "steps": STEPS}))
    with pytest.raises(AnalysisError, match="'values' is missing"):
        analyse.run(folder / "bad.yaml", folder / "out")


def test_goalposts_may_come_from_a_table_of_their_own(folder):
    posts = {"iCode": list(CODES), "goalpost_lower": [0, 0, 0, 0], "goalpost_upper": [100, 100, 200, 100]}
    joined = analyse.with_goalposts(meta(), posts)
    document = {"steps": [{"step": "normalise", "method": "goalposts"}, AGGREGATE]}
    found = analyse.analyse(values(), joined, document).stages["normalised"]
    np.testing.assert_allclose(found.column("c"), (200 - np.array(VALUES["c"])) / 2)
    for broken in (posts | {"iCode": ["a", "a", "b", "c"]}, posts | {"iCode": ["a", "b", "c", "z"]}):
        with pytest.raises(AnalysisError, match="occurs twice or is not in the framework"):
            analyse.with_goalposts(meta(), broken)
    with pytest.raises(AnalysisError, match="needs the columns"):
        analyse.with_goalposts(meta(), {"iCode": ["a"]})
    with pytest.raises(AnalysisError, match="unknown column 'goalposts_scale'; rename it or leave it out"):
        analyse.with_goalposts(meta(), posts | {"goalposts_scale": [1] * 4})


def test_ignored_columns_are_noted():
    found = run(changed_values={"mayor": ["x"] * 6})
    assert "values: column 'mayor' is not in the framework and was ignored" in found.notes


def test_a_run_starts_neither_pandas_nor_any_other_slow_package():
    """The whole-process budget of the uncertainty benchmark leaves no room for them."""
    code = (
        "import sys, indicators.analyse, indicators.replicate, indicators.recipe_check\n"
        "slow = {'pandas', 'scipy', 'yaml', 'pyarrow', 'pydantic', 'dash', 'requests'} & set(sys.modules)\n"
        "sys.exit(', '.join(slow) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
