"""Named alternatives beside the default: indicators left out by tag or id, or one scored in another's place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config import digits
from indicators.missing import Latest, latest_table
from indicators.nominal import Marks, aggregate
from indicators.normalise import goalposts
from indicators.ranks import rank, whole

if TYPE_CHECKING:
    from config.schema import Catalogue, Indicator, Method, Variant
    from indicators.scores import Floats

COLUMNS = ["variant", "pillar", "ref_area", "score", "rank", "places"]


def variants(
    cells: pd.DataFrame, latest: Latest, catalogue: Catalogue, method: Method, admitted: Marks
) -> pd.DataFrame:
    """Return score and rank of each variant of the method: the columns `COLUMNS`, `pillar` being an id or "overall".

    `cells` as of `indicators.cells`, `latest` their latest scored values. A pillar that loses all its indicators has no
    score. Ranks are among the `places` of those `admitted` (places,) that have a score under the variant. Raises
    ValueError when a variant swaps an indicator that is not scored or for one that is unknown.
    """
    tables = [_variant(variant, cells, latest, catalogue, method, admitted) for variant in method.variants]
    return digits.fixed(pd.concat(tables, ignore_index=True)) if tables else pd.DataFrame(columns=COLUMNS)


def _variant(
    variant: Variant, cells: pd.DataFrame, latest: Latest, catalogue: Catalogue, method: Method, admitted: Marks
) -> pd.DataFrame:
    kept = [i for i in catalogue.scored() if i.id not in variant.drop and not set(i.tags) & set(variant.drop_tags)]
    if variant.equal_weights:
        kept = [indicator.model_copy(update={"weight": 1.0}) for indicator in kept]
    for old, new in variant.swap.items():
        latest = _swapped(latest, old, new, cells, catalogue, variant.id)
    nominal = aggregate(latest, kept, catalogue, method)
    columns = [*nominal.pillars.T, nominal.overall]
    names = [*catalogue.pillars, "overall"]
    return pd.concat(
        [_table(variant.id, name, latest, column, admitted) for name, column in zip(names, columns, strict=True)],
        ignore_index=True,
    )


def _swapped(latest: Latest, old: str, new: str, cells: pd.DataFrame, catalogue: Catalogue, variant: str) -> Latest:
    known = {i.id: i for i in catalogue.scored()}
    if old not in known or new not in catalogue.indicators:
        raise ValueError(f"variant {variant!r}: cannot swap {old!r} for {new!r}; name a scored and a known indicator")
    other = latest_table(cells, latest.place_ids, [new])
    (column,) = latest.columns([old])
    scores = latest.scores.copy()
    scores[:, column] = _scored_as(other.raw[:, 0], known[old])
    return replace(latest, scores=scores)


def _scored_as(values: Floats, indicator: Indicator) -> Floats:
    ends = indicator.goalposts
    if ends is None:
        raise ValueError(f"indicator {indicator.id!r} has no goalposts to score another by")
    return digits.score(goalposts(values, ends.worst, ends.best))


def _table(variant: str, pillar: str, latest: Latest, scores: Floats, admitted: Marks) -> pd.DataFrame:
    ranks = np.where(admitted, scores, np.nan)
    return pd.DataFrame(
        {
            "variant": variant,
            "pillar": pillar,
            "ref_area": list(latest.place_ids),
            "score": scores,
            "rank": whole(rank(ranks)),
            "places": int((~np.isnan(ranks)).sum()),
        }
    )
