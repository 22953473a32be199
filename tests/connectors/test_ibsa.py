"""The Region's neighbourhoods and municipalities: income, registered offences, residents."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from connectors.errors import SourceChanged, SourceUnavailable
from connectors.ibsa import fetch, parse
from tests.connectors.given import Asked, edited, payload, small, source, values

SOURCE = source("ibsa")
INCOME = small("ibsa", "quartier_income.some.csv")
OFFENCES = small("ibsa", "registered_offences.commune.json")
RESIDENTS = small("ibsa", "population_2025.commune.json")


def test_fetch_says_which_table_to_download():
    with pytest.raises(SourceUnavailable, match="ibsa,quartier_income"):
        fetch(Asked(), SOURCE)


def test_neighbourhoods_are_groups_of_the_region_and_those_without_people_are_gaps():
    frame = parse([INCOME], SOURCE)
    assert values(frame, "quartier_median_income", "BE10", "quartier=1") == {"2023": 19258.84}
    empty = frame[frame["group"] == "quartier=905"]
    assert empty["obs_value"].isna().all()
    assert empty["obs_status"].tolist() == ["M"]
    assert "total" not in set(frame["group"])


def test_offences_go_to_municipalities_by_the_file_s_own_list_of_codes():
    frame = parse([OFFENCES], SOURCE)
    assert values(frame, "registered_offences", "21013") == {"2024": 15337, "2025": 11114}
    both = frame.groupby("time_period")["obs_value"].sum().to_dict()
    assert both == {"2024": 170316, "2025": 152042}


def test_residents_are_the_rows_and_not_the_sum_beside_them():
    frame = parse([RESIDENTS], SOURCE)
    assert frame["obs_value"].sum() == 1255795
    assert json.loads(RESIDENTS.content)["citywide_total"] == 1005747
    per_1000 = 1000 * 54491 / values(frame, "population_municipality", "21004")["2025"]
    assert per_1000 == pytest.approx(275, abs=0.5)


@pytest.mark.parametrize(
    "file,old,new,sentence",
    [
        (OFFENCES, '"Vorst": {', '"Forest": {', "key 'Vorst' is gone"),
        (OFFENCES, '"nis_code_map"', '"codes"', "key 'nis_code_map' is gone"),
        (OFFENCES, "15337", '"15337"', "21013 2024 is '15337', expected a whole number"),
        (RESIDENTS, "64323", "64324", "do not add up to its total"),
        (RESIDENTS, '"women"', '"females"', "the columns are"),
        (RESIDENTS, '"21001"', '"21020"', "'21020' is no code of a municipality"),
    ],
)
def test_what_does_not_fit_is_named(file, old: str, new: str, sentence: str):
    with pytest.raises(SourceChanged, match=sentence):
        parse([payload(file.dataset, edited(file.content.decode(), old, new))], SOURCE)


@pytest.mark.recorded
def test_every_figure_is_the_recorded_one(recorded: Path):
    """Read once more without the connector."""
    folder = recorded / "municipalities"
    incomes = parse([payload("quartier_income", folder / "quartiers_median_income_2023.csv")], SOURCE)
    lines = csv.DictReader((folder / "quartiers_median_income_2023.csv").read_text(encoding="utf-8").splitlines())
    typed = {f"quartier={line['md_id']}": line["median_equivalised_income_after_tax_eur"] for line in lines}
    read = dict(zip(incomes["group"], incomes["obs_value"], strict=True))
    assert {name: value for name, value in read.items() if value == value} == {
        name: float(cell) for name, cell in typed.items() if cell
    }
    assert (len(read), sum(value == value for value in read.values())) == (145, 118)
    offences = json.loads((folder / "brussels_crime_2025.json").read_text(encoding="utf-8"))
    frame = parse([payload("registered_offences", folder / "brussels_crime_2025.json")], SOURCE)
    assert {(r.ref_area, r.time_period): r.obs_value for r in frame.itertuples()} == {
        (code, year): count
        for code, name in offences["nis_code_map"].items()
        for year, count in offences["totals_by_commune"][name].items()
    }
    people = json.loads((folder / "brussels_population_2025.json").read_text(encoding="utf-8"))
    frame = parse([payload("population_2025", folder / "brussels_population_2025.json")], SOURCE)
    assert dict(zip(frame["ref_area"], frame["obs_value"], strict=True)) == {r[0]: r[4] for r in people["rows"]}
