"""What an answer rests on: years, territories and weights of the scored values of one place, by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from config.catalogue import load, measures_of
from config.schema import Catalogue, Site
from indicators import score
from indicators.foundation import Foundation, foundation
from indicators.scores import Scores
from tests.indicators.conftest import Small


def catalogue(small: Small, recent_years: int = 4) -> Catalogue:
    """Two pillars: connected with one of the city and one of the country, safe with two of the city."""
    indicators = [
        small.indicator("net", technology=True),
        small.indicator("lines", scheme="country", technology=True),
        small.indicator("theft", "safe", weight=3.0),
        small.indicator("dark", "safe"),
    ]
    made = small.catalogue([small.place("a"), small.place("b")], indicators, ("connected", "safe"))
    return made.model_copy(update={"site": Site(hero="a", recent_years=recent_years)})


def rows(newest: int = 2025) -> list[tuple[object, ...]]:
    return [
        ("m-net", "A", 2022, 50.0), ("m-net", "B", 2022, 50.0),
        ("m-lines", "BE", newest, 50.0),
        ("m-theft", "A", 2019, 50.0), ("m-theft", "B", 2019, 50.0),
        ("m-dark", "A", 2021, 50.0),
    ]  # fmt: skip


def scored(small: Small, made: Catalogue, newest: int = 2025) -> Scores:
    return score(small.observations(rows(newest)), made)


def of(small: Small, place: str, newest: int = 2025, recent_years: int = 4) -> Foundation:
    made = catalogue(small, recent_years)
    return foundation(scored(small, made, newest), made, place)


def test_a_value_is_of_its_year_and_of_the_place_or_its_country(small: Small) -> None:
    found = {value.indicator: (value.year, value.national, value.technology) for value in of(small, "a").held}
    assert found == {
        "theft": (2019, False, False),
        "dark": (2021, False, False),
        "net": (2022, False, True),
        "lines": (2025, True, True),
    }
    assert [value.year for value in of(small, "a").held] == [2019, 2021, 2022, 2025]


def test_weights_are_shared_in_the_pillar_and_pillars_among_each_other(small: Small) -> None:
    """Connected and safe have half each: 1/2 x 1/2 for both in connected, 1/2 x 3/4 and 1/2 x 1/4 in safe."""
    weights = {value.indicator: value.weight for value in of(small, "a").held}
    assert weights == {"net": 1 / 4, "lines": 1 / 4, "theft": 3 / 8, "dark": 1 / 8}
    assert of(small, "a").national_share == 1 / 4


def test_the_weight_of_a_missing_value_goes_to_the_others_of_its_pillar(small: Small) -> None:
    found = of(small, "b")
    assert found.missing == ("dark",)
    assert {value.indicator: value.weight for value in found.held} == {"net": 1 / 4, "lines": 1 / 4, "theft": 1 / 2}


@pytest.mark.parametrize(
    ("newest", "recent_years", "since", "near"),
    [
        (2025, 4, 2022, ["net"]),  # 2025, 2024, 2023 and 2022
        (2026, 4, 2023, []),  # the line moves with the edition
        (2025, 5, 2021, ["dark", "net"]),
        (2025, 7, 2019, ["theft", "dark", "net"]),  # never "lines": it is Belgium's
        (2025, 1, 2025, []),
    ],
)
def test_recent_are_the_newest_year_of_the_edition_and_those_before_it(
    small: Small, newest: int, recent_years: int, since: int, near: list[str]
) -> None:
    found = of(small, "a", newest, recent_years)
    assert found.since == since
    assert [value.indicator for value in found.near] == near


def test_the_first_recent_year_is_the_same_for_a_place_whose_own_values_are_older(small: Small) -> None:
    made = catalogue(small)
    held = [row for row in rows() if row[0] != "m-lines"] + [("m-dark", "B", 2025, 50.0)]
    found = score(small.observations(held), made)
    assert foundation(found, made, "a").since == foundation(found, made, "b").since == 2022


def test_a_window_counts_by_its_last_year(small: Small) -> None:
    made = catalogue(small)
    mean = small.indicator(
        "dark", "safe", function="mean_over_years", args={"measure": "m-dark", "years": 3}, window_years=3
    )
    made = made.model_copy(update={"indicators": {**made.indicators, "dark": mean}})
    held = [*rows(), ("m-dark", "A", 2022, 50.0), ("m-dark", "A", 2023, 50.0)]
    found = foundation(score(small.observations(held), made), made, "a")
    assert {value.indicator: value.year for value in found.held}["dark"] == 2023


def test_a_place_without_any_value_rests_on_nothing(small: Small) -> None:
    made = catalogue(small)
    found = foundation(scored(small, made), made, "nowhere")
    assert (found.held, found.national_share) == ((), 0.0)
    assert found.missing == tuple(made.indicators)


def test_an_edition_without_any_scored_value_has_no_recent_year_to_speak_of(small: Small) -> None:
    made = catalogue(small)
    found = scored(small, made)
    empty = replace(found, cells=pd.DataFrame(found.cells.iloc[:0]))
    assert foundation(empty, made, "a").held == ()


def test_what_is_measured_of_networks_skills_and_services_is_marked_as_technology() -> None:
    """Every indicator made from these tables is about technology, in whichever role."""
    made = load()
    about = {"digital_decade", "egov_benchmark", "open_data_maturity"}

    def digital(indicator_id: str) -> bool:
        held = measures_of(made.indicators[indicator_id])
        return any(made.source_of(m) in about or made.dataset_of(m).startswith("isoc_") for m in held)

    assert [name for name in made.indicators if digital(name) and not made.indicators[name].technology] == []
    assert any(indicator.technology for indicator in made.scored())
