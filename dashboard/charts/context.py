"""What every builder is asked with, and the words and numbers they share."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from config.schema import Catalogue, Indicator, Level, Place
from dashboard.i18n import Words
from dashboard.lookup import Cell, Lookup, Made
from indicators.scores import Scores

Time = tuple[int | None, int | None] | None  # first and last year asked for; None is open

_LEVELS = {
    Level.MUNICIPALITY: "municipality",
    Level.CITY: "city",
    Level.NUTS3: "district",
    Level.NUTS2: "region",
    Level.COUNTRY: "country",
}
_READ: dict[int, tuple[weakref.ref[Scores], Lookup]] = {}


def lookup(scores: Scores) -> Lookup:
    """Return the records of `scores`, read once per object and forgotten with it."""
    found = _READ.get(id(scores))
    if found is not None and found[0]() is scores:
        return found[1]
    for key in [key for key, (reference, _) in _READ.items() if reference() is None]:
        _READ.pop(key, None)
    read = Lookup(scores)
    _READ[id(scores)] = (weakref.ref(scores), read)
    return read


@dataclass(frozen=True)
class Context:
    """Scores as records, the catalogue, the language and the place a chart is about."""

    read: Lookup
    catalogue: Catalogue
    words: Words
    hero: str

    @classmethod
    def of(cls, scores: Scores, catalogue: Catalogue, words: Words, hero: str | None) -> Context:
        """Return the context of a builder; KeyError for an unknown place."""
        chosen = hero or catalogue.hero
        if chosen not in catalogue.places:
            raise KeyError(f"unknown place {chosen!r}")
        return cls(lookup(scores), catalogue, words, chosen)

    @property
    def lang(self) -> str:
        """Language of every text."""
        return self.words.lang

    def once(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
        """Return what `make` gives, made once per key and language: what does not depend on the place of the page."""
        return self.read.once((self.lang, *key), make)

    def name(self, place_id: str) -> str:
        """Return the name of a place."""
        return self.catalogue.places[place_id].name.in_(self.lang)

    def country(self, place_id: str) -> str:
        """Return the name of a place's country."""
        code = self.catalogue.places[place_id].country
        return self.words.country({"EL": "GR"}.get(code, code))

    def national(self, indicator: Indicator, place_id: str) -> bool:
        """Return whether a place's value of an indicator is that of its whole country."""
        return indicator.scheme == "country" or indicator.scheme in self.catalogue.places[place_id].whole_country

    def subject(self, indicator: Indicator, place_id: str) -> str:
        """Return whose number a place shows: its own, or "Belgium (for Brussels)" where the country's stands for it."""
        name = self.name(place_id)
        if not self.national(indicator, place_id):
            return name
        country = self.country(place_id)
        if country == name:
            return self.words("{place} (whole country)", place=name)
        return self.words("{country} (for {place})", country=country, place=name)

    def short(self, indicator: Indicator, place_id: str) -> str:
        """Return the name a place has beside a mark: that of its country where only countries have values."""
        return self.country(place_id) if indicator.scheme == "country" else self.name(place_id)

    def row(self, indicator: Indicator, places: Sequence[str]) -> str:
        """Return the name of a row of a table: a place, or "Belgium: Brussels, Ghent" where they share a value."""
        if indicator.scheme == "country":
            return self.said(self.country(places[0]), ", ".join(self.name(place) for place in places))
        name = self.name(places[0])
        return self.words("{place} (whole country)", place=name) if self.national(indicator, places[0]) else name

    def sharing(self, cells: Mapping[str, Cell]) -> dict[str, tuple[str, ...]]:
        """Return the places that show one territory's value, by the one that stands for them: the hero or the first."""
        areas: dict[str, list[str]] = {}
        for place in sorted(cells, key=lambda place: place != self.hero):
            areas.setdefault(cells[place].area, []).append(place)
        return {members[0]: tuple(members) for members in areas.values()}

    def once_each(self, cells: Mapping[str, Cell]) -> dict[str, Cell]:
        """Return one cell a territory, in the order given: three cities with one country's value count once."""
        leads = self.sharing(cells)
        return {place: cell for place, cell in cells.items() if place in leads}

    def indicator(self, indicator_id: str) -> Indicator:
        """Return an indicator; KeyError for an unknown one."""
        if indicator_id not in self.catalogue.indicators:
            raise KeyError(f"unknown indicator {indicator_id!r}")
        return self.catalogue.indicators[indicator_id]

    def label(self, indicator: Indicator) -> str:
        """Return the name of an indicator."""
        return indicator.label.in_(self.lang)

    def pillar(self, indicator: Indicator) -> str:
        """Return the pillar whose colour an indicator's hero takes, empty for the inclusion lens."""
        return indicator.pillar if indicator.pillar in self.catalogue.pillars else ""

    def compared(self) -> tuple[str, ...]:
        """Return the ids of the places that are ranked, and the hero when it is not among them."""
        ids = self.listed()
        return ids if self.hero in ids else (*ids, self.hero)

    def listed(self) -> tuple[str, ...]:
        """Return the ids of the places that are ranked, whoever asks."""
        return self.once(("listed",), lambda: tuple(place.id for place in self.ranked()))

    def ranked(self) -> tuple[Place, ...]:
        """Return the places that are ranked, in file order."""
        return self.read.compared(self.catalogue)

    def plain(self, indicator: Indicator, value: float) -> str:
        """Return a value of an indicator without its unit."""
        return self.words.number(value, indicator.decimals)

    def value(self, indicator: Indicator, value: float) -> str:
        """Return a value of an indicator with its unit."""
        return self.words.amount(value, indicator.decimals, indicator.symbol)

    def brief(self, indicator: Indicator, value: float) -> str:
        """Return a value with its unit only where the unit is one sign."""
        symbol = indicator.symbol.in_(self.lang)
        return self.plain(indicator, value) + (symbol if len(symbol.strip()) == 1 else "")

    def said(self, name: str, value: str) -> str:
        """Return "name: value" with the colon as this language sets it."""
        return self.words("{name}: {value}", name=name, value=value)

    def reading(self, name: str, value: str, span: str = "", *more: str) -> str:
        """Return the words read at a point: "name: value (span), more", leaving out what is empty."""
        first = self.said(name, f"{value} ({span})" if span else value)
        return ", ".join(part for part in (first, *more) if part)

    def placed(self, low: int, high: int, count: int, *, better: bool = True) -> str:
        """Return a range of ranks in words: "4th–9th of 30", or "4th–9th highest of 30" where neither end is better."""
        words, span = self.words, self.words.span(self.words.ordinal(low), self.words.ordinal(high))
        if better:
            return words("{span} of {count}", span=span, count=count)
        return words("{span} highest of {count}", span=span, count=count)

    def apart(self, indicator: Indicator, before: float, after: float) -> tuple[str, str]:
        """Return two values with their unit, with one decimal more where they differ and would print the same."""
        texts = self.value(indicator, before), self.value(indicator, after)
        if texts[0] != texts[1] or before == after:
            return texts
        symbol, more = indicator.symbol, indicator.decimals + 1
        return self.words.amount(before, more, symbol), self.words.amount(after, more, symbol)

    def period(self, indicator: Indicator, cell: Cell) -> str:
        """Return the year of a value, or its years where it is a mean over several."""
        if indicator.window_years == 1 or cell.years_used < 2:
            return cell.period
        return self.words.span(cell.start, cell.end)

    def period_brief(self, indicator: Indicator, cell: Cell) -> str:
        """Return the period in little room: 2018-20 for a mean over three years."""
        if indicator.window_years == 1 or cell.years_used < 2:
            return cell.period
        return self.words.span(cell.start, cell.end[-2:])

    def middle(self, indicator: Indicator, value: str = "") -> str:
        """Return the name of the median of an indicator's places, with its value when given: "middle city 62"."""
        name = self.words("middle country" if indicator.scheme == "country" else "middle city")
        return self.words("{place} {value}", place=name, value=value) if value else name

    def level(self, indicator: Indicator) -> str:
        """Return the territorial level of an indicator in words."""
        return self.words(_LEVELS[indicator.level])

    def source(self, indicator: Indicator) -> str:
        """Return the source line of an indicator: citation, licence, level."""
        licence = self._licence(indicator)
        line = self.words("Source: {citation}.", citation=indicator.citation)
        return f"{line} {licence}".strip()

    def _licence(self, indicator: Indicator) -> str:
        ids = self.read.sources(indicator.id)
        names = [self.catalogue.sources[i].licence.name.in_(self.lang) for i in ids if i in self.catalogue.sources]
        return " ".join(f"{name}." for name in dict.fromkeys(names))

    def sources(self, pillar: str | None = None) -> str:
        """Return who publishes the values behind a pillar, or behind all of them, and under which licences."""
        scored = self.catalogue.scored(pillar if pillar in self.catalogue.pillars else None)
        ids = dict.fromkeys(name for indicator in scored for name in self.read.sources(indicator.id))
        known = [self.catalogue.sources[name] for name in ids if name in self.catalogue.sources]
        publishers = dict.fromkeys(source.publisher.in_(self.lang) for source in known)
        licences = dict.fromkeys(source.licence.name.in_(self.lang) for source in known)
        line = self.words("Sources: {publishers}.", publishers="; ".join(publishers))
        return f"{line} {' '.join(f'{name}.' for name in licences)}".strip() if known else ""

    def interval(self, indicator: Indicator, cell: Cell) -> str:
        """Return the sampling interval of a value as a span, empty where there is none."""
        if cell.lower is None or cell.upper is None:
            return ""
        return self.words.span(self.plain(indicator, cell.lower), self.plain(indicator, cell.upper))

    def better(self, indicator: Indicator) -> str:
        """Return which direction is better, as a sentence, empty where neither is."""
        if indicator.better is None:
            return ""
        return self.words("Lower is better.") if indicator.better == "lower" else self.words("Higher is better.")


def middle_half(values: Sequence[float]) -> tuple[float, float]:
    """Return the quartiles of at least two values."""
    lower, _, upper = quantiles(values, n=4, method="inclusive")
    return lower, upper


def median_of(values: Iterable[float]) -> float:
    """Return the median; StatisticsError when there is none."""
    return median(values)


def valued(cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells that hold a value."""
    return [cell for cell in cells if cell.value is not None]


def at_time(read: Lookup, indicator: str, places: Iterable[str], time: Time) -> dict[str, Cell]:
    """Return place -> value: the one that counts, or that of the newest year inside `time` any of them has.

    A place without a value in that very year is left out: another year's value is never shown in its stead.
    """
    ids = list(places)
    if time is None:
        found = {place: read.cell(indicator, place) for place in ids}
        return {place: cell for place, cell in found.items() if cell is not None and cell.value is not None}
    first, last = time
    inside = {
        p: [c for c in valued(read.series(indicator, p)) if (first or 0) <= c.year <= (last or 9999)] for p in ids
    }
    newest = max((c.year for cells in inside.values() for c in cells), default=0)
    return {p: c for p, cells in inside.items() for c in cells if c.year == newest}
