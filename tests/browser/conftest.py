"""The real server over the shipped snapshot, and one headless Chromium for the whole run."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import environ

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from config import snapshot
from tests.browser.watching import ARGUMENTS, Watched

NAMES = (
    environ.get("FOUR_PILLARS_CHROMIUM", ""),
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Serve the shipped snapshot on a free port of this machine; the address has no trailing slash."""
    from dashboard.app import create_app

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(snapshot.SHIPPED).server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the installed Chromium once."""
    program = next(path for name in NAMES if name and (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tab(chromium: Browser, site: str) -> Iterator[Watched]:
    """Return a tab that many tests share: pages keep no state but their address."""
    watched = Watched(chromium, site)
    yield watched
    watched.close()


@pytest.fixture
def new_tab(chromium: Browser, site: str) -> Iterator[Callable[..., Watched]]:
    """Return a maker of tabs with a fresh profile, e.g. without scripts or in the dark scheme."""
    made: list[Watched] = []

    def make(**options: object) -> Watched:
        made.append(Watched(chromium, site, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for watched in made:
        watched.close()


NEWSPAPER = b"""<!doctype html><html lang="en"><title>Another site</title><main><h1>An article</h1></main><script>
window.heights = [];
const frame = document.createElement("iframe");
frame.title = "A chart";
frame.src = location.search.slice(1);
addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow) return;
  const sizes = Object.values(event.data["datawrapper-height"] || {});
  const height = event.data.height || sizes[0];
  if (Number.isFinite(height)) window.heights.push(height);
});
document.querySelector("main").append(frame);
</script></html>"""


class _Article(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path.startswith("/?")
        self.send_response(200 if found else 204)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        if found:
            self.wfile.write(NEWSPAPER)

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests' own output is enough."""


@pytest.fixture(scope="session")
def newspaper() -> Iterator[str]:
    """Serve another site's article, which frames the address in its query and notes the heights it is told."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Article)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
