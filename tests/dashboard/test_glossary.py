"""The glossary: one list for the pages and the method page, short, in three languages, and found where it is used."""

from __future__ import annotations

import re

import pytest

from config.schema import LANGS
from dashboard.app import build_app
from dashboard.glossary import entries, tapped
from dashboard.i18n import Words
from dashboard.state import Library
from tests.dashboard.samples import edition

# What is on tap on each page, as its template asks for it.
ON_TAP = {
    "": {"range", "recalculations", "ends", "middle"},
    "compare?places=vienna,sofia": {"close", "recalculations"},
    "p/safe": {"interval", "error"},
}
each = pytest.mark.parametrize("lang", LANGS)


@each
def test_an_entry_says_what_it_means_in_two_sentences_at_most(lang: str) -> None:
    known = entries(Words(lang))
    assert len({entry.id for entry in known}) == len(known) == len({entry.word for entry in known})
    sentences = {entry.id: len(re.findall(r"[.!?](?:\s|$)", entry.meaning)) for entry in known}
    assert {id_: count for id_, count in sentences.items() if not 1 <= count <= 2} == {}


@each
@pytest.mark.parametrize("path", ON_TAP)
def test_each_word_on_tap_is_found_in_each_language(lang: str, path: str) -> None:
    html = build_app(Library(edition())).server.test_client().get(f"/{lang}/{path}").text
    asked = set(re.findall(r'popovertarget="word-(\w+)"', html))
    assert asked == ON_TAP[path]
    assert asked <= set(re.findall(r'<div popover id="word-(\w+)"', html))


@each
def test_the_method_page_lists_every_word(lang: str) -> None:
    html = build_app(Library(edition())).server.test_client().get(f"/{lang}/method").text
    listed = re.findall(r'<dt id="glossary-(\w+)">([^<]*)</dt><dd>([^<]+)', html)
    assert [id_ for id_, _, _ in listed] == [entry.id for entry in entries(Words(lang))]


def test_an_embed_has_the_words_alone() -> None:
    html = build_app(Library(edition())).server.test_client().get("/en/p/safe.html").text
    assert "popover" not in html


def test_only_the_first_mention_becomes_a_button_and_the_text_is_escaped() -> None:
    html = tapped(Words("en"), "<Range> and range, arranged", ["range"], "/en/method")
    assert html == (
        '&lt;<span class="kept"><button type="button" class="tap" popovertarget="word-range">Range</button>'
        '<a class="untapped" href="/en/method#glossary-range">Range</a></span>&gt; and range, arranged'
    )
    ended = tapped(Words("en"), "The range. More", ["range"], "/en/method")
    assert ended.endswith(">range</a>.</span> More")  # a full stop never begins a line
    assert tapped(Words("en"), "arranged", ["range"], "/en/method") == "arranged"
