"""The word for an overall place: what the replications support, and two words where another seed could change it."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from config import snapshot
from indicators import score
from indicators.goalpost import standings
from indicators.missing import latest_table
from indicators.position import MARGIN, PARTS, Part, position
from indicators.ranks import drawn_ranks

INTERVAL = (5.0, 95.0)
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
    assert position(ranks((best, 500), (worst, 500)), best, 30, INTERVAL) == (part,)


@pytest.mark.parametrize(
    ("below", "found"),
    [
        # The lower half asks for 95 % of 1,000 replications; one standard error is sqrt(0.95 * 0.05 / 1000) = 0.0069.
        (947, ("middle", "lower")),  # 0.947 > 0.95 - 3 * 0.0069 = 0.9293
        (951, ("middle", "lower")),
        (972, ("lower",)),  # 0.972 > 0.95 + 0.0207 = 0.9707
        (970, ("middle", "lower")),
        (930, ("middle", "lower")),
        (929, ("middle",)),
    ],
)
def test_near_its_threshold_a_word_is_two(below: int, found: tuple[Part, ...]) -> None:
    assert pytest.approx(3 * (0.95 * 0.05 / 1000) ** 0.5, abs=1e-4) == 0.0207
    assert MARGIN == 3
    assert position(ranks((18, below), (14, 1000 - below)), 18, 30, INTERVAL) == found


def test_a_rank_of_its_own_outside_the_part_takes_the_word_away() -> None:
    assert position(ranks((3, 1000)), 9, 30, INTERVAL) == ("upper",)


@pytest.mark.parametrize("places", [0, 1, 4])
def test_few_places_have_no_parts(places: int) -> None:
    assert position(ranks((1, 100)), 1, places, INTERVAL) == ()


def words(seed: int) -> dict[str, tuple[Part, ...]]:
    catalogue, latest = SHIPPED.catalogue, LATEST
    found = standings(latest, catalogue, catalogue.method.model_copy(update={"seed": seed}))
    ranked = found.overall[found.overall["rank"].notna()]
    drawn = drawn_ranks(found.draws, "overall", ranked["ref_area"].tolist())
    own = zip(ranked["ref_area"], ranked["rank"], drawn.T, strict=True)
    return {place: position(ranks, int(rank), len(ranked), INTERVAL) for place, rank, ranks in own}


SHIPPED = snapshot.read()
LATEST = latest_table(
    score(SHIPPED.observations, SHIPPED.catalogue).cells,
    [place.id for place in SHIPPED.catalogue.city_regions()],
    [indicator.id for indicator in SHIPPED.catalogue.scored()],
)


def test_no_two_of_forty_seeds_exclude_each_other_for_any_ranked_city() -> None:
    """The word of another seed is the same, or it names one of the two between which the other lies."""
    published, others = words(SHIPPED.catalogue.method.seed), [words(seed) for seed in SEEDS]
    assert len(published) >= 20
    for place in published:
        seen = {own[place] for own in (published, *others)}
        assert all(set(one) & set(two) for one, two in product(seen, seen)), (place, seen)
    steady = [
        place for place, own in published.items() if len(own) == 2 or Counter(o[place] for o in others)[own] >= 39
    ]
    print(f"{len(steady)} of {len(published)} cities: the same word in 39 of 40 seeds, or said to lie between two")
    assert len(steady) >= 0.9 * len(published)
    assert all(own == tuple(sorted(own, key=PARTS.index)) for own in published.values())
