"""Belgium by group: rounded figures of three publishers, each in its own dataset; regions are groups of the country."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from connectors.belgium_by_group import fetch, parse
from connectors.errors import SourceChanged, SourceUnavailable
from tests.connectors.given import Asked, edited, payload, small, source, values

SOURCE = source("belgium_by_group")
STATBEL = small("belgium_by_group", "statbel_pages.figures.csv")
BUREAU = small("belgium_by_group", "planning_bureau.figures.csv")
SKILLS = "be_digital_skills_basic"


def test_fetch_says_that_the_file_comes_by_hand():
    with pytest.raises(SourceUnavailable, match="belgium_by_group,statbel_pages"):
        fetch(Asked(), SOURCE)


def test_groups_and_regions_stand_beside_the_whole_country():
    frame = parse([STATBEL], SOURCE)
    assert values(frame, SKILLS, "BE", "total") == {"2021": 54, "2023": 59}
    assert values(frame, SKILLS, "BE", "group=education_low") == {"2021": 26}
    assert values(frame, SKILLS, "BE", "group=education_high") == {"2021": 77}
    assert values(frame, SKILLS, "BE", "region=BE1") == {"2021": 62}
    assert set(frame["ref_area"]) == {"BE"}


def test_two_publishers_of_one_question_are_two_measures():
    """62 and 61.7 are the same answer, rounded by one and not by the other."""
    rounded = values(parse([STATBEL], SOURCE), SKILLS, "BE", "region=BE1")["2021"]
    exact = values(parse([BUREAU], SOURCE), "be_digital_skills_basic_regions", "BE", "region=BE1")["2021"]
    assert (rounded, exact) == (62, 61.7)
    assert round(exact) == rounded


def test_a_place_that_is_not_declared_is_refused():
    text = edited(STATBEL.content.decode(), "region:BE3", "region:BE4")
    with pytest.raises(SourceChanged, match="'region:BE4', which is no known area"):
        parse([payload("statbel_pages", text)], SOURCE)


@pytest.mark.recorded
def test_every_figure_is_the_typed_one(recorded: Path):
    """Read once more, line by line, without the connector: of each measure as many figures, and the same."""
    file = recorded / "digital" / "belgium_by_group.csv"
    lines = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    read = 0
    for name, dataset in SOURCE.datasets.items():
        frame = parse([payload(name, file)], SOURCE)
        for measure, how in dataset.measures.items():
            typed = [line for line in lines if line["measure"] == how.where["measure"] and line["place"] != "eu27"]
            found = frame[frame["measure"] == measure]
            assert sorted(found["obs_value"]) == sorted(float(line["value"]) for line in typed)
            assert sorted(found["time_period"]) == sorted(line["year"] for line in typed)
            read += len(typed)
    assert read == len(lines) - 1  # all but the one of the European Union
