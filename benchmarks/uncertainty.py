"""Time an uncertainty analysis of the ASEM example (51 places, 49 indicators) and print one line of JSON.

Each replication samples the winsorisation limit (1-5), min-max or z-score, arithmetic or geometric means and weights
of two levels, then ranks the index. "Whole" is the processor time of a fresh process from start to rank statistics,
reading the inputs included; "in process" is the same work once everything is imported and read. Medians of five runs.

    FOUR_PILLARS_RECORDED=DIR python benchmarks/uncertainty.py
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SCORING = Path(os.environ.get("FOUR_PILLARS_RECORDED") or ROOT.parent / "shared" / "data") / "scoring"
RUNS = 5
MIB = 1024.0 if sys.platform != "darwin" else 1024.0**2  # ru_maxrss counts KiB on Linux, bytes on macOS
RECIPE = {
    "steps": [
        {"step": "denominate"},
        {"step": "impute", "method": "group_mean", "group": "EurAsia_group"},
        {"step": "screen", "min_available": 0.9},
        {"step": "treat"},
        {"step": "normalise", "method": "minmax"},
        {"step": "aggregate"},
    ],
    "uncertainty": {
        "seed": 20261122,
        "vary": [
            {"step": "treat", "option": "winsorise_max", "choices": [1, 2, 3, 4, 5]},
            {
                "step": "normalise",
                "choices": [{"method": "minmax", "range": [1, 100]}, {"method": "zscore", "mean": 10, "sd": 2}],
            },
            {"step": "aggregate", "option": "method", "choices": ["arithmetic", "geometric"]},
            {"weights": {"2": 0.25, "3": 0.25}},
        ],
    },
}


def prepared() -> tuple[object, object, object]:
    """Return values, framework and checked recipe of the reference index."""
    from indicators import framework, inputs, recipe, recipe_check

    meta = framework.read(inputs.read_csv(SCORING / "inputs" / "asem_imeta.csv"))
    values = inputs.read(inputs.read_csv(SCORING / "inputs" / "asem_idata.csv"), meta)
    parsed = recipe.parse(RECIPE)
    recipe_check.check(parsed, meta, values.indicators.rows, None)
    return values, meta, parsed


def replicated(values: object, meta: object, parsed: object, draws: int) -> dict[str, object]:
    """Return the rank statistics of that many replications."""
    from indicators import replicate

    vary = parsed.vary["uncertainty"]
    pipeline = replicate.Pipeline(values, meta, parsed.steps, vary.variations)
    parameters = replicate.sample(pipeline, vary, draws, parsed.sections["uncertainty"]["seed"])
    return replicate.summary(replicate.run(pipeline, parameters, "Index"))


def whole_process(draws: int) -> tuple[float, float]:
    """Return processor seconds and peak MiB of a process of its own."""
    child = subprocess.Popen([sys.executable, __file__, str(draws)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"the run with {draws} draws failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / MIB


def in_process(draws: int) -> float:
    """Return processor seconds of the replications alone, inputs read and modules imported."""
    ready = prepared()
    began = time.process_time()
    replicated(*ready, draws)
    return time.process_time() - began


def main() -> None:
    """Print one JSON line of medians, or run once when a number of draws is given."""
    if not SCORING.is_dir():
        raise SystemExit(f"no scoring files in {SCORING}; set FOUR_PILLARS_RECORDED to the folder that holds 'scoring'")
    if len(sys.argv) > 1:
        replicated(*prepared(), int(sys.argv[1]))
        return
    whole = {draws: [whole_process(draws) for _ in range(RUNS)] for draws in (1_000, 10_000)}
    inside = {draws: statistics.median(in_process(draws) for _ in range(RUNS)) for draws in (1_000, 10_000)}
    seconds = {draws: statistics.median(cpu for cpu, _ in runs) for draws, runs in whole.items()}
    figures = {
        "whole_cpu_s_1000": seconds[1_000],
        "whole_cpu_s_10000": seconds[10_000],
        "inprocess_cpu_s_1000": inside[1_000],
        "inprocess_cpu_s_10000": inside[10_000],
        "peak_mib_1000": statistics.median(peak for _, peak in whole[1_000]),
    }
    sys.stdout.write(json.dumps({key: round(value, 4) for key, value in figures.items()}) + "\n")


if __name__ == "__main__":
    main()
