"""What stands on the pages in French and Dutch: no English left over, no calque, no hole, no space that breaks.

A seeded sample of the addresses is read at every run; `make soak` reads all of them.
"""

from __future__ import annotations

import random
import re
from functools import cache
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from config.catalogue import load
from dashboard.app import build_app
from dashboard.i18n import translations
from dashboard.state import Library
from tests.dashboard.messages import in_dashboard
from tests.dashboard.samples import edition

HEROES = ("brussels", "antwerp", "valletta", "oslo")
SAMPLE, SEED = 24, 20261128
UNSEEN = {"script", "style", "svg", "code", "textarea"}
# Words that read like another language or mean something else: what was meant is in the translations.
CALQUES = {
    "fr": (
        r"détenue?s\b", r"\bgoalposts?\b(?!-v)", r"éditeurs?\b", r"réemball", r"recondition", r"\binstantané",
        r"\brecalcul",
        r"plage de sensibilité", r"se distingue(nt)? pas", r"impossible à dire", r"comme de l’histoire",
        r"39 (recalculs )?sur 40", r"Mieux,? (est|c’est) à droite",
        r"\ble 1 (janvier|février|mars|avril|mai|juin|juillet)",
    ),
    "nl": (
        r"golven in bezit", r"\bgolven\b", r"\buitgevers?\b", r"Aanranding", r"herverpakt", r"groot-?stad\b",
        r"momentopname",
        r"herberekening", r"gevoeligheidsmarge", r"niet te onderscheiden", r"niet te zeggen", r"als geschiedenis",
        r"39 (van de|op|van) 40", r"Beter (staat|is) (naar )?rechts", r"geoogst",
        r"lokale administratie\b", r"PM2\.5",
    ),
}  # fmt: skip
HOLES = re.compile(r"\bNone\b|\bnan\b|\bundefined\b|\(\s*\)|\{\w*\}|\bNaN\b|,\s*,|;\s*;")
FRENCH_SPACE = re.compile(r"(?<=\d) %| [;!?»]| :(?=\s|$)|« ")
ONE_OF_MANY = {
    "fr": re.compile(r"(?<![\d.,–\u202f])[01] (jours|villes|valeurs|indicateurs|points|ans|lieux|communes|sources)\b"),
    "nl": re.compile(r"(?<![\d.,–])1 (dagen|steden|waarden|indicatoren|punten|plaatsen|gemeenten|bronnen)\b"),
}
# The method page names the technical terms beside the everyday ones.
TECHNICAL = {"fr": ("plage de sensibilité",), "nl": ("gevoeligheidsmarge",)}


class Reader(HTMLParser):
    """Collects what a reader reads: texts in the language of the page, one a block, without drawings and code."""

    INLINE = ("a", "abbr", "b", "button", "em", "i", "span", "strong", "sub", "sup")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = [""]
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag in ("br", "img", "input", "link", "meta", "hr", "wbr"):
            self.texts.append("")
        elif self._hidden or tag in UNSEEN or given.get("class") == "untapped" or given.get("lang") == "en":
            self._hidden.append(tag)
        elif tag not in self.INLINE:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.pop()
        elif tag not in self.INLINE:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts[-1] += data


def read(html: str) -> list[str]:
    """Return the texts of a page, white space as a browser shows it (a space that does not break stays)."""
    reader = Reader()
    reader.feed(html)
    texts = (re.sub(r"[ \n\t]+", " ", text).strip(" ") for text in reader.texts)
    return [text for text in texts if text]


@cache
def client() -> FlaskClient:
    return build_app(Library(edition())).server.test_client()


def addresses(lang: str, *, whole: bool) -> list[str]:
    catalogue = load()
    found = [f"/{lang}/{page}" for page in ("data", "accessibility")]
    for hero in HEROES:
        asked = f"?hero={hero}"
        found += [f"/{lang}/{page}{asked}" for page in ("", "compare", "method", "brief")]
        found += [f"/{lang}/compare{asked}&peers=all", f"/{lang}/c/{hero}"]
        found += [f"/{lang}/p/{pillar}{asked}" for pillar in catalogue.pillars]
        found += [f"/{lang}/i/{i}{asked}{view}" for i in catalogue.indicators for view in ("", "&view=rank")]
    found += [f"/{lang}/i/{i}.{form}" for i in catalogue.indicators for form in ("html", "txt")]
    found += [f"/{lang}/c/{place.id}" for place in catalogue.municipalities()]
    if whole:
        return found
    always = [
        f"/{lang}/",
        f"/{lang}/method?hero=brussels",
        f"/{lang}/compare?hero=antwerp",
        f"/{lang}/p/safe?hero=oslo",
    ]
    return always + random.Random(SEED).sample(found, SAMPLE)


@cache
def pages(lang: str, whole: bool) -> dict[str, list[str]]:
    """Return the texts of each address."""
    out = {}
    for address in addresses(lang, whole=whole):
        answer = client().get(address)
        assert answer.status_code == 200, address
        out[address] = read(answer.text) if "html" in answer.mimetype else answer.text.split("\n")
    return out


def faults(lang: str, pattern: re.Pattern[str], *, whole: bool) -> dict[str, str]:
    """Return the first text of each page that a pattern finds."""
    found = {}
    for address, texts in pages(lang, whole).items():
        text = next((text for text in texts if pattern.search(text)), None)
        if text is not None:
            found[address] = text
    return found


SOAK = pytest.mark.soak
foreign = pytest.mark.parametrize(
    ("lang", "whole"),
    [("fr", False), ("nl", False), pytest.param("fr", True, marks=SOAK), pytest.param("nl", True, marks=SOAK)],
)
french = pytest.mark.parametrize("whole", [False, pytest.param(True, marks=SOAK)])


@foreign
def test_nothing_is_left_in_english(lang: str, *, whole: bool) -> None:
    """A text that is a message as it stands in the code, where the translation is another."""
    known = translations(lang)
    english = {m for m in in_dashboard().messages if "{" not in m and known.get(m, m) != m and m not in known.values()}
    left = {a: [t for t in texts if t in english] for a, texts in pages(lang, whole).items()}
    assert {address: texts for address, texts in left.items() if texts} == {}


@foreign
def test_nothing_reads_like_english_in_disguise(lang: str, *, whole: bool) -> None:
    found = faults(lang, re.compile("|".join(CALQUES[lang]), re.IGNORECASE), whole=whole)
    allowed = [a for a, text in found.items() if "/method" in a and any(t in text for t in TECHNICAL[lang])]
    assert {address: text for address, text in found.items() if address not in allowed} == {}


@foreign
def test_no_text_has_a_hole(lang: str, *, whole: bool) -> None:
    assert faults(lang, HOLES, whole=whole) == {}


@foreign
def test_no_text_has_two_spaces(lang: str, *, whole: bool) -> None:
    assert faults(lang, re.compile(r"[ \u00a0\u202f]{2,}"), whole=whole) == {}


@foreign
def test_one_is_never_many(lang: str, *, whole: bool) -> None:
    assert faults(lang, ONE_OF_MANY[lang], whole=whole) == {}


@french
def test_no_french_sign_can_stand_alone_on_a_line(*, whole: bool) -> None:
    assert faults("fr", FRENCH_SPACE, whole=whole) == {}


@french
def test_french_elides_before_every_name(*, whole: bool) -> None:
    name = "|".join(p.name.fr for p in load().places.values() if p.name.fr[0] in "AEIOUÉ" or p.name.fr == "Helsinki")
    assert faults("fr", re.compile(rf"\b(de|que) ({name})\b"), whole=whole) == {}


def test_the_reader_sees_faults_and_only_what_is_shown() -> None:
    html = (
        '<p>Score  de <b>Oslo</b> <button>x</button><a class="untapped" href="#">x</a> ?</p><svg><text>y</text></svg>'
    )
    assert read(html) == ["Score de Oslo x ?"]
    assert FRENCH_SPACE.search("x ?")
    assert HOLES.search("a () b")
    assert HOLES.search("nan points")
    assert ONE_OF_MANY["nl"].search("1 dagen")
