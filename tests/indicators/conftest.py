"""A small world for the scoring tests: places, pillars and indicators made in a line, values given as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pytest

from config.catalogue import load
from config.schema import (
    OBSERVATION_COLUMNS,
    Catalogue,
    Derivation,
    Goalposts,
    Indicator,
    Method,
    Pillar,
    Place,
    Sampling,
    Site,
    Text,
    Variant,
)

PILLARS = ("connected", "sustainable", "open", "safe")


def text(words: str) -> Text:
    return Text(en=words, fr=words, nl=words)


class Small:
    """Makers of catalogues and observations; one instance serves the whole run, it keeps nothing."""

    def indicator(self, name: str, pillar: str = "connected", **changes: Any) -> Indicator:
        ends = changes.pop("ends", (0.0, 100.0))
        args = changes.pop("args", {"measure": f"m-{name}"})
        fields: dict[str, Any] = {
            **{key: text(name) for key in ("label", "label_short", "question", "unit")},
            "symbol": {"en": " %", "fr": " %", "nl": " %"},
            "decimals": 0,
            "scheme": "city",
            "kind": "measured",
            "citation": "made for a test",
            "role": "score",
            "value": Derivation(function=changes.pop("function", "as_published"), args=args),
            "better": "higher" if ends is None or ends[1] > ends[0] else "lower",
        }
        if ends is not None:
            because = {"worst_because": text("worst"), "best_because": text("best"), "since": "2026-01-01"}
            fields["goalposts"] = Goalposts(worst=ends[0], best=ends[1], **because)
        return Indicator(id=name, pillar=pillar, **(fields | changes))

    def sampling(self, n: int, **changes: Any) -> Sampling:
        return Sampling(n=n, assumed=True, because=text("believed"), **changes)

    def place(self, name: str, status: str = "default", **changes: Any) -> Place:
        fields: dict[str, Any] = {
            "kind": "city-region",
            "country": "BE",
            "name_local": name,
            "areas": {"city": name.upper(), "country": "BE"},
        }
        return Place(id=name, name=text(name), status=status, **(fields | changes))

    def municipality(self, name: str, code: str, parent: str = "a") -> Place:
        areas = {"municipality": code, "country": "BE"}
        return self.place(name, "municipality", kind="municipality", areas=areas, parent=parent)

    def method(self, **changes: Any) -> Method:
        fields: dict[str, Any] = {
            "id": "test",
            "title": text("test"),
            "pillar_min_weight": 2 / 3,
            "floor": 1.0,
            "draws": 60,
            "seed": 7,
            "weight_spread": 0.25,
            "goalpost_spread": 0.1,
            "floor_range": (0.5, 5.0),
            "interval": (5, 95),
            "list_level": 0.998,
            "history_max_age": 2,
        }
        return Method(**(fields | changes))

    def variant(self, name: str, **changes: Any) -> Variant:
        return Variant(id=name, name=text(name), **changes)

    def catalogue(
        self, places: Iterable[Place], indicators: Iterable[Indicator], pillars: Iterable[str] = PILLARS, **method: Any
    ) -> Catalogue:
        texts = {"name": text("name"), "promise": text("promise"), "question": text("question")}
        return Catalogue(
            places={place.id: place for place in places},
            pillars={name: Pillar(id=name, **texts) for name in pillars},
            sources={},
            indicators={indicator.id: indicator for indicator in indicators},
            method=self.method(**method),
            site=Site(hero="a"),
        )

    def four(self, **changes: Any) -> list[Indicator]:
        """Three indicators a pillar, named like "connected-0"."""
        return [self.indicator(f"{pillar}-{at}", pillar, **changes) for pillar in PILLARS for at in range(3)]

    def observations(self, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
        """Rows are (measure, area, period, value) with, if wanted, status and group after them."""
        full = [
            (
                row[0],
                row[1],
                str(row[2]),
                row[5] if len(row) > 5 else "total",
                row[3],
                "%",
                *(row[4:5] or ("A",)),
                "src",
            )
            for row in rows
        ]
        return pd.DataFrame(full, columns=list(OBSERVATION_COLUMNS)).astype({"obs_value": "float64"})

    def table(self, values: Mapping[str, Mapping[str, float]], period: int = 2020) -> pd.DataFrame:
        """Observations of one period from place -> indicator -> value; areas are the places' ids in capitals."""
        return self.observations(
            (f"m-{name}", place.upper(), period, value) for place, row in values.items() for name, value in row.items()
        )


@pytest.fixture(scope="session")
def small() -> Small:
    return Small()


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    return load()
