from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest

from config.schema import LANGS
from dashboard.address import FORMS
from tests.dashboard.samples import edition
from tests.dashboard.serving import NEWER, OLDER, get

CATALOGUE = edition().catalogue
ROOT = "/api/v1"


def test_every_indicator_is_listed_and_can_be_asked_for_alone():
    listed = get(f"{ROOT}/indicators").json
    assert [item["id"] for item in listed] == list(CATALOGUE.indicators)
    assert get(f"{ROOT}/indicators/pt_frequency").json == next(i for i in listed if i["id"] == "pt_frequency")


def test_every_place_is_listed_with_its_level_of_detail():
    listed = {item["id"]: item for item in get(f"{ROOT}/places").json}
    assert set(listed) == set(CATALOGUE.places)
    assert listed["ghent"]["reason"]["en"]


def test_scores_can_be_asked_by_indicator_and_place():
    rows = get(f"{ROOT}/scores?indicator=overall&place=brussels").json
    assert len(rows) == 1
    standing = edition().lookup.standing("overall", "brussels")
    assert (rows[0]["score"], rows[0]["rank_low"], rows[0]["rank_high"]) == (
        standing.score,
        standing.rank_low,
        standing.rank_high,
    )
    assert rows[0]["interval"] == "sensitivity"


def test_snapshots_name_the_current_one():
    assert get(f"{ROOT}/snapshots").json == {"current": NEWER, "snapshots": [OLDER, NEWER]}


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/indicators/pt_frequncy", "pt_frequency"),
        ("/scores?indicator=overal", "overall"),
        ("/scores?place=brusels", "brussels"),
        ("/snapshots/2020-01-01-aaaaaaaa/scores.csv", NEWER),
        (f"/snapshots/{NEWER}/../../pyproject.toml", ""),
        (f"/snapshots/{NEWER}/passwd", ""),
        ("/nothing", ""),
    ],
)
def test_what_is_not_there_is_a_problem_that_names_the_nearest(path, nearest):
    answer = get(ROOT + path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert set(answer.json) == {"type", "title", "status", "detail", "instance"}
    assert answer.json["status"] == 404
    assert nearest in answer.json["detail"]


def test_a_json_form_answers_problems_as_json_and_a_page_as_a_page():
    assert get("/fr/i/nothing.json").mimetype == "application/problem+json"
    assert get("/fr/i/nothing.csv").mimetype == "text/html"
    assert get("/fr/i/pt_frequency.json?view=map").json["status"] == 400


def test_a_problem_in_french_speaks_french():
    english, french = get("/en/i/nothing.json").json, get("/fr/i/nothing.json").json
    assert english["detail"] != french["detail"]


def test_the_interface_may_be_called_from_any_site():
    assert get(f"{ROOT}/places").headers["Access-Control-Allow-Origin"] == "*"


def test_the_description_names_every_path_that_answers():
    described = get(f"{ROOT}/openapi.json").json
    assert described["openapi"].startswith("3.1")
    filled = {"lang": "en", "indicator": "pt_frequency", "form": "csv", "snapshot": NEWER}
    for path in described["paths"]:
        assert get(re.sub(r"{(\w+)}", lambda m: filled[m[1]], path)).status_code == 200, path


def test_the_description_allows_exactly_the_ids_forms_and_languages_there_are():
    text = json.dumps(get(f"{ROOT}/openapi.json").json["paths"]["/{lang}/i/{indicator}.{form}"])
    for allowed in (list(LANGS), list(FORMS), list(CATALOGUE.indicators)):
        assert json.dumps(allowed)[1:-1] in text


def oembed(url: str, **more: object) -> object:
    query = "&".join([f"url={quote(url, safe='')}", *(f"{key}={value}" for key, value in more.items())])
    return get(f"/oembed?{query}")


def test_a_page_is_described_as_something_to_embed():
    told = oembed("http://localhost/en/i/pt_frequency?view=rank").json
    assert (told["version"], told["type"]) == ("1.0", "rich")
    assert "/en/i/pt_frequency.html?view=rank" in told["html"]
    assert told["html"].startswith("<iframe ")
    assert 'title="' in told["html"]


def test_the_width_that_is_asked_for_is_obeyed():
    assert oembed("http://localhost/en/i/pt_frequency", maxwidth=320).json["width"] <= 320


@pytest.mark.parametrize(
    "url", ["http://localhost/en/i/nothing", "http://localhost/xx", "https://other.test/en/i/x", "", "::"]
)
def test_nothing_else_can_be_embedded(url):
    assert oembed(url).status_code in (400, 404)


def test_only_json_is_offered():
    assert oembed("http://localhost/en/i/pt_frequency", format="xml").status_code == 501


def test_a_page_says_where_it_is_described():
    page = get("/en/i/pt_frequency").text
    found = re.search(r'type="application/json\+oembed" href="[^"]*(/oembed\?[^"]+)"', page)
    assert found is not None
    assert get(found[1].replace("&amp;", "&")).json["type"] == "rich"
