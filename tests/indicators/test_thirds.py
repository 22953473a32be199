"""What would change a third: the change really does, the range is that of the draws, and nothing more is claimed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indicators import score
from indicators.scores import Scores
from indicators.thirds import Step, Thirds

NAMES = "abcdef"  # two places a third


@pytest.fixture(scope="module")
def world(small):
    indicators = [small.indicator("x"), small.indicator("y", ends=(100.0, 0.0)), small.indicator("z")]
    return small.catalogue([small.place(name) for name in NAMES], indicators, ["connected"])


def made(small, world, means: dict[str, float], draws: dict[str, list[float]] | None = None, **own: float) -> Scores:
    """Scores of places that are equally good at all three indicators; `own` are the values of "a", `draws` made up."""
    values = {place: {"x": mean, "y": 100 - mean, "z": mean} for place, mean in means.items()}
    values["a"] |= own
    found = score(small.table(values), world)
    if draws is None:
        return found
    table = np.array([draws[place] for place in found.draws.place_ids]).T[:, :, None]
    return replace(found, draws=replace(found.draws, pillars=table, overall=table[:, :, 0]))


MEANS = {"a": 20.0, "b": 30.0, "c": 50.0, "d": 60.0, "e": 80.0, "f": 90.0}


def still(**moved: list[float]) -> dict[str, list[float]]:
    """Draws in which every place keeps its score, but for those given."""
    return {place: [mean] * 100 for place, mean in MEANS.items()} | moved


def test_the_change_named_brings_the_place_into_the_next_third(small, world) -> None:
    scores = made(small, world, MEANS, still())
    step = Thirds(scores, world).step("a", "connected")
    # To be among the first four of six, a must reach c, 30 points ahead: 90 on one of three indicators of equal
    # weight, more than the 70 there are to the best place. From 35 it is 15 points, so 45.
    assert (step.answer, step.third, step.gap) == ("nothing", 2, pytest.approx(30))
    nearer = MEANS | {"a": 35.0}
    scores = made(small, world, nearer, still(a=[35.0] * 100))
    step = Thirds(scores, world).step("a", "connected")
    assert step.answer == "possible"
    assert {c.indicator: c.change for c in step.changes} == pytest.approx({"x": 45, "y": -45, "z": 45})
    reached = made(small, world, nearer, x=35.0 + 45.0 + 1e-6).pillars.set_index("ref_area")["rank"]
    assert made(small, world, nearer).pillars.set_index("ref_area")["rank"]["a"] == 5
    assert reached["a"] == 4


def test_the_range_is_that_of_the_gap_over_the_replications(small, world) -> None:
    gaps = np.linspace(1.0, 20.0, 100)
    means = MEANS | {"a": 40.0}
    step = Thirds(made(small, world, means, still(a=(50.0 - gaps).tolist())), world).step("a", "connected")
    ends = np.percentile(gaps, (5, 95))
    assert (step.gap, step.low, step.high) == pytest.approx((10, *ends))
    change = {c.indicator: c for c in step.changes}["x"]
    assert (change.low, change.high) == pytest.approx(tuple(3 * ends))
    assert change.beyond == (3 * ends[1] > 90 - 40)


@pytest.mark.parametrize(("already", "answer"), [(2, "possible"), (3, "uncertain")])
def test_a_place_that_is_often_there_already_is_not_told_what_would_bring_it_there(
    small, world, already: int, answer: str
) -> None:
    means = MEANS | {"a": 40.0}
    own = [55.0] * already + [40.0] * (100 - already)  # above c in so many of a hundred replications
    step = Thirds(made(small, world, means, still(a=own)), world).step("a", "connected")
    assert (step.answer, step.there) == (answer, already / 100)
    assert bool(step.changes) == (answer == "possible")


def test_the_leading_third_has_no_better_one_and_says_how_sure_it_is(small, world) -> None:
    scores = made(small, world, MEANS, still(f=[90.0] * 60 + [10.0] * 40))
    assert Thirds(scores, world).step("f", "connected") == Step("leading", 0, 0.6)
    assert Thirds(scores, world).step("c", "connected").third == 1


def test_a_place_that_is_not_ranked_has_no_third(small, world) -> None:
    places = {name: small.place(name, "extra" if name == "a" else "default") for name in NAMES}
    extra = world.model_copy(update={"places": places})
    values = {place: {"x": mean, "y": 100 - mean, "z": mean} for place, mean in MEANS.items()}
    assert Thirds(score(small.table(values), extra), extra).step("a", "connected") == Step("unranked")


def test_a_value_that_other_ranked_places_share_is_not_asked_to_change(small) -> None:
    indicators = [small.indicator("x"), small.indicator("y"), small.indicator("z", scheme="country")]
    world = small.catalogue([small.place(name) for name in NAMES], indicators, ["connected"])
    means = MEANS | {"a": 45.0}
    rows = [(f"m-{i}", place.upper(), 2020, mean) for place, mean in means.items() for i in "xy"]
    scores = score(small.observations([*rows, ("m-z", "BE", 2020, 50.0)]), world)
    own = {place: [(2 * mean + 50.0) / 3] * 10 for place, mean in means.items()}
    table = np.array([own[place] for place in scores.draws.place_ids]).T[:, :, None]
    scores = replace(scores, draws=replace(scores.draws, pillars=table))
    assert {c.indicator for c in Thirds(scores, world).step("a", "connected").changes} == {"x", "y"}
