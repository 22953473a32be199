"""The command as its users run it: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result
from typer.testing import CliRunner

from config import snapshot
from config.catalogue import load
from config.schema import Source
from connectors.errors import SourceUnavailable
from dashboard.cli import app

PAYLOADS = Path(__file__).parent.parent / "payloads"
FILES = {
    "europepollu": ("unclean_air_days", "unclean_air_days.three_regions.csv"),
    "irceline": ("no2_anmean_station", "no2_anmean_station.wfs.json"),
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def recordings(folder: Path, retrieved: str = "2026-08-18", **contents: bytes) -> Path:
    """Write a recordings file of two sources; `contents` replaces the bytes of a source's file."""
    catalogue, lines = load(), ["source,dataset,path,url,retrieved_at"]
    for source, (dataset, name) in FILES.items():
        (folder / name).write_bytes(contents.get(source, (PAYLOADS / source / name).read_bytes()))
        lines.append(f"{source},{dataset},{name},{catalogue.sources[source].datasets[dataset].url},{retrieved}")
    file = folder / "recordings.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one snapshot, made by a refresh from recordings; not to be changed."""
    out = tmp_path_factory.mktemp("made") / "held"
    result = run("refresh", "--recordings", recordings(out.parent), "--out", out, *ONLY)
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture
def held(made: Path, tmp_path: Path) -> Path:
    """A copy of that folder for one test."""
    return Path(shutil.copytree(made, tmp_path / "held"))


# Two sources, whose small payloads hold fewer rows than the gates expect of the real ones.
ONLY = tuple(part for source, (dataset, _) in FILES.items() for part in ("--source", source, "--accept", dataset))


def test_a_refresh_writes_a_snapshot_that_can_be_verified(held: Path) -> None:
    name = snapshot.current(held)
    assert run("snapshots", "verify", "--in", held).stdout == f"{name}: whole\n"
    assert f"{name}\t*" in run("snapshots", "list", "--in", held).stdout
    assert "irceline" in run("snapshots", "show", "--in", held).stdout


def test_the_same_files_give_the_same_snapshot(held: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert run("refresh", "--recordings", recordings(tmp_path), "--out", again, *ONLY).exit_code == 0
    assert snapshot.current(again) == snapshot.current(held)


def test_a_failing_source_keeps_its_last_good_figures_and_the_refresh_says_so(held: Path, tmp_path: Path) -> None:
    before = snapshot.read(held)
    broken = recordings(tmp_path, "2026-11-20", europepollu=b"<html>maintenance</html>")
    result = run("refresh", "--recordings", broken, "--out", held, *ONLY)
    assert result.exit_code == 1
    assert "Failed: europepollu; see the table" in result.stderr
    assert f"FAILED, kept from {before.date}" in result.stdout
    after = snapshot.read(held)
    kept, new = (found.observations[found.observations["source"] == "europepollu"] for found in (before, after))
    pd.testing.assert_frame_equal(kept.reset_index(drop=True), new.reset_index(drop=True))
    assert before.id in snapshot.ids(held)
    assert snapshot.verify(before.folder) == ()


def test_a_refresh_in_which_everything_fails_leaves_the_folder_alone(tmp_path: Path) -> None:
    broken = recordings(tmp_path, europepollu=b"no", irceline=b"no")
    result = run("refresh", "--recordings", broken, "--out", tmp_path / "new", *ONLY)
    assert result.exit_code == 2
    assert "nothing was written" in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_damaged_snapshot_is_found(held: Path) -> None:
    file = held / snapshot.current(held) / "observations.csv"
    file.write_bytes(file.read_bytes().replace(b"2018", b"2017", 1))
    result = run("snapshots", "verify", "--in", held)
    assert result.exit_code == 1
    assert "observations.csv" in result.stderr


def test_scores_are_printed_as_csv_and_as_json(held: Path) -> None:
    table = pd.read_csv(io.StringIO(run("score", "--in", held).stdout))
    rows = json.loads(run("score", "--in", held, "--format", "json").stdout)
    assert len(table) == len(rows) > 0
    assert "pm25_days" in set(table["indicator"])
    assert [row["indicator"] for row in rows] == list(table["indicator"])


def test_a_comparison_lists_what_was_revised(held: Path, tmp_path: Path) -> None:
    first = snapshot.current(held)
    content = (PAYLOADS / "europepollu" / FILES["europepollu"][1]).read_bytes().replace(b"43.2138495", b"44.2138495")
    changed = recordings(tmp_path, "2026-11-20", europepollu=content)
    assert run("refresh", "--recordings", changed, "--out", held, *ONLY).exit_code == 0
    lines = run("snapshots", "diff", first, "--in", held).stdout.splitlines()
    # The score it moved, with the value that moved it, and the observation.
    assert len(lines) == 3
    assert lines[1].startswith("score\tpm25_days\tbrussels")
    assert "revised value of pm25_days, 2020" in lines[1]
    assert lines[2].startswith("revised value\tpm25_days_modelled")
    assert "44.2138495" in lines[2]
    assert len(run("snapshots", "diff", first, first, "--in", held).stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("score", "--snapshot", "2020-01-01-00000000"), "no snapshot"),
        (("snapshots", "show", "2020-01-01-00000000"), "no snapshot"),
        (("snapshots", "verify", "none"), "no snapshot"),
        (("snapshots", "diff", "none"), "no snapshot"),
        (("serve", "--snapshot", "none"), "no snapshot"),
        (("score", "--snapshot", ""), "no snapshot ''"),
        (("snapshots", "show", ""), "no snapshot ''"),
    ],
)
def test_an_unknown_snapshot_is_one_sentence(held: Path, arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments, "--in", held)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("pillars: ")
    assert says in result.stderr
    assert snapshot.current(held) in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [("score",), ("serve",), ("snapshots", "list"), ("snapshots", "show")])
def test_an_empty_folder_says_how_to_fill_it(tmp_path: Path, command: tuple[str, ...]) -> None:
    result = run(*command, "--in", tmp_path)
    assert result.exit_code == 2
    assert "pillars refresh --out" in result.stderr
    assert "Traceback" not in result.output


def test_wrong_requests_of_a_refresh_are_refused(tmp_path: Path) -> None:
    missing = run("refresh", "--recordings", tmp_path / "none.csv", "--out", tmp_path / "x")
    assert missing.exit_code == 2
    assert "none.csv" in missing.stderr
    unknown = run("refresh", "--recordings", recordings(tmp_path), "--source", "irceliin", "--out", tmp_path / "x")
    assert unknown.exit_code == 2
    assert "irceliin" in unknown.stderr
    cached = run("refresh", "--recordings", recordings(tmp_path), "--cache", tmp_path / "y", "--out", tmp_path / "x")
    assert cached.exit_code == 2
    assert "--recordings asks none" in cached.stderr
    assert not (tmp_path / "x").exists()
    assert not (tmp_path / "y").exists()


def test_what_was_asked_for_without_effect_is_told(tmp_path: Path) -> None:
    """Accepting what is plausible, and files of a source that --source leaves out."""
    result = run("refresh", "--recordings", recordings(tmp_path), "--out", tmp_path / "x", "--source", "irceline",
                 "--accept", FILES["irceline"][0], "--accept", FILES["europepollu"][0])  # fmt: skip
    assert result.exit_code == 0
    assert "europepollu: left out, because --source does not name it (files in the list: 1)" in result.stderr
    assert f"--accept {FILES['europepollu'][0]}: nothing of it was implausible" in result.stderr
    assert f"--accept {FILES['irceline'][0]}" not in result.stderr


@pytest.mark.parametrize("arguments", [("score", "--format", "xml"), ("serve", "--port", "0"), ("fly",)])
def test_a_wrong_option_ends_with_two(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "command", ["serve", "refresh", "sources", "score", "snapshots list", "snapshots show", "snapshots verify"]
)
def test_every_command_shows_an_example(command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"Example: pillars {command}" in " ".join(result.stdout.split())


def test_sources_are_listed_with_licence_and_rows(held: Path) -> None:
    lines = run("sources", "--in", held).stdout.splitlines()
    listed = {line.split("\t")[0]: line.split("\t") for line in lines[1:]}
    assert set(listed) == set(load().sources)
    assert listed["irceline"][7] == "2026-08-18"
    assert listed["statbel"][7] == "never"
    tables = listed["eurostat"][9].split(", ")
    assert "crim_off_cat" in tables
    assert "urb_percep_2023 (by hand)" in tables
    assert "isoc_r_iuse_i (on trial)" in tables
    assert "no2_hours (off)" in listed["irceline"][9]


def test_answers_are_kept_in_the_users_cache_unless_a_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No publisher is reached from here: the refresh fails, ends, and leaves nothing to be resumed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("connectors.refresh.fetch", _nobody_answers)
    for options, folder in (
        ((), tmp_path / "cache" / "four-pillars"),
        (("--cache", tmp_path / "own"), tmp_path / "own"),
    ):
        result = run("refresh", "--source", "europepollu", "--out", tmp_path / "new", *options)
        assert "nobody answers" in result.stdout
        assert folder.is_dir()
        assert list(folder.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("refresh", "--source", "europepollu", "--out", tmp_path / "new", "--cache", tmp_path / "file")
    assert result.exit_code == 2
    assert "name a folder with --cache" in result.stderr


def test_a_machine_without_a_home_keeps_no_answers_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr("connectors.refresh.fetch", _nobody_answers)
    result = run("refresh", "--source", "europepollu", "--out", tmp_path / "new")
    assert "nobody answers" in result.stdout
    assert "there is no home folder; name a folder with --cache" in result.stderr


@pytest.mark.parametrize("number,said", [(28, "No space left on device"), (30, "Read-only file system")])
def test_a_disk_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    """Exit code 1 would say that the refresh is done, but for the failures it names."""

    def full(*_: object) -> None:
        raise OSError(number, said, str(tmp_path / "new"))

    monkeypatch.setattr(snapshot, "write", full)
    result = run("refresh", "--recordings", recordings(tmp_path), "--out", tmp_path / "new", *ONLY)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"pillars: {tmp_path / 'new'}: {said}"


def test_a_pointer_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_bytes(b"\xff\xfe\x80")
    result = run("snapshots", "show", "--in", tmp_path)
    assert result.exit_code == 2
    assert "no snapshot" in result.stderr


def _nobody_answers(source: Source, _get: object) -> None:
    raise SourceUnavailable(source.id, "nobody answers")
