"""Eurostat's list of local administrative units: sums over the units of a city, in one unit of area."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import SourceChanged, SourceUnavailable
from connectors.eurostat_lau import fetch, parse
from connectors.frames import dropped_of
from tests.connectors.given import Asked, edited, payload, row, small, source

SOURCE = source("eurostat_lau")
FILE = small("eurostat_lau", "lau_2019.made.csv")
TEXT = FILE.content.decode()


def value(frame, measure: str, area: str) -> float:
    return float(row(frame, measure=measure, ref_area=area)["obs_value"])


def test_fetch_says_which_file_to_pass_on():
    with pytest.raises(SourceUnavailable, match="--recordings"):
        fetch(Asked(), SOURCE)


def test_a_city_is_the_sum_of_its_units():
    frame = parse([FILE], SOURCE)
    own = [line.split(",") for line in TEXT.splitlines() if ",BE001K1," in line]
    assert len(own) == 19
    assert value(frame, "city_residents", "BE001K1") == sum(float(line[6]) for line in own)
    assert value(frame, "city_area", "BE001K1") == pytest.approx(sum(float(line[7]) for line in own) / 1e6)


def test_square_kilometres_stay_what_they_are():
    assert value(parse([FILE], SOURCE), "city_area", "DE001C1") == 891.12


def test_a_greater_city_holds_the_city_of_the_same_number():
    """Copenhagen's own unit carries the city's code alone; Helsinki's carries both and is not counted twice."""
    frame = parse([FILE], SOURCE)
    around = [float(line.split(",")[6]) for line in TEXT.splitlines() if ",DK001K1," in line]
    assert value(frame, "city_residents", "DK001K1") == sum(around) + value(frame, "city_residents", "DK001C1")
    assert value(frame, "city_residents", "FI001K2") == 283632 + 648042 + 228166 + 9615


def test_a_city_with_a_unit_without_figures_has_none():
    frame = parse([FILE], SOURCE)
    assert row(frame, measure="city_residents", ref_area="FR003C2")["obs_status"] == "M"


def test_a_unit_in_no_city_is_reported():
    text = edited(TEXT, ",BE001K1,Bruxelles / Brussel (greater city),BE001L3,", ",,,BE001L3,")
    assert dropped_of(parse([payload("lau_2019", text)], SOURCE))[0].count == 19


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("total_area_m2", "area", "column 'total_area_m2' is gone"),
        ("DE001C1", "DE1C1", "'city_id' holds 'DE1C1'"),
        (",3644826.0,", ",x,", "'population' holds 'x'"),
        (",891.12,", ",-1,", "'total_area_m2' holds '-1'"),
    ],
)
def test_a_changed_file_is_refused(old: str, new: str, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parse([payload("lau_2019", edited(TEXT, old, new))], SOURCE)


@pytest.mark.recorded
def test_the_recorded_list(recorded: Path):
    frame = parse([payload("lau_2019", recorded / "geo/lau2019_city_members.csv")], SOURCE)
    assert value(frame, "city_residents", "BE001K1") == 1_208_542
    assert value(frame, "city_area", "BE001K1") == pytest.approx(161.38, abs=0.01)  # the cadastral sum
    areas = frame.loc[frame["measure"] == "city_area", "obs_value"].dropna()
    assert areas.between(1, 3000).all()
