"""Sources that should have published since: none, one, all; each by its own rhythm, said in three languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from html import unescape

import pytest
from flask.testing import FlaskClient

from config.catalogue import load, measures_of
from config.schema import LANGS, Provenance
from dashboard import sentences
from dashboard.app import build_app
from dashboard.freshness import Late, freshness
from dashboard.i18n import Words
from dashboard.state import Library
from tests.dashboard.samples import edition, provenance
from tests.dashboard.sites import TODAY

NB = "\u00a0"
SCORED = load().scored()
MEASURES = {measure for indicator in SCORED for measure in measures_of(indicator)}
# The sources behind the scores.
USED = {origin.source for origin in provenance() if MEASURES & set(origin.measures)}


def read_on(**days: date) -> tuple[Provenance, ...]:
    """Provenance of every source, read today but for those named."""
    return tuple(
        origin.model_copy(update={"retrieved_at": days.get(origin.source, TODAY).isoformat()})
        for origin in provenance()
    )


def late(*origins: Provenance) -> list[Late]:
    return list(freshness(load(), origins, SCORED, TODAY).late)


def test_figures_read_today_are_fresh() -> None:
    found = freshness(load(), read_on(), SCORED, TODAY)
    assert found.late == ()
    assert found.sources == len(USED)


@pytest.mark.parametrize(("days", "is_late"), [(365, False), (408, False), (409, True)])
def test_a_yearly_source_is_late_after_a_tenth_of_its_year_and_a_week(days: int, is_late: bool) -> None:
    """365 + 36.5 + 7 = 408.5 days."""
    found = late(*read_on(digital_decade=TODAY - timedelta(days=days)))
    assert {table.source for table in found} == ({"digital_decade"} if is_late else set())
    assert all(table.every_days == 365 for table in found)


def test_a_survey_of_every_four_years_has_more_time_than_a_yearly_table_of_the_same_publisher() -> None:
    """1461 + 146.1 + 7 = 1614.1 days for the survey; 408.5 for crime and transport."""
    two_years = late(*read_on(eurostat=TODAY - timedelta(days=730)))
    assert {table.dataset for table in two_years} == {"crim_off_cat", "urb_ctran"}
    five_years = late(*read_on(eurostat=TODAY - timedelta(days=1615)))
    assert {table.dataset for table in five_years} >= {"crim_off_cat", "urb_percep"}


def test_what_has_ended_or_is_frozen_is_never_late() -> None:
    found = late(*read_on(**dict.fromkeys(USED, date(2001, 1, 1))))
    assert "europepollu" not in {table.source for table in found}
    assert "isoc_r_broad_h" not in {table.dataset for table in found}


def test_the_newest_reading_of_a_table_counts() -> None:
    old = read_on(digital_decade=date(2001, 1, 1))
    assert late(*old, *read_on()) == []


def test_only_the_sources_behind_the_figures_count() -> None:
    safe = load().scored("safe")
    found = freshness(load(), read_on(digital_decade=date(2001, 1, 1)), safe, TODAY)
    assert found.late == ()
    assert found.sources < len(USED)


def test_every_table_that_is_shown_has_a_rhythm_or_none_for_a_reason() -> None:
    sources = load().sources.values()
    shown = {measure for indicator in load().indicators.values() for measure in measures_of(indicator)}
    without = {
        f"{source.id}/{name}"
        for source in sources
        if source.default_on
        for name, dataset in source.datasets.items()
        if shown & set(dataset.measures) and not (source.expected_every_days or dataset.expected_every_days)
    }
    assert without == {"europepollu/unclean_air_days", "eurostat/isoc_r_broad_h"}  # frozen; ended


@cache
def site(*stale: str) -> FlaskClient:
    """A site whose named sources were read in 2021, everything else today."""
    aged = replace(edition(), provenance=read_on(**dict.fromkeys(stale, date(2021, 3, 4))))
    client: FlaskClient = build_app(Library(aged), clock=lambda: TODAY).server.test_client()
    return client


def warning(client: FlaskClient, address: str) -> str:
    found = re.search(r'<details class="notice">(.*?)</details>', client.get(address).text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("page", ["", "p/connected", "p/safe", "i/vhcn_coverage"])
def test_no_source_stale(page: str, lang: str) -> None:
    assert warning(site(), f"/{lang}/{page}") == ""


ONE = {
    "en": "1 source of 3 should have published newer figures than those here. Digital Decade country profiles "
    "(European Commission, DG CONNECT): read on 4 March 2021, published once a year",
    "fr": "1 source sur 3 devrait avoir publié des chiffres plus récents que ceux-ci. Profils nationaux de la décennie "
    f"numérique (Commission européenne, DG CONNECT){NB}: consultation le 4 mars 2021, parution une fois par an",
    "nl": "1 van de 3 bronnen zou intussen nieuwere cijfers moeten hebben gepubliceerd dan deze. Landenprofielen van "
    "het digitale decennium (Europese Commissie, DG CONNECT): gelezen op 4 maart 2021, verschijnt eenmaal per jaar",
}


@pytest.mark.parametrize("lang", LANGS)
def test_one_source_stale(lang: str) -> None:
    """CONNECTED rests on three sources: Eurostat, the city survey of 2023 and the Digital Decade."""
    client = site("digital_decade")
    assert warning(client, f"/{lang}/p/connected").split() == ONE[lang].split()
    assert warning(client, f"/{lang}/p/sustainable") == ""
    assert warning(client, f"/{lang}/data") == ""
    # The home page rests on the sources of all four pillars, and on Statbel's incomes.
    count = len(USED | {"statbel"})
    assert warning(client, f"/{lang}/").split() == ONE[lang].replace("3", str(count), 1).split()


def test_all_sources_stale() -> None:
    client = site(*USED)
    said = warning(client, "/en/p/connected")
    assert said.startswith("Old data. All 3 sources should have published newer figures than those here.")
    assert "European statistics on regions and cities, urb_percep (Eurostat): read on 4 March 2021" in said
    one = warning(client, "/en/i/vhcn_coverage")
    assert one.startswith("Old data. The source should have published newer figures than those here.")


@pytest.mark.parametrize(
    ("lang", "some", "every", "single"),
    [
        (
            "en",
            "3 sources of 8 should have published newer figures than those here.",
            "Old data. All 8 sources should have published newer figures than those here.",
            "Old data. The source should have published newer figures than those here.",
        ),
        (
            "fr",
            "3 sources sur 8 devraient avoir publié des chiffres plus récents que ceux-ci.",
            "Données anciennes. Les 8 sources devraient toutes avoir publié des chiffres plus récents que ceux-ci.",
            "Données anciennes. La source devrait avoir publié des chiffres plus récents que ceux-ci.",
        ),
        (
            "nl",
            "3 van de 8 bronnen zouden intussen nieuwere cijfers moeten hebben gepubliceerd dan deze.",
            "Oude gegevens. Alle 8 bronnen zouden intussen nieuwere cijfers moeten hebben gepubliceerd dan deze.",
            "Oude gegevens. De bron zou intussen nieuwere cijfers moeten hebben gepubliceerd dan deze.",
        ),
    ],
)
def test_the_sentence_in_full(lang: str, some: str, every: str, single: str) -> None:
    words = Words(lang)
    assert sentences.late_sentence(words, 0, 8) == ""
    assert sentences.late_sentence(words, 3, 8) == some
    assert sentences.late_sentence(words, 8, 8) == every
    assert sentences.late_sentence(words, 1, 1) == single


@pytest.mark.parametrize(
    ("days", "en", "fr", "nl"),
    [
        (1, "every day", "chaque jour", "elke dag"),
        (92, "every quarter", "chaque trimestre", "elk kwartaal"),
        (365, "once a year", "une fois par an", "eenmaal per jaar"),
        (1461, "every three or four years", "tous les trois ou quatre ans", "om de drie of vier jaar"),
        (30, "every 30 days", "tous les 30 jours", "om de 30 dagen"),
    ],
)
def test_a_rhythm_in_words(days: int, en: str, fr: str, nl: str) -> None:
    assert [sentences.rhythm(Words(lang), days) for lang in ("en", "fr", "nl")] == [en, fr, nl]


def test_an_old_snapshot_says_it_once() -> None:
    """Past 400 days the notice of the snapshot's own age stands alone."""
    aged = replace(edition(), provenance=read_on(digital_decade=date(2021, 3, 4)))
    client = build_app(Library(aged), clock=lambda: TODAY.replace(year=2028)).server.test_client()
    assert warning(client, "/en/") == ""
    assert "These are old figures" in client.get("/en/").text
