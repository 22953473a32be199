"""The web application: `create_app(snapshot_dir)` gives a Dash app whose every page is our own HTML first.

Each address is answered by `Site`; Dash is an island in the live pages and serves their callbacks. Nothing happens at
import, nothing below this module reads the clock or the environment, and serving never fetches.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

from dash import Dash
from flask import Flask, Response, g, redirect, request

from config import snapshot
from config.schema import LANGS
from dashboard import dashed, forms, island, moved, origins, packing, plotly_figures, security, writer
from dashboard.address import CHOOSING, FIXED_PAGES, Address, preferred_language
from dashboard.answers import etag, failed, page_response
from dashboard.assets import assets
from dashboard.choice import is_field
from dashboard.i18n import Words
from dashboard.pages.visit import Page, Visit
from dashboard.public import MARK, said, settle
from dashboard.routes import add_routes
from dashboard.selection import THEMES, AddressError
from dashboard.site import BUILDERS, ENTRY, SCRIPTS, Site
from dashboard.state import Library, load

ENTRY_ELEMENT = '<div id="react-entry-point"></div>'
SCRIPT = re.compile(r'<script src="([^"]*)"></script>\s*')
# Loaded by Dash but never used here: the old data table.
UNUSED = "/dash_table/bundle"
# Dash's core components, of which a page needs the graph alone, and what the graph needs of an old browser's polyfill.
WITH_CHART = ("/deps/polyfill@", "/dcc/")
LONGEST_QUERY = 8000  # characters of a live state that are read; every field of the longest form fits
WALKED = 'id="walk"'  # stands in pages with charts
SECRET_CONFIG = ("dash_version", "python_version", "plotly_version", "ddk_version", "dash_version_url")


def today() -> date:
    """Return the day in UTC; the one clock of the dashboard."""
    return datetime.now(UTC).date()


def create_app(snapshot_dir: Path | str = snapshot.SHIPPED, *, clock: Callable[[], date] = today) -> Dash:
    """Return the application over the snapshots of a folder; raises SnapshotError when there is none to show."""
    return build_app(load(Path(snapshot_dir)), clock)


def build_app(
    library: Library,
    clock: Callable[[], date] = today,
    *,
    public: str = "",
    own: tuple[str, ...] = ("http://localhost",),
) -> Dash:
    """Return the application over editions that are loaded already.

    `public` is the address that readers know; without one, `own` are those of this machine.
    """
    site = Site(library, clock)
    app = Shell(site)
    app.layout = island.layout
    island.register(app, lambda path, query, screen: _ask(site, path, query, screen))
    hashes = app.csp_hashes()
    server = cast("Flask", app.server)
    add_routes(server, site)
    settle(server, public, own)
    server.before_request(lambda: dashed.refuse_nonsense(app))
    server.before_request(lambda: moved.to_successor(site))
    server.register_error_handler(Exception, lambda error: failed(site, error))
    server.after_request(lambda response: security.protect(response, hashes))
    server.after_request(origins.share)  # before the one above: what is registered last runs first
    server.after_request(packing.pack)
    return app


class Shell(Dash):
    """Dash whose index is the page of the address, with Dash's entry element inside the main flow."""

    def __init__(self, site: Site) -> None:
        self.site = site
        super().__init__(
            "four_pillars",
            server=Flask("four_pillars", static_folder=None),  # type: ignore[arg-type]
            assets_folder="no-assets",  # ours are fingerprinted and served by `routes`
            include_assets_files=False,
            suppress_callback_exceptions=True,
            update_title="",
            serve_locally=True,
            add_log_handler=False,
        )

    def index(self, *_args: Any, **_kwargs: Any) -> Any:
        """Answer any address that no other route answers: a page, a form of a chart, or an error."""
        path = request.path
        moved = _moved(path)
        if moved:
            return moved
        address = self.site.address(path, list(request.args.items(multi=True)))
        if address.kind == "overall" and not address.form:
            return redirect(Address(address.lang, "home", selection=address.selection).url, 302)
        if address.kind == CHOOSING and any(map(is_field, request.args)):
            return redirect(address.url, 302)  # a form sends every field; a link names only what was changed
        visit = self.site.visit(address)
        if address.form:
            return forms.respond(visit, self.site.library.forms)
        mark = etag(visit)
        if request.if_none_match.contains_weak(mark):
            return page_response("", mark, status=304)
        text, live = self.site.html(visit)
        text = said(text)
        if live:
            g.page_text, g.with_scripts = text, True
            text = cast("Any", super()).index()
        elif WALKED in text:
            g.script_hashes = ("'self'",)
            text = text.replace(SCRIPTS, _script("walk.js"))
        return page_response(text.replace(ENTRY, "").replace(SCRIPTS, ""), mark)

    def interpolate_index(
        self, *_unused: Any, config: str = "", scripts: str = "", renderer: str = "", **_: Any
    ) -> str:
        """Put Dash's entry and scripts into the page, and name those to be fetched once its chart is interactive."""
        text = str(g.page_text)
        interactive = any(f'data-view="{view}"' in text for view in plotly_figures.INTERACTIVE)
        urls = [url for url in SCRIPT.findall(scripts) if UNUSED not in url]
        charting = [url for url in urls if any(part in url for part in WITH_CHART)]
        later = [assets()["plotly.js"].url, *charting] if interactive else []
        own = _script("walk.js") + f'<script src="{assets()["app.js"].url}" data-later="{" ".join(later)}"></script>'
        first = (f'<script src="{url}"></script>' for url in urls if url not in charting)
        return text.replace(ENTRY, ENTRY_ELEMENT).replace(SCRIPTS, "\n".join((config, own, *first, renderer)))

    def _config(self) -> dict[str, Any]:
        """Return the renderer's settings without the versions of what runs here."""
        told: dict[str, Any] = cast("Any", super())._config()
        return {key: "" if key in SECRET_CONFIG else value for key, value in told.items()}


def _script(name: str) -> str:
    return f'<script src="{assets()[name].url}"></script>'


def _moved(path: str) -> Response | None:
    """Return a redirect for the bare root, a language without its slash, or a page with one too many."""
    if path == "/":
        answer = redirect(f"/{preferred_language(request.headers.get('Accept-Language'))}/", 302)
        answer.vary.add("Accept-Language")
        return cast("Response", answer)
    parts = path.strip("/").split("/")
    if len(parts) == 1 and parts[0] in LANGS:
        return None if path == f"/{parts[0]}/" else cast("Response", redirect(_with_query(f"/{parts[0]}/"), 301))
    if path.endswith("/") and (parts[-1] in (*FIXED_PAGES, "brief") or len(parts) == 3):
        return cast("Response", redirect(_with_query("/" + "/".join(parts)), 301))
    return None


def _with_query(path: str) -> str:
    query = request.query_string.decode("ascii", "replace")
    return path + (f"?{query}" if query else "")


def _ask(site: Site, path: str, query: str, screen: island.Screen) -> island.Answer:
    """Answer a change of state: the page's parts are built anew and sent with its figure, or why they cannot be."""
    try:
        return _changed(site, path, query, screen)
    except AddressError as error:
        if error.status != 400:
            raise
        first = path.lstrip("/").split("/")[0]
        sentence = Words(first if first in LANGS else "en")(error.message, **error.values)
        return island.Answer(writer.problem(sentence), refused=True)


def _changed(site: Site, path: str, query: str, screen: island.Screen) -> island.Answer:
    address = site.address(path, parse_qsl(query[:LONGEST_QUERY], keep_blank_values=True))
    if address.form or address.kind not in BUILDERS:
        raise AddressError(404, "A format of a chart has no live version.")
    visit = site.visit(address)
    key = (visit.edition.id, address.url, address.ignored, visit.today, screen)
    kept = cast("island.Answer | None", site.library.cache.get(key))
    if kept is None:
        page = site.page(visit)
        if not page.live:
            raise AddressError(404, "This page has no live state.")
        kept = _answer(visit, page, screen)
        if not address.choice:  # one reader's way along a slider would push everybody's pages out
            site.library.cache.keep(key, kept)
    return replace(kept, parts={name: said(html) for name, html in kept.parts.items()})


def _answer(visit: Visit, page: Page, screen: island.Screen) -> island.Answer:
    theme = screen.theme if screen.theme in THEMES else "light"
    interactive = screen.chart and page.chart is not None and page.chart.view in plotly_figures.INTERACTIVE
    figure = plotly_figures.figure(page.chart, theme, narrow=screen.narrow) if page.chart and interactive else None
    return island.Answer(
        parts=writer.patches(visit, page, MARK),
        figure=figure,
        config=plotly_figures.config(visit.words.lang),
        name=page.chart.title if page.chart else "",
        kind=visit.words("chart"),
        links=writer.links(visit),
        title=f"{page.title} · {visit.words('Four Pillars')}",
    )
