"""The briefing: the same figures as page and as PDF, two sheets whoever is asked about, in each language."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader

from dashboard import charts, pdf
from dashboard.address import parse
from dashboard.app import build_app
from dashboard.i18n import Words
from dashboard.pages.brief import brief
from dashboard.pages.sheets import Brief
from dashboard.pages.visit import Visit
from dashboard.state import Library
from tests.dashboard.samples import edition
from tests.dashboard.sites import LANGS, NEWER, OLDER, TODAY, get

A4 = (595.28, 841.89)  # points: 210 mm and 297 mm, each divided by 25.4 and times 72
ORIGIN = "https://pillars.example"
# The hero with most to say, one that is not ranked, one with a long name, and every place chosen with an old snapshot.
EVERYONE = tuple(place.id for place in edition().catalogue.city_regions())
FULLEST = {"places": ",".join(EVERYONE), "time": "2012..2019"}
HEROES = ("brussels", "valletta", "luxembourg")


def made(lang: str, today: date = TODAY, **query: str) -> Brief:
    address = parse(f"/{lang}/brief", list(query.items()), edition().catalogue, (NEWER,))
    return brief(Visit(edition(), address, Words(lang), today, (NEWER,)))


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def text_of(file: PdfReader) -> str:
    return plain(" ".join(page.extract_text() for page in file.pages))


def plain(text: str) -> str:
    """Return a text on one line; a line may end after the hyphen of a word."""
    return re.sub(r"(?<=\w-) (?=\w)", "", re.sub(r"\s+", " ", text))


def page_text(address: str) -> str:
    return plain(unescape(re.sub(r"<(title|desc)[^>]*>.*?</\1>|<[^>]*>", " ", get(address).text)))


def tags(node: Any, kind: str) -> list[Any]:
    """Return every element of a kind below a node of the structure tree."""
    found = node.get_object()
    if not isinstance(found, dict):
        return []
    children = found.get("/K", [])
    below = [tag for child in (children if isinstance(children, list) else [children]) for tag in tags(child, kind)]
    return [found, *below] if found.get("/S") == kind else below


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_says_the_answer_the_scores_the_filters_and_the_snapshot(lang: str) -> None:
    text, said = page_text(f"/{lang}/brief?places=paris,oslo"), made(lang, places="paris,oslo")
    assert plain("".join(run for run, _ in said.front.answer)) in text.replace(" .", ".").replace(" ,", ",")
    for card in said.front.cards:
        assert re.search(rf"{card.name} .*? {card.score} {card.span}", text), card.name
        assert "Oslo" in card.peers
        assert plain(card.peers) in text
    for term, words in said.back.facts:
        assert plain(f"{term} {words}") in text
    assert NEWER in text
    assert f"http://localhost/{lang}/brief@{NEWER}?places=paris,oslo" in text


@pytest.mark.parametrize("lang", LANGS)
def test_the_pdf_says_what_the_page_says(lang: str) -> None:
    said, text = made(lang), text_of(read(get(f"/{lang}/brief.pdf").data))
    for words in (said.front.question, said.front.rank, said.front.presence, *said.back.method, said.back.independent):
        assert plain(words) in text
    for card in said.front.cards:
        assert f"{card.score} {card.span}" in text
    for row in (row for group in said.back.groups for row in group.rows):
        assert plain(row.label) in text
        assert plain(f"{row.value} {row.interval} {row.year}") in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("hero", HEROES)
def test_the_front_says_the_cautions_of_home_in_its_words(lang: str, hero: str) -> None:
    address = parse(f"/{lang}/", [("hero", hero)], edition().catalogue)
    chart = charts.pillar_strip(*Visit(edition(), address, Words(lang), TODAY).common, "overall", hero=hero)
    home, front = page_text(f"/{lang}/?hero={hero}"), made(lang, hero=hero).front
    kinds = [caution.kind for caution in chart.cautions]
    assert {"whole_country", "no_error"} <= {*kinds}
    for caution in chart.cautions:
        assert plain(caution.text) in home
        assert caution.text in front.presence or caution.kind in ("whole_country", "missing")


def test_each_row_has_the_numbers_of_the_pillar_page() -> None:
    page = page_text("/en/p/safe")
    rows = next(group.rows for group in made("en").back.groups if group.pillar == "safe")
    assert len(rows) == len(edition().catalogue.scored("safe"))
    for row in rows:
        assert f"{row.label} " in page
        assert f"{row.value} {row.interval if row.interval != '–' else 'no interval'} score {row.score}" in page


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("hero", HEROES)
def test_the_pdf_is_two_sheets_of_a4_however_much_there_is_to_say(lang: str, hero: str) -> None:
    longest = made(lang, TODAY.replace(year=2030), hero=hero, **FULLEST)
    assert longest.warnings
    for said in (made(lang, hero=hero), longest):
        pages = read(pdf.render(said, ORIGIN)).pages
        assert [tuple(page.mediabox[2:]) for page in pages] == [pytest.approx(A4, abs=0.02)] * 2
        first, second = (plain(page.extract_text()) for page in pages)
        assert plain(said.front.inclusion) in first
        assert plain(said.back.independent) in second


@pytest.mark.parametrize("lang", LANGS)
def test_the_pdf_is_tagged_and_described_for_those_who_hear_it(lang: str) -> None:
    file, said = read(get(f"/{lang}/brief.pdf").data), made(lang)
    root = file.trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert file.metadata is not None
    assert (file.metadata.title, file.metadata.author) == (said.title, said.author)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in file.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
    tree = root["/StructTreeRoot"]
    assert len(tags(tree, "/H1")) == 1
    assert len(tags(tree, "/Table")) == 1
    assert len(tags(tree, "/TH")) == len(said.back.columns) + len(said.back.groups)
    drawn = [said.front.histogram, said.front.municipalities, *(card.strip for card in said.front.cards)]
    drawn += [entry.slope for entry in (*said.front.moved, *said.front.unsure)]
    drawn += [row.strip for group in said.back.groups for row in group.rows]
    wanted = sorted(f"{chart.title}. {chart.description}" for chart in drawn if chart)
    assert sorted(str(figure["/Alt"]) for figure in tags(tree, "/Figure")) == wanted


def test_the_pdf_brings_our_fonts_and_no_other() -> None:
    fonts = {str(font["/BaseFont"]) for page in read(get("/fr/brief.pdf").data).pages
             for font in (entry.get_object() for entry in page["/Resources"]["/Font"].values())}  # fmt: skip
    assert {name.split("+")[-1].split("-")[0] for name in fonts} == {"Roboto"}


def test_the_same_briefing_gives_the_same_bytes_dated_by_its_snapshot() -> None:
    once, again = (pdf.render(made("nl"), ORIGIN) for _ in range(2))
    assert once == again
    found = read(once).metadata
    assert found is not None
    assert found.creation_date is not None
    assert found.creation_date.date().isoformat() == edition().created


@pytest.mark.parametrize("name", ['#panic("x") $1/0$ *a* _b_ `c` <d> @e // f \\ [g]', '"}], "front": null', "北京 → Ω"])
def test_whatever_stands_in_a_name_stays_text(name: str) -> None:
    said = made("en")
    hostile = replace(said, title=name, front=replace(said.front, question=name))
    assert read(pdf.render(hostile, ORIGIN)).metadata.title == name  # type: ignore[union-attr]
    if name.isascii():
        assert name in text_of(read(pdf.render(hostile, ORIGIN)))


def test_a_chosen_city_region_is_the_one_that_is_briefed() -> None:
    answer = get("/en/brief.pdf?hero=vienna")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="four-pillars-vienna-2026-11-20-en.pdf"'
    assert "Is Vienna a smart city-region?" in text_of(read(answer.data))
    assert "No values by municipality are held for Vienna" in text_of(read(answer.data))
    assert "Is Vienna a smart city-region?" in get("/en/brief?hero=vienna").text


def test_a_pinned_briefing_is_of_its_snapshot_and_says_that_a_newer_one_exists() -> None:
    text = text_of(read(get(f"/en/brief@{OLDER}.pdf").data))
    assert OLDER in text
    assert NEWER not in text
    assert "a newer one exists" in text
    assert "a newer one exists" in page_text(f"/en/brief@{OLDER}")
    assert "a newer one exists" not in page_text(f"/en/brief@{NEWER}")


def test_a_pinned_briefing_tells_its_age_so_it_is_asked_for_again() -> None:
    assert get(f"/en/brief@{OLDER}.pdf").cache_control.max_age == 60 * 60
    assert not get(f"/en/brief@{OLDER}.pdf").cache_control.immutable
    tomorrow = build_app(Library(edition()), clock=lambda: TODAY.replace(day=23)).server.test_client()
    assert tomorrow.get("/en/brief.pdf").headers["ETag"] != get("/en/brief.pdf").headers["ETag"]
    assert "3 days ago" in text_of(read(tomorrow.get("/en/brief.pdf").data))  # 20 to 23 November


def test_an_old_snapshot_confesses_its_age_on_paper() -> None:
    days = 365 + 366 + 2  # 20 November 2026 to 22 November 2028, with the leap day of 2028
    said = made("en", TODAY.replace(year=2028))
    assert f"This edition is {days} days old" in text_of(read(pdf.render(said, ORIGIN)))


def test_chosen_years_are_said_to_move_no_score() -> None:
    assert "charts over time, not scores" in page_text("/en/brief?time=2012..2019")
    assert "charts over time, not scores" not in page_text("/en/brief")


@pytest.mark.parametrize("address", ["/en/brief.csv", "/fr/brief.html"])
def test_the_briefing_has_one_form(address: str) -> None:
    answer = get(address)
    assert answer.status_code == 404
    assert "pdf" in answer.text


@pytest.mark.parametrize("address", ["/en/i/road_deaths.pdf", "/en/p/safe.pdf", "/en/overall.pdf"])
def test_nothing_else_is_a_pdf(address: str) -> None:
    answer = get(address)
    assert answer.status_code == 404
    assert "There is no format “.pdf”" in unescape(answer.text)


@pytest.mark.parametrize("page", ["", "p/safe"])
def test_the_pages_lead_to_the_briefing_of_what_was_chosen(page: str) -> None:
    text = unescape(get(f"/nl/{page}?hero=vienna&places=paris").text)
    assert 'href="/nl/brief.pdf?hero=vienna&places=paris"' in text
    assert 'href="/nl/brief?hero=vienna&places=paris"' in text
