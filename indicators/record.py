"""The record of a run: every stage, and what it takes to do it again."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from indicators.audit import Sheet
from indicators.recipe import Recipe
from indicators.tables import Table

_DISTRIBUTION = "four-pillars"


def record(recipe: Recipe, notes: Sequence[str], files: Mapping[str, Path]) -> dict[str, object]:
    """Return what a run was: completed options, seeds, steps not taken, notes, versions, files with their SHA-256.

    No time and no place of the run, so the same recipe on the same files gives the same record.
    """
    return {
        "name": recipe.name,
        "steps": [{"step": step.name, **step.options} for step in recipe.steps],
        "steps_not_taken": list(recipe.absent),
        "sections": {key: dict(options) for key, options in recipe.sections.items()},
        "varied": {key: asdict(vary) for key, vary in recipe.vary.items()},
        "seeds": {key: options["seed"] for key, options in recipe.sections.items() if "seed" in options},
        "notes": list(notes),
        "files": {
            key: {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
            for key, path in files.items()
        },
        "versions": _versions(),
    }


def write(out: Path, stages: Mapping[str, Table], sheets: Mapping[str, Sheet], recorded: Mapping[str, object]) -> None:
    """Write a CSV file a stage and sheet and `record.json` into `out`, which appears whole or not at all.

    Numbers are written with the fewest digits that read back as the same number, missing cells empty.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, table in stages.items():
            _write_csv(made / f"{name}.csv", _table_columns(table))
        for name, sheet in sheets.items():
            _write_csv(made / f"{name}.csv", sheet)
        text = json.dumps(recorded, indent=2, ensure_ascii=False)
        (made / "record.json").write_text(text + "\n", encoding="utf-8")
        made.chmod(0o755)
        if out.exists():
            out.rmdir()
        made.rename(out)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _table_columns(table: Table) -> Sheet:
    periods: Sheet = {} if table.periods is None else {"Time": list(table.periods)}
    values = {code: column.tolist() for code, column in zip(table.columns, table.values.T, strict=True)}
    return {"uCode": list(table.rows), **periods, **values}


def _write_csv(path: Path, columns: Mapping[str, Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*(map(_cell, column) for column in columns.values()), strict=True))


def _cell(value: object) -> object:
    """Return a cell as text: the shortest form that reads back as the same number, "" for missing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return (
            "" if math.isnan(value) else repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        )
    return value


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for name, module in ((_DISTRIBUTION, "indicators"), ("numpy", "numpy"), ("scipy", "scipy"), ("PyYAML", "yaml")):
        if module in sys.modules:
            try:
                found[name] = version(name)
            except PackageNotFoundError:  # running from a checkout
                found[name] = "not installed"
    return found
