"""Replications: seeded, named streams; gaps widen, shared territories move together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indicators import score
from indicators.scores import Scores
from indicators.uncertainty import stream

QUIET = {
    "weight_spread": 0.0,
    "goalpost_spread": 0.0,
    "floor_range": (1.0, 1.0),
    "leave_one_out": False,
    "draws": 2000,
}


def one_pillar(small, rows: list[tuple[Any, ...]], indicators: list[Any], places: str = "a", **method: Any) -> Scores:
    world = small.catalogue([small.place(name) for name in places], indicators, ["connected"], **method)
    return score(small.observations(rows), world)


def test_a_stream_is_named_by_seed_and_purpose() -> None:
    assert stream(1, "error", "x", "a").random(3).tolist() == stream(1, "error", "x", "a").random(3).tolist()
    for other in (stream(2, "error", "x", "a"), stream(1, "gap", "x", "a"), stream(1, "error", "xa", "")):
        assert stream(1, "error", "x", "a").random() != other.random()


def test_the_same_seed_gives_the_same_draws_and_another_seed_others(small) -> None:
    rows = [("m-x", "A", 2020, 40.0), ("m-y", "A", 2020, 60.0)]
    indicators = [small.indicator("x"), small.indicator("y")]
    first, same, other = (one_pillar(small, rows, indicators, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.draws.pillars, same.draws.pillars)
    assert (first.draws.pillars != other.draws.pillars).any()


def test_without_any_spread_every_draw_is_the_score_itself(small) -> None:
    rows = [("m-x", "A", 2020, 40.0), ("m-y", "A", 2020, 60.0)]
    found = one_pillar(small, rows, [small.indicator("x"), small.indicator("y")], **QUIET)
    np.testing.assert_allclose(found.draws.pillars, 50.0, rtol=1e-12)


def test_leaving_one_out_gives_the_means_of_the_others(small) -> None:
    rows = [(f"m-x{at}", "A", 2020, value) for at, value in enumerate((10.0, 40.0, 70.0))]
    indicators = [small.indicator(f"x{at}") for at in range(3)]
    found = one_pillar(small, rows, indicators, **(QUIET | {"leave_one_out": True}))
    means, times = np.unique(found.draws.pillars.round(9), return_counts=True)
    assert means.tolist() == [(10 + 40) / 2, (10 + 70) / 2, (40 + 70) / 2]
    assert (np.abs(times / 2000 - 1 / 3) < 0.05).all()  # 4.7 standard errors of a share of one third


def test_a_single_indicator_is_never_left_out(small) -> None:
    found = one_pillar(small, [("m-x", "A", 2020, 40.0)], [small.indicator("x")], **(QUIET | {"leave_one_out": True}))
    np.testing.assert_allclose(found.draws.pillars, 40.0, rtol=1e-12)


def test_weights_move_by_a_quarter_at_most(small) -> None:
    rows = [("m-x", "A", 2020, 0.0), ("m-y", "A", 2020, 100.0)]
    found = one_pillar(small, rows, [small.indicator("x"), small.indicator("y")], **(QUIET | {"weight_spread": 0.25}))
    low, high = found.draws.pillars.min(), found.draws.pillars.max()
    assert 100 * 0.75 / (0.75 + 1.25) <= low < 40
    assert 60 < high <= 100 * 1.25 / (0.75 + 1.25)


def test_goalposts_move_by_a_tenth_of_the_range_at_most(small) -> None:
    found = one_pillar(
        small,
        [("m-x", "A", 2020, 30.0)],
        [small.indicator("x", ends=(0.0, 60.0))],
        **(QUIET | {"goalpost_spread": 0.1}),
    )
    low, high = found.draws.pillars.min(), found.draws.pillars.max()
    assert 100 * (30 - 6) / (66 - 6) - 1e-9 <= low < 46
    assert 54 < high <= 100 * (30 + 6) / (54 + 6) + 1e-9


def test_goalposts_that_could_cross_are_refused(small) -> None:
    with pytest.raises(ValueError, match=r"goalpost_spread must stay below 0\.5"):
        one_pillar(small, [("m-x", "A", 2020, 30.0)], [small.indicator("x")], goalpost_spread=0.5)


def test_sampling_error_has_the_width_of_the_wilson_interval(small) -> None:
    indicator = small.indicator("x", kind="survey", sampling=small.sampling(700))
    found = one_pillar(small, [("m-x", "A", 2020, 50.0)], [indicator], **QUIET)
    assert found.draws.pillars.std() == pytest.approx(found.cells["error"].iloc[0], rel=0.06)
    assert found.draws.pillars.mean() == pytest.approx(50, abs=0.2)


def test_places_that_show_the_same_territory_share_its_error(small) -> None:
    indicator = small.indicator("x", scheme="country", kind="survey", sampling=small.sampling(700))
    found = one_pillar(small, [("m-x", "BE", 2020, 50.0)], [indicator], "ab", **QUIET)
    np.testing.assert_array_equal(found.draws.pillars[:, 0], found.draws.pillars[:, 1])
    assert found.draws.pillars.std() > 0


def test_a_gap_widens_the_range_around_what_it_is_counted_as(small) -> None:
    indicators = [small.indicator(f"x{at}") for at in range(3)]
    rows = [("m-x0", place, 2020, 40.0) for place in "AB"] + [("m-x1", place, 2020, 60.0) for place in "AB"]
    found = one_pillar(small, [*rows, ("m-x2", "B", 2020, 50.0)], indicators, "ab")
    table = found.pillars.set_index("ref_area")
    assert table.loc["a", "score"] == pytest.approx(table.loc["b", "score"])  # the gap counts as the mean of the rest
    assert table.loc["a", "high"] - table.loc["a", "low"] > 1.5 * (table.loc["b", "high"] - table.loc["b", "low"])


def test_half_of_the_replications_take_the_arithmetic_mean_over_pillars(small) -> None:
    values = {i.id: 20.0 if i.pillar == "connected" else 80.0 for i in small.four()}
    found = score(small.table({"a": values}), small.catalogue([small.place("a")], small.four(), **QUIET))
    means, times = np.unique(found.draws.overall.round(9), return_counts=True)
    assert means.tolist() == pytest.approx([(20 * 80**3) ** 0.25, (20 + 3 * 80) / 4])
    assert abs(times[0] / 2000 - 0.5) < 0.05
