"""A series that two sources publish: one number per area and period, and the other is reported."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from config.schema import OBSERVATION_COLUMNS
from connectors.continued import settled
from tests.connectors.given import loaded

CATALOGUE = loaded()


def rows(*given: tuple[str, str, float, str]) -> pd.DataFrame:
    """Return observations of PS3572V (at home in urb_percep, continued by qol_survey): area, period, value, source."""
    lines = [
        ("PS3572V", area, period, "total", value, "% of respondents", "A" if value == value else "M", source)
        for area, period, value, source in given
    ]
    return pd.DataFrame(lines, columns=list(OBSERVATION_COLUMNS))


def test_waves_of_two_sources_are_one_series():
    given = rows(("BE001C", "2019", 66.0, "eurostat"), ("BE001C", "2023", 72.5, "qol_survey"))
    frame, dropped = settled(CATALOGUE, given)
    pd.testing.assert_frame_equal(frame, given)
    assert dropped == {}


@pytest.mark.parametrize("order", [1, -1])
def test_where_both_have_a_value_the_home_is_believed(order: int):
    both = [("BE001C", "2023", 72.4, "eurostat"), ("BE001C", "2023", 72.5, "qol_survey")][::order]
    frame, dropped = settled(CATALOGUE, rows(*both, ("EL001C", "2023", 61.0, "qol_survey")))
    assert frame[["ref_area", "obs_value", "source"]].to_numpy().tolist() == [
        ["BE001C", 72.4, "eurostat"], ["EL001C", 61.0, "qol_survey"]
    ]  # fmt: skip
    (told,) = dropped["qol_survey"]
    assert (told.dataset, told.count) == ("wave_2023", 1)
    assert told.reason == "eurostat publishes the same measure, area and period itself"


def test_a_gap_of_the_home_hides_no_number():
    both = rows(("BE001C", "2023", math.nan, "eurostat"), ("BE001C", "2023", 72.5, "qol_survey"))
    frame, dropped = settled(CATALOGUE, both)
    assert frame[["obs_value", "source"]].to_numpy().tolist() == [[72.5, "qol_survey"]]
    (told,) = dropped["eurostat"]
    assert (told.dataset, told.reason) == (
        "urb_percep", "the source that goes on with the series has a value there"
    )  # fmt: skip
