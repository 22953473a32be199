"""The feed of changes, Atom 1.0 (RFC 4287): one entry for each snapshot, dated by the snapshots themselves.

Ids are tags (RFC 4151) of the site's name and the snapshot's id, so an entry is the same entry at every reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from config.schema import LANGS, Lang
from dashboard import sentences
from dashboard.pages.changed import listed
from dashboard.pages.visit import Visit

ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"
MOST = 20  # entries
LARGEST = 5  # revised indicators of the hero that an entry names

register_namespace("", ATOM)


def path(lang: Lang) -> str:
    """Return the path of the feed in a language; the plain one is in English."""
    return "/feed.xml" if lang == "en" else f"/{lang}/feed.xml"


def atom(visit: Visit, origin: str) -> bytes:
    """Return the feed in the language of a visit; `origin` is scheme and host of the site."""
    words, newest = visit.words, list(reversed(visit.snapshots))[:MOST]
    root = Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": words.lang})
    _texts(
        root,
        id=f"{origin}{path(visit.address.lang)}",
        title=words("Four Pillars: what changed"),
        subtitle=words("New, revised and withdrawn values of each snapshot against the one before."),
        updated=_time(newest[0]),
        rights=words("Texts and derived numbers CC BY 4.0; each source keeps its own licence."),
    )
    SubElement(SubElement(root, f"{{{ATOM}}}author"), f"{{{ATOM}}}name").text = "Four Pillars"
    _link(root, "self", origin + path(visit.address.lang), TYPE, words.lang)
    _link(root, "alternate", f"{origin}/{words.lang}/data", "text/html", words.lang)
    for lang in LANGS:
        if lang != words.lang:
            _link(root, "alternate", origin + path(lang), TYPE, lang)
    for snapshot in newest:
        root.append(_entry(visit, snapshot, origin))
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(visit: Visit, snapshot: str, origin: str) -> Element:
    words, entry = visit.words, Element(f"{{{ATOM}}}entry")
    _texts(
        entry,
        id=f"tag:{urlsplit(origin).hostname},{snapshot[:10]}:{words.lang}/{snapshot}",
        title=words("Snapshot of {date}, {id}", date=words.date(snapshot), id=snapshot),
        updated=_time(snapshot),
        summary=" ".join(_summary(visit, snapshot)),
    )
    _link(entry, "alternate", f"{origin}/{words.lang}/data#s-{snapshot}", "text/html", words.lang)
    return entry


def _summary(visit: Visit, snapshot: str) -> Sequence[str]:
    """What changed everywhere, then the largest revisions of the hero."""
    words, hero = visit.words, visit.edition.catalogue.hero
    news = visit.history.news(snapshot) if visit.history else None
    first = sentences.news_sentence(words, news)
    if news is None:
        return [first]
    named = [
        words("{label}, {period}: {values}", label=series.indicator.label.in_(words.lang), period=period, values=text)
        for series in listed(visit, news.of(hero), "revised")[:LARGEST]
        for period, text in series.values[:1]
    ]
    if not named:
        return [first]
    largest = words("Largest revisions for {place}: {values}.", place=visit.place(hero), values=words("; ").join(named))
    return [first, largest]


def _time(snapshot: str) -> str:
    """The day of a snapshot as RFC 3339 wants it; the hour of a retrieval is nobody's news."""
    return f"{snapshot[:10]}T00:00:00Z"


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: Element, rel: str, href: str, kind: str, lang: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href, "type": kind, "hreflang": lang})
