"""Time every kind of page on a slow phone in real Chromium, beside a default Dash page, and print one line of JSON.

The phone: processor slowed down four times, 1.6 Mbit/s, 150 ms a round trip, an empty cache for each load. `content_ms`
is the largest contentful paint, `interactive_ms` the moment the page's form is live (for a page without one: all of it
loaded), `wire_kb` what came over the wire until then; each the median of the runs, of the worst page. A phone fetches
the zooming chart only when asked; a wide window fetches it by itself once the form is live: `zoom_ms` and `zoom_kb` are
that moment and all that came until then, in a wide window of the same speed. The default Dash page draws one line
chart of this project's own numbers with plotly express; its answers are compressed as ours are, so that the difference
is not compression.

    python benchmarks/pages.py [RUNS]          five runs by default; Chromium as for the browser tests
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "/en/", "/fr/", "/en/p/connected", "/nl/p/safe", "/en/i/vhcn_coverage", "/en/i/vhcn_coverage?view=rank",
    "/fr/i/employment_education_gap", "/en/compare", "/en/c/brussels", "/en/c/vienna", "/en/data", "/en/method",
    "/en/accessibility",
)  # fmt: skip
LIMITS = {"content_ms": 1200.0, "interactive_ms": 4000.0, "wire_kb": 700.0}
SLOWER, LATENCY, DOWN, UP = 4, 150, 1.6e6 / 8, 0.75e6 / 8  # times, ms, bytes/s
PATIENCE = 120_000

# Notes the first moment at which the page is what `ready` says, and the latest largest contentful paint.
WATCH = """
  window.__painted = 0; window.__ready = 0;
  new PerformanceObserver(list => list.getEntries().forEach(e => window.__painted = e.startTime))
    .observe({type: 'largest-contentful-paint', buffered: true});
  const look = () => {
    if (!window.__ready && document.readyState === 'complete' && (%s)) window.__ready = performance.now();
    if (!window.__ready) requestAnimationFrame(look);
  };
  look();
"""
DRAWN = "document.querySelector('.js-plotly-plot .main-svg')"
LIVE = "!document.querySelector('#react-entry-point') || document.querySelector('form.live')"
ZOOMED = "/en/i/vhcn_coverage"
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True}
WIDE = {"viewport": {"width": 1280, "height": 800}}

DEFAULT = """
import sys
import pandas as pd
import plotly.express as px
from dash import Dash, dcc, html
sys.path.insert(0, sys.argv[2])
from config import snapshot
from dashboard.packing import pack
rows = snapshot.read(snapshot.SHIPPED).observations
rows = rows[rows["measure"] == rows["measure"].iloc[0]]
app = Dash("default")
app.layout = html.Div([html.H1("A default page"), dcc.Graph(figure=px.line(
    rows, x=rows.columns[list(rows.columns).index("time_period")], y="obs_value", color="ref_area"))])
app.server.after_request(pack)
app.run(port=int(sys.argv[1]), debug=False)
"""


@dataclass(frozen=True)
class Load:
    """One cold load: milliseconds until painted and until interactive, kilobytes on the wire."""

    content: float
    interactive: float
    kilobytes: float


def load(browser: Browser, url: str, ready: str, window: dict[str, Any] = PHONE) -> Load:
    """Return what one cold load of a page took at the speed of the slow phone."""
    context = browser.new_context(**window)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wire = context.new_cdp_session(page)
    received: list[float] = []
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP},
    )
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH % ready)
    page.goto(url, wait_until="commit")
    painted, interactive = noted(page)
    context.close()
    return Load(painted, interactive, sum(received) / 1000)


def noted(page: Page) -> tuple[float, float]:
    """Return when a page was painted and when it was ready; a loop here, since a page may forbid evaluation."""
    for _ in range(PATIENCE // 100):
        painted, ready = page.evaluate("[window.__painted, window.__ready]")
        if painted and ready:
            return painted, ready
        page.wait_for_timeout(100)
    raise SystemExit(f"{page.url} is not ready after {PATIENCE / 1000:.0f} s")


@contextmanager
def serving(command: list[str], path: str) -> Iterator[str]:
    """Run a server on a free port, given as `{port}` in its command, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    filled = [part.replace("{port}", str(port)) for part in command]
    process = subprocess.Popen(filled, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    site = f"http://127.0.0.1:{port}"
    try:
        wait_for(site + path, process)
        yield site
    finally:
        process.terminate()
        process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when an address answers; raises when its server has ended or a minute has passed."""
    for _ in range(240):
        if process.poll() is not None:
            raise SystemExit(f"the server of {url} ended with code {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=30).close()
            return
        except OSError:
            time.sleep(0.25)
    raise SystemExit(f"{url} does not answer")


def medians(loads: list[Load]) -> Load:
    """Return the median of each figure."""
    return Load(*(statistics.median(getattr(one, name) for one in loads) for name in Load.__annotations__))


def measure(browser: Browser, ours: str, default: str, runs: int) -> tuple[dict[str, Load], Load, Load]:
    """Return the medians per page of ours, with the zooming chart, and of the default page; all take turns."""
    found: dict[str, list[Load]] = {page: [] for page in PAGES}
    zoomed, beside = [], []
    for _ in range(runs):
        for page, loads in found.items():
            loads.append(load(browser, ours + page, LIVE))
        zoomed.append(load(browser, ours + ZOOMED, DRAWN, WIDE))
        beside.append(load(browser, default, DRAWN))
    return {page: medians(loads) for page, loads in found.items()}, medians(zoomed), medians(beside)


def result(pages: dict[str, Load], zoomed: Load, default: Load, runs: int) -> dict[str, object]:
    """Return the line to print: the worst page's medians, which page that is, and the default page's."""
    worst = {
        key: max(pages, key=lambda page: getattr(pages[page], name))
        for key, name in zip(LIMITS, Load.__annotations__, strict=True)
    }
    figures = {
        key: round(getattr(pages[page], name), 1)
        for (key, page), name in zip(worst.items(), Load.__annotations__, strict=True)
    }
    return {
        "benchmark": "pages", "runs": runs, **figures,
        "zoom_ms": round(zoomed.interactive, 1), "zoom_kb": round(zoomed.kilobytes, 1),
        "dash_default_ms": round(default.interactive, 1), "dash_default_kb": round(default.kilobytes, 1),
        "worst": worst,
        "pages": {page: [round(v) for v in (m.content, m.interactive, m.kilobytes)] for page, m in pages.items()},
    }  # fmt: skip


def main() -> int:
    """Print one JSON line; exit code 1 when a page is slower or heavier than its limit."""
    runs = max(5, int(sys.argv[1])) if len(sys.argv) > 1 else 5
    names = (os.environ.get("FOUR_PILLARS_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    program = next((found for name in names if name and (found := shutil.which(name))), None)
    if program is None:
        raise SystemExit("No Chromium found; name one in FOUR_PILLARS_CHROMIUM.")
    pillars = [sys.executable, "-c", "from dashboard.cli import main; main()", "serve", "--port", "{port}"]
    with ExitStack() as stack:
        ours = stack.enter_context(serving(pillars, "/healthz"))
        default = stack.enter_context(serving([sys.executable, "-c", DEFAULT, "{port}", str(ROOT)], "/_dash-layout"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for page in PAGES:
            urllib.request.urlopen(ours + page, timeout=60).close()  # a page is made once a day, not at each visit
        line = result(*measure(browser, ours, default, runs), runs)
        browser.close()
    print(json.dumps(line))
    return 0 if all(float(str(line[key])) <= limit for key, limit in LIMITS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
