"""A file of the office's own: three formats, one declared mapping, errors that name row and cell."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from connectors.errors import SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.local import fetch, parse
from tests.connectors.given import Asked, edited, payload, row, small, source, values

SOURCE = source("local")
DATASET = "example_by_municipality"
FILE = small("local", "example_by_municipality.made.csv")
TEXT = FILE.content.decode()


def parsed(text: str, declared=SOURCE):
    return parse([payload(DATASET, text)], declared)


def with_options(**changes):
    """The source with some options replaced; None takes one away."""
    dataset = SOURCE.datasets[DATASET]
    options = {key: value for key, value in {**dataset.options, **changes}.items() if value is not None}
    return SOURCE.model_copy(update={"datasets": {DATASET: dataset.model_copy(update={"options": options})}})


def test_fetch_says_how_to_pass_the_file_on():
    with pytest.raises(SourceUnavailable, match="--recordings"):
        fetch(Asked(), SOURCE)


def test_a_misspelt_option_is_refused_and_the_right_ones_are_named():
    with pytest.raises(SourceChanged, match="unknown option 'delimeter'; the options are area, area_is, decimal"):
        parsed(TEXT, with_options(delimeter=";"))


def test_the_mapping_turns_names_into_codes_and_columns_into_groups():
    frame = parse([FILE], SOURCE)
    assert values(frame, "local_satisfaction", "21001", "sex=F") == {"2025": 61.5}
    assert values(frame, "local_satisfaction", "21001", "sex=M") == {"2025": 60.0}
    assert values(frame, "local_bicycle_parking", "21001") == {"2025": 120.0}


def test_a_spelling_of_no_value_is_missing_and_letters_are_sorted():
    frame = parse([FILE], SOURCE)
    gap = row(frame, measure="local_bicycle_parking", ref_area="21009")
    assert (str(gap["obs_value"]), gap["obs_status"]) == ("nan", "M")
    assert row(frame, measure="local_satisfaction", ref_area="21009")["obs_status"] == "BE"
    assert row(frame, measure="local_satisfaction", ref_area="21001", group="sex=F")["obs_status"] == "P"


def test_a_workbook_reads_like_the_csv():
    assert parse([small("local", f"{DATASET}.made.xlsx")], SOURCE).equals(parse([FILE], SOURCE))


def parquet(**columns: list[object]) -> bytes:
    made = io.BytesIO()
    pd.DataFrame(columns).to_parquet(made, index=False)
    return made.getvalue()


def test_a_parquet_file_reads_like_the_csv_and_its_numbers_need_no_comma():
    content = parquet(
        municipality=["Anderlecht", "Ixelles", "Anderlecht", "Anderlecht", "Ixelles"],
        year=[2025] * 5,
        topic=["parking", "parking", "satisfied", "satisfied", "satisfied"],
        sex=["all", "all", "F", "M", "F"],
        value=[120.0, None, 61.5, 60.0, 70.25],
        flag=["", None, "P", "", "EB"],
    )
    assert parse([payload(DATASET, content)], SOURCE).equals(parse([FILE], SOURCE))


@pytest.mark.parametrize(
    "content,cause",
    [
        (parquet(municipality=["Ixelles"])[:-9], "no whole Parquet file"),
        (parquet(municipality=["Ixelles"]), "no single column 'year'"),
    ],
)
def test_a_broken_or_foreign_parquet_file_is_refused(content: bytes, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parse([payload(DATASET, content)], SOURCE)


def test_rows_no_measure_asks_for_are_reported():
    (item,) = dropped_of(parse([FILE], SOURCE))
    assert (item.count, item.reason) == (1, "no measure's `where` asks for the row")


def test_a_constant_period_serves_a_file_without_one():
    frame = parsed(TEXT, with_options(period=None, period_is="2024-06"))
    assert set(frame["time_period"]) == {"2024-06"}


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("Elsene", "Elsen", r"row 3, column 'municipality' holds 'Elsen', which is no known area; add it to `labels`"),
        ("61,5", "61,5 %", r"row 4, column 'value' holds '61,5 %', which is no number"),
        ("61,5", "1.061,5", r"row 4, column 'value' holds '1.061,5', with a point"),
        ("Ixelles;2025;satisfied", "Ixelles;25;satisfied", r"row 6, column 'year' holds '25', which is no period"),
        (";P\n", ";Z\n", r"row 4, column 'flag' holds 'Z', expected letters of"),
        ("topic", "theme", r"column 'topic' is gone; the file has municipality, year, theme"),
        ("parking", "parks", r"no row for measure 'local_bicycle_parking'"),
        ("Anderlecht;2025;satisfied;M;60", "Anderlecht;2025;satisfied;F;60", r"two rows disagree"),
    ],
)
def test_a_wrong_file_is_refused_with_row_and_cell(old: str, new: str, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parsed(edited(TEXT, old, new))


def test_a_mapping_without_a_period_is_told_what_to_add():
    with pytest.raises(SourceChanged, match=r"needs options.area and options.period"):
        parsed(TEXT, with_options(period=None))


def test_without_labels_the_file_must_hold_codes():
    dataset = SOURCE.datasets[DATASET].model_copy(update={"labels": {}})
    bare = SOURCE.model_copy(update={"datasets": {DATASET: dataset}})
    with pytest.raises(SourceChanged, match=r"'Anderlecht', which is no known area; write area codes"):
        parsed(TEXT, bare)
    coded = TEXT.replace("Anderlecht", "21001").replace("Elsene", "21009").replace("Ixelles", "21009")
    assert parsed(coded, bare).equals(parse([FILE], SOURCE))
