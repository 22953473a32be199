"""What moved a published score is led back to what feeds it: values, periods, goalposts, weights, members, method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from config.catalogue import load
from config.schema import Catalogue
from indicators.differences import Cause, Move, Vintage, moves
from indicators.parameters import Parameter, parameters

CATALOGUE = load()
FIRST = CATALOGUE.scored("safe")[0].id
SECOND = CATALOGUE.scored("safe")[1].id
COLUMNS = ["indicator", "ref_area", "time_period", "group", "obs_value", "score", "latest", "rank", "rank_low",
           "rank_high", "lower", "upper"]  # fmt: skip
Row = dict[str, Any]


def value(
    indicator: str, period: str, number: float, score: float, *, place: str = "brussels", latest: bool = True
) -> Row:
    return {"indicator": indicator, "ref_area": place, "time_period": period, "group": "total", "obs_value": number,
            "score": score, "latest": latest}  # fmt: skip


def total(thing: str, score: float, rank: int = 3, low: int = 2, high: int = 5, place: str = "brussels",
          span: tuple[float, float] = (40.0, 60.0)) -> Row:  # fmt: skip
    return {"indicator": thing, "ref_area": place, "time_period": "", "group": "total", "score": score, "rank": rank,
            "rank_low": low, "rank_high": high, "lower": span[0], "upper": span[1]}  # fmt: skip


def vintage(*rows: Row, catalogue: Catalogue = CATALOGUE) -> Vintage:
    return Vintage(pd.DataFrame(list(rows), columns=COLUMNS), catalogue)


def book(**indicators: dict[str, Any]) -> Catalogue:
    """The catalogue with some fields of some indicators replaced."""
    changed = {name: CATALOGUE.indicators[name].model_copy(update=fields) for name, fields in indicators.items()}
    return CATALOGUE.model_copy(update={"indicators": {**CATALOGUE.indicators, **changed}})


def method(**fields: Any) -> Catalogue:
    return CATALOGUE.model_copy(update={"method": CATALOGUE.method.model_copy(update=fields)})


def by_thing(before: Vintage, after: Vintage) -> dict[str, Move]:
    return {move.thing: move for move in moves(before, after)}


def standing(a: float, b: float, **first: Any) -> tuple[Row, ...]:
    """Two indicators of 2021, their pillar as the mean of their scores, and the overall score."""
    rows = value(FIRST, "2021", 20.0, a), value(SECOND, "2021", 30.0, b)
    mean = (a + b) / 2
    return ({**rows[0], **first}, rows[1], total("pillar:safe", mean), total("overall", mean / 2))


def goalposts(best: float) -> dict[str, Any]:
    ends = CATALOGUE.indicators[FIRST].goalposts
    assert ends is not None
    return {"goalposts": ends.model_copy(update={"best": best})}


ENDS = CATALOGUE.indicators[FIRST].goalposts
assert ENDS is not None
GOALPOST = Cause("parameter", parameter=Parameter("goalpost", FIRST, "best", ENDS.best, ENDS.best + 7))


def test_the_same_vintage_twice_differs_in_nothing() -> None:
    one = vintage(*standing(80.0, 40.0))
    assert moves(one, one) == []
    assert parameters(CATALOGUE, load()) == ()


@pytest.mark.parametrize(
    ("first", "catalogue", "cause"),
    [
        ({"obs_value": 22.0}, CATALOGUE, Cause("revised", FIRST, "2021", 20.0, 22.0)),
        ({"time_period": "2022"}, CATALOGUE, Cause("period", FIRST, "2022", "2021", "2022")),
        ({}, book(**{FIRST: goalposts(ENDS.best + 7)}), GOALPOST),
        ({}, book(**{FIRST: {"window_years": 9}}),
         Cause("parameter", parameter=Parameter("formula", FIRST, "window_years",
                                                CATALOGUE.indicators[FIRST].window_years, 9))),
    ],
)  # fmt: skip
def test_a_score_and_the_sums_above_it_have_one_cause(first: Row, catalogue: Catalogue, cause: Cause) -> None:
    """80 becomes 60: the pillar goes from (80 + 40) / 2 to (60 + 40) / 2, the overall from 30 to 25."""
    found = by_thing(vintage(*standing(80.0, 40.0)), vintage(*standing(60.0, 40.0, **first), catalogue=catalogue))
    assert {thing: move.score for thing, move in found.items()} == {
        "overall": (30.0, 25.0), "pillar:safe": (60.0, 50.0), FIRST: (80.0, 60.0),
    }  # fmt: skip
    assert {move.causes for move in found.values()} == {(cause,)}
    assert found["pillar:safe"].size == 10.0


def test_several_causes_are_all_named() -> None:
    after = vintage(
        *standing(60.0, 40.0, obs_value=22.0)[:1], value(SECOND, "2022", 33.0, 30.0),
        total("pillar:safe", 45.0), total("overall", 22.5),
        catalogue=book(**{FIRST: goalposts(ENDS.best + 7), SECOND: {"weight": 3.0}}),
    )  # fmt: skip
    found = by_thing(vintage(*standing(80.0, 40.0)), after)
    weight = Cause("parameter", parameter=Parameter("weight", SECOND, "weight", 1.0, 3.0))
    period = Cause("period", SECOND, "2022", "2021", "2022")
    revised = Cause("revised", FIRST, "2021", 20.0, 22.0)
    assert set(found["pillar:safe"].causes) == {GOALPOST, revised, weight, period}
    assert set(found["overall"].causes) == {GOALPOST, revised, weight, period}
    assert found[SECOND].causes == (period,)


def test_a_weight_moves_the_sums_and_no_indicator() -> None:
    """(3·80 + 40) / 4 = 70."""
    rows = (*standing(80.0, 40.0)[:2], total("pillar:safe", 70.0), total("overall", 35.0))
    found = by_thing(vintage(*standing(80.0, 40.0)), vintage(*rows, catalogue=book(**{FIRST: {"weight": 3.0}})))
    assert set(found) == {"pillar:safe", "overall"}
    weight = Parameter("weight", FIRST, "weight", 1.0, 3.0)
    assert {move.causes for move in found.values()} == {(Cause("parameter", parameter=weight),)}


def test_an_indicator_that_joins_moves_its_pillar_and_the_overall_score() -> None:
    without = CATALOGUE.model_copy(update={"indicators": {k: v for k, v in CATALOGUE.indicators.items() if k != FIRST}})
    rows = standing(80.0, 40.0)
    before = vintage(rows[1], total("pillar:safe", 40.0), total("overall", 20.0), catalogue=without)
    found = by_thing(before, vintage(*rows))
    joined = Cause("parameter", parameter=Parameter("indicator added", FIRST))
    assert joined in found["pillar:safe"].causes
    assert joined in found["overall"].causes
    assert found[FIRST].score == (None, 80.0)
    left = by_thing(vintage(*rows), before)
    assert Cause("parameter", parameter=Parameter("indicator removed", FIRST)) in left["pillar:safe"].causes
    assert left[FIRST].score == (80.0, None)


def test_an_indicator_that_is_replaced_is_one_that_left_and_one_that_came() -> None:
    context = next(i for i in CATALOGUE.indicators.values() if i.role == "context")
    scored = context.model_copy(update={"role": "score", "pillar": "safe", "goalposts": ENDS})
    dropped = CATALOGUE.indicators[FIRST].model_copy(update={"role": "context", "goalposts": None})
    other = CATALOGUE.model_copy(update={"indicators": {**CATALOGUE.indicators, context.id: scored, FIRST: dropped}})
    kinds = {(rule.kind, rule.thing) for rule in parameters(CATALOGUE, other)}
    assert kinds == {("indicator added", context.id), ("indicator removed", FIRST)}


@pytest.mark.parametrize("name", ["pillar_min_weight", "floor"])
def test_a_parameter_of_the_method_is_named(name: str) -> None:
    rows = (*standing(80.0, 40.0)[:2], total("pillar:safe", 61.0), total("overall", 31.0))
    found = by_thing(vintage(*standing(80.0, 40.0)), vintage(*rows, catalogue=method(**{name: 0.5})))
    rule = Parameter("method", "method", name, getattr(CATALOGUE.method, name), 0.5)
    assert {move.causes for move in found.values()} == {(Cause("parameter", parameter=rule),)}


def test_a_spread_moves_ranges_and_is_their_cause() -> None:
    rows = (*standing(80.0, 40.0)[:2], total("pillar:safe", 60.0, span=(30.0, 70.0), high=9), total("overall", 30.0))
    found = by_thing(vintage(*standing(80.0, 40.0)), vintage(*rows, catalogue=method(weight_spread=0.5)))
    rule = Parameter("method", "method", "weight_spread", 0.25, 0.5)
    assert list(found) == ["pillar:safe"]
    assert found["pillar:safe"].numbers == {
        "rank range": ((2.0, 5.0), (2.0, 9.0)), "sensitivity range": ((40.0, 60.0), (30.0, 70.0)),
    }  # fmt: skip
    assert found["pillar:safe"].causes == (Cause("parameter", parameter=rule),)


def test_a_rank_moved_by_others_says_so() -> None:
    rows = (*standing(80.0, 40.0)[:2], total("pillar:safe", 60.0, rank=4), total("overall", 30.0))
    found = by_thing(vintage(*standing(80.0, 40.0)), vintage(*rows))
    assert found["pillar:safe"].numbers == {"rank": ((3.0,), (4.0,))}
    assert found["pillar:safe"].causes == (Cause("others"),)


def test_a_place_that_came_is_the_cause_of_its_scores_and_of_the_ranks_of_others() -> None:
    fewer = CATALOGUE.model_copy(update={"places": {k: p for k, p in CATALOGUE.places.items() if k != "oslo"}})
    before = vintage(*standing(80.0, 40.0), catalogue=fewer)
    own = total("pillar:safe", 90.0, rank=1, place="oslo"), value(FIRST, "2021", 9.0, 90.0, place="oslo")
    more = (*standing(80.0, 40.0)[:2], total("pillar:safe", 60.0, rank=4), total("overall", 30.0), *own)
    found = {(move.thing, move.place): move for move in moves(before, vintage(*more))}
    came = Cause("parameter", parameter=Parameter("place added", "oslo"))
    assert came in found["pillar:safe", "oslo"].causes
    assert came in found["pillar:safe", "brussels"].causes
    assert found["pillar:safe", "oslo"].score == (None, 90.0)


def test_a_value_withdrawn_takes_its_score_along() -> None:
    rows = standing(80.0, 40.0)
    after = vintage(rows[1], total("pillar:safe", 40.0), total("overall", 20.0))
    gone = Cause("withdrawn", FIRST, "2021", 20.0, None)
    assert {move.causes for move in moves(vintage(*rows), after)} == {(gone,)}


def test_a_score_that_moved_by_itself_is_not_explained_away() -> None:
    found = by_thing(vintage(*standing(80.0, 40.0)), vintage(*standing(79.0, 40.0)))
    assert found[FIRST].causes == (Cause("unexplained", FIRST),)


def test_an_older_value_that_is_no_longer_counted_is_no_score() -> None:
    rows = (*standing(80.0, 40.0), value(FIRST, "2019", 5.0, 95.0, latest=False))
    changed = (*standing(80.0, 40.0), value(FIRST, "2019", 6.0, 94.0, latest=False))
    assert moves(vintage(*rows), vintage(*changed)) == []


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("label", lambda text: text.model_copy(update={"en": "Another label"})),
        ("citation", lambda text: text + "."),
        ("decimals", lambda number: (number + 1) % 3),
    ],
)
def test_a_better_word_is_no_rule(field: str, change: Callable[[Any], Any]) -> None:
    other = book(**{FIRST: {field: change(getattr(CATALOGUE.indicators[FIRST], field))}})
    assert parameters(CATALOGUE, other) == ()


def test_a_score_that_came_names_the_weight_of_a_value_that_is_missing() -> None:
    """Only the first of two has a value; the second weighs half now, so 1 / 1.5 of the weight are there, not 1 / 2."""
    before = vintage(value(FIRST, "2021", 20.0, 40.0))
    lighter = book(**{SECOND: {"weight": 0.5}})
    after = vintage(value(FIRST, "2021", 20.0, 40.0), total("pillar:safe", 40.0), catalogue=lighter)
    moved = by_thing(before, after)["pillar:safe"]
    assert moved.score == (None, 40.0)
    assert moved.causes == (Cause("parameter", parameter=Parameter("weight", SECOND, "weight", 1.0, 0.5)),)
