"""Why a score is what it is: contributions, effective weights, and the smallest change that would gain a rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config import digits
from indicators.aggregate import fold
from indicators.missing import Latest
from indicators.scores import Floats, Scores

if TYPE_CHECKING:
    from config.schema import Catalogue


def contributions(latest: Latest, pillars: Floats, catalogue: Catalogue) -> pd.DataFrame:
    """Return `pillar, ref_area, indicator, weight, score, contribution` for each value behind a pillar score.

    Weights are those used, renormalised over the values present, so they sum to 1 and contributions to the score.
    `pillars` (places, pillars) are the nominal scores; a place without a score has no rows.
    """
    rows = []
    for at, pillar in enumerate(catalogue.pillars):
        members = catalogue.scored(pillar)
        at_members = latest.columns([i.id for i in members])
        weights = np.array([i.weight for i in members])
        for row in np.flatnonzero(~np.isnan(pillars[:, at])):
            scores = latest.scores[row, at_members]
            present = np.flatnonzero(~np.isnan(scores))
            used = weights[present] / fold(weights[present])
            rows += [
                (pillar, latest.place_ids[row], members[i].id, w, scores[i], w * scores[i])
                for i, w in zip(present, used.tolist(), strict=True)
            ]
    columns = ["pillar", "ref_area", "indicator", "weight", "score", "contribution"]
    return digits.fixed(pd.DataFrame(rows, columns=columns))


def effective_weights(scores: Scores) -> pd.DataFrame:
    """Return how much each indicator moves its pillar: `pillar, indicator, weight, effective, p10, p90`.

    `weight` is the nominal share, `effective` the indicator's share of the variance of the pillar scores over the
    ranked places, cov(w x, pillar) / var(pillar), which sums to 1 where all values are present; `p10` and `p90` are
    percentiles of its scores. NaN with fewer than three places or without variance. Rule: Paruolo, Saisana and
    Saltelli, Journal of the Royal Statistical Society A 176 (2013), 609-634, in its covariance form.
    """
    ranked = scores.pillars[scores.pillars["rank"].notna()][["pillar", "ref_area", "score"]]
    parts = scores.contributions.merge(ranked, on=["pillar", "ref_area"], suffixes=("", "_pillar"))
    rows = [
        (pillar, indicator, float(group["weight"].median()), *_effect(group))
        for (pillar, indicator), group in parts.groupby(["pillar", "indicator"], sort=False)
    ]
    return pd.DataFrame(rows, columns=["pillar", "indicator", "weight", "effective", "p10", "p90"])


def smallest_change(scores: Scores, catalogue: Catalogue, place: str, pillar: str) -> pd.DataFrame:
    """Return which value each indicator would have to reach, alone, for a place to gain one rank in a pillar.

    Columns `indicator, value, needed, change, score_change, overtakes, share_of_spread`, the easiest first: the
    smallest change of score, then the smallest share of the spread (10th-90th percentile) of the ranked places. An
    indicator that would need more than its best goalpost is left out; empty for the first rank, an unranked place, or
    when no single indicator is enough. Equal scores share a rank, so reaching the score above is enough.
    """
    above = _next_above(scores, place, pillar)
    if above is None:
        return pd.DataFrame([], columns=list(_CHANGE))
    gap, overtakes = above
    rows = scores.contributions[
        (scores.contributions["pillar"] == pillar) & (scores.contributions["ref_area"] == place)
    ]
    spreads = _spreads(scores, pillar)
    found = [_needed(row, gap, overtakes, catalogue, spreads) for row in rows.itertuples()]
    table = pd.DataFrame([row for row in found if row is not None], columns=list(_CHANGE))
    values = scores.cells[
        scores.cells["latest"] & (scores.cells["group"] == "total") & (scores.cells["ref_area"] == place)
    ]
    table["value"] = table["indicator"].map(values.set_index("indicator")["obs_value"]).astype(float)
    table["change"] = table["needed"] - table["value"]
    return table.sort_values(["score_change", "share_of_spread"], kind="stable", ignore_index=True)


_CHANGE = ("indicator", "value", "needed", "change", "score_change", "overtakes", "share_of_spread")


def _next_above(scores: Scores, place: str, pillar: str) -> tuple[float, str] | None:
    """Return the distance to the next higher score of a ranked place, and whose it is."""
    table = scores.overall if pillar == "overall" else scores.pillars[scores.pillars["pillar"] == pillar]
    ranked = table[table["rank"].notna()].set_index("ref_area")["score"]
    if place not in ranked.index:
        return None
    higher = ranked[ranked > ranked[place]]
    return (float(higher.min() - ranked[place]), str(higher.idxmin())) if len(higher) else None


def _needed(
    row: object, gap: float, overtakes: str, catalogue: Catalogue, spreads: pd.Series
) -> tuple[object, ...] | None:
    indicator, weight, score = row.indicator, row.weight, row.score  # type: ignore[attr-defined]
    rise, ends = gap / weight, catalogue.indicators[indicator].goalposts
    if ends is None or score + rise > 100.0:
        return None
    needed = ends.worst + (ends.best - ends.worst) * (score + rise) / 100.0
    return indicator, np.nan, needed, np.nan, rise, overtakes, rise / float(spreads.get(indicator, np.nan))


def _spreads(scores: Scores, pillar: str) -> pd.Series:
    table = effective_weights(scores)
    chosen = table[table["pillar"] == pillar].set_index("indicator")
    return (chosen["p90"] - chosen["p10"]).where(lambda width: width > 0)


def _effect(group: pd.DataFrame) -> tuple[float, float, float]:
    low, high = np.percentile(group["score"], [10, 90])
    whole, part = group["score_pillar"].to_numpy(), group["contribution"].to_numpy()
    centred = whole - whole.mean()
    variance = float((centred**2).sum())
    if len(group) < 3 or variance <= 0:
        return np.nan, float(low), float(high)
    return float(((part - part.mean()) * centred).sum() / variance), float(low), float(high)
