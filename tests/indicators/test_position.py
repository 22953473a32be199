"""The word for an overall place: what the replications support, and two words where another seed could change it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from config import snapshot
from indicators import score
from indicators.goalpost import standings
from indicators.missing import latest_table
from indicators.position import MARGIN, PARTS, Part, position, positions
from indicators.ranks import drawn_ranks

INTERVAL = (5.0, 95.0)
DRAWS = 1000
SEEDS = range(1, 41)


def ranks(*spans: tuple[int, int]) -> np.ndarray:
    """Replications from (rank, how many) pairs."""
    return np.concatenate([np.full(count, float(rank)) for rank, count in spans])


@pytest.mark.parametrize(
    ("best", "worst", "part"),
    [
        (1, 7, "leaders"),  # 7 <= 30 / 4 = 7.5
        (1, 8, "upper"),
        (8, 15, "upper"),  # 15 <= 30 / 2
        (15, 20, "middle"),
        (16, 22, "lower"),  # 16 > 30 / 2
        (23, 30, "last"),  # 23 > 30 * 3 / 4 = 22.5
        (6, 25, "middle"),  # 6 > 30 / 6 = 5 and 25 <= 30 * 5 / 6 = 25
        (5, 25, "anywhere"),
        (1, 30, "anywhere"),
    ],
)
def test_a_part_holds_for_the_whole_range(best: int, worst: int, part: Part) -> None:
    assert position(ranks((best, 500), (worst, 500)), best, 30, INTERVAL, DRAWS) == (part,)


@pytest.mark.parametrize(
    ("below", "found"),
    [
        # The lower half asks for 95 % of the replications. With 1,000 of them one standard error of a share is
        # sqrt(0.95 * 0.05 / 1000) = 0.0069, and 3.5 * 0.0069 = 0.0241.
        (9742, ("lower",)),  # 0.9742 > 0.95 + 0.0241 = 0.9741
        (9741, ("middle", "lower")),
        (9470, ("middle", "lower")),
        (9260, ("middle", "lower")),
        (9258, ("middle",)),  # 0.9258 < 0.95 - 0.0241 = 0.9259
    ],
)
def test_near_its_threshold_a_word_is_two(below: int, found: tuple[Part, ...]) -> None:
    assert pytest.approx(3.5 * (0.95 * 0.05 / 1000) ** 0.5, abs=5e-5) == 0.0241
    assert MARGIN == 3.5
    assert position(ranks((18, below), (14, 10_000 - below)), 18, 30, INTERVAL, DRAWS) == found


def test_without_a_margin_a_word_is_one() -> None:
    assert position(ranks((18, 951), (14, 49)), 18, 30, INTERVAL, math.inf) == ("lower",)
    assert position(ranks((18, 949), (14, 51)), 18, 30, INTERVAL, math.inf) == ("middle",)


def test_a_rank_of_its_own_outside_the_part_takes_the_word_away() -> None:
    assert position(ranks((3, 1000)), 9, 30, INTERVAL, DRAWS) == ("upper",)


@pytest.mark.parametrize("places", [0, 1, 4])
def test_few_places_have_no_parts(places: int) -> None:
    assert position(ranks((1, 100)), 1, places, INTERVAL, DRAWS) == ()


def words(seed: int) -> dict[str, tuple[Part, ...]]:
    """Return the word that the printed ranges of one seed give each ranked city."""
    catalogue, latest = SHIPPED.catalogue, LATEST
    found = standings(latest, catalogue, catalogue.method.model_copy(update={"seed": seed}))
    ranked = found.overall[found.overall["rank"].notna()]
    drawn = drawn_ranks(found.draws, "overall", ranked["ref_area"].tolist())
    own = zip(ranked["ref_area"], ranked["rank"], drawn.T, strict=True)
    interval = catalogue.method.interval
    return {place: position(ranks, int(rank), len(ranked), interval, math.inf) for place, rank, ranks in own}


SHIPPED = snapshot.read()
SCORES = score(SHIPPED.observations, SHIPPED.catalogue)
LATEST = latest_table(
    SCORES.cells,
    [place.id for place in SHIPPED.catalogue.city_regions()],
    [indicator.id for indicator in SHIPPED.catalogue.scored()],
)


def test_the_word_of_every_ranked_city_is_that_of_39_of_40_other_seeds_or_says_between_which_it_lies() -> None:
    published, others = positions(SCORES, SHIPPED.catalogue), [words(seed) for seed in SEEDS]
    ranked = SCORES.overall.loc[SCORES.overall["rank"].notna(), "ref_area"]
    assert list(published) == ranked.tolist()
    assert len(published) >= 20
    for place, own in published.items():
        seen = Counter(other[place] for other in others)
        assert len(own) == 2 or seen[own] >= 39, (place, own, seen)
        assert {word for one in seen for word in one} <= set(own) or seen[own] >= 39, (place, own, seen)
        assert own == tuple(sorted(own, key=PARTS.index))


def test_the_word_does_not_depend_on_the_seed_of_the_ranges() -> None:
    catalogue = SHIPPED.catalogue
    other = catalogue.method.model_copy(update={"seed": catalogue.method.seed + 1})
    again = score(SHIPPED.observations, catalogue, other)
    assert positions(again, catalogue.model_copy(update={"method": other})) == positions(SCORES, catalogue)


def test_where_no_place_is_ranked_there_is_no_word() -> None:
    nobody = SCORES.overall.assign(rank=None)
    assert positions(replace(SCORES, overall=nobody), SHIPPED.catalogue) == {}
