"""No published address dies: each form of a replaced edition leads to the same form of its successor, and says so."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from config.successors import Succession, newest
from dashboard.address import FORMS
from dashboard.app import build_app
from dashboard.state import Library
from tests.dashboard.samples import edition
from tests.dashboard.sites import LANGS, NEWER, TODAY

FIRST, SECOND = "2026-08-18-0a0a0a0a", "2026-08-18-0b0b0b0b"
CHAIN = (
    Succession(FIRST, SECOND, "2026-11-21", "rounding"),
    Succession(SECOND, NEWER, "2026-11-22", "catalogue"),
)
REASON = {
    "en": "the same figures, with computed numbers rounded alike on every machine.",
    "fr": "les mêmes chiffres, avec des nombres calculés arrondis de la même façon sur toute machine.",
    "nl": "dezelfde cijfers, met berekende getallen die op elke machine gelijk worden afgerond.",
}


@cache
def client() -> FlaskClient:
    library = Library(edition(), successors=newest(CHAIN, [NEWER]))
    found: FlaskClient = build_app(library, clock=lambda: TODAY).server.test_client()
    return found


PINNED = [
    *(f"/en/i/road_deaths@{{}}.{form}" for form in FORMS),
    *(f"/fr/p/safe@{{}}.{form}" for form in FORMS),
    *(f"/nl/overall@{{}}.{form}" for form in FORMS),
    "/en/i/road_deaths@{}",
    "/en/p/safe@{}",
    "/en/brief@{}",
    "/fr/brief@{}.pdf",
]


@pytest.mark.parametrize("address", PINNED)
def test_a_pinned_address_of_a_replaced_edition_leads_to_the_newest(address: str) -> None:
    answer = client().get(address.format(FIRST) + "?hero=paris&places=vienna")
    assert answer.status_code == 308
    assert answer.headers["Location"] == address.format(NEWER) + "?hero=paris&places=vienna"
    assert answer.headers["Link"] == f'<http://localhost{answer.headers["Location"]}>; rel="successor-version"'
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "immutable" not in answer.headers["Cache-Control"]
    assert client().get(answer.headers["Location"]).status_code == 200


def test_the_way_is_one_step_from_anywhere_in_the_chain() -> None:
    for old in (FIRST, SECOND):
        assert client().get(f"/en/i/road_deaths@{old}.csv").headers["Location"] == f"/en/i/road_deaths@{NEWER}.csv"


@pytest.mark.parametrize("name", ["observations.csv", "scores.csv", "SHA256SUMS", "catalogue.json"])
def test_a_file_of_a_replaced_edition_leads_to_the_same_file(name: str) -> None:
    answer = client().get(f"/api/v1/snapshots/{FIRST}/{name}")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"/api/v1/snapshots/{NEWER}/{name}"
    assert answer.json["replaced"] == FIRST
    assert answer.json["successor"] == NEWER
    assert REASON["en"] in answer.json["detail"]


@pytest.mark.parametrize("written", [str, lambda url: url.replace("@", "%40")])
def test_oembed_of_a_pinned_address_leads_to_that_of_the_newest(written) -> None:
    asked = f"http://localhost/en/i/road_deaths@{FIRST}?places=vienna"
    answer = client().get(f"/oembed?url={quote(written(asked), safe='')}&maxwidth=500")
    assert answer.status_code == 308
    reached = client().get(answer.headers["Location"])
    assert reached.status_code == 200
    assert f"road_deaths@{NEWER}.html?places=vienna" in reached.json["html"]
    assert reached.json["width"] == 500


@pytest.mark.parametrize("lang", LANGS)
def test_the_answer_says_what_changed_and_why(lang: str) -> None:
    answer = client().get(f"/{lang}/i/road_deaths@{FIRST}.html")
    assert f'<html lang="{lang}">' in answer.text
    assert FIRST in answer.text
    assert NEWER in answer.text
    assert REASON[lang] in answer.text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("address", ["i/road_deaths@{}", "i/road_deaths@{}.html"])
def test_what_is_reached_says_whose_place_it_takes(lang: str, address: str) -> None:
    reached = client().get(f"/{lang}/{address.format(FIRST)}", follow_redirects=True)
    assert reached.status_code == 200
    assert FIRST in reached.text
    assert REASON[lang] in reached.text


def test_what_is_not_pinned_does_not_speak_of_it() -> None:
    assert FIRST not in client().get("/en/i/road_deaths.html").text


@pytest.mark.parametrize("lang", LANGS)
def test_the_data_page_lists_every_replaced_edition(lang: str) -> None:
    text = client().get(f"/{lang}/data").text
    assert FIRST in text
    assert SECOND in text
    assert REASON[lang] in text


def test_an_id_nobody_knows_is_still_not_here() -> None:
    assert client().get("/en/i/road_deaths@2020-01-01-00000000.csv").status_code == 404
    assert client().get("/api/v1/snapshots/2020-01-01-00000000/scores.csv").status_code == 404


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        (f"/en/i/road_deaths%40{FIRST}.csv", f"/en/i/road_deaths@{NEWER}.csv"),
        (f"/en/brief@{FIRST}/", f"/en/brief@{NEWER}/"),
        (f"/en/i/road_deaths@{FIRST}.html?x=%C3%A9&y=a+b&x=2", f"/en/i/road_deaths@{NEWER}.html?x=%C3%A9&y=a+b&x=2"),
        (f"/en/i/road_deaths@{FIRST}.html?x=\xff", f"/en/i/road_deaths@{NEWER}.html?x=%C3%BF"),
        (f"/en/i/nothing-like-it@{FIRST}.html", f"/en/i/nothing-like-it@{NEWER}.html"),
    ],
)
def test_however_it_is_written_the_rest_of_the_address_is_kept(asked: str, reached: str) -> None:
    assert client().get(asked).headers["Location"] == reached


def test_an_edition_named_elsewhere_in_an_address_is_left_alone() -> None:
    assert client().get(f"/en/data?hero={FIRST}").status_code == 400
    assert client().get(f"/en/?note=@{FIRST}").status_code == 200
