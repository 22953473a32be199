"""What is asked is answered whole or refused, in every form alike, and any page may read the answer or the refusal."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from html import unescape

import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard.address import FORMS
from dashboard.app import build_app
from dashboard.selection import MAX_VALUE, TRACKING
from dashboard.state import Library
from indicators import score
from tests.dashboard.samples import edition
from tests.dashboard.sites import TODAY, client, get

READ = [form for form in FORMS if form != "html"]


def places(address: str) -> set[str]:
    return {row["ref_area"] for row in get(address).get_json()}


@pytest.mark.parametrize(
    "query", ["place=brussels&place=paris", "place=brussels,paris", "place=paris&place=brussels,paris"]
)
def test_a_list_is_read_whole(query: str) -> None:
    assert places(f"/api/v1/scores?{query}&indicator=road_deaths") == {"brussels", "paris"}


def test_several_indicators_and_places_are_both() -> None:
    rows = get("/api/v1/scores?indicator=overall&indicator=pillar:safe&place=oslo").get_json()
    assert [(row["indicator"], row["ref_area"]) for row in rows] == [("overall", "oslo"), ("pillar:safe", "oslo")]


def test_repeated_places_of_a_chart_are_both() -> None:
    rows = get("/en/i/road_deaths.json?places=paris&places=oslo").get_json()["rows"]
    assert {row["ref_area"] for row in rows} == {"brussels", "paris", "oslo"}


@pytest.mark.parametrize("subject", ["overall", "p/safe", "i/road_deaths"])
@pytest.mark.parametrize("query", ["time=2019", "places=paris", "view=line", "view=rank", "view=table", "sort=name",
                                   "peers=size", "hero=paris", "theme=dark"])  # fmt: skip
def test_picture_and_data_of_one_address_agree(subject: str, query: str) -> None:
    """What one form refuses every form refuses; nothing is obeyed by the data and ignored by the picture."""
    statuses = {form: get(f"/en/{subject}.{form}?{query}").status_code for form in ("html", "svg", "txt", "bib", "csv")}
    assert len(set(statuses.values())) == 1, statuses


@pytest.mark.parametrize("form", READ)
def test_only_an_embed_may_carry_keys_of_its_host(form: str) -> None:
    assert get(f"/en/p/safe.{form}?childId=frame-1").status_code == 400
    assert get("/en/p/safe.html?childId=frame-1&parentUrl=x").status_code == 200


@pytest.mark.parametrize("key", ["utm_source", "utm_campaign", "fbclid", "gclid", "mc_cid"])
def test_what_networks_hang_onto_links_is_not_looked_at(key: str) -> None:
    assert TRACKING.fullmatch(key)
    assert get(f"/en/i/road_deaths.csv?{key}=x").data == get("/en/i/road_deaths.csv").data
    assert "Ignored" not in get(f"/en/?{key}=x").text
    assert get(f"/api/v1/places?{key}=x").status_code == 400  # a program knows what it asks


@pytest.mark.parametrize("page", ["", "i/road_deaths", "p/safe", "compare", "data", "brief"])
@pytest.mark.parametrize("query", ["time=2019&time=2020", "hero=paris&hero=oslo", "theme=dark&theme=light"])
def test_a_key_with_two_values_is_refused(page: str, query: str) -> None:
    answer = get(f"/en/{page}?{query}")
    assert answer.status_code == 400
    assert "stands twice" in unescape(answer.text)
    once, _ = query.split("&")
    assert get(f"/en/{page}?{once}&{once}").status_code == 200


@pytest.mark.parametrize("query", ["places=" + "brussels,paris," * 150, "&".join(["places=paris&places=oslo"] * 200)])
def test_places_are_never_cut(query: str) -> None:
    assert len(query) > MAX_VALUE
    answer = get(f"/en/i/road_deaths.csv?{query}")
    assert answer.status_code == 400
    assert answer.get_json()["detail"] == "places is longer than 2000 characters; name less at once."


OPEN = [
    *(f"/en/p/safe.{form}" for form in READ), "/api/v1/places", "/api/v1/none", "/api/v1/scores?limit=1",
    "/en/p/none.csv", "/en/p/none.svg", "/en/p/safe.csv?limit=1", "/oembed", "/feed.xml", "/fr/feed.xml",
    "/en/brief.pdf?limit=1",
]  # fmt: skip


@pytest.mark.parametrize("address", OPEN)
def test_any_page_may_read_an_answer_and_its_error(address: str) -> None:
    answer = get(address)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Content-Range", "Accept-Ranges"} <= set(exposed)


@pytest.mark.parametrize("address", OPEN)
def test_any_page_may_ask_beforehand(address: str) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET",
             "Access-Control-Request-Headers": "range"}  # fmt: skip
    answer = client().options(address, headers=asked)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert "Range" in answer.headers["Access-Control-Allow-Headers"]
    if "none" not in address:
        assert answer.status_code == 200


@pytest.mark.parametrize("address", ["/en/", "/en/p/safe", "/en/p/safe.html", "/static/none.css", "/healthz"])
def test_pages_and_embeds_are_for_reading_by_people(address: str) -> None:
    assert "Access-Control-Allow-Origin" not in get(address).headers


@pytest.mark.parametrize("address", ["/en/", "/en/p/safe.csv", "/en/p/safe.html", "/api/v1/scores", "/oembed",
                                     "/feed.xml", "/healthz"])  # fmt: skip
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_refused_method_says_which_are_allowed(address: str, method: str) -> None:
    answer = getattr(client(), method)(address)
    assert answer.status_code == 405
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["Allow"].split(", "))


@cache
def with_gaps() -> FlaskClient:
    """A site in which one city-region has nothing below its country, and one has nothing at all."""
    found = edition()
    areas = found.catalogue.places
    gone = {code for scheme, code in areas["ghent"].areas.items() if scheme != "country"}
    gone |= set(areas["oslo"].areas.values())
    kept: pd.DataFrame = found.observations[~found.observations["ref_area"].isin(gone)].reset_index(drop=True)
    gaps = replace(found, observations=kept, scores=score(kept, found.catalogue))
    ranked = {row.place for row in gaps.lookup.ranked("overall")}
    assert not {"ghent", "oslo"} & ranked
    return build_app(Library(gaps), clock=lambda: TODAY).server.test_client()  # type: ignore[no-any-return]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("hero", ["ghent", "oslo"])
def test_a_place_without_a_rank_has_every_form(hero: str, form: str) -> None:
    """The scores of the others are drawn, and that this place has none is said."""
    answer = with_gaps().get(f"/en/overall.{form}?hero={hero}")
    assert answer.status_code == 200
    if form in ("html", "svg", "txt"):
        assert "no score" in unescape(answer.text).lower()


def test_no_place_of_any_chart_is_our_fault() -> None:
    """Every city-region in every chart: its words, its picture and its embed."""
    catalogue = edition().catalogue
    subjects = ["overall", *(f"p/{pillar}" for pillar in catalogue.pillars)]
    subjects += [f"i/{i.id}" for i in list(catalogue.indicators.values())[::15]]
    asked = [
        f"/en/{subject}.{form}?hero={place.id}"
        for subject in subjects for place in catalogue.city_regions() for form in ("html", "txt")
    ]  # fmt: skip
    asked += [f"/en/i/{id_}.html?hero={hero}" for id_ in catalogue.indicators for hero in ("ghent", "oslo")]
    asked += [f"/en/i/{id_}.svg?hero=oslo&view={view}" for id_ in catalogue.indicators for view in ("line", "rank")]
    assert {address for address in asked if with_gaps().get(address).status_code >= 500} == set()
