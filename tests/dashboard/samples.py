"""Made-up but well-formed scores over the real catalogue, for tests of pages that must not depend on a snapshot."""

from __future__ import annotations

import numpy as np
import pandas as pd

from config.schema import Catalogue, Indicator
from indicators.scores import Draws, Scores

YEARS = ("2012", "2015", "2019")


def scores(catalogue: Catalogue, seed: int = 1) -> Scores:
    """Return scores with one value per indicator, default place and year, drawn evenly between the goalposts."""
    rng = np.random.default_rng(seed)
    places = [place.id for place in catalogue.city_regions("default")]
    cells = pd.DataFrame(
        [row for indicator in catalogue.indicators.values() for row in _rows(indicator, places, catalogue, rng)]
    )
    contributions = _contributions(catalogue, cells, places)
    draws = _draws(catalogue, contributions, places, rng)
    return Scores(
        cells=cells,
        pillars=_standings(catalogue, contributions, draws, places),
        overall=_overall(catalogue, draws, places),
        history=_history(catalogue, places, rng),
        contributions=contributions,
        variants=_variants(catalogue, places, rng),
        draws=draws,
    )


def _rows(indicator: Indicator, places: list[str], catalogue: Catalogue, rng: np.random.Generator) -> list[dict]:
    ends = indicator.goalposts
    worst, best = (ends.worst, ends.best) if ends else (20.0, 80.0)
    where = [p.id for p in catalogue.municipalities()] if indicator.scheme == "municipality" else places
    rows = []
    for place in where:
        for year in YEARS:
            share = float(rng.uniform(0.1, 0.9))
            value = round(worst + share * (best - worst), 2)
            survey = indicator.sampling is not None
            rows.append(
                {
                    "indicator": indicator.id, "pillar": indicator.pillar, "role": indicator.role,
                    "ref_area": place, "level": str(indicator.level), "group": "total", "time_period": year,
                    "obs_value": value, "unit": indicator.unit.en,
                    "score": 100 * share if ends else np.nan, "score_unclipped": 100 * share if ends else np.nan,
                    "obs_status": "A", "source": "eurostat", "area": catalogue.places[place].areas.get(indicator.scheme, ""),
                    "whole_country": indicator.scheme == "country",
                    "lower": value - 3 if survey else np.nan, "upper": value + 3 if survey else np.nan,
                    "n": 700.0 if survey else np.nan, "n_assumed": survey, "dont_know": 25.0 if survey else np.nan,
                    "clipped": False, "latest": year == YEARS[-1],
                }
            )  # fmt: skip
    return rows


def _contributions(catalogue: Catalogue, cells: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    latest = cells[cells.latest & (cells.role == "score") & cells.ref_area.isin(places)]
    count = latest.groupby(["pillar", "ref_area"]).indicator.transform("count")
    frame = latest[["pillar", "ref_area", "indicator", "score"]].assign(weight=1 / count)
    return frame.assign(contribution=frame.score * frame.weight).reset_index(drop=True)


def _draws(catalogue: Catalogue, contributions: pd.DataFrame, places: list[str], rng: np.random.Generator) -> Draws:
    pillars = list(catalogue.pillars)
    centre = contributions.groupby(["ref_area", "pillar"]).contribution.sum().unstack()[pillars].loc[places].to_numpy()
    table = np.clip(centre[None] + rng.normal(0, 4, (200, len(places), len(pillars))), 1, 100)
    return Draws(tuple(places), tuple(pillars), table, np.exp(np.log(table).mean(axis=2)))


def _standings(catalogue: Catalogue, contributions: pd.DataFrame, draws: Draws, places: list[str]) -> pd.DataFrame:
    frames = []
    for position, pillar in enumerate(catalogue.pillars):
        count = len(catalogue.scored(pillar))
        frames.append(_standing(pillar, draws.pillars[:, :, position], places, count))
    return pd.concat(frames, ignore_index=True)


def _overall(catalogue: Catalogue, draws: Draws, places: list[str]) -> pd.DataFrame:
    return _standing("overall", draws.overall, places, len(catalogue.scored()))


def _standing(name: str, table: np.ndarray, places: list[str], count: int) -> pd.DataFrame:
    ranks = (-table).argsort(axis=1).argsort(axis=1) + 1
    middle = table.mean(axis=0)
    return pd.DataFrame(
        {
            "pillar": name, "ref_area": places, "score": middle,
            "low": np.percentile(table, 5, axis=0), "high": np.percentile(table, 95, axis=0),
            "rank": (-middle).argsort().argsort() + 1,
            "rank_low": np.percentile(ranks, 5, axis=0).round(), "rank_high": np.percentile(ranks, 95, axis=0).round(),
            "places": len(places), "coverage": 1.0, "present": count, "of": count,
            "oldest": "2019", "newest": "2025", "country_values": 2,
        }
    )  # fmt: skip


def _history(catalogue: Catalogue, places: list[str], rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        {"pillar": "sustainable", "ref_area": place, "time_period": year, "score": float(rng.uniform(30, 70)),
         "indicators": ("pt_satisfaction",)}
        for place in places for year in YEARS
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _variants(catalogue: Catalogue, places: list[str], rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        {"variant": variant.id, "pillar": pillar, "ref_area": place, "score": float(rng.uniform(30, 70)), "rank": 7}
        for variant in catalogue.method.variants for pillar in (*catalogue.pillars, "overall") for place in places
    ]  # fmt: skip
    return pd.DataFrame(rows)
