"""Draw every page into out/screenshots: each address in each language, width and theme, and the picture of the README.

`make screenshots` or `.venv/bin/python scripts/screenshots.py [--only PART] [--lang LANG] [--theme THEME] [--readme]`.
"""

from __future__ import annotations

import argparse
import logging
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from config import catalogue, snapshot
from config.schema import LANGS
from dashboard.app import create_app

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out" / "screenshots"
README_PICTURE = ROOT / "docs" / "screenshots" / "home.png"
WIDTHS = (360, 1280)
THEMES = ("light", "dark", "contrast")
PLACES = ("brussels", "ghent")
NAMES = (environ.get("FOUR_PILLARS_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]


def leaves() -> list[str]:
    """Return every address below a language, charts to be framed included."""
    known = catalogue.load()
    return [
        *("", "brief", "data", "method", "method?weights=safe:2", "accessibility", "compare", "compare?peers=all"),
        *(f"p/{pillar}" for pillar in known.pillars),
        *(f"c/{place}" for place in (*PLACES, known.municipalities()[0].id)),
        *(f"i/{indicator}" for indicator in known.indicators),
        *(f"i/{indicator}.html" for indicator in known.indicators),
    ]


@contextmanager
def served() -> Iterator[str]:
    """Serve the shipped snapshot on a free port of this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(snapshot.SHIPPED).server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def draw(browser: Browser, site: str, leaf: str, lang: str, width: int, theme: str) -> Path:
    """Write one picture of a whole page and return where it is."""
    scheme = "dark" if theme == "dark" else "light"
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked = ("&" if "?" in leaf else "?") + "theme=contrast" if theme == "contrast" else ""
    page.goto(f"{site}/{lang}/{leaf}{asked}", wait_until="networkidle")
    name = f"{re.sub('[^a-z0-9_.]+', '-', leaf) or 'home'}.{lang}.{width}.{theme}.png"
    page.screenshot(path=OUT / name, full_page=True)
    page.close()
    return OUT / name


def draw_readme(browser: Browser, site: str) -> None:
    """Write the first screen of the home page for the README."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(f"{site}/en/", wait_until="networkidle")
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=README_PICTURE)
    page.close()


def main() -> int:
    """Draw what was asked for; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="draw only addresses that contain this text, e.g. p/safe")
    parser.add_argument("--lang", choices=LANGS, help="draw only this language")
    parser.add_argument("--theme", choices=THEMES, help="draw only this theme")
    parser.add_argument("--readme", action="store_true", help="draw only the picture of the README")
    wanted = parser.parse_args()
    program = next((path for name in NAMES if name and (path := shutil.which(name))), None)
    if program is None:
        sys.stderr.write("No Chromium found: install the package chromium or set FOUR_PILLARS_CHROMIUM.\n")
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        if wanted.readme or not wanted.only:
            draw_readme(browser, site)
        chosen = [] if wanted.readme else [leaf for leaf in leaves() if wanted.only in (leaf or "home")]
        drawn = [
            draw(browser, site, leaf, lang, width, theme)
            for leaf in chosen
            for lang in ((wanted.lang,) if wanted.lang else LANGS)
            for width in WIDTHS
            for theme in ((wanted.theme,) if wanted.theme else THEMES)
        ]
        browser.close()
    sys.stdout.write(f"{len(drawn)} pictures in {OUT.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
