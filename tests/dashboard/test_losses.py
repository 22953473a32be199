"""A refresh that would take a score away says whose, and writes nothing until it is accepted by name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from config import snapshot
from config.catalogue import measures_of
from config.snapshot import Snapshot
from dashboard.losses import names, refusals
from tests.dashboard.test_cli import FILES, PAYLOADS, recordings, run

SHIPPED = snapshot.read()
CATALOGUE = SHIPPED.catalogue
NOTHING = pd.DataFrame({"measure": [], "group": [], "obs_value": []})


def scores(**held: str) -> pd.DataFrame:
    """A table of scores: indicator (":" written "__") -> places that have one."""
    rows = [
        {"indicator": name.replace("__", ":"), "ref_area": place, "group": "total", "score": 50.0}
        for name, places in held.items()
        for place in places.split()
    ]
    return pd.DataFrame(rows, columns=["indicator", "ref_area", "group", "score"])


FULL = {"pm25_days": "brussels paris", "pillar__sustainable": "brussels paris", "overall": "brussels"}


@pytest.mark.parametrize(
    "now,name,places",
    [
        ({**FULL, "pm25_days": "brussels"}, "pm25_days", "paris"),
        ({**FULL, "pm25_days": ""}, "pm25_days", "brussels, paris"),
        ({**FULL, "pillar__sustainable": "paris"}, "pillar:sustainable", "brussels"),
        ({**FULL, "overall": ""}, "overall", "brussels"),
    ],
)
def test_a_score_that_a_place_would_lose_is_named_with_the_place(now, name, places):
    (said,) = refusals(scores(**now), NOTHING, CATALOGUE, scores(**FULL))
    assert said == f"{name} has no score any more for {places}; if that is right, refresh with --accept {name}"
    assert refusals(scores(**now), NOTHING, CATALOGUE, scores(**FULL), [name]) == ()


def test_nothing_is_lost_by_a_first_refresh_an_equal_one_or_one_with_more():
    assert refusals(scores(**FULL), NOTHING, CATALOGUE) == ()
    assert refusals(scores(**FULL), NOTHING, CATALOGUE, scores(**FULL)) == ()
    assert refusals(scores(**FULL), NOTHING, CATALOGUE, scores(overall="brussels")) == ()


def test_what_config_no_longer_has_is_not_lost():
    assert refusals(scores(), NOTHING, CATALOGUE, scores(retired="brussels", overall="atlantis")) == ()


def test_a_score_of_a_group_is_no_score_of_the_place():
    grouped = scores(**FULL)
    grouped.loc[grouped["indicator"] == "overall", "group"] = "sex=F"
    assert "overall has no score any more" in refusals(grouped, NOTHING, CATALOGUE, scores(**FULL))[0]


def test_an_indicator_with_values_of_groups_only_is_refused_by_name():
    indicator = CATALOGUE.scored()[0]
    rows = [{"measure": m, "group": "sex=F", "obs_value": 1.0} for m in measures_of(indicator)]
    (said,) = refusals(scores(), pd.DataFrame(rows), CATALOGUE)
    assert said.startswith(f"{indicator.id} has values of groups only (sex=F), none of 'total'")
    total = [{**row, "group": "total"} for row in rows]
    assert refusals(scores(), pd.DataFrame(rows + total), CATALOGUE) == ()
    assert refusals(scores(), NOTHING, CATALOGUE) == (), "a source that was not asked is no indicator without a total"


def test_the_shipped_edition_loses_nothing_against_itself_and_has_all_its_totals():
    held: Snapshot = SHIPPED
    assert refusals(held.scores, held.observations, held.catalogue, held.scores) == ()
    assert {"overall", "pillar:open", "pm25_days"} <= names(CATALOGUE)


def emptied(source: str) -> bytes:
    """The file of a source with one region under a code that no place has: its rows are read, and no place has them."""
    content = (PAYLOADS / source / FILES[source][1]).read_bytes()
    assert b"BE100" in content
    return content.replace(b"BE100", b"BE224")


def test_a_refresh_that_takes_a_score_away_writes_nothing_until_accepted(tmp_path: Path):
    out, loose = tmp_path / "held", ("--source", "europepollu", "--accept", "unclean_air_days")
    assert run("refresh", "--recordings", recordings(tmp_path), "--out", out, *loose).exit_code == 0
    first = snapshot.current(out)
    lost = recordings(tmp_path, "2026-11-20", europepollu=emptied("europepollu"))
    result = run("refresh", "--recordings", lost, "--out", out, *loose)
    assert result.exit_code == 1, result.output
    assert "nothing was written: pm25_days has no score any more for brussels" in result.stderr
    assert snapshot.current(out) == first
    named = [part for name in sorted(names(CATALOGUE)) for part in ("--accept", name)]
    again = run("refresh", "--recordings", lost, "--out", out, *loose, *named)
    assert again.exit_code == 0, again.output
    assert snapshot.current(out) != first
