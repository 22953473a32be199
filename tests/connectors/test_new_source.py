"""A new source is three new files and no edit: shown by adding some to a copy of the project.

One source is whole: every general test finds it and passes, the command line lists it and reads its file, and the table
of the README writes itself. Others lack one of the three files: the contract test names what is missing.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.connectors.given import ROOT

ROOMS = ("config", "connectors", "snapshots", "indicators", "dashboard", "tests", "scripts")
PAGES = ("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "Makefile")

CONFIG = """\
publisher: {{en: The weather office, fr: L’office météorologique, nl: Het weerkantoor}}
title: {{en: Rainy days, fr: Jours de pluie, nl: Regendagen}}
landing_page: https://weather.example/
licence: {{id: CC0-1.0, name: {{en: CC0, fr: CC0, nl: CC0}}, url: https://weather.example/terms}}
attribution: {{en: "Source: weather office", fr: "Source : office météorologique", nl: "Bron: weerkantoor"}}
hosts: [weather.example]
mode: api
cadence: {{en: once a year, fr: une fois par an, nl: eenmaal per jaar}}
datasets:
  days:
    title: Rainy days by country
    url: https://weather.example/days.csv
    citation: The weather office, rainy days
    minimum_rows: 4
    minimum_places: 2
    measures:
      {id}_rainy_days:
        unit: days per year
        level: country
        label: Rainy days
        where: {{column: rainy}}
        minimum: 0
        maximum: 366
        largest_change: 150
"""
MODULE = '''\
"""Rainy days by country, one CSV."""

from __future__ import annotations

import pandas as pd

from config.schema import Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, csv_table
from connectors.unpack import text

SOURCE_ID = "{id}"
_COLUMNS = {{"country": "ref_area", "year": "time_period", "rainy": "obs_value"}}


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the one file; raises SourceUnavailable."""
    return [get(name, dataset.url) for name, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return rainy days by country and year; raises SourceChanged naming the column."""
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    table = csv_table(source.id, payload, text(source.id, payload, whole_lines=True), _COLUMNS)
    odd = table[~table["country"].str.fullmatch("[A-Z]{{2}}") | ~table["year"].str.fullmatch(r"\\d{{4}}")]
    if len(odd):
        cause = f"columns 'country' and 'year' hold {{odd.iloc[0].to_list()}}"
        raise SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
    return table.rename(columns=_COLUMNS).assign(measure=f"{{source.id}}_rainy_days"), []
'''
PAYLOAD = "country,year,rainy\nBE,2023,201\nBE,2024,190\nNL,2023,188\nNL,2024,179\nFR,2023,120\nFR,2024,131\n"


def add(folder: Path, source_id: str, *, config: bool = True, module: bool = True, payload: bool = True) -> None:
    """Write the three files of a source, or all but one; a file that is there already would be an edit."""
    files = {
        f"config/sources/{source_id}.yaml": config and CONFIG.format(id=source_id),
        f"connectors/{source_id}.py": module and MODULE.format(id=source_id),
        f"tests/payloads/{source_id}/days.made.csv": payload and PAYLOAD,
    }
    for name, content in files.items():
        if content:
            (folder / name).parent.mkdir(exist_ok=True)
            with (folder / name).open("x", encoding="utf-8") as file:
                file.write(content)


def sums(folder: Path) -> dict[str, str]:
    """Return the checksum of every file."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FOUR_PILLARS_", "PYTEST_"))}
    environment = clean | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def pytest_in(folder: Path, *arguments: str) -> str:
    return run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", *arguments).stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a whole source `weather`, and three sources that lack a file."""
    folder = tmp_path_factory.mktemp("copy")
    leave = shutil.ignore_patterns("__pycache__", "browser", ".*")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=leave)
    for page in PAGES:
        shutil.copy(ROOT / page, folder / page)
    before = sums(folder)
    add(folder, "weather")
    after = sums(folder)
    assert {name: after[name] for name in before} == before, "no file was edited"
    assert len(after) == len(before) + 3
    return folder


def test_every_general_test_finds_a_new_source_and_passes(copy: Path) -> None:
    files = ("contract", "mutations", "faults", "answers", "recorded_list")
    said = pytest_in(
        copy, *(f"tests/connectors/test_{name}.py" for name in files), "tests/config", "-k", "weather or gates"
    )
    passed = int(re.search(r"(\d+) passed", said)[1])
    # 5 of the contract, 6 broken answers, 1 of 200 damaged files, 2 of faults and changes, 38 answers that are none.
    assert passed >= 50, said
    assert "failed" not in said, said


def test_the_command_line_lists_it_and_reads_its_file(copy: Path, tmp_path: Path) -> None:
    pillars = ("-c", "from dashboard.cli import main; main()")
    listed = run(copy, *pillars, "sources", "--in", str(tmp_path / "none")).stdout
    assert "weather\tThe weather office\tCC0-1.0\tonce a year\tapi\tno\t0\tnever" in listed
    line = f"weather,days,{copy}/tests/payloads/weather/days.made.csv,https://weather.example/days.csv,2026-01-01"
    (tmp_path / "list.csv").write_text(f"source,dataset,path,url,retrieved_at\n{line}\n", encoding="utf-8")
    done = run(copy, *pillars, "refresh", "--recordings", str(tmp_path / "list.csv"), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    (written,) = (tmp_path / "out").glob("*/observations.csv")
    assert written.read_text(encoding="utf-8").count("weather_rainy_days") == 6


def test_the_table_of_sources_writes_itself(copy: Path) -> None:
    before = (copy / "README.md").read_text(encoding="utf-8")
    assert run(copy, "scripts/sources_table.py").returncode == 0
    after = (copy / "README.md").read_text(encoding="utf-8")
    (row,) = set(after.splitlines()) - set(before.splitlines())
    assert row == (
        "| `weather` | [The weather office](https://weather.example/) | Rainy days | "
        "[CC0-1.0](https://weather.example/terms) |"
    )
    assert "passed" in pytest_in(copy, "tests/test_docs.py", "-k", "source")


def test_a_source_that_lacks_a_file_is_named_by_the_contract(copy: Path) -> None:
    """The same test with two files of three must fail, or it would prove nothing."""
    add(copy, "lacks_payload", payload=False)
    add(copy, "lacks_module", module=False)
    said = pytest_in(copy, "tests/connectors/test_contract.py", "-k", "lacks and (module_with or has_a_payload)")
    failed = set(re.findall(r"^FAILED \S+::(\S+)", said, re.MULTILINE))
    assert failed == {
        "test_a_source_has_a_payload_for_each_of_its_datasets[lacks_payload]",
        "test_a_source_has_a_module_with_its_name_and_the_two_verbs[lacks_module]",
    }
    assert "2 failed, 2 passed" in said
