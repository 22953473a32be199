"""Bar charts of Urban-rural Europe: poverty in cities, towns and rural areas of each country."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.errors import SourceChanged
from connectors.eurostat_maps import parse
from connectors.frames import dropped_of
from tests.connectors.given import edited, payload, small, source, values

SOURCE = source("eurostat_maps")
CHART = small("eurostat_maps", "exclusion_by_degurba.chart.json")
CHARTS = {"exclusion_by_degurba": "a", "poverty_by_degurba": "b", "deprivation_by_degurba": "c"}


def test_degrees_of_urbanisation_are_groups_of_a_country():
    frame = parse([CHART], SOURCE)
    found = {f"DEG{n}": values(frame, "exclusion_degurba", "BE", f"degurba=DEG{n}")["2025"] for n in (1, 2, 3)}
    assert found == {"DEG1": 25.4, "DEG2": 12.6, "DEG3": 13.2}
    assert set(frame["ref_area"]) == {"BE", "CZ", "NO"}
    assert [(item.count, item.example) for item in dropped_of(frame)] == [(1, "EU")]


@pytest.mark.parametrize(
    "old,new,sentence",
    [
        ('"Belgium"', '"Belgique"', "the country 'Belgique' has no code"),
        ('"rural"', '"countryside"', "expected the keys country, cities, towns_suburbs, rural"),
        ("25.4", '"25.4"', "Belgium, cities is '25.4', expected a number"),
        ('"data"', '"bars"', "key 'data' is gone"),
    ],
)
def test_what_changed_is_named(old: str, new: str, sentence: str):
    with pytest.raises(SourceChanged, match=sentence):
        parse([payload(CHART.dataset, edited(CHART.content.decode(), old, new))], SOURCE)


@pytest.mark.recorded
@pytest.mark.parametrize("dataset", CHARTS)
def test_every_bar_is_the_recorded_one(dataset: str, recorded: Path):
    file = recorded / "inclusion" / f"ure2026_f2{CHARTS[dataset]}_degurba_2025.json"
    frame = parse([payload(dataset, file)], SOURCE)
    read = {(r.ref_area, r.group): r.obs_value for r in frame.itertuples()}
    codes = SOURCE.datasets[dataset].labels
    degrees = {"cities": "degurba=DEG1", "towns_suburbs": "degurba=DEG2", "rural": "degurba=DEG3"}
    assert read == {
        (codes[bar["country"]], degrees[area]): bar[area]
        for bar in json.loads(file.read_text(encoding="utf-8"))["data"]
        for area in degrees
        if bar["country"] != "EU"
    }
    assert len(read) == 29 * 3
