"""eGovernment Benchmark: five scores over all life events, from the portal's CSV or the published workbook."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from connectors.egov_benchmark import fetch, parse
from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from tests.connectors.given import Asked, edited, payload, row, small, source, values

SOURCE = source("egov_benchmark")
GROUP = small("egov_benchmark", "life_events.group.csv")
WORKBOOK = small("egov_benchmark", "life_events.workbook.xlsx")
TEXT = GROUP.content.decode()
BELGIUM_2022 = {
    "egov_overall": 77.48, "egov_user_centricity": 92.92, "egov_transparency": 65.51, "egov_key_enablers": 80.07,
    "egov_cross_border": 71.44,
}  # fmt: skip


def parsed(text: str):
    return parse([payload("life_events", text)], SOURCE)


def workbook(old: object, new: object) -> bytes:
    """The workbook with every cell that is `old` replaced by `new`."""
    book = openpyxl.load_workbook(io.BytesIO(WORKBOOK.content))
    cells = [cell for cells in book.worksheets[0].iter_rows() for cell in cells if cell.value == old]
    assert cells, f"no cell is {old!r}"
    for cell in cells:
        cell.value = new
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_fetch_asks_the_portals_chart_group():
    get = Asked()
    fetch(get, SOURCE)
    (call,) = get.calls
    assert call["url"].endswith("/api/v1/chart-groups/e-gov-2020-2022/facts/")


@pytest.mark.parametrize("file", [GROUP, WORKBOOK], ids=["csv", "xlsx"])
def test_both_forms_give_belgiums_scores(file):
    frame = parse([file], SOURCE)
    assert {measure: round(values(frame, measure, "BE")["2022"], 2) for measure in BELGIUM_2022} == BELGIUM_2022
    assert {year: round(v, 1) for year, v in values(frame, "egov_overall", "BE").items()} == {
        "2020": 71.7, "2021": 74.1, "2022": 77.5,
    }  # fmt: skip


def test_both_forms_agree():
    # To the 16th digit: that is what a workbook written by openpyxl keeps.
    pd.testing.assert_frame_equal(parse([GROUP], SOURCE), parse([WORKBOOK], SOURCE), rtol=1e-14)


def test_single_life_events_and_the_method_before_2020_are_left_out():
    frame = parse([WORKBOOK], SOURCE)
    assert values(frame, "egov_overall", "BE")["2021"] == pytest.approx(
        74.101094
    )  # not the 84.301339 of one life event
    assert frame["time_period"].min() == "2020"
    (other,) = dropped_of(frame)
    assert other.reason == "it is a single life event, a sub-score, or of the method before 2020"


def test_a_dot_is_no_value():
    score = values(parse([WORKBOOK], SOURCE), "egov_overall", "BE")["2022"]
    frame = parse([payload("life_events", workbook(score, "."))], SOURCE)
    cell = row(frame, measure="egov_overall", ref_area="BE", time_period="2022")
    assert cell[["obs_value", "obs_status"]].fillna(-1).tolist() == [-1, "M"]


def test_variables_compare_without_regard_to_case():
    assert parse([payload("life_events", workbook("e_gov_1_UC", "e_gov_1_uc"))], SOURCE).equals(
        parse([WORKBOOK], SOURCE)
    )


def test_of_two_totals_the_first_declared_breakdown_counts():
    assert "\n2022,BE,e_gov_0_score,all_egov_le_2021," in TEXT
    twice = TEXT + "2022,BE,e_gov_0_score,egov_le_all,egov_score,50,,,\n"
    assert values(parsed(twice), "egov_overall", "BE")["2022"] == 50


def test_greece_is_el_and_the_country_code_na_is_a_code():
    assert "EL" in set(parse([WORKBOOK], SOURCE)["ref_area"])
    assert "NA" in set(parse([payload("life_events", workbook("EL", "NA"))], SOURCE)["ref_area"])


@pytest.mark.parametrize("column", ["year", "Country", "variable", "brkdown", "unit", "Value"])
def test_a_renamed_column_of_the_workbook_is_named(column):
    with pytest.raises(SourceChanged, match=f"column '{column}' is gone"):
        parse([payload("life_events", workbook(column, "renamed"))], SOURCE)


def test_a_renamed_score_is_named():
    with pytest.raises(SourceChanged, match="no row for measure 'egov_key_enablers'"):
        parsed(edited(TEXT, "e_gov_3_ke", "e_gov_3"))


def test_another_unit_is_refused():
    with pytest.raises(SourceChanged, match="no row for measure"):
        parsed(edited(TEXT, "egov_score", "pc"))


def test_a_year_that_is_none_is_refused():
    with pytest.raises(SourceChanged, match="'reference_period' holds '22'"):
        parse([payload("life_events", workbook(2022, 22))], SOURCE)


@pytest.mark.recorded
def test_the_recorded_workbook(recorded: Path):
    frame = parse([payload("life_events", recorded / "eurostat/egov_benchmark_2023.machine_readable.xlsx")], SOURCE)
    assert {measure: round(values(frame, measure, "BE")["2022"], 2) for measure in BELGIUM_2022} == BELGIUM_2022
    assert len(frame) == 5 * 3 * 37  # scores, years, countries and groups of countries
    assert frame["obs_value"].between(0, 100).all()
