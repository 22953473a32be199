"""Other weights and goalposts: the published numbers without a change, the same as a full score with one, and laws."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import digits, snapshot
from config.schema import Catalogue
from indicators import score
from indicators.cells import ends
from indicators.goalpost import Standings, standings
from indicators.missing import latest_table
from indicators.normalise import goalposts
from indicators.rescore import Ground, changed, shifts
from indicators.scores import Draws, Scores

WHOLE = snapshot.read().catalogue
# The laws hold for any number of replications; few make them cheap. A reader's choice compares the places that are
# ranked as published, whatever it leaves of their coverage, so the full scores are of a method that lists these.
RULES = {"draws": 40, "variants": (), "ranked_by": "status"}
CATALOGUE = WHOLE.model_copy(update={"method": WHOLE.method.model_copy(update=RULES)})
FIRST = snapshot.read(snapshot_id=snapshot.ids()[0])
FEW = settings(max_examples=15, deadline=None)
PILLARS, SCORED = tuple(CATALOGUE.pillars), tuple(i.id for i in CATALOGUE.scored())
WEIGHTS = st.sampled_from((0.25, 0.5, 1.0, 1.75, 2.0, 3.0))
CHOICES = st.tuples(
    st.dictionaries(st.sampled_from((*PILLARS, *SCORED)), WEIGHTS, max_size=6),
    st.dictionaries(st.sampled_from(SCORED), st.sampled_from((0.5, 0.9, 1.2)), max_size=3),
)


@cache
def published() -> Scores:
    return score(snapshot.read().observations, CATALOGUE)


@cache
def ground() -> Ground:
    return Ground.of(published(), CATALOGUE)


def posts(shares: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Return goalposts whose best end lies at a share of the published distance from the worst."""
    usual = {id_: CATALOGUE.indicators[id_].goalposts for id_ in shares}
    return {id_: (e.worst, e.worst + shares[id_] * (e.best - e.worst)) for id_, e in usual.items() if e}


def tried(weights: dict[str, float], shares: dict[str, float] | None = None) -> Standings:
    return ground().standings(changed(CATALOGUE, weights, posts(shares or {})))


def same(one: Standings | Scores, other: Standings | Scores) -> None:
    pd.testing.assert_frame_equal(one.pillars, other.pillars, check_exact=True)
    pd.testing.assert_frame_equal(one.overall, other.overall, check_exact=True)
    np.testing.assert_array_equal(one.draws.pillars, other.draws.pillars)
    np.testing.assert_array_equal(one.draws.overall, other.draws.overall)


def test_without_a_change_every_number_is_the_shipped_one_to_the_bit() -> None:
    usual = score(snapshot.read().observations, WHOLE)
    again = Ground.of(usual, WHOLE).standings(changed(WHOLE, {}, {}))
    same(again, usual)
    files = snapshot.read().scores
    shipped = files[files["indicator"] == "overall"].set_index("ref_area")
    found = again.overall.set_index("ref_area")
    for column in ("score", "rank", "rank_low", "rank_high"):
        ours, theirs = found[column].astype(float), shipped[column].astype(float).reindex(found.index)
        np.testing.assert_array_equal(ours, theirs)


def test_nothing_kept_from_before_changes_a_bit() -> None:
    """Every pillar computed anew from the kept chance alone gives the published numbers too."""
    bare = replace(ground(), catalogue=changed(CATALOGUE, dict.fromkeys(SCORED, 2.0), {}))
    same(bare.standings(CATALOGUE), published())


@FEW
@given(CHOICES)
def test_a_choice_gives_what_a_full_score_with_its_catalogue_gives(choice) -> None:
    weights, shares = choice
    catalogue = changed(CATALOGUE, weights, posts(shares))
    found, ours = score_again(catalogue), ground().standings(catalogue)
    same(ours, found)


@cache
def values() -> pd.DataFrame:
    """Return the cells that are scored."""
    cells = published().cells
    return cells[cells["latest"] & (cells["group"] == "total") & cells["indicator"].isin(SCORED)]


def score_again(catalogue: Catalogue) -> Standings:
    """Score the values anew by the parts of the public path, nothing kept."""
    scored = [i.id for i in catalogue.scored()]
    rows = values()[values()["indicator"].isin(scored)]
    exact = goalposts(rows["obs_value"].to_numpy(), *ends(rows["indicator"], catalogue.indicators))
    rows = rows.assign(score=digits.score(exact))
    latest = latest_table(rows, [p.id for p in catalogue.city_regions()], scored)
    return standings(latest, catalogue, catalogue.method)


def test_a_choice_gives_what_the_public_score_gives() -> None:
    catalogue = changed(CATALOGUE, {"safe": 2.0, "pm25_days": 0.5}, posts({"road_deaths": 0.9}))
    same(ground().standings(catalogue), score(snapshot.read().observations, catalogue))


@pytest.mark.parametrize("pillar", PILLARS)
@pytest.mark.parametrize("factor", [2.0, 3.0, 0.7])
def test_one_factor_on_all_weights_of_a_pillar_changes_nothing(pillar: str, factor: float) -> None:
    found = tried({i.id: factor * i.weight for i in CATALOGUE.scored(pillar)})
    unmoved(found, published())


def test_one_factor_on_all_pillars_changes_nothing() -> None:
    unmoved(tried(dict.fromkeys(PILLARS, 3.0)), published())


def unmoved(found: Standings, usual: Scores) -> None:
    """Scores agree to rounding, ranks wholly."""
    for one, other in ((found.pillars, usual.pillars), (found.overall, usual.overall)):
        np.testing.assert_allclose(one["score"], other["score"], rtol=1e-12)
        np.testing.assert_allclose(one[["low", "high"]], other[["low", "high"]], rtol=1e-9)
        assert one[["rank", "rank_low", "rank_high"]].equals(other[["rank", "rank_low", "rank_high"]])


@FEW
@given(st.sampled_from(SCORED), st.sampled_from((0.5, 0.9, 1.1)))
def test_a_goalpost_moves_its_own_pillar_and_the_overall_only(indicator: str, share: float) -> None:
    pillar = CATALOGUE.indicators[indicator].pillar
    found, usual = tried({}, {indicator: share}).pillars, published().pillars
    elsewhere = usual["pillar"] != pillar
    pd.testing.assert_frame_equal(found[elsewhere], usual[elsewhere], check_exact=True)
    assert not found.equals(usual)


@FEW
@given(st.sampled_from(SCORED), WEIGHTS)
def test_a_weight_moves_its_own_pillar_and_the_overall_only(indicator: str, weight: float) -> None:
    pillar = CATALOGUE.indicators[indicator].pillar
    found, usual = tried({indicator: weight}).pillars, published().pillars
    elsewhere = usual["pillar"] != pillar
    pd.testing.assert_frame_equal(found[elsewhere], usual[elsewhere], check_exact=True)


def test_the_weight_of_a_pillar_moves_the_overall_only() -> None:
    found = tried({"safe": 2.0})
    pd.testing.assert_frame_equal(found.pillars, published().pillars, check_exact=True)
    assert not found.overall.equals(published().overall)


@FEW
@given(CHOICES, st.sampled_from([p.id for p in CATALOGUE.city_regions("default")]))
def test_a_city_that_goes_changes_no_other_score_whatever_the_choice(choice, gone: str) -> None:
    weights, shares = choice
    catalogue = changed(CATALOGUE, weights, posts(shares))
    places = {id_: place for id_, place in catalogue.places.items() if id_ != gone}
    fewer = score_again(catalogue.model_copy(update={"places": places}))
    every = ground().standings(catalogue)
    for one, other in ((fewer.pillars, every.pillars), (fewer.overall, every.overall)):
        rest = other[other["ref_area"] != gone]
        for column in ("score", "low", "high"):
            np.testing.assert_array_equal(one[column].to_numpy(), rest[column].to_numpy())


@FEW
@given(st.sampled_from(SCORED))
def test_weight_zero_is_the_same_as_not_being_there(indicator: str) -> None:
    without = {id_: i for id_, i in CATALOGUE.indicators.items() if id_ != indicator}
    same(tried({indicator: 0.0}), score_again(CATALOGUE.model_copy(update={"indicators": without})))


def test_a_pillar_of_weight_zero_is_shown_and_not_asked_for(small: Any) -> None:
    rows = {"a": {i.id: 50.0 for i in small.four()}, "b": {i.id: 80.0 for i in small.four() if i.pillar != "safe"}}
    world = small.catalogue([small.place("a"), small.place("b")], small.four())
    usual = score(small.table(rows), world)
    assert usual.overall["score"].isna().tolist() == [False, True]
    found = Ground.of(usual, world).standings(changed(world, {"safe": 0.0}, {}))
    assert found.overall["score"].tolist() == pytest.approx([50.0, 80.0])
    assert found.overall["rank"].tolist() == [2, 1]
    pd.testing.assert_frame_equal(found.pillars, usual.pillars, check_exact=True)


def test_double_weight_is_the_weighted_mean(small: Any) -> None:
    indicators = [small.indicator("x"), small.indicator("y")]
    world = small.catalogue([small.place("a")], indicators, ["connected"])
    usual = score(small.table({"a": {"x": 30.0, "y": 60.0}}), world)
    found = Ground.of(usual, world).standings(changed(world, {"x": 2.0}, {"y": (0.0, 80.0)}))
    assert found.pillars["score"].tolist() == pytest.approx([(2 * 30 + 100 * 60 / 80) / 3])


def test_two_pillars_weigh_in_the_geometric_mean(small: Any) -> None:
    indicators = [small.indicator("x"), small.indicator("y", "open")]
    world = small.catalogue([small.place("a")], indicators, ["connected", "open"])
    usual = score(small.table({"a": {"x": 30.0, "y": 60.0}}), world)
    found = Ground.of(usual, world).standings(changed(world, {"open": 2.0}, {}))
    assert found.overall["score"].tolist() == pytest.approx([(30 * 60**2) ** (1 / 3)])


@pytest.mark.parametrize(
    ("weights", "moved", "says"),
    [
        ({"atlantis": 1.0}, {}, "atlantis: neither a pillar nor a scored indicator"),
        ({}, {"safe": (0.0, 1.0)}, "safe: neither"),
        ({"safe": -1.0}, {}, "negative"),
        ({}, {"road_deaths": (5.0, 5.0)}, "two different ends"),
        (dict.fromkeys(PILLARS, 0.0), {}, "all pillars: all weights are zero"),
        ({i.id: 0.0 for i in CATALOGUE.scored("open")}, {}, "open: all weights are zero"),
    ],
)
def test_what_cannot_be_weighed_is_refused(weights: dict, moved: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        changed(CATALOGUE, weights, moved)


def draws(*overall: tuple[float, ...]) -> Draws:
    """Overall scores of the places a, b and c, one tuple a replication."""
    table = np.array(overall)
    return Draws(("a", "b", "c"), ("safe",), table[:, :, None], table)


def test_a_choice_is_judged_replication_by_replication() -> None:
    """The ranks of `a` run from 1 to 3 before and after, and it falls by one place in 39 of 40 replications."""
    first, second, last = (9.0, 5.0, 1.0), (5.0, 9.0, 1.0), (1.0, 9.0, 5.0)
    before = draws(*[first] * 20, *[second] * 19, last)
    after = draws(*[second] * 20, *[last] * 19, last)
    found = shifts(before, after, "overall", ["a", "b", "c"])
    assert found["a"] == ("lower", 0 / 40, 39 / 40)
    assert found["b"] == ("unclear", 20 / 40, 0 / 40)  # from second to first in twenty
    assert found["c"] == ("unclear", 19 / 40, 0 / 40)
    assert shifts(before, before, "safe", ["a"])["a"] == ("same", 0, 0)
    almost = draws(*[second] * 20, *[last] * 18, second, last)
    assert shifts(before, almost, "overall", ["a", "b", "c"])["a"] == ("unclear", 0 / 40, 38 / 40)


def test_safety_counted_three_times_puts_brussels_clearly_lower() -> None:
    """In the first edition: its two ranges overlap; the paired replications leave no doubt."""
    usual = score(FIRST.observations, FIRST.catalogue)
    found = Ground.of(usual, FIRST.catalogue).standings(changed(FIRST.catalogue, {"safe": 3.0}, {}))
    before, after = (table.set_index("ref_area") for table in (usual.overall, found.overall))
    ranked = before.index[before["rank"].notna() & after["rank"].notna()].tolist()
    moved = shifts(usual.draws, found.draws, "overall", ranked)["brussels"]
    print(f"SAFE x 3: Brussels lower in {moved.lower:.1%} of the paired replications, higher in {moved.higher:.1%}")
    assert moved.direction == "lower"
    assert after.loc["brussels", "rank_low"] <= before.loc["brussels", "rank_high"]
