from __future__ import annotations

import csv
import io
import json
import zipfile

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.snapshot import FORMULA_TRIGGERS
from dashboard import records
from tests.dashboard.samples import edition
from tests.dashboard.serving import NEWER, OLDER, REVISED, get

ONE = "/en/i/pt_frequency"
NEEDED = {
    *("indicator", "ref_area", "place", "level", "whole_country", "time_period", "obs_value", "unit", "score"),
    *("lower", "upper", "interval", "n", "n_assumed", "dont_know", "obs_status", "source", "licence", "attribution"),
    "snapshot",
}


def body(path: str) -> bytes:
    answer = get(path)
    assert answer.status_code == 200, answer.text[:300]
    return answer.data


def read_csv(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(path).decode())))


@pytest.mark.parametrize(
    "slug", ["i/pt_frequency", "i/income_median", "i/no2_background_constant5", "p/open", "overall"]
)
def test_every_row_carries_what_a_value_needs_to_be_read(slug):
    rows = read_csv(f"/en/{slug}.csv")
    assert rows
    assert set(rows[0]) >= NEEDED
    assert {row["snapshot"] for row in rows} == {NEWER}
    for row in rows:
        assert row["unit"]
        assert row["licence"] or row["indicator"].startswith(("pillar:", "overall"))


def test_numbers_in_the_csv_are_the_numbers_of_the_scores():
    cells = edition().scores.cells
    own = cells[(cells["indicator"] == "pt_frequency") & (cells["group"] == "total")]
    expected = {(r.ref_area, r.time_period): r.obs_value for r in own.itertuples()}
    for row in read_csv(f"{ONE}.csv"):
        assert float(row["obs_value"]) == expected[row["ref_area"], row["time_period"]]


def test_csv_json_and_parquet_say_the_same():
    from_csv = read_csv(f"{ONE}.csv")
    from_json = json.loads(body(f"{ONE}.json"))["rows"]
    from_parquet = pq.read_table(io.BytesIO(body(f"{ONE}.parquet"))).to_pylist()
    assert len(from_csv) == len(from_json) == len(from_parquet) > 0
    for text, plain, typed in zip(from_csv, from_json, from_parquet, strict=True):
        for column in ("obs_value", "lower", "upper", "score"):
            assert (float(text[column]) if text[column] else None) == plain[column] == typed[column]
        assert text["ref_area"] == plain["ref_area"] == typed["ref_area"]
        assert plain["latest"] is typed["latest"]


def test_the_same_query_filters_every_form():
    rows = read_csv(f"{ONE}.csv?places=rome&time=2019")
    assert {row["ref_area"] for row in rows} == {"brussels", "rome"}
    assert {row["time_period"] for row in rows} == {"2019"}
    assert len(json.loads(body(f"{ONE}.json?places=rome&time=2019"))["rows"]) == len(rows)


def test_the_home_page_gives_every_score():
    indicators = {row["indicator"] for row in read_csv("/en/overall.csv")}
    assert {"overall", "pillar:open", "pt_frequency"} <= indicators


def test_an_indicator_with_hostile_texts_runs_nothing_in_a_spreadsheet():
    frame = pd.DataFrame({"unit": ["=1+1", "-2", "@x", "+3", "\tx", "plain"], "obs_value": [-0.3, 1, 2, 3, 4, 5]})
    rows = list(csv.DictReader(io.StringIO(records.csv(frame).decode())))
    assert [row["unit"] for row in rows] == ["'=1+1", "'-2", "'@x", "'+3", "'\tx", "plain"]
    assert [float(row["obs_value"]) for row in rows] == [-0.3, 1, 2, 3, 4, 5]  # numbers are not touched


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20), st.text(max_size=20))
def test_numbers_go_through_a_csv_unchanged(numbers, text):
    frame = pd.DataFrame({"unit": [text] * len(numbers), "obs_value": numbers})
    rows = list(csv.DictReader(io.StringIO(records.csv(frame).decode(), newline="")))
    assert [float(row["obs_value"]) for row in rows] == numbers
    assert not any(row["unit"].startswith(FORMULA_TRIGGERS) for row in rows)


def test_the_metadata_says_what_the_rows_mean_and_where_they_are_from():
    told = json.loads(body(f"{ONE}.metadata.json"))
    assert told["snapshot"] == NEWER
    assert told["level"] == "city"
    assert told["goalposts"]["worst"] != told["goalposts"]["best"]
    assert told["formula"]["function"] == "share_with_opinion"
    assert set(told["columns"]) >= NEEDED


def test_the_zip_holds_rows_metadata_and_words_and_is_the_same_twice():
    first = body(f"{ONE}.zip")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = archive.namelist()
        assert len(names) == 3
        assert archive.read(next(n for n in names if n.endswith(".csv"))) == body(f"{ONE}.csv")
    assert body(f"{ONE}.zip?utm=1") == first


@pytest.mark.parametrize("lang", ["en", "fr", "nl"])
def test_words_and_citation_name_the_snapshot(lang):
    assert NEWER in body(f"/{lang}/i/pt_frequency.txt").decode()
    cited = body(f"/{lang}/i/pt_frequency.bib").decode()
    assert cited.startswith("@misc{")
    assert NEWER in cited


@pytest.mark.parametrize(
    ("form", "start"), [("svg", b"<"), ("png", b"\x89PNG"), ("html", b"<!doctype html>"), ("parquet", b"PAR1")]
)
def test_every_kind_of_thing_has_every_form(form, start):
    for slug in ("i/pt_frequency", "i/income_median", "p/open", "overall"):
        assert body(f"/nl/{slug}.{form}").startswith(start)


def test_a_form_is_kept_an_hour_and_a_pinned_one_for_ever():
    assert get(f"{ONE}.csv").headers["Cache-Control"] == "public, max-age=3600"
    assert get(f"{ONE}@{NEWER}.csv").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert get(f"{ONE}@{NEWER}.html").headers["Cache-Control"] == "public, max-age=3600"


def test_a_form_that_did_not_change_is_not_sent_again():
    first = get(f"{ONE}.csv")
    assert get(f"{ONE}.csv", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_pinned_form_gives_the_numbers_of_its_snapshot():
    def brussels(path: str) -> dict[str, float]:
        rows = read_csv(path)
        return {row["time_period"]: float(row["obs_value"]) for row in rows if row["ref_area"] == "brussels"}

    then, now = brussels(f"/en/i/{REVISED}@{OLDER}.csv"), brussels(f"/en/i/{REVISED}.csv")
    assert then == {year: pytest.approx(value - 10) for year, value in now.items()}


def test_a_pinned_embed_says_that_its_value_was_revised():
    assert "was revised from" in body(f"/en/i/{REVISED}@{OLDER}.html").decode()
    assert "was revised from" not in body(f"/en/i/pt_frequency@{OLDER}.html").decode()
    assert "was revised from" not in body(f"/en/i/{REVISED}.html").decode()
