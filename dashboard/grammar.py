"""How a value joins its sentence: French elision, contraction and spaces, and one or many in each language.

A message says what it needs and the rules do the rest, so that no city and no count can break a sentence:
`de {place}` becomes "d’Oslo", "du Havre" or "de Paris" in French, and `{days} {days:day|days}` takes the word that
agrees with the number as it is printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from string import Formatter

NBSP = "\u00a0"

# The word before a value, at the end of what stands before it: what it elides or contracts with the value.
_JOINS = re.compile(rf"\b(de|à|(?:lors|puis|quoi)?que)[ {NBSP}]$", re.IGNORECASE)
_CONTRACTED = {("de", "le"): "du", ("de", "les"): "des", ("à", "le"): "au", ("à", "les"): "aux"}
_ARTICLE = re.compile(r"(le|les) ", re.IGNORECASE)
_VOWELS = "aeiou"
# An h elides in these beginnings only, names and common words: most other names with h are foreign and aspirate, and
# "de" before a mute h still reads well, while "d’" before an aspirate one does not.
_MUTE_H = (
    *("haiti", "hanoi", "helsin", "hendaye", "heraklion", "herault", "hiroshima", "honfleur", "honolulu", "hyeres"),
    *(
        "habit",
        "herb",
        "heure",
        "histoire",
        "hiver",
        "homicid",
        "homme",
        "honnet",
        "hopit",
        "horaire",
        "hospit",
        "hotel",
    ),
    *("humain", "humid", "hydr", "hygi"),
)
# A vowel that is spoken as a consonant, or before which French stops: "le onze", "le oui", "le yaourt".
_STOPS = ("onze", "onzieme", "oui", "ouagadougou", "ouate", "uhlan")

_SPACED = re.compile(r" (?=[:;!?%»])|(?<=«) ")
_SINGULAR = {"en": re.compile(r"[−-]?1"), "nl": re.compile(r"[−-]?1"), "fr": re.compile(r"[−-]?[01](,\d+)?")}


def singular(lang: str, printed: str) -> bool:
    """Return whether a number as printed takes the singular: 1, but 1.0 days; in French 0 and 1,9 too (CLDR)."""
    return _SINGULAR[lang].fullmatch(printed.lstrip("+")) is not None


@lru_cache(maxsize=10_000)
def elides(value: str) -> bool:
    """Return whether French drops the vowel of "de" and "que" before a value: before a vowel and a mute h."""
    plain = unicodedata.normalize("NFKD", value.casefold().replace("œ", "oe").replace("æ", "ae"))
    spelt = "".join(sign for sign in plain if not unicodedata.combining(sign))
    if spelt.startswith("h"):
        return spelt.startswith(_MUTE_H)
    if spelt.startswith("y"):  # "d’Ypres", but "de York"
        return spelt[1:2].isalpha() and spelt[1:2] not in _VOWELS
    return spelt.startswith(tuple(_VOWELS)) and re.split(r"\W", spelt)[0] not in _STOPS


def joined(word: str, value: str) -> str:
    """Return a French "de", "à" or "que" with the value after it: "d’Anvers", "du Havre", "à La Haye"."""
    article = _ARTICLE.match(value)
    contracted = _CONTRACTED.get((word.lower(), article[1].lower())) if article else None
    if article and contracted:
        return f"{_cased(contracted, word)} {value[article.end() :]}"
    if word.lower() != "à" and elides(value):
        return f"{word[:-1]}’{value}"
    return f"{word} {value}"


def _cased(text: str, like: str) -> str:
    return text.capitalize() if like[:1].isupper() else text


def spaced(text: str) -> str:
    """Return French text whose signs : ; ! ? % » stand off by a space that does not break, as « does from its word."""
    return _SPACED.sub(NBSP, text)


@lru_cache(maxsize=4096)
def _parts(lang: str, message: str) -> tuple[tuple[str, str, str, str], ...] | None:
    """Return a message as (text, joining word, name, forms) in a row; None where plain filling in does it."""
    found, ruled = [], False
    for text, name, forms, _ in Formatter().parse(message):
        joins = _JOINS.search(text) if lang == "fr" and name else None
        ruled = ruled or bool(joins) or bool(forms)
        found.append((text[: joins.start()] if joins else text, joins[1] if joins else "", name or "", forms or ""))
    return tuple(found) if ruled else None


def filled(lang: str, message: str, values: Mapping[str, object]) -> str:
    """Return a message with its values in, each joined as the language asks; KeyError for a value that is not given."""
    parts = _parts(lang, message)
    text = message.format(**values) if parts is None else "".join(_said(lang, part, values) for part in parts)
    return spaced(text) if lang == "fr" else text


def _said(lang: str, part: tuple[str, str, str, str], values: Mapping[str, object]) -> str:
    text, word, name, forms = part
    if not name:
        return text
    value = str(values[name])
    if forms:
        one, _, many = forms.partition("|")
        value = one if singular(lang, value) else many
    return text + (joined(word, value) if word else value)
