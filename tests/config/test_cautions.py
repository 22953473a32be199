"""Every figure a caveat, a flag or a reason says is computed here from the shipped edition, or is a stated fact.

`FIGURES` holds, for each text with digits, each of its numbers with where it comes from: a computation over the data
(compared at the digits the text prints), or a sentence: what the data cannot hold, such as a year asked or a law. A
text with a number that is not listed fails, and so does a number that is listed and no longer said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from babel import Locale
from openpyxl import load_workbook

from config import snapshot
from config.catalogue import load
from config.schema import LANGS, Indicator, Payload
from connectors import europepollu, eurostat, qol_survey, recordings
from tests.config.texts import cautions, numbers

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = load()
CAUTIONS = cautions(CATALOGUE)


@cache
def shipped() -> snapshot.Snapshot:
    return snapshot.read()


def published(measure: str) -> pd.DataFrame:
    """Return the published values of a measure in the edition, smallest first, the year as a number."""
    rows = shipped().observations.query("measure == @measure and group == 'total'").dropna(subset=["obs_value"])
    return rows.assign(year=rows["time_period"].astype(int)).sort_values("obs_value")


def cells(indicator: str, year: int | None = None) -> pd.DataFrame:
    """Return an indicator's values of city-regions in the edition, of one year where one is given."""
    rows = shipped().scores.query("indicator == @indicator and group == 'total'").dropna(subset=["obs_value"])
    return rows if year is None else rows[rows["time_period"] == str(year)]


def area(place: str, scheme: str) -> str:
    return CATALOGUE.places[place].areas[scheme]


def in_brussels(measure: str, scheme: str) -> pd.Series:
    """Return what is published of Brussels by year."""
    rows = published(measure).query("ref_area == @code", local_dict={"code": area("brussels", scheme)})
    return rows.set_index("year")["obs_value"].sort_index()


def deaths() -> pd.Series:
    """Return the road deaths of Brussels in the years behind its newest value, a mean of up to three years."""
    return in_brussels("road_deaths_count", "city").tail(3)


def most_unknown(indicator: str) -> float:
    """Return the largest share of a city's respondents who did not know, in %, in the newest wave."""
    return float(cells(indicator, 2023)["dont_know"].max())


def unknown_of_a_group() -> float:
    """Return the largest share that did not know of a group: what good and bad leave, or the code of its own."""
    args = CATALOGUE.indicators["good_place_gap"].value.args
    pairs = list(zip(args["good"], args["bad"], strict=True))  # type: ignore[arg-type]
    wave = [
        100 - published(good).query("year == 2023").set_index("ref_area")["obs_value"]
        - published(bad).query("year == 2023").set_index("ref_area")["obs_value"]
        for good, bad in pairs
    ]  # fmt: skip
    return float(pd.concat(wave).max())


def ixelles(measure: str) -> pd.Series:
    rows = published(measure).query("ref_area == @code", local_dict={"code": area("ixelles", "municipality")})
    return rows.set_index("year")["obs_value"].sort_index()


def years_without_ixelles() -> list[int]:
    every = set(published("median_income")["year"])
    return sorted(every - set(ixelles("median_income").index))


def asked(indicator: str) -> list[int]:
    return sorted(int(year) for year in cells(indicator)["time_period"].unique())


def lowest_member_state(measure: str) -> float:
    return float(published(measure)["obs_value"].min())


MEMBER_STATES = [
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
]


def last_region(place: str) -> int:
    """Return the newest year with recorded homicides of a place's region."""
    rows = published("homicide_rate_nuts3").query("ref_area == @code", local_dict={"code": area(place, "nuts3_2021")})
    return int(rows["year"].max())


Origin = Callable[[], float] | str
STATED = "a year or edition named, no figure of ours"
GRID = "Europepollu's own description of its model"
LAW = "Directive 2008/50/EC: the share of a year that must be measured"
REPORT = "the year of the Commission's report"
WHOLE_FILE = "computed below from the publisher's whole file; the edition holds its places only"
ROUNDED = "the step of the rounding"
BOTH = {"2019": lambda: asked("pt_easy_access")[0], "2023": lambda: asked("pt_easy_access")[-1]}

FIGURES: Mapping[str, Mapping[str, Origin]] = {
    "indicators.broadband_households.caveat": {
        "2021": STATED, "92.53": lambda: in_brussels("broadband_pc_hh", "nuts2_2021")[2021],
        "93.00": "the publisher's later table, which the edition does not hold",
    },
    "indicators.pt_easy_access.caveat": BOTH,
    "indicators.pt_frequency.caveat": BOTH,
    "indicators.pm25_days.caveat": {"0.1": GRID, "2020": "the year of the lockdown"},
    "indicators.cleanliness_satisfaction.caveat": {
        str(year): (lambda at=at: asked("cleanliness_satisfaction")[at])
        for at, year in enumerate((2012, 2015, 2019, 2023))
    },
    "indicators.no2_background_constant5.caveat": {"85": LAW},
    "indicators.no2_background_constant5.limits.0.label": {"2029": "Directive (EU) 2024/2881 replaces it in 2030"},
    "indicators.no2_background_constant5.limits.1.label": {"2030": "Directive (EU) 2024/2881, Annex I"},
    "indicators.monthly_ticket.caveat": {"2020": STATED},
    "indicators.admin_online.caveat": {"17": lambda: most_unknown("admin_online")},
    "indicators.admin_time.caveat": {"23": lambda: most_unknown("admin_time")},
    "indicators.corruption_perceived.caveat": {
        "20": lambda: (cells("corruption_perceived", 2023)["dont_know"] > 100 / 5).sum(),
        "35": lambda: len(cells("corruption_perceived", 2023)),
    },
    "indicators.open_data_maturity.caveat": {
        "2540": lambda: CATALOGUE.indicators["open_data_maturity"].value.args["maximum"],  # type: ignore[dict-item,return-value]
        "2023": STATED,
    },
    "indicators.road_deaths.caveat": {
        "6": lambda: deaths().min(), "24": lambda: deaths().max(),
        "2022": lambda: deaths().index[0], "2024": lambda: deaths().index[-1],
    },
    "indicators.road_deaths.goalposts.target_label": {"2050": "the Union's Vision Zero"},
    "indicators.safe_at_night_city.caveat": {"2019": STATED, "2023": STATED},
    "indicators.good_place_gap.caveat": {"33": unknown_of_a_group},
    "indicators.income_median.caveat": {
        "2015": lambda: years_without_ixelles()[0], "2019": lambda: years_without_ixelles()[-1],
        "19": lambda: len(CATALOGUE.municipalities()),
    },
    "indicators.at_risk_of_poverty.caveat": {
        "13": lambda: ixelles("not_eligible_share").iloc[-1], "2022": lambda: ixelles("not_eligible_share").index[-1],
    },
    "indicators.vhcn_coverage.goalposts.worst_because": {
        "2026": REPORT, "54.68": lambda: lowest_member_state("desi_vhcn"), "5": ROUNDED,
    },
    "indicators.5g_midband_coverage.goalposts.worst_because": {
        "2026": REPORT, "38.57": lambda: lowest_member_state("desi_5gcov_3400_3800"), "5": ROUNDED,
    },
    "indicators.5g_midband_coverage.goalposts.best_because": {"2030": STATED, "100": "the target itself"},
    "indicators.digital_skills.goalposts.worst_because": {
        "2026": REPORT, "31.84": lambda: lowest_member_state("desi_dsk_bab"), "5": ROUNDED,
    },
    "indicators.digital_services_citizens.goalposts.worst_because": {
        "2026": REPORT, "64.25": lambda: lowest_member_state("desi_dps_cit"), "5": ROUNDED,
    },
    "indicators.egov_users.goalposts.worst_because": {
        "2026": REPORT, "25.43": lambda: lowest_member_state("desi_egov_users_anys"), "5": ROUNDED,
    },
    "indicators.open_data_maturity.goalposts.worst_because": {
        "2023": STATED, "52.0": lambda: 100 * lowest_member_state("odm_total_points") / 2540, "5": ROUNDED,
    },
    "indicators.pm25_days.goalposts.worst_because": {
        "95": STATED, "1507": WHOLE_FILE, "2003": STATED,
        "354.5": WHOLE_FILE, "5": ROUNDED,
    },
    "indicators.pm25_days.goalposts.best_because": {
        "2021": "the year of the guideline", "99": "the guideline's own words",
        "3": lambda: math.floor(365 * 0.01), "4": lambda: math.ceil(365 * 0.01),
    },
    "indicators.road_deaths.goalposts.worst_because": {"2015": STATED, "98": WHOLE_FILE},
    "indicators.road_deaths.goalposts.best_because": {"2050": "the Union's Vision Zero"},
    "indicators.homicide_region_3y.goalposts.worst_because": {
        "2016": STATED, "2018": STATED,
        "6.98": lambda: cells("homicide_region_3y")["obs_value"].max(),
    },
    "indicators.homicide_region_3y.caveat": {
        "2021": lambda: last_region("vienna"), "2019": lambda: last_region("munich"), "2020": STATED,
        "2024": "when the copy was made",
    },
    "indicators.internet_access_households.goalposts.worst_because": {
        "2016": STATED, "5": ROUNDED,
        "64.9": lambda: published("internet_pc_hh").query("year == 2016")["obs_value"].min(),
    },
    "indicators.internet_access_households.caveat": {
        "2024": STATED, "2025": STATED,
        "96.1": lambda: in_brussels("internet_pc_hh", "nuts2_2024")[2024],
        "92.0": lambda: in_brussels("internet_pc_hh", "nuts2_2024")[2025],
    },
    "indicators.car_travel.caveat": {"2019": STATED, "2023": STATED},
    "indicators.car_as_main_mode.caveat": {"2019": STATED, "2023": STATED},
    "indicators.admin_procedures.caveat": {
        "2019": STATED, "2023": STATED,
        "1": lambda: math.ceil(max(cells("admin_procedures", y).set_index("ref_area")["dont_know"]["brussels"]
                                   for y in (2019, 2023))),
    },
    "likeness.size.caveat": {"2019": "the year of the list"},
    **{
        f"indicators.{i}.goalposts.{text}": {"2030": "the Digital Decade's year"}
        for i in ("vhcn_coverage", "digital_skills", "digital_services_citizens")
        for text in ("best_because", "target_label")
    },
}  # fmt: skip


def surveyed_ends() -> list[tuple[str, Indicator]]:
    """Return (end, indicator) of each end taken from the survey's own waves."""
    return [
        (end, indicator)
        for indicator in CATALOGUE.scored()
        for end in ("worst", "best")
        if getattr(indicator.goalposts, f"{end}_basis") == "survey_range"
    ]


def elsewhere(path: str) -> bool:
    """Tell whether a text is held by another test: the sizes of samples, and the ends read from the survey."""
    held = {f"indicators.{indicator.id}.goalposts.{end}_because" for end, indicator in surveyed_ends()}
    return path.endswith(".sampling.because") or path in held


SAID = {
    path: said
    for path, text in CAUTIONS.items()
    if not elsewhere(path)
    and (said := tuple(tuple(sorted(set(numbers(text.in_(lang), lang)))) for lang in LANGS)) != ((), (), ())
}


def test_every_figure_of_every_caution_is_listed_in_three_languages() -> None:
    expected = {path: (tuple(sorted(figures)),) * len(LANGS) for path, figures in FIGURES.items()}
    assert {path: sorted(set(said)) for path, said in SAID.items() if said != expected.get(path)} == {}
    assert sorted(set(FIGURES) - set(SAID)) == []


COMPUTED = [(path, said) for path, figures in FIGURES.items() for said, how in figures.items() if callable(how)]


@pytest.mark.parametrize(("path", "said"), COMPUTED, ids=[f"{path}-{said}" for path, said in COMPUTED])
def test_a_figure_is_what_the_edition_gives(path: str, said: str) -> None:
    compute = FIGURES[path][said]
    assert callable(compute)
    assert f"{float(compute()):.{len(said.partition('.')[2])}f}" == said


def test_what_a_caution_says_in_words_is_so() -> None:
    fibre = published("desi_fttp").query("year == 2025")
    assert len(fibre) == len(MEMBER_STATES)
    assert fibre["ref_area"].iloc[0] == "BE"  # "last of the European Union on fibre"
    fast = published("desi_vhcn")
    assert "BE" in set(fast["ref_area"].tail(len(fast) // 3))  # "Belgium is high here": in the leading third

    ticket = published("monthly_ticket_eur").query("ref_area.str.startswith('BE')")
    by_year = ticket.pivot_table(index="year", columns="ref_area", values="obs_value")
    assert (by_year.loc[2020] < by_year.loc[2019] / 3).all()  # "drop to under a third in 2020 alone"
    assert (by_year.loc[2021] > by_year.loc[2019] * 0.9).all()

    night = cells("safe_at_night_city")
    both = night.pivot_table(index="ref_area", columns="time_period", values="obs_value")[["2019", "2023"]].dropna()
    assert (both["2023"] < both["2019"]).mean() > 1 / 2  # "most cities fell between 2019 and 2023"

    for wave in (2019, 2023):
        procedures = cells("admin_procedures", wave).set_index("ref_area")
        highest_five = set(procedures["obs_value"].nlargest(5).index)
        assert {"brussels", "antwerp", "liege"} <= highest_five
        assert procedures.loc["brussels", "dont_know"] < 1


def test_the_sizes_of_samples_are_those_the_intervals_use() -> None:
    for indicator in CATALOGUE.indicators.values():
        if indicator.sampling is not None and indicator.sampling.n_by_period:
            n, waves = indicator.sampling.n, dict(indicator.sampling.n_by_period)
            smaller = [year for year, size in waves.items() if size == 500]
            expected = sorted([str(n), "2019", "2023", "500", min(smaller), max(smaller), str(waves["2004"]), "2004"])
            said = {tuple(numbers(indicator.sampling.because.in_(lang), lang)) for lang in LANGS}
            assert said == {tuple(expected)}, indicator.id


def payloads(recorded: Path, tmp_path: Path, rows: str) -> list[Payload]:
    """Return the recorded files of the rows of the list that begin so: whole, with the places we do not show."""
    listed = (ROOT / "tests" / "recordings.csv").read_text(encoding="utf-8").splitlines()
    chosen = [line for line in listed if line.startswith(("source,", rows))]
    there = tmp_path / "recordings.csv"
    there.write_text("\n".join(chosen).replace("../../shared/data", recorded.resolve().as_posix()), encoding="utf-8")
    return recordings.read(there, CATALOGUE.sources)[rows.split(",")[0]]


@pytest.mark.recorded
def test_an_end_from_regions_is_read_from_all_regions_of_the_file(recorded: Path, tmp_path: Path) -> None:
    air = europepollu.parse(payloads(recorded, tmp_path, "europepollu,"), CATALOGUE.sources["europepollu"])
    days = air.query("measure == 'pm25_days_modelled' and time_period == '2003'")["obs_value"]
    assert len(days) == 1507
    assert f"{np.percentile(days, 95, method='inverted_cdf'):.1f}" == "354.5"  # the nearest rank


@pytest.mark.recorded
@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_the_worst_end_of_road_deaths_is_the_highest_country_of_the_file(recorded: Path, tmp_path: Path) -> None:
    (file,) = payloads(recorded, tmp_path, "eurostat,urb_ctran")
    sheet = load_workbook(BytesIO(file.content))["Sheet 17"]  # "People killed in road accidents per 10000 pop."
    countries = set(Locale("en").territories.values())
    rates = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0] in countries}  # 2015 stands first
    known = {name: rate for name, rate in rates.items() if isinstance(rate, float)}
    assert len(known) > 10
    highest = max(known, key=lambda name: known[name])
    assert (highest, round(100 * known[highest])) == ("Bulgaria", 98)


@pytest.mark.recorded
def test_an_end_from_the_survey_is_its_extreme_over_all_cities_and_waves(recorded: Path, tmp_path: Path) -> None:
    """ "Held" are the cities of Eurostat's table and, of the wave of 2023, those we show; else all of the file."""
    table = eurostat.parse(payloads(recorded, tmp_path, "eurostat,urb_percep"), CATALOGUE.sources["eurostat"])
    files = payloads(recorded, tmp_path, "qol_survey,")
    held = pd.concat([table, qol_survey.parse(files, CATALOGUE.sources["qol_survey"])])
    whole = pd.concat([table, wave_of_all_cities(files)])
    for end, indicator in surveyed_ends():
        posts = indicator.goalposts
        assert posts is not None
        because = getattr(posts, f"{end}_because").en
        shares = shares_of(held if "held" in because else whole, indicator)
        lowest = getattr(posts, end) < getattr(posts, "best" if end == "worst" else "worst")
        extreme = shares.min() if lowest else shares.max()
        years = set(shares[shares.round(1) == round(extreme, 1)].index.get_level_values("time_period"))  # may be a tie
        said = numbers(because, "en")
        assert said in [sorted([str(year), f"{extreme:.1f}", "5"]) for year in years], (indicator.id, end)
        step = math.floor(extreme / 5) if lowest else math.ceil(extreme / 5)
        assert getattr(posts, end) == 5 * step, (indicator.id, end)


def wave_of_all_cities(files: list[Payload]) -> pd.DataFrame:
    """Return the wave of 2023 with the cities we do not show too, under the names the workbook has for them."""
    source = CATALOGUE.sources["qol_survey"]
    names = [str(label) for label in list(load_workbook(BytesIO(files[0].content)).worksheets[2].values)[1] if label]
    wave = source.datasets["wave_2023"]
    wave = wave.model_copy(update={"labels": {name: wave.labels.get(name, name) for name in names}})
    every = source.model_copy(update={"datasets": {**source.datasets, "wave_2023": wave}})
    return qol_survey.parse(files, every)


def shares_of(rows: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """Return an indicator of the survey in %, by city and wave, from the shares of its answers."""
    args, wide = (
        indicator.value.args,
        rows.pivot_table(index=["ref_area", "time_period"], columns="measure", values="obs_value"),
    )
    if indicator.value.function == "as_published":
        return wide[args["measure"]].dropna()
    positive = wide[list(args["positive"])].sum(axis=1, skipna=False)  # type: ignore[arg-type]
    if indicator.value.function == "share_of_all":
        return pd.concat([positive, *([wide[args["later"]]] if "later" in args else [])]).dropna()
    negative = wide[list(args["negative"])].sum(axis=1, skipna=False)  # type: ignore[arg-type]
    return (100 * positive / (positive + negative)).dropna()
