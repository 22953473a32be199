"""Names and counts inside sentences: no message of any language breaks for any place or any number."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load
from config.schema import LANGS, Symbol, Text
from dashboard import i18n
from dashboard.grammar import NBSP, elides, filled, joined, singular, spaced
from dashboard.i18n import Words, translations
from tests.dashboard.messages import in_dashboard

# How French says "of" and "to" before a name; written by hand, so that the rule is not tested against itself.
OF_AND_TO = {
    "Amsterdam": ("d’Amsterdam", "à Amsterdam"),
    "Anvers": ("d’Anvers", "à Anvers"),
    "Athènes": ("d’Athènes", "à Athènes"),
    "Évreux": ("d’Évreux", "à Évreux"),
    "Île-de-France": ("d’Île-de-France", "à Île-de-France"),
    "Oslo": ("d’Oslo", "à Oslo"),
    "Œting": ("d’Œting", "à Œting"),
    "Uccle": ("d’Uccle", "à Uccle"),
    "Ypres": ("d’Ypres", "à Ypres"),
    "Helsinki": ("d’Helsinki", "à Helsinki"),
    "Honfleur": ("d’Honfleur", "à Honfleur"),
    "Hyères": ("d’Hyères", "à Hyères"),
    "Hambourg": ("de Hambourg", "à Hambourg"),
    "Hasselt": ("de Hasselt", "à Hasselt"),
    "Huy": ("de Huy", "à Huy"),
    "La Haye": ("de La Haye", "à La Haye"),
    "La Valette": ("de La Valette", "à La Valette"),
    "L’Aquila": ("de L’Aquila", "à L’Aquila"),
    "Le Havre": ("du Havre", "au Havre"),
    "Le Pirée": ("du Pirée", "au Pirée"),
    "Les Sables": ("des Sables", "aux Sables"),
    "Lens": ("de Lens", "à Lens"),
    "Lesbos": ("de Lesbos", "à Lesbos"),
    "York": ("de York", "à York"),
    "Yaoundé": ("de Yaoundé", "à Yaoundé"),
    "Ouagadougou": ("de Ouagadougou", "à Ouagadougou"),
    "Bruxelles": ("de Bruxelles", "à Bruxelles"),
}
ELIDED = re.compile(r"d’(.+)")
# Placeholders that hold how many there are of something.
COUNTS = {
    *("count", "of", "n", "days", "years", "tests", "present", "ahead", "behind", "rest", "observed", "opinions"),
    *("facts", "gap", "shown", "survey", "states", "regions", "aims", "bounds", "seen", "at_least"),
}
# What ends like a plural after a number and is none.
NO_PLURALS = {
    "en": {"is", "has"},
    "fr": {"sur", "dans", "fois", "pays"},
    "nl": {"van", "een", "geen", "doen", "ingetrokken", "is", "plaats"},
}
PLURAL = {
    "en": re.compile(r"(?<![\d.,–])1 (\w+s)\b"),
    "fr": re.compile(r"(?<![\d.,–])(?:0|1|1,5) (\w+[sx])\b"),
    "nl": re.compile(r"(?<![\d.,–])1 (\w+(?:en|s|’s))\b"),
}


@cache
def names(lang: str) -> tuple[str, ...]:
    return tuple(place.name.in_(lang) for place in load().places.values())


def said(lang: str, value: str) -> dict[str, str]:
    """Return every message in a language with `value` in every place where something is put in."""
    known = translations(lang)
    texts = {m: known.get(m, m) for m in in_dashboard().messages}
    return {m: filled(lang, t, dict.fromkeys(placeholders(t), value)) for m, t in texts.items() if placeholders(t)}


@cache
def many() -> set[str]:
    """Return the messages that `Words.plural` takes for several only."""
    files = [file.read_bytes() for file in (i18n.FOLDER / "fr").glob("*.po")]
    read = [message for file in files for message in read_po(BytesIO(file), locale="fr")]
    return {message.id[1] for message in read if message.pluralizable}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(("name", "forms"), OF_AND_TO.items())
def test_of_and_to_a_name(name: str, forms: tuple[str, str]) -> None:
    words = "fr"
    assert filled(words, "Score de {place}", {"place": name}) == f"Score {forms[0]}"
    assert filled(words, "plus à {b} qu’à {a}", {"a": name, "b": name}) == f"plus {forms[1]} qu’{forms[1]}"


def test_every_place_of_the_catalogue_is_joined_as_it_is_spoken() -> None:
    vowels = {name for name in names("fr") if name[0] in "AEIOUÉ"}
    assert {name for name in names("fr") if elides(name)} == vowels | {"Helsinki"}


def test_a_name_in_any_case_keeps_the_case_of_its_word() -> None:
    assert joined("De", "Oslo") == "D’Oslo"
    assert joined("De", "Le Havre") == "Du Havre"
    assert joined("que", "Oslo") == "qu’Oslo"
    assert joined("lorsque", "Anvers") == "lorsqu’Anvers"
    assert joined("de", "11 %") == "de 11 %"


@pytest.mark.parametrize("name", OF_AND_TO)
def test_no_french_message_breaks_for_a_name(name: str) -> None:
    wrong = [f"à {name}"] if OF_AND_TO[name][1] != f"à {name}" else []
    wrong += [f"de {name}"] if OF_AND_TO[name][0] != f"de {name}" else [f"d’{name}"]
    wrong += [f"que {name}"] if elides(name) else []
    broken = {m: t for m, t in said("fr", name).items() for bad in wrong if re.search(rf"(?<!\w){bad}", t)}
    assert broken == {}


@given(st.sampled_from(names("fr")))
def test_no_french_message_breaks_for_a_place_of_the_catalogue(name: str) -> None:
    vowel = re.compile(r"(?<!\w)(?:de|que|lorsque|puisque) (?:[AEIOUÉÈÎaeiou]|Helsinki)")
    assert {m: t for m, t in said("fr", name).items() if name[0] in "AEIOUÉ" and vowel.search(t)} == {}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("count", ["0", "1", "1,5", "2"])
def test_no_message_has_one_of_many(lang: str, count: str) -> None:
    """Never "1 days", "1 jours", "1 dagen"; in French 0 and 1,5 are singular as well."""
    printed = count.replace(",", ".") if lang == "en" else count
    known = translations(lang)
    faults = {}
    for message in set(in_dashboard().messages) - many():
        text = known.get(message, message)
        values = {name: printed if name in COUNTS else "Oslo" for name in placeholders(text)}
        whole = filled(lang, text, values)
        if set(PLURAL[lang].findall(whole)) - NO_PLURALS[lang]:
            faults[message] = whole
    assert faults == {}


@pytest.mark.parametrize(
    ("lang", "days"),
    [
        ("en", {"0": "0 days", "1": "1 day", "1.0": "1.0 days", "2": "2 days", "−1": "−1 day", "21": "21 days"}),
        ("fr", {"0": "0 jour", "1": "1 jour", "1,5": "1,5 jour", "2": "2 jours", "−1": "−1 jour", "10": "10 jours"}),
        ("nl", {"0": "0 dagen", "1": "1 dag", "1,0": "1,0 dagen", "2": "2 dagen", "+1": "+1 dag", "11": "11 dagen"}),
    ],
)
def test_a_word_agrees_with_its_number_as_printed(lang: str, days: dict[str, str]) -> None:
    text = {"en": "{n} {n:day|days}", "fr": "{n} {n:jour|jours}", "nl": "{n} {n:dag|dagen}"}[lang]
    assert {n: filled(lang, text, {"n": n}) for n in days} == days


@given(st.floats(-1000, 1000), st.integers(0, 2), st.sampled_from(LANGS))
def test_singular_is_what_unicode_says(value: float, decimals: int, lang: str) -> None:
    words = Words(lang)
    printed = words.number(value, decimals)
    plain = printed.replace("\u202f", "").replace("\u2212", "").replace(".", "" if lang == "nl" else ".")
    number = float(plain.replace(",", "" if lang == "en" else "."))
    expected = number < 2 if lang == "fr" else number == 1 and decimals == 0
    assert singular(lang, printed) == expected


def test_a_short_unit_agrees_with_its_number() -> None:
    symbol = Symbol(en=" days", fr=" jours", nl=" dagen", one=Text(en=" day", fr=" jour", nl=" dag"))
    said = {lang: [Words(lang).amount(n, 0, symbol) for n in (0, 1, 2)] for lang in LANGS}
    assert said == {
        "en": ["0 days", "1 day", "2 days"],
        "fr": ["0 jour", "1 jour", "2 jours"],
        "nl": ["0 dagen", "1 dag", "2 dagen"],
    }
    assert Words("en").measured("1–2", symbol) == "1–2 days"
    assert Words("fr").amount(1, 0, Symbol(en="%", fr=f"{NBSP}%", nl="%")) == f"1{NBSP}%"


def test_every_unit_in_words_has_a_singular() -> None:
    spelt = re.compile(r"(days|points|answers|people|years)\b")
    symbols = {i.id: i.symbol for i in load().indicators.values() if spelt.search(i.symbol.en)}
    assert symbols
    assert [id_ for id_, symbol in symbols.items() if symbol.one is None] == []


@given(st.text("ab :;!?%»«", max_size=12))
def test_french_text_has_no_space_that_breaks_before_a_sign(text: str) -> None:
    made = spaced(text)
    assert not re.search(r" [:;!?%»]|« ", made)
    assert made.replace(NBSP, " ") == text


def test_french_spaces_come_with_whatever_is_put_in() -> None:
    assert Words("fr")("{name}: {value}", name="Vol ?", value="16 %") == f"Vol{NBSP}?{NBSP}: 16{NBSP}%"


@pytest.mark.parametrize(
    ("iso", "text"),
    [
        ("2026-12-01", "1er décembre 2026"),
        ("2026-12-11", "11 décembre 2026"),
        ("2026-12-21", "21 décembre 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(iso: str, text: str) -> None:
    assert Words("fr").date(iso) == text
    assert Words("nl").date("2026-12-01") == "1 december 2026"
    assert Words("en").date("2026-12-01") == "1 December 2026"
