"""Statbel: income, poverty risk and residents of the 19 municipalities, from files downloaded by hand."""

from __future__ import annotations

import csv
import gzip
import math
from pathlib import Path

import pytest

from connectors.errors import SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.statbel import fetch, parse
from tests.connectors.given import Asked, edited, payload, row, small, source, values

SOURCE = source("statbel")
CSV = small("statbel", "income_by_municipality.windows.csv")
WORKBOOK = small("statbel", "income_by_municipality.workbook.xlsx")
TEXT = CSV.content.decode("cp1252")
MEDIANS_2022 = {
    "21001": 20512, "21002": 31185, "21003": 23728, "21004": 21862, "21005": 27332, "21006": 23317, "21007": 23179,
    "21008": 22706, "21009": 27238, "21010": 23189, "21011": 21141, "21012": 19739, "21013": 22615, "21014": 19288,
    "21015": 21726, "21016": 28800, "21017": 28060, "21018": 30384, "21019": 34690,
}  # fmt: skip


def parsed(text: str, encoding: str = "cp1252"):
    return parse([payload("income_by_municipality", text.encode(encoding))], SOURCE)


def medians(frame, year: str) -> dict[str, float]:
    chosen = frame[(frame["measure"] == "median_income") & (frame["time_period"] == year)]
    return dict(zip(chosen["ref_area"], chosen["obs_value"], strict=True))


def test_fetch_says_which_file_to_download_and_how_to_pass_it():
    get = Asked()
    with pytest.raises(SourceUnavailable) as caught:
        fetch(get, SOURCE)
    assert get.calls == []
    for word in ("TF_SOC_ADI_MUNTY.xlsx", "https://statbel.fgov.be/", "--recordings", "statbel,income_by_municipality"):
        assert word in str(caught.value)


@pytest.mark.parametrize("file", [CSV, WORKBOOK], ids=["csv", "xlsx"])
def test_both_forms_give_the_same_municipal_medians(file):
    assert medians(parse([file], SOURCE), "2022") == MEDIANS_2022


def test_both_forms_together_are_one_table_and_the_doubles_are_reported():
    frame = parse([CSV, WORKBOOK], SOURCE)
    assert frame.equals(parse([CSV], SOURCE))
    assert "the same row was given twice" in {item.reason for item in dropped_of(frame)}


def test_accents_in_a_windows_file_do_not_stop_it_and_utf8_reads_as_well():
    assert "Région" in TEXT
    assert parsed(TEXT, "utf-8-sig").equals(parsed(TEXT, "cp1252"))


def test_a_packed_file_reads_like_a_plain_one():
    packed = payload("income_by_municipality", gzip.compress(CSV.content, mtime=0))
    assert parse([packed], SOURCE).equals(parse([CSV], SOURCE))


def test_another_delimiter_is_recognised_from_the_header():
    assert parsed(edited(TEXT, ",", "|")).equals(parsed(TEXT))


def test_ixelles_before_2020_stays_missing_with_a_status():
    frame = parse([CSV], SOURCE)
    for measure in ("median_income", "lower_quartile_income"):
        cell = row(frame, measure=measure, ref_area="21009", time_period="2019")
        assert cell[["obs_value", "obs_status"]].isna().tolist() == [True, False]
        assert cell["obs_status"] == "Q"
    assert values(frame, "eligible_residents", "21009") == {"2019": 73526, "2022": 77013}
    assert values(frame, "not_eligible_share", "21009")["2019"] == 16.0


def test_a_blank_upper_quartile_is_missing_not_zero():
    frame = parse([CSV], SOURCE)
    blank = frame[
        (frame["measure"] == "upper_quartile_income") & (frame["time_period"] == "2022") & frame["obs_value"].isna()
    ]
    assert blank["ref_area"].tolist() == ["21005", "21018", "21019"]
    assert set(blank["obs_status"]) == {"Q"}


def test_municipalities_of_other_regions_are_left_out_and_counted():
    frame = parse([CSV], SOURCE)
    assert set(frame["ref_area"]) == set(MEDIANS_2022)
    (outside,) = dropped_of(frame)
    assert (outside.count, outside.reason) == (4, "the municipality is outside region 04000")  # 11001, 25014; two years


def test_a_renamed_column_is_named():
    with pytest.raises(SourceChanged, match="column 'MS_MEDIAN' is gone"):
        parsed(edited(TEXT, "MS_MEDIAN", "MS_MIDDLE"))


def test_a_year_without_one_municipality_is_refused():
    without = "".join(line for line in TEXT.splitlines(keepends=True) if not line.startswith("2022,21014"))
    with pytest.raises(SourceChanged, match="year 2022 has 18 of the Region's 19"):
        parsed(without)


def test_codes_that_lost_their_leading_zero_are_refused():
    with pytest.raises(SourceChanged, match="column 'CD_RGN_REFNIS' holds '2000'"):
        parsed(edited(edited(TEXT, ",02000,", ",2000,"), ",04000,", ",4000,"))


def test_two_different_rows_for_one_municipality_and_year_are_refused():
    line = next(line for line in TEXT.splitlines(keepends=True) if line.startswith("2022,21001"))
    with pytest.raises(SourceChanged, match="two rows disagree"):
        parsed(TEXT + edited(line, "20512", "99999"))


def test_a_short_row_is_refused():
    with pytest.raises(SourceChanged, match="cells, the header 30"):
        parsed(TEXT + "2022,21001,5\n")


@pytest.mark.recorded
@pytest.mark.parametrize("name", ["TF_SOC_ADI_MUNTY.xlsx", "TF_SOC_ADI_MUNTY.csv.gz"])
def test_the_recorded_files_give_the_published_medians(recorded: Path, name: str):
    frame = parse([payload("income_by_municipality", recorded / "cities/municipalities" / name)], SOURCE)
    assert medians(frame, "2022") == MEDIANS_2022
    assert len(frame) == 19 * 8 * 5  # municipalities, years 2015-2022, measures
    gaps = frame[(frame["measure"] == "median_income") & frame["obs_value"].isna()]
    assert list(zip(gaps["ref_area"], gaps["time_period"], strict=True)) == [
        ("21009", str(y)) for y in range(2015, 2020)
    ]


# --- the rate of poverty risk, of a newer vintage ---------------------------------------------------------------------

RATES = small("statbel", "poverty_by_municipality.two_years.csv")


def rates(text: str):
    return parse([payload("poverty_by_municipality", text)], SOURCE)


def test_the_rate_is_read_with_its_notes():
    frame = parse([RATES], SOURCE)
    assert values(frame, "poverty_risk", "21014") == {"2015": 42.6, "2023": 32.8}
    assert values(frame, "poverty_risk", "21019")["2023"] == 9.0
    ixelles = row(frame, ref_area="21009", time_period="2015")
    assert math.isnan(ixelles["obs_value"])
    assert ixelles["obs_status"] == "Q"
    assert row(frame, ref_area="21014", time_period="2015")["obs_status"] == "U"


def test_the_older_vintage_of_the_rate_is_not_read_beside_it():
    """The workbook has a column of it up to 2022; the newer series replaces it whole."""
    frame = parse([CSV, RATES], SOURCE)
    assert "poverty_risk" not in set(parse([CSV], SOURCE)["measure"])
    assert values(frame, "poverty_risk", "21001") == {"2015": 32.0, "2023": 28.0}


@pytest.mark.parametrize(
    "old,new,sentence",
    [
        ("21009,2015,,2", "21009,2015,,", "a rate of '' stands beside the note ''"),
        ("21009,2015,,2", "21009,2015,22.1,2", "a rate of '22.1' stands beside the note '2'"),
        ("21009,2015,,2", "21009,2015,22.1,3", "column 'statbel_note' holds '3'"),
        ("21009,2015,,2\n", "", "2015 has 18 of the Region's 19 municipalities"),
        ("income_year", "year", "column 'income_year' is gone"),
    ],
)
def test_a_rate_that_cannot_be_understood_is_named(old: str, new: str, sentence: str):
    with pytest.raises(SourceChanged, match=sentence):
        rates(edited(RATES.content.decode(), old, new))


@pytest.mark.recorded
def test_every_rate_is_the_recorded_one(recorded: Path):
    """Read once more, line by line, without the connector."""
    file = recorded / "municipalities" / "adi_at_risk_of_poverty_19_municipalities_2015_2023.csv"
    frame = parse([payload("poverty_by_municipality", file)], SOURCE)
    lines = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    published = {(line["nis_code"], line["income_year"]): list(line.values())[2] for line in lines}
    read = {(r.ref_area, r.time_period): r.obs_value for r in frame.itertuples()}
    assert {key: cell for key, cell in published.items() if cell == ""}.keys() == {
        ("21009", str(year)) for year in range(2015, 2020)
    }
    assert {key: value for key, value in read.items() if value == value} == {
        key: float(cell) for key, cell in published.items() if cell
    }
    assert len(read) == 19 * 9  # municipalities, income years 2015-2023
    latest = [read[area, "2023"] for area in {area for area, _ in read}]
    assert (min(latest), max(latest)) == (9.0, 32.8)
