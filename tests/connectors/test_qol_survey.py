"""The city survey of 2023: shares of answers under the codes of the waves before it, and what the workbook hides."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from connectors.errors import SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.qol_survey import fetch, parse
from indicators.derived import Point, share_with_opinion
from tests.connectors.given import Asked, loaded, payload, small, source, values

SOURCE = source("qol_survey")
FILE = small("qol_survey", "wave_2023.six_cities.xlsx")
RECORDED = "survey/quality_of_life_european_cities_2023_aggregated_data.xlsx"
Sheet = Any


def edited(change: Callable[[Sheet], object]) -> pd.DataFrame:
    """Return what is read from the small workbook after `change` was made in its sheet of cities."""
    book = openpyxl.load_workbook(io.BytesIO(FILE.content))
    change(book.worksheets[2])
    out = io.BytesIO()
    book.save(out)
    return parse([payload("wave_2023", out.getvalue())], SOURCE)


def row_of(sheet: Sheet, question: str, answer: str = "") -> int:
    """Return the number of the row of a question's code, or of one of its answers."""
    first = next(row for row in range(3, sheet.max_row) if str(sheet.cell(row, 1).value).split(" ")[0] == question)
    return next(row for row in range(first, first + 12) if str(sheet.cell(row, 2).value).startswith(answer))


def in_2023(frame: pd.DataFrame, measure: str, area: str = "BE001C") -> float:
    return values(frame, measure, area)["2023"]


def test_fetch_says_which_file_to_download():
    get = Asked()
    with pytest.raises(SourceUnavailable, match="qol_survey,wave_2023"):
        fetch(get, SOURCE)
    assert get.calls == []


def test_answers_become_percent_under_the_codes_of_the_waves_before():
    frame = parse([FILE], SOURCE)
    trust = [in_2023(frame, code) for code in ("PS3572V", "PS3573V", "PS3574V")]
    assert trust == pytest.approx([72.47, 25.37, 2.16], abs=0.01)
    assert sum(trust) == pytest.approx(100, abs=0.01)
    assert set(frame["unit"]) == {"% of respondents", "% of respondents, several answers each", "interviews"}
    assert set(frame["time_period"]) == {"2023"}


def test_the_order_of_answers_is_that_of_the_codes_and_not_of_the_sheet():
    """The sheet begins with "very unsatisfied", the codes with "very satisfied"."""
    frame = parse([FILE], SOURCE)
    assert in_2023(frame, "PS1012V") == pytest.approx(23.158, abs=0.001)
    assert in_2023(frame, "PS1015V") == pytest.approx(6.976, abs=0.001)


def test_a_share_with_opinion_is_made_from_them_as_from_the_older_waves():
    frame = parse([FILE], SOURCE)
    published = {
        code: {("BE001C", "2023", "total"): Point(in_2023(frame, code), "A", "qol_survey")}
        for code in ("PS3572V", "PS3573V", "PS3574V")
    }
    (made,) = share_with_opinion(published, ["PS3572V"], ["PS3573V"], ["PS3574V"])
    assert made.value == pytest.approx(100 * 72.47 / (72.47 + 25.37), abs=0.01)
    assert made.dont_know == pytest.approx(2.16, abs=0.01)


def test_modes_of_travel_are_measures_of_their_own():
    """In 2019 each person gave two answers, in 2023 as many as were wanted: the series ends."""
    frame = parse([FILE], SOURCE)
    assert "PS3505V" not in set(frame["measure"])
    modes = [m for m in SOURCE.datasets["wave_2023"].measures if m.startswith("travel_")]
    assert in_2023(frame, "travel_car") == pytest.approx(47.70, abs=0.01)
    several = 47.70 + 7.27 + 11.69 + 24.29 + 5.50 + 44.64 + 1.93 + 1.09 + 0
    assert sum(in_2023(frame, mode) for mode in modes) == pytest.approx(several, abs=0.03)


def test_labels_of_cities_are_numbered_and_count_whole():
    frame = parse([FILE], SOURCE)
    assert set(frame["ref_area"]) == {"BE001C", "EL001C", "NO001C", "LU001C"}
    (others,) = dropped_of(frame)
    assert (others.count, others.example) == (2, "101 Graz")
    renumbered = edited(lambda sheet: setattr(sheet.cell(2, 6), "value", "203 Bruxelles / Brussel"))
    assert "BE001C" not in set(renumbered["ref_area"])


def test_the_mean_over_cities_is_no_city():
    plain = parse([FILE], SOURCE)

    def other_means(sheet: Sheet) -> None:
        for row in range(4, sheet.max_row + 1):
            sheet.cell(row, 4).value = 0.5

    pd.testing.assert_frame_equal(edited(other_means), plain)


def test_a_whole_zero_is_a_share_and_a_percentage_is_not():
    frame = parse([FILE], SOURCE)
    assert in_2023(frame, "PS3364V") == 0.0
    with pytest.raises(SourceChanged, match=r"BE001C: question Q7 holds 72.5, expected a fraction"):
        edited(lambda sheet: setattr(sheet.cell(row_of(sheet, "Q7"), 6), "value", 72.5))


@pytest.mark.parametrize("cell", ["0.72", None, True, -0.01])
def test_what_is_no_fraction_is_refused(cell: object):
    with pytest.raises(SourceChanged, match="question Q7 holds"):
        edited(lambda sheet: setattr(sheet.cell(row_of(sheet, "Q7"), 6), "value", cell))


def test_rows_of_sums_are_not_read():
    """ "-1 Bot2" is the label of a row of sums, and yes-or-no questions have none."""
    plain = parse([FILE], SOURCE)

    def without_sums(sheet: Sheet) -> None:
        for row in range(4, sheet.max_row + 1):
            if str(sheet.cell(row, 2).value) in ("-1 Bot2", "-1 Top2", "1 Top2", "1 Bot2", "0 Middle"):
                sheet.cell(row, 6).value = 0.001

    pd.testing.assert_frame_equal(edited(without_sums), plain)


def test_agreeing_that_there_is_corruption_is_the_first_code():
    frame = parse([FILE], SOURCE)
    agree = in_2023(frame, "PS3611V") + in_2023(frame, "PS3612V")
    disagree = in_2023(frame, "PS3613V") + in_2023(frame, "PS3614V")
    assert 100 * agree / (agree + disagree) == pytest.approx(38.8, abs=0.1)


def test_the_number_of_interviews_is_published_and_is_that_of_each_question():
    frame = parse([FILE], SOURCE)
    assert in_2023(frame, "survey_interviews") == 854
    with pytest.raises(SourceChanged, match="BE001C: question Q7 was put to 418 of 854 people"):
        edited(lambda sheet: setattr(sheet.cell(row_of(sheet, "Q7", "Total"), 6), "value", 418))


def test_a_question_not_put_in_a_city_has_no_value_there():
    def not_asked(sheet: Sheet) -> None:
        start = row_of(sheet, "Q13_5")
        for row in range(start, start + 6):
            sheet.cell(row, 6).value = 0

    frame = edited(not_asked)
    cells = frame[(frame["measure"] == "PS3611V") & (frame["ref_area"] == "BE001C")]
    assert cells["obs_value"].isna().all()
    assert cells["obs_status"].tolist() == ["M"]


def test_there_is_no_breakdown_within_a_city():
    assert set(parse([FILE], SOURCE)["group"]) == {"total"}


def test_another_wording_is_another_question():
    with pytest.raises(SourceChanged, match="question Q7 reads 'In your street"):
        edited(lambda sheet: setattr(sheet.cell(row_of(sheet, "Q7"), 1), "value", "Q7 In your street, do you ..."))


def test_an_answer_that_is_gone_or_new_is_named():
    with pytest.raises(SourceChanged, match="question Q7 has no answer '2 No' any more"):
        edited(lambda sheet: setattr(sheet.cell(row_of(sheet, "Q7", "2 No"), 2), "value", "2 Nay"))


def test_shares_that_do_not_add_up_are_refused():
    with pytest.raises(SourceChanged, match=r"the shares of Q7 add up to 0\.8"):
        edited(lambda sheet: setattr(sheet.cell(row_of(sheet, "Q7"), 6), "value", 0.55))


def test_a_workbook_without_the_sheet_is_refused():
    with pytest.raises(SourceChanged, match="0 sheets begin with 'BR_D3_Cityrecode'"):
        edited(lambda sheet: setattr(sheet.cell(1, 5), "value", "City"))


def test_the_older_waves_have_the_same_codes_and_units():
    """One indicator, one series: what 2023 goes on with is declared by Eurostat's table."""
    dataset = SOURCE.datasets["wave_2023"]
    older = source("eurostat").datasets["urb_percep"].measures
    shared = {name: measure for name, measure in dataset.measures.items() if name in older}
    assert dataset.continues == "urb_percep"
    assert len(shared) == 194 - 1 - 9 - 7  # interviews, modes of travel, loneliness
    assert all(measure.unit == older[name].unit for name, measure in shared.items())
    assert {loaded().source_of(name) for name in shared} == {"eurostat"}


@pytest.mark.recorded
def test_every_share_and_every_interview_is_the_workbook_s(recorded: Path):
    """Read once more, cell by cell, without the connector."""
    frame = parse([payload("wave_2023", recorded / RECORDED)], SOURCE)
    read = {(r.measure, r.ref_area): r.obs_value for r in frame.itertuples()}
    dataset = SOURCE.datasets["wave_2023"]
    lines = list(openpyxl.load_workbook(recorded / RECORDED, data_only=True).worksheets[2].values)
    columns = {code: lines[1].index(label) for label, code in dataset.labels.items()}
    wanted = {(m.where["question"], m.where["answer"]): name for name, m in dataset.measures.items()}
    question, seen = "", 0
    for line in lines[2:]:
        question = str(line[0]).split(" ")[0] if line[0] else question
        name = wanted.get((question, str(line[1])))
        if name is None:
            continue
        for area, column in columns.items():
            published = line[column] * (1 if name == "survey_interviews" else 100)
            assert read.pop((name, area)) == published, (name, area)
            seen += 1
    assert read == {}
    assert seen == 194 * 35


@pytest.mark.recorded
def test_the_places_are_all_but_three(recorded: Path):
    """Zurich, Oslo and Helsinki are there; Ghent, Lyon and Milan were not surveyed."""
    frame = parse([payload("wave_2023", recorded / RECORDED)], SOURCE)
    absent = {p.id for p in loaded().city_regions() if p.areas["city"] not in set(frame["ref_area"])}
    assert absent == {"ghent", "lyon", "milan"}
    assert not frame["obs_value"].isna().any()
    interviews = frame[frame["measure"] == "survey_interviews"]["obs_value"]
    assert (interviews.min(), interviews.max()) == (839, 878)
