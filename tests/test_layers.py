"""The rules of the house: who may import whom, who may open a connection, who may read clock and environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "connectors", "indicators", "dashboard")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

MAY_IMPORT = {
    "config": {"config"},
    "connectors": {"connectors", "config"},
    "indicators": {"indicators", "config"},
    "dashboard": {"dashboard", "indicators", "config"},
}
JOINS_BOTH_SIDES = "dashboard/cli.py"
# The edges of the process, and those of one source: what goes wrong there must not end the others.
BOUNDARIES = ("dashboard/app.py", "dashboard/cli.py", "connectors/boundary.py", "connectors/reader.py")
SPEAKS_TO_PUBLISHERS = "connectors/http.py"
ITS_PARTS = ("connectors/request.py", "connectors/wire.py")  # its requests and its session, which it alone calls
# The edges of the process: settings come in there, and a payload is dated where it is fetched.
READS_CLOCK = {"dashboard/app.py", "dashboard/cli.py", SPEAKS_TO_PUBLISHERS}
READS_ENVIRONMENT = {"dashboard/app.py", "dashboard/cli.py"}

NETWORK = {"requests", "urllib", "urllib3", "httpx", "aiohttp", "http", "socket", "ssl", "ftplib", "websocket"}
HARMLESS = {"urllib.parse", "http.HTTPStatus"}
CLOCK = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "Timestamp.now", "Timestamp.today"),
    *("Timestamp.utcnow", "time.time", "time.time_ns", "time.gmtime", "time.localtime", "time.strftime"),
}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def running(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs: blocks under `if TYPE_CHECKING` are read by type checkers only."""
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.If) and dotted(child.test).split(".")[-1] == "TYPE_CHECKING"):
            yield child
            yield from running(child)


def imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Yield every imported dotted name, wherever it stands in the file and however relative."""
    for node in running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "__import__"):
            yield from (str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant))


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for nested attributes, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    head = dotted(node.value) if isinstance(node, ast.Attribute) else ""
    return f"{head}.{node.attr}" if head and isinstance(node, ast.Attribute) else ""


def uses(tree: ast.Module, names: set[str]) -> list[str]:
    """Return the places that read one of `names`: as an attribute's last two parts, or imported under its own name."""
    attributes = [
        f"line {node.lineno}: {dotted(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ".".join(dotted(node).split(".")[-2:]) in names
    ]
    return attributes + [f"from-import of {name}" for name in imports(tree, "") if name in names]


def forbidden_imports(path: Path) -> list[str]:
    module = name_of(path)
    room = module.split("/")[0]
    allowed = MAY_IMPORT[room] | ({"connectors"} if module == JOINS_BOTH_SIDES else set())
    package = ".".join(path.relative_to(ROOT).parent.parts)
    found = (name for name in imports(tree_of(path), package) if name.split(".")[0] in ROOMS)
    return sorted(name for name in found if name.split(".")[0] not in allowed)


def network_imports(tree: ast.Module) -> list[str]:
    return sorted(
        name
        for name in imports(tree, "")
        if name.split(".")[0] in NETWORK and not any(f"{name}.".startswith(f"{ok}.") for ok in HARMLESS)
    )


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_what_lies_before_it(path: Path) -> None:
    assert forbidden_imports(path) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_one_module_speaks_to_publishers(path: Path) -> None:
    if name_of(path) not in (SPEAKS_TO_PUBLISHERS, *ITS_PARTS):
        assert network_imports(tree_of(path)) == []


def calls_out(tree: ast.Module) -> Iterator[ast.Call]:
    """Yield the calls that leave the machine: of requests' verbs, of a session, of a socket or an opener."""
    verbs = {
        "get",
        "post",
        "put",
        "head",
        "delete",
        "patch",
        "options",
        "request",
        "send",
        "urlopen",
        "create_connection",
    }
    for node in ast.walk(tree):
        owner, _, verb = dotted(node.func).rpartition(".") if isinstance(node, ast.Call) else ("", "", "")
        if (
            isinstance(node, ast.Call)
            and verb in verbs
            and owner.split(".")[-1].strip("_") in {"requests", "session", "socket", "request"}
        ):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_call_is_made_without_a_timeout(path: Path) -> None:
    without = [
        f"line {call.lineno}" for call in calls_out(tree_of(path)) if "timeout" not in {k.arg for k in call.keywords}
    ]
    assert without == []


def test_there_is_a_call_and_the_timeout_scan_sees_it() -> None:
    found = list(calls_out(tree_of(ROOT / SPEAKS_TO_PUBLISHERS)))
    assert [ast.unparse(call.func) for call in found] == ["self._session.send"]
    for source in ("requests.get('x')", "session.post('x', json={})", "self._session.request('GET', 'x')"):
        assert len(list(calls_out(ast.parse(source)))) == 1


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_clock_is_read_only_at_the_edges(path: Path) -> None:
    if name_of(path) not in READS_CLOCK:
        assert uses(tree_of(path), CLOCK) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_environment_is_read_only_at_the_edges(path: Path) -> None:
    if name_of(path) not in READS_ENVIRONMENT:
        assert uses(tree_of(path), ENVIRONMENT) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_bare_except(path: Path) -> None:
    handlers = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ExceptHandler)]
    assert [f"line {handler.lineno}" for handler in handlers if handler.type is None] == []


def test_a_broad_except_stands_only_at_an_edge() -> None:
    broad = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and node.type and "Exception" in ast.unparse(node.type).split()
    ]
    assert [place for place in broad if not place.startswith(BOUNDARIES)] == []


def test_nothing_below_tests_is_a_package() -> None:
    """A package `tests/connectors` would shadow the real one."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []


# The scans themselves: each finds what it is for, however it is written.
@pytest.mark.parametrize(
    "source",
    [
        "import connectors",
        "from connectors import eurostat",
        "def f():\n    from connectors.http import get",
        "def f():\n    import connectors.eurostat as e",
        "import importlib\nimportlib.import_module('connectors.http')",
    ],
)
def test_the_import_scan_sees_every_form(source: str) -> None:
    assert any(name.split(".")[0] == "connectors" for name in imports(ast.parse(source), "dashboard"))


def test_the_import_scan_leaves_out_what_only_type_checkers_read() -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from connectors.refresh import SourceReport"
    assert list(imports(ast.parse(source), "dashboard")) == ["typing.TYPE_CHECKING"]


def test_the_import_scan_resolves_relative_imports() -> None:
    assert list(imports(ast.parse("from . import chart"), "dashboard.pages")) == ["dashboard.pages.chart"]
    assert list(imports(ast.parse("from ..chart import Chart"), "dashboard.pages")) == ["dashboard.chart.Chart"]


@pytest.mark.parametrize(
    "source", ["import requests", "import urllib.request", "from urllib import request", "from http import client"]
)
def test_the_network_scan_sees_every_form(source: str) -> None:
    assert network_imports(ast.parse(source)) != []


@pytest.mark.parametrize(
    "source", ["from urllib.parse import quote", "import urllib.parse", "from http import HTTPStatus"]
)
def test_the_network_scan_lets_address_arithmetic_pass(source: str) -> None:
    assert network_imports(ast.parse(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "import datetime as dt\ndt.datetime.now()",
        "from datetime import date\ndate.today()",
        "import pandas as pd\npd.Timestamp.now()",
        "import time\ntime.time()",
        "from time import time",
    ],
)
def test_the_clock_scan_sees_every_form(source: str) -> None:
    assert uses(ast.parse(source), CLOCK) != []


@pytest.mark.parametrize(
    "source", ["import os\nos.environ['A']", "import os\nos.getenv('A')", "from os import environ"]
)
def test_the_environment_scan_sees_every_form(source: str) -> None:
    assert uses(ast.parse(source), ENVIRONMENT) != []
