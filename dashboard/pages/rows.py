"""Rows that several pages show: one indicator's value with its year, level, interval, score and quality."""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Indicator, ObsStatus
from dashboard import charts
from dashboard.chart import Chart
from dashboard.lookup import Cell
from dashboard.pages.visit import Visit

DONT_KNOW_SHOWN = 20.0  # percent of respondents without an opinion from which the share is printed


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator of one place, ready to be read."""

    indicator: Indicator
    label: str
    value: str
    unit: str
    period: str
    interval: str
    score: str
    territory: str
    national: bool
    strip: Chart | None
    spark: Chart | None
    sampled: bool
    quality: str
    remarks: tuple[str, ...]


def indicator_row(visit: Visit, indicator: Indicator, place: str, *, drawn: bool = True) -> IndicatorRow:
    """Return the row of one indicator; a place without a value gets a row that says so."""
    lang, cell = visit.words.lang, visit.lookup.cell(indicator.id, place)
    common = visit.common
    return IndicatorRow(
        indicator=indicator,
        label=indicator.label.in_(lang),
        value=visit.amount(indicator, cell.value) if cell else visit.words("no value"),
        unit=indicator.unit.in_(lang),
        period=period(indicator, cell),
        interval=visit.interval(indicator, cell) if cell else "",
        score=_score(visit, indicator, cell),
        territory=visit.territory(indicator, visit.edition.catalogue.places[place]),
        national=indicator.level == "country",
        strip=charts.indicator_strip(*common, indicator.id, hero=place) if drawn and indicator.goalposts else None,
        spark=charts.indicator_spark(*common, indicator.id, hero=place) if drawn else None,
        sampled=bool(cell and cell.has_interval),
        quality=quality(visit, indicator),
        remarks=remarks(visit, indicator, place, cell),
    )


def period(indicator: Indicator, cell: Cell | None) -> str:
    """Return the years a value stands for: "2019", or "2018–2020" for a mean over years."""
    return "" if cell is None else span_of(indicator, cell.period)


def span_of(indicator: Indicator, period: str) -> str:
    """Return a period of an indicator: its year, or its years where a value is a mean over several."""
    if indicator.window_years > 1 and period.isdigit():
        return f"{int(period) - indicator.window_years + 1}–{period}"
    return period


def _score(visit: Visit, indicator: Indicator, cell: Cell | None) -> str:
    if indicator.goalposts is None:
        return visit.words("not scored")
    if cell is None or cell.score is None or not cell.latest:
        return visit.words("no score")
    return visit.words("score {score}", score=visit.words.number(cell.score))


def quality(visit: Visit, indicator: Indicator) -> str:
    """Return what kind of figure it is and for how many of the default places it exists."""
    words = visit.words
    kind = words(
        {
            "survey": "Survey",
            "administrative": "Administrative figure",
            "measured": "Measured",
            "modelled": "Modelled",
            "self-declared": "Self-declared",
        }[indicator.kind]
    )
    if indicator.scheme == "municipality":
        return kind
    peers = visit.edition.peers
    there = visit.lookup.once(
        ("there", indicator.id), lambda: sum(1 for place in peers if visit.lookup.cell(indicator.id, place.id))
    )
    return words("{kind}, {count} of {of} places", kind=kind, count=there, of=len(peers))


def remarks(visit: Visit, indicator: Indicator, place: str, cell: Cell | None) -> tuple[str, ...]:
    """Return what must be known beside a value: sample, don't-know share, flags, statuses, the place's oddity."""
    words, found = visit.words, []
    if cell is not None:
        found += _sample(visit, cell)
        if cell.dont_know is not None and cell.dont_know > DONT_KNOW_SHOWN:
            found.append(words("{share}% did not know", share=words.number(cell.dont_know)))
        if cell.clipped:
            found.append(words("beyond a goalpost; the score is cut off there"))
        found += [words(STATUS_WORDS[ObsStatus(letter)]) for letter in cell.status if letter in STATUS_WORDS]
    if place in indicator.flags:
        found.append(indicator.flags[place].in_(words.lang))
    return tuple(found)


def _sample(visit: Visit, cell: Cell) -> list[str]:
    if cell.n is None:
        return [] if cell.has_interval else [visit.words("no error published")]
    message = "about {n} answers (assumed)" if cell.n_assumed else "{n} answers"
    return [visit.words(message, n=visit.words.number(cell.n))]


STATUS_WORDS = {
    ObsStatus.BREAK: "break in the series",
    ObsStatus.DEFINITION_DIFFERS: "definition differs",
    ObsStatus.ESTIMATED: "estimated by the publisher",
    ObsStatus.FORECAST: "forecast",
    ObsStatus.IMPUTED: "imputed by the publisher",
    ObsStatus.PROVISIONAL: "provisional",
    ObsStatus.LOW_RELIABILITY: "low reliability",
    ObsStatus.SUSPECT: "withdrawn: suspected copy of another year",
}
