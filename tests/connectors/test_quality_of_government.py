"""European Quality of Government Index: regions, waves and the published margin of error."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from connectors.quality_of_government import fetch, parse
from tests.connectors.given import Asked, edited, payload, row, small, source, values

SOURCE = source("quality_of_government")
FILE = small("quality_of_government", "regions.made.csv")
TEXT = FILE.content.decode()


def parsed(text: str):
    return parse([payload("regions", text)], SOURCE)


def test_fetch_asks_for_the_long_file():
    get = Asked()
    fetch(get, SOURCE)
    assert [call["url"] for call in get.calls] == ["https://www.qogdata.pol.gu.se/data/qog_eqi_long_24.csv"]


def test_an_area_that_is_no_nuts_2_region_is_left_out_and_reported():
    frame = parse([FILE], SOURCE)
    assert set(frame["ref_area"]) == {"BE10", "BE21", "NL32", "AT13", "FR10"}
    (item,) = dropped_of(frame)
    assert (item.count, item.example) == (1, "DE1 2021")


def test_a_wave_without_an_index_stays_missing():
    frame = parsed(edited(TEXT, ",0.00,-0.30,0.30,", ",NA,NA,NA,"))
    assert row(frame, measure="eqi_index", ref_area="BE21")["obs_status"] == "M"


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("eqi21_n2_lowME", "eqi21_n2_low", "no column 'eqi21_n2_lowME"),
        (",0.00,-0.30,0.30,", ",0.00,0.30,-0.30,", "BE21: the index is outside its own margin"),
        ("BE21,Antwerp,2021", "BE 21,Antwerp,2021", "'region_code' holds 'BE 21'"),
        ("BE21,Antwerp,2021", "BE21,Antwerp,21", "'year' holds '21'"),
        (",0.00,-0.30,0.30,", ",x,-0.30,0.30,", "eqi_index holds 'x'"),
    ],
)
def test_a_changed_file_is_refused(old: str, new: str, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parsed(edited(TEXT, old, new))


@pytest.mark.recorded
def test_the_recorded_wave_of_2021(recorded: Path):
    frame = parse([payload("regions", recorded / "eurostat/eqi_2021_nuts2.csv")], SOURCE)
    margin = [round(values(frame, name, "BE10")["2021"], 3) for name in ("eqi_low", "eqi_index", "eqi_high")]
    assert margin == [-0.519, -0.218, 0.083]
    absent = {"LU00", "EE00", "LV00", "HR05"}
    assert not absent & set(frame["ref_area"])
    regions = frame["ref_area"].nunique()
    assert regions + sum(item.count for item in dropped_of(frame)) == 238
