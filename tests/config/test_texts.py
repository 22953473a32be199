"""The texts of config/: the same numbers in three languages, French spaces that do not break, symbols as readers know
them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.catalogue import FOLDER, load
from config.schema import LANGS
from config.text import Text
from tests.config.texts import numbers, texts

EVERY = dict(texts(load()))
CATALOGUES = sorted((FOLDER.parent / "dashboard" / "locale").glob("*/*.po"))
NBSP = "\u00a0"
# A high sign glued to its word, an ordinary space before one or between thousands, a guillemet without its space.
FRENCH_FAULT = re.compile(rf"[^\s{NBSP}][;!?»%]|[^\s{NBSP}]:(?!//)| [:;?!%»]|«[^{NBSP}]|\d \d{{3}}\b")


def plain(text: str) -> str:
    """Return a text without placeholders and addresses, whose signs are not punctuation."""
    return re.sub(r"https?://\S+|\{[^}]*\}", "x", text)


def test_there_are_texts_and_the_scan_sees_a_fault() -> None:
    assert len(EVERY) > 500
    assert len(CATALOGUES) >= 6
    faults = ("Combien ?", "16 % à", "« mieux »", "Combien?", "valeur: 3", "1 507 régions")
    assert [fault for fault in faults if not FRENCH_FAULT.search(fault)] == []


def test_french_high_punctuation_in_config_stands_off_without_breaking_the_line() -> None:
    assert {path: t.fr for path, t in EVERY.items() if FRENCH_FAULT.search(plain(t.fr))} == {}


@pytest.mark.parametrize("file", [f for f in CATALOGUES if f.parent.name == "fr"], ids=lambda f: f.name)
def test_french_high_punctuation_in_translations_stands_off_without_breaking_the_line(file: Path) -> None:
    said = re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', file.read_text(encoding="utf-8"), re.MULTILINE)
    assert said
    assert [text for text in said if FRENCH_FAULT.search(plain(text)) and "Content-Type" not in text] == []


def test_a_percent_sign_follows_its_number_at_once_in_english_and_dutch() -> None:
    spaced = re.compile(rf"[\d}}][ {NBSP}]%")
    assert {path: t for path, t in EVERY.items() if spaced.search(t.en + "|" + t.nl)} == {}
    for file in CATALOGUES:
        if file.parent.name == "nl":
            assert [line for line in file.read_text(encoding="utf-8").splitlines() if spaced.search(line)] == []


def test_the_three_languages_say_the_same_numbers() -> None:
    said = {
        path: {lang: numbers(t.in_(lang), lang) for lang in LANGS}
        for path, t in EVERY.items()
        if not path.startswith("sources.")
    }
    assert {path: by for path, by in said.items() if not by["en"] == by["fr"] == by["nl"]} == {}


def test_numbers_are_read_in_the_spelling_of_each_language() -> None:
    assert numbers("2,540 points in 2012, 2015; 92.53", "en") == ["2012", "2015", "2540", "92.53"]
    assert numbers(f"2{NBSP}540 points en 2012, 2015 ; 92,53", "fr") == ["2012", "2015", "2540", "92.53"]
    assert numbers("2.540 punten in 2012, 2015; 92,53", "nl") == ["2012", "2015", "2540", "92.53"]


def test_gases_and_dust_are_written_as_readers_know_them() -> None:
    """NO₂ with its index; PM2.5 with the decimal sign of the language, also in Dutch, as Belgium writes it."""

    def wrong(text: Text) -> bool:
        foreign = text.fr + text.nl
        return "NO2" in text.en + foreign or "PM2.5" in foreign or "PM2,5" in text.en

    assert {path: text for path, text in EVERY.items() if wrong(text)} == {}
