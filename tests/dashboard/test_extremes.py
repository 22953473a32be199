"""Strongest and weakest are against the peers, never a flagged value, and say where no margin of error is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from statistics import median

import pytest

from config.schema import LANGS
from dashboard.address import Address
from dashboard.i18n import Words
from dashboard.pages.extremes import extremes, finding, noun, points
from dashboard.pages.visit import Visit
from dashboard.selection import Selection
from dashboard.state import Edition
from tests.dashboard.samples import edition

MADE = edition()
PILLARS = tuple(MADE.catalogue.pillars)


def visit(place: str = "brussels", lang: str = "en", made: Edition = MADE) -> Visit:
    chosen = Selection(hero=None if place == made.catalogue.hero else place)
    return Visit(made, Address(lang, "home", selection=chosen), Words(lang), date(2026, 11, 22))  # type: ignore[arg-type]


def distances(place: str, pillar: str) -> dict[str, float]:
    """Own score less the median of the other ranked places' scores, by indicator; places with one value count once."""
    found = {}
    for indicator in MADE.catalogue.scored(pillar):
        cells = {p.id: MADE.lookup.cell(indicator.id, p.id) for p in MADE.peers}
        known = {p: c for p, c in cells.items() if c and c.latest and c.score is not None}
        if place in known:
            others = {c.area: c.score for c in known.values() if c.area != known[place].area}
            found[indicator.id] = known[place].score - median(others.values())
    return found


@pytest.mark.parametrize("pillar", PILLARS)
@pytest.mark.parametrize("place", ["brussels", "vienna", "sofia"])
def test_they_are_the_furthest_ahead_of_and_behind_the_median(place: str, pillar: str) -> None:
    known = {
        id_: gap for id_, gap in distances(place, pillar).items() if place not in MADE.catalogue.indicators[id_].flags
    }
    found = extremes(visit(place), pillar)
    assert found is not None
    assert [end.gap for end in found] == pytest.approx([max(known.values()), min(known.values())])
    assert [known[end.indicator.id] for end in found] == pytest.approx([end.gap for end in found])


def test_a_flagged_value_is_never_the_strongest() -> None:
    strongest = extremes(visit(), "open")
    assert strongest is not None
    flagged = strongest[0].indicator
    odd = flagged.model_copy(update={"flags": {"brussels": flagged.label}})
    catalogue = MADE.catalogue.model_copy(update={"indicators": {**MADE.catalogue.indicators, odd.id: odd}})
    found = extremes(visit(made=replace(MADE, catalogue=catalogue)), "open")
    assert found is not None
    assert flagged.id not in {end.indicator.id for end in found}
    bare = flagged.model_copy(update={"comparable": "time"})
    catalogue = MADE.catalogue.model_copy(update={"indicators": {**MADE.catalogue.indicators, bare.id: bare}})
    again = extremes(visit(made=replace(MADE, catalogue=catalogue)), "open")
    assert again is not None
    assert flagged.id not in {end.indicator.id for end in again}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("pillar", PILLARS)
def test_the_heading_uses_nouns_and_says_where_no_error_is_published(pillar: str, lang: str) -> None:
    asked = visit(lang=lang)
    found, said = extremes(asked, pillar), finding(asked, pillar)
    assert found is not None
    for end in found:
        assert noun(asked, end.indicator) in said
        gap, remark = points(asked, end)
        assert gap == asked.words.signed(end.gap)
        assert bool(remark) == (not end.tested)
    bare = {"en": "no margin of error", "fr": "marge d’erreur", "nl": "foutmarge"}[lang]
    assert (bare in said) == any(not end.tested for end in found)


def test_a_place_without_values_has_no_extremes() -> None:
    gone = MADE.catalogue.places["ghent"].model_copy(update={"id": "nowhere", "areas": {"city": "XX001C"}})
    catalogue = MADE.catalogue.model_copy(update={"places": {**MADE.catalogue.places, "nowhere": gone}})
    asked = visit("nowhere", made=replace(MADE, catalogue=catalogue))
    assert extremes(asked, "safe") is None
    assert finding(asked, "safe") == "Safe"
