"""Variants: the same scores with indicators left out or one swapped."""

from __future__ import annotations

import numpy as np
import pytest

from indicators import score


def varied(small, *variants):
    indicators = [
        small.indicator("x", tags=("survey",)),
        small.indicator("y", tags=("country",)),
        small.indicator("z", role="context", ends=None),
        small.indicator("s", "safe", tags=("survey",)),
    ]
    world = small.catalogue([small.place("a"), small.place("b", "extra")], indicators, ["connected", "safe"])
    values = {"a": {"x": 20.0, "y": 60.0, "z": 90.0, "s": 50.0}, "b": {"x": 90.0, "y": 90.0, "z": 90.0, "s": 90.0}}
    method = world.method.model_copy(update={"variants": variants})
    return score(small.table(values), world, method).variants.set_index(["variant", "pillar", "ref_area"]).sort_index()


def test_leaving_out_by_tag_or_name(small) -> None:
    table = varied(small, small.variant("v", drop_tags=("country",)), small.variant("w", drop=("x",)))
    assert table.loc[("v", "connected", "a"), "score"] == pytest.approx(20)
    assert table.loc[("w", "connected", "a"), "score"] == pytest.approx(60)
    assert table.loc[("v", "overall", "a"), "score"] == pytest.approx((20 * 50) ** 0.5)
    assert table.loc[("v", "overall"), "rank"].dropna().to_dict() == {"a": 1}  # the extra place has none
    assert set(table["places"]) == {1}


def test_a_pillar_without_indicators_has_no_score(small) -> None:
    table = varied(small, small.variant("v", drop_tags=("survey",)))
    assert np.isnan(table.loc[("v", "safe", "a"), "score"])
    assert np.isnan(table.loc[("v", "overall", "a"), "score"])
    assert table.loc[("v", "overall", "a"), "places"] == 0


def test_a_swapped_indicator_is_scored_with_the_formers_goalposts(small) -> None:
    table = varied(small, small.variant("v", swap={"y": "z"}))
    assert table.loc[("v", "connected", "a"), "score"] == pytest.approx((20 + 90) / 2)


@pytest.mark.parametrize("swap", [{"z": "y"}, {"y": "nothing"}])
def test_a_swap_needs_a_scored_and_a_known_indicator(small, swap: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="variant 'v': cannot swap"):
        varied(small, small.variant("v", swap=swap))


def test_no_variants_make_an_empty_table(small) -> None:
    assert varied(small).empty
