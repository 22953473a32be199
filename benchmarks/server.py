"""Measure the processor time of page views and interactions in a warm server, and print one line of JSON.

A view is of a place not shown before in that page, so that no page comes from memory; `again_ms` is the same view once
more. An interaction is Dash's callback with the figure and the re-made parts. Medians over the city-regions, in
milliseconds of this process alone; `worst` names the slowest kind.

    python benchmarks/server.py
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dashboard.app import create_app  # noqa: E402

WARM, MEASURED = 4, 20  # city-regions asked for before the clock runs, and while it does
VIEWS = {
    "home": "/en/?hero={}", "pillar": "/en/p/connected?hero={}", "line": "/en/i/vhcn_coverage?hero={}",
    "rank": "/en/i/vhcn_coverage?view=rank&hero={}", "place": "/en/c/{}", "compare": "/en/compare?hero={}",
    "data": "/en/data?hero={}", "method": "/en/method?hero={}", "embed": "/en/i/vhcn_coverage.html?hero={}",
}  # fmt: skip
LIVE = {"home": "/en/", "pillar": "/en/p/safe", "line": "/en/i/vhcn_coverage", "rank": "/en/i/safe_at_night_city"}
PACKED = {"Accept-Encoding": "gzip"}  # as every browser asks
LIMITS = {"view_ms": 30.0, "interaction_ms": 20.0}


def spent(work: Callable[[], Any]) -> float:
    """Return the processor milliseconds of a call."""
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def interaction(path: str, place: str) -> dict[str, Any]:
    """Return what Dash sends when the place of a live page changes."""
    state = {"path": path, "query": f"hero={place}", "first": False, "theme": "light", "narrow": False, "chart": True}
    return {
        "output": "..chart.children...parts.data..",
        "outputs": [{"id": "chart", "property": "children"}, {"id": "parts", "property": "data"}],
        "inputs": [{"id": "state", "property": "data", "value": state}],
        "changedPropIds": ["state.data"],
    }


def main() -> int:
    """Print one JSON line; exit code 1 when a kind of page or interaction costs more than its limit."""
    app = create_app()
    client = app.server.test_client()
    places = [place.id for place in app.site.library.current.catalogue.city_regions()][: WARM + MEASURED]

    def view(url: str) -> None:
        if client.get(url, headers=PACKED).status_code != 200:
            raise SystemExit(f"{url} does not answer 200")

    def change(path: str, place: str) -> None:
        asked = interaction(path, place)
        if client.post("/_dash-update-component", json=asked, headers=PACKED).status_code != 200:
            raise SystemExit(f"the callback of {path} does not answer 200")

    def median(work: Callable[[str], None]) -> float:
        times = [spent(lambda: work(place)) for place in places]  # noqa: B023
        return round(statistics.median(times[WARM:]), 1)

    views = {kind: median(lambda place, url=url: view(url.format(place))) for kind, url in VIEWS.items()}
    again = {kind: median(lambda place, url=url: view(url.format(place))) for kind, url in VIEWS.items()}
    changes = {kind: median(lambda place, path=path: change(path, place)) for kind, path in LIVE.items()}
    worst = {"view_ms": max(views.values()), "again_ms": max(again.values()), "interaction_ms": max(changes.values())}
    print(json.dumps({"benchmark": "server", **worst, "views": views, "interactions": changes}))
    return 0 if all(worst[key] <= limit for key, limit in LIMITS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
