"""Time what one change of weights or goalposts costs the server, over the shipped snapshot, and print a line of JSON.

Each figure is the median processor time, in milliseconds, of choices that were not asked for before, with all
recomputations (1,000). `answer_ms` is the whole answer of the live method page: the address checked, the scores, ranges
and ranks computed, the changed parts of the page written; when the weight of one pillar or one indicator changes, or
every weight and goalpost at once. Beside it: what is computed once a snapshot, a full score by the public `score`,
which gives the same numbers, and the least that any answer needs, one pass over the replicated scores.

    python benchmarks/sensitivity.py
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import snapshot  # noqa: E402
from config.schema import Catalogue  # noqa: E402
from dashboard.app import build_app  # noqa: E402
from dashboard.state import Library, load  # noqa: E402
from indicators import score  # noqa: E402
from indicators.rescore import Ground, changed  # noqa: E402

RUNS = 25
LIMIT_MS = 100.0  # of any answer


def milliseconds(runs: int, work: Callable[[int], object]) -> float:
    """Return the median processor time of `work(run)`, the first run left out."""
    times = []
    for run in range(runs + 1):
        began = time.process_time()
        work(run)
        times.append(1000 * (time.process_time() - began))
    return round(statistics.median(times[1:]), 2)


def answer(library: Library, query: Callable[[int], str]) -> Callable[[int], object]:
    """Return a change of the form as the page asks for it."""
    client = build_app(library).server.test_client()  # type: ignore[attr-defined]
    outputs = [{"id": "chart", "property": "children"}, {"id": "parts", "property": "data"}]
    body = {"output": "..chart.children...parts.data..", "outputs": outputs, "changedPropIds": ["state.data"]}

    def ask(run: int) -> None:
        state = {"path": "/en/method", "query": query(run)}
        given = {**body, "inputs": [{"id": "state", "property": "data", "value": state}]}
        if client.post("/_dash-update-component", json=given).status_code != 200:
            raise SystemExit("the page did not answer")

    return ask


def everything(catalogue: Catalogue, run: int) -> str:
    """Return a query that changes every weight and every goalpost."""
    weights = [f"{id_}:{1.5 + run / 100:.2f}" for id_ in (*catalogue.pillars, *(i.id for i in catalogue.scored()))]
    ends = {i.id: i.goalposts for i in catalogue.scored() if i.goalposts}
    moved = {id_: (e.worst, e.best + (e.best - e.worst) * (1 + run) / 1000) for id_, e in ends.items()}
    return f"weights={','.join(weights)}&posts={','.join(f'{i}:{a}..{b:.3f}' for i, (a, b) in moved.items())}"


def main() -> int:
    """Print one JSON line of medians; exit code 1 when an answer costs more than its limit."""
    library = load(snapshot.SHIPPED)
    edition = library.current
    catalogue, scores = edition.catalogue, edition.scores
    indicator, ground = catalogue.scored("safe")[0].id, Ground.of(scores, catalogue)
    queries: dict[str, Callable[[int], str]] = {
        "one_pillar": lambda run: f"weights=safe:{2 + run / 100:.2f}",
        "one_indicator": lambda run: f"weights={indicator}:{2 + run / 100:.2f}",
        "everything": lambda run: everything(catalogue, run),
    }
    answers = {kind: milliseconds(RUNS, answer(library, query)) for kind, query in queries.items()}
    figures = {
        "answer_ms": answers,
        "scoring_of_it_ms": milliseconds(RUNS, lambda run: ground.standings(changed(catalogue, {"safe": 2 + run}, {}))),
        "once_a_snapshot_ms": milliseconds(5, lambda _: Ground.of(scores, catalogue)),
        "full_score_ms": milliseconds(5, lambda _: score(edition.observations, catalogue)),
        "one_pass_over_the_draws_ms": milliseconds(RUNS, lambda _: scores.draws.pillars.sum()),
    }
    sys.stdout.write(json.dumps({"benchmark": "sensitivity", "draws": catalogue.method.draws, **figures}) + "\n")
    return 0 if max(answers.values()) <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
