"""Statbel registers: accidents by outcome and municipality, accidents on the map, population by age."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from connectors.errors import BeyondLimits, SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.statbel_registers import fetch, parse
from tests.connectors.given import Asked, edited, payload, row, small, source, values

SOURCE = source("statbel_registers")
ZIP = small("statbel_registers", "accidents.made.zip")
MAP = small("statbel_registers", "accidents_on_map.made.json")
POPULATION = small("statbel_registers", "population.made.txt")
LINES = zipfile.ZipFile(io.BytesIO(ZIP.content)).read("TF_ACCIDENTS_2022.txt").decode()


def accidents(text: str):
    return parse([payload("accidents", text)], SOURCE)


def on_map(change):
    found = json.loads(MAP.content)
    change(found)
    return parse([payload("accidents_on_map", json.dumps(found))], SOURCE)


def severities(frame, measure: str, area: str) -> dict[str, float]:
    chosen = frame[(frame["measure"] == measure) & (frame["ref_area"] == area)]
    return dict(zip(chosen["group"], chosen["obs_value"], strict=True))


def test_fetch_says_which_file_to_download():
    with pytest.raises(SourceUnavailable, match="TF_ACCIDENTS"):
        fetch(Asked(), SOURCE)


def test_fatal_accidents_are_those_with_killed_and_those_with_mortally_injured():
    found = severities(parse([ZIP], SOURCE), "statbel_accidents", "21004")
    assert found == {"severity=fatal": 1 + 1, "severity=serious": 2, "severity=light": 1, "total": 1 + 1 + 2 + 1}


@pytest.mark.parametrize("content", [LINES.encode(), gzip.compress(LINES.encode(), mtime=0), LINES.encode("cp1252")])
def test_plain_packed_and_windows_files_read_like_the_zip(content: bytes):
    assert parse([payload("accidents", content)], SOURCE).equals(parse([ZIP], SOURCE))


def test_other_regions_are_left_out_and_counted():
    (item,) = dropped_of(parse([ZIP], SOURCE))
    assert (item.count, item.reason) == (1, "the municipality is outside the Region")


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("MS_ACCT_WITH_MORY_INJ", "MS_MORY", "column 'MS_ACCT_WITH_MORY_INJ' is gone"),
        ("|1|1|1|0|0|0", "|1|1|1|1|0|0", "MS_ACCT is 1 and its outcomes add up to 2"),
        ("|21002|", "|21001|", "has 18 of the Region's 19"),
        ("2022-05-01", "May", "'DT_DAY' holds 'May'"),
        ("|2|0|0|0|2|0", "|-2|0|0|0|2|0", "'MS_ACCT' holds '-2'"),
    ],
)
def test_a_changed_table_of_accidents_is_refused(old: str, new: str, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        accidents(edited(LINES, old, new))


def zipped(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", ".."), content)
    return made.getvalue()


@pytest.mark.parametrize(
    "content,cause",
    [
        (zipped(**{"__/a.txt": LINES}), "outside its folder"),
        (zipped(**{"C:\\a.txt": LINES}), "outside its folder"),
        (zipped(**{"a.txt": LINES, "b.txt": LINES}), "holds 2 tables"),
        (ZIP.content[:-40], "no whole zip"),
    ],
    ids=["slip", "drive", "two tables", "cut"],
)
def test_a_harmful_or_broken_zip_is_refused(content: bytes, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parse([payload("accidents", content)], SOURCE)


def test_the_map_counts_by_outcome_and_says_how_many_have_a_place():
    frame = parse([MAP], SOURCE)
    found = severities(frame, "statbel_accidents_on_map", "21004")
    assert found == {"severity=fatal": 2, "severity=serious": 1, "severity=light": 1, "total": 4}
    assert values(frame, "statbel_accidents_located", "21004") == {"2021": 3}
    assert row(frame, measure="statbel_accidents_on_map", ref_area="21007", group="total")["obs_value"] == 1


def test_a_zip_that_unpacks_beyond_its_bound_is_refused(monkeypatch):
    monkeypatch.setattr("connectors.archive.MOST_UNPACKED", 1000)
    with pytest.raises(BeyondLimits, match="unpacks to 100001 bytes; 1000 are the limit"):
        parse([payload("accidents", zipped(**{"a.txt": " " * 100_000 + "\n"}))], SOURCE)


def test_one_accident_outside_the_region_counts_for_the_municipality_it_names_and_is_reported():
    frame = on_map(lambda found: found[0].update(MS_X_COORD=184823.0, MS_Y_COORD=137301.5))
    assert values(frame, "statbel_accidents_located", "21001") == {"2021": 0}
    assert row(frame, measure="statbel_accidents_on_map", ref_area="21001", group="total")["obs_value"] == 1
    (item,) = dropped_of(frame)
    assert (item.count, item.example) == (1, "x 184823, y 137302")


@pytest.mark.parametrize(
    "change,cause",
    [
        (
            lambda found: [accident.update(MS_X_COORD=4.35, MS_Y_COORD=50.85) for accident in found],
            "outside the Region in Lambert 72",
        ),
        (lambda found: found[0].update(MS_X_COORD="west"), "'MS_X_COORD' holds 'west'"),
        (lambda found: found[0].update(TX_MUNTY_COLLISION_FR="Forest"), "holds 'Forest'"),
        (lambda found: found[0].update(TX_CLASS_ACCIDENTS_FR="Sans blessé"), "holds 'Sans blessé'"),
        (lambda found: found[0].pop("MS_X_COORD"), "accident 0 has no 'MS_X_COORD'"),
        (lambda found: found[0].update(DT_YEAR_COLLISION="21"), "'DT_YEAR_COLLISION' holds '21'"),
        (lambda found: found.clear(), "list of accidents is empty"),
    ],
)
def test_a_changed_map_is_refused(change, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        on_map(change)


def test_population_is_summed_by_age_band_and_the_bands_add_up():
    frame = parse([POPULATION], SOURCE)
    bands = [values(frame, f"statbel_population_{band}", "21001")["2026"] for band in ("0_14", "15_64", "65_plus")]
    assert bands == [10 + 1, 100 + 2, 30 + 1]
    assert values(frame, "statbel_population", "21001") == {"2026": sum(bands)}


@pytest.mark.recorded
def test_the_recorded_subset_of_the_map(recorded: Path):
    file = recorded / "cities/safety/accidents_brussels_2020-2022_subset.json.gz"
    frame = parse([payload("accidents_on_map", file)], SOURCE)
    counts = frame[frame["measure"] == "statbel_accidents_on_map"]
    by = counts.groupby("group")["obs_value"].sum().to_dict()
    assert by == {"total": 3912, "severity=light": 3741, "severity=serious": 154, "severity=fatal": 11 + 6}
    years = counts[counts["group"] == "total"].groupby("time_period")["obs_value"].sum().to_dict()
    assert years == {"2020": 1358, "2021": 1294, "2022": 1260}
    located = frame[frame["measure"] == "statbel_accidents_located"]["obs_value"].sum()
    (astray,) = dropped_of(frame)
    assert 3912 - located == 463 + astray.count  # without coordinates; with impossible ones


@pytest.mark.recorded
def test_the_recorded_population_adds_up_to_the_region(recorded: Path):
    frame = parse([payload("population", recorded / "cities/municipalities/population_brussels.csv")], SOURCE)
    latest = frame[frame["time_period"] == "2026"].groupby("measure")["obs_value"].sum()
    assert latest["statbel_population"] == 1_255_834
    assert latest.drop("statbel_population").sum() == 1_255_834
