"""Eurostat's values in tables made by others: groups, areas that are none of ours, and values that are not believed."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from connectors import areas
from connectors.contract import Observations
from connectors.errors import SourceChanged, SourceUnavailable
from connectors.eurostat_repacked import fetch, parse
from connectors.frames import dropped_of
from tests.connectors.given import Asked, edited, loaded, payload, row, small, source, values

SOURCE = source("eurostat_repacked")
SKILLS = small("eurostat_repacked", "digital_skills_by_age.three.csv")
INTERNET = small("eurostat_repacked", "internet_use_by_age.three.csv")
ENTERPRISES = small("eurostat_repacked", "isoc_r_eb_ain2.regions.csv")
LEVELS = small("eurostat_repacked", "digital_skills_levels.labels.csv")

# dataset -> recorded file, its columns of area and period
RECORDED = {
    "digital_skills_by_age": ("digital/digital_skills_by_age.csv", "geo_code", "year"),
    "digital_skills_above_basic": ("digital/digital_skills_above_basic.csv", "geo_code", "year"),
    "digital_skills_by_degurba": ("digital/isoc_digskills_by_degurba.csv", "geo", "year"),
    "digital_skills_levels": ("digital/isoc_sk_dskl_i21_2021_2023_all_individuals.csv", "geo", "TIME_PERIOD"),
    "internet_use_by_age": ("digital/internet_use_by_age.csv", "geo_code", "year"),
    "generative_ai_by_age": ("digital/isoc_ai_iaiu_2025_by_age.excerpt.csv", "geo", "TIME_PERIOD"),
    "isoc_r_eb_ain2": ("digital/isoc_r_eb_ain2.excerpt.csv", "geo", "TIME_PERIOD"),
    "ilc_li41": ("inclusion/ilc_li41_2025_capital_regions.csv", "geo", "period"),
    "ilc_li41_country": ("inclusion/ilc_li41_2025_capital_regions.csv", "country", "period"),
}


def of_places(frame: Observations) -> Observations:
    """Return the rows that a snapshot would keep."""
    return areas.in_catalogue(loaded(), SOURCE, frame)[0]


def test_fetch_says_that_the_files_come_by_hand():
    get = Asked()
    with pytest.raises(SourceUnavailable, match="eurostat_repacked,digital_skills_by_age"):
        fetch(get, SOURCE)
    assert get.calls == []


def test_ages_are_groups_and_all_ages_are_everyone():
    frame = parse([SKILLS], SOURCE)
    of_2025 = frame[(frame["ref_area"] == "BE") & (frame["time_period"] == "2025")]
    assert dict(zip(of_2025["group"], of_2025["obs_value"], strict=True)) == {
        "age=Y16_24": 73.09, "age=Y25_54": 67.77, "age=Y55_74": 46.15, "total": 61.22
    }  # fmt: skip


def test_aggregates_are_left_out_by_name_and_counted():
    frame = parse([SKILLS], SOURCE)
    assert set(frame["ref_area"]) == {"BE", "NO"}
    (told,) = dropped_of(frame)
    assert (told.count, told.example) == (12, "EU27_2020")  # three years, four ages
    with pytest.raises(SourceChanged, match="holds 'EU28_2013', which is no known area"):
        parse([payload(SKILLS.dataset, edited(SKILLS.content.decode(), "EU27_2020", "EU28_2013"))], SOURCE)


def test_flags_are_eurostat_s_and_a_flagged_gap_is_a_suppressed_value():
    frame = parse([INTERNET], SOURCE)
    gap = row(frame, ref_area="IE", time_period="2022", group="age=Y16_24")
    assert math.isnan(gap["obs_value"])
    assert gap["obs_status"] == "Q"
    broken = payload(INTERNET.dataset, edited(INTERNET.content.decode(), ",b,break", ",y,break"))
    with pytest.raises(SourceChanged, match="column 'flag': flag 'y' is none of"):
        parse([broken], SOURCE)


def test_a_file_of_labels_gives_codes_and_only_shares_of_everybody():
    frame = parse([LEVELS], SOURCE)
    assert set(frame["ref_area"]) == {"BE", "NO"}
    assert values(frame, "digital_skills_none", "BE")["2023"] == 2.12
    assert values(frame, "digital_skills_not_assessed", "BE")["2023"] == 5.37


def test_rural_people_of_belgium_were_ahead_of_the_cities_in_2023_alone():
    frame = parse([small("eurostat_repacked", "digital_skills_by_degurba.three.csv")], SOURCE)
    cities, rural = (values(frame, "digital_skills_degurba", "BE", f"degurba=DEG{n}") for n in (1, 3))
    assert [year for year in cities if rural[year] > cities[year]] == ["2023"]


def test_regions_of_denmark_are_withheld_whatever_their_number():
    """Copenhagen gets neither 33.05 nor 50.82; Denmark keeps its own value."""
    frame = parse([ENTERPRISES], SOURCE)
    copenhagen = row(frame, measure="ai_use_enterprises", ref_area="DK01", time_period="2025")
    assert math.isnan(copenhagen["obs_value"])
    assert copenhagen["obs_status"] == "X"
    assert values(frame, "ai_use_enterprises_country", "DK")["2025"] == 42.03
    assert any("another order than their codes" in item.reason for item in dropped_of(frame))


def test_a_country_of_one_region_is_that_region_and_flanders_is_not_antwerp():
    kept = of_places(parse([ENTERPRISES], SOURCE))
    regional = kept[kept["measure"] == "ai_use_enterprises"]
    assert values(regional, "ai_use_enterprises", "BE10")["2025"] == 42.32  # published as BE1
    assert values(regional, "ai_use_enterprises", "EE00")["2025"] == 23.4  # published as EE
    assert not {"BE21", "BE23", "BE33", "BE2", "FR10", "FR"} & set(regional["ref_area"])
    assert values(kept, "ai_use_enterprises_country", "EE")["2025"] == 23.4


def test_the_rate_of_a_region_and_that_of_its_country_are_two_measures():
    region = parse([small("eurostat_repacked", "ilc_li41.regions.csv")], SOURCE)
    country = parse([small("eurostat_repacked", "ilc_li41_country.regions.csv")], SOURCE)
    assert values(region, "poverty_risk_region", "BE10") == {"2025": 23.3}
    assert values(country, "poverty_risk_country", "BE") == {"2025": 10.9}


@pytest.mark.recorded
@pytest.mark.parametrize("dataset", RECORDED)
def test_every_value_is_in_the_recorded_file(dataset: str, recorded: Path, capsys: pytest.CaptureFixture[str]):
    """Read once more, line by line, without the connector: as many numbers, and each of them in its area's lines."""
    name, area, period = RECORDED[dataset]
    declared = SOURCE.datasets[dataset]
    lines = list(csv.DictReader((recorded / name).read_text(encoding="utf-8-sig").splitlines()))
    frame = parse([payload(dataset, recorded / name)], SOURCE)
    for measure, how in declared.measures.items():
        filters = {key: text for key, text in how.where.items() if key != "column"}
        published: dict[tuple[str, str], list[float]] = {}
        for line in lines:
            code = declared.labels.get(line[area], line[area])
            code = code if how.level == "country" else declared.aliases.get(code, code)
            wanted = all(line[key] == text for key, text in filters.items()) and line[how.where["column"]]
            if wanted and line[area] not in declared.options.get("left_out", ()):
                published.setdefault((code, line[period]), []).append(float(line[how.where["column"]]))
        read: dict[tuple[str, str], list[float]] = {}
        for cell in frame[(frame["measure"] == measure) & frame["obs_value"].notna()].itertuples():
            read.setdefault((cell.ref_area, cell.time_period), []).append(cell.obs_value)
        withheld = {key for key in published if key[0] in declared.options.get("withheld", ())}
        assert {key: sorted(found) for key, found in read.items()} == {
            key: sorted(found) for key, found in published.items() if key not in withheld
        }
        kept = of_places(frame[(frame["measure"] == measure) & frame["obs_value"].notna()])
        latest = set(kept.loc[kept["time_period"] == kept["time_period"].max(), "ref_area"])
        reach = [
            sum(not latest.isdisjoint(p.areas.values()) for p in places)
            for places in (loaded().city_regions("default"), loaded().city_regions())
        ]
        with capsys.disabled():
            print(f"\n{measure} {kept['time_period'].max()}: {reach[0]} ranked places, {reach[1]} in all")
