"""Europepollu: modelled days above the WHO guidelines, NUTS 3 of 2021, 2003-2020."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import SourceChanged
from connectors.europepollu import fetch, parse
from tests.connectors.given import Asked, edited, payload, row, small, source, values

SOURCE = source("europepollu")
FILE = small("europepollu", "unclean_air_days.three_regions.csv")
TEXT = FILE.content.decode("utf-8")


def parsed(text: str):
    return parse([payload("unclean_air_days", text)], SOURCE)


def test_fetch_asks_once_for_the_pinned_file():
    get = Asked()
    assert [p.dataset for p in fetch(get, SOURCE)] == ["unclean_air_days"]
    (call,) = get.calls
    assert call["url"].startswith("https://raw.githubusercontent.com/junesw2/Europepollu/89df0efef770")
    assert call["url"].endswith("/Sharedata/unclean_air_days_gpw.csv")


def test_each_pollutant_is_a_measure_and_days_are_fractions():
    frame = parse([FILE], SOURCE)
    assert values(frame, "pm25_days_modelled", "BE100")["2019"] == pytest.approx(64.3, abs=0.05)
    assert values(frame, "no2_days_modelled", "BE100")["2019"] == pytest.approx(54.3, abs=0.05)
    assert values(frame, "pm10_days_modelled", "BE100")["2019"] == pytest.approx(0.9, abs=0.05)
    assert values(frame, "o3_days_modelled", "BE100")["2019"] == pytest.approx(17.5, abs=0.05)
    assert len(frame) == 3 * 3 * 4  # regions, years, pollutants


def test_zero_days_is_a_value_not_a_gap():
    assert (
        row(parse([FILE], SOURCE), measure="pm10_days_modelled", ref_area="BE100", time_period="2020")["obs_value"] == 0
    )


def test_regions_keep_their_codes_of_the_2021_version():
    assert set(parse([FILE], SOURCE)["ref_area"]) == {"BE100", "BE211", "HR050"}


def test_numbers_of_rows_are_not_keys():
    renumbered = edited(TEXT, '"862",37,', '"1",99,')
    assert parsed(renumbered)["obs_value"].tolist() == parse([FILE], SOURCE)["obs_value"].tolist()


def test_a_renamed_pollutant_column_is_named():
    with pytest.raises(SourceChanged, match="'no2pred_expo_day' is gone"):
        parsed(edited(TEXT, "no2pred_expo_day", "no2_days"))


def test_swapped_columns_are_read_by_name():
    lines = [line.split(",") for line in TEXT.splitlines()]
    swapped = "\n".join(",".join([*cells[:4], cells[5], cells[4], *cells[6:]]) for cells in lines) + "\n"
    assert parsed(swapped).equals(parse([FILE], SOURCE))


def test_half_a_file_is_refused_although_it_ends_at_a_line():
    whole = TEXT.splitlines(keepends=True)
    with pytest.raises(SourceChanged, match="the file is not whole"):
        parsed("".join(whole[:5]))


def test_the_country_code_na_is_a_code_not_a_gap():
    frame = parsed(edited(TEXT, '"BE211"', '"NA001"'))
    assert "NA001" in set(frame["ref_area"])
    with pytest.raises(SourceChanged, match="column 'location' holds 'NA'"):
        parsed(edited(TEXT, '"BE211"', '"NA"'))


@pytest.mark.parametrize("code", ["BE10", "BE", "be100", ""])
def test_a_code_of_another_level_is_refused(code):
    with pytest.raises(SourceChanged, match="NUTS 3 code"):
        parsed(edited(TEXT, '"BE100"', f'"{code}"'))


def test_words_in_place_of_a_number_are_refused():
    first = TEXT.splitlines()[1].split(",")[-1]
    with pytest.raises(SourceChanged, match="'n/a'"):
        parsed(edited(TEXT, first, "n/a"))


def test_an_extra_column_changes_nothing():
    wider = "\n".join(line + ",1" for line in TEXT.splitlines()).replace(
        "o3_8hpred_expo_day,1", 'o3_8hpred_expo_day,"new"', 1
    )
    assert parsed(wider + "\n").equals(parse([FILE], SOURCE))


@pytest.mark.recorded
def test_the_recorded_file_is_whole(recorded: Path):
    frame = parse([payload("unclean_air_days", recorded / "air/nuts3/unclean_air_days_gpw.csv")], SOURCE)
    assert frame["ref_area"].nunique() == 1507
    assert sorted(frame["time_period"].unique()) == [str(year) for year in range(2003, 2021)]
    assert len(frame) == 1507 * 18 * 4
    assert (frame["obs_status"] == "A").all()


@pytest.mark.recorded
def test_brussels_and_its_peers_have_the_recorded_days(recorded: Path):
    frame = parse([payload("unclean_air_days", recorded / "air/nuts3/unclean_air_days_gpw.csv")], SOURCE)
    brussels = values(frame, "pm25_days_modelled", "BE100")
    assert [round(brussels[year], 1) for year in ("2013", "2019", "2020")] == [162.6, 64.3, 43.2]
    brussels = values(frame, "no2_days_modelled", "BE100")
    assert [round(brussels[year], 1) for year in ("2013", "2019", "2020")] == [92.1, 54.3, 25.7]
    peers = {"BE211": (86, 43), "FR101": (172, 50), "NL329": (57, 23), "DE300": (84, 10), "SE110": (1, 0)}
    for area, (pm25, no2) in peers.items():
        assert round(values(frame, "pm25_days_modelled", area)["2019"]) == pm25
        assert round(values(frame, "no2_days_modelled", area)["2019"]) == no2
