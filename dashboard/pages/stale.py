"""When the next figures are expected: the notice of a page, the line of an indicator, the table of the data page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from config.schema import Indicator
from dashboard import sentences
from dashboard.freshness import Due, beside, dues
from dashboard.pages.visit import Visit


@dataclass(frozen=True)
class Stale:
    """One sentence, and one for each table with overdue figures."""

    sentence: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Next:
    """One row of the data page: a table's newest figures of one period, and when the next ones are expected."""

    publisher: str
    title: str
    dataset: str
    indicators: str
    newest: str
    rhythm: str
    expected: str
    overdue: bool


def stale(visit: Visit) -> Stale | None:
    """Return the notice of a page, None where no figure on it is older than the rhythm of its publisher promises."""
    found = of(visit, _shown(visit))
    late = sorted((one for one in found if one.overdue), key=_by_table)
    if not late:
        return None
    sentence = sentences.late_sentence(visit.words, len(late), len(found))
    behind = {origin.source for origin in visit.edition.provenance}
    sources = visit.words(
        "Sources concerned: {count} of the {of} of this edition.",
        count=visit.words.number(len({one.source for one in late})),
        of=visit.words.number(len(behind)),
    )
    tables = tuple(_table(visit, list(same)) for _, same in groupby(late, key=_by_table))
    return Stale(f"{sentence} {sources}", tables)


def expected(visit: Visit, indicator: Indicator) -> str:
    """Return when the next figures of an indicator are expected, as a sentence; empty without a publisher's file."""
    found = of(visit, [indicator])
    return sentences.next_sentence(visit.words, found[0]) if found else ""


def coming(visit: Visit) -> list[Next]:
    """Return a row for each table and newest period of the edition, those longest overdue first."""
    edition = visit.edition
    others = beside(edition.catalogue, edition.provenance, edition.published.newest, visit.today)
    found = sorted([*of(visit, list(edition.catalogue.indicators.values())), *others], key=_by_table)
    rows = [list(same) for _, same in groupby(found, key=_by_table)]
    return [_next(visit, same) for same in sorted(rows, key=_longest_first)]


def of(visit: Visit, indicators: Sequence[Indicator]) -> tuple[Due, ...]:
    """Return when the next figures of these indicators are expected, on the day of the visit."""
    edition = visit.edition
    newest = {i.id: max(visit.lookup.periods(i.id), default="") for i in indicators}
    return dues(edition.catalogue, edition.provenance, indicators, newest, visit.today)


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


def _by_table(one: Due) -> tuple[str, str, str]:
    return one.source, one.dataset, one.newest


def _longest_first(same: Sequence[Due]) -> tuple[bool, str, tuple[str, str, str]]:
    first = same[0]
    return first.expected is None, str(first.expected), _by_table(first)


def _titles(visit: Visit, one: Due) -> tuple[str, str]:
    """Publisher and title of a table's source."""
    source = visit.edition.catalogue.sources[one.source]
    return source.publisher.in_(visit.words.lang), source.title.in_(visit.words.lang)


def _table(visit: Visit, same: Sequence[Due]) -> str:
    words, first = visit.words, same[0]
    publisher, title = _titles(visit, first)
    several = len(visit.edition.catalogue.sources[first.source].datasets) > 1
    return words(
        "{title} ({publisher}): {figures}, published {rhythm}; the next were expected in {month}",
        title=title + (f", {first.dataset}" if several else ""),
        publisher=publisher,
        figures=words.plural("{count} figure of {period}", "{count} figures of {period}", len(same), 0,
                             period=first.newest),
        rhythm=sentences.rhythm(words, first.every_days or 0),
        month=words.month(str(first.expected)),
    )  # fmt: skip


def _next(visit: Visit, same: Sequence[Due]) -> Next:
    words, first = visit.words, same[0]
    publisher, title = _titles(visit, first)
    month = words.month(first.expected.isoformat()) if first.expected else ""
    said = words("overdue since {month}", month=month) if first.overdue else words("expected in {month}", month=month)
    return Next(
        publisher=publisher,
        title=title,
        dataset=first.dataset,
        indicators=words.number(sum(bool(one.indicator) for one in same)),
        newest=first.newest,
        rhythm=sentences.rhythm(words, first.every_days) if first.every_days else "–",
        expected=said if month else words("ended, or no rhythm is known"),
        overdue=first.overdue,
    )
