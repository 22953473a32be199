"""The feed of changes, Atom 1.0 (RFC 4287): one entry for each snapshot, dated by the snapshots themselves.

Ids are tags (RFC 4151) of one fixed authority and the snapshot's id, so an entry is the same entry at every reading and
under every name the site is reached by.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from config.schema import LANGS, Lang
from dashboard import sentences
from dashboard.pages.causes import moved_text, rule_text
from dashboard.pages.changed import Changed, listed, sums
from dashboard.pages.visit import Visit

ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"
AUTHORITY = "tag:four-pillars.example,2026:"  # never to be changed: it makes every id
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
        id=f"{AUTHORITY}{words.lang}/feed",
        title=words("Four Pillars: what changed"),
        subtitle=words("Values, scores, ranks and rules of each edition that differ from the one before."),
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
        id=f"{AUTHORITY}{words.lang}/{snapshot}",
        title=words("Edition of {date}, {id}", date=words.date(snapshot), id=snapshot),
        updated=_time(snapshot),
        summary=" ".join(_summary(visit, snapshot)),
    )
    _link(entry, "alternate", f"{origin}/{words.lang}/data#s-{snapshot}", "text/html", words.lang)
    chart = _most_changed(visit, snapshot)
    if chart:
        _link(entry, "related", origin + visit.link("indicator", chart), "text/html", words.lang)
    return entry


def _most_changed(visit: Visit, snapshot: str) -> str:
    """Return the indicator whose score or value of the hero changed most; empty where none did."""
    news = visit.history.news(snapshot) if visit.history else None
    if news is None:
        return ""
    catalogue, own = visit.edition.catalogue, news.of(visit.edition.catalogue.hero)
    sizes = [(move.size / 100, move.thing) for move in own.moves]
    sizes += [(revision.size(catalogue), revision.indicator) for revision in own.revisions]
    known = [(size, thing) for size, thing in sizes if size > 0 and thing in catalogue.indicators]
    return max(known, default=(0.0, ""))[1]


def _summary(visit: Visit, snapshot: str) -> Sequence[str]:
    """What changed everywhere, the rules, then the hero's scores and ranks, and its largest revisions."""
    words, hero = visit.words, visit.edition.catalogue.hero
    news = visit.history.news(snapshot) if visit.history else None
    first = sentences.news_sentence(words, news)
    if news is None:
        return [first]
    moved = [moved_text(visit, move) for move in sums(news.of(hero))[:LARGEST]]
    scored = [words("Scores and ranks of {place}: {values}.", place=visit.place(hero), values=words("; ").join(moved))]
    rules = [rule_text(visit, rule) for rule in news.rules[:LARGEST]]
    ruled = [words("Rules of scoring: {values}.", values=words("; ").join(rules))]
    first = " ".join([first, *(ruled if rules else []), *(scored if moved else [])])
    named = [
        words("{label}, {period}: {values}", label=_label(visit, series), period=period, values=text)
        for series in listed(visit, news.of(hero), "revised")[:LARGEST]
        for period, text in series.values[:1]
    ]
    if not named:
        return [first]
    largest = words("Largest revisions for {place}: {values}.", place=visit.place(hero), values=words("; ").join(named))
    return [first, largest]


def _label(visit: Visit, series: Changed) -> str:
    """The name of an indicator, and whose values they are where they are not the place's own."""
    label = series.indicator.label.in_(visit.words.lang)
    return f"{label}, {series.place}" if series.national else label


def _time(snapshot: str) -> str:
    """The day of a snapshot as RFC 3339 wants it; the hour of a retrieval is nobody's news."""
    return f"{snapshot[:10]}T00:00:00Z"


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: Element, rel: str, href: str, kind: str, lang: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href, "type": kind, "hreflang": lang})
