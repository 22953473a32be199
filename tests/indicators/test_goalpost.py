"""Method goalpost-v1: what a score may and may not depend on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import OBSERVATION_COLUMNS
from indicators import score
from indicators.cells import cells
from indicators.missing import latest_table
from indicators.nominal import aggregate
from indicators.scores import Scores
from indicators.uncertainty import simulate

NAMES = tuple(f"{pillar}-{at}" for pillar in ("connected", "sustainable", "open", "safe") for at in range(3))
PLACES = ("a", "b", "c", "d")
CELL = st.floats(-20, 120)
TABLES = st.lists(st.lists(CELL, min_size=12, max_size=12), min_size=4, max_size=4)
FEW = settings(max_examples=6, deadline=None)


def values_of(table: list[list[float]]) -> dict[str, dict[str, float]]:
    return {place: dict(zip(NAMES, row, strict=True)) for place, row in zip(PLACES, table, strict=True)}


def scored(small, values: Mapping[str, Mapping[str, float]], places: Any = None, **method: Any) -> Scores:
    world = small.catalogue(places or [small.place(name) for name in values], small.four(), **method)
    return score(small.table(values), world)


def pillar(scores: Scores, name: str) -> pd.DataFrame:
    table = scores.overall if name == "overall" else scores.pillars[scores.pillars["pillar"] == name]
    return table.set_index("ref_area")


def even(level: float) -> dict[str, float]:
    return dict.fromkeys(NAMES, level)


def test_a_pillar_is_the_weighted_mean_and_the_overall_the_geometric_mean(small) -> None:
    values = {"a": even(80.0) | {"open-0": 20.0, "open-1": 50.0, "open-2": 80.0}}
    found = scored(small, values)
    assert pillar(found, "open").loc["a", "score"] == pytest.approx((20 + 50 + 80) / 3)
    assert pillar(found, "overall").loc["a", "score"] == pytest.approx((80 * 80 * 50 * 80) ** 0.25)


def test_pillars_below_the_floor_count_as_the_floor(small) -> None:
    found = scored(small, {"a": even(100.0) | {f"safe-{at}": 0.0 for at in range(3)}}, floor=1.0)
    assert pillar(found, "overall").loc["a", "score"] == pytest.approx((100**3 * 1) ** 0.25)


def test_two_thirds_of_the_weight_make_a_pillar_and_less_does_not(small) -> None:
    values = {"a": even(60.0), "b": even(60.0)}
    del values["a"]["open-0"]
    del values["b"]["open-0"], values["b"]["open-1"]
    found = scored(small, values)
    table = pillar(found, "open")
    assert table.loc["a", "score"] == pytest.approx(60)
    assert (table.loc["a", "coverage"], table.loc["a", "present"], table.loc["a", "of"]) == (pytest.approx(2 / 3), 2, 3)
    assert np.isnan(table.loc["b", "score"])
    assert np.isnan(pillar(found, "overall").loc["b", "score"])
    assert np.isnan(found.draws.pillars[:, 1, 2]).all()
    assert not np.isnan(found.draws.pillars[:, 1, 0]).any()


def test_two_thirds_written_as_a_decimal_admits_four_of_six(small) -> None:
    indicators = [small.indicator(f"x{at}") for at in range(6)]
    world = small.catalogue([small.place("a")], indicators, ["connected"], pillar_min_weight=0.66666666666666667)
    found = score(small.table({"a": {f"x{at}": 30.0 for at in range(4)}}), world)
    assert pillar(found, "connected").loc["a", "score"] == pytest.approx(30)


def test_only_default_places_are_ranked_but_all_are_scored(small) -> None:
    places = [small.place("a"), small.place("b", "extra"), small.place("c", "partial"), small.place("d")]
    found = scored(small, {"a": even(50.0), "b": even(90.0), "c": even(80.0), "d": even(60.0)}, places)
    table = pillar(found, "open")
    assert table["score"].round(6).to_dict() == {"a": 50, "b": 90, "c": 80, "d": 60}
    assert table["rank"].dropna().to_dict() == {"a": 2, "d": 1}
    assert set(table["places"]) == {2}


def test_equal_scores_share_the_smallest_rank(small) -> None:
    found = scored(small, {"a": even(50.0), "b": even(70.0), "c": even(70.0), "d": even(40.0)})
    assert pillar(found, "overall")["rank"].to_dict() == {"b": 1, "c": 1, "a": 3, "d": 4}


def test_the_newest_and_the_oldest_period_stand_beside_the_score(small) -> None:
    world = small.catalogue([small.place("a")], [small.indicator("x"), small.indicator("y")], ["connected"])
    found = score(small.observations([("m-x", "A", 2019, 1.0), ("m-y", "A", 2023, 1.0)]), world)
    row = pillar(found, "connected").loc["a"]
    assert (row["oldest"], row["newest"]) == ("2019", "2023")


def test_whole_country_values_are_counted(small) -> None:
    country = small.indicator("y", scheme="country")
    world = small.catalogue([small.place("a")], [small.indicator("x"), country], ["connected"])
    found = score(small.observations([("m-x", "A", 2020, 1.0), ("m-y", "BE", 2020, 1.0)]), world)
    assert pillar(found, "connected").loc["a", "country_values"] == 1


def test_an_answer_family_that_does_not_add_up_is_noted(small) -> None:
    args = {"positive": ("y",), "negative": ("n",), "dont_know": ("d",)}
    world = small.catalogue([small.place("a")], [small.indicator("x", function="share_with_opinion", args=args)])
    found = score(small.observations([("y", "A", 2019, 90), ("n", "A", 2019, 90), ("d", "A", 2019, 1)]), world)
    assert found.notes == ("x, a, 2019: withdrawn, answers add up to 181.0 %",)


@FEW
@given(table=TABLES)
def test_scores_lie_between_0_and_100_and_ranges_hold_them(small, table: list[list[float]]) -> None:
    found = scored(small, values_of(table))
    for rows in (found.pillars, found.overall):
        assert rows["score"].between(0, 100 + 1e-9).all()
        assert ((rows["low"] <= rows["score"]) & (rows["score"] <= rows["high"])).all()
        assert ((rows["rank_low"] <= rows["rank"]) & (rows["rank"] <= rows["rank_high"])).all()


@FEW
@given(table=TABLES)
def test_the_geometric_overall_never_exceeds_the_arithmetic_mean(small, table: list[list[float]]) -> None:
    found = scored(small, values_of(table))
    mean = found.pillars.assign(score=found.pillars["score"].clip(lower=1)).groupby("ref_area")["score"].mean()
    assert (pillar(found, "overall")["score"] <= mean + 1e-9).all()


@FEW
@given(table=TABLES, at=st.integers(0, 11), more=st.floats(0, 50))
def test_improving_one_indicator_never_lowers_a_score(small, table: list[list[float]], at: int, more: float) -> None:
    values = values_of(table)
    better = values | {"a": values["a"] | {NAMES[at]: values["a"][NAMES[at]] + more}}
    before, after = scored(small, values), scored(small, better)
    for name in ("connected", "sustainable", "open", "safe", "overall"):
        assert pillar(after, name).loc["a", "score"] >= pillar(before, name).loc["a", "score"] - 1e-9
        assert pillar(after, name).loc["a", "rank"] <= pillar(before, name).loc["a", "rank"]
    assert (after.draws.overall[:, 0] >= before.draws.overall[:, 0] - 1e-9).all()


@FEW
@given(table=TABLES, order=st.permutations(PLACES), shuffled=st.permutations(NAMES))
def test_no_order_of_places_or_indicators_matters(small, table, order, shuffled) -> None:
    values = values_of(table)
    first = scored(small, values)
    indicators = {indicator.id: indicator for indicator in small.four()}
    world = small.catalogue([small.place(name) for name in order], [indicators[name] for name in shuffled])
    second = score(small.table({place: values[place] for place in order}), world)
    for name in ("open", "overall"):
        one, two = pillar(first, name), pillar(second, name).loc[list(PLACES)]
        assert one["score"].to_numpy() == pytest.approx(two["score"].to_numpy(), rel=1e-12)
        assert one["low"].to_numpy() == pytest.approx(two["low"].to_numpy(), rel=1e-9)


@FEW
@given(table=TABLES, factor=st.sampled_from([0.001, 0.3, 7.0, 1000.0]))
def test_a_change_of_unit_with_its_goalposts_changes_nothing(small, table: list[list[float]], factor: float) -> None:
    values = values_of(table)
    scaled = {place: {name: factor * value for name, value in row.items()} for place, row in values.items()}
    world = small.catalogue([small.place(name) for name in PLACES], small.four(ends=(0.0, 100.0 * factor)))
    one, two = scored(small, values), score(small.table(scaled), world)
    assert one.pillars["score"].to_numpy() == pytest.approx(two.pillars["score"].to_numpy(), rel=1e-12, abs=1e-12)


@FEW
@given(table=TABLES, gone=st.sampled_from(PLACES[1:]))
def test_removing_a_peer_leaves_every_other_score_bit_equal(small, table: list[list[float]], gone: str) -> None:
    values = values_of(table)
    values["b"].pop("open-1")  # a gap is drawn, and its draws do not depend on the neighbours either
    kept = {name: row for name, row in values.items() if name != gone}
    assert_same_scores(scored(small, values), scored(small, kept))


def test_adding_a_year_of_one_place_changes_no_other(small) -> None:
    values = {name: even(40.0 + at) for at, name in enumerate(PLACES)}
    world = small.catalogue([small.place(name) for name in PLACES], small.four())
    newer = pd.concat([small.table(values), small.table({"b": even(99.0)}, 2021)], ignore_index=True)
    one, two = score(small.table(values), world), score(newer, world)
    for name in ("a", "c", "d"):
        assert pillar(one, "overall").loc[name, "score"] == pillar(two, "overall").loc[name, "score"]


def assert_same_scores(whole: Scores, part: Scores) -> None:
    """Assert that the places of `part` have bit-equal scores, ranges of scores and draws in `whole`."""
    for table in ("pillars", "overall"):
        one = getattr(whole, table).set_index(["pillar", "ref_area"])[["score", "low", "high", "coverage"]]
        two = getattr(part, table).set_index(["pillar", "ref_area"])[["score", "low", "high", "coverage"]]
        pd.testing.assert_frame_equal(one.loc[two.index], two, check_exact=True)
    rows = [whole.draws.place_ids.index(place) for place in part.draws.place_ids]
    np.testing.assert_array_equal(whole.draws.pillars[:, rows], part.draws.pillars)
    np.testing.assert_array_equal(whole.draws.overall[:, rows], part.draws.overall)


def measures(indicator) -> list[str]:
    found = [(arg,) if isinstance(arg, str) else arg for arg in indicator.value.args.values()]
    return [name for names in found if isinstance(names, tuple) for name in names]


def made_up(catalogue) -> pd.DataFrame:
    """Plausible numbers for every scored indicator, area and year of a catalogue, one in fifty left out."""
    rng, rows = np.random.default_rng(5), {}
    for indicator in catalogue.scored():
        places = catalogue.city_regions()
        areas = sorted({place.areas[indicator.scheme] for place in places if indicator.scheme in place.areas})
        last = int(indicator.earliest_period)
        years = range(last - indicator.window_years + 1, last + 1)
        for area, year in itertools.product(areas, map(str, years)):
            if rng.random() > 0.02:
                rows |= {(name, area, year): value for name, value in published(indicator, rng)}
    table = [(*key, "total", value, "%", "A", "made up") for key, value in rows.items()]
    return pd.DataFrame(table, columns=list(OBSERVATION_COLUMNS))


def published(indicator, rng: np.random.Generator) -> Iterator[tuple[str, float]]:
    """Yield what a publisher could give for one area and year: a family of answers, or one value on the scale."""
    names, args = measures(indicator), indicator.value.args
    if indicator.value.function.startswith("share_") and "positive" in args:
        yield from zip(names, (100 * rng.dirichlet(np.ones(len(names)))).tolist(), strict=True)
    else:
        ends = sorted((indicator.goalposts.worst, indicator.goalposts.best))
        yield names[0], rng.uniform(*ends) / args.get("scale", 100 / args["maximum"] if "maximum" in args else 1)


def steps(observations: pd.DataFrame, catalogue, method) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The steps of score() that make scores: (places, nominal scores, draws), without the tables around them."""
    places, indicators = [place.id for place in catalogue.city_regions()], catalogue.scored()
    latest = latest_table(cells(observations, catalogue), places, [indicator.id for indicator in indicators])
    nominal = aggregate(latest, indicators, catalogue, method)
    draws = simulate(latest, indicators, tuple(catalogue.pillars.values()), nominal.pillars, method)
    one = np.column_stack([nominal.pillars, nominal.overall])
    return places, one, np.concatenate([draws.pillars, draws.overall[:, :, None]], axis=2)


def test_every_peer_of_the_shipped_catalogue_can_go_without_moving_another_score(shipped) -> None:
    observations = made_up(shipped)
    method = shipped.method.model_copy(update={"draws": 20})
    places, nominal, draws = steps(observations, shipped, method)
    assert len(places) == 38
    assert (np.isnan(nominal).sum(axis=0) < 10).all()
    assert (np.nanstd(nominal, axis=0) > 5).all()
    for gone in places:
        kept = {name: place for name, place in shipped.places.items() if name != gone}
        rows = [places.index(place) for place in places if place != gone]
        _, fewer, redrawn = steps(observations, shipped.model_copy(update={"places": kept}), method)
        np.testing.assert_array_equal(nominal[rows], fewer)
        np.testing.assert_array_equal(draws[:, rows], redrawn)


def test_scores_that_differ_beyond_their_digits_share_a_rank(small) -> None:
    """Eight decimals are written: 50 and 50.000000001 both read 50.0 there, and 50.00000002 does not."""
    values = {"a": 50.0, "b": 50.0 + 1e-9, "c": 50.0 + 2e-8, "d": 20.0}
    found = scored(small, {place: dict.fromkeys(NAMES, value) for place, value in values.items()})
    for name in ("connected", "overall"):
        table = pillar(found, name)
        assert table["score"].tolist() == [50.0, 50.0, 50.00000002, 20.0]
        assert table["rank"].tolist() == [2, 2, 1, 4]


def test_a_computed_value_is_rounded_and_a_published_one_is_not(small) -> None:
    exact = 12.345678901234567
    mean = small.indicator("y", function="mean_over_years", args={"measure": "m-x", "years": 2})
    world = small.catalogue([small.place("a")], [small.indicator("x"), mean])
    rows = small.observations([("m-x", "A", 2023, exact), ("m-x", "A", 2024, 0.1)])
    table = cells(rows, world).set_index(["indicator", "time_period"])["obs_value"]
    assert table["x", "2023"] == exact
    assert table["y", "2024"] == 6.222839451  # (12.345678901234567 + 0.1) / 2 = 6.2228394506...


def test_a_part_of_a_computed_value_keeps_its_last_bit(small) -> None:
    """The two ends of a gap are as published; the gap between them is computed."""
    high, low = 77.12345678901234, 33.98765432109876
    args = {"measure": "m-x", "minuend": "sex=F", "subtrahend": "sex=M"}
    world = small.catalogue([small.place("a")], [small.indicator("x", function="group_difference", args=args)])
    rows = [("m-x", "A", 2024, high, "A", "sex=F"), ("m-x", "A", 2024, low, "A", "sex=M")]
    (cell,) = cells(small.observations(rows), world).itertuples()
    assert (cell.part_high, cell.part_low) == (high, low)
    assert cell.obs_value == 43.13580247
