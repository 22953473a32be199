"""Regional Yearbook map data: employment by education in NUTS 2 regions, with the exceptions of the footnote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import SourceChanged
from connectors.eurostat_maps import fetch, parse, read_footnote
from connectors.frames import dropped_of
from tests.connectors.given import Asked, payload, row, small, source, values

SOURCE = source("eurostat_maps")
DATASET = SOURCE.datasets["employment_by_education"]
FILE = small("eurostat_maps", "employment_by_education.yearbook.json")
LOW, MIDDLE, HIGH = DATASET.options
RATE = "employment_rate_25_64"


def parsed(change: Callable[[dict[str, Any]], object]):
    """The map after `change` has edited it in place."""
    content = json.loads(FILE.content)
    change(content)
    return parse([payload("employment_by_education", json.dumps(content))], SOURCE)


def test_fetch_asks_the_publishers_own_repository():
    get = Asked()
    fetch(get, SOURCE)
    for call in get.calls:
        assert call["url"].startswith("https://raw.githubusercontent.com/eurostat/eurostat-map/HEAD/examples/")
    assert get.calls[0]["url"].endswith("/RYB/2026/CH04/data/CH04M03.json")


def test_options_become_groups_and_the_subtitle_gives_the_year():
    frame = parse([FILE], SOURCE)
    for group, value in {"isced=ED0-2": 41.8, "isced=ED3_4": 58.3, "isced=ED5-8": 81.6}.items():
        assert values(frame, RATE, "BE10", group) == {"2025": value}


def test_options_are_known_by_their_label_not_by_their_place():
    assert parsed(lambda content: content["options"].reverse()).equals(parse([FILE], SOURCE))


def test_a_footnote_moves_icelands_regions_to_another_year():
    frame = parse([FILE], SOURCE)
    assert set(frame.loc[frame["ref_area"] == "IS00", "time_period"]) == {"2024"}
    assert set(frame.loc[frame["ref_area"] != "IS00", "time_period"]) == {"2025"}


def test_low_reliability_of_the_footnote_is_a_status_of_the_regions_it_names():
    frame = parse([FILE], SOURCE)
    assert row(frame, ref_area="FRM0", group="isced=ED5-8")["obs_status"] == "U"
    assert row(frame, ref_area="HR05", group="isced=ED0-2")["obs_status"] == "U"
    assert row(frame, ref_area="HR05", group="isced=ED5-8")["obs_status"] == "A"  # warned for the lowest level only
    assert row(frame, ref_area="BE10", group="isced=ED0-2")["obs_status"] == "A"


def test_a_colon_is_missing_and_an_unreliable_colon_is_withheld():
    frame = parse([FILE], SOURCE)
    assert row(frame, ref_area="SK01", group="isced=ED0-2")[["obs_value", "obs_status"]].fillna(-1).tolist() == [
        -1,
        "M",
    ]
    assert row(frame, ref_area="FI20", group="isced=ED0-2")[["obs_value", "obs_status"]].fillna(-1).tolist() == [
        -1,
        "Q",
    ]
    assert row(frame, ref_area="SK01", group="isced=ED3_4")["obs_value"] == 84.0


def test_a_country_among_the_regions_is_left_out_and_reported():
    frame = parse([FILE], SOURCE)
    assert "UA" not in set(frame["ref_area"])
    (item,) = dropped_of(frame)
    assert (item.count, item.example) == (3, "UA")  # once per option


def test_a_region_whose_code_reads_na_is_kept():
    frame = parsed(lambda content: [option["data"].update(NA00=50.0) for option in content["options"]])
    assert row(frame, ref_area="NA00", group="isced=ED0-2")["obs_value"] == 50.0


@pytest.mark.parametrize(
    "footnote,years,unreliable",
    [
        ("", {}, set()),
        ("Note: Iceland, 2024.", {"IS": "2024"}, set()),
        ("Note: Greece, Malta and Türkiye: 2023", {"EL": "2023", "MT": "2023", "TR": "2023"}, set()),
        ("Note: Bosnia and Herzegovina and Serbia, 2022.", {"BA": "2022", "RS": "2022"}, set()),
        ("Note: Corse (FRM0), 2023. Åland (FI20): low reliability.", {"FRM0": "2023"}, {"FI20"}),
        (f"Note: Trier (DEB2): low reliability for {LOW.lower()}.", {}, {"DEB2"}),
        (f"Note: Trier (DEB2): low reliability for {HIGH.lower()}.", {}, set()),
        ("Note: regions are shown by their borders.", {}, set()),
    ],
)
def test_a_footnote_is_read_sentence_by_sentence(footnote, years, unreliable):
    note = read_footnote(footnote, LOW, DATASET)
    assert (note.years, note.unreliable) == (years, unreliable)


@pytest.mark.parametrize(
    "footnote,cause",
    [
        ("Note: Ruritania, 2024.", "unknown country"),
        ("Note: break in series in Corse (FRM0).", "no rule reads"),
        ("Note: data before 2021 are not shown in this way.", "no rule reads"),
        ("Note: Trier (DEB2): low reliability for graduates.", "no map option"),
    ],
)
def test_a_footnote_nobody_understands_stops_the_source(footnote, cause):
    with pytest.raises(SourceChanged, match=cause):
        parsed(lambda content: [option.update(footnote=footnote) for option in content["options"]])


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda content: content.update(unitText="per 1 000"), "'unitText' is 'per 1 000', expected '%'"),
        (lambda content: content.update(nutsLevel=3), "'nutsLevel' is 3, expected '2'"),
        (lambda content: content["options"][0].update(title="Unemployment rate"), "'title' is 'Unemployment rate'"),
        (lambda content: content["options"][0].update(label="Primary"), "map option 'Primary'"),
        (lambda content: content["options"][0].update(subtitle="(%)"), "is not the declared one"),
        (lambda content: content["options"].pop(), "map option 'Tertiary education' is gone"),
        (lambda content: content["options"][0].pop("data"), "key 'data' is gone"),
        (lambda content: content["options"][0].pop("footnote"), "key 'footnote' is gone"),
        (lambda content: content["options"][0]["data"].update(BE10="n/a"), "region BE10 has 'n/a'"),
        (lambda content: content["options"][0]["data"].update(BE10=True), "region BE10 has True"),
        (lambda content: content["options"][0]["data"].update(BE100=50), "'BE100' is no NUTS 2 or country code"),
        (
            lambda content: content["options"].append(content["options"][0] | {"data": {"BE10": 1.0}}),
            "two rows disagree",
        ),
    ],
)
def test_a_changed_map_is_refused_with_the_reason(change, cause):
    with pytest.raises(SourceChanged, match=cause):
        parsed(change)


def test_an_extra_key_and_a_new_year_are_welcome():
    def renew(content: dict[str, Any]) -> None:
        content["legend"] = {}
        for option in content["options"]:
            option["subtitle"] = option["subtitle"].replace("2025", "2026")

    assert values(parsed(renew), RATE, "BE10", "isced=ED5-8") == {"2026": 81.6}


@pytest.mark.recorded
def test_the_recorded_map(recorded: Path):
    file = recorded / "eurostat/ryb2026_ch04m03.employment_by_education.json"
    frame = parse([payload("employment_by_education", file)], SOURCE)
    assert [values(frame, RATE, "BE10", f"isced={level}")["2025"] for level in DATASET.options.values()] == [
        41.8,
        58.3,
        81.6,
    ]
    assert frame["ref_area"].str.len().eq(4).all()
    assert frame["ref_area"].nunique() == 292  # 297 keys less five countries
    warned = frame[frame["obs_status"] == "U"]
    assert set(warned["ref_area"]) == {"FRM0", "FI20", "DEB2", "DED2", "DED4", "HR05", "PL43", "PL52"}
    assert frame.loc[frame["time_period"] == "2024", "ref_area"].unique().tolist() == ["IS00"]


@pytest.mark.recorded
def test_the_footnote_of_another_recorded_map_is_understood(recorded: Path):
    content = json.loads((recorded / "eurostat/ryb2026_ch02m02.life_expectancy.json").read_text(encoding="utf-8"))
    note = read_footnote(content["options"][0]["footnote"], LOW, DATASET)
    assert note.years == dict.fromkeys(("EL", "MT", "AT", "PT", "NO", "MD", "TR"), "2023")
