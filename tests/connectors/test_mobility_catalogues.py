"""Catalogues of open feeds: whole labels, what is skipped and why, and places that honestly have none."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from pathlib import Path

import pytest

from connectors.errors import SourceChanged
from connectors.frames import dropped_of
from connectors.mobility_catalogues import fetch, parse
from tests.connectors.given import Asked, edited, payload, small, source, values

SOURCE = source("mobility_catalogues")
SYSTEMS = small("mobility_catalogues", "systems.made.csv")
FEEDS = small("mobility_catalogues", "feeds.made.csv")


def counts(frame, measure: str) -> dict[str, float]:
    chosen = frame[(frame["measure"] == measure) & (frame["obs_value"] > 0)]
    return dict(zip(chosen["ref_area"], chosen["obs_value"], strict=True))


def test_fetch_asks_for_both_catalogues():
    get = Asked()
    fetch(get, SOURCE)
    assert [call["url"] for call in get.calls] == [
        "https://raw.githubusercontent.com/MobilityData/gbfs/master/systems.csv",
        "https://files.mobilitydatabase.org/feeds_v2.csv",
    ]


def test_a_system_belongs_to_a_place_by_country_and_whole_name():
    frame = parse([SYSTEMS], SOURCE)
    assert counts(frame, "open_gbfs_feeds") == {"BE001C": 3, "BE003C": 1, "HR001C": 1}  # not Paris in the US


def test_a_system_in_two_versions_of_its_feeds_is_one():
    rows = list(csv.reader(io.StringIO(SYSTEMS.content.decode())))
    header, first = rows[0], next(row for row in rows[1:] if row[0] == "BE")
    twin = [
        f"{cell}?version=3" if name == "Auto-Discovery URL" else cell for name, cell in zip(header, first, strict=True)
    ]
    out = io.StringIO()
    csv.writer(out).writerows([*rows, twin])
    assert counts(parse([payload("systems", out.getvalue())], SOURCE), "open_gbfs_feeds")["BE001C"] == 3


def test_a_place_without_a_feed_has_none_rather_than_a_gap():
    assert values(parse([SYSTEMS], SOURCE), "open_gbfs_feeds", "RO001C") == {"2026-01-01": 0}


def test_a_feed_belongs_to_a_place_by_municipality_or_by_a_box_within_it():
    frame = parse([FEEDS], SOURCE)
    assert counts(frame, "open_gtfs_feeds") == {"BE001C": 1 + 1, "FR001C": 1}


def test_every_feed_left_out_is_reported_once_with_its_reason():
    found = {item.reason: item.count for item in dropped_of(parse([FEEDS], SOURCE))}
    assert found == {
        "the feed is no schedule; realtime and other feeds carry no place": 1,
        "the feed is deprecated or inactive": 1,
        "the feed redirects to another": 1,
        "the feed needs a key": 1,
        "the feed reaches far beyond the place it names": 1,
        "the feed is of no place of the list": 500 + 2,  # towns; the national feed and the one without a box
    }
    assert sum(found.values()) + 3 == len(FEEDS.content.splitlines()) - 1


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("redirect.id", "redirect", "column 'redirect.id' is gone"),
        (",active,", ",alive,", "'status' holds 'alive'"),
        (",50.8,", ",north,", "minimum_latitude' holds 'north'"),
        ("mdb-9,", ",", "row 11 has no 'id'"),
    ],
)
def test_a_changed_catalogue_is_refused(old: str, new: str, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        parse([payload("feeds", edited(FEEDS.content.decode(), old, new))], SOURCE)


def test_a_catalogue_that_was_cut_between_two_lines_is_refused():
    lines = FEEDS.content.decode().splitlines(keepends=True)
    with pytest.raises(SourceChanged, match="the catalogue has 9 rows, fewer than 500"):
        parse([payload("feeds", "".join(lines[:10]))], SOURCE)


@pytest.mark.recorded
def test_the_recorded_list_of_systems(recorded: Path):
    frame = parse([payload("systems", recorded / "cities/payloads/gbfs/systems.csv.gz")], SOURCE)
    found = counts(frame, "open_gbfs_feeds")
    assert found["BE001C"] == 5  # Villo, Dott, Bolt, Lime, Felyx; nextbike serves the region around
    assert {area: found[area] for area in ("FR001C", "BE002C", "ES002C", "NO001C")} == {
        "FR001C": 6, "BE002C": 8, "ES002C": 6, "NO001C": 6,
    }  # fmt: skip


def as_feeds_table(archive: Path) -> str:
    """The catalogue's JSON entries as rows of feeds_v2.csv."""
    out = io.StringIO()
    header = FEEDS.content.decode().partition("\n")[0].split(",")
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    with tarfile.open(archive) as entries:
        for member in entries:
            if member.name.endswith(".json"):
                entry = json.load(entries.extractfile(member))
                place = entry.get("location") or {}
                row = {"id": entry["mdb_source_id"], "data_type": entry["data_type"], "status": entry.get("status", "")}
                row["location.country_code"] = place.get("country_code")
                row["location.municipality"] = place.get("municipality")
                for name, corner in (place.get("bounding_box") or {}).items():
                    if f"location.bounding_box.{name}" in header:
                        row[f"location.bounding_box.{name}"] = corner
                row["redirect.id"] = "".join(str(to["id"]) for to in entry.get("redirect", ()))
                row["urls.authentication_type"] = entry["urls"].get("authentication_type", "")
                writer.writerow(row)
    return out.getvalue()


@pytest.mark.recorded
def test_the_recorded_catalogue_of_schedules(recorded: Path):
    text = as_feeds_table(recorded / "cities/payloads/mobility_database_catalogs_sources.tar.gz")
    frame = parse([payload("feeds", text)], SOURCE)
    assert values(frame, "open_gtfs_feeds", "BE001C") == {"2026-01-01": 1}  # mdb 1088; 1857 is deprecated
    realtime = next(item.count for item in dropped_of(frame) if item.reason.startswith("the feed is no schedule"))
    assert realtime == 872 + 98 + 15 + 1
