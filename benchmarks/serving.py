"""Measure the server process on loopback with wrk, and print one line of JSON.

Answers a processor second of the server alone, for a bare answer and for an embed that is kept; the 95th percentile
of a warm page beside four clients that ask for pictures; the slowest `/healthz` beside 200 sockets that say nothing or
a letter a second; and the seconds until the server answers.

    python benchmarks/serving.py
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.catalogue import load  # noqa: E402
from tests.dashboard.served import Served, served  # noqa: E402

SECONDS, PAGES, SOCKETS = 5, 100, 200
LIMITS = {"embeds_per_cpu_s": (3_000, None), "page_p95_ms": (None, 50.0), "health_ms": (None, 1_000.0)}
LIMITS |= {"start_s": (None, 3.0)}


def rate(running: Served, path: str) -> float:
    """Return answers of one address for each processor second of the server."""
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}s", "-H", "Accept-Encoding: gzip"]
    before = running.spent
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{running.port}{path}"], capture_output=True, text=True, check=True
    )
    if "Non-2xx" in done.stdout:
        raise SystemExit(f"{path} does not answer 200")
    answers = next(int(line.split()[0]) for line in done.stdout.splitlines() if "requests in" in line)
    return answers / (running.spent - before)


def beside_pictures(running: Served) -> float:
    """Return the 95th percentile of a warm page in milliseconds while four clients ask for other pictures."""
    places, stop = [place.id for place in load().city_regions()], threading.Event()

    def draw(number: int) -> None:
        for turn in range(10_000):
            if stop.is_set():
                return
            running.get(
                f"/en/i/vhcn_coverage.png?hero={places[(turn + number * 9) % len(places)]}&time={2010 + turn % 9}.."
            )

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    times = []
    for _ in range(PAGES):
        begun = time.perf_counter()
        running.get("/en/p/safe", headers={"Accept-Encoding": "gzip"})
        times.append(1000 * (time.perf_counter() - begun))
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    return quantiles(times, n=20)[-1]


def beside_sockets(running: Served) -> float:
    """Return the slowest `/healthz` in milliseconds beside sockets of which half are silent and half send a drip."""
    held = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(SOCKETS)]
    worst = 0.0
    for letter in b"GET /":
        for one in held[SOCKETS // 2 :]:
            one.send(bytes([letter]))
        begun = time.perf_counter()
        running.get("/healthz")
        worst = max(worst, 1000 * (time.perf_counter() - begun))
        time.sleep(1)
    for one in held:
        one.close()
    return worst


def main() -> int:
    """Print one JSON line; exit code 1 when a figure is beyond its limit."""
    if shutil.which("wrk") is None:
        print("wrk is not installed (Debian: apt-get install wrk)", file=sys.stderr)
        return 2
    with served() as running:
        for path in ("/healthz", "/en/p/safe", "/en/i/vhcn_coverage.html"):
            running.get(path)
        figures = {
            "start_s": running.start_s,
            "bare_per_cpu_s": rate(running, "/favicon.ico"),
            "embeds_per_cpu_s": rate(running, "/en/i/vhcn_coverage.html"),
            "page_p95_ms": beside_pictures(running),
            "health_ms": beside_sockets(running),
        }
    print(json.dumps({"benchmark": "serving", **{key: round(value, 2) for key, value in figures.items()}}))
    within = ((low is None or figures[key] >= low) and (high is None or figures[key] <= high)
              for key, (low, high) in LIMITS.items())  # fmt: skip
    return 0 if all(within) else 1


if __name__ == "__main__":
    sys.exit(main())
