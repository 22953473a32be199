"""Where a number comes from: value <- formula <- published rows <- payload with its hash <- publisher's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.catalogue import measures_of
from config.schema import Indicator, Provenance
from dashboard.lookup import Cell
from dashboard.pages.visit import Visit

MOST_ROWS = 60

# What each function of `indicators/derived.py` does, in words; {names} are its arguments.
FORMULAS: Mapping[str, str] = {
    "as_published": "{measure}, as published",
    "share_with_opinion": "100 × ({positive}) ÷ ({positive} + {negative}); “don’t know” is left out",
    "share_of_all": "{positive}, or in newer editions of the survey {later}: a share of all answers",
    "mean_over_years": "mean of {measure} over {years} {years:year|years}, all of them present",
    "recent_mean": "mean of the last {years} {years:year|years} of {measure} since {since}, at least {at_least}, times "
    "{scale}",
    "station_mean": "mean of the stations {stations}, all of them valid",
    "share_of_maximum": "100 × {measure} ÷ {maximum}",
    "group_difference": "{measure}: {minuend} minus {subtrahend}",
    "least_favoured_gap": "share of everyone who say good place to live, minus that of the least favoured group",
}


@dataclass(frozen=True)
class Row:
    """One published observation that a value is made from."""

    measure: str
    label: str
    area: str
    period: str
    group: str
    value: str
    unit: str
    status: str


@dataclass(frozen=True)
class Origin:
    """The chain behind one value."""

    formula: str
    function: str
    rows: tuple[Row, ...]
    payloads: tuple[Provenance, ...]


def origin(visit: Visit, indicator: Indicator, cell: Cell) -> Origin:
    """Return the chain behind a value: its formula, the rows it was made from and their payloads."""
    measures = measures_of(indicator)
    return Origin(
        formula=formula(visit, indicator),
        function=indicator.value.function,
        rows=_rows(visit, indicator, cell, measures),
        payloads=tuple(p for p in visit.edition.provenance if set(p.measures) & set(measures)),
    )


def formula(visit: Visit, indicator: Indicator) -> str:
    """Return how an indicator is made, in words with the publisher's codes."""
    args = {
        name: " + ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)
        for name, value in indicator.value.args.items()
    }
    message = FORMULAS.get(indicator.value.function)
    if message is None:
        return indicator.value.function
    filled = {name: args.get(name, "–") for name in _names(message)}
    return visit.words(message, **filled)


def _names(message: str) -> list[str]:
    from string import Formatter

    return [name for _, name, _, _ in Formatter().parse(message) if name]


def _rows(visit: Visit, indicator: Indicator, cell: Cell, measures: tuple[str, ...]) -> tuple[Row, ...]:
    found = visit.edition.published.rows(measures, cell.area, _periods(indicator, cell))
    return tuple(_row(visit, record) for record in found[:MOST_ROWS])


def _periods(indicator: Indicator, cell: Cell) -> list[str]:
    """Return the periods a value rests on: its own, or the years of its window."""
    if indicator.value.function == "recent_mean" or indicator.window_years > 1:
        span = max(indicator.window_years, int(float(str(indicator.value.args.get("within", 1)))))
        return [str(cell.year - back) for back in range(span)]
    return [cell.period]


def _row(visit: Visit, record: Mapping[str, object]) -> Row:
    measure = str(record["measure"])
    value = float(str(record["obs_value"]))
    return Row(
        measure=measure,
        label=visit.edition.catalogue.measure(measure).label,
        area=str(record["ref_area"]),
        period=str(record["time_period"]),
        group=str(record["group"]),
        value="–" if value != value else f"{value:.12g}",
        unit=str(record["unit"]),
        status=str(record["obs_status"]),
    )
