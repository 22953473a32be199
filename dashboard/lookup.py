"""Quick answers from `Scores`: one place's value of one indicator, its series, its pillar rows.

The frames of `Scores` are read once into plain records, so that building a page does no frame work.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import pandas as pd

from config.schema import TOTAL, Catalogue, Place
from dashboard.lru import Lru
from indicators.apart import Measured
from indicators.scores import Scores
from indicators.valued import Dated

OVERALL = "overall"
MADE = 32 * 1024 * 1024  # bytes of what is made once
Made = TypeVar("Made")
SEPARATOR = re.compile(r"[^\w-]+")  # between the sources of one value


@dataclass(frozen=True)
class Cell:
    """One value of one indicator, place and period (group: everyone), in the unit of the indicator."""

    indicator: str
    place: str
    period: str
    value: float | None
    unit: str
    score: float | None
    lower: float | None
    upper: float | None
    n: float | None
    n_assumed: bool
    dont_know: float | None
    clipped: bool
    status: str
    whole_country: bool
    area: str
    source: str
    latest: bool
    start: str = ""  # first and last year the value rests on, and how many years it is a mean of
    end: str = ""
    years_used: int = 1
    cautions: tuple[str, ...] = ()  # codes of `indicators.cautions`
    events: float | None = None
    error: float | None = None

    @property
    def dated(self) -> Dated:
        """Return the value as a point of its series, with what is known of its error."""
        known = (self.value, self.n, self.events, self.lower, self.upper, self.error)
        value, n, events, lower, upper, error = (math.nan if number is None else number for number in known)
        return Dated(self.period, value, self.status, error, Measured.of(value, n, events, lower, upper))

    @property
    def year(self) -> int:
        """Year the period begins in."""
        return int(self.period[:4])

    @property
    def has_interval(self) -> bool:
        """True when a 95 % sampling interval stands beside the value."""
        return self.lower is not None and self.upper is not None


@dataclass(frozen=True)
class Standing:
    """One place in one pillar (or overall): score, sensitivity range, place among those ranked, coverage."""

    pillar: str
    place: str
    score: float | None
    low: float | None
    high: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    places: int
    coverage: float
    present: int
    of: int
    oldest: str
    newest: str
    country_values: int


@dataclass(frozen=True)
class Part:
    """What one indicator gives to one place's pillar score: weight as used, score, and their product."""

    indicator: str
    weight: float
    score: float
    contribution: float


@dataclass(frozen=True)
class VariantScore:
    """Score and place under one named alternative to the default."""

    variant: str
    pillar: str
    score: float | None
    rank: int | None
    places: int = 0


class Lookup:
    """Reads `Scores` once; every question is then a dictionary access."""

    def __init__(self, scores: Scores) -> None:
        self._series = _series(scores.cells)
        self._standings = {
            (row.pillar, row.place): row for frame in (scores.pillars, scores.overall) for row in standings(frame)
        }
        self._ranked = _ranked(self._standings.values())
        self._cells = {key: cell for key, series in self._series.items() if (cell := _counted(series)) is not None}
        self._periods = _told(self._series, lambda cell: [cell.period])
        self._sources = _told(self._series, lambda cell: [name for name in SEPARATOR.split(cell.source) if name])
        self._parts = _parts(scores.contributions)
        self._history = _history(scores.history)
        self._variants = _variants(scores.variants)
        self._made = Lru(MADE)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` gives, made once per key: texts that are the same whichever place a page is about.

        Keys may hold what an asker chose: what was not asked for longest is made anew.
        """
        found = cast("tuple[Made] | None", self._made.get(key))
        if found is None:
            found = (make(),)
            self._made.keep(key, found)
        return found[0]

    def series(self, indicator: str, place: str) -> tuple[Cell, ...]:
        """Return every period of one indicator in one place, oldest first; empty where there is none."""
        return self._series.get((indicator, place), ())

    def cell(self, indicator: str, place: str) -> Cell | None:
        """Return the value that counts: the scored one, else the newest with a value."""
        return self._cells.get((indicator, place))

    def standing(self, pillar: str, place: str) -> Standing | None:
        """Return one place's row of a pillar or of "overall"; None where it has no row."""
        return self._standings.get((pillar, place))

    def ranked(self, pillar: str) -> list[Standing]:
        """Return the rows of a pillar (or "overall") that have a place, first place first."""
        return list(self._ranked.get(pillar, ()))

    def compared(self, catalogue: Catalogue) -> tuple[Place, ...]:
        """Return whom charts compare when nobody chooses, in file order: who is ranked overall.

        Where nobody is, those that the catalogue lists as the usual ones.
        """
        ranked = {standing.place for standing in self._ranked.get(OVERALL, ())}
        found = tuple(place for place in catalogue.city_regions() if place.id in ranked)
        return found or catalogue.city_regions("default")

    def parts(self, pillar: str, place: str) -> tuple[Part, ...]:
        """Return what each indicator gives to a place's pillar score, in the order of the catalogue."""
        return self._parts.get((pillar, place), ())

    def history(self, pillar: str, place: str) -> tuple[tuple[str, float], ...]:
        """Return (period, score) of a place's pillar on its constant set of indicators, oldest first."""
        return tuple((period, score) for period, score in self._history.get((pillar, place), ()) if score == score)

    def history_periods(self, pillar: str) -> tuple[str, ...]:
        """Return every period a pillar's history has a row for, oldest first."""
        rows = (rows for (name, _), rows in self._history.items() if name == pillar)
        return tuple(sorted({period for row in rows for period, _ in row}))

    def variants(self, place: str) -> tuple[VariantScore, ...]:
        """Return the scores of a place under every variant."""
        return self._variants.get(place, ())

    def periods(self, indicator: str) -> list[str]:
        """Return every period any place has a value for, oldest first."""
        return sorted(self._periods.get(indicator, ()))

    def sources(self, indicator: str) -> tuple[str, ...]:
        """Return the ids of the sources any place's value of an indicator comes from, in the order of the cells."""
        return self._sources.get(indicator, ())


def _counted(series: tuple[Cell, ...]) -> Cell | None:
    known = [cell for cell in series if cell.value is not None]
    counted = [cell for cell in known if cell.latest] or known
    return counted[-1] if counted else None


def _ranked(rows: Iterable[Standing]) -> Mapping[str, list[Standing]]:
    found: dict[str, list[Standing]] = defaultdict(list)
    for row in sorted((row for row in rows if row.rank is not None), key=lambda row: (row.rank or 0, row.place)):
        found[row.pillar].append(row)
    return found


def _told(
    series: Mapping[tuple[str, str], tuple[Cell, ...]], tell: Callable[[Cell], list[str]]
) -> Mapping[str, tuple[str, ...]]:
    """Return per indicator what its cells tell, each thing once."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for (indicator, _), cells in series.items():
        found[indicator] |= {told: None for cell in cells for told in tell(cell)}
    return {indicator: tuple(told) for indicator, told in found.items()}


def _series(cells: pd.DataFrame) -> Mapping[tuple[str, str], tuple[Cell, ...]]:
    found: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for row in _rows(cells[cells["group"] == TOTAL]):
        cell = _cell(row)
        found[cell.indicator, cell.place].append(cell)
    return {key: tuple(sorted(cells, key=lambda cell: cell.period)) for key, cells in found.items()}


def _cell(row: Mapping[str, Any]) -> Cell:
    return Cell(
        indicator=row["indicator"],
        place=row["ref_area"],
        period=str(row["time_period"]),
        value=_number(row["obs_value"]),
        unit=row["unit"],
        score=_number(row["score"]),
        lower=_number(row["lower"]),
        upper=_number(row["upper"]),
        n=_number(row["n"]),
        events=_number(row["events"]),
        error=_number(row["error"]),
        n_assumed=bool(row["n_assumed"]),
        dont_know=_number(row["dont_know"]),
        clipped=bool(row["clipped"]),
        status=str(row["obs_status"]),
        whole_country=bool(row["whole_country"]),
        area=str(row["area"]),
        source=str(row["source"]),
        latest=bool(row["latest"]),
        start=str(row["window_start"]),
        end=str(row["window_end"]),
        years_used=_whole(row["years_used"]) or 0,
        cautions=tuple(str(row["cautions"]).split()),
    )


def standings(frame: pd.DataFrame) -> Iterable[Standing]:
    """Return the rows of `Scores.pillars` or `Scores.overall` as records."""
    for row in _rows(frame):
        yield Standing(
            pillar=row["pillar"],
            place=row["ref_area"],
            score=_number(row["score"]),
            low=_number(row["low"]),
            high=_number(row["high"]),
            rank=_whole(row["rank"]),
            rank_low=_whole(row["rank_low"]),
            rank_high=_whole(row["rank_high"]),
            places=_whole(row["places"]) or 0,
            coverage=_number(row["coverage"]) or 0.0,
            present=_whole(row["present"]) or 0,
            of=_whole(row["of"]) or 0,
            oldest=_text(row["oldest"]),
            newest=_text(row["newest"]),
            country_values=_whole(row["country_values"]) or 0,
        )


def _parts(frame: pd.DataFrame) -> Mapping[tuple[str, str], tuple[Part, ...]]:
    found: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for row in _rows(frame):
        part = Part(row["indicator"], float(row["weight"]), float(row["score"]), float(row["contribution"]))
        found[row["pillar"], row["ref_area"]].append(part)
    return {key: tuple(parts) for key, parts in found.items()}


def _history(frame: pd.DataFrame) -> Mapping[tuple[str, str], list[tuple[str, float]]]:
    found: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for row in sorted(_rows(frame), key=lambda row: str(row["time_period"])):
        found[row["pillar"], row["ref_area"]].append((str(row["time_period"]), float(row["score"])))
    return found


def _variants(frame: pd.DataFrame) -> Mapping[str, tuple[VariantScore, ...]]:
    found: dict[str, list[VariantScore]] = defaultdict(list)
    for row in _rows(frame):
        score = VariantScore(
            row["variant"], row["pillar"], _number(row["score"]), _whole(row["rank"]), _whole(row["places"]) or 0
        )
        found[row["ref_area"]].append(score)
    return {place: tuple(scores) for place, scores in found.items()}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict(orient="records")  # type: ignore[return-value]


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None or not math.isfinite(number) else round(number)


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)
