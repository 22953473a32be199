"""Eurostat asked politely: what is postponed is waited for, what is too large is split, what is unknown is left out."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors import eurostat
from connectors.errors import SourceUnavailable
from connectors.eurostat_calls import answers, places_asked
from connectors.frames import dropped_of
from connectors.http import Client
from connectors.limits import Limits
from connectors.store import Store
from tests.connectors.forms import FORMS
from tests.connectors.given import loaded, payload

SOURCE = loaded().sources["eurostat"]
FORM = FORMS["eurostat"]
TABLE = FORM.write(FORM.table())[0]
POSTPONED = b'{"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE. Your request will be treated later"}}'
TOO_LARGE = b'{"error": [{"status": 413, "id": 1, "label": "EXTRACTION_TOO_BIG"}]}'
NAME = "isoc_r_broad_h"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def state(word):
    return (
        '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><asyncResponse><status>'
        f"<key>{UUID}</key><status>{word}</status></status></asyncResponse></env:Body></env:Envelope>"
    ).encode()


def only(source=SOURCE, **changes):
    """Eurostat with one dataset, changed."""
    return source.model_copy(update={"datasets": {NAME: source.datasets[NAME].model_copy(update=changes)}})


@pytest.fixture
def get(clock):
    """Call the publisher on loopback, a minute's patience per pause."""
    made = []

    def bound(source, **rest):
        made.append(Client(limits=Limits(attempts=2), clock=clock, loopback=True, **rest))
        return made[-1].bound(source)

    yield bound
    for client in made:
        client.close()


def fetched(replay, get, source, **rest):
    moved = replay.stand_in(source)
    return list(answers(get(moved, **rest), moved, NAME))


def queries(replay):
    return [parse_qs(urlsplit(seen.path).query) for seen in replay.seen]


def test_a_postponed_answer_is_asked_for_again_with_growing_pauses(replay, answer, get, clock):
    replay.always(answer(POSTPONED), answer(POSTPONED), answer(POSTPONED), answer(TABLE))
    (got,) = fetched(replay, get, only())
    assert got.content == TABLE
    assert clock.slept == [5, 10, 20]


def test_an_answer_that_is_postponed_for_ever_ends_with_the_time_allowed(replay, answer, get, clock):
    replay.always(answer(POSTPONED))
    with pytest.raises(SourceUnavailable, match="postpones the answer"):
        fetched(replay, get, only())
    assert sum(clock.slept) <= Limits().total_s


def test_a_ticket_is_followed_until_its_data_are_there(replay, answer, get, clock):
    source = only(url="https://ec.europa.eu/eurostat/api/dissemination/sdmx/2.1/data/isoc_r_broad_h")
    base = "/ec.europa.eu/eurostat/api/dissemination"
    replay.serve(f"{base}/sdmx/2.1/data/isoc_r_broad_h", answer(state("SUBMITTED")))
    replay.serve(
        f"{base}/1.0/async/status/{UUID}",
        *(answer(state(word)) for word in ("SUBMITTED", "PROCESSING", "AVAILABLE")),
    )
    replay.serve(f"{base}/1.0/async/data/{UUID}", answer(TABLE))
    (got,) = fetched(replay, get, source)
    assert got.content == TABLE
    assert "/sdmx/2.1/data/isoc_r_broad_h?" in got.url
    assert clock.slept == [5, 10]


def test_a_ticket_that_expired_is_an_error(replay, answer, get):
    source = only(url="https://ec.europa.eu/eurostat/api/dissemination/sdmx/3.0/data/dataflow/ESTAT/x/1.0")
    replay.always(answer(state("EXPIRED")))
    with pytest.raises(SourceUnavailable, match="has expired"):
        fetched(replay, get, source)


def test_an_answer_too_large_is_split_by_place_then_by_year(replay, get):
    """Refused above 2 places or 30 years: 4 places are asked as 2 + 2, one place in parts of at most 25 years."""

    def publisher(handler):
        query = parse_qs(urlsplit(handler.path).query)
        years = int(query.get("untilTimePeriod", ["2059"])[0]) - int(query.get("sinceTimePeriod", ["1960"])[0]) + 1
        large = len(query["geo"]) > limit["places"] or years > limit["years"]
        body = TOO_LARGE if large else TABLE
        handler.send_response(413 if large else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    replay.always(publisher)
    source = only(params={"format": "JSON", "geo": ("BE10", "NL32", "FR10", "AT13")})
    limit = {"places": 2, "years": 100}
    assert [sorted(places_asked([got])) for got in fetched(replay, get, source)] == [["BE10", "NL32"], ["AT13", "FR10"]]
    limit = {"places": 1, "years": 30}
    parts = fetched(replay, get, only(params={"format": "JSON", "geo": ("BE10", "NL32")}))
    assert len(parts) == 2 * 4  # two places; 100 years halved twice are 25
    spans = [(q["sinceTimePeriod"][0], q["untilTimePeriod"][0]) for q in map(query_of, parts[:4])]
    assert spans == [("1960", "1984"), ("1985", "2009"), ("2010", "2034"), ("2035", "2059")]


def query_of(got):
    return parse_qs(urlsplit(got.url).query)


def test_an_answer_too_large_that_cannot_be_split_is_an_error(replay, answer, get):
    replay.always(answer(TOO_LARGE, 413))
    one_year = {"geo": ("BE10",), "sinceTimePeriod": "2020", "untilTimePeriod": "2020"}
    with pytest.raises(SourceUnavailable, match="EXTRACTION_TOO_BIG"):
        fetched(replay, get, only(params=one_year))


def test_a_place_that_sdmx_does_not_know_is_left_out_and_noted(replay, answer, get):
    refusal = (
        b'{"error": [{"status": 400, "id": 150, "label": "INVALID_QUERY_DIMENSION_VALUE: Query is invalid as per its '
        b"structure's definition. The following values for dimension are not allowed: GEO=EUROVISION.\"}]}"
    )
    source = only(
        url="https://ec.europa.eu/eurostat/api/dissemination/sdmx/3.0/data/dataflow/ESTAT/isoc_r_broad_h/1.0",
        params={"format": "JSON", "c[geo]": ("BE10", "EUROVISION", "NL32")},
    )
    replay.always(answer(refusal, 400), answer(TABLE))
    (got,) = fetched(replay, get, source)
    assert [query["c[geo]"] for query in queries(replay)] == [["BE10,EUROVISION,NL32"], ["BE10,NL32"]]
    assert got.note == "the publisher does not know the place EUROVISION; asked again without it"
    assert got.content == TABLE


def test_another_refusal_is_not_asked_again(replay, answer, get):
    replay.always(answer(b'{"error": [{"status": 400, "label": "UNIT=PC is not allowed"}]}', 400))
    with pytest.raises(SourceUnavailable, match="UNIT=PC"):
        fetched(replay, get, only())
    assert len(replay.seen) == 1


def test_places_asked_for_and_not_returned_are_reported():
    asked = payload(NAME, TABLE, "https://ec.europa.eu/x?geo=BE10&geo=BG41&geo=XX99")
    dropped = [item for item in dropped_of(eurostat.parse([asked], SOURCE)) if "asked for" in item.reason]
    assert [(item.count, item.example) for item in dropped] == [(2, "BG41, XX99")]


# --- what has not changed ---------------------------------------------------------------------------------------------


def structure(moment):
    notes = [{"type": "OBS_COUNT", "title": "5870"}, {"type": "UPDATE_DATA", "date": moment}]
    return json.dumps({"version": "2.0", "class": "dataset", "extension": {"annotation": notes}}).encode()


def with_check(replay):
    moved = replay.stand_in(only())
    return moved.model_copy(update={"change_check": replay.url("/structure/{code}")})


def test_a_table_whose_update_is_the_same_is_not_sent_again(replay, answer, get, clock, tmp_path):
    replay.serve("/structure/isoc_r_broad_h", answer(structure("2024-06-16T23:00:00+0200")))
    replay.always(answer(TABLE))
    source = with_check(replay)
    first = list(answers(get(source, store=Store(tmp_path, clock.now())), source, NAME))
    Store(tmp_path, clock.now()).finish()
    clock.sleep(3600)
    replay.always(answer(b"never asked", 500))
    again = list(answers(get(source, store=Store(tmp_path, clock.now())), source, NAME))
    assert again[0].note == "unchanged since 2024-06-16T23:00:00+0200"
    assert again[0].content == first[0].content
    assert again[0].retrieved_at == first[0].retrieved_at


@pytest.mark.parametrize("moment", ["2026-01-01T11:00:00+0100", None])
def test_a_table_that_was_updated_or_does_not_tell_is_sent_again(replay, answer, get, clock, tmp_path, moment):
    replay.serve("/structure/isoc_r_broad_h", answer(structure("2024-06-16T23:00:00+0200")))
    replay.always(answer(TABLE))
    source = with_check(replay)
    list(answers(get(source, store=Store(tmp_path, clock.now())), source, NAME))
    Store(tmp_path, clock.now()).finish()
    clock.sleep(3600)
    replay.serve("/structure/isoc_r_broad_h", answer(structure(moment) if moment else b"{}"))
    newer = TABLE.replace(b"70.0", b"70.5")
    replay.always(answer(newer))
    again = list(answers(get(source, store=Store(tmp_path, clock.now())), source, NAME))
    assert (again[0].content, again[0].note) == (newer, "")
