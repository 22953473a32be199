"""The workshop rebuilds indices that others published, from their own figures: every country and every small area."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from indicators.analyse import analyse
from indicators.inputs import read_csv

pytestmark = pytest.mark.recorded


@pytest.fixture
def published(recorded: Path) -> Path:
    folder = recorded / "scoring" / "published"
    if not folder.is_dir():
        pytest.skip("the recorded published indices are not beside the checkout")
    return folder


def expected(file: Path) -> dict[str, dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["uCode"]: row for row in csv.DictReader(lines)}


def framework(rows):
    """Return the columns of a framework of (code, level, parent, weight, lower, upper), goalposts in the unit."""
    names = ("iCode", "Level", "Parent", "Weight", "goalpost_lower", "goalpost_upper")
    columns = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    kinds = ["Indicator" if row[1] == 1 else "Aggregate" for row in rows]
    return columns | {"Direction": [1] * len(rows), "Type": kinds}


def test_the_human_development_index_of_every_country(published: Path) -> None:
    """Fixed goalposts, the mean of the two of education, the geometric mean of the three; published to 3 decimals."""
    values = read_csv(published / "hdi2022" / "values.csv")
    values["GNI"] = [float(np.log(float(str(cell)))) for cell in values["GNI"]]
    meta = framework([
        ("LE", 1, "health", 1, 20, 85), ("EYS", 1, "education", 1, 0, 18), ("MYS", 1, "education", 1, 0, 15),
        ("GNI", 1, "income", 1, float(np.log(100)), float(np.log(75_000))),
        ("health", 2, "HDI", 1, "", ""), ("education", 2, "HDI", 1, "", ""), ("income", 2, "HDI", 1, "", ""),
        ("HDI", 3, "", 1, "", ""),
    ])  # fmt: skip
    steps = [
        {"step": "normalise", "method": "goalposts", "scale": 1.0},
        {"step": "aggregate", "method": ["arithmetic", "geometric"]},
    ]
    found = analyse(values, meta, {"steps": steps})
    scores = found.stages["aggregated"]
    want = expected(published / "hdi2022" / "expected.csv")
    assert len(scores.rows) == len(want) == 193
    assert {p: f"{s:.3f}" for p, s in zip(scores.rows, scores.column("HDI"), strict=True)} == {
        place: f"{float(row['hdi']):.3f}" for place, row in want.items()
    }
    # Norway and others have more schooling or income than the goalposts say: cut off, and counted in the record.
    rich = sum(float(cell) > np.log(75_000) for cell in values["GNI"])
    assert f"normalise: 'GNI': {rich} of 193 values beyond its goalposts, cut off" in found.notes


def test_the_welsh_index_of_multiple_deprivation_of_every_small_area(published: Path) -> None:
    """Ranks R in (0, 1], 1 the most deprived, become -23 ln(1 - R (1 - e^(-100/23))); then the weighted mean."""
    values = read_csv(published / "wimd2019" / "values.csv")
    codes = [name for name in values if name.endswith("_rank")]
    count = len(values["uCode"])
    for code in codes:
        share = (count + 1 - np.array([float(str(cell)) for cell in values[code]])) / count
        values[code] = (-23 * np.log(1 - share * (1 - np.exp(-100 / 23)))).tolist()
    weights = dict(zip(codes, (22, 22, 15, 14, 10, 7, 5, 5), strict=True))
    own = read_csv(published / "wimd2019" / "framework.csv")
    assert {
        code: float(str(w)) for code, w in zip(own["iCode"], own["Weight"], strict=True) if code in weights
    } == weights
    rows = [(code, 1, "WIMD", weight, 0, 100) for code, weight in weights.items()]
    meta = framework([*rows, ("WIMD", 2, "", 1, "", "")])
    steps = [{"step": "normalise", "method": "goalposts", "truncate": False}, {"step": "aggregate"}]
    found = analyse(values, meta, {"steps": steps}).stages
    want = expected(published / "wimd2019" / "expected.csv")
    assert len(want) == 1909
    scores = found["aggregated"].column("WIMD")
    np.testing.assert_allclose(scores, [float(want[p]["IMD_score"]) for p in found["aggregated"].rows], atol=5e-9)
    assert found["ranks"].column("WIMD").tolist() == [float(want[p]["IMD_rank"]) for p in found["ranks"].rows]
