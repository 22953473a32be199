"""The table of cells: one row per indicator, place, period and group, with level, interval, flags and score.

Values are looked up by the area code a place has in the indicator's own scheme, so one territorial level never stands
in for another. A place without a published row has no row here; an explicit "no value" of a publisher stays, as a row
without value that keeps its status.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config import digits
from config.schema import TOTAL
from indicators import intervals, normalise
from indicators.cautions import COLUMNS as CAUTIONS
from indicators.cautions import with_cautions
from indicators.derived import Derived, Point, Published, derive
from indicators.missing import mark_latest

if TYPE_CHECKING:
    from config.schema import Catalogue, Indicator, Place
    from indicators.scores import Floats

KEY = ["measure", "ref_area", "time_period", "group"]
_PLAIN = (
    *("indicator", "pillar", "role", "ref_area", "level", "area", "whole_country", "group", "time_period", "obs_value"),
    *("unit", "obs_status", "source", "n", "n_assumed", "dont_know", "events", "detail", "flagged", "part_low"),
    *("part_high", "better", "comparable", "kind", "window_years"),
)
COLUMNS = (*_PLAIN, "score", "score_unclipped", "clipped", "lower", "upper", "error", "latest", *CAUTIONS)


def cells(observations: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return every value of every indicator for the catalogue's places, sorted by indicator, place, group and period.

    `observations` has `config.schema.OBSERVATION_COLUMNS`; the result has the columns `COLUMNS`, described in
    `indicators.scores.Scores`. Raises ValueError when an observation stands twice or a derivation is wrong.
    """
    published = read(observations, catalogue)
    rows = [
        row for indicator in catalogue.indicators.values() for row in _indicator_rows(indicator, catalogue, published)
    ]
    frame = pd.DataFrame(rows, columns=list(_PLAIN))
    frame = _with_scores(_typed(frame), catalogue.indicators)
    frame = with_cautions(_with_limits(frame), catalogue.indicators)
    earliest = {i.id: i.earliest_period or "" for i in catalogue.indicators.values()}
    return digits.fixed(frame.assign(latest=mark_latest(frame, earliest))[list(COLUMNS)])


def read(observations: pd.DataFrame, catalogue: Catalogue) -> Published:
    """Return the observations the catalogue asks for, by measure and key; ValueError when one stands twice."""
    wanted = {name for i in catalogue.indicators.values() for name in _names(i.value.args.values())}
    wanted |= {i.sampling.interviews for i in catalogue.indicators.values() if i.sampling and i.sampling.interviews}
    areas = {code for place in catalogue.places.values() for code in place.areas.values()}
    kept = observations[observations["measure"].isin(wanted) & observations["ref_area"].isin(areas)]
    twice = kept.duplicated(subset=KEY)
    if twice.any():
        first = kept.loc[twice.to_numpy(), KEY].iloc[0].to_dict()
        raise ValueError(f"observations: {first} stands twice; a connector must give one row per key")
    published: dict[str, dict[tuple[str, str, str], Point]] = {}
    names = (*KEY, "obs_value", "obs_status", "source")
    for measure, area, period, group, value, status, source in zip(*(kept[n].tolist() for n in names), strict=True):
        published.setdefault(measure, {})[(area, period, group)] = Point(float(value), status, source)
    return published


def _names(values: object) -> Iterator[str]:
    for value in values if not isinstance(values, str) else ():  # type: ignore[attr-defined]
        yield from (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()


def _indicator_rows(indicator: Indicator, catalogue: Catalogue, published: Published) -> Iterator[tuple[object, ...]]:
    try:
        derived = derive(indicator.value, published)
    except ValueError as error:
        raise ValueError(f"indicator {indicator.id!r}: {error}") from error
    by_area: dict[str, list[Derived]] = {}
    for row in sorted(derived, key=lambda row: (row.group, row.period)):
        by_area.setdefault(row.area, []).append(row)
    sampling = indicator.sampling
    interviews = published.get(sampling.interviews or "", {}) if sampling else {}
    for place in _carriers(indicator, catalogue):
        for row in by_area.get(place.areas[indicator.scheme], ()):
            yield _row(indicator, place, row, interviews.get((row.area, row.period, TOTAL)))


def _carriers(indicator: Indicator, catalogue: Catalogue) -> tuple[Place, ...]:
    """Return the places whose own value the indicator is: municipalities for a municipal one, else city-regions."""
    places = catalogue.municipalities() if indicator.scheme == "municipality" else catalogue.city_regions()
    return tuple(place for place in places if indicator.scheme in place.areas)


def _row(indicator: Indicator, place: Place, row: Derived, interviews: Point | None) -> tuple[object, ...]:
    sampling = indicator.sampling
    # The published number of interviews counts; a believed one stands in where there is none.
    told = interviews is not None and interviews.value == interviews.value
    believed = sampling.n_by_period.get(row.period, sampling.n) if sampling else 0
    asked = interviews.value if interviews is not None and told else believed
    n = asked * row.base if asked and row.value == row.value else np.nan
    assumed = bool(sampling and sampling.assumed and not told and n == n)
    return (
        *(indicator.id, indicator.pillar, indicator.role, place.id, indicator.level.value, row.area),
        *(_whole_country(indicator, place), row.group, row.period, row.value, indicator.unit.en, row.status),
        *(row.source, n, assumed, row.dont_know, row.events, row.detail),
        *(place.id in indicator.flags, row.low, row.high, indicator.better or "", indicator.comparable),
        *(indicator.kind, indicator.window_years),
    )


def _whole_country(indicator: Indicator, place: Place) -> bool:
    return indicator.scheme == "country" or indicator.scheme in place.whole_country


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give an empty table the types of a full one."""
    numbers = dict.fromkeys(("obs_value", "n", "dont_know", "events", "part_low", "part_high"), "float64")
    flags = dict.fromkeys(("whole_country", "n_assumed", "flagged"), "bool")
    return frame.astype(numbers | flags)


def _with_scores(frame: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    worst, best = ends(frame["indicator"], indicators)
    value = frame["obs_value"].to_numpy(dtype=float)
    score = digits.score(normalise.goalposts(value, worst, best))
    unclipped = digits.score(normalise.goalposts(value, worst, best, clip=False))
    return frame.assign(score=score, score_unclipped=unclipped, clipped=(unclipped < 0) | (unclipped > 100))


def ends(names: pd.Series, indicators: Mapping[str, Indicator]) -> tuple[Floats, Floats]:
    """Return the goalposts (worst, best) of a column of indicator ids, NaN where an indicator has none."""
    posts = {
        i.id: (i.goalposts.worst, i.goalposts.best) if i.goalposts else (np.nan, np.nan) for i in indicators.values()
    }
    pairs = np.array([posts[name] for name in names], dtype=float).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def _with_limits(frame: pd.DataFrame) -> pd.DataFrame:
    """Add 95 % limits and the standard error they imply: Wilson for survey shares, Byar or exact for counted events."""
    lower, upper = _limits(frame, intervals.LEVEL)
    error = (upper - lower) / (2 * intervals.quantile(intervals.LEVEL))
    return frame.assign(lower=lower, upper=upper, error=error)


def _limits(frame: pd.DataFrame, level: float) -> tuple[Floats, Floats]:
    """Return the limits of cells at a level, in their unit; NaN where neither answers nor events are known."""
    value, n, events = (frame[name].to_numpy(dtype=float) for name in ("obs_value", "n", "events"))
    lower, upper = intervals.wilson(value, n, level)
    counted = ~np.isnan(events) & (events > 0)
    if counted.any():
        rate = value[counted] / events[counted]
        low, high = intervals.counts(events[counted], level)
        lower[counted], upper[counted] = rate * low, rate * high
    # A published value may have more digits than its limits, which hold it all the same.
    return np.minimum(digits.unit(lower), value), np.maximum(digits.unit(upper), value)
