"""Documentation is part of the product: what exists is described, and what is described exists."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
ROOMS = ("config", "connectors", "indicators", "dashboard")
SOURCES = sorted(path.stem for path in (ROOT / "config" / "sources").glob("*.yaml"))
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")


def documented(pattern: str, text: str = README) -> set[str]:
    """Return the first group of every match in the documentation."""
    return set(re.findall(pattern, text, re.MULTILINE))


def commands() -> set[str]:
    """Return the names of the command line's commands; empty while there is no command line."""
    if importlib.util.find_spec("dashboard.cli") is None:
        return set()
    import typer.main

    from dashboard import cli

    return set(typer.main.get_command(cli.app).commands)


def variables() -> set[str]:
    files = [
        *(path for room in (*ROOMS, "tests", "scripts") for path in (ROOT / room).rglob("*.*")),
        ROOT / ".ci" / "run",
    ]
    texts = [path.read_text(encoding="utf-8") for path in files if path.suffix in {".py", ".sh", ""}]
    return {name for text in texts for name in re.findall(r"FOUR_PILLARS_[A-Z]+", text)}


def test_every_source_is_described() -> None:
    assert set(SOURCES) - documented(r"^\| `([a-z_]+)` \|") == set()


def test_every_described_source_exists() -> None:
    table = README.split("## The data")[1].split("\n\n")[1]
    assert not SOURCES or documented(r"^\| `([a-z_]+)` \|", table) - set(SOURCES) == set()


def test_publisher_landing_page_and_licence_of_every_source_are_those_of_config() -> None:
    """`python scripts/sources_table.py` writes them."""
    spec = importlib.util.spec_from_file_location("sources_table", ROOT / "scripts" / "sources_table.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written = README.split("## The data\n\n")[1].split("\n\n")[0] + "\n"
    assert written == script.table(written)


def test_every_source_is_in_the_changelog() -> None:
    assert [source for source in SOURCES if f"`{source}`" not in CHANGELOG] == []


def test_the_table_of_commands_is_the_command_line() -> None:
    found = commands()
    if not found:
        pytest.skip("no command line in this checkout")
    assert documented(r"^\| `pillars ([a-z]+)` \|") == found
    assert [name for name in sorted(found) if f"`{name}`" not in CHANGELOG] == []


def test_every_environment_variable_is_described() -> None:
    assert variables() - documented(r"^\| `(FOUR_PILLARS_[A-Z]+)` \|") == set()


def test_every_make_target_that_is_described_exists() -> None:
    described = documented(
        r"\bmake ([a-z]+)\b(?= |`|$)", "\n".join(re.findall(r"^make .*$|`make .*?`", README + CONTRIBUTING, re.M))
    )
    targets = documented(r"^([a-z]+):", MAKEFILE)
    assert described
    assert described <= targets


def test_every_make_target_says_what_it_does() -> None:
    assert documented(r"^([a-z]+):", MAKEFILE) == documented(r"^([a-z]+):.*## .+$", MAKEFILE)


@pytest.mark.parametrize("page", PAGES)
def test_links_between_documents_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_citation_and_package_state_one_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
