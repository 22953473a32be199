"""The chart model: what a chart says, independent of how it is drawn.

Titles, notes and tables are texts already in one language; numbers are in the unit of `axis`. A renderer (`svg.py`,
`plotly_figures.py`) only places marks. Better is always to the right in strips and rankings: the renderer flips the
axis when `axis.better == "lower"`. A gap is a missing `Point`, never a zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

FULLY = 3  # cautions that a drawing prints in full
OPEN = 2  # cautions that stand open where the others can be unfolded

Role = Literal["hero", "peer", "faint", "median"]
View = Literal[
    "line",
    "rank",
    "strip",
    "row",
    "spark",
    "slope",
    "histogram",
    "waterfall",
    "dots",
    "map",
    "pair",
    "words",
    "squares",
]
KeyKind = Literal[
    "hero",
    "hero_line",
    "peer",
    "peer_dot",
    "peer_line",
    "interval",
    "peer_interval",
    "band",
    "middle",
    "median",
    "median_line",
    "target",
    "limit",
    "gap",
    "not_apart",
    "other",
    "verdict",
    "no_verdict",
    "own",
    "whole_country",
    "technology",
    "connected",
    "sustainable",
    "open",
    "safe",
]


@dataclass(frozen=True)
class Axis:
    """A scale: its ends, which end is better, the unit put after a number, and its decimals."""

    low: float
    high: float
    better: Literal["higher", "lower"] | None = "higher"
    symbol: str = ""
    decimals: int = 0


@dataclass(frozen=True)
class Point:
    """A value at `x` (a year, or 0), with an optional interval and the words read at it: tooltip and keyboard walk."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    note: str = ""  # whole by itself, e.g. "2019, Brussels: 81 % (78–84)"


@dataclass(frozen=True)
class Series:
    """Named points of one place; `told_apart` is False when a peer cannot be told apart from the hero."""

    id: str
    name: str
    role: Role
    points: tuple[Point, ...]
    told_apart: bool | None = None
    label: str = ""  # text printed at the end of the line, or beside the dot
    value: str = ""  # the formatted value printed in a column
    rank: str = ""  # e.g. "4-9"


def reading(series: Series, point: Point) -> str:
    """Return the words read at a point of a series: its own, else the name and the printed value."""
    return point.note or f"{series.name} {series.value}".strip()


@dataclass(frozen=True)
class Mark:
    """A reference on the value axis: the peers' median or middle half, a target or limit, with its printed name."""

    kind: Literal["median", "middle", "target", "limit", "range"]  # range: a place's range beside its bars
    value: float
    label: str = ""
    until: float | None = None  # the other end of a middle half or a range
    short: str = ""  # a shorter name for narrow drawings


@dataclass(frozen=True)
class Gap:
    """A span of years without a value, hatched on the axis, with the reason."""

    start: float
    end: float
    reason: str
    note: str = ""  # the words read at it, e.g. "2013–2015: no value"


@dataclass(frozen=True)
class Bar:
    """One step of a waterfall or one bar of a histogram."""

    id: str
    label: str
    start: float
    end: float
    could: float | None = None  # where the step could have reached
    value: str = ""
    hero: bool = False
    short: str = ""  # a shorter label for narrow drawings
    detail: str = ""  # words before the value, e.g. "score 78 × 1/6 ="
    note: str = ""  # the words read at it


@dataclass(frozen=True)
class Tile:
    """One municipality of a tile map; `step` 1-5 is its class, 0 means no data (hatched)."""

    id: str
    lines: tuple[str, ...]  # the name, broken where it may break
    row: int
    column: int
    value: str
    step: int
    note: str = ""  # the words read at it


@dataclass(frozen=True)
class Square:
    """One value as a square: its year, whether that is a recent one, its pillar, and the words read at it."""

    id: str
    year: int
    recent: bool
    pillar: str
    outlined: bool  # of the whole country, so not of the place itself
    dotted: bool  # about technology
    note: str = ""


@dataclass(frozen=True)
class Key:
    """What one kind of mark means, in words."""

    kind: KeyKind
    label: str


@dataclass(frozen=True)
class Table:
    """The same numbers as rows: header cells, then rows whose first cell is the row's name."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    hero: int | None = None  # index of the row that is the hero


@dataclass(frozen=True)
class Caution:
    """One sentence that must travel with the numbers: its kind, and the place it is about (empty: all of them)."""

    kind: str  # a code of `indicators.cautions.CODES`, or year, missing
    text: str
    place: str = ""


@dataclass(frozen=True)
class Chart:
    """What one chart says: the finding, the measure, the marks, the same numbers as a table, and its source."""

    id: str
    view: View
    title: str  # the finding; accessible name
    subtitle: str  # measure, unit, place, period
    description: str  # accessible description, made from the same numbers
    axis: Axis
    lang: str
    pillar: str = ""  # colours the hero
    series: tuple[Series, ...] = ()
    marks: tuple[Mark, ...] = ()
    gaps: tuple[Gap, ...] = ()
    bars: tuple[Bar, ...] = ()
    ends: tuple[str, str] = ("", "")  # words at the left and right end of a strip
    note: str = ""
    source: str = ""
    table: Table | None = None
    badge: str = ""  # territorial level of the values, in words
    periods: tuple[float, ...] = ()  # every period that could hold a value; a line breaks where one is missing
    tiles: tuple[Tile, ...] = ()
    steps: tuple[str, ...] = ()  # the printed limits between the classes of a tile map
    squares: tuple[Square, ...] = ()  # oldest year first
    key: tuple[Key, ...] = ()
    subject: str = ""  # whose numbers these are: a place, or its country where only that is published
    cautions: tuple[Caution, ...] = ()  # the most important first
    more: str = ""  # printed after the first `FULLY` cautions where there are others
    imprint: tuple[str, ...] = ()  # of a file that travels alone: project, snapshot and its date, address

    @property
    def printed(self) -> tuple[str, ...]:
        """The cautions as a drawing has room for them: the most important in full, then how many there are beside."""
        texts = tuple(caution.text for caution in self.cautions[:FULLY])
        return (*texts, self.more) if self.more else texts

    @property
    def open_cautions(self) -> tuple[Caution, ...]:
        """The most important cautions, which a page shows as they are."""
        return self.cautions[:OPEN]

    @property
    def folded_cautions(self) -> tuple[Caution, ...]:
        """The other cautions, which a page folds so that they do not flood the chart."""
        return self.cautions[OPEN:]

    @property
    def alternative(self) -> str:
        """The drawing in words: its description, then every caution."""
        return " ".join((self.description, *(caution.text for caution in self.cautions)))

    def hollow(self, series: Series) -> bool:
        """Return whether a peer of a ranking is drawn as not told apart: neither is one that was not compared.

        Where nobody was compared with the hero, no mark says anything of it.
        """
        return self._judged and series.told_apart is not True

    @cached_property
    def _judged(self) -> bool:
        return any(series.told_apart is not None for series in self.series)

    @property
    def hero(self) -> Series | None:
        """The series of the place the chart is about, if it is drawn."""
        return next((series for series in self.series if series.role == "hero"), None)
