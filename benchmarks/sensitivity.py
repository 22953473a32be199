"""Time what one change of weights or goalposts costs the server, over the shipped snapshot, and print a line of JSON.

Each figure is the median processor time, in milliseconds, of choices that were not asked for before, with all
recomputations (1,000). "answer" is the whole answer of the live method page: the address checked, the scores, ranges
and ranks computed, the changed parts of the page written. Beside it: a full score of the snapshot by the public
`score`, which gives the same numbers, and the least that any answer needs: one pass over the replicated scores.

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
from dashboard.app import build_app  # noqa: E402
from dashboard.state import Library, load  # noqa: E402
from indicators import score  # noqa: E402
from indicators.rescore import Ground, changed  # noqa: E402

RUNS = 25


def milliseconds(runs: int, work: Callable[[int], object]) -> float:
    """Return the median processor time of `work(run)`, the first run left out."""
    times = []
    for run in range(runs + 1):
        began = time.process_time()
        work(run)
        times.append(1000 * (time.process_time() - began))
    return round(statistics.median(times[1:]), 1)


def answer(library: Library) -> Callable[[int], object]:
    """Return a change of one slider as the page asks for it; the weight differs from run to run."""
    client = build_app(library).server.test_client()  # type: ignore[attr-defined]
    outputs = [{"id": "chart", "property": "children"}, {"id": "parts", "property": "data"}]
    body = {"output": "..chart.children...parts.data..", "outputs": outputs, "changedPropIds": ["state.data"]}

    def ask(run: int) -> None:
        state = {"path": "/en/method", "query": f"weights=safe:{2 + run / 100:.2f}"}
        given = {**body, "inputs": [{"id": "state", "property": "data", "value": state}]}
        if client.post("/_dash-update-component", json=given).status_code != 200:
            raise SystemExit("the page did not answer")

    return ask


def main() -> None:
    """Print one JSON line of medians."""
    library = load(snapshot.SHIPPED)
    edition = library.current
    catalogue, scores = edition.catalogue, edition.scores
    ground = Ground.of(scores, catalogue)
    scored = catalogue.scored()

    def pillar(run: int) -> object:
        return ground.standings(changed(catalogue, {"safe": 2 + run / 100}, {}))

    def everything(run: int) -> object:
        weights = {i.id: 1.5 + run / 100 for i in scored[::2]} | dict.fromkeys(catalogue.pillars, 2.0) | {"safe": 0.5}
        ends = {i.id: i.goalposts for i in scored if i.goalposts}
        posts = {id_: (e.worst, e.best + (e.best - e.worst) * (1 + run) / 1000) for id_, e in ends.items()}
        return ground.standings(changed(catalogue, weights, posts))

    figures = {
        "answer_ms": milliseconds(RUNS, answer(library)),
        "one_pillar_ms": milliseconds(RUNS, pillar),
        "everything_ms": milliseconds(RUNS, everything),
        "first_change_of_a_snapshot_ms": milliseconds(5, lambda _: Ground.of(scores, catalogue)),
        "full_score_ms": milliseconds(5, lambda _: score(edition.observations, catalogue)),
        "one_pass_over_the_draws_ms": milliseconds(RUNS, lambda _: scores.draws.pillars.sum()),
    }
    sys.stdout.write(json.dumps({"draws": catalogue.method.draws, **figures}) + "\n")


if __name__ == "__main__":
    main()
