"""A page that is watched: its console, its requests, and the faults found in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response
from playwright.sync_api import TimeoutError as Waited

from dashboard.plotly_figures import INTERACTIVE

WIDTHS = (360, 1280)
HEIGHT = 800
PATIENCE = 15_000  # milliseconds until something is called missing; far beyond what it takes
ISLAND = ",".join(f'.island[data-view="{view}"]' for view in INTERACTIVE)
EXPLORE = "button.explore:not([hidden])"
MOUNTED = ".js-plotly-plot .main-svg"
# Everything but the pages' own addresses is refused by the browser itself; a request for it is seen all the same.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
# Two frames for the page; a chart lays itself out again some time after its column has changed.
LAID_OUT = """new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))).then(async () => {
  const fits = () => [...document.querySelectorAll('.js-plotly-plot')].every(
    plot => Math.abs(plot.clientWidth - plot.querySelector('.main-svg').clientWidth) <= 1);
  for (let turn = 0; turn < 50 && !fits(); turn++) await new Promise(done => setTimeout(done, 50));
})"""
# Contrast is three quarters of axe-core's time and hangs on the style sheet, hardly on width or language.
AXE_RUN = """contrast => axe.run(document, {
  resultTypes: ['violations'], rules: {'color-contrast': {enabled: contrast}},
}).then(found => found.violations)"""


@cache
def checks() -> str:
    """Return the script that finds faults of charts and layout."""
    return Path(__file__).with_name("checks.js").read_text(encoding="utf-8")


class Watched:
    """One browser tab on a fresh profile; `faults` collects what went wrong while pages loaded."""

    def __init__(self, browser: Browser, site: str, *, scripts: bool = True, scheme: str = "light") -> None:
        self.site = site
        self.scripts = scripts
        self.context = browser.new_context(
            java_script_enabled=scripts,
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            viewport={"width": WIDTHS[-1], "height": HEIGHT},
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.allowed = {site}
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text[:300]}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("data", "blob", "about"):
            return
        self.requests.append(request.url)
        if f"{address.scheme}://{address.netloc}" not in self.allowed:
            self.faults.append(f"third-party request: {request.url[:200]}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url[:200]}")

    def open(self, path: str, *, width: int = WIDTHS[-1]) -> Page:
        """Load a page in a width and return it once its own requests are answered."""
        self.faults.clear()
        self.requests.clear()
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.goto(self.site + path, wait_until="load")
        return self.page

    def settle(self) -> Page:
        """Wait until the page is live and its interactive chart stands, where there is to be one."""
        if not self.page.locator("#react-entry-point").count():
            return self.page
        try:
            self.page.wait_for_selector("form.live", state="attached")
            if self.page.locator(ISLAND).count():
                self._explore()
                self.page.wait_for_selector(MOUNTED, state="attached")
        except Waited:
            self.faults.append("the page did not become live")
        return self.page

    def _explore(self) -> None:
        """Ask for the interactive chart where the page does not fetch it by itself."""
        self.page.wait_for_selector(f"{EXPLORE}, script[src*='/plotly.']", state="attached")
        if self.page.locator(EXPLORE).count():
            self.page.locator(EXPLORE).click()

    def widen(self, width: int) -> None:
        """Change the width of the window and let the page lay itself out."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        if self.scripts:
            self.page.evaluate(LAID_OUT)

    def inspect(self, *, contrast: bool = True) -> list[str]:
        """Return every fault of the page as it stands: accessibility, charts, layout, console, requests."""
        return self._at_this_width(self.violations(contrast)) + self.look()

    def look(self) -> list[str]:
        """Return the faults that show without axe-core, so also without scripts: charts, layout, console, requests."""
        found = [*self.page.evaluate(checks()), *self.faults]
        self.faults.clear()
        return self._at_this_width(found)

    def _at_this_width(self, faults: list[str]) -> list[str]:
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        return [f"{width} px: {fault}" for fault in faults]

    def violations(self, contrast: bool) -> list[str]:
        """Return axe-core's violations, one sentence for each rule with the elements that break it."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE_SCRIPT)
        return [_sentence(rule) for rule in self.page.evaluate(AXE_RUN, contrast)]

    def close(self) -> None:
        """End the tab and its profile."""
        self.context.close()


def _sentence(rule: dict) -> str:
    places = "; ".join(str(node["target"][-1]) for node in rule["nodes"][:3])
    return f"axe {rule['id']} ({rule['impact']}): {rule['help']}: {len(rule['nodes'])} x, {places}"
