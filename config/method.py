"""The parameters of the scoring method, all of them published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from config.text import Frozen, Id, Text


class Variant(Frozen):
    """A named alternative to the default, computed beside it: indicators left out, or one swapped for another."""

    id: Id
    name: Text
    drop_tags: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    swap: Mapping[str, str] = {}  # indicator id -> context indicator id scored with the former's goalposts
    equal_weights: bool = False  # every indicator of a pillar weighs the same, national ones too


class Method(Frozen):
    """Parameters of a scoring method; every one is published, and is a choice.

    A key that is left out has the value of `goalpost-v1`, the first method.
    """

    id: Id
    title: Text
    pillar_min_weight: float = Field(gt=0, le=1)  # share of a pillar's weight that must be present
    # Weight of an indicator published for whole countries, as a share of that of others: it cannot tell one city from
    # another of its country. By indicator, never by cell, so that places stay comparable.
    national_weight: float = Field(default=1.0, gt=0, le=1)
    # Who is ranked: the places that places.yaml lists, or each with an overall score, i.e. with enough of every pillar.
    ranked_by: Literal["status", "coverage"] = "status"
    floor: float = Field(gt=0)  # pillar scores below it count as it in the geometric mean
    draws: int = Field(gt=0)
    seed: int
    weight_spread: float = Field(ge=0, lt=1)  # weights times 1 + U(-s, s)
    goalpost_spread: float = Field(ge=0, lt=1)  # each end moves by U(-s, s) of the range
    floor_range: tuple[float, float]
    interval: tuple[float, float]  # percentiles of the printed range, e.g. (5, 95)
    list_level: float = Field(gt=0, lt=1)  # confidence of verdicts in lists of many pairs, 0.998
    leave_one_out: bool = True
    history_max_age: int = Field(ge=0)
    variants: tuple[Variant, ...] = ()
