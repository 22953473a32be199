"""In which part of the ranking a place stands, in one word, or between which two where another seed may differ.

A word holds when the printed share of the replications (of `Method.interval`) and the rank itself lie in its part of
the ranking. The share is counted over `POOLED` replications of their own, so that the word does not hang on the seed of
the printed ranges. It is given alone only where that share is so far from its threshold that the ranges of hardly any
other seed, with `Method.draws` replications, would give another word; else both words are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from indicators.missing import latest_table
from indicators.ranks import drawn_ranks
from indicators.scores import Floats, Scores
from indicators.uncertainty import simulate

if TYPE_CHECKING:
    from config.schema import Catalogue

Part = Literal["leaders", "upper", "middle", "lower", "last", "anywhere"]
PARTS: tuple[Part, ...] = ("leaders", "upper", "middle", "lower", "last", "anywhere")
POOLED = 20_000  # replications behind the words: one standard error of a share of 95 % is 0.15 points
POOL_SEED = 0  # of the pool alone, whatever the seed of the printed ranges
# Standard errors of a share of `Method.draws` replications. Were the share 3.5 of them away, one seed in 4,000 would
# give another word; the pool itself can be out by half of one.
MARGIN = 3.5
FEWEST_PLACES = 5  # ranked places below which there is no part to speak of


def positions(scores: Scores, catalogue: Catalogue) -> dict[str, tuple[Part, ...]]:
    """Return for each ranked place the part of the overall ranking it stands in, or the two between which it lies.

    The same for every `Method.seed`.
    """
    ranked = scores.overall[scores.overall["rank"].notna()]
    places = ranked["ref_area"].tolist()
    if not places:
        return {}
    method, scored = catalogue.method, catalogue.scored()
    latest = latest_table(scores.cells, places, [indicator.id for indicator in scored])
    pillars = tuple(catalogue.pillars.values())
    pool = method.model_copy(update={"seed": POOL_SEED, "draws": POOLED})
    draws = simulate(latest, scored, pillars, np.zeros((len(places), len(pillars))), pool)
    each = zip(places, ranked["rank"].astype(int), drawn_ranks(draws, "overall", places).T, strict=True)
    return {place: position(ranks, rank, len(places), method.interval, method.draws) for place, rank, ranks in each}


def position(ranks: Floats, rank: int, places: int, interval: tuple[float, float], draws: float) -> tuple[Part, ...]:
    """Return the part of `places` a place stands in, two where it lies between them, none with fewer than five places.

    `ranks` are its ranks over the replications, `rank` its own, `interval` the percentiles of the printed range, which
    has `draws` replications; without limit (`math.inf`) the word is that of `ranks` alone.
    """
    if places < FEWEST_PLACES or not len(ranks):
        return ()
    below, above = interval[1] / 100, 1 - interval[0] / 100

    def within(last: float) -> bool | None:
        return _holds(ranks <= last, rank <= last, below, draws)

    def beyond(first: float) -> bool | None:
        return _holds(ranks > first, rank > first, above, draws)

    found = (
        within(places / 4), beyond(places * 3 / 4), within(places / 2), beyond(places / 2),
        beyond(places / 6), within(places * 5 / 6),
    )  # fmt: skip
    ways = product(*((True, False) if held is None else (held,) for held in found))
    parts = sorted({_part(*way) for way in ways}, key=PARTS.index)
    return (parts[0],) if len(parts) == 1 else (parts[0], parts[-1])


def _part(leading: bool, trailing: bool, upper: bool, lower: bool, not_first: bool, not_last: bool) -> Part:
    """Return the narrowest part of which it is true that the place stands in it."""
    narrow: Sequence[tuple[bool, Part]] = (
        (leading, "leaders"), (trailing, "last"), (upper, "upper"), (lower, "lower"),
        (not_first and not_last, "middle"),
    )  # fmt: skip
    return next((part for holds, part in narrow if holds), "anywhere")


def _holds(inside: NDArray[np.bool_], own: bool, threshold: float, draws: float) -> bool | None:
    """Return whether enough replications lie inside; None where another seed could give another answer."""
    if not own:
        return False
    share = float(np.mean(inside))
    margin = MARGIN * float(np.sqrt(threshold * (1 - threshold) / draws))
    if share >= min(threshold + margin, 1.0):
        return True
    return False if share < threshold - margin else None
