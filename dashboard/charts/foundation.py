"""What the answer rests on: a square for each scored value, by the year of its data and whose value it is."""

from __future__ import annotations

from itertools import groupby

from config.schema import Catalogue
from dashboard.chart import Axis, Chart, Key, KeyKind, Square, Table
from dashboard.charts.context import Context, lookup
from dashboard.i18n import Words
from dashboard.palette import PILLARS
from indicators.foundation import Footing, Foundation, foundation
from indicators.scores import Scores


def answer_squares(scores: Scores, catalogue: Catalogue, words: Words, hero: str | None = None) -> Chart | None:
    """Return one square for each scored value of a place, oldest year first; None where it has none."""
    ask = Context.of(scores, catalogue, words, hero)
    found = lookup(scores).once(("foundation", ask.hero), lambda: foundation(scores, catalogue, ask.hero))
    if not found.held:
        return None
    pillars = list(catalogue.pillars)
    ordered = sorted(found.held, key=lambda value: (value.year, pillars.index(value.pillar), value.national))
    years = [value.year for value in ordered]
    return Chart(
        id="rests",
        view="squares",
        title=sentence(words, found),
        subtitle=words(
            "One square for each scored value of {place}, by the year of its data", place=ask.name(ask.hero)
        ),
        description=" ".join(_year(ask, year, list(held)) for year, held in groupby(ordered, key=lambda v: v.year)),
        axis=Axis(min(years), max(years), None),
        lang=words.lang,
        squares=tuple(_square(ask, found, value) for value in ordered),
        note=_missing(ask, found),
        source=ask.sources(),
        table=_table(ask, ordered),
        key=_key(ask, ordered),
    )


def sentence(words: Words, found: Foundation) -> str:
    """Return how many values are local or regional and recent, and which share of the weight is national."""
    return words.plural(
        "{count} of {of} {of:value|values} is local or regional and of {year} or later; "
        "{share}% of the weight is national.",
        "{count} of {of} {of:value|values} are local or regional and of {year} or later; "
        "{share}% of the weight is national.",
        len(found.near),
        0,
        of=words.number(len(found.held)),
        year=found.since,
        share=words.number(100 * found.national_share),
    )


def _square(ask: Context, found: Foundation, value: Footing) -> Square:
    return Square(
        id=value.indicator,
        year=value.year,
        recent=value.year >= found.since,
        pillar=value.pillar,
        outlined=value.national,
        dotted=value.technology,
        note=ask.reading(_label(ask, value), str(value.year), "", *_whose(ask, value)),
    )


def _label(ask: Context, value: Footing) -> str:
    return ask.catalogue.indicators[value.indicator].label.in_(ask.lang)


def _territory(ask: Context, value: Footing) -> str:
    return ask.country(ask.hero) if value.national else ask.level(ask.catalogue.indicators[value.indicator])


def _whose(ask: Context, value: Footing) -> list[str]:
    technology = [ask.words("about technology")] if value.technology else []
    return [_territory(ask, value), *technology]


def _year(ask: Context, year: int, held: list[Footing]) -> str:
    """Return "2019: 14 values, 12 of them local or regional." of one year."""
    own = sum(not value.national for value in held)
    counted = ask.words.plural("{count} value", "{count} values", len(held))
    return ask.words(
        "{year}: {values}, of which local or regional: {own}.", year=year, values=counted, own=ask.words.number(own)
    )


def _missing(ask: Context, found: Foundation) -> str:
    if not found.missing:
        return ""
    names = [ask.catalogue.indicators[name].label_short.in_(ask.lang) for name in found.missing]
    return ask.words("No value, so no square: {names}.", names=ask.words.listing(names))


def _table(ask: Context, ordered: list[Footing]) -> Table:
    words = ask.words
    header = ("Indicator", "Pillar", "Year of data", "Territory", "About technology", "Share of the weight")
    rows = tuple(
        (
            _label(ask, value),
            ask.catalogue.pillars[value.pillar].name.in_(ask.lang),
            str(value.year),
            _territory(ask, value),
            words("yes") if value.technology else words("no"),
            words("{share}%", share=words.number(100 * value.weight, 1)),
        )
        for value in ordered
    )
    return Table(words("What this answer rests on"), tuple(words(text) for text in header), rows)


def _key(ask: Context, ordered: list[Footing]) -> tuple[Key, ...]:
    """Return what the forms and colours mean that are drawn."""
    words = ask.words
    forms: tuple[tuple[KeyKind, str, bool], ...] = (
        ("own", words("local or regional"), any(not value.national for value in ordered)),
        ("whole_country", words("whole country"), any(value.national for value in ordered)),
        ("technology", words("about technology"), any(value.technology for value in ordered)),
    )
    drawn = {value.pillar for value in ordered}
    colours = (Key(kind, ask.catalogue.pillars[kind].name.in_(ask.lang)) for kind in PILLARS if kind in drawn)
    return (*(Key(kind, label) for kind, label, there in forms if there), *colours)
