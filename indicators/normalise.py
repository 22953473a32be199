"""Normalisation: raw values to a common scale, one pure function a method."""

from __future__ import annotations

import numpy as np

from indicators.scores import Floats


def goalposts(values: Floats, worst: Floats | float, best: Floats | float, *, clip: bool = True) -> Floats:
    """Score values between fixed ends, 0 at `worst` and 100 at `best`, whichever is the larger number.

    `values`, `worst` and `best` are arrays of any broadcastable shape in one unit; the result is 0-100 (beyond when
    `clip` is False) and NaN where a value is NaN. Formula: 100 * clip((x - worst) / (best - worst), 0, 1), the
    distance between two fixed references of the OECD/JRC handbook (2008), step 5.
    Raises ValueError when a pair of ends is equal.
    """
    span = np.asarray(best, dtype=float) - np.asarray(worst, dtype=float)
    if np.any(span == 0):
        raise ValueError("goalposts: 'worst' equals 'best'; give two different ends")
    share = (np.asarray(values, dtype=float) - worst) / span
    return np.asarray(100.0 * (np.clip(share, 0.0, 1.0) if clip else share))
