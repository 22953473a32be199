"""By which figures two city-regions are alike: each a measure of a source, or one divided by another."""

from __future__ import annotations

from pydantic import Field

from config.text import Frozen, Id, Symbol, Text


class Criterion(Frozen):
    """One figure per city-region, from the observations; two places are alike where their logarithms are near."""

    id: Id
    name: Text  # what is alike, as in "most alike in {name}"
    label: Text  # the figure with its unit
    symbol: Symbol  # short unit put after a number
    decimals: int = Field(ge=0, le=3)
    scheme: str  # which of a place's areas carries the figure
    measure: str
    per: str | None = None  # the measure it is divided by
    caveat: Text | None = None
