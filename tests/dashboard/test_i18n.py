"""Every message of the dashboard is translated, says the same with the same values, and is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from config.schema import LANGS
from dashboard import i18n
from dashboard.address import FORMS
from dashboard.app import build_app
from dashboard.i18n import Words, translations
from dashboard.rounding import rounded
from dashboard.state import Library
from tests.dashboard.messages import in_dashboard
from tests.dashboard.samples import edition

FOREIGN = ("fr", "nl")
# Handed on from an error, whose own messages are found where it is raised.
HANDED_ON = ["answers.py error.message"]
NBSP = "\u00a0"

foreign = pytest.mark.parametrize("lang", FOREIGN)


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def test_every_message_can_be_found_in_the_code() -> None:
    assert [re.sub(r":\d+", "", place) for place in in_dashboard().lost] == HANDED_ON
    assert len(in_dashboard().messages) > 300


@foreign
def test_every_message_is_translated(lang: str) -> None:
    known = translations(lang)
    assert {message: place for message, place in in_dashboard().messages.items() if message not in known} == {}


@foreign
def test_no_translation_is_left_over(lang: str) -> None:
    assert sorted(set(translations(lang)) - set(in_dashboard().messages)) == []


@foreign
def test_a_translation_holds_the_same_values(lang: str) -> None:
    assert [m for m, text in translations(lang).items() if placeholders(m) != placeholders(text)] == []


@foreign
def test_a_translation_ends_like_its_message(lang: str) -> None:
    ends = ".?:"
    assert [m for m, t in translations(lang).items() if (m.rstrip()[-1:] in ends) != (t.rstrip()[-1:] in ends)] == []


def test_french_high_punctuation_stands_off_without_breaking_the_line() -> None:
    texts = {m: re.sub(r"\{[^}]*\}", "x", text) for m, text in translations("fr").items()}
    close = re.compile(rf"[^\s{NBSP}][;!?»%]|[^\s{NBSP}]:(?!//)| [:;?!%»]|«[^{NBSP}]")
    assert {m: t for m, t in texts.items() if close.search(t)} == {}


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "a"), ("en", "a, b and c"), ("fr", "a, b et c"), ("nl", "a, b en c")]
)
def test_a_listing_reads_like_a_sentence(lang: str, text: str) -> None:
    assert Words(lang).listing(["a", "b", "c"][: 1 + 2 * ("b" in text)]) == text
    assert Words(lang).listing([]) == ""


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "20th", "21st", "22nd", "30th"]),
        ("fr", ["1re", "2e", "3e", "4e", "11e", "12e", "13e", "20e", "21e", "22e", "30e"]),
        ("nl", ["1e", "2e", "3e", "4e", "11e", "12e", "13e", "20e", "21e", "22e", "30e"]),
    ],
)
def test_ordinals(lang: str, expected: list[str]) -> None:
    assert [Words(lang).ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 20, 21, 22, 30)] == expected


@pytest.mark.parametrize(("lang", "text"), [("en", "1,234.50"), ("fr", "1\u202f234,50"), ("nl", "1.234,50")])
def test_numbers_have_the_separators_of_their_language(lang: str, text: str) -> None:
    words = Words(lang)
    assert words.number(1234.5, 2) == text
    assert words.number(-1234.5, 2) == "\u2212" + text
    assert words.number(-0.04, 1) == words.number(0, 1)


@given(st.floats(-1e12, 1e12), st.integers(0, 4), st.sampled_from(LANGS))
def test_numbers_are_written_as_babel_writes_them(value: float, decimals: int, lang: str) -> None:
    pattern = "#,##0" + "." * bool(decimals) + "0" * decimals
    expected = format_decimal(rounded(value, decimals), format=pattern, locale=i18n.LOCALES[lang]).replace(
        "-", "\u2212"
    )
    assert Words(lang).number(value, decimals) == expected


@given(
    st.integers(-9_999_999_999, 9_999_999_999).map(lambda digits: digits / 1e4),
    st.integers(0, 4),
    st.sampled_from(LANGS),
)
def test_a_number_reads_back_to_its_rounded_value(value: float, decimals: int, lang: str) -> None:
    point = {"en": ".", "fr": ",", "nl": ","}[lang]
    plain = "".join(c for c in Words(lang).number(value, decimals).replace("\u2212", "-") if c in f"-0123456789{point}")
    assert float(plain.replace(point, ".")) == pytest.approx(value, abs=0.5 * 10**-decimals * (1 + 1e-9))


@pytest.mark.parametrize(
    ("lang", "date"), [("en", "20 November 2026"), ("fr", "20 novembre 2026"), ("nl", "20 november 2026")]
)
def test_dates_are_written_out(lang: str, date: str) -> None:
    assert Words(lang).date("2026-11-20T08:15:00Z") == date


@pytest.mark.parametrize(
    ("lang", "size", "decimals", "text"),
    [
        ("en", 1, 0, "1 point"),
        ("en", 1, 1, "1.0 points"),
        ("en", 0, 0, "0 points"),
        ("en", 1.4, 0, "1 point"),
        ("fr", 0, 0, "0 point"),
        ("fr", 1.9, 1, "1,9 point"),
        ("fr", 2, 0, "2 points"),
        ("nl", 1, 0, "1 punt"),
        ("nl", 0, 0, "0 punten"),
        ("nl", 21, 0, "21 punten"),
    ],
)
def test_one_point_two_points(lang: str, size: float, decimals: int, text: str) -> None:
    assert Words(lang).plural("{count} point", "{count} points", size, decimals) == text


def test_an_unknown_language_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match="en, fr, nl"):
        Words("de")


def addresses(lang: str) -> Iterator[str]:
    catalogue = edition().catalogue
    # One indicator of each sort: what a page says depends on these.
    sorts = {(i.role, i.kind, i.scheme, i.value.function, i.tier): i.id for i in catalogue.indicators.values()}
    yield from (f"/{lang}/{page}" for page in ("", "compare", "data", "method", "accessibility"))
    yield from (f"/{lang}/?hero=valletta", f"/{lang}/compare?places=antwerp", f"/{lang}/p/open?hero=zurich")
    yield from (f"/{lang}/compare?places=vienna,sofia", f"/{lang}/compare?peers=all&hero=rome")
    yield f"/{lang}/compare?peers=income&hero=zagreb"
    yield from (f"/{lang}/p/{pillar}" for pillar in catalogue.pillars)
    yield from (f"/{lang}/i/{indicator}" for indicator in sorts.values())
    yield f"/{lang}/i/{next(iter(catalogue.indicators))}?view=rank&time=2019"
    yield from (f"/{lang}/c/{place}" for place in ("brussels", "rome", "valletta", catalogue.municipalities()[0].id))
    yield from (f"/{lang}/i/{next(iter(catalogue.indicators))}.{form}" for form in FORMS)
    yield from (
        f"/{lang}/overall.html",
        f"/{lang}/p/safe.html",
        f"/{lang}/p/nowhere",
        f"/{lang}/?colour=red",
        f"/{lang}/?theme=sepia",
    )


@foreign
def test_no_page_or_form_asks_for_a_message_without_a_translation(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Missing(dict[str, str]):
        def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
            if key not in self:
                asked.append(key)
            return super().get(key, default)

    told = Missing(translations(lang))
    monkeypatch.setattr(i18n, "translations", lambda _lang: told)
    client = build_app(Library(edition())).server.test_client()
    codes = {client.get(address).status_code for address in addresses(lang)}
    assert codes <= {200, 400, 404}
    assert asked == []


@pytest.mark.parametrize(
    "lang, texts",
    [
        ("en", ["0", "500K", "1.25M"]),
        ("fr", ["0", "500\u00a0k", "1,25\u00a0M"]),
        ("nl", ["0", "500K", "1,25\u00a0mln."]),
    ],
)
def test_large_numbers_take_little_room(lang: str, texts: list[str]) -> None:
    assert [Words(lang).brief(value) for value in (0, 500_000, 1_250_000)] == texts
