"""UN E-Government Survey: three headers, editions with and without a year of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.un_egov import fetch, parse
from tests.connectors.given import Asked, edited, payload, small, source, values

SOURCE = source("un_egov")
FILE = small("un_egov", "survey.made.csv")
TEXT = FILE.content.decode()
EDITIONS = ("2010", "2012", "2014", "2016", "2018", "2022", "2024")


def test_fetch_names_the_file_to_download():
    with pytest.raises(SourceUnavailable, match="downloaded by hand"):
        fetch(Asked(), SOURCE)


def test_names_with_a_blank_at_the_end_are_the_same_names():
    frame = parse([FILE], SOURCE)
    assert values(frame, "un_egov_index", "BE") == {"2024": 0.899}
    assert values(frame, "un_egov_rank", "BE") == {"2024": 2}
    (item,) = dropped_of(frame)
    assert (item.count, item.reason) == (1, "the country is not in the catalogue's list")


def test_an_older_edition_takes_its_year_from_its_address():
    header = TEXT.partition("\n")[0]
    older = edited(TEXT, header, "edition,Country Name,e-gov-rank,e-gov-index,e-pat-index,osi,hci,tii,Region")
    found = parse([payload("survey", older, "https://publisher.example/table-2016.csv")], SOURCE)
    assert set(found["time_period"]) == {"2016"}
    with pytest.raises(SourceChanged, match="does not state its year"):
        parse([payload("survey", older)], SOURCE)


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("E_Participation", "EPI", "e-pat-index"),
        ("Belgium ", "Belgique", "no row for BE"),
        ('2024,"Belgium', '2022,"Belgium', "expected one"),
        ("0.899", "", "has an empty cell"),
        ("0.899", "high", "holds 'high'"),
        ('"Atlantis "', '"Belgium "', "two rows disagree"),
    ],
)
def test_a_changed_edition_is_refused(old: str, new: str, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parse([payload("survey", edited(TEXT, old, new))], SOURCE)


@pytest.mark.recorded
def test_the_recorded_editions(recorded: Path):
    files = {year: recorded / f"eurostat/un_egdi_{year}.csv" for year in EDITIONS}
    given = [payload("survey", file, f"https://publisher.example/un_egdi_{year}.csv") for year, file in files.items()]
    frame = parse(given, SOURCE)
    assert len(frame) == 7 * 31 * 6  # editions, countries of the list, measures: no gap in any of them
    assert values(frame, "un_egov_participation", "BE")["2024"] == 0.5068
    assert values(frame, "un_egov_rank", "BE") == {
        "2010": 16, "2012": 24, "2014": 25, "2016": 19, "2018": 27, "2022": 39, "2024": 56,
    }  # fmt: skip
    assert sum(item.count for item in dropped_of(frame)) == 7 * (193 - 31)
