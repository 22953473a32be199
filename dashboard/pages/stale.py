"""The warning above a page whose sources should have published since: how many, then which, read when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.schema import Indicator
from dashboard import sentences
from dashboard.freshness import Freshness, Late, freshness
from dashboard.pages.visit import Visit


@dataclass(frozen=True)
class Stale:
    """One sentence, and one for each late table."""

    sentence: str
    tables: tuple[str, ...]


def stale(visit: Visit) -> Stale | None:
    """Return the warning of a page, None where no source behind its figures is late."""
    edition = visit.edition
    found = freshness(edition.catalogue, edition.provenance, _shown(visit), visit.today)
    if not found.late:
        return None
    sentence = sentences.late_sentence(visit.words, found.late_sources, found.sources)
    return Stale(sentence, tuple(_table(visit, found, table) for table in found.late))


def _shown(visit: Visit) -> Sequence[Indicator]:
    """The indicators whose figures a page rests on."""
    address, indicators = visit.address, visit.edition.catalogue.indicators
    if address.kind == "home":
        catalogue = visit.edition.catalogue
        lens = catalogue.site.lens if catalogue.municipalities(visit.hero) else None
        return [i for i in indicators.values() if i.role == "score" or i.id == lens]
    if address.kind == "pillar":
        return [i for i in indicators.values() if i.pillar == address.slug]
    return [indicators[address.slug]] if address.kind == "indicator" else []


def _table(visit: Visit, found: Freshness, table: Late) -> str:
    words, source = visit.words, visit.edition.catalogue.sources[table.source]
    several = sum(other.source == table.source for other in found.late) > 1 or len(source.datasets) > 1
    return words(
        "{title} ({publisher}): read on {date}, published {rhythm}",
        title=source.title.in_(words.lang) + (f", {table.dataset}" if several else ""),
        publisher=source.publisher.in_(words.lang),
        date=words.date(table.read),
        rhythm=sentences.rhythm(words, table.every_days),
    )
