"""Ranks: smallest rank on ties, missing stays missing, ranges hold the nominal rank."""

from __future__ import annotations

import numpy as np
import pytest

from indicators import score
from indicators.ranks import drawn_ranks, rank, rank_range


def test_equal_scores_take_the_smallest_rank_and_missing_ones_none() -> None:
    np.testing.assert_array_equal(rank(np.array([50.0, 70.0, np.nan, 70.0, 10.0])), [3, 1, np.nan, 1, 4])


def test_ranks_are_taken_replication_by_replication() -> None:
    assert rank(np.array([[1.0, 2.0], [2.0, 1.0]])).tolist() == [[2, 1], [1, 2]]


def test_a_range_is_widened_to_hold_the_nominal_rank() -> None:
    draws = np.tile([30.0, 20.0, 10.0], (100, 1))
    low, high = rank_range(draws, np.array([3.0, 2.0, 1.0]), (5, 95))
    assert (low.tolist(), high.tolist()) == ([1, 2, 1], [3, 2, 3])


def test_a_range_leaves_out_the_rare_tenth() -> None:
    draws = np.array([[1.0, 2.0]] * 4 + [[2.0, 1.0]] * 96)
    low, high = rank_range(draws, np.array([1.0, 2.0]), (5, 95))
    assert (low.tolist(), high.tolist()) == ([1, 2], [1, 2])


@pytest.mark.parametrize("what", ["overall", "open"])
def test_ranks_of_replications_are_among_the_chosen_places(small, what: str) -> None:
    values = {place: {i.id: level for i in small.four()} for place, level in zip("abcd", (50, 60, 70, 80), strict=True)}
    found = score(small.table(values), small.catalogue([small.place(p) for p in "abcd"], small.four()))
    assert drawn_ranks(found.draws, what, ["b", "a"]).mean(axis=0).tolist() == [1, 2]
    with pytest.raises(KeyError, match="unknown place 'z'"):
        drawn_ranks(found.draws, what, ["a", "z"])
    with pytest.raises(KeyError, match="unknown pillar 'happy'"):
        drawn_ranks(found.draws, "happy", ["a"])
