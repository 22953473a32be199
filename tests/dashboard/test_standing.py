"""What home, briefing, method and comparison say of a place's standing: the same, with what it rests on."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from config.schema import LANGS
from dashboard.address import Address
from dashboard.i18n import Words
from dashboard.lookup import OVERALL
from dashboard.pages import method
from dashboard.pages.standing import against, evidence, stands, variants
from dashboard.pages.visit import Visit
from dashboard.selection import Selection
from tests.dashboard.samples import edition
from tests.dashboard.sites import get

MADE = edition()
PEERS = [place.id for place in MADE.peers]


def visit(place: str = "brussels", lang: str = "en") -> Visit:
    chosen = Selection(hero=None if place == MADE.catalogue.hero else place)
    return Visit(MADE, Address(lang, "home", selection=chosen), Words(lang), date(2026, 11, 22))  # type: ignore[arg-type]


@pytest.mark.parametrize("place", PEERS[:6])
def test_every_published_choice_is_named_and_those_outside_the_range_apart(place: str) -> None:
    overall = MADE.lookup.standing(OVERALL, place)
    assert overall is not None
    known = {v.variant: v for v in MADE.lookup.variants(place) if v.pillar == OVERALL and v.rank}
    assert known
    whole, beyond = variants(visit(place)), variants(visit(place), outside_only=True)
    words = Words("en")
    for variant in MADE.catalogue.method.variants:
        found = known.get(variant.id)
        if found is None:
            continue
        said = f"{variant.name.en[1:]} {words.ordinal(found.rank or 0)} of {found.places}"
        inside = (overall.rank_low or 0) <= (found.rank or 0) <= (overall.rank_high or 0)
        assert said in whole
        assert (said in beyond) == (not inside or found.places != overall.places)
    assert beyond in whole


def test_a_place_without_a_rank_has_no_word_and_no_other_ranks() -> None:
    assert stands(visit("ghent")) == ()
    assert variants(visit("ghent")) == ""


@pytest.mark.parametrize("lang", LANGS)
def test_home_and_briefing_say_how_much_could_be_tested(lang: str) -> None:
    asked = visit(lang=lang)
    said = evidence(asked)
    for pillar in MADE.catalogue.pillars:
        share = asked.words.number(100 * against(asked, pillar).tested)
        assert re.search(rf"{asked.pillar(pillar)} {share}\s?%", said)
    for page in ("", "brief"):
        assert said in unescape(get(f"/{lang}/{page}").text)


def test_a_pillar_that_could_not_be_tested_has_no_verdict_on_any_page() -> None:
    """Four of the six indicators of CONNECTED have no published error."""
    middle = against(visit(), "connected")
    assert middle.word == "untested"
    assert middle.tested < 0.5
    judge = "too few published margins of error to judge how connected it is"
    assert judge in get("/en/").text
    assert judge in re.sub(r"</?b>", "", get("/en/brief").text)
    lead = "it is not compared with the middle city. Only "
    assert lead in get("/en/p/connected").text
    verdict = MADE.verdicts.compare("brussels", "vienna", "connected")
    assert (verdict.word, verdict.reason) == ("not_compared", "untested")
    share = Words("en").number(100 * (verdict.tested or 0))
    compared = unescape(re.sub(r"<[^>]+>", " ", get("/en/compare?places=vienna").text))
    assert re.search(rf"not compared\s*:?\s+only {share}% of the weight has a published margin of error", compared)
    assert "Vienna" in get("/en/brief?places=vienna").text
    assert "(not compared)" in get("/en/brief?places=vienna").text
    assert "has a published margin of error" in get("/en/c/brussels").text


def test_the_table_of_variants_has_the_rank_and_of_how_many() -> None:
    rows = dict(method._variants(visit()))
    overall = MADE.lookup.standing(OVERALL, "brussels")
    assert overall is not None
    words = Words("en")
    assert rows["The default"][-1] == (
        f"{words.number(overall.score or 0)} ({words.ordinal(overall.rank or 0)} of {overall.places})"
    )
    found = {v.variant: v for v in MADE.lookup.variants("brussels") if v.pillar == OVERALL}
    for variant in MADE.catalogue.method.variants:
        shown, known = rows[variant.name.en][-1], found[variant.id]
        expected = f"({words.ordinal(known.rank)} of {known.places})" if known.rank else ""
        assert shown.endswith(expected)
