"""Words, numbers and dates in English, French and Dutch.

The message id is the English sentence; `locale/{fr,nl}/*.po` hold the translations, one file per room of the dashboard.
They are read as they are (no compiled files), so a translator edits one text file and restarts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, get_decimal_symbol, get_group_symbol

from config.schema import LANGS, Symbol
from dashboard.grammar import filled, singular
from dashboard.rounding import rounded

FOLDER = Path(__file__).parent / "locale"
LOCALES = {"en": Locale("en", "GB"), "fr": Locale("fr", "BE"), "nl": Locale("nl", "BE")}


@cache
def translations(lang: str) -> dict[str, str]:
    """Return every translated message of `lang` (English id -> text); empty for English."""
    messages: dict[str, str] = {}
    for file in sorted((FOLDER / lang).glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=lang, abort_invalid=True):
                messages |= _pairs(message)
    return messages


def _pairs(message: Message) -> dict[str, str]:
    """Return a message's ids with their texts: one pair, or singular and plural; the header and blanks give none."""
    ids, texts = (_several(part) for part in (message.id, message.string))
    return {str(id_): str(text) for id_, text in zip(ids, texts, strict=True) if id_ and text}


def _several(part: str | Sequence[str] | None) -> tuple[str, ...]:
    return (part,) if isinstance(part, str) else tuple(part or ())


@lru_cache(maxsize=100_000)  # the same few thousand scores and ranks stand on every page
def _number(lang: str, printed: Decimal, decimals: int) -> str:
    return f"{printed:,.{decimals}f}".translate(_signs(lang))


@cache
def _signs(lang: str) -> dict[int, str]:
    """Return Python's signs in a number -> this language's (Unicode CLDR); a tenth of the time of a parsed pattern."""
    locale = LOCALES[lang]
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale), "-": "\u2212"})


@cache
def _country(lang: str, code: str) -> str:
    return str(LOCALES[lang].territories.get(code, code))


class Words:
    """Speaks one language: `words("{place} leads", place="Brussels")`, `words.number(3.14, 1)`, `words.ordinal(2)`."""

    def __init__(self, lang: str) -> None:
        if lang not in LANGS:
            raise ValueError(f"no language {lang!r}; choose one of {', '.join(LANGS)}")
        self.lang = lang
        self.locale = LOCALES[lang]

    def __call__(self, message: str, /, **values: object) -> str:
        """Return `message` in this language, filled in by the rules of `grammar`; English where not translated."""
        text = translations(self.lang).get(message, message) if self.lang != "en" else message
        return filled(self.lang, text, values) if values else text

    def plural(self, one: str, many: str, size: float, decimals: int = 0, /, **values: object) -> str:
        """Return `one` or `many` as this language wants it for `size`; `{count}` in it is the number as printed.

        "1 point", but "1.0 points"; French says "0 point" and "1,9 point" (Unicode CLDR plural rules).
        """
        count = self.number(size, decimals)
        return self(one if singular(self.lang, count) else many, count=count, **values)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with this language's separators and exactly `decimals` decimals; minus as U+2212."""
        return _number(self.lang, rounded(value, decimals), decimals)  # 0 and 0.00 are equal, and printed apart

    def signed(self, value: float, decimals: int = 0) -> str:
        """Return a difference with its sign, "+12" or "\u22125"; 0 has none."""
        plus = "+" if rounded(value, decimals) > 0 else ""
        return plus + self.number(value, decimals)

    def amount(self, value: float, decimals: int, symbol: Symbol) -> str:
        """Return a number with its short unit, which agrees with it: "1 day", "2 days"."""
        return self.measured(self.number(value, decimals), symbol)

    def measured(self, printed: str, symbol: Symbol) -> str:
        """Return a number or a span as it is printed with its short unit: "1 day", "1–2 days"."""
        unit = symbol.one if symbol.one is not None and singular(self.lang, printed) else symbol
        return printed + unit.in_(self.lang)

    def brief(self, value: float) -> str:
        """Return a large number in little room: 1.25M, 1,25 M, 1,25 mln; at most two decimals."""
        return format_compact_decimal(value, locale=self.locale, fraction_digits=2).replace("-", "\u2212")

    def date(self, iso: str) -> str:
        """Return an ISO date or time as a long date; the first of a month is "1er" in French."""
        said = format_date(date.fromisoformat(iso[:10]), format="long", locale=self.locale)
        return said.replace("1 ", "1er ", 1) if self.lang == "fr" and said.startswith("1 ") else said

    def month(self, iso: str) -> str:
        """Return the month of an ISO date with its year: "December 2026", "décembre 2026"."""
        return format_date(date.fromisoformat(iso[:10]), format="MMMM y", locale=self.locale)

    def country(self, code: str) -> str:
        """Return the name of a country by its ISO code, the code itself where none is known."""
        return _country(self.lang, code)

    def ordinal(self, n: int) -> str:
        """Return 1st, 2nd, 11th; 1re, 2e (a place, a value: feminine in French); 1e, 2e."""
        if self.lang == "en":
            last = {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th") if n % 100 not in (11, 12, 13) else "th"
            return f"{n}{last}"
        return f"{n}re" if self.lang == "fr" and n == 1 else f"{n}e"

    def span(self, low: str, high: str) -> str:
        """Return two ends as a span with an en dash, or one when they are equal."""
        return low if low == high else f"{low}\u2013{high}"

    def listing(self, items: list[str]) -> str:
        """Return items joined as a sentence would: "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self('and')} {items[-1]}"
