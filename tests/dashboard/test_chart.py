from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import get_args

import pytest

from dashboard.chart import View
from dashboard.drawing import LAYOUTS
from tests.dashboard import made


def test_a_chart_does_not_change_under_a_renderer() -> None:
    chart = made.line()
    with pytest.raises(FrozenInstanceError):
        chart.title = "another"  # type: ignore[misc]


def test_the_hero_is_the_series_of_that_role() -> None:
    assert made.strip().hero is not None
    assert made.strip().hero.name == "Brussels"  # type: ignore[union-attr]
    assert made.dots().hero is None


def test_every_view_has_a_layout_and_a_chart_to_test_it_with() -> None:
    assert set(LAYOUTS) == set(get_args(View)) == {chart.view for chart in made.every_view()}


def test_only_a_peer_that_is_told_apart_has_a_full_mark() -> None:
    chart = made.rank()
    told, untold, bare = (
        replace(series, told_apart=word) for series, word in zip(chart.series, (True, False, None), strict=False)
    )
    judged = replace(chart, series=(told, untold, bare))
    assert [judged.hollow(series) for series in judged.series] == [False, True, True]
    nobody = replace(chart, series=tuple(replace(series, told_apart=None) for series in chart.series))
    assert not any(nobody.hollow(series) for series in nobody.series)
