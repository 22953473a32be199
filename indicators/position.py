"""In which part of the ranking a place stands, in one word, or between which two where the replications cannot tell.

A word holds when the printed share of the replications (of `Method.interval`) and the rank itself lie in its part of
the ranking. The share is counted over a finite number of replications, so near its threshold another seed would give
another word: within `MARGIN` standard errors of the count both outcomes stay possible, and both words are returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indicators.scores import Floats

Part = Literal["leaders", "upper", "middle", "lower", "last", "anywhere"]
PARTS: tuple[Part, ...] = ("leaders", "upper", "middle", "lower", "last", "anywhere")
MARGIN = 3.0  # standard errors of a share of replications
FEWEST_PLACES = 5  # ranked places below which there is no part to speak of


def position(ranks: Floats, rank: int, places: int, interval: tuple[float, float]) -> tuple[Part, ...]:
    """Return the part of `places` a place stands in, two where it lies between them, none with fewer than five places.

    `ranks` are its ranks over the replications, `rank` its own, `interval` the percentiles of the printed range.
    """
    if places < FEWEST_PLACES or not len(ranks):
        return ()
    below, above = interval[1] / 100, 1 - interval[0] / 100

    def within(last: float) -> bool | None:
        return _holds(ranks <= last, rank <= last, below)

    def beyond(first: float) -> bool | None:
        return _holds(ranks > first, rank > first, above)

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


def _holds(inside: NDArray[np.bool_], own: bool, threshold: float) -> bool | None:
    """Return whether enough replications lie inside; None where another seed could give another answer."""
    if not own:
        return False
    share = float(np.mean(inside))
    margin = MARGIN * float(np.sqrt(threshold * (1 - threshold) / len(inside)))
    if share >= min(threshold + margin, 1.0):
        return True
    return False if share < threshold - margin else None
