"""How many digits a computed number has: declared here, applied before it is compared, ranked, written or hashed.

What a publisher gave is passed through to the last bit. What is computed from it is rounded, because its last bits
belong to the machine: NumPy's logarithms, exponentials and powers differ with the instruction set of the processor, and
Python's `sum` differs with its version. Sums, products, quotients and square roots are the same on every machine (IEEE
754) as long as their order is fixed; only a logarithm, an exponential, a power or a quantile of chance can differ at
all, by some 1e-14 of a score. Such a number straddles a rounding boundary of 1e-8 with a chance of one in a million:
not never, so the tests of the shipped edition are also run with other kernels and another Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

# Raise it when the code computes other numbers from the same observations and catalogue: editions get new ids.
ARITHMETIC = 1

UNIT_DIGITS = 10  # significant digits of what is computed in the unit of an indicator
SCORE_DECIMALS = 8  # of a score from 0 to 100: ten digits as well
SHARE_DECIMALS = 10  # of weights and shares from 0 to 1
DRAWN_DECIMALS = 6  # of scores in replications, and of the ranges made from them

# Of the workshop for any index (`indicators.analyse`), whose scales are the recipe's own: its tables, its replications
# (so many that some would straddle a boundary), and the decimals after which a scale around zero holds noise only.
SCALE_DIGITS, REPLICATED_DIGITS, SCALE_DECIMALS = 10, 8, 12

_LARGEST_POWER = 300
_TENS = np.array([float(f"1e{power}") for power in range(-_LARGEST_POWER, _LARGEST_POWER + 1)])


def unit(values: Any) -> Floats:
    """Return values in the unit of an indicator at UNIT_DIGITS significant digits, whatever their size."""
    return significant(values, UNIT_DIGITS)


def score(values: Any) -> Floats:
    """Return scores (0-100) at SCORE_DECIMALS."""
    return decimals(values, SCORE_DECIMALS)


def share(values: Any) -> Floats:
    """Return shares and weights (0-1) at SHARE_DECIMALS."""
    return decimals(values, SHARE_DECIMALS)


def drawn(values: Any) -> Floats:
    """Return scores of replications (0-100), or percentiles of them, at DRAWN_DECIMALS."""
    return decimals(values, DRAWN_DECIMALS)


def scale(values: Any, digits: int = SCALE_DIGITS) -> Floats:
    """Return values of a normalised or aggregated scale at `digits` significant digits, SCALE_DECIMALS at most."""
    return significant(decimals(values, SCALE_DECIMALS), digits)


def decimals(values: Any, places: int) -> Floats:
    """Return values with at most `places` digits after the point; NaN stays, and there is no -0."""
    power = 10.0**places
    rounded: Floats = np.asarray(values, dtype=float) * power
    rounded = np.rint(rounded, out=rounded) if rounded.ndim else np.rint(rounded)
    rounded /= power
    return rounded + 0.0


def significant(values: Any, digits: int) -> Floats:
    """Return values with at most `digits` significant digits; NaN stays, and there is no -0.

    The size of a number is found by comparison with powers of ten, never by a logarithm.
    """
    exact = np.asarray(values, dtype=float)
    size = np.searchsorted(_TENS, np.abs(exact), side="right") - 1 - _LARGEST_POWER
    shift = np.clip(digits - 1 - size, -_LARGEST_POWER, _LARGEST_POWER)
    up = _TENS[np.maximum(shift, 0) + _LARGEST_POWER]
    down = _TENS[np.maximum(-shift, 0) + _LARGEST_POWER]
    return np.asarray(np.rint(exact * up / down) / up * down + 0.0)


# The columns of numbers in the tables of scores. None: published, or rounded where it is made (a limit and the end of
# a range are widened to hold a value that may have more digits).
COLUMNS = {
    **dict.fromkeys(("obs_value", "part_low", "part_high", "low_value", "high_value", "dont_know", "events"), None),
    **dict.fromkeys(("lower", "upper", "low", "high", "years_used"), None),
    **dict.fromkeys(("score", "score_unclipped", "contribution"), score),
    **dict.fromkeys(("error", "n", "gap", "ratio"), unit),
    **dict.fromkeys(("coverage", "fresh", "weight", "gini"), share),
}


def fixed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of scores with each column of numbers at its declared digits.

    Raises ValueError naming a column of numbers that COLUMNS does not declare.
    """
    found = {}
    for name in frame.columns[frame.dtypes == np.float64]:
        if name not in COLUMNS:
            raise ValueError(f"column {name!r}: its digits are not declared; add it to config.digits.COLUMNS")
        rounding = COLUMNS[name]
        if rounding is not None:
            found[name] = rounding(frame[name].to_numpy())
    return frame.assign(**found)
