"""The shipped edition against the publishers' files, read a second time by other code than the connectors'."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from config import snapshot

pytestmark = pytest.mark.recorded

HELD = snapshot.read()
SURVEY = "survey/quality_of_life_european_cities_2023_aggregated_data.xlsx"
OFFENCES = {
    "ICCS0101": "homicide", "ICCS02011": "assault", "ICCS0401": "robbery", "ICCS05012": "burglary_home",
    "ICCS0502": "theft", "ICCS050211": "car_theft",
}  # fmt: skip
RENAMED = {"NO011": "NO081", "HR041": "HR050"}  # Oslo and Zagreb: other codes from NUTS 2021 on, the same ground
UNITS = {"P_HTHAB": "rate", "NR": "count"}


def edition(*measures: str) -> dict[tuple[str, str, str, str], float]:
    """Return (measure, area, period, group) -> value of the edition, without gaps."""
    rows = HELD.observations[HELD.observations["measure"].isin(measures)].dropna(subset=["obs_value"])
    names = ["measure", "ref_area", "time_period", "group", "obs_value"]
    return {(m, area, period, group): value for m, area, period, group, value in rows[names].itertuples(index=False)}


def test_every_survey_value_of_2023(recorded: Path) -> None:
    """Each answer's share of the workbook, times 100, for each city the edition holds; nothing more, nothing less."""
    dataset = HELD.catalogue.sources["qol_survey"].datasets["wave_2023"]
    wanted = {(m.where["question"], m.where["answer"]): name for name, m in dataset.measures.items()}
    lines = list(openpyxl.load_workbook(recorded / SURVEY, data_only=True).worksheets[2].values)
    cities = {area: lines[1].index(label) for label, area in dataset.labels.items()}
    expected, question = {}, ""
    for line in lines[2:]:
        question = str(line[0]).split(" ")[0] if line[0] else question
        name = wanted.get((question, str(line[1])))
        for area, column in cities.items() if name else ():
            expected[name, area] = line[column] * (1 if name == "survey_interviews" else 100)
    held = {(m, area): v for (m, area, period, _), v in edition(*dataset.measures).items() if period == "2023"}
    print(f"survey 2023: {len(expected)} values, {len(cities)} cities")
    assert len(cities) == 35
    assert held == expected


def test_every_rate_of_offences_by_region(recorded: Path) -> None:
    with (recorded / "crime" / "estat_crim_gen_reg.tsv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file, delimiter="\t")
    years = [cell.strip() for cell in header[1:]]
    names = {f"{offence}_{kind}_nuts3" for offence in OFFENCES.values() for kind in UNITS.values()}
    held = edition(*names)
    areas = {area for _, area, _, _ in held}
    found = {}
    for first, *cells in lines:
        _, unit, offence, area = first.strip().split(",")
        name, area = f"{OFFENCES.get(offence)}_{UNITS.get(unit)}_nuts3", RENAMED.get(area, area)
        for year, cell in zip(years, cells, strict=True):
            number = cell.split()[0] if cell.split() else ":"
            if area in areas and number != ":" and (name, area, year, "total") in held:
                found[name, area, year, "total"] = float(number)
    print(f"offences by region: {len(found)} values, {len(areas)} regions")
    assert len(found) == len(held) > 1_000
    assert found == held


def test_every_share_of_households_with_internet(recorded: Path) -> None:
    """The first excerpt, the second, and the re-packed column of 2025: whoever holds a value holds the edition's."""
    expected: dict[tuple[str, str], set[float]] = {}
    for name in ("isoc_r_iacc_h.excerpt.sdmx.csv", "isoc_r_iacc_h.excerpt2.sdmx.csv"):
        table = pd.read_csv(recorded / "digital" / name, dtype=str)
        for area, year, value in table[["geo", "TIME_PERIOD", "OBS_VALUE"]].dropna().itertuples(index=False):
            expected.setdefault((area, year), set()).add(float(value))
    repacked = pd.read_csv(recorded / "digital" / "isoc_r_iacc_h.nuts2_2025.repacked.csv", dtype=str)
    area_column, value_column = repacked.columns[0], next(c for c in repacked.columns if "hh" in c or "value" in c)
    for area, value in repacked[[area_column, value_column]].dropna().itertuples(index=False):
        expected.setdefault((area, "2025"), set()).add(float(value))
    held = {(area, year): value for (_, area, year, _), value in edition("internet_pc_hh").items()}
    same_ground = {"DE30": "DE3", "DE60": "DE6", "EL30": "EL3"}  # a NUTS 1 region that is the same territory
    found = {key: expected.get(key) or expected.get((same_ground.get(key[0], ""), key[1])) for key in held}
    print(f"internet at home: {len(held)} values, {len({area for area, _ in held})} regions")
    assert {key: value for key, value in held.items() if found[key] != {value}} == {}


def test_every_rate_of_poverty_by_municipality(recorded: Path) -> None:
    (file,) = (recorded / "municipalities").glob("adi_*.csv")
    table = pd.read_csv(file, dtype=str)
    column = "administrative_at_risk_of_poverty_pct"
    rows = table[["nis_code", "income_year", column]].dropna().itertuples(index=False)
    expected = {(area, year): float(value) for area, year, value in rows}
    held = {(area, year): value for (_, area, year, _), value in edition("poverty_risk").items()}
    print(f"poverty by municipality: {len(held)} values, {len({area for area, _ in held})} municipalities")
    assert held == {key: value for key, value in expected.items() if key in held}
    newest = {area: value for (area, year), value in held.items() if year == "2023"}
    # Saint-Josse-ten-Noode and Woluwe-Saint-Pierre
    assert (len(newest), max(newest.values()), min(newest.values())) == (19, 32.8, 9.0)
    assert (newest["21014"], newest["21019"]) == (32.8, 9.0)


def test_coverage_of_each_scored_indicator_is_printed() -> None:
    rows = HELD.scores.query("role == 'score' and group == 'total'")
    rows = rows[rows["latest"].astype(str) == "True"]
    ranked = set(HELD.scores.query("indicator == 'overall'").dropna(subset=["rank"])["ref_area"])
    for indicator in HELD.catalogue.scored():
        places = set(rows[rows["indicator"] == indicator.id]["ref_area"])
        print(f"{indicator.id}: {len(places & ranked)} of {len(ranked)} ranked, {len(places)} in all")
        assert len(places & ranked) >= 20, indicator.id
