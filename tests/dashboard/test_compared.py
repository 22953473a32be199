"""`pillars snapshots diff` and the feed over the shipped figures, when a rule of scoring is another one."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from config import snapshot
from config.schema import Catalogue
from dashboard.app import create_app
from dashboard.cli import app
from indicators import score
from indicators.table import table

Editions = tuple[Path, str, str]


@cache
def shipped() -> snapshot.Snapshot:
    return snapshot.read(snapshot.SHIPPED)


def written(root: Path, catalogue: Catalogue) -> str:
    """Write the shipped observations, scored with a catalogue; return the id."""
    held = shipped()
    scores = table(score(held.observations, catalogue))
    return snapshot.write(root, held.observations, scores, held.provenance, catalogue).name


@pytest.fixture(scope="module")
def goalpost(tmp_path_factory: pytest.TempPathFactory) -> Editions:
    """Two editions of the same observations: in the second one goalpost of one safe indicator is 60, not 100."""
    root, catalogue = tmp_path_factory.mktemp("editions"), shipped().catalogue
    indicator = next(i for i in catalogue.scored("safe") if i.goalposts and i.goalposts.best == 100)
    assert indicator.goalposts is not None
    ends = indicator.goalposts.model_copy(update={"best": 60.0})
    changed = {**catalogue.indicators, indicator.id: indicator.model_copy(update={"goalposts": ends})}
    before = written(root, catalogue)
    after = written(root, catalogue.model_copy(update={"indicators": changed}))
    assert snapshot.current(root) == after
    return root, before, indicator.id


def diff(editions: Editions, *options: str) -> str:
    root, before, _ = editions
    after = snapshot.current(root)
    result = CliRunner().invoke(app, ["snapshots", "diff", before, after, "--in", str(root), *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_text_names_the_goalpost_and_what_it_moved(goalpost: Editions) -> None:
    lines = [line.split("\t") for line in diff(goalpost).splitlines()]
    assert lines[0] == ["change", "what", "place", "period", "group", "before", "after", "cause"]
    assert lines[1] == ["goalpost", f"{goalpost[2]} best", "–", "–", "–", "100", "60", "–"]
    cause = f"goalpost of {goalpost[2]}, best: 100 to 60"
    moved = {(change, what): (before, after, why) for change, what, place, _, _, before, after, why in lines[1:]
             if place == "brussels"}  # fmt: skip
    assert {("score", "overall"), ("score", "pillar:safe"), ("score", goalpost[2])} <= moved.keys()
    assert {why for _, _, why in moved.values()} == {cause}
    scores = pd.concat(
        [
            snapshot.read(goalpost[0], name).scores.assign(of=name)
            for name in (goalpost[1], snapshot.current(goalpost[0]))
        ]
    )
    for what in ("overall", "pillar:safe"):
        rows = scores[(scores["indicator"] == what) & (scores["ref_area"] == "brussels")]
        assert [f"{number:.12g}" for number in rows["score"]] == list(moved["score", what][:2])
    assert {change for change, *_ in lines} >= {"score", "rank", "rank range"}
    assert not re.search(r"\bnan\b|None", diff(goalpost))


def test_csv_and_json_hold_the_same_rows(goalpost: Editions) -> None:
    rows = json.loads(diff(goalpost, "--format", "json"))
    read = list(csv.DictReader(io.StringIO(diff(goalpost, "--format", "csv"))))
    assert len(rows) == len(read) == len(diff(goalpost, "--format", "text").splitlines()) - 1
    for row, cells in zip(rows, read, strict=True):
        assert {key: "" if value is None else str(value) for key, value in row.items()} == cells


def test_the_feed_tells_the_rule_and_the_scores(goalpost: Editions) -> None:
    client = create_app(goalpost[0]).server.test_client()
    summary = re.findall("<summary>(.*?)</summary>", unescape(client.get("/feed.xml").text))[0]
    assert "No value" not in summary
    assert re.search(r"\d+ changed scores, \d+ changed ranks and 1 changed rule of scoring\.", summary)
    assert re.search(r"Rules of scoring: .*, score 100 at: 100\D* → 60", summary)
    assert re.search(r"Scores and ranks of Brussels: Safe: score [\d.]+ → [\d.]+", summary)
    assert re.search(r"Overall: score [\d.]+ → [\d.]+", summary)
    page = unescape(client.get("/nl/data").text)
    assert re.search(r"1 gewijzigde regel van de score", page)
    assert "score 100 bij: 100" in page


def test_a_pinned_pillar_confesses_the_scores_that_a_goalpost_moved(goalpost: Editions) -> None:
    client = create_app(goalpost[0]).server.test_client()
    page = unescape(client.get(f"/en/p/safe@{goalpost[1]}.html").text)
    assert re.search(r'<p class="newer">Changed since this edition.*Brussels, score: [\d.]+ → [\d.]+', page)
    # What carries no score is as it was.
    assert 'class="newer"' not in client.get(f"/en/i/income_median@{goalpost[1]}.html").text
