"""Whether the folder of an edition holds what was written: its files, its id, its description and its second table.

Nothing here knows how scores are made; that they follow from the observations is a question for `indicators`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from config import digits
from config.catalogue import stored
from config.identity import content_hash
from config.schema import Catalogue, Provenance

SUMS = "SHA256SUMS"
TABLE, TWIN, PACKAGE = "observations.csv", "observations.parquet", "datapackage.json"
FILES = ("catalogue.json", PACKAGE, TABLE, TWIN, "provenance.json", "scores.csv")
PROVENANCE = TypeAdapter(tuple[Provenance, ...])
# What reading a file raises that holds something else than it should.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RecursionError, pa.ArrowException)


def damage(folder: Path) -> tuple[str, ...]:
    """Return one sentence for each thing by which a folder is not the edition it is called; empty when it is whole.

    The files have the hashes listed, there is nothing else, the description names the same hashes, the id is the one
    that the content has, and both tables of observations hold the same. An id that an earlier arithmetic gave is one.
    """
    changed = tuple(_changed(folder))
    if changed:
        return changed
    checks: tuple[Callable[[Path], Iterator[str]], ...] = (_misdescribed, _misnamed, _untwinned)
    return tuple(sentence for check in checks for sentence in _asked(check, folder))


def sums(folder: Path) -> bytes:
    """Return what SHA256SUMS of a folder says when it is whole."""
    files = sorted(file for file in folder.iterdir() if file.name != SUMS)
    return "".join(f"{sha256(file)}  {file.name}\n" for file in files).encode()


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def edition_id(
    observations: bytes, provenance: Sequence[Provenance], catalogue: Catalogue, arithmetic: int | None = None
) -> str:
    """Return the id of an edition: the day of its newest payload, and a hash of all that its numbers depend on."""
    newest = max(origin.retrieved_at for origin in provenance)
    return f"{newest[:10]}-{content_hash(observations, provenance, catalogue, arithmetic)[:8]}"


def _changed(folder: Path) -> Iterator[str]:
    """Yield what differs from SHA256SUMS."""
    try:
        listed = (folder / SUMS).read_bytes()
        there = sorted(folder.iterdir())
    except OSError as error:
        yield f"{SUMS} is not readable ({error.strerror})"
        return
    folders = [file.name for file in there if not file.is_file()]
    if folders:
        yield from (f"{shown(name)} is no file; remove it" for name in folders)
        return
    stated = _stated(listed)
    if stated is None:
        yield f"{SUMS} is no list of hashes and names"
        return
    found = {file.name: sha256(file) for file in there if file.name != SUMS}
    problems = [f"{shown(name)} is missing" for name in {*stated, *FILES} - found.keys()]
    problems += [f"{shown(name)} was added" for name in found.keys() - stated.keys()]
    problems += [f"{shown(name)} was changed" for name in stated.keys() & found.keys() if stated[name] != found[name]]
    if not problems and listed != sums(folder):
        problems.append(f"{SUMS} was changed")
    yield from sorted(problems)


def _stated(listed: bytes) -> dict[str, str] | None:
    try:
        lines = [line.partition("  ") for line in listed.decode("ascii").splitlines()]
    except UnicodeDecodeError:
        return None
    return {name: digest for digest, _, name in lines} if all(name for _, _, name in lines) else None


def _asked(check: Callable[[Path], Iterator[str]], folder: Path) -> Iterator[str]:
    """Yield what a check finds; a file that it cannot read is a finding too."""
    try:
        yield from check(folder)
    except UNREADABLE as error:
        said = " ".join(str(error).split())
        yield f"a file of it is not readable ({type(error).__name__}: {said[:200]})"


def _misdescribed(folder: Path) -> Iterator[str]:
    package: Any = json.loads((folder / PACKAGE).read_bytes())
    if package["id"] != folder.name:
        yield f"{PACKAGE} is of {shown(str(package['id']))}"
    described = {resource["path"]: (resource["hash"], resource["bytes"]) for resource in package["resources"]}
    for name in FILES:
        file = folder / name
        if name != PACKAGE and described.get(name) != (f"sha256:{sha256(file)}", file.stat().st_size):
            yield f"{PACKAGE} has another hash or size of {name}"


def _misnamed(folder: Path) -> Iterator[str]:
    observations = (folder / TABLE).read_bytes()
    provenance = PROVENANCE.validate_json((folder / "provenance.json").read_bytes())
    catalogue = stored((folder / "catalogue.json").read_bytes())
    earlier = range(digits.ARITHMETIC, 0, -1)
    found = [edition_id(observations, provenance, catalogue, arithmetic) for arithmetic in earlier]
    if folder.name not in found:
        yield f"its figures, sources and rules have the id {found[0]}"


def _untwinned(folder: Path) -> Iterator[str]:
    """Yield in what the Parquet table differs from the CSV."""
    twin = pq.read_table(folder / TWIN).to_pandas()
    text = {name: str for name in twin.columns if name != "obs_value"}
    table = pd.read_csv(folder / TABLE, dtype=text, keep_default_na=False, na_values={"obs_value": [""]})
    if list(twin.columns) != list(table.columns) or len(twin) != len(table):
        yield f"{TWIN} has other columns or another number of rows than {TABLE}"
        return
    for name in table.columns:
        ours, theirs = table[name].to_numpy(), twin[name].to_numpy()
        number = name == "obs_value"
        same = np.array_equal(ours.astype(float), theirs.astype(float), equal_nan=True) if number else (ours == theirs)
        if not np.all(same):
            row = "" if number else f", first in line {int(np.flatnonzero(~np.asarray(same))[0]) + 2}"
            yield f"{TWIN} has another {name} than {TABLE}{row}"


def shown(name: str) -> str:
    """Return a name as it can stand in a sentence, whatever is in it."""
    return name if name.isprintable() and len(name) < 100 else ascii(name)[:100]
