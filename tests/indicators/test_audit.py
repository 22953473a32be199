"""The audit: correlations, reliability, flags, and leaving one out."""

import math

import numpy as np
import pytest
from scipy import stats

from indicators import analyse, audit, framework, hierarchy
from indicators.hierarchy import Rule
from indicators.tables import Table
from tests.indicators.toys import CODES, PLACES, STEPS, VALUES, column, meta, tables, values

nan = np.nan
RNG = np.random.default_rng(2)
GAPPY = RNG.normal(size=(20, 3)).round(1)
GAPPY[RNG.random(GAPPY.shape) < 0.2] = nan


@pytest.mark.parametrize("method, reference", [("pearson", stats.pearsonr), ("spearman", stats.spearmanr)])
def test_correlations_use_the_places_that_both_columns_have(method, reference):
    found = audit.correlation(GAPPY, GAPPY, method=method)
    both = ~np.isnan(GAPPY[:, 0]) & ~np.isnan(GAPPY[:, 1])
    expected = reference(GAPPY[both, 0], GAPPY[both, 1]).statistic
    assert found[0, 1] == pytest.approx(expected)
    np.testing.assert_allclose(np.diag(found), 1)


def test_an_undefined_correlation_is_nan_and_an_unknown_method_refused():
    assert np.isnan(audit.correlation(column(1, 2, None), column(3, 4, 5))[0, 0])
    assert np.isnan(audit.correlation(column(1, 1, 1), column(3, 4, 5))[0, 0])
    with pytest.raises(ValueError, match="pearson or spearman"):
        audit.correlation(GAPPY, GAPPY, method="kendall")


def test_cronbach_alpha_of_identical_parts_is_one():
    assert audit.cronbach_alpha(np.tile(column(1, 2, 5), 4)) == pytest.approx(1)


def test_cronbach_alpha_by_hand():
    # Variances 1 and 4, covariance 1, so the sum has variance 7: alpha = 2 * (1 - 5 / 7).
    values = np.array([[-1.0, 0.0], [0.0, -2.0], [1.0, 2.0]])
    assert audit.cronbach_alpha(values) == pytest.approx(2 * (1 - 5 / 7))


@pytest.mark.parametrize("cells", [[[1.0], [2.0], [3.0]], [[1.0, 2.0], [2.0, nan], [4.0, 5.0]], [[1.0, -1.0]] * 3])
def test_an_undefined_alpha_is_nan(cells):
    assert math.isnan(audit.cronbach_alpha(np.array(cells)))


def flagged(**values_by_code):
    scores = Table(PLACES, CODES, np.array([values_by_code[code] for code in CODES]).T)
    read = framework.read(meta())
    every = audit.side_by_side(scores, hierarchy.aggregate_all(scores, read, (Rule(), Rule())))
    sheet = audit.correlations(every, read)
    pairs = zip(sheet["code"], sheet["other"], sheet["relation"], sheet["flag"], strict=True)
    return {(code, other): (relation, flag) for code, other, relation, flag in pairs}


def test_redundant_and_contradicting_indicators_are_flagged():
    rising, uneven = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 4.0, 2.0, 6.0, 3.0, 5.0]
    found = flagged(a=rising, b=rising, c=uneven, d=[-4 * x for x in rising])
    assert found["a", "b"] == ("sibling", "redundant")
    assert found["c", "d"] == ("sibling", "contradiction")
    assert found["c", "Q"] == ("parent", "contradiction")
    assert found["a", "P"] == ("parent", "")
    assert found["a", "T"] == ("ancestor", "contradiction")
    assert ("a", "c") not in found


def test_statistics_of_one_indicator():
    sheet = audit.statistics(Table(PLACES, ("x",), column(0, 0, 3, 5, None, 7)))
    expected = {
        "min": 0,
        "max": 7,
        "mean": 3,
        "median": 3,
        "available": 5,
        "non_zero": 3,
        "distinct": 4,
        "most_common": 2,
    }
    assert {key: sheet[key][0] for key in expected} == expected
    assert sheet["share_available"] == [5 / 6]
    assert sheet["share_non_zero"] == [3 / 5]
    assert sheet["sd"][0] == pytest.approx(((9 + 9 + 0 + 4 + 16) / 4) ** 0.5)


def test_statistics_of_an_empty_indicator_are_nan_not_errors():
    sheet = audit.statistics(Table(PLACES[:2], ("x",), column(None, None)))
    assert math.isnan(sheet["mean"][0])
    assert sheet["flag_available"] == ["low"]
    assert sheet["flag_outliers"] == ["ok"]


def test_leaving_an_indicator_out_compares_ranks_and_scores_with_and_without_it():
    read, given = tables()
    rules = (Rule(), Rule())
    sheet = audit.leave_one_indicator_out(given.indicators, read, rules, "T")
    a, b, c, d = (np.array(VALUES[code]) for code in CODES)
    base, without = ((a + b) / 2 + (c + d) / 2) / 2, (b + (c + d) / 2) / 2
    assert sheet["indicator"] == list(CODES)
    assert sheet["mean_score_change"][0] == pytest.approx(np.abs(without - base).mean())
    moved = np.abs(stats.rankdata(-without) - stats.rankdata(-base))
    assert sheet["largest_rank_change"][0] == moved.max()
    assert sheet["mean_rank_change"][0] == pytest.approx(moved.mean())


def test_an_indicator_that_stands_alone_cannot_be_left_out_and_the_sheet_says_so():
    read = framework.read(meta()).without(["b"])
    sheet = audit.leave_one_indicator_out(tables()[1].indicators, read, (Rule(), Rule()), "T")
    assert "aggregate 'P' has no children" in sheet["problem"][0]
    assert math.isnan(sheet["mean_rank_change"][0])


def audited(steps, **changed):
    return analyse.analyse(values(**changed), meta(), {"steps": steps, "audit": {}}).sheets["leave_one_place_out"]


def test_leaving_a_place_out_changes_nothing_on_fixed_goalposts():
    sheet = audited([{"step": "normalise", "method": "goalposts"}, {"step": "aggregate"}])
    assert sheet["left_out"] == list(PLACES)
    assert sheet["mean_score_change"] == [0.0] * 6
    assert sheet["place"] == [""] * 6


def test_leaving_a_place_out_changes_scores_that_are_scaled_on_peers():
    sheet = audited(STEPS)
    assert sheet["mean_score_change"][PLACES.index("MON")] > 0  # MON holds the largest value of three indicators


def test_a_rebuild_that_fails_is_reported_not_dropped():
    impute = {"step": "impute", "method": "group_mean", "group": "group"}
    sheet = audited([impute, *STEPS], a={"BRU": None, "ANT": None})
    gone = sheet["left_out"].index("GNT")
    assert "nobody in group 'west' has a value" in sheet["problem"][gone]
    assert math.isnan(sheet["mean_score_change"][gone])
    assert sheet["problem"][0] == ""


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_a_side_that_varies_by_rounding_only_correlates_with_nothing(method):
    noise = np.array([[0.1 * people / people for people in (1, 3, 7, 11, 13)]]).T
    assert np.isnan(audit.correlation(noise, np.arange(5.0)[:, None], method=method)).all()
