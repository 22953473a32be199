"""A page to HTML: its parts, the frame around them, and Dash's entry inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from config.schema import LANGS
from dashboard import render, svg, tables
from dashboard.address import FORMS
from dashboard.assets import assets
from dashboard.pages import frame
from dashboard.pages.visit import Page, Visit

PROBLEM = "problem"  # id of the element that says why a change cannot be answered


def page_html(visit: Visit, page: Page, origin: str, *, entry: str = "", scripts: str = "") -> str:
    """Return the whole HTML of a page; `entry` and `scripts` are Dash's, empty on pages without an island."""
    context = _context(visit, page, origin)
    return str(
        render.template(
            "live.html" if page.live else f"{page.template}.html",
            **context,
            parts=parts(page, context, page.parts) if page.live else {},
            entry=Markup(entry),  # noqa: S704
            scripts=Markup(scripts),  # noqa: S704
        )
    )


def patches(visit: Visit, page: Page, origin: str) -> dict[str, str]:
    """Return the HTML of the parts that change with the form, by the id of their element; no problem is left."""
    made = parts(page, _context(visit, page, origin), page.remade)
    return {PROBLEM: "", **{name: str(html) for name, html in made.items()}}


def problem(sentence: str) -> dict[str, str]:
    """Return the one part of a live page that says why a change of its form cannot be answered."""
    return {PROBLEM: str(Markup('<p class="notice">{}</p>').format(sentence))}


def parts(page: Page, context: Mapping[str, Any], names: Iterable[str]) -> dict[str, Markup]:
    """Return the named parts of a live page; "drawn" is empty on a page without a chart."""
    made = {}
    for name in names:
        if name == "drawn":
            made[name] = svg.frame(page.chart) if page.chart is not None else Markup("")
        else:
            made[name] = render.template(f"{page.template}/{name}.html", **context)
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
