"""The analysis toolbox against COINr 1.1.14 on its ASEM example and on single functions, cases O01 to O12."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from indicators import aggregate, analyse, audit, inputs, normalise, treat

SCORING = Path(os.environ.get("FOUR_PILLARS_RECORDED", Path(__file__).parents[3] / "shared" / "data")) / "scoring"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not SCORING.is_dir(), reason="recorded scoring files are not beside the checkout"),
]

RELATIVE = 1e-9
# A stage is written with ten digits and a replication with eight, so that every machine writes the same: what is
# computed from one differs in the ninth digit and in the seventh.
OF_A_STAGE, OF_A_REPLICATION = 2e-8, 2e-6

DENOMINATE = {"step": "denominate"}
IMPUTE = {"step": "impute", "method": "group_mean", "group": "EurAsia_group"}
SCREEN = {"step": "screen", "min_available": 0.9}
TREAT = {"step": "treat", "winsorise_max": 5, "skewness": 2, "kurtosis": 3.5, "transform": "log_ct"}
TREAT_2 = TREAT | {"winsorise_max": 2}
MINMAX = {"step": "normalise", "method": "minmax", "range": [0, 100]}
MINMAX_1 = MINMAX | {"range": [1, 100]}
ZSCORE = {"step": "normalise", "method": "zscore", "mean": 0, "sd": 1}
RANK = {"step": "normalise", "method": "rank"}
GOALPOSTS = {"step": "normalise", "method": "goalposts"}
ARITHMETIC = {"step": "aggregate", "method": "arithmetic"}
GEOMETRIC = {"step": "aggregate", "method": "geometric"}
MIXED = {"step": "aggregate", "method": ["arithmetic", "geometric", "geometric"]}
THRESHOLDS = {"step": "aggregate", "method": "arithmetic", "min_share": [0.75, 0.6, 1]}

TO_IMPUTED = [DENOMINATE, IMPUTE, SCREEN]
RECIPES = {
    "O01_default_pipeline": [*TO_IMPUTED, TREAT, MINMAX, ARITHMETIC],
    "O02_minmax1_100_geometric": [*TO_IMPUTED, TREAT, MINMAX_1, GEOMETRIC],
    "O03_zscore_arithmetic": [*TO_IMPUTED, TREAT, ZSCORE, ARITHMETIC],
    "O04_notreat_minmax_arithmetic": [*TO_IMPUTED, MINMAX, ARITHMETIC],
    "O05_winmax2_minmax_arithmetic": [*TO_IMPUTED, TREAT_2, MINMAX, ARITHMETIC],
    "O06_rank_arithmetic": [*TO_IMPUTED, TREAT, RANK, ARITHMETIC],
    "O07_minmax1_100_mixed_arith_geom": [*TO_IMPUTED, TREAT, MINMAX_1, MIXED],
    "O08_missing_kept_thresholds": [DENOMINATE, MINMAX, THRESHOLDS],
    "O09_goalposts_truncated": [*TO_IMPUTED, GOALPOSTS, ARITHMETIC],
}
STAGES = ("denominated", "imputed", "treated", "normalised", "aggregated", "ranks")
UNCERTAINTY = {
    "vary": [
        {"name": "Winmax", "step": "treat", "option": "winsorise_max", "choices": [1, 2, 3, 4, 5]},
        {
            "name": "Normalisation",
            "step": "normalise",
            "choices": [
                {"label": "n_minmax", "method": "minmax", "range": [1, 100]},
                {"label": "n_zscore", "method": "zscore", "mean": 10, "sd": 2},
            ],
        },
        {
            "name": "Aggregation",
            "step": "aggregate",
            "option": "method",
            "choices": [{"label": "a_amean", "value": "arithmetic"}, {"label": "a_gmean", "value": "geometric"}],
        },
        {"weights": {"2": 0.25, "3": 0.25}},
    ]
}


def rows(path):
    with (SCORING / path).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def numbers(cells):
    return np.array([float(cell) if cell else np.nan for cell in cells])


def golden(path, codes, places):
    """Return the golden values (places, codes) in the order asked for; empty cells are NaN."""
    by_place = {row["uCode"]: row for row in rows(path)}
    assert set(by_place) == set(places)
    return np.array([numbers(by_place[place][code] for code in codes) for place in places])


def equal(found, expected, relative=RELATIVE):
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    # A value near zero is a difference of larger ones, so its error is judged against the size of its column too.
    size = np.nanmax(np.abs(expected), axis=0) if expected.ndim > 1 else 0.0
    assert (np.abs(found - expected) <= relative * np.maximum(np.abs(expected), size) + 1e-12)[
        ~np.isnan(expected)
    ].all()


def result(steps, **sections):
    meta = inputs.read_csv(SCORING / "inputs/asem_imeta.csv")
    if any(step.get("method") == "goalposts" for step in steps):
        meta = analyse.with_goalposts(meta, inputs.read_csv(SCORING / "O09_goalposts_truncated/goalposts.csv"))
    values = inputs.read_csv(SCORING / "inputs/asem_idata.csv")
    return analyse.analyse(values, meta, {"steps": steps, **sections})


@pytest.mark.parametrize("case", RECIPES)
def test_every_recorded_stage_of_a_pipeline_is_reproduced(case):
    found = result(RECIPES[case])
    recorded = [stage for stage in STAGES if (SCORING / case / f"{stage}.csv").exists()]
    assert {"normalised", "aggregated", "ranks"} <= set(recorded)
    for stage in recorded:
        table = found.stages[stage]
        expected = golden(f"{case}/{stage}.csv", table.columns, table.rows)
        if stage == "ranks":
            # Where the recorded scores are equal but for their last bits, that tool ranks the noise; ours are tied.
            scores = golden(f"{case}/aggregated.csv", table.columns, table.rows)
            equal_scores = np.abs(scores[:, None] - scores[None]) <= RELATIVE * np.abs(scores)
            tied_above = (equal_scores & (expected[None] < expected[:, None])).sum(axis=1)
            np.testing.assert_array_equal(table.values, expected - tied_above)
        else:
            equal(table.values, expected)


def test_the_recorded_treatment_table_is_reproduced():
    sheet = result(RECIPES["O01_default_pipeline"]).sheets["treatment"]
    for at, row in enumerate(rows("O01_default_pipeline/treatment_table.csv")):
        assert sheet["indicator"][at] == row["iCode"]
        assert sheet["passed_before"][at] == (row["check_SkewKurt0.Pass"] == "true")
        assert sheet["winsorised"][at] == int(row["winsorise.nwin"] or 0)
        shape = [sheet["skewness_before"][at], sheet["kurtosis_before"][at]]
        equal(np.array(shape), numbers([row["check_SkewKurt0.Skew"], row["check_SkewKurt0.Kurt"]]), OF_A_STAGE)
        if row["winsorise.nwin"]:
            shape = [sheet["skewness_winsorised"][at], sheet["kurtosis_winsorised"][at]]
            equal(np.array(shape), numbers([row["check_SkewKurt1.Skew"], row["check_SkewKurt1.Kurt"]]), OF_A_STAGE)


def test_availability_is_counted_as_recorded():
    found = result([DENOMINATE, MINMAX, THRESHOLDS])
    counted = audit.availability(found.stages["denominated"])
    by_place = {row["uCode"]: row for row in rows("O08_missing_kept_thresholds/availability.csv")}
    columns = {"missing": "N_missing", "zero": "N_zero", "missing_or_zero": "N_miss_or_zero"}
    for ours, theirs in (columns | {"available": "Dat_Avail", "non_zero": "Non_Zero"}).items():
        expected = numbers(by_place[place][theirs] for place in counted["place"])
        equal(np.array(counted[ours], dtype=float), expected)


def test_availability_by_aggregate_is_as_recorded():
    by_aggregate = result([DENOMINATE, MINMAX, THRESHOLDS]).stages["availability_by_aggregate"]
    path = "O08_missing_kept_thresholds/availability_by_group.csv"
    equal(by_aggregate.values, golden(path, by_aggregate.columns, by_aggregate.rows))


@pytest.mark.parametrize("stage", ["raw", "treated"])
def test_descriptive_statistics_are_as_recorded(stage):
    sheet = result(RECIPES["O01_default_pipeline"]).sheets[f"statistics_{stage}"]
    by_code = {row["iCode"]: row for row in rows(f"O10_statistics/stats_{stage}.csv")}
    columns = {
        "min": "Min",
        "max": "Max",
        "mean": "Mean",
        "median": "Median",
        "sd": "Std",
        "skewness": "Skew",
        "kurtosis": "Kurt",
        "available": "N.Avail",
        "non_zero": "N.NonZero",
        "distinct": "N.Unique",
        "most_common": "N.Same",
        "share_available": "Frc.Avail",
        "share_non_zero": "Frc.NonZero",
        "share_distinct": "Frc.Unique",
        "share_most_common": "Frc.Same",
    }
    for ours, theirs in columns.items():
        expected = numbers(by_code[code][theirs] for code in sheet["indicator"])
        equal(np.array(sheet[ours], dtype=float), expected, OF_A_STAGE)
    flags = {"available": "Avail", "non_zero": "NonZero", "distinct": "Unique", "outliers": "SkewKurt"}
    words = {"ok": "ok", "low": "LOW", "outliers": "OUT"}
    for ours, theirs in flags.items():
        expected = [by_code[code][f"Flag.{theirs}"] for code in sheet["indicator"]]
        assert [words[flag] for flag in sheet[f"flag_{ours}"]] == expected


def test_correlations_alpha_and_effective_weights_are_as_recorded():
    found = result(RECIPES["O01_default_pipeline"], audit={"leave_one_out": False})
    pairs = {
        (code, other): r
        for code, other, r in zip(
            *(found.sheets["correlations"][key] for key in ("code", "other", "correlation")), strict=True
        )
    }
    for row in rows("O10_statistics/corr_indicator_parent_pearson.csv"):
        assert pairs[row["Var2"], row["Var1"]] == pytest.approx(float(row["Correlation"]), abs=OF_A_STAGE)
    scores = found.stages["aggregated"]
    for row in rows("O10_statistics/corr_pillars_pearson.csv"):
        one, other = scores.column(row["Var1"])[:, None], scores.column(row["Var2"])[:, None]
        assert audit.correlation(one, other)[0, 0] == pytest.approx(float(row["Correlation"]), abs=OF_A_STAGE)
    alphas = dict(zip(found.sheets["reliability"]["aggregate"], found.sheets["reliability"]["alpha"], strict=True))
    for row in rows("O10_statistics/cronbach.csv"):
        assert alphas[row["Pillar"]] == pytest.approx(float(row["Alpha"]), rel=OF_A_STAGE)
    weights = found.sheets["effective_weights"]
    effective = dict(zip(weights["code"], weights["effective_weight"], strict=True))
    for row in rows("O10_statistics/effective_weights.csv"):
        assert effective[row["iCode"]] == pytest.approx(float(row["EffWeight"]), rel=OF_A_STAGE)


VECTORS = {
    "winsor5": ("x", treat.winsorise),
    "winsor_na": ("x_na", treat.winsorise),
    "log_CT": ("x", treat.log_ct),
    "log_CT_plus": ("x", treat.log_ct_signed),
    "boxcox_half": ("x", treat.root),
    "minmax": ("x_na", normalise.minmax),
    "zscore": ("x_na", lambda x: normalise.zscore(x, 10, 2)),
    "rank": ("x_na", normalise.rank),
    "prank": ("x_na", normalise.percentile_rank),
    "dist2max": ("x_na", normalise.distance_to_maximum),
    "goalposts": ("x_na", lambda x: normalise.goalposts(x, 2, 20)),
    "goalposts_neg": ("x_na", lambda x: normalise.goalposts(x, 20, 2)),
}


@pytest.mark.parametrize("function", VECTORS)
def test_a_single_function_gives_the_recorded_vector(function):
    recorded = rows("O11_functions/vectors.csv")
    source, apply = VECTORS[function]
    found = apply(numbers(row[source] for row in recorded)[:, None])
    found = found[0] if isinstance(found, tuple) else found
    equal(found[:, 0], numbers(row[function] for row in recorded))


def test_every_recorded_vector_is_tested():
    assert set(rows("O11_functions/vectors.csv")[0]) == {"x", "x_na", *VECTORS}


@pytest.mark.parametrize(
    "column, mean", [("amean", aggregate.arithmetic), ("gmean", aggregate.geometric), ("hmean", aggregate.harmonic)]
)
def test_a_mean_of_rows_with_gaps_is_as_recorded(column, mean):
    recorded = rows("O11_functions/means.csv")
    values = np.array([numbers(row[part] for part in "abcd") for row in recorded])
    equal(mean(values, np.array([2.0, 1.0, 1.0, 3.0])), numbers(row[column] for row in recorded))


def test_skewness_and_kurtosis_are_as_recorded():
    recorded = {row["stat"]: float(row["value"]) for row in rows("O11_functions/skewkurt.csv")}
    for suffix, column in (("", "x"), ("_na", "x_na")):
        values = numbers(row[column] for row in rows("O11_functions/vectors.csv"))[:, None]
        assert treat.skewness(values)[0] == pytest.approx(recorded[f"skew{suffix}"], rel=RELATIVE)
        assert treat.kurtosis(values)[0] == pytest.approx(recorded[f"kurt{suffix}"], rel=RELATIVE)


@pytest.fixture(scope="module")
def replay():
    meta = inputs.read_csv(SCORING / "inputs/asem_imeta.csv")
    values = inputs.read_csv(SCORING / "inputs/asem_idata.csv")
    stored = inputs.read_csv(SCORING / "O12_uncertainty_replay/parameters.csv")
    document = {"steps": RECIPES["O01_default_pipeline"], "uncertainty": UNCERTAINTY}
    return analyse.analyse(values, meta, document, stored)


def test_replayed_uncertainty_equals_the_recorded_scores_draw_by_draw(replay):
    scores = replay.sheets["uncertainty_scores"]
    recorded = rows("O12_uncertainty_replay/scores.csv")
    assert len(scores["replication"]) == len(recorded) == 400
    for place in (code for code in scores if code != "replication"):
        equal(np.array(scores[place]), numbers(row[place] for row in recorded), OF_A_REPLICATION)


def test_replayed_rank_statistics_are_as_recorded(replay):
    ranks = replay.sheets["uncertainty_ranks"]
    by_place = {row["uCode"]: row for row in rows("O12_uncertainty_replay/rankstats.csv")}
    scores = {row["uCode"]: row for row in rows("O12_uncertainty_replay/nominal.csv")}
    equal(np.array(ranks["score"]), numbers(scores[place]["Score"] for place in ranks["place"]))
    columns = {"nominal": "Nominal", "mean": "Mean", "median": "Median", "quantile_low": "Q5", "quantile_high": "Q95"}
    for ours, theirs in columns.items():
        expected = numbers(by_place[place][theirs] for place in ranks["place"])
        equal(np.array(ranks[ours], dtype=float), expected)


def test_the_replayed_interval_contains_the_nominal_rank_of_every_place(replay):
    ranks = replay.sheets["uncertainty_ranks"]
    inside = [
        low <= nominal <= high
        for low, nominal, high in zip(ranks["quantile_low"], ranks["nominal"], ranks["quantile_high"], strict=True)
    ]
    assert sum(inside) == 51


def test_stored_parameters_come_back_as_recorded(replay):
    sheet = replay.sheets["uncertainty_parameters"]
    recorded = rows("O12_uncertainty_replay/parameters.csv")
    for name in list(recorded[0])[1:4]:
        assert sheet[name] == [row[name] for row in recorded]
    for name in list(recorded[0])[4:]:
        assert sheet[name] == [float(row[name]) for row in recorded]


def test_a_run_of_the_recipe_file_reads_back_as_the_recorded_stages(tmp_path):
    recipe = {
        "values": str(SCORING / "inputs/asem_idata.csv"),
        "framework": str(SCORING / "inputs/asem_imeta.csv"),
        "steps": RECIPES["O01_default_pipeline"],
    }
    (tmp_path / "asem.yaml").write_text(json.dumps(recipe))  # JSON is YAML
    analyse.run(tmp_path / "asem.yaml", tmp_path / "out")
    for stage in STAGES:
        written = inputs.read_csv(tmp_path / "out" / f"{stage}.csv")
        codes, places = list(written)[1:], written["uCode"]
        found = np.array([numbers(written[code]) for code in codes]).T
        equal(found, golden(f"O01_default_pipeline/{stage}.csv", codes, places))


def test_leaving_a_country_out_of_fixed_goalposts_changes_no_other_score():
    steps = [DENOMINATE, GOALPOSTS, ARITHMETIC]
    sheet = result(steps, audit={}).sheets["leave_one_place_out"]
    assert len(sheet["left_out"]) == 51
    assert set(sheet["mean_score_change"]) == {0.0}
    assert set(sheet["largest_rank_change"]) == {0.0}
    assert set(sheet["problem"]) == {""}


def test_a_thousand_draws_replayed_from_their_stored_parameters_are_bit_equal():
    meta = inputs.read_csv(SCORING / "inputs/asem_imeta.csv")
    values = inputs.read_csv(SCORING / "inputs/asem_idata.csv")
    document = {"steps": RECIPES["O01_default_pipeline"], "uncertainty": UNCERTAINTY | {"draws": 1000, "seed": 7}}
    first = analyse.analyse(values, meta, document)
    stored = {key: [str(cell) for cell in column] for key, column in first.sheets["uncertainty_parameters"].items()}
    again = analyse.analyse(values, meta, document, stored)
    assert first.sheets["uncertainty_scores"] == again.sheets["uncertainty_scores"]


def test_a_replication_does_not_depend_on_the_others_in_its_batch():
    meta = inputs.read_csv(SCORING / "inputs/asem_imeta.csv")
    values = inputs.read_csv(SCORING / "inputs/asem_idata.csv")
    document = {"steps": RECIPES["O01_default_pipeline"], "uncertainty": UNCERTAINTY | {"draws": 40}}
    every = analyse.analyse(values, meta, document)
    stored = {key: column[17:18] for key, column in every.sheets["uncertainty_parameters"].items()}
    alone = analyse.analyse(values, meta, document, stored)
    for place, scores in alone.sheets["uncertainty_scores"].items():
        if place != "replication":
            assert scores[0] == every.sheets["uncertainty_scores"][place][17]
