"""What config says can be drawn, typeset and followed: no control characters, no endless names, no odd links."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from config.catalogue import FOLDER, ConfigError, load
from config.text import LONGEST_NAME, Link, Origin


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def edit(file: Path, pattern: str, instead: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert re.search(pattern, text)
    file.write_text(re.sub(pattern, lambda _: instead, text, count=1), encoding="utf-8")


@pytest.mark.parametrize("code", [0x00, 0x07, 0x1B, 0x7F, 0x85, 0x2028, 0x202E, 0x2066, 0xFFFE, 0xFFFF])
def test_a_character_that_cannot_be_printed_is_refused_by_name(copy: Path, code: int) -> None:
    edit(copy / "pillars.yaml", r"en: Safe\b", f'en: "Safe\\u{code:04x}"')
    with pytest.raises(ConfigError, match=rf"pillars\.yaml: safe.*name.*U\+{code:04X} cannot be printed"):
        load(copy)


@pytest.mark.parametrize("letters", [LONGEST_NAME, LONGEST_NAME + 1])
def test_a_name_has_an_end(copy: Path, letters: int) -> None:
    edit(copy / "pillars.yaml", r"en: Safe\b", f"en: {'x' * letters}")
    if letters <= LONGEST_NAME:
        assert load(copy).pillars["safe"].name.en == "x" * letters
        return
    with pytest.raises(ConfigError, match=rf"pillars\.yaml: safe\.name.*{letters} letters.*at most {LONGEST_NAME}"):
        load(copy)


@pytest.mark.parametrize("key", ["landing_page", "url"])
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd",
                "//evil.example", "no", "ftp://a.example/x", "https://", "https:///x", "https://a.example/ b", 'https://a.example/"x'],
)  # fmt: skip
def test_an_address_that_readers_follow_is_one_of_the_web(copy: Path, key: str, address: str) -> None:
    edit(copy / "sources" / "eurostat.yaml", rf"(?m)\b{key}: \S+", f"{key}: '{address}'")
    with pytest.raises(ConfigError, match=rf"sources/eurostat\.yaml: .*{key}.*no address of the web"):
        load(copy)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "java\nscript:x", " javascript:x", "//evil.example", "a b"])
def test_no_payload_came_from_an_address_that_runs(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Origin).validate_python(address)


@pytest.mark.parametrize("address", ["https://a.example/x?y=1#z", "HTTP://a.example", "http://[::1]:80/{id}"])
def test_addresses_of_the_web_pass(address: str) -> None:
    assert TypeAdapter(Link).validate_python(address) == TypeAdapter(Origin).validate_python(address) == address


def test_a_file_of_the_office_has_a_name_and_no_scheme() -> None:
    assert TypeAdapter(Origin).validate_python("figures/2026.csv") == "figures/2026.csv"
