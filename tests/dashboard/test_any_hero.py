"""The site holds for any hero, any set of peers and any municipalities: catalogues edited here, pages asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

import pandas as pd
import pytest
from flask.testing import FlaskClient

from config.schema import LANGS, Catalogue, Place
from dashboard import charts
from dashboard.app import build_app
from dashboard.i18n import Words
from dashboard.state import Edition, Library
from indicators import score
from tests.dashboard.samples import edition

MADE = edition()
LENS = "income_median"
TODAY = date(2026, 11, 22)
PAGES = ("", "p/safe", "i/road_deaths", f"i/{LENS}", "compare", "data", "method", "brief", "c/{hero}")


def with_places(catalogue: Catalogue, places: dict[str, Place], **site: object) -> Catalogue:
    return catalogue.model_copy(update={"places": places, "site": catalogue.site.model_copy(update=site)})


def edited(catalogue: Catalogue, observations: pd.DataFrame = MADE.observations) -> Edition:
    return replace(MADE, catalogue=catalogue, observations=observations, scores=score(observations, catalogue))


def client(made: Edition) -> FlaskClient:
    return build_app(Library(made), clock=lambda: TODAY).server.test_client()


@cache
def vienna() -> Edition:
    return edited(with_places(MADE.catalogue, dict(MADE.catalogue.places), hero="vienna"))


@cache
def without_amsterdam() -> Edition:
    places = {id_: place for id_, place in MADE.catalogue.places.items() if id_ != "amsterdam"}
    return edited(with_places(MADE.catalogue, places))


@cache
def alone() -> Edition:
    """Return an edition whose hero has not one value: its areas are in no file."""
    hero = MADE.catalogue.places["ghent"].model_copy(
        update={"id": "nowhere", "areas": {"city": "XX001C", "country": "XX"}, "country": "XX"}
    )
    return edited(with_places(MADE.catalogue, {"nowhere": hero, **MADE.catalogue.places}, hero="nowhere"))


@cache
def with_a_municipality_of_ghent() -> Edition:
    """Return an edition in which Ghent has one municipality, of a code the tiles do not know."""
    place = MADE.catalogue.municipalities()[0].model_copy(
        update={"id": "ledeberg", "parent": "ghent", "areas": {"municipality": "44021", "country": "BE"}}
    )
    more = MADE.observations[MADE.observations["ref_area"] == "21001"].assign(ref_area="44021")
    observations = pd.concat([MADE.observations, more], ignore_index=True)
    return edited(with_places(MADE.catalogue, {**MADE.catalogue.places, "ledeberg": place}), observations)


EDITIONS: dict[str, Callable[[], Edition]] = {
    "vienna": vienna, "brussels": without_amsterdam, "nowhere": alone, "ghent": with_a_municipality_of_ghent,
}  # fmt: skip


@pytest.mark.parametrize("hero", EDITIONS)
def test_every_page_answers(hero: str) -> None:
    site = client(EDITIONS[hero]())
    own = [f"/{lang}/" for lang in LANGS if lang != "en"]
    for address in (*own, *(f"/en/{page.format(hero=hero)}" for page in PAGES)):
        assert site.get(address).status_code == 200, address
    for form in ("brief.pdf", "i/road_deaths.html", "i/road_deaths.txt", "p/safe.svg", "overall.csv"):
        assert site.get(f"/en/{form}").status_code in (200, 404), form


def test_another_hero_shows_no_municipality_of_brussels_as_its_own() -> None:
    site = client(vienna())
    for page in ("/en/", "/en/c/vienna", "/en/brief"):
        text = site.get(page).text
        assert "Saint-Josse" not in text
        assert "Woluwe" not in text
    assert "Saint-Josse" in site.get("/en/c/brussels").text
    assert "Not known for Vienna" in site.get("/en/brief").text
    assert 'href="/en/c/brussels"' in site.get("/en/").text  # where the navigation finds municipalities


def test_without_the_usual_peer_the_next_one_is_compared() -> None:
    assert "Amsterdam" not in client(without_amsterdam()).get("/en/compare").text
    assert "Brussels and Vienna" in client(without_amsterdam()).get("/en/compare").text
    assert "Brussels and Amsterdam" in client(MADE).get("/en/compare").text
    assert "Amsterdam and Vienna" in client(MADE).get("/en/compare?hero=amsterdam").text


def test_a_municipality_counts_for_its_own_city_only() -> None:
    made = with_a_municipality_of_ghent()
    text = client(made).get("/en/").text
    assert "19 of 19 municipalities" in text
    assert "ledeberg" not in client(made).get("/en/c/brussels").text
    assert "ledeberg" in client(made).get("/en/c/ghent").text
    spreads = made.scores.inclusion[lambda rows: (rows["kind"] == "municipalities") & (rows["indicator"] == LENS)]
    assert dict(zip(spreads["ref_area"], spreads["of"], strict=False)) == {"brussels": 19, "ghent": 1}


def test_an_unknown_municipality_stands_below_the_others() -> None:
    made = with_a_municipality_of_ghent()
    moved = made.catalogue.places["ledeberg"].model_copy(update={"parent": "brussels"})
    catalogue = with_places(made.catalogue, {**made.catalogue.places, "ledeberg": moved})
    chart = charts.municipality_tiles(edited(catalogue, made.observations).scores, catalogue, Words("en"), LENS)
    assert chart is not None
    at = {tile.id: (tile.row, tile.column) for tile in chart.tiles}
    assert at["ledeberg"] == (1 + max(row for row, _ in MADE.catalogue.site.tiles.values()), 0)
    assert len(set(at.values())) == 20


def test_a_site_without_municipalities_has_no_page_for_them() -> None:
    places = {place.id: place for place in MADE.catalogue.city_regions()}
    made = edited(with_places(MADE.catalogue, places, tiles={}, lens=None))
    site = client(made)
    assert "Municipalities" not in site.get("/en/").text
    assert site.get(f"/en/i/{LENS}").status_code == 200
