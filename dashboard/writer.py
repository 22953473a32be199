"""A page to HTML: its parts, the frame around them, and Dash's entry inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from config.schema import LANGS
from dashboard import render, svg, tables
from dashboard.address import FORMS
from dashboard.assets import assets
from dashboard.pages import frame
from dashboard.pages.visit import Page, Visit

PARTS = ("top", "controls", "drawn", "rest")
PATCHED = ("top", "drawn", "rest")  # the parts a live page makes anew when its form changes


def page_html(visit: Visit, page: Page, origin: str, *, entry: str = "", scripts: str = "") -> str:
    """Return the whole HTML of a page; `entry` and `scripts` are Dash's, empty on pages without an island."""
    context = _context(visit, page, origin)
    return str(
        render.template(
            "live.html" if page.live else f"{page.template}.html",
            **context,
            parts=parts(page, context) if page.live else {},
            entry=Markup(entry),  # noqa: S704
            scripts=Markup(scripts),  # noqa: S704
        )
    )


def patches(visit: Visit, page: Page, origin: str) -> dict[str, str]:
    """Return the HTML of the parts that change with the form, by the id of their element."""
    made = parts(page, _context(visit, page, origin))
    return {name: str(made[name]) for name in PATCHED}


def parts(page: Page, context: Mapping[str, Any]) -> dict[str, Markup]:
    """Return the parts of a live page; a page without a chart has no drawn part."""
    made = {name: Markup("") for name in PARTS}
    for name in PARTS:
        if name != "drawn":
            made[name] = render.template(f"{page.template}/{name}.html", **context)
    if page.chart is not None:
        made["drawn"] = svg.frame(page.chart)
    return made


def _context(visit: Visit, page: Page, origin: str) -> dict[str, Any]:
    return {**frame.context(visit, page, origin), "svg": svg, "tables": tables, "assets": assets()}


def links(visit: Visit) -> dict[str, str]:
    """Return the addresses of the links that follow the state, by their name in the page."""
    address = visit.address
    found = {form: visit.form(form) for form in FORMS}
    found |= {lang: address.in_(lang).url for lang in LANGS}
    found |= {"brief": visit.link("brief"), "brief.pdf": visit.link("brief", form="pdf")}
    return {**found, "self": address.url, "contrast": frame.contrast(address)[0]}
