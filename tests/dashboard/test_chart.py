from __future__ import annotations

from dataclasses import FrozenInstanceError
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
