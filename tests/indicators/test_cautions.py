"""The codes of what must be said beside a value: each from the row alone, and in the order of importance."""

from __future__ import annotations

import math
from typing import Any

import pytest

from indicators.cautions import CODES, COLUMNS
from indicators.goalpost import score
from indicators.table import table


def told(small: Any, rows: list[tuple[Any, ...]], **changes: Any) -> Any:
    """The cells of one indicator in place a, newest last."""
    catalogue = small.catalogue([small.place("a")], [small.indicator("x", **changes)])
    return score(small.observations(rows), catalogue).cells


def codes(small: Any, rows: list[tuple[Any, ...]], **changes: Any) -> set[str]:
    return set(told(small, rows, **changes).iloc[-1]["cautions"].split())


PILLARS = ("connected", "sustainable", "open", "safe")
VALUE = [("m-x", "A", 2020, 50.0)]


def test_a_plain_value_without_an_error_says_only_that(small) -> None:
    assert codes(small, VALUE) == {"no_error"}
    assert codes(small, VALUE, sampling=small.sampling(700)) == {"assumed_n"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"flags": {"a": {"en": "odd", "fr": "odd", "nl": "odd"}}}, "flag"),
        ({"other_unit": ("a",)}, "other_unit"),
        ({"comparable": "time"}, "not_comparable"),
        ({"comparable": "none"}, "not_comparable"),
        ({"caveat": {"en": "but", "fr": "but", "nl": "but"}}, "caveat"),
        ({"ends": (60.0, 100.0)}, "clipped"),
    ],
)
def test_what_the_catalogue_says_is_a_caution(small, changes: dict[str, Any], code: str) -> None:
    assert codes(small, VALUE, **changes) == {code, "no_error"}


@pytest.mark.parametrize(
    ("letter", "code"), [("B", "break"), ("D", "definition"), ("E", "estimated"), ("P", "provisional")]
)
def test_what_the_publisher_says_is_a_caution(small, letter: str, code: str) -> None:
    assert codes(small, [("m-x", "A", 2020, 50.0, letter)]) == {code, "no_error"}


def test_history_begins_five_years_before_the_newest_value(small) -> None:
    rows = [("m-x", "A", year, 50.0) for year in (2015, 2016, 2020)]
    old = ["history" in held for held in told(small, rows)["cautions"]]
    assert old == [True, False, False]  # 2015 = 2020 - 5, 2016 = 2020 - 4


def test_a_mean_says_its_years_and_a_missing_value_has_none(small) -> None:
    rows = [("m-x", "A", year, 3.0) for year in (2018, 2019, 2020)] + [("m-x", "A", 2021, math.nan, "M")]
    cells = told(small, rows, function="mean_over_years", args={"measure": "m-x", "years": 3}, window_years=3)
    made = cells[["window_start", "window_end", "years_used"]].to_numpy().tolist()
    assert made == [["2018", "2020", 3.0], ["2021", "2021", 0.0]]
    assert "window" in cells.iloc[0]["cautions"].split()


def test_codes_stand_in_the_order_of_importance(small) -> None:
    text = {"en": "odd", "fr": "odd", "nl": "odd"}
    held = told(small, VALUE, flags={"a": text}, caveat=text, comparable="time").iloc[-1]["cautions"].split()
    assert held == sorted(held, key=CODES.index)
    assert held[0] == "flag"


def test_a_score_inherits_what_changes_its_meaning(small) -> None:
    text = {"en": "odd", "fr": "odd", "nl": "odd"}
    indicators = [small.indicator(p, p, flags={"a": text} if p == "open" else {}) for p in PILLARS]
    catalogue = small.catalogue([small.place("a")], indicators)
    rows = table(score(small.observations([(f"m-{i.id}", "A", 2020, 50.0) for i in indicators]), catalogue))
    held = rows.set_index("indicator")["cautions"]
    assert held["pillar:open"] == held["overall"] == "flag no_error"
    assert held["pillar:safe"] == "no_error"
    assert set(COLUMNS) <= set(rows.columns)


def test_the_table_says_why_a_row_has_no_rank(small) -> None:
    catalogue = small.catalogue(
        [small.place("a")],
        [
            small.indicator("x", sampling=small.sampling(700)),
            small.indicator("y", comparable="time"),
            small.indicator("z"),
        ],
    )
    rows = table(score(small.observations([(f"m-{n}", "A", 2020, 50.0) for n in "xyz"]), catalogue))
    assert dict(zip(rows["indicator"], rows["rank_reason"], strict=True)) == {
        "x": "see_chart", "y": "not_comparable", "z": "no_error", "overall": "no_score",
        "pillar:connected": "", "pillar:sustainable": "no_score", "pillar:open": "no_score", "pillar:safe": "no_score",
    }  # fmt: skip
