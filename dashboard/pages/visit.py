"""One visit: which edition is read, at which address, in which words, on which day; and the page that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.schema import Catalogue, Indicator, Level, Place
from config.successors import Succession
from dashboard.address import Address, Kind
from dashboard.chart import Chart
from dashboard.history import History, News
from dashboard.i18n import Words
from dashboard.lookup import Cell, Lookup
from dashboard.selection import Selection
from dashboard.state import Edition
from indicators.scores import Scores


@dataclass(frozen=True)
class Page:
    """A page before it is written: its template, its texts and numbers, and the chart of its island if it has one."""

    template: str
    title: str
    description: str
    context: Mapping[str, Any]
    pillar: str = ""
    chart: Chart | None = None  # drawn in place, and made interactive once scripts run
    live: bool = False  # has a form whose changes are answered without a new page
    parts: tuple[str, ...] = ("top", "controls", "drawn", "rest")  # of a live page; "drawn" is its chart
    remade: tuple[str, ...] = ("top", "drawn", "rest")  # those that change with the form
    drawn: bool = False  # has charts, though nothing on it is live
    status: int = 200


@dataclass(frozen=True)
class Visit:
    """Everything a page builder may know."""

    edition: Edition
    address: Address
    words: Words
    today: date
    snapshots: Sequence[str] = field(default_factory=tuple)
    history: History | None = None
    successors: Mapping[str, Succession] = field(default_factory=dict)  # by the id of the edition that was replaced
    current: Edition | None = None  # the snapshot that is served where an address is not pinned
    kept: Callable[[str], Edition] | None = None  # reads another snapshot by its id, and scores it

    @property
    def news(self) -> News | None:
        """Return what changed in this snapshot against the one before; None where there is none to compare with."""
        return self.history.news(self.edition.id) if self.history else None

    @property
    def lookup(self) -> Lookup:
        """Return quick answers from the scores."""
        return self.edition.lookup

    @property
    def common(self) -> tuple[Scores, Catalogue, Words]:
        """Return what every chart builder takes first."""
        return self.edition.scores, self.edition.catalogue, self.words

    @property
    def hero(self) -> str:
        """Return the place the page speaks about."""
        return self.address.selection.hero or self.edition.catalogue.hero

    @property
    def divided(self) -> str:
        """Return the city-region whose municipalities are shown: the page's, the site's hero, the first that has any.

        Empty where no city-region has a municipality.
        """
        catalogue = self.edition.catalogue
        with_some = {place.parent: None for place in catalogue.municipalities() if place.parent}
        return next((place for place in (self.hero, catalogue.hero, *with_some) if place in with_some), "")

    @property
    def age(self) -> int:
        """Return the age of the snapshot in days."""
        return (self.today - date.fromisoformat(self.edition.created[:10])).days

    def place(self, place_id: str) -> str:
        """Return a place's name in the language of the page."""
        return self.edition.catalogue.places[place_id].name.in_(self.words.lang)

    def pillar(self, pillar_id: str) -> str:
        """Return a pillar's name in the language of the page."""
        return self.edition.catalogue.pillars[pillar_id].name.in_(self.words.lang)

    def link(self, kind: Kind, slug: str = "", *, form: str | None = None, **changes: Any) -> str:
        """Return the URL of another page or its form, which keeps the chosen city-region, peers and theme."""
        chosen = self.address.selection
        kept = {"hero": chosen.hero, "places": chosen.places, "theme": chosen.theme, **changes}
        pinned = self.address.snapshot if kind in ("indicator", "brief") else None
        return Address(self.address.lang, kind, slug, pinned, form, Selection(**kept)).url

    def form(self, form: str, **changes: Any) -> str:
        """Return the URL of another form of this page's chart, in the same state."""
        return self.address.as_form(form, **changes).url

    def amount(self, indicator: Indicator, value: float | None, decimals: int | None = None) -> str:
        """Return a value with its short unit, or a dash where there is none."""
        if value is None:
            return "–"
        places = indicator.decimals if decimals is None else decimals
        return self.words.amount(value, places, indicator.symbol)

    def territory(self, indicator: Indicator, place: Place) -> str:
        """Return whose value it is: the country's name for a country value, else the level's name."""
        if indicator.level is Level.COUNTRY:
            return self.country(place.country)
        return self.level(indicator.level)

    def level(self, level: Level) -> str:
        """Return the name of a territorial level in the language of the page."""
        return self.words(LEVEL_NAMES[level])

    def country(self, code: str) -> str:
        """Return a country's name in the language of the page."""
        return self.words.country({"EL": "GR"}.get(code, code))

    def interval(self, indicator: Indicator, cell: Cell) -> str:
        """Return the 95 % interval of a value, without the unit; empty where none is known."""
        if cell.lower is None or cell.upper is None:
            return ""
        low, high = (self.words.number(end, indicator.decimals) for end in (cell.lower, cell.upper))
        return self.words.measured(self.words.span(low, high), indicator.symbol)


LEVEL_NAMES: Mapping[Level, str] = {
    Level.MUNICIPALITY: "municipality",
    Level.CITY: "city",
    Level.NUTS3: "district",
    Level.NUTS2: "region",
    Level.COUNTRY: "country",
}
