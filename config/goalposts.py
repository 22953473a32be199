"""The ends of an indicator's scale, and the lines that law and guidelines draw on it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from config.text import Frozen, Text


class Goalposts(Frozen):
    """Fixed ends of the scale, cited: score = 100 * clip((x - worst) / (best - worst), 0, 1)."""

    worst: float
    best: float
    worst_because: Text
    best_because: Text
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
