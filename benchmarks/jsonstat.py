"""Time the reading of a JSON-stat payload of 100,000 cells against pyjstat, and print one line of JSON.

Both turn the same text into one row per cell; the values must be equal. pyjstat is no dependency of this project: the
script looks for it in the Python given by PYJSTAT_PYTHON (an environment of its own), and reports nothing without it.

    python -m venv /some/where && /some/where/bin/pip install pyjstat
    PYJSTAT_PYTHON=/some/where/bin/python python benchmarks/jsonstat.py
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

RUNS = 5
SIZES = {"freq": 1, "unit": 4, "indic": 10, "geo": 100, "time": 25}  # 100,000 cells
AT_LEAST = 5.0

THEIRS = """
import json, statistics, sys, time
from pyjstat import pyjstat
text = open(sys.argv[1], encoding="utf-8").read()
times = []
for _ in range(int(sys.argv[2])):
    begin = time.process_time()
    frame = pyjstat.Dataset.read(text).write("dataframe", naming="id")
    times.append(time.process_time() - begin)
keys = frame.drop(columns="value").astype(str).agg("|".join, axis=1)
print(json.dumps({"seconds": statistics.median(times), "cells": dict(zip(keys, frame["value"]))}))
"""


def payload() -> str:
    """A dense cube in Eurostat's writing; every value differs from its neighbours."""
    count = 1
    for size in SIZES.values():
        count *= size
    codes = {
        name: [f"{2000 + n}" if name == "time" else f"{name.upper()}{n:03}" for n in range(size)]
        for name, size in SIZES.items()
    }
    return json.dumps(
        {
            "version": "2.0", "class": "dataset", "label": "made", "source": "ESTAT",
            "value": {str(n): (n * 7919 % 100_003) / 10 for n in range(count)},
            "id": list(SIZES), "size": list(SIZES.values()),
            "dimension": {
                name: {"label": name, "category": {"index": {code: n for n, code in enumerate(found)},
                                                   "label": {code: code for code in found}}}
                for name, found in codes.items()
            },
        }
    )  # fmt: skip


def ours(text: str) -> tuple[float, dict[str, float]]:
    from connectors.formats import TIME, VALUE, jsonstat

    times = []
    for _ in range(RUNS):
        begin = time.process_time()
        table = jsonstat.read(json.loads(text))
        times.append(time.process_time() - begin)
    rows = table.rows.rename(columns={TIME: "time"})
    keys = rows[list(SIZES)].astype(str).agg("|".join, axis=1)
    return statistics.median(times), dict(zip(keys, rows[VALUE], strict=True))


def theirs(python: str, text: str) -> tuple[float, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cube.json"
        file.write_text(text, encoding="utf-8")
        command = [python, "-W", "ignore", "-c", THEIRS, str(file), str(RUNS)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said["seconds"], said["cells"]


def main() -> int:
    text = payload()
    seconds, cells = ours(text)
    result: dict[str, object] = {"benchmark": "jsonstat", "cells": len(cells), "seconds": round(seconds, 4)}
    python = os.environ.get("PYJSTAT_PYTHON")
    good = True
    if python:
        their_seconds, their_cells = theirs(python, text)
        ratio = their_seconds / seconds
        good = cells == their_cells and ratio >= AT_LEAST
        result |= {"pyjstat_seconds": round(their_seconds, 4), "ratio": round(ratio, 1), "same": cells == their_cells}
    print(json.dumps(result))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
