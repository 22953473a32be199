"""Eurostat's regional tables in recorded form: internet at home by NUTS 2, recorded offences by NUTS 3."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from connectors import areas, eurostat
from connectors.contract import Observations
from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from tests.connectors.given import edited, loaded, payload, row, small, source, values

SOURCE = source("eurostat")
ROWS = small("eurostat", "isoc_r_iacc_h.rows.csv")
ONE_YEAR = small("eurostat", "isoc_r_iacc_h.one_year.csv")
OFFENCES = small("eurostat", "crim_gen_reg.bulk-rows.tsv")
INTERNET = "internet_pc_hh"
IACC = ("isoc_r_iacc_h.excerpt.sdmx.csv", "isoc_r_iacc_h.excerpt2.sdmx.csv", "isoc_r_iacc_h.nuts2_2025.repacked.csv")


def of_places(frame: Observations) -> Observations:
    """Return the rows that a snapshot would keep."""
    return areas.in_catalogue(loaded(), SOURCE, frame)[0]


def test_several_files_are_one_table_and_agree_where_they_overlap():
    frame = eurostat.parse([ROWS, ONE_YEAR], SOURCE)
    assert values(frame, INTERNET, "BE10") == {"2024": 96.11, "2025": 92.03}
    assert values(frame, INTERNET, "NL36") == {"2025": 99.19}
    assert "the same row was given twice" in {item.reason for item in dropped_of(frame)}
    other = payload("isoc_r_iacc_h", edited(ONE_YEAR.content.decode(), "92.03", "95.00"))
    with pytest.raises(SourceChanged, match=r"two rows disagree: internet_pc_hh BE10 2025 = 92\.03"):
        eurostat.parse([ROWS, other], SOURCE)


def test_a_larger_region_counts_only_where_it_is_the_same_ground():
    """Berlin, Hamburg and Attica are alone in their NUTS 1 region; Munich is one of seven in Bavaria."""
    kept = of_places(eurostat.parse([ROWS], SOURCE))
    found = {area: values(kept, INTERNET, area).get("2025") for area in ("DE30", "DE60", "EL30", "PL91")}
    assert found == {"DE30": 92.85, "DE60": 96.14, "EL30": 93.61, "PL91": 97.90}
    assert "DE21" not in set(kept["ref_area"])
    assert not {"DE2", "PL9"} & set(kept["ref_area"])


def test_lisbon_begins_anew_with_its_part_of_the_split_region():
    frame = eurostat.parse([ROWS], SOURCE)
    assert values(frame, INTERNET, "PT1A") == {"2024": 95.41}
    assert values(frame, INTERNET, "PT17") == {"2023": 94.62}
    assert loaded().places["lisbon"].areas["nuts2_2024"] == "PT1A"


def test_internet_is_no_series_with_broadband():
    assert source("eurostat").datasets["isoc_r_iacc_h"].continues is None
    assert loaded().dataset_of(INTERNET) != loaded().dataset_of("broadband_pc_hh")


def test_a_flag_stays_with_its_value_and_a_gap_says_why():
    frame = eurostat.parse([ROWS], SOURCE)
    assert row(frame, ref_area="IE06", time_period="2021")["obs_status"] == "B"
    assert row(frame, ref_area="IE06", time_period="2022")["obs_status"] == "Q"


def test_offences_are_read_past_the_blanks_at_the_end_of_each_cell():
    assert b"2021 \n" in OFFENCES.content
    frame = eurostat.parse([OFFENCES], SOURCE)
    assert values(frame, "robbery_rate_nuts3", "BE100")["2021"] == 359.61
    assert values(frame, "burglary_home_rate_nuts3", "BE100")["2021"] == 494.24
    assert values(frame, "homicide_count_nuts3", "BE100")["2021"] == 19


def test_an_empty_region_is_not_filled_from_the_larger_one():
    """Paris and Athens have no figure of their own; Attica (EL30) is published and is no NUTS 3 region."""
    kept = of_places(eurostat.parse([OFFENCES], SOURCE))
    assert not {"FR101", "EL303", "EL30"} & set(kept.loc[kept["obs_value"].notna(), "ref_area"])


def test_berlin_s_offences_end_two_years_before():
    frame = eurostat.parse([OFFENCES], SOURCE)
    known = values(frame[frame["obs_value"].notna()], "robbery_rate_nuts3", "DE300")
    assert max(known) == "2019"


def test_goals_of_countries_are_pages_too():
    frame = eurostat.parse([small("eurostat", "sdg_17_60.page.csv"), small("eurostat", "sdg_11_60.page.csv")], SOURCE)
    assert values(frame, "vhcn_households", "BE")["2024"] == 93.8
    assert "EU27_2020" not in set(frame["ref_area"])
    assert "municipal_waste_recycled" in set(frame["measure"])


@pytest.mark.recorded
@pytest.mark.parametrize(
    "dataset,name",
    [
        ("sdg_17_60", "digital/sdg_17_60_page_linear_2_0.csv"),
        ("sdg_11_60", "eurostat_city/sdg_11_60_page_linear_2_0.csv"),
    ],
)
def test_every_goal_of_a_country_is_the_publisher_s(dataset: str, name: str, recorded: Path):
    frame = eurostat.parse([payload(dataset, recorded / name)], SOURCE)
    lines = csv.DictReader((recorded / name).read_text(encoding="utf-8-sig").splitlines())
    published = {(line["geo"], line["TIME_PERIOD"]): float(line["OBS_VALUE"]) for line in lines if line["OBS_VALUE"]}
    read = {(r.ref_area, r.time_period): r.obs_value for r in frame.itertuples() if r.obs_value == r.obs_value}
    assert read == {key: value for key, value in published.items() if len(key[0]) == 2 and key[0] != "EA"}
    countries = {place.country for place in loaded().city_regions()}
    latest = {area for area, year in read if year == max(year for _, year in read)}
    assert len(countries & latest) >= 27


@pytest.mark.recorded
def test_every_internet_share_is_the_publisher_s(recorded: Path):
    """Read once more, line by line, without the connector."""
    files = [recorded / "digital" / name for name in IACC]
    kept = of_places(eurostat.parse([payload("isoc_r_iacc_h", file) for file in files], SOURCE))
    published: dict[tuple[str, str], float] = {}
    for file in files:
        for line in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
            cell = line.get("OBS_VALUE", line.get("hh_internet"))
            if cell:
                published[line["geo"], line.get("TIME_PERIOD", "2025")] = float(cell)
    same_ground = {"DE30": "DE3", "DE60": "DE6", "EL30": "EL3"}
    valued = kept[kept["obs_value"].notna()]
    for cell in valued.itertuples():
        assert published[same_ground.get(cell.ref_area, cell.ref_area), cell.time_period] == cell.obs_value
    latest = set(valued.loc[valued["time_period"] == "2025", "ref_area"])
    without = {p.id for p in loaded().city_regions() if p.areas.get("nuts2_2024", "") not in latest}
    assert without == {"munich"}


@pytest.mark.recorded
def test_every_rate_of_offences_is_the_publisher_s(recorded: Path, capsys: pytest.CaptureFixture[str]):
    file = recorded / "crime" / "estat_crim_gen_reg.tsv"
    kept = of_places(eurostat.parse([payload("crim_gen_reg", file)], SOURCE))
    kept = kept[kept["obs_value"].notna()]
    header, *lines = [[cell.strip() for cell in line.split("\t")] for line in file.read_text("utf-8").splitlines()]
    published = {
        (*line[0].split(",")[1:], year): float(cell.split(" ")[0])
        for line in lines
        for year, cell in zip(header[1:], line[1:], strict=True)
        if not cell.startswith(":")
    }
    codes = {name: measure.where for name, measure in SOURCE.datasets["crim_gen_reg"].measures.items()}
    older = {"NL329": "NL326", "HR050": "HR041", "NO081": "NO011"}
    for cell in kept.itertuples():
        where = codes[cell.measure]
        at = [(where["unit"], where["iccs"], area, cell.time_period)
              for area in (cell.ref_area, older.get(cell.ref_area, ""))]  # fmt: skip
        assert cell.obs_value in [published[key] for key in at if key in published]
    reach = {m: _reach(set(rows["ref_area"])) for m, rows in kept.groupby("measure")}
    with capsys.disabled():
        print("\nranked places and all city-regions with an offence rate:", reach)
    assert reach["robbery_rate_nuts3"] == (33, 35)
    assert reach["homicide_rate_nuts3"] == (29, 31)
    assert reach["theft_rate_nuts3"] == (33, 35)


def _reach(found: set[str]) -> tuple[int, int]:
    """Return how many ranked places, and how many city-regions, have one of the codes."""
    ranked, every = loaded().city_regions("default"), loaded().city_regions()
    return tuple(sum(not found.isdisjoint(p.areas.values()) for p in places) for places in (ranked, every))
