"""The ends of an indicator's scale, and the lines that law and guidelines draw on it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from config.text import Frozen, Text

# Where an end comes from. The first three are the extremes that were observed when the end was fixed, rounded:
# of all cities and waves of the survey itself, of the Member States, of European regions. The others were set by
# somebody else (a policy's target, a guideline) or by the scale (everybody, nobody, all points).
Basis = Literal["survey_range", "member_state", "regions", "target", "guideline", "natural_bound"]
OBSERVED: frozenset[Basis] = frozenset({"survey_range", "member_state", "regions"})


class Goalposts(Frozen):
    """Fixed ends of the scale, cited: score = 100 * clip((x - worst) / (best - worst), 0, 1)."""

    worst: float
    best: float
    worst_because: Text
    best_because: Text
    worst_basis: Basis | None = None  # None only in editions older than this key: `load` wants both
    best_basis: Basis | None = None
    since: str  # when these ends were fixed, ISO date
    target: float | None = None  # a legal or policy target on the same scale, drawn as a diamond
    target_label: Text | None = None

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.worst == self.best:
            raise ValueError("goalposts 'worst' and 'best' are equal; a scale needs two different ends")
        return self


class Limit(Frozen):
    """A legal limit or guideline in the unit of the indicator, named, with the law or publication that sets it."""

    value: float
    label: Text
    source: str
    since: str | None = Field(default=None, pattern=r"^\d{4}(-\d{2}-\d{2})?$")  # ISO year or date it holds from

    @property
    def decimals(self) -> int:
        """Return how many decimals the value is set with: none for 40, one for 2.5."""
        return len(f"{self.value:g}".partition(".")[2])
