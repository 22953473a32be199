"""Damaged copies of a file: bytes that break its form; cells, keys and lines that keep it and say something else."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

INSERTS = (b'"', b",", b"\n", b"null", b"[]", b"{}", b"-1", b"NA", b"NaN", b"1e999", b"\x00", b"\xff", b"true", b":")
DIGIT_TO = (b"x", b"", b"-", b".", b'"', b"null", b"[", b"99999")

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

Damage = Callable[[random.Random, bytes, int, int], bytes]


def damaged(content: bytes, seed: str) -> bytes:
    """The content with something wrong in it: half of the copies in its bytes, half in its own syntax."""
    luck = random.Random(seed)
    if luck.random() < 0.5:
        return damaged_inside(content, luck) if content[:2] == b"PK" and luck.random() < 0.75 else spoilt(content, luck)
    return reworded(content, luck)


# --- bytes ------------------------------------------------------------------------------------------------------------


def flip(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start] + bytes([rng.randrange(256)]) + content[start + 1 :]


def remove(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start] + content[end:]


def repeat(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:end] + content[start:]


def cut(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start]


def insert(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start] + rng.choice(INSERTS) + content[start:]


def reverse(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    return content[:start] + content[start:end][::-1] + content[end:]


def spoil_digit(rng: random.Random, content: bytes, start: int, end: int) -> bytes:
    digits = [place for place, byte in enumerate(content) if 48 <= byte < 58]
    place = rng.choice(digits) if digits else start
    return content[:place] + rng.choice(DIGIT_TO) + content[place + 1 :]


DAMAGES: tuple[Damage, ...] = (flip, remove, repeat, cut, insert, reverse, spoil_digit)


def spoilt(content: bytes, luck: random.Random) -> bytes:
    for _ in range(luck.randint(1, 3)):
        start = luck.randrange(max(1, len(content)))
        content = luck.choice(DAMAGES)(luck, content, start, start + luck.randint(1, 60))
    return content


def damaged_inside(content: bytes, luck: random.Random) -> bytes:
    """Damage one part of a workbook and pack it again: its checksums are right, its XML is not."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        parts = [name for name in given.namelist() if name.startswith("xl/")] or given.namelist()
        victim = luck.choice(parts)
        for name in given.namelist():
            part = given.read(name)
            packed.writestr(name, spoilt(part, luck) if name == victim else part)
    return out.getvalue()


# --- cells, keys and lines --------------------------------------------------------------------------------------------


def reworded(content: bytes, luck: random.Random) -> bytes:
    """The content with one thing wrong in it, in the file's own syntax."""
    if content.startswith(b"\x1f\x8b"):
        return gzip.compress(reworded(gzip.decompress(content), luck), mtime=0)
    if content.startswith(b"PK"):
        return damaged_workbook(content, luck)
    if content.startswith(b"PAR1"):
        return spoilt(content, luck)  # a Parquet file has no syntax that a text could keep
    try:
        text, encoding = content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = content.decode("cp1252"), "cp1252"
    broken = damaged_json(text, luck) if text.lstrip().startswith(("{", "[")) else damaged_lines(text, luck)
    return broken.encode(encoding, "replace")


def nodes(value: Any, path: tuple[Any, ...] = ()):
    """Paths to every value in a JSON tree."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield from nodes(child, (*path, key))


def damaged_json(text: str, luck: random.Random) -> str:
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


def damaged_lines(text: str, luck: random.Random) -> str:
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


def damaged_workbook(content: bytes, luck: random.Random) -> bytes:
    """A workbook with one cell's text or number replaced, or one cell gone."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w") as after:
        parts = [name for name in before.namelist() if re.search(r"worksheets/.*xml$|sharedStrings", name)]
        if not parts:  # an archive of texts
            return damaged_inside(content, luck)
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
