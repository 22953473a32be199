"""Which city-regions are alike: standardised differences of the logarithms of size, income or density.

The distance of two places by one figure is |ln x - ln y| divided by the standard deviation of ln over all places that
have the figure, so the unit plays no part. Over several figures it is the root of the mean square. A place without a
figure is not compared by it; nothing is filled in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from config import digits
from config.schema import TOTAL, Catalogue, Criterion, Place

CLOSEST = 5


@dataclass(frozen=True)
class Figure:
    """One place's newest value of one criterion, with its period, area code, and whether it is the whole country's."""

    value: float
    period: str
    area: str
    whole_country: bool


@dataclass(frozen=True)
class Alike:
    """A place with its distance to another one, over all criteria asked for and by each of them."""

    place: str
    distance: float
    parts: Mapping[str, float]


Figures = Mapping[str, Mapping[str, Figure]]  # criterion -> place -> figure


def figures(observations: pd.DataFrame, catalogue: Catalogue) -> Figures:
    """Return per criterion of the catalogue the newest positive figure of each city-region that has one."""
    wanted = {m for c in catalogue.likeness.values() for m in (c.measure, c.per) if m is not None}
    rows = observations[observations["measure"].isin(wanted) & (observations["group"] == TOTAL)]
    known: dict[tuple[str, str], dict[str, float]] = {}
    columns = (rows[name].tolist() for name in ("measure", "ref_area", "time_period", "obs_value"))
    for measure, area, period, value in zip(*columns, strict=True):
        if value > 0:
            known.setdefault((measure, area), {})[period] = value
    return {criterion.id: _of_places(criterion, catalogue, known) for criterion in catalogue.likeness.values()}


def distance(values: Mapping[str, float], a: str, b: str) -> float | None:
    """Return the distance of two places by one figure (place -> positive value); None where it cannot be told.

    That is so when one of them has no value, or when all places have the same.
    """
    return _apart(_standardised(values), a, b)


def closest(
    found: Figures, place: str, criteria: Iterable[str], among: Iterable[str], count: int = CLOSEST
) -> tuple[tuple[Alike, ...], tuple[str, ...]]:
    """Return the `count` places most like `place`, the nearest first, and those that could not be compared.

    Equal distances stand in the order of `among`. Raises KeyError for a criterion without figures.
    """
    scales = {key: _standardised({p: figure.value for p, figure in found[key].items()}) for key in criteria}
    alike, without = [], []
    for other in (other for other in among if other != place):
        parts = {key: _apart(scale, place, other) for key, scale in scales.items()}
        told = {key: part for key, part in parts.items() if part is not None}
        if len(told) < len(parts) or not parts:
            without.append(other)
        else:
            alike.append(Alike(other, _root_mean_square(list(told.values())), told))
    return tuple(sorted(alike, key=lambda one: one.distance)[:count]), tuple(without)


def _standardised(values: Mapping[str, float]) -> dict[str, float]:
    """Return the logarithms in standard deviations over all places; empty where they do not differ."""
    if len(set(values.values())) < 2:
        return {}
    logs = [math.log(value) for value in values.values()]
    middle = math.fsum(logs) / len(logs)
    spread = _root_mean_square([log - middle for log in logs])
    return {place: log / spread for place, log in zip(values, logs, strict=True)} if spread > 0 else {}


def _root_mean_square(values: Sequence[float]) -> float:
    return math.sqrt(math.fsum(value * value for value in values) / len(values))


def _apart(scale: Mapping[str, float], a: str, b: str) -> float | None:
    """Return how far two places are apart, at the declared digits: what is equally near on paper is equally near."""
    return float(digits.score(abs(scale[a] - scale[b]))) if a in scale and b in scale else None


def _of_places(
    criterion: Criterion, catalogue: Catalogue, known: Mapping[tuple[str, str], Mapping[str, float]]
) -> dict[str, Figure]:
    places = (place for place in catalogue.city_regions() if criterion.scheme in place.areas)
    found = {place.id: _figure(criterion, place, known) for place in places}
    return {place: figure for place, figure in found.items() if figure is not None}


def _figure(criterion: Criterion, place: Place, known: Mapping[tuple[str, str], Mapping[str, float]]) -> Figure | None:
    """Return the newest figure; a ratio is of the newest period that has both its measures."""
    area = place.areas[criterion.scheme]
    above = known.get((criterion.measure, area), {})
    below = known.get((criterion.per, area), {}) if criterion.per else dict.fromkeys(above, 1.0)
    periods = sorted(above.keys() & below.keys())
    if not periods:
        return None
    whole = criterion.scheme in place.whole_country
    return Figure(above[periods[-1]] / below[periods[-1]], periods[-1], area, whole)
