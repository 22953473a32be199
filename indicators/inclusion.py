"""The inclusion twin: how unequally an indicator's own values are spread over municipalities or groups of people.

A second number beside a score, never folded into it. The Gini here measures differences between municipalities, not
between people: sum_ij |xi - xj| wi wj / (2 W^2 mean), with W the sum of the weights and the weighted mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config import digits
from indicators.aggregate import fold
from indicators.scores import Floats

if TYPE_CHECKING:
    from config.schema import Catalogue, Indicator

WEIGHT_MEASURE = "eligible_residents"  # residents whose income the municipal statistics count
COLUMNS = (
    *("indicator", "ref_area", "time_period", "kind", "n", "of", "gap", "ratio", "gini"),
    *("lowest", "low_value", "highest", "high_value", "unit"),
)


_OWN = ("indicator", "ref_area", "time_period", "obs_value", "unit")


@dataclass(frozen=True)
class Spread:
    """Spread of some values: `gap` = max - min in their unit, `ratio` = max / min, `gini` 0-1; NaN where undefined."""

    n: int
    gap: float
    ratio: float
    gini: float
    lowest: int
    highest: int


def spread(values: Sequence[float] | Floats, weights: Sequence[float] | Floats | None = None) -> Spread:
    """Return the spread of values without NaN, weighted by `weights` in the Gini only (NaN without weights).

    `lowest` and `highest` are positions, the first on a tie. Raises ValueError when there is no value.
    """
    x = np.asarray(values, dtype=float)
    if x.size == 0 or np.isnan(x).any():
        raise ValueError("spread: needs one value at least and none missing")
    low, high = int(x.argmin()), int(x.argmax())
    ratio = float(x[high] / x[low]) if x[low] > 0 else np.nan
    return Spread(x.size, float(x[high] - x[low]), ratio, np.nan if weights is None else gini(x, weights), low, high)


def gini(values: Sequence[float] | Floats, weights: Sequence[float] | Floats) -> float:
    """Return sum_ij |xi - xj| wi wj / (2 W^2 mean), 0-1; NaN when a weight is missing or the mean is not positive."""
    x, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    whole = float(fold(w))
    if np.isnan(w).any() or whole <= 0:
        return np.nan
    mean = float(fold(x * w)) / whole
    pairs = np.abs(x[:, None] - x[None, :]) * w[:, None] * w[None, :]
    return float(fold(fold(pairs))) / (2 * whole * whole * mean) if mean > 0 else np.nan


def inclusion(cells: pd.DataFrame, observations: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the spread tables of all indicators with municipal values, group values, or the two ends of a gap.

    `cells` as of `indicators.cells`; weights are the residents of `WEIGHT_MEASURE` by municipality and year. Columns
    are those of `indicators.scores.Scores.inclusion`.
    """
    rows = [*_municipal(cells, observations, catalogue), *_gaps(cells, catalogue), *_groups(cells)]
    return digits.fixed(pd.DataFrame(rows, columns=list(COLUMNS)))


def _municipal(cells: pd.DataFrame, observations: pd.DataFrame, catalogue: Catalogue) -> Iterator[tuple[object, ...]]:
    chosen = (cells["level"] == "municipality") & (cells["group"] == "total") & cells["obs_value"].notna()
    parents = {place.id: place.parent for place in catalogue.municipalities()}
    known = cells.loc[chosen, [*_OWN, "area"]].assign(parent=lambda rows: rows["ref_area"].map(parents))
    residents = observations[observations["measure"] == WEIGHT_MEASURE]
    weight = residents.set_index(["ref_area", "time_period"])["obs_value"]
    for (indicator, parent, period), rows in known.groupby(["indicator", "parent", "time_period"], sort=False):
        keys = pd.MultiIndex.from_arrays([rows["area"], rows["time_period"]])
        found = spread(rows["obs_value"].to_numpy(), weight.reindex(keys).to_numpy())
        ends = _ends(rows["ref_area"], rows["obs_value"], found)
        of = len(catalogue.municipalities(str(parent)))
        yield (indicator, parent, period, "municipalities", found.n, of, *_figures(found), *ends, _unit(rows))


def _gaps(cells: pd.DataFrame, catalogue: Catalogue) -> Iterator[tuple[object, ...]]:
    names = ["indicator", "ref_area", "time_period", "obs_value", "detail", "part_low", "part_high", "unit"]
    known = cells.loc[cells["part_low"].notna() & cells["obs_value"].notna(), names]
    for indicator, place, period, gap, group, low, high, unit in zip(*(known[n].tolist() for n in names), strict=True):
        ratio = high / low if low > 0 else np.nan
        top, of = _against(catalogue.indicators[indicator])
        yield (indicator, place, period, "groups", of, of, gap, ratio, np.nan, group, low, top, high, unit)


def _groups(cells: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    known = cells.loc[(cells["group"] != "total") & cells["obs_value"].notna(), [*_OWN, "group"]]
    for key, rows in known.groupby(["indicator", "ref_area", "time_period"], sort=False):
        found = spread(rows["obs_value"].to_numpy())
        ends = _ends(rows["group"], rows["obs_value"], found)
        yield (*key, "groups", found.n, found.n, *_figures(found), *ends, _unit(rows))


def _against(indicator: Indicator) -> tuple[str, int]:
    """Return what the lowest group is measured against, and how many groups there are."""
    groups = indicator.value.args.get("groups")
    return str(indicator.value.args.get("minuend", "everyone")), len(groups) if isinstance(groups, tuple) else 2


def _figures(found: Spread) -> tuple[float, float, float]:
    return found.gap, found.ratio, found.gini


def _ends(names: pd.Series, values: pd.Series, found: Spread) -> tuple[object, ...]:
    low, high = found.lowest, found.highest
    return names.iloc[low], float(values.iloc[low]), names.iloc[high], float(values.iloc[high])


def _unit(rows: pd.DataFrame) -> str:
    return str(rows["unit"].iloc[0])
