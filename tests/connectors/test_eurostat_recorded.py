"""The publisher's own files: acceptance numbers of the survey of sources, and the reach of each file."""

from __future__ import annotations

import pytest

from connectors import eurostat
from connectors.errors import SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from tests.connectors.given import loaded

pytestmark = pytest.mark.recorded
CATALOGUE = loaded()
SOURCE = CATALOGUE.sources["eurostat"]


@pytest.fixture
def parse(recorded, a_payload):
    def run(name, dataset=None):
        return eurostat.parse([a_payload(recorded / "eurostat" / name, dataset)], SOURCE)

    return run


def value(frame, measure, area, period):
    return frame.set_index(["measure", "ref_area", "time_period"]).loc[(measure, area, period), "obs_value"]


def test_broadband_in_the_later_vintage(parse):
    frame = parse("isoc_r_broad_h.excerpt.sdmx.csv")
    figures = {"BE10": 93.00, "BE": 91.97, "BE2": 93.32, "BE3": 89.26}
    assert {area: value(frame, "broadband_pc_hh", area, "2021") for area in figures} == figures
    assert len(frame) == 122


def test_broadband_in_the_older_copy(parse):
    frame = parse("isoc_r_broad_h.telework-regional.converted.csv.gz")
    figures = {"BE10": 92.53, "BE": 92.30, "BE2": 93.73, "BE3": 89.74}
    assert {area: value(frame, "broadband_pc_hh", area, "2021") for area in figures} == figures
    assert value(frame, "broadband_pc_hh", "DE30", "2021") == 91.08
    assert [item.count for item in dropped_of(frame) if "suspected copy" in item.reason] == [295]


def test_the_older_copy_agrees_with_the_publisher_but_for_five_revisions(parse):
    """Of 122 cells in common 116 agree, 5 were revised (all of 2021), 1 is suppressed there and was filled here."""
    keys = ["ref_area", "time_period"]
    later = parse("isoc_r_broad_h.excerpt.sdmx.csv").set_index(keys)["obs_value"]
    older = parse("isoc_r_broad_h.telework-regional.converted.csv.gz").set_index(keys)["obs_value"]
    both = later.to_frame("later").join(older.rename("older"))
    revised = both[both["later"].notna() & both["older"].notna() & (both["later"] != both["older"])]
    assert len(both) == 122
    assert len(revised) == 5
    assert set(revised.index.get_level_values("time_period")) == {"2021"}
    gap = both[both["later"].isna()]
    assert gap.index.tolist() == [("AT11", "2007")]
    assert gap["older"].isna().all()  # the fill is told as a copy and withdrawn


def test_perceptions_of_brussels_2019(parse):
    frame = parse("urb_percep.bulk.tsv.gz")
    shares = [value(frame, f"PS101{digit}V", "BE001C", "2019") for digit in range(2, 7)]
    assert shares == [18.5, 51.3, 18.0, 8.0, 4.2]
    assert set(frame["measure"]) == set(SOURCE.datasets["urb_percep"].measures)
    assert frame["ref_area"].nunique() == 115
    assert sorted(frame["time_period"].unique()) == ["2004", "2006", "2009", "2012", "2015", "2019"]


def test_each_question_of_2019_adds_up_to_a_hundred_in_every_city(parse):
    """Within 1: rounding of five answers to one decimal. Beyond it, codes of two questions were mixed up."""
    frame = parse("urb_percep.bulk.tsv.gz")
    wave = frame[(frame["time_period"] == "2019") & frame["obs_value"].notna()]
    question = {
        name: measure.label.rpartition(":")[0] for name, measure in SOURCE.datasets["urb_percep"].measures.items()
    }
    modes = question["PS3505V"]
    wave = wave.assign(question=wave["measure"].map(question))
    sums = wave[wave["question"] != modes].groupby(["question", "ref_area"])["obs_value"].sum()
    assert len(sums) > 2000
    assert sums[~sums.between(99, 101)].to_dict() == {
        ("Cultural facilities such as concert halls, theatres, museums and libraries in the city", "EE003C"): 102.0
    }  # Narva, no place of ours
    two_answers = wave[wave["question"] == modes].groupby("ref_area")["obs_value"].sum()
    assert two_answers.between(160, 202).all()


def test_the_2023_wave_reaches_every_default_place(parse):
    frame = parse("urb_percep_2023.top2box.json")
    assert value(frame, "safe_at_night_top2box", "BE001C", "2023") == 58.6
    assert value(frame, "trust_top2box", "BE001C", "2023") == 52.8
    assert value(frame, "city_satisfaction_top2box", "BE001C", "2023") == 86.5
    assert {place.areas["city"] for place in CATALOGUE.city_regions("default")} <= set(frame["ref_area"])


def test_city_transport_of_brussels(parse):
    frame = parse("urb_ctran.databrowser.xlsx")
    figures = {"2015": 0.23, "2016": 0.14, "2022": 0.2, "2023": 0.05, "2024": 0.09}
    assert {year: value(frame, "road_deaths_per_10000", "BE001C", year) for year in figures} == figures
    assert value(frame, "cars_per_1000_published", "BE001C", "2015") == 430.01
    assert value(frame, "bicycle_network_km", "BE001C", "2022") > 500
    latest = frame[frame["ref_area"].eq("BE001C") & frame["obs_value"].notna()].groupby("measure")["time_period"].max()
    assert latest["road_deaths_per_10000"] == "2024"
    assert latest["bicycle_network_km"] == "2022"
    assert set(frame["measure"]) == set(SOURCE.datasets["urb_ctran"].measures)


def test_the_workbook_and_the_coded_file_give_the_same_tickets(parse):
    keys = ["ref_area", "time_period"]
    coded = parse("urb_ctran.sdmx-csv2-labels.csv.gz").set_index(keys)["obs_value"]
    book = parse("urb_ctran.databrowser.xlsx")
    book = book[(book["measure"] == "monthly_ticket_eur") & book["obs_value"].notna()].set_index(keys)["obs_value"]
    common = book.index.intersection(coded.index)
    assert len(common) == len(book) >= 150
    assert book[common].to_dict() == coded[common].to_dict()


def test_homicide_and_its_neighbours(parse):
    frame = parse("crim_off_cat.bulk.tsv.gz")
    assert value(frame, "homicide_rate", "LV", "2021") == 5.18
    assert value(frame, "robbery_rate", "BE", "2022") == 104.38
    assert frame["time_period"].min() == "2008"
    assert frame["time_period"].max() == "2022"


@pytest.mark.parametrize("name", ["error_400_id140_invalid_dimension.json", "error_400_id150_invalid_value.json"])
def test_recorded_errors_are_quoted(parse, name):
    with pytest.raises(SourceChanged, match="INVALID_"):
        parse(name, "isoc_r_broad_h")


def test_recorded_structure_and_asynchronous_answers_are_no_tables(parse):
    with pytest.raises(SourceChanged, match="structure answer"):
        parse("isoc_ci_cm_h.structure.json", "isoc_r_broad_h")
    with pytest.raises(SourceUnavailable, match="postponed"):
        parse("sdmx_async_footer.xml", "isoc_r_broad_h")


def test_a_recorded_file_of_another_table_is_refused(parse):
    with pytest.raises(SourceChanged, match="'isoc_ci_cm_h', not 'isoc_r_broad_h'"):
        parse("isoc_ci_cm_h.A1.jsonstat.json", "isoc_r_broad_h")
