from __future__ import annotations

import csv
import io
import json
import shutil

import pytest
from typer.testing import CliRunner, Result

from config import snapshot
from dashboard.cli import app

RUNNER = CliRunner()
SHIPPED = snapshot.current()


def run(*arguments: str) -> Result:
    return RUNNER.invoke(app, list(arguments))


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "snapshots"
    shutil.copytree(snapshot.SHIPPED, root)
    return root


@pytest.mark.parametrize("command", ["serve", "refresh", "sources", "score", "snapshots list", "snapshots verify"])
def test_every_command_explains_itself_with_an_example(command):
    said = run(*command.split(), "--help")
    assert said.exit_code == 0
    assert "Example: pillars" in said.output


def test_the_snapshots_are_listed_with_the_current_one_marked(folder):
    said = run("snapshots", "list", "--in", str(folder))
    assert said.exit_code == 0
    assert f"{SHIPPED}\t*" in said.stdout


def test_a_snapshot_says_what_it_was_made_from(folder):
    rows = run("snapshots", "show", "--in", str(folder)).stdout.splitlines()
    assert rows[0].split("\t") == ["source", "dataset", "retrieved", "bytes", "licence", "sha256"]
    assert len(rows) - 1 == len(snapshot.read(folder).provenance)


def test_a_whole_snapshot_is_said_to_be_whole(folder):
    said = run("snapshots", "verify", "--in", str(folder))
    assert (said.exit_code, said.output) == (0, f"{SHIPPED}: whole\n")


def test_a_damaged_snapshot_is_named_and_exits_with_1(folder):
    with (folder / SHIPPED / "scores.csv").open("a") as file:
        file.write("\n")
    said = run("snapshots", "verify", "--in", str(folder))
    assert said.exit_code == 1
    assert "scores.csv was changed" in said.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("snapshots", "show", "2020-01-01-aaaaaaaa"), SHIPPED),
        (("score", "--snapshot", "2020-01-01-aaaaaaaa"), SHIPPED),
        (("serve", "--snapshot", "2020-01-01-aaaaaaaa"), SHIPPED),
        (("refresh", "--recordings", "/nowhere.csv"), "nowhere.csv"),
        (("refresh", "--source", "nothing"), "nothing"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_exits_with_2(arguments, named, tmp_path):
    out = ("--out", str(tmp_path)) if arguments[0] == "refresh" else ()
    said = run(*arguments, *out)
    assert said.exit_code == 2
    assert said.stdout == ""
    assert said.stderr.startswith("pillars: ")
    assert said.stderr.count("\n") == 1
    assert named in said.stderr


def test_an_empty_folder_says_how_to_fill_it(tmp_path):
    said = run("snapshots", "show", "--in", str(tmp_path))
    assert said.exit_code == 2
    assert "pillars refresh" in said.stderr


def test_the_sources_are_listed_with_licence_and_the_rows_held(folder):
    said = list(csv.DictReader(io.StringIO(run("sources", "--in", str(folder)).stdout), delimiter="\t"))
    held = snapshot.read(folder).observations["source"].value_counts()
    rows = {row["source"]: row for row in said}
    assert {name: int(row["rows"]) for name, row in rows.items() if row["rows"] != "0"} == held.to_dict()
    assert all(row["licence"] for row in rows.values())


def test_scores_are_printed_as_the_snapshot_holds_them(folder):
    printed = run("score", "--in", str(folder)).stdout
    assert printed == (folder / SHIPPED / "scores.csv").read_text()


def test_scores_as_json_carry_the_same_rows(folder):
    rows = json.loads(run("score", "--format", "json", "--in", str(folder)).stdout)
    with (folder / SHIPPED / "scores.csv").open() as file:
        assert len(rows) == sum(1 for _ in csv.DictReader(file))


def test_a_snapshot_does_not_differ_from_itself(folder):
    said = run("snapshots", "diff", SHIPPED, SHIPPED, "--in", str(folder))
    assert said.exit_code == 0
    assert len(said.stdout.splitlines()) == 1  # the header


def test_a_change_between_two_snapshots_is_listed_with_both_values(folder):
    held = snapshot.read(folder)
    changed = held.observations.copy()
    changed.loc[0, "obs_value"] += 1
    newer = [origin.model_copy(update={"retrieved_at": "2030-01-01T00:00:00Z"}) for origin in held.provenance]
    after = snapshot.write(folder, changed, held.scores, newer, held.catalogue).name
    header, row = (
        line.split("\t") for line in run("snapshots", "diff", SHIPPED, after, "--in", str(folder)).stdout.splitlines()
    )
    told = dict(zip(header, row, strict=True))
    assert (told["change"], told["measure"]) == ("revised", changed.loc[0, "measure"])
    assert float(told["after"]) == float(told["before"]) + 1
