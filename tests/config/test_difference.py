from __future__ import annotations

import pandas as pd

from config.difference import COLUMNS, between
from config.schema import OBSERVATION_COLUMNS


def observations(**values: float) -> pd.DataFrame:
    rows = [("m", "BE", year[1:], "total", value, "%", "A", "s") for year, value in values.items()]
    return pd.DataFrame(rows, columns=list(OBSERVATION_COLUMNS))


def test_the_same_observations_differ_in_nothing() -> None:
    found = between(observations(y2019=1.0, y2020=float("nan")), observations(y2019=1.0, y2020=float("nan")))
    assert len(found) == 0
    assert tuple(found.columns) == COLUMNS


def test_new_revised_and_withdrawn_are_told_apart() -> None:
    found = between(observations(y2018=1.0, y2019=2.0, y2020=3.0), observations(y2019=2.0, y2020=3.5, y2021=4.0))
    assert dict(zip(found["time_period"], found["change"], strict=True)) == {
        "2018": "withdrawn",
        "2020": "revised",
        "2021": "new",
    }
    revised = found[found["change"] == "revised"].iloc[0]
    assert (revised["before"], revised["after"]) == (3.0, 3.5)
