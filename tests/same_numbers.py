"""What this process computes, as digests: run as a program under other kernels, threads and hash seeds.

`python tests/same_numbers.py FOLDER` scores the shipped edition and runs two recipes of the workshop into FOLDER, then
prints a JSON object: the kernels NumPy chose, and the SHA-256 of each table and file.
"""

from __future__ import annotations

import hashlib
import json
import sys
import warnings
from pathlib import Path

import numpy as np
from numpy.lib.introspect import opt_func_info

ROOT = Path(__file__).resolve().parent.parent
TABLES = ("cells", "pillars", "overall", "history", "contributions", "variants", "inclusion")
RULES = {"geometric": 'method = "geometric"', "generalised": 'method = "generalised"\npower = 0.5'}
RECIPE = """
values = "values.csv"
framework = "framework.csv"

[[steps]]
step = "treat"

[[steps]]
step = "normalise"
method = "minmax"
range = [1, 100]

[[steps]]
step = "weight"
method = "squared_loadings"

[[steps]]
step = "aggregate"
{rule}

[audit]

[uncertainty]
draws = 200
seed = 3

[[uncertainty.vary]]
step = "aggregate"
option = "method"
choices = ["arithmetic", "geometric"]

[[uncertainty.vary]]
weights = {{ 1 = 0.25 }}
"""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def edition(folder: Path) -> dict[str, str]:
    """Return the digests of every table of scores, and those of the edition written anew."""
    from config import snapshot
    from indicators import score
    from indicators.table import table

    held = snapshot.read(ROOT / "snapshots")
    scores = score(held.observations, held.catalogue)
    found = {name: digest(getattr(scores, name).to_csv(index=False).encode()) for name in TABLES}
    found["draws"] = digest(scores.draws.pillars.tobytes() + scores.draws.overall.tobytes())
    written = snapshot.write(folder, held.observations, table(scores), held.provenance, held.catalogue)
    return found | {"id": written.name} | {file.name: digest(file.read_bytes()) for file in written.iterdir()}


def workshop(folder: Path) -> dict[str, str]:
    """Return the digests of every file of two analyses of made-up skewed values."""
    from indicators import analyse

    names = "abcdef"
    rng = np.random.default_rng(7)
    common = rng.lognormal(0.0, 1.0, 30)
    columns = {name: common * rng.lognormal(0.0, 0.6, 30) + 0.1 for name in names}
    lines = ["uCode," + ",".join(names)]
    lines += [f"P{row:02d}," + ",".join(repr(float(columns[name][row])) for name in names) for row in range(30)]
    (folder / "values.csv").write_text("\n".join(lines) + "\n")
    nodes = [f"{name},Indicator,1,{'P' if name < 'd' else 'Q'},1,1" for name in names]
    nodes += ["P,Aggregate,2,T,1,1", "Q,Aggregate,2,T,1,2", "T,Aggregate,3,,1,1"]
    (folder / "framework.csv").write_text("iCode,Type,Level,Parent,Direction,Weight\n" + "\n".join(nodes) + "\n")
    found = {}
    for rule, text in RULES.items():
        (folder / f"{rule}.toml").write_text(RECIPE.format(rule=text))
        analyse.run(folder / f"{rule}.toml", folder / rule)
        files = (file for file in (folder / rule).iterdir() if file.name != "record.json")  # it names versions
        found |= {f"{rule}/{file.name}": digest(file.read_bytes()) for file in files}
    return found


def kernels() -> dict[str, str]:
    """Return which kernel NumPy runs for each function whose last bit depends on it."""
    info = opt_func_info(func_name="^(exp|log|power)$", signature="float64")
    return {name: next(iter(kinds.values()))["current"] for name, kinds in info.items()}


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    warnings.simplefilter("error")
    out = Path(sys.argv[1])
    for part in ("edition", "workshop"):
        (out / part).mkdir()
    made = {"edition": edition(out / "edition"), "workshop": workshop(out / "workshop")}
    print(json.dumps({"kernels": kernels(), **made}))
