"""What is made of the rows, gated at refresh: no score vanishes from a place, and no indicator stays empty, in silence.

A publisher's file can pass every gate over its rows and still take the last admissible value, a pillar's share of
weight, or the group of everyone away. Whoever has looked lets it pass by the name of the indicator, of the pillar
(`pillar:open`) or of `overall`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import pandas as pd

from config.catalogue import measures_of
from config.schema import TOTAL, Catalogue

OVERALL, PILLAR = "overall", "pillar:"
_SHOWN = 12


def names(catalogue: Catalogue) -> frozenset[str]:
    """Return what scores are called by: scored indicators, `pillar:<id>` and `overall`."""
    return frozenset((OVERALL, *(f"{PILLAR}{id_}" for id_ in catalogue.pillars), *(i.id for i in catalogue.scored())))


def refusals(
    scores: pd.DataFrame,
    observations: pd.DataFrame,
    catalogue: Catalogue,
    before: pd.DataFrame | None = None,
    accept: Collection[str] = (),
) -> tuple[str, ...]:
    """Return a sentence per scored indicator, pillar or overall score that places lose, or that no place can have.

    `scores` and `before` have the columns of scores.csv, `observations` OBSERVATION_COLUMNS; `accept` names what a
    person has looked at. What config no longer has is not lost.
    """
    found = [*_without_total(scores, observations, catalogue), *_lost(scores, before, catalogue)]
    return tuple(
        f"{said}; if that is right, refresh with --accept {name}" for name, said in found if name not in accept
    )


def _lost(now: pd.DataFrame, before: pd.DataFrame | None, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    if before is None:
        return
    had, have, known = _scored(before), _scored(now), names(catalogue)
    for name in sorted(had.keys() & known):
        gone = sorted((had[name] & catalogue.places.keys()) - have.get(name, set()))
        if gone:
            yield name, f"{name} has no score any more for {_listed(gone)}"


def _without_total(scores: pd.DataFrame, observations: pd.DataFrame, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    valued = observations[observations["obs_value"].notna()]
    groups = valued.groupby("measure")["group"].agg(set).to_dict()
    have = _scored(scores)
    for indicator in catalogue.scored():
        held = {name: groups.get(name, set()) for name in measures_of(indicator)}
        if indicator.id not in have and held and all(held.values()) and not any(TOTAL in g for g in held.values()):
            some = ", ".join(sorted({group for found in held.values() for group in found})[:3])
            yield indicator.id, f"{indicator.id} has values of groups only ({some}), none of {TOTAL!r}: it has no score"


def _scored(table: pd.DataFrame) -> dict[str, set[str]]:
    """Return indicator, pillar or overall -> places with a score of everyone."""
    rows = table[(table["group"] == TOTAL) & table["score"].notna()]
    return {str(name): set(places) for name, places in rows.groupby("indicator")["ref_area"]}


def _listed(places: Sequence[str]) -> str:
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return ", ".join(places[:_SHOWN]) + more
