"""What every page shares: navigation, languages, the notices above the content, the footer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from config.schema import LANGS
from dashboard import feed, glossary, sentences
from dashboard.address import OF_NEWEST, Address
from dashboard.pages import replaced, revised
from dashboard.pages.cautioned import beside
from dashboard.pages.stale import stale
from dashboard.pages.visit import Page, Visit

STALE_AFTER_DAYS = 400  # by then every yearly source has published anew; a month and a bit of grace


def context(visit: Visit, page: Page, origin: str) -> dict[str, Any]:
    """Return what the base template needs beside the page's own context; `origin` is scheme and host."""
    address = visit.address
    return {
        "_": visit.words,
        "_n": visit.words.plural,
        "words": visit.words,
        "visit": visit,
        "page": page,
        "lang": visit.words.lang,
        "theme": address.selection.theme,
        "canonical": origin + address.url,
        "site": origin,
        "navigation": navigation(visit),
        "languages": [(lang, address.in_(lang).url, lang == address.lang) for lang in LANGS],
        "alternates": [(lang, origin + address.in_(lang).url) for lang in LANGS],
        "contrast": contrast(address),
        "notices": notices(visit),
        "now": replace(address, snapshot=None).url if address.snapshot else "",
        "stale": stale(visit),
        "feed": feed.path(address.lang),
        "glossary": glossary.entries(visit.words),
        "tap": lambda text, *ids: glossary.tapped(visit.words, text, ids, visit.link("method")),
        "beside": lambda indicator: beside(visit, indicator),
        "age": sentences.age_sentence(visit.words, visit.age, visit.edition.created),
        **_discovery(visit, origin),
        **page.context,
    }


def _discovery(visit: Visit, origin: str) -> dict[str, str]:
    """Return the address that describes a page's chart as something to embed; empty for pages without one."""
    if visit.address.kind not in ("home", "pillar", "indicator"):
        return {}
    return {"oembed": f"{origin}/oembed?url={quote(origin + visit.address.url, safe='')}&format=json"}


def navigation(visit: Visit) -> list[tuple[str, str, bool]]:
    """Return (label, URL, is this page) of the main navigation."""
    here, words = visit.address, visit.words
    entries = [(words("Overview"), visit.link("home"), here.kind == "home")]
    entries += [
        (visit.pillar(pillar), visit.link("pillar", pillar), _inside(visit, pillar))
        for pillar in visit.edition.catalogue.pillars
    ]
    entries += [
        (words("Compare"), visit.link("compare"), here.kind == "compare"),
        *([(words("Municipalities"), visit.link("place", visit.divided), _municipal(visit))] if visit.divided else []),
        (words("Data"), visit.link("data"), here.kind == "data"),
        (words("Method"), visit.link("method"), here.kind == "method"),
    ]
    return entries


def _municipal(visit: Visit) -> bool:
    """Return whether the page is of the city-region that the navigation leads to or of one of its municipalities."""
    catalogue, slug = visit.edition.catalogue, visit.address.slug
    return visit.address.kind == "place" and visit.divided in (slug, catalogue.places[slug].parent)


def _inside(visit: Visit, pillar: str) -> bool:
    address = visit.address
    if address.kind == "indicator":
        return visit.edition.catalogue.indicators[address.slug].pillar == pillar
    return address.kind == "pillar" and address.slug == pillar


def contrast(address: Address) -> tuple[str, bool]:
    """Return the URL that switches high contrast on or off, and whether it is on."""
    on = address.selection.theme == "contrast"
    return address.choosing(theme=None if on else "contrast").url, on


def notices(visit: Visit) -> list[str]:
    """Return the sentences shown above a page: ignored keys, an old snapshot, a pinned one."""
    return [*ignored(visit), *warnings(visit), *replaced.lines(visit)]


def ignored(visit: Visit) -> list[str]:
    """Return the sentence about query keys that were ignored, if there are any."""
    address = visit.address
    unused = ("time",) if address.selection.time is not None and address.kind in OF_NEWEST else ()
    keys = ", ".join((*address.ignored, *unused))
    return [visit.words("Ignored, because this page does not know it: {keys}.", keys=keys)] if keys else []


def warnings(visit: Visit) -> list[str]:
    """Return what must be known of the snapshot's age: long past, or older than another."""
    words, found = visit.words, []
    if visit.age > STALE_AFTER_DAYS:
        found.append(sentences.old_sentence(words, visit.age))
    if visit.address.snapshot and visit.snapshots and visit.address.snapshot != visit.snapshots[-1]:
        found.append(words("You are reading an older edition; a newer one exists."))
    confession = revised.of_page(visit)
    return [*found, confession.sentence] if confession else found
