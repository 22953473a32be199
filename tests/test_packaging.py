"""What an installation rests on: every dependency pinned, in plain lines, and everything in the wheel."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *extras["test"], *extras["dev"]]
    return {canonical(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines}


def test_constraints_are_plain_name_and_version_lines() -> None:
    assert [line for line in CONSTRAINTS if not re.fullmatch(r"[a-z0-9][a-z0-9-]*==[0-9][0-9A-Za-z.+]*", line)] == []
    assert sorted(CONSTRAINTS, key=lambda line: line.split("==")[0]) == CONSTRAINTS


def test_every_declared_dependency_is_pinned() -> None:
    assert declared() - {line.split("==")[0] for line in CONSTRAINTS} == set()


def test_every_room_is_in_the_wheel() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = tomllib.loads(text)["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) == {"config", "connectors", "indicators", "dashboard", "snapshots"}
