"""The one way a number is rounded before it is printed: half away from zero, from the digits that were declared."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

DIGITS = 10  # significant digits of a computed number; what a float holds beyond them is noise of its binary form
GUARD = 2  # digits kept beyond those printed of a number with a longer whole part


@lru_cache(maxsize=100_000)  # the same few thousand numbers stand on every page
def rounded(value: float, decimals: int = 0) -> Decimal:
    """Return a number with exactly `decimals` decimals: 86.5 is 87, -2.5 is -3, and 2.675 is 2.68.

    The float nearest to 2.675 lies below it, so its ten-digit form is taken first. Zero has no sign.
    """
    whole = len(f"{abs(value):.0f}")
    declared = Decimal(f"{value:.{max(DIGITS, whole + decimals + GUARD)}g}")
    return declared.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0
