"""Eurostat's city tables as the Data Browser saves a page of them: one indicator a file, with commas or semicolons."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from connectors import areas, eurostat
from connectors.errors import NoObservations, SourceChanged
from connectors.frames import dropped_of
from tests.connectors.given import loaded, payload, row, small, source, values

SOURCE = source("eurostat")
WASTE = small("eurostat", "urb_cenv.semicolons.csv")
PAGES = {
    "population_city": ("urb_cpop1", "urb_cpop1_page_linear_2_0.csv", ",", "DE1001V"),
    "foreign_born_city": ("urb_cpopcb", "urb_cpopcb_page_linear_2_0.csv", ",", "DE2009V"),
    "unemployed_city": ("urb_clma", "urb_clma_page_linear_2_0.csv", ",", "EC1010V"),
    "municipal_waste_city": ("urb_cenv", "estat_urb_cenv_en.csv", ";", "EN4008V"),
    "cars_per_1000_published": ("urb_ctran", "urb_ctran_page_linear_2_0.csv", ",", "TT1057I"),
}


def test_a_page_gives_codes_and_not_the_labels_beside_them():
    frame = eurostat.parse([small("eurostat", "urb_cpop1.page.csv")], SOURCE)
    assert "BE" not in set(frame["ref_area"]), "a country in a table of cities is no city"
    assert values(frame, "population_city", "BE001C")["2024"] == 1264371
    born_abroad = eurostat.parse([small("eurostat", "urb_cpopcb.page.csv")], SOURCE)
    share = 100 * values(born_abroad, "foreign_born_city", "BE001C")["2024"] / 1264371
    assert share == pytest.approx(49.1, abs=0.05)


def test_a_page_with_semicolons_gives_the_same_columns():
    frame = eurostat.parse([WASTE], SOURCE)
    assert values(frame, "municipal_waste_city", "BE001C")["2023"] == 666.97
    per_inhabitant = 1e6 * 666.97 / 1253178  # kg, by the population of Brussels in 2023
    assert per_inhabitant == pytest.approx(532, abs=0.5)
    assert row(frame, ref_area="BE001C", time_period="2021")["obs_status"] == "B"
    assert set(frame["measure"]) == {"municipal_waste_city"}


def test_a_page_of_another_indicator_is_told():
    with pytest.raises(NoObservations, match="none of the declared measures"):
        eurostat.parse([payload("urb_cenv", WASTE.content.replace(b"EN4008V", b"EN2002V"))], SOURCE)


def test_a_cut_page_with_semicolons_is_told_by_its_cells():
    with pytest.raises(SourceChanged, match="cells, the header 8"):
        eurostat.parse([payload("urb_cenv", WASTE.content[:-6])], SOURCE)


def test_numbers_of_another_unit_are_withheld_and_told():
    """Amsterdam would have 37 unemployed and each of its people 4 tonnes of waste, Riga's 330."""
    frame = eurostat.parse([WASTE], SOURCE)
    for area, year in (("LV001C", "2020"), ("LV001C", "2023"), ("NL001C", "2023")):
        cell = row(frame, measure="municipal_waste_city", ref_area=area, time_period=year)
        assert cell["obs_status"] == "X"
        assert cell["obs_value"] != cell["obs_value"]
    assert values(frame, "municipal_waste_city", "LV001C")["2022"] == 218.97
    work = eurostat.parse([small("eurostat", "urb_clma.page.csv")], SOURCE)
    known = values(work[work["obs_value"].notna()], "unemployed_city", "NL001C")
    assert sorted(known) == ["2015", "2016", "2019", "2020", "2023"]
    (told,) = [item for item in dropped_of(work) if "in thousands" in item.reason]
    assert (told.count, told.example) == (2, "NL001C 2021 = 37")


@pytest.mark.recorded
@pytest.mark.parametrize("measure", PAGES)
def test_every_value_of_a_city_is_the_publisher_s(measure: str, recorded: Path, capsys: pytest.CaptureFixture[str]):
    """Read once more, line by line, without the connector."""
    dataset, name, delimiter, code = PAGES[measure]
    file = recorded / "eurostat_city" / name
    kept, _ = areas.in_catalogue(loaded(), SOURCE, eurostat.parse([payload(dataset, file)], SOURCE))
    lines = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines(), delimiter=delimiter)
    published = {(line["cities"], line["TIME_PERIOD"]): line["OBS_VALUE"] for line in lines if line["indic_ur"] == code}
    ours = {place.areas["city"] for place in loaded().city_regions()}
    expected = {key: float(cell) for key, cell in published.items() if key[0] in ours and cell}
    read = {(r.ref_area, r.time_period): r.obs_value for r in kept.itertuples() if r.obs_value == r.obs_value}
    withheld = {key for key in expected if key not in read}
    assert read == {key: value for key, value in expected.items() if key not in withheld}
    listed = SOURCE.datasets[dataset].options.get("withheld", ())
    assert all(f"{area} {year}" in listed or area in listed for area, year in withheld)
    ranked = {p.areas["city"] for p in loaded().city_regions("default")}
    with capsys.disabled():
        print(f"\n{measure}: {len({a for a, _ in read} & ranked)} ranked places, {len({a for a, _ in read})} in all")


@pytest.mark.recorded
def test_the_page_of_cars_is_the_workbook_s_column(recorded: Path):
    page = payload("urb_ctran", recorded / "eurostat_city" / "urb_ctran_page_linear_2_0.csv")
    book = payload("urb_ctran", recorded / "eurostat" / "urb_ctran.databrowser.xlsx")
    one, two = (areas.in_catalogue(loaded(), SOURCE, eurostat.parse([p], SOURCE))[0] for p in (page, book))
    two = two[(two["measure"] == "cars_per_1000_published") & two["obs_value"].notna()]
    keys = ["ref_area", "time_period"]
    left, right = one.set_index(keys)["obs_value"].dropna(), two.set_index(keys)["obs_value"]
    common = left.index.intersection(right.index)
    assert len(common) >= 150
    assert left[common].to_dict() == right[common].to_dict()
