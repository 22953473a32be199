"""Whatever a cell, a key or a line of a payload turns into, a parser answers with observations or a ConnectorError."""

from __future__ import annotations

import gzip
import importlib
import io
import json
import random
import re
import zipfile
from pathlib import Path

import pytest

from config import catalogue
from config.schema import OBSERVATION_COLUMNS, OBSERVATION_KEY
from connectors.errors import ConnectorError

PAYLOADS = Path(__file__).resolve().parents[1] / "payloads"
SOURCES = catalogue.load().sources
FILES = [file for source_id in SOURCES for file in sorted((PAYLOADS / source_id).glob("*"))]
ODD_VALUES = [None, True, -1, 10**30, 1.5, "", "x", ":", "2021", [], {}, [None], {"a": None}, [[]], "\u0663"]
ODD_CELLS = [
    "",
    ":",
    "n/a",
    "NaN",
    "inf",
    "1,5",
    "-9999",
    "1e400",
    "\u0663",
    '"',
    "\x00",
    "=1+1",
    "<b>",
    "9" * 400,
    ": u q",
]
SUITE, SOAK = range(12), range(12, 1000)


def nodes(value, path=()):
    """Paths to every value in a JSON tree."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield from nodes(child, (*path, key))


def damaged_json(text, luck):
    document = json.loads(text)
    path = luck.choice(list(nodes(document)))
    if not path:
        return json.dumps(luck.choice(ODD_VALUES))
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    if luck.random() < 0.3:
        del parent[path[-1]]
    else:
        parent[path[-1]] = luck.choice(ODD_VALUES)
    return json.dumps(document)


def damaged_lines(text, luck):
    lines = text.splitlines(keepends=True)
    at = luck.randrange(len(lines))
    kind = luck.random()
    if kind < 0.15:
        del lines[at]
    elif kind < 0.3:
        lines.insert(at, lines[at])
    elif kind < 0.4:
        lines.append("Total;;\n")
    else:
        cells = re.split(r"([\t,;|])", lines[at].rstrip("\n"))
        cells[luck.randrange(len(cells))] = luck.choice(ODD_CELLS)
        lines[at] = "".join(cells) + "\n"
    return "".join(lines)


def damaged_workbook(content, luck):
    """A workbook with one cell's text or number replaced, or one cell gone."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w") as after:
        parts = [name for name in before.namelist() if re.search(r"worksheets/.*xml$|sharedStrings", name)]
        chosen = luck.choice(parts)
        for name in before.namelist():
            part = before.read(name)
            if name == chosen:
                cells = list(re.finditer(rb"<(v|t)[^>]*>([^<]*)</\1>", part))
                if cells:
                    cell = luck.choice(cells)
                    odd = luck.choice([b"", b":", b"-9999", b"x", b"NaN", b"1e400", b"99"])
                    part = part[: cell.start(2)] + odd + part[cell.end(2) :]
            after.writestr(name, part)
    return made.getvalue()


def damaged_archive(content, luck):
    """A zip of tables with one line of one table damaged."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w") as after:
        chosen = luck.choice(before.namelist())
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, damaged_lines(part.decode(), luck) if name == chosen else part)
    return made.getvalue()


def damaged(content, luck):
    """The content with one thing wrong in it, in the file's own syntax."""
    if content.startswith(b"\x1f\x8b"):
        return gzip.compress(damaged(gzip.decompress(content), luck), mtime=0)
    if content.startswith(b"PK"):
        return damaged_workbook(content, luck) if b"xl/workbook.xml" in content else damaged_archive(content, luck)
    if content.startswith(b"PAR1"):
        at = luck.randrange(4, len(content))
        return content[:at] + bytes([content[at] ^ luck.randrange(1, 256)]) + content[at + 1 :]
    try:
        text, encoding = content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = content.decode("cp1252"), "cp1252"
    broken = damaged_json(text, luck) if text.lstrip().startswith(("{", "[")) else damaged_lines(text, luck)
    return broken.encode(encoding, "replace")


def check(file, seed, a_payload):
    source = SOURCES[file.parent.name]
    broken = damaged(file.read_bytes(), random.Random(f"{file.name} {seed}"))
    module = importlib.import_module(f"connectors.{source.id}")
    frame, refusal = None, None
    try:
        frame = module.parse([a_payload(broken, file.name.split(".")[0])], source)
    except ConnectorError as error:
        refusal = error
    if refusal is not None:
        assert refusal.source_id == source.id
        assert len(str(refusal)) > len(source.id) + 10
        return
    assert tuple(frame.columns) == OBSERVATION_COLUMNS
    assert not frame.duplicated(list(OBSERVATION_KEY)).any()
    assert not frame[list(OBSERVATION_KEY)].isna().any().any()
    assert frame["obs_value"].abs().max() < float("inf")


each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.name}")


@each_file
def test_a_damaged_payload_is_refused_or_read_whole(file, a_payload):
    for seed in SUITE:
        check(file, seed, a_payload)


@pytest.mark.soak
@each_file
def test_a_thousand_damaged_payloads_are_refused_or_read_whole(file, a_payload):
    for seed in SOAK:
        check(file, seed, a_payload)
