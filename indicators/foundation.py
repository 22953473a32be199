"""What an answer rests on: each scored value of a place by the year of its data, and whose value it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any

from config.schema import TOTAL

if TYPE_CHECKING:
    import pandas as pd

    from config.schema import Catalogue
    from indicators.scores import Scores


@dataclass(frozen=True)
class Footing:
    """One scored value: the last year of its data, and whether it is of the whole country and about technology.

    `weight` is its share of the weight of all values present, 0-1.
    """

    indicator: str
    pillar: str
    year: int
    national: bool
    technology: bool
    weight: float


@dataclass(frozen=True)
class Foundation:
    """The scored values of one place, oldest first; `since` is the first year that counts as recent."""

    held: tuple[Footing, ...]
    missing: tuple[str, ...]  # scored indicators without a value
    since: int

    @property
    def near(self) -> tuple[Footing, ...]:
        """Return the values that are local or regional and recent."""
        return tuple(value for value in self.held if not value.national and value.year >= self.since)

    @property
    def national_share(self) -> float:
        """Return the share of the weight that whole-country values have, 0-1."""
        return fsum(value.weight for value in self.held if value.national)


def foundation(scores: Scores, catalogue: Catalogue, place: str) -> Foundation:
    """Return what the scores of a place rest on; without any value there is none `held`.

    A mean over several years is of its last one. Recent are the newest year of all scored values of the edition and the
    `Site.recent_years` - 1 before it, so that the first recent year is the same whichever place is asked about. Weights
    are the catalogue's, shared among the values present as in the pillar scores.
    """
    rows = _scored(scores.cells)
    newest = max((_year(end) for end in rows["window_end"]), default=0)
    own = {row["indicator"]: row for row in rows[rows["ref_area"] == place].to_dict(orient="records")}
    values = [value for pillar in catalogue.pillars for value in _pillar(catalogue, pillar, own)]
    pillars = fsum(catalogue.pillars[pillar].weight for pillar in dict.fromkeys(value.pillar for value in values))
    ordered = sorted(values, key=lambda value: value.year)
    return Foundation(
        tuple(_shared(value, catalogue.pillars[value.pillar].weight, pillars) for value in ordered),
        tuple(indicator.id for indicator in catalogue.scored() if indicator.id not in own),
        newest - catalogue.site.recent_years + 1,
    )


def _scored(cells: pd.DataFrame) -> pd.DataFrame:
    counted = (cells["role"] == "score") & cells["latest"] & (cells["group"] == TOTAL) & cells["obs_value"].notna()
    return cells[counted.to_numpy(dtype=bool)]


def _pillar(catalogue: Catalogue, pillar: str, own: Mapping[Any, Mapping[Any, Any]]) -> list[Footing]:
    """The values of one pillar, each with its share of the pillar."""
    present = [indicator for indicator in catalogue.scored(pillar) if indicator.id in own]
    whole = fsum(indicator.weight for indicator in present)
    return [
        Footing(
            indicator=indicator.id,
            pillar=pillar,
            year=_year(own[indicator.id]["window_end"]),
            national=bool(own[indicator.id]["whole_country"]),
            technology=indicator.technology,
            weight=indicator.weight / whole,
        )
        for indicator in present
    ]


def _shared(value: Footing, pillar: float, pillars: float) -> Footing:
    """The same with its share of all pillars; pillars that count for nothing give their values no weight."""
    share = value.weight * pillar / pillars if pillars else 0.0
    return Footing(value.indicator, value.pillar, value.year, value.national, value.technology, share)


def _year(end: object) -> int:
    return int(str(end)[:4])
