"""Figures older than their own rhythm promises, and when the next ones come, said in three languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from html import unescape

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load, measures_of
from config.schema import LANGS, Indicator, Provenance
from dashboard import sentences
from dashboard.app import build_app
from dashboard.freshness import Due, beside, due, dues, ends
from dashboard.i18n import Words
from dashboard.state import Library
from tests.dashboard.samples import edition, provenance
from tests.dashboard.sites import TODAY

NB = "\u00a0"
CATALOGUE, ORIGINS = load(), provenance()
SCORED = CATALOGUE.scored()
SURVEY, YEARLY = "theft_victim", "vhcn_coverage"


def read_on(**days: date) -> tuple[Provenance, ...]:
    """Provenance of every source, read today but for those named."""
    return tuple(
        origin.model_copy(update={"retrieved_at": days.get(origin.source, TODAY).isoformat()})
        for origin in provenance()
    )


def made(indicator_id: str, newest: str, read: date, today: date = TODAY) -> Due:
    """When the next figures of an indicator come, whose tables were all read on one day."""
    indicator = CATALOGUE.indicators[indicator_id]
    behind = set(measures_of(indicator))
    held = [origin for origin in ORIGINS if behind & set(origin.measures)]
    origins = [origin.model_copy(update={"retrieved_at": read.isoformat()}) for origin in held]
    found = due(CATALOGUE, origins, indicator, newest, today)
    assert found is not None
    return found


def late(newest: str, *origins: Provenance) -> list[Due]:
    periods = dict.fromkeys((indicator.id for indicator in SCORED), newest)
    return [one for one in dues(load(), origins, SCORED, periods, TODAY) if one.overdue]


def test_figures_of_last_year_read_today_are_fresh() -> None:
    assert late("2025", *read_on()) == []


def test_it_is_the_age_of_the_data_that_counts_and_not_that_of_the_download() -> None:
    """2019 was out within 365 days of its end; a wave every 1461 days: the next by the end of 2024."""
    read_today = made(SURVEY, "2019", TODAY)
    assert read_today.expected == date(2019, 12, 31) + timedelta(days=365 + 1461) == date(2024, 12, 30)
    assert read_today.overdue
    # A yearly table of 2022: out by the end of 2023, the next by the end of 2024, whenever it was read.
    assert made(YEARLY, "2022", TODAY).expected == date(2022, 12, 31) + timedelta(days=365 + 365)
    assert made(YEARLY, "2022", date(2024, 6, 1)).expected == made(YEARLY, "2022", TODAY).expected


def test_figures_that_were_read_soon_after_their_year_had_come_out_by_then() -> None:
    """Read on 8 April 2026 with values of 2025: the next a year after that day, not after the end of 2026."""
    found = made(YEARLY, "2025", date(2026, 4, 8))
    assert found.expected == date(2027, 4, 8)
    assert not found.overdue


@pytest.mark.parametrize(("days", "is_late"), [(365, False), (408, False), (409, True)])
def test_a_yearly_table_is_late_after_a_tenth_of_its_year_and_a_week(days: int, is_late: bool) -> None:
    """365 + 36.5 + 7 = 408.5 days."""
    read = date(2026, 4, 8)
    assert made(YEARLY, "2025", read, today=read + timedelta(days=days)).overdue is is_late


def test_a_survey_of_every_four_years_has_more_time_than_a_yearly_table_of_the_same_publisher() -> None:
    """1461 + 146.1 + 7 = 1614.1 days for the survey; 408.5 for crime and transport."""
    read = date(2020, 1, 1)
    assert made("pt_easy_access", "2019", read, today=read + timedelta(days=1614)).overdue is False
    assert made("pt_easy_access", "2019", read, today=read + timedelta(days=1615)).overdue is True
    assert made("homicide_3y", "2019", read, today=read + timedelta(days=409)).overdue is True


def test_what_has_ended_or_is_frozen_has_no_day_and_is_never_late() -> None:
    for indicator in ("pm25_days", "broadband_households"):
        found = made(indicator, "2003", date(2004, 1, 1))
        assert (found.every_days, found.expected, found.overdue) == (None, None, False)


def test_the_newest_reading_of_a_table_counts() -> None:
    old = read_on(digital_decade=date(2001, 1, 1))
    assert late("2025", *old, *read_on()) == []


def test_an_indicator_without_a_file_or_a_value_has_nothing_to_come() -> None:
    indicator = load().indicators[YEARLY]
    assert due(load(), (), indicator, "2025", TODAY) is None
    assert due(load(), read_on(), indicator, "", TODAY) is None


def test_tables_no_indicator_rests_on_are_counted_too() -> None:
    catalogue = load()
    behind = {measure for indicator in catalogue.indicators.values() for measure in measures_of(indicator)}
    loose = next(o for o in read_on() if o.measures and not behind & set(o.measures) and o.source == "egov_benchmark")
    found = beside(catalogue, [loose], dict.fromkeys(loose.measures, "2022"), TODAY)
    assert [(one.indicator, one.source, one.newest, one.overdue) for one in found] == [
        ("", "egov_benchmark", "2022", True)
    ]
    assert beside(catalogue, [loose], {}, TODAY) == ()


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("2025", date(2025, 12, 31)),
        ("2025-S1", date(2025, 6, 30)),
        ("2025-Q3", date(2025, 9, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("2026-W01", date(2026, 1, 4)),
        ("2026-08-18", date(2026, 8, 18)),
        ("2026-08-18T12:00", date(2026, 8, 18)),
    ],
)
def test_a_period_ends_on_its_last_day(period: str, last: date) -> None:
    assert ends(period) == last


@given(st.integers(2000, 2026), st.dates(date(2000, 1, 1), TODAY), st.sampled_from([i.id for i in SCORED]))
def test_a_later_period_is_never_expected_earlier(year: int, read: date, indicator: str) -> None:
    first, second = (made(indicator, str(when), read) for when in (year, year + 1))
    assert (first.expected is None) == (second.expected is None)
    if first.expected and second.expected:
        assert first.expected <= second.expected
        assert first.overdue or not second.overdue


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
    "en": "{late} of {of} figures here are older than their publishers’ own rhythm promises. Sources concerned: 1 of "
    "the {sources} of this edition. Digital Decade country profiles (European Commission, DG CONNECT): {late} "
    "figures of 2025, published once a year; the next were expected in March 2022",
    "fr": "{late} chiffres sur {of} sont plus anciens que ne le promet le rythme de leurs producteurs. Sources "
    f"concernées{NB}: 1 sur les {{sources}} de cette édition. Profils nationaux de la décennie numérique (Commission "
    f"européenne, DG CONNECT){NB}: {{late}} chiffres de 2025, publication une fois par an{NB}; les suivants étaient "
    "attendus en mars 2022",
    "nl": "{late} van de {of} cijfers hier zijn ouder dan het ritme van de producenten belooft. Betrokken bronnen: 1 "
    "van de {sources} van deze editie. Landenprofielen van het digitale decennium (Europese Commissie, DG "
    "CONNECT): {late} cijfers van 2025, verschijnt eenmaal per jaar; de volgende werden verwacht in maart 2022",
}
SOURCES = len({origin.source for origin in provenance()})


def rests_on(pillar: str | None, source: str) -> tuple[int, int]:
    """How many of a page's figures come from a source, and how many there are."""
    catalogue = load()
    held = [i for i in catalogue.indicators.values() if i.pillar == pillar] if pillar else [*SCORED, income()]
    return sum(catalogue.source_of(measures_of(i)[0]) == source for i in held), len(held)


def income() -> Indicator:
    lens = load().site.lens
    assert lens is not None
    return load().indicators[lens]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("pillar", ["connected", None])
def test_one_source_stale(lang: str, pillar: str | None) -> None:
    """The home page rests on the scored indicators and on Statbel's incomes, a pillar on all of its own."""
    client = site("digital_decade")
    late, of = rests_on(pillar, "digital_decade")
    expected = ONE[lang].format(late=late, of=of, sources=SOURCES)
    assert warning(client, f"/{lang}/p/{pillar}" if pillar else f"/{lang}/").split() == expected.split()
    assert warning(client, f"/{lang}/p/sustainable") == ""


def test_the_notice_of_home_stands_with_what_the_answer_rests_on() -> None:
    text = site("digital_decade").get("/en/").text
    assert text.index('id="rests-on"') < text.index('<details class="notice">') < text.index('id="four"')


@pytest.mark.parametrize("lang", LANGS)
def test_an_indicator_says_when_its_next_figures_come(lang: str) -> None:
    """Figures of 2025, read on 4 March 2021 (late) or today (not), once a year."""
    overdue, fresh = (unescape(client.get(f"/{lang}/i/{YEARLY}").text) for client in (site("digital_decade"), site()))
    assert {
        "en": "Overdue since March 2022: they are published once a year, and the newest are of 2025.",
        "fr": f"En retard depuis mars 2022{NB}: ils paraissent une fois par an, et les plus récents sont de 2025.",
        "nl": "Te laat sinds maart 2022: ze verschijnen eenmaal per jaar, en de nieuwste zijn van 2025.",
    }[lang] in overdue
    assert {
        "en": "Expected in November 2027: they are published once a year, and the newest are of 2025.",
        "fr": f"Attendus en novembre 2027{NB}: ils paraissent une fois par an, et les plus récents sont de 2025.",
        "nl": "Verwacht in november 2027: ze verschijnen eenmaal per jaar, en de nieuwste zijn van 2025.",
    }[lang] in fresh
    assert {
        "en": "None to be expected: the series has ended",
        "fr": f"Aucune date{NB}: la série est close",
        "nl": "Geen datum: de reeks is afgesloten",
    }[lang] in unescape(site().get(f"/{lang}/i/pm25_days").text)


@pytest.mark.parametrize("lang", LANGS)
def test_the_data_page_has_a_row_for_every_source_of_the_edition(lang: str) -> None:
    text = unescape(site("digital_decade").get(f"/{lang}/data").text)
    table = text[text.index('id="next"') : text.index('id="downloads"')]
    valued = set(edition().observations["measure"])
    held = {o.source: o for o in provenance() if valued & set(o.measures)}
    missing = [s for s in held if load().sources[s].title.in_(lang) not in table]
    assert missing == []
    assert {"en": "overdue since March 2022", "fr": "en retard depuis mars 2022", "nl": "te laat sinds maart 2022"}[
        lang
    ] in table


def test_everything_stale() -> None:
    client = site(*{origin.source for origin in provenance()})
    one = warning(client, "/en/i/vhcn_coverage")
    assert one.startswith("The figure here is older than its publisher’s own rhythm promises.")
    _, of = rests_on("open", "")
    said = warning(client, "/en/p/open")
    assert said.startswith(f"All {of} figures here are older than their publishers’ own rhythm promises.")


@pytest.mark.parametrize(
    ("lang", "one", "some", "every", "single"),
    [
        (
            "en",
            "1 of 8 figures here is older than its publisher’s own rhythm promises.",
            "3 of 8 figures here are older than their publishers’ own rhythm promises.",
            "All 8 figures here are older than their publishers’ own rhythm promises.",
            "The figure here is older than its publisher’s own rhythm promises.",
        ),
        (
            "fr",
            "1 chiffre sur 8 est plus ancien que ne le promet le rythme de son producteur.",
            "3 chiffres sur 8 sont plus anciens que ne le promet le rythme de leurs producteurs.",
            "Les 8 chiffres repris ici sont tous plus anciens que ne le promet le rythme de leurs producteurs.",
            "Ce chiffre est plus ancien que ne le promet le rythme de son producteur.",
        ),
        (
            "nl",
            "1 van de 8 cijfers hier is ouder dan het ritme van de producent belooft.",
            "3 van de 8 cijfers hier zijn ouder dan het ritme van de producenten belooft.",
            "Alle 8 cijfers hier zijn ouder dan het ritme van de producenten belooft.",
            "Dit cijfer is ouder dan het ritme van de producent belooft.",
        ),
    ],
)
def test_the_sentence_in_full(lang: str, one: str, some: str, every: str, single: str) -> None:
    words = Words(lang)
    assert sentences.late_sentence(words, 0, 8) == ""
    assert sentences.late_sentence(words, 1, 8) == one
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


def test_an_old_snapshot_says_its_own_age_and_which_figures_are_overdue() -> None:
    aged = replace(edition(), provenance=read_on(digital_decade=date(2021, 3, 4)))
    client = build_app(Library(aged), clock=lambda: TODAY.replace(year=2028)).server.test_client()
    assert "This edition is 733 days old: its figures are old data." in client.get("/en/").text
    assert "the next were expected in March 2022" in warning(client, "/en/")
