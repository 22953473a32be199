"""Sensitivity: Sobol indices that cannot contradict theory."""

import numpy as np
import pytest
from scipy import stats

from indicators import recipe, sensitivity
from indicators.replicate import Pipeline
from indicators.sensitivity import Sensitivity
from indicators.tables import AnalysisError
from tests.indicators.toys import STEPS, tables

ROUNDING = {
    "step": "normalise",
    "choices": [
        {"label": "same", "method": "minmax", "range": [1, 100]},
        {"label": "too", "method": "minmax", "range": [2, 200]},
    ],
}
METHOD = {"step": "aggregate", "option": "method", "choices": ["arithmetic", "copeland"]}


def measured(*vary, **options):
    parsed = recipe.parse({"steps": STEPS, "sensitivity": {"vary": list(vary)}})
    read, given = tables()
    what = parsed.vary["sensitivity"]
    return sensitivity.sensitivity(Pipeline(given, read, parsed.steps, what.variations), what, "T", **options)


def test_the_only_factor_that_matters_explains_everything():
    # A scale twice as long leaves the ranks of every rule alone, so the method alone moves ranks.
    found = measured(ROUNDING, METHOD, samples=256)
    assert found.factors == ("normalise", "aggregate.method")
    np.testing.assert_allclose(found.first, [0, 1], atol=0.05)
    np.testing.assert_allclose(found.total, [0, 1], atol=0.05)
    assert found.distinguishable(0, 1)


def test_no_first_order_index_exceeds_its_total_beyond_noise():
    """A reference implementation's uncentred estimator gives one factor 0.95 alone and 0.68 in all."""
    found = measured(METHOD, {"weights": {"1": 0.9, "2": 0.9}}, samples=512)
    assert found.factors == ("aggregate.method", "weights of level 1", "weights of level 2")
    assert (found.first <= found.total + 0.05).all()
    assert found.first.sum() <= 1.05
    assert (found.first_low <= found.first).all()
    assert (found.total <= found.total_high).all()


def test_the_mean_is_that_of_the_rank_changes():
    found = measured(METHOD, {"weights": {"1": 0.9}}, samples=64)
    sampled = measured(METHOD, {"weights": {"1": 0.9}}, samples=64)
    assert found.mean > 0
    assert (found.mean, found.variance) == (sampled.mean, sampled.variance)


def test_another_seed_draws_other_weights():
    one, other = (measured({"weights": {"1": 0.9}}, METHOD, samples=32, seed=seed) for seed in (1, 2))
    assert one.mean != other.mean


def test_choices_that_move_no_rank_are_refused():
    with pytest.raises(AnalysisError, match="no choice or weight moves any rank"):
        measured(ROUNDING, {"weights": {"3": 0.5}}, samples=32)


def test_the_estimators_are_those_of_scipy():
    rng = np.random.default_rng(8)
    a, b, ab = rng.random(32), rng.random(32), rng.random((3, 32))
    found = stats.sobol_indices(func={"f_A": a[None], "f_B": b[None], "f_AB": ab[:, None]}, n=32)
    first, total = sensitivity.saltelli(a, b, ab)
    np.testing.assert_allclose(first, found.first_order)
    np.testing.assert_allclose(total, found.total_order)


def test_the_estimators_are_near_the_exact_indices_of_a_known_function():
    # Ishigami: sin x1 + 7 sin^2 x2 + x3^4 sin x1 / 10 on [-pi, pi]; V = 49/8 + b pi^4/5 + b^2 pi^8/18 + 1/2, b = 0.1.
    b, pi = 0.1, np.pi
    variance = 49 / 8 + b * pi**4 / 5 + b**2 * pi**8 / 18 + 1 / 2
    first = np.array([0.5 * (1 + b * pi**4 / 5) ** 2, 49 / 8, 0]) / variance
    interaction = b**2 * pi**8 * (1 / 18 - 1 / 50) / variance
    points = stats.qmc.Sobol(6, rng=np.random.default_rng(1)).random(2048)
    parts = sensitivity._saltelli_points(points)
    values = [np.sin(x) + 7 * np.sin(y) ** 2 + b * z**4 * np.sin(x) for x, y, z in ((2 * pi * p - pi).T for p in parts)]
    found = sensitivity.saltelli(values[0], values[1], values[2].reshape(3, -1))
    np.testing.assert_allclose(found[0], first, atol=0.02)
    np.testing.assert_allclose(found[1], np.add(first, [interaction, 0, interaction]), atol=0.02)


def test_a_single_factor_is_refused_before_anything_runs():
    with pytest.raises(AnalysisError, match="vary two or more"):
        recipe.parse({"steps": STEPS, "sensitivity": {"vary": [METHOD]}})


def test_overlapping_intervals_are_not_distinguishable():
    ends = {"total_low": np.array([0.1, 0.3, 0.6]), "total_high": np.array([0.4, 0.5, 0.7])}
    zeros = {key: np.zeros(3) for key in ("first", "first_low", "first_high", "total")}
    found = Sensitivity(("a", "b", "c"), mean=1.0, variance=1.0, **zeros, **ends)
    assert not found.distinguishable(0, 1)
    assert found.distinguishable(0, 2)
    assert found.distinguishable(2, 1)
