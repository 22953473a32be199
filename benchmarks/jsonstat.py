"""Time the reading of a JSON-stat payload of 100,000 cells against pyjstat, and print one line of JSON.

Both turn the same bytes into one row per cell; the values must be equal. `ratio` is of the step from the decoded
document to the rows, `ratio_with_decoding` of all of it. pyjstat is no dependency of this project: the script looks for
it in the Python given by PYJSTAT_PYTHON, and compares nothing without it.

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
from collections import OrderedDict
text = open(sys.argv[1], encoding="utf-8").read()
times, whole = [], []
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    document = json.loads(text, object_pairs_hook=OrderedDict)
    begin = time.process_time()
    frame = pyjstat.Dataset.read(document).write("dataframe", naming="id")
    times.append(time.process_time() - begin)
    whole.append(time.process_time() - start)
keys = frame.drop(columns="value").astype(str).agg("|".join, axis=1)
seconds = [statistics.median(times), statistics.median(whole)]
print(json.dumps({"seconds": seconds, "cells": dict(zip(keys, frame["value"]))}))
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


def ours(text: str) -> tuple[list[float], dict[str, float]]:
    """Return our median processor seconds without and with the decoding of the JSON text, and the cells."""
    from config.schema import Payload
    from connectors.formats import TIME, VALUE, jsonstat
    from connectors.unpack import json_value

    made = Payload(dataset="made", content=text.encode(), url="", retrieved_at="", sha256="")

    times, whole = [], []
    for _ in range(RUNS):
        start = time.process_time()
        document = json_value("eurostat", made)
        begin = time.process_time()
        table = jsonstat.read(document)
        times.append(time.process_time() - begin)
        whole.append(time.process_time() - start)
    rows = table.rows.rename(columns={TIME: "time"})
    keys = rows[list(SIZES)].astype(str).agg("|".join, axis=1)
    return [statistics.median(times), statistics.median(whole)], dict(zip(keys, rows[VALUE], strict=True))


def theirs(python: str, text: str) -> tuple[list[float], dict[str, float]]:
    """Return the same of pyjstat, run by the Python that has it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cube.json"
        file.write_text(text, encoding="utf-8")
        command = [python, "-W", "ignore", "-c", THEIRS, str(file), str(RUNS)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said["seconds"], said["cells"]


def main() -> int:
    """Print one JSON line; exit code 1 when the values differ or the ratio is below its goal."""
    text = payload()
    (seconds, whole), cells = ours(text)
    result: dict[str, object] = {"benchmark": "jsonstat", "cells": len(cells)}
    result |= {"seconds": round(seconds, 4), "with_decoding": round(whole, 4)}
    python = os.environ.get("PYJSTAT_PYTHON")
    good = True
    if python:
        (their_seconds, their_whole), their_cells = theirs(python, text)
        ratio = their_seconds / seconds
        ratio_whole = their_whole / whole
        good = cells == their_cells and ratio >= AT_LEAST
        result |= {"pyjstat_seconds": round(their_seconds, 4), "pyjstat_with_decoding": round(their_whole, 4)}
        result |= {"ratio": round(ratio, 1), "ratio_with_decoding": round(ratio_whole, 1)}
        result |= {"same": cells == their_cells}
    print(json.dumps(result))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
