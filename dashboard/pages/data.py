"""The data page: the snapshot and its files with their hashes, the sources with their licences, every download."""

from __future__ import annotations

from typing import Any

from config.schema import Source
from dashboard.history import KINDS
from dashboard.pages import replaced
from dashboard.pages.account import account
from dashboard.pages.changed import since
from dashboard.pages.stale import coming
from dashboard.pages.visit import Page, Visit

MOST_VERSIONS = 20  # snapshots that are compared with the one before
MOST_CHANGES = 20  # values of each kind that are listed


def build(visit: Visit) -> Page:
    """Return the data page."""
    words, edition = visit.words, visit.edition
    context: dict[str, Any] = {
        "files": [(name, words.number(size), digest) for name, size, digest in edition.files],
        "versions": versions(visit),
        "account": account(visit),
        "since": since(visit, most=MOST_CHANGES),
        "replaced": replaced.rows(visit),
        "coming": coming(visit),
        "sources": [_source(visit, source) for source in _by_use(visit)],
        "indicators": [
            (indicator.id, indicator.label.in_(words.lang), _group(visit, indicator.pillar))
            for indicator in edition.catalogue.indicators.values()
        ],
        "observations": words.number(len(edition.observations)),
        "payloads": edition.provenance,
        "notes": edition.scores.notes,
    }
    return Page("data", words("Data"), words("Every number, its source, its licence and its hash."), context)


def versions(visit: Visit) -> list[dict[str, Any]]:
    """Return the snapshots that are kept, newest first, with how many values changed in each of the newest ones."""
    words, newest = visit.words, list(reversed(visit.snapshots))
    found = []
    for at, snapshot in enumerate(newest):
        news = visit.history.news(snapshot) if visit.history and at < MOST_VERSIONS else None
        counts = [*(news.counts[kind] for kind in KINDS), news.scores, news.ranks] if news else None
        found.append(
            {
                "id": snapshot,
                "date": words.date(snapshot[:10]),
                "counts": [words.number(count) for count in counts] if counts else ["–"] * (len(KINDS) + 2),
            }
        )
    return found


def _by_use(visit: Visit) -> list[Source]:
    """Return the sources of this snapshot first, then those that can be switched on."""
    used = {origin.source for origin in visit.edition.provenance}
    return sorted(visit.edition.catalogue.sources.values(), key=lambda source: (source.id not in used, source.id))


def _group(visit: Visit, pillar: str) -> str:
    return visit.pillar(pillar) if pillar in visit.edition.catalogue.pillars else visit.words("Inclusion")


def _source(visit: Visit, source: Source) -> dict[str, Any]:
    lang = visit.words.lang
    dates = sorted(p.retrieved_at[:10] for p in visit.edition.provenance if p.source == source.id)
    return {
        "id": source.id,
        "publisher": source.publisher.in_(lang),
        "title": source.title.in_(lang),
        "landing": source.landing_page,
        "licence": source.licence.name.in_(lang),
        "licence_url": source.licence.url,
        "attribution": source.attribution.in_(lang),
        "cadence": source.cadence.in_(lang),
        "retrieved": visit.words.date(dates[-1]) if dates else "–",
        "on": source.default_on,
    }
