"""A place beside others: a verdict, its form and its reason never contradict each other; peers are found by figures."""

from __future__ import annotations

import re

import pytest

from config.schema import LANGS
from indicators.likeness import closest
from tests.dashboard.samples import edition
from tests.dashboard.sites import get

ICON = r'<span class="qmark"><svg[^>]*>(<\w+ class="(?:mo|po|p)"[^>]*>)</svg></span> '
ROW = re.compile(
    r"<td(?: class=\"text\")?>" + ICON + r"(<b>)?(ahead|behind|too close to call|not compared)(?:</b>)?: ([^<]+)</td>"
)
CELL = re.compile(
    r'<td><span class="of" aria-hidden="true">[^<]+</span>'
    + ICON
    + r"(<b>)?(ahead|behind|too close to call|not compared)(?:</b>)?<br><span class=\"small\">([^<]+)</span>"
)
FORMS = {"ahead": "M1 1", "behind": "M11 1", "too close to call": "circle", "not compared": "line"}


@pytest.mark.parametrize("other", ["amsterdam", "antwerp", "sofia"])
def test_only_a_sure_verdict_is_bold_and_its_reason_is_sure_too(other: str) -> None:
    rows = ROW.findall(get(f"/en/compare?places={other}").text)
    assert len(rows) == 4 + 1 + 25  # the pillars, the overall score, the indicators
    for icon, bold, word, why in rows:
        assert FORMS[word] in icon
        sure = word in ("ahead", "behind")
        assert bool(bold) == sure
        assert ("at least 97.5%" in why or "larger than" in why) == sure
        assert ("within" in why or "not clearly" in why or "about as often" in why) == (word == "too close to call")


def test_two_places_of_one_country_share_its_values_and_are_not_compared_on_them() -> None:
    text = get("/en/compare?places=antwerp").text
    assert "the same territory’s value" in text


def names(text: str, section: str) -> list[str]:
    """The places of the rows of a section's table, in their order."""
    part = text.split(f'aria-labelledby="{section}"')[1].split("</section>")[0]
    return re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]+)<', part)


def test_each_of_several_places_gets_a_verdict_on_each_pillar_and_overall() -> None:
    text = get("/en/compare?places=vienna,sofia,rome").text
    assert names(text, "verdicts") == ["Vienna", "Sofia", "Rome"]
    cells = CELL.findall(text)
    assert len(cells) == 3 * (4 + 1)
    for icon, bold, word, why in cells:
        assert FORMS[word] in icon
        assert bool(bold) == (word in ("ahead", "behind")) == (why == "in 97.5% or more")


def test_a_place_of_the_table_can_be_looked_at_in_detail() -> None:
    text = get("/en/compare?places=vienna,sofia,rome").text
    assert '<h2 id="pair">Brussels and Vienna</h2>' in text
    assert 'href="/en/compare?places=sofia,vienna,rome#pair"' in text
    assert '<h2 id="pair">Brussels and Sofia</h2>' in get("/en/compare?places=sofia,vienna,rome").text


@pytest.mark.parametrize(("peers", "criteria"), [("income", ["income"]), ("all", ["size", "income", "density"])])
def test_similar_places_are_shown_with_their_distances_and_those_without_a_figure_by_name(
    peers: str, criteria: list[str]
) -> None:
    made = edition()
    ranked = [place.id for place in made.peers]
    alike, without = closest(made.figures, "brussels", criteria, ranked)
    text = get(f"/en/compare?peers={peers}").text
    shown = [made.catalogue.places[one.place].name.en for one in alike]
    assert len(shown) == 5
    assert names(text, "why") == ["Brussels", *shown]
    assert names(text, "verdicts") == shown
    assert all(f'<td class="n">{one.distance:.2f}</td>' in text for one in alike)
    said = re.search(r"for want of a figure here: ([^<]+)\.</p>", text)
    assert said is not None
    assert {made.catalogue.places[place].name.en for place in without} == set(re.split(", | and ", said[1]))


def test_a_place_named_by_the_reader_stands_before_those_found() -> None:
    text = get("/en/compare?places=valletta&peers=size").text
    assert names(text, "verdicts")[0] == "Valletta"
    assert len(names(text, "verdicts")) == 6


def test_a_place_without_a_figure_is_told_so_and_compared_all_the_same() -> None:
    text = get("/en/compare?hero=paris&peers=size").text
    assert "We hold no figure of Paris for this" in text
    assert '<h2 id="pair">Paris and Amsterdam</h2>' in text


def test_an_unknown_way_to_find_peers_is_refused() -> None:
    answer = get("/en/compare?peers=weather")
    assert answer.status_code == 400
    assert "size, income, density, all" in answer.text


@pytest.mark.parametrize("lang", LANGS)
def test_the_form_says_all_of_the_address(lang: str) -> None:
    text = get(f"/{lang}/compare?hero=rome&places=vienna,sofia&peers=density").text
    form = text.split("<form")[1].split("</form>")[0]
    assert re.findall(r'<option value="(\w+)" selected', form) == ["rome", "density"]
    assert set(re.findall(r'name="places" value="(\w+)" checked', form)) == {"sofia", "vienna"}
