"""Verdicts: from the difference, with a closed list of reasons not to compare."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from indicators import Verdicts, compare, expected_by_chance, score
from indicators.scores import Scores


def survey_world(small, rows: list[tuple[Any, ...]], **changes: Any) -> Scores:
    fields = {"kind": "survey", "sampling": small.sampling(700)} | changes
    world = small.catalogue([small.place(p) for p in "abc"], [small.indicator("x", **fields)], ["connected"])
    return score(small.observations(rows), world)


def pair(first: float, second: float, period: int = 2020) -> list[tuple[Any, ...]]:
    return [("m-x", "A", 2020, first), ("m-x", "B", period, second)]


@pytest.mark.parametrize(
    ("first", "second", "word"), [(60.0, 50.0, "ahead"), (50.0, 60.0, "behind"), (52.0, 50.0, "cannot_tell")]
)
def test_two_shares_are_told_apart_by_their_difference(small, first: float, second: float, word: str) -> None:
    found = compare(survey_world(small, pair(first, second)), "a", "b", "x")
    assert (found.word, found.reason) == (word, None)
    z = (first - second) / math.sqrt(2 * 100**2 * 0.25 / 700)  # the error of a share near one half
    assert found.probability == pytest.approx(0.5 * (1 + math.erf(z / math.sqrt(2))), abs=0.01)


def test_ahead_means_better_where_less_is_better(small) -> None:
    assert compare(survey_world(small, pair(50, 60), ends=(100.0, 0.0)), "a", "b", "x").word == "ahead"


def test_a_difference_may_count_although_the_intervals_overlap(small) -> None:
    found = survey_world(small, pair(56.0, 50.0))
    cells = found.cells.set_index("ref_area")
    assert cells.loc["a", "lower"] < cells.loc["b", "upper"]
    assert compare(found, "a", "b", "x").word == "ahead"


def test_a_list_needs_more_evidence_than_a_pair(small) -> None:
    found = survey_world(small, pair(56.0, 50.0))
    assert compare(found, "a", "b", "x", level=0.95).word == "ahead"
    assert [compare(found, "a", b, "x", 0.998).word for b in "bc"] == ["cannot_tell", "not_compared"]


@pytest.mark.parametrize(
    ("rows", "changes", "reason"),
    [
        (pair(60, 50)[:1], {}, "missing"),
        ([*pair(60, 50)[:1], ("m-x", "B", 2020, math.nan, "Q")], {}, "suppressed"),
        (pair(60, 50, 2019), {}, "other_period"),
        (pair(60, 50), {"sampling": None}, "no_interval"),
        (pair(60, 50), {"comparable": "time"}, "not_comparable"),
        ([("m-x", "BE", 2020, 50.0)], {"scheme": "country"}, "itself"),
    ],
)
def test_not_compared_has_a_reason(small, rows: list[Any], changes: dict[str, Any], reason: str) -> None:
    found = compare(survey_world(small, rows, **changes), "a", "b", "x")
    assert (found.word, found.probability, found.reason) == ("not_compared", None, reason)


@pytest.mark.parametrize("what", ["x", "connected", "overall"])
def test_a_place_is_never_compared_with_itself(small, what: str) -> None:
    assert compare(survey_world(small, pair(60, 50)), "a", "a", what).reason == "itself"


def test_pillars_are_compared_over_paired_replications(small) -> None:
    # b is one point behind in each indicator: far within the range of either, but behind in every replication
    indicators = [small.indicator(f"x{at}", sampling=small.sampling(10**9)) for at in range(3)]
    rows = [(f"m-x{at}", area, 2020, 30.0 * at + more) for at in range(3) for area, more in (("A", 11.0), ("B", 10.0))]
    world = small.catalogue([small.place(p) for p in "abc"], indicators, ["connected"])
    found = score(small.observations(rows), world)
    table = found.pillars.set_index("ref_area")
    assert table.loc["b", "high"] > table.loc["a", "low"] + 10
    assert compare(found, "a", "b", "connected").word == "ahead"
    assert compare(found, "b", "a", "connected").probability == 0.0
    assert compare(found, "a", "c", "connected").reason == "missing"


def test_equal_places_cannot_be_told_apart(small) -> None:
    found = compare(survey_world(small, pair(60, 60), sampling=small.sampling(10**9)), "a", "b", "connected")
    assert (found.word, found.tested) == ("cannot_tell", 1.0)


def shares_world(small, sampled: int, **changes: Any) -> Scores:
    """Four indicators of equal weight on which b is 20 points behind; the first `sampled` are of a survey."""
    indicators = [
        small.indicator(f"x{at}", sampling=small.sampling(700) if at < sampled else None, **changes) for at in range(4)
    ]
    rows = [(f"m-x{at}", area, 2020, value) for at in range(4) for area, value in (("A", 60.0), ("B", 40.0))]
    world = small.catalogue([small.place(p) for p in "abc"], indicators, ["connected"])
    return score(small.observations(rows), world)


@pytest.mark.parametrize(("sampled", "word"), [(4, "ahead"), (2, "ahead"), (1, "not_compared"), (0, "not_compared")])
def test_a_pillar_is_not_compared_where_most_of_its_weight_has_no_error(small, sampled: int, word: str) -> None:
    found = compare(shares_world(small, sampled), "a", "b", "connected")
    assert (found.word, found.tested) == (word, sampled / 4)
    assert found.reason == ("untested" if word == "not_compared" else None)
    assert compare(shares_world(small, sampled), "a", "b", "overall").word == word


@pytest.mark.parametrize(("sampled", "word"), [(4, "more"), (2, "more"), (1, "untested"), (0, "untested")])
def test_the_middle_of_the_peers_is_judged_by_the_same_share(small, sampled: int, word: str) -> None:
    verdicts = Verdicts(shares_world(small, sampled))
    found = verdicts.against_middle("a", "connected", ["a", "b", "c"])
    assert (found.word, found.tested) == (word, sampled / 4)
    assert verdicts.against_middle("b", "connected", ["a"]).word == {"more": "less"}.get(word, word)
    assert verdicts.against_middle("c", "connected", ["a"]).word == "missing"
    assert verdicts.against_middle("a", "connected", ["a", "c"]).word == "missing"


def test_a_value_both_share_is_no_part_of_the_weight_to_be_tested(small) -> None:
    national = [small.indicator(f"n{at}", scheme="country") for at in range(3)]
    local = small.indicator("x", kind="survey", sampling=small.sampling(700))
    world = small.catalogue([small.place(p) for p in "ab"], [local, *national], ["connected"])
    rows = [("m-x", "A", 2020, 60.0), ("m-x", "B", 2020, 40.0), *((f"m-n{at}", "BE", 2020, 50.0) for at in range(3))]
    assert compare(score(small.observations(rows), world), "a", "b", "connected").tested == 1.0


def test_pillars_count_by_their_weight_in_the_share_of_the_whole(small) -> None:
    sampled = small.indicator("x", "open", sampling=small.sampling(700))
    world = small.catalogue([small.place(p) for p in "ab"], [sampled, small.indicator("y", "safe")], ["open", "safe"])
    rows = [(f"m-{name}", area, 2020, 50.0) for name in "xy" for area in "AB"]
    found = Verdicts(score(small.observations(rows), world), {"open": 3.0, "safe": 1.0})
    assert found.tested("a", "b", "overall") == 3 / (3 + 1)


@pytest.mark.parametrize(("place", "what"), [("z", "connected"), ("a", "happiness")])
def test_unknown_names_are_refused(small, place: str, what: str) -> None:
    with pytest.raises(KeyError, match="unknown"):
        compare(survey_world(small, pair(60, 50)), "b", place, what)


def test_verdicts_read_once_are_those_of_each_pair_read_alone(small) -> None:
    kinds = [
        small.indicator("x", kind="survey", sampling=small.sampling(700)),
        small.indicator("y", ends=(100.0, 0.0), kind="survey", sampling=small.sampling(300)),
        small.indicator("z"),
    ]
    world = small.catalogue([small.place(p) for p in "abc"], kinds, ["connected"])
    shares = [(f"m-{i}", p, 2020, 40.0 + 7 * at * step) for at, i in enumerate("xyz") for step, p in enumerate("ABC")]
    found = score(small.observations([*shares, ("m-x", "A", 2019, 90.0)]), world)
    once = Verdicts(found)
    for what in ("x", "y", "z"):
        for a, b in permutations("abc", 2):
            theirs = (found.cells["indicator"] == what) & found.cells["ref_area"].isin([a, b])
            alone = replace(found, cells=found.cells[theirs])
            assert once.compare(a, b, what, 0.998) == compare(alone, a, b, what, 0.998)
    assert {once.compare("a", b, what).word for b in "bc" for what in "xyz"} >= {"ahead", "cannot_tell", "not_compared"}


def test_chance_alone_flags_so_many() -> None:
    assert expected_by_chance(29 * 25, 0.95) == pytest.approx(36.25)
    assert expected_by_chance(29 * 25, 0.998) == pytest.approx(1.45)
    with pytest.raises(ValueError, match="level between 0 and 1"):
        expected_by_chance(10, 95)
