"""Rows that several pages show: one indicator's value with its year, level, interval, score and quality."""

from __future__ import annotations

from dataclasses import dataclass

from config.schema import Indicator
from dashboard import charts
from dashboard.chart import Chart
from dashboard.charts.cautions import status
from dashboard.lookup import Cell
from dashboard.pages.visit import Visit


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
        value=_value(visit, indicator, place, cell),
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
    if cell is None:
        return ""
    if indicator.window_years > 1 and cell.years_used > 1:
        return f"{cell.start}–{cell.end}"
    return cell.period


def _value(visit: Visit, indicator: Indicator, place: str, cell: Cell | None) -> str:
    if cell is None:
        return visit.words("no value")
    return visit.words("in another unit") if place in indicator.other_unit else visit.amount(indicator, cell.value)


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
    return words("{kind}, {count} of {of} {of:place|places}", kind=kind, count=there, of=len(peers))


def remarks(visit: Visit, indicator: Indicator, place: str, cell: Cell | None) -> tuple[str, ...]:
    """Return what must be known beside a value: sample, don't-know share, flags, statuses, the place's oddity."""
    words, found = visit.words, []
    if cell is not None:
        found += _sample(visit, cell)
        if "dont_know" in cell.cautions:
            found.append(words("{share}% did not know", share=words.number(cell.dont_know or 0.0)))
        if "not_comparable" in cell.cautions:
            found.append(words("not comparable between places"))
        if cell.clipped:
            found.append(words("beyond an end of the scale; the score stops there"))
        found += [said for letter in cell.status if (said := status(words, letter))]
    if place in indicator.flags:
        found.append(indicator.flags[place].in_(words.lang))
    return tuple(found)


def _sample(visit: Visit, cell: Cell) -> list[str]:
    if cell.n is None:
        return [] if cell.has_interval else [visit.words("no margin of error published")]
    message = "about {n} {n:answer|answers} (assumed)" if cell.n_assumed else "{n} {n:answer|answers}"
    return [visit.words(message, n=visit.words.number(cell.n))]
