"""Why a score is what it is: contributions add up, and the smallest change really gains the rank."""

from __future__ import annotations

import numpy as np
import pytest

from indicators import effective_weights, score, smallest_change

VALUES = {
    "a": {"x": 20.0, "y": 50.0, "z": 80.0},
    "b": {"x": 60.0, "y": 60.0, "z": 60.0},
    "c": {"x": 90.0, "y": 90.0, "z": 90.0},
}


@pytest.fixture(scope="module")
def world(small):
    ends = {"x": (0.0, 100.0), "y": (100.0, 0.0), "z": (0.0, 100.0)}
    indicators = [small.indicator(name, ends=pair) for name, pair in ends.items()]
    return small.catalogue([small.place(name) for name in "abc"], indicators, ["connected"])


@pytest.fixture(scope="module")
def scores(small, world):
    return score(small.table(VALUES), world)


def test_contributions_add_up_to_the_score_and_weights_to_one(scores) -> None:
    parts = scores.contributions.groupby("ref_area")[["weight", "contribution"]].sum()
    assert parts["weight"].to_numpy() == pytest.approx(1)
    assert parts["contribution"].to_dict() == pytest.approx(scores.pillars.set_index("ref_area")["score"].to_dict())


def test_a_gap_shares_its_weight_among_the_rest(small, world) -> None:
    values = VALUES | {"a": {"x": 20.0, "z": 80.0}}
    table = score(small.table(values), world).contributions.query("ref_area == 'a'").set_index("indicator")
    assert table["weight"].to_dict() == {"x": 0.5, "z": 0.5}


def test_the_smallest_change_gains_exactly_one_rank(small, world, scores) -> None:
    assert scores.pillars.set_index("ref_area")["rank"].to_dict() == {"c": 1, "b": 2, "a": 3}
    table = smallest_change(scores, world, "b", "connected").set_index("indicator")
    gap = (90 + 10 + 90) / 3 - (60 + 40 + 60) / 3
    assert table["score_change"].to_numpy() == pytest.approx(3 * gap)
    assert table["needed"].to_dict() == pytest.approx({"x": 60 + 3 * gap, "y": 60 - 3 * gap, "z": 60 + 3 * gap})
    assert set(table["overtakes"]) == {"c"}
    for name, needed in table["needed"].items():
        reached = score(small.table(VALUES | {"b": VALUES["b"] | {name: needed + np.sign(needed - 60) * 1e-9}}), world)
        assert reached.pillars.set_index("ref_area")["rank"]["b"] == 1


def test_what_would_need_more_than_the_best_goalpost_is_left_out(small, world) -> None:
    values = VALUES | {"b": {"x": 90.0, "y": 60.0, "z": 30.0}}
    table = smallest_change(score(small.table(values), world), world, "b", "connected")
    assert table["indicator"].tolist() == ["z", "y"] or table["indicator"].tolist() == ["y", "z"]


def test_the_first_place_and_an_unranked_one_have_nothing_to_gain(small, world, scores) -> None:
    assert smallest_change(scores, world, "c", "connected").empty
    places = {"a": small.place("a", "extra"), "b": small.place("b"), "c": small.place("c")}
    extra = world.model_copy(update={"places": places})
    assert smallest_change(score(small.table(VALUES), extra), extra, "a", "connected").empty


def test_effective_weights_are_shares_of_the_variance(scores) -> None:
    table = effective_weights(scores).set_index("indicator")
    assert table["effective"].sum() == pytest.approx(1)
    assert table["weight"].to_numpy() == pytest.approx(1 / 3)
    x, pillar = np.array([20, 60, 90.0]) / 3, np.array([150, 160, 190.0]) / 3
    pillar = np.array([20 + 50 + 80, 60 + 40 + 60, 90 + 10 + 90]) / 3
    assert table.loc["x", "effective"] == pytest.approx(np.cov(x, pillar)[0, 1] / pillar.var(ddof=1))
    assert (table.loc["x", "p10"], table.loc["x", "p90"]) == (pytest.approx(28), pytest.approx(84))


def test_of_two_equal_weights_the_wider_scores_decide_more(small) -> None:
    """Scores 0, 50, 100 beside 40, 50, 60 give pillars 20, 50, 80: shares 2·50·30 and 2·10·30 of 2·60·30."""
    values = {"a": {"x": 0.0, "y": 40.0}, "b": {"x": 50.0, "y": 50.0}, "c": {"x": 100.0, "y": 60.0}}
    indicators = [small.indicator(name, ends=(0.0, 100.0)) for name in "xy"]
    world = small.catalogue([small.place(name) for name in "abc"], indicators, ["connected"])
    table = effective_weights(score(small.table(values), world)).set_index("indicator")
    assert table["weight"].to_dict() == {"x": 1 / 2, "y": 1 / 2}
    assert table["effective"].to_dict() == pytest.approx({"x": 50 / 60, "y": 10 / 60})
