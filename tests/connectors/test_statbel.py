"""Statbel: income, poverty risk and residents of the 19 municipalities, from files downloaded by hand."""

from __future__ import annotations

import gzip
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
    for measure in ("median_income", "poverty_risk", "lower_quartile_income"):
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
    with pytest.raises(SourceChanged, match="column 'MS_ADMIN_AROP' is gone"):
        parsed(edited(TEXT, "MS_ADMIN_AROP", "MS_AROP"))


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
    assert len(frame) == 19 * 8 * 6  # municipalities, years 2015-2022, measures
    assert values(frame, "poverty_risk", "21014")["2022"] == 34.0
    assert values(frame, "poverty_risk", "21019")["2022"] == 9.3
    gaps = frame[(frame["measure"] == "median_income") & frame["obs_value"].isna()]
    assert list(zip(gaps["ref_area"], gaps["time_period"], strict=True)) == [
        ("21009", str(y)) for y in range(2015, 2020)
    ]
