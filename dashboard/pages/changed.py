"""What changed since the snapshot before, as pages tell it: a sentence, then each series, the largest change first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.schema import Indicator
from dashboard import sentences
from dashboard.history import Kind, News, Revision
from dashboard.pages.causes import moved_text, rule_text
from dashboard.pages.cautioned import subject
from dashboard.pages.visit import Visit
from indicators.differences import OVERALL, PILLAR, Move

FINEST = 6  # most decimals by which two values that look alike are told apart
VALUES = 3  # of one series that are printed


@dataclass(frozen=True)
class Changed:
    """One indicator of one place with the values of it that changed, ready to be read."""

    indicator: Indicator
    place: str  # whose values they are: the place, or its country
    national: bool
    values: tuple[tuple[str, str], ...]  # (period, "92 % → 93 %" or the one value there is)
    more: int  # values that are not printed


@dataclass(frozen=True)
class Group:
    """The changes of one kind: those that are shown, and how many more series there are."""

    name: str
    shown: tuple[Changed, ...]
    more: int


@dataclass(frozen=True)
class Since:
    """What a page says about the time since the snapshot before."""

    sentence: str
    groups: tuple[Group, ...]
    moved: tuple[str, ...] = ()  # pillar and overall scores and ranks, with what moved them
    rules: tuple[str, ...] = ()  # what is laid down otherwise
    more: int = 0  # scores that are not printed


def since(visit: Visit, place: str | None = None, things: Iterable[str] | None = None, most: int = 6) -> Since:
    """Return what changed, for one place (and some things) when named; at most `most` series of each kind."""
    news = visit.news
    if news is not None and place is not None:
        news = news.of(place, None if things is None else frozenset(things))
    sentence = sentences.news_sentence(visit.words, news, visit.place(place) if place else "")
    if news is None:
        return Since(sentence, ())
    moved = sums(news)
    return Since(
        sentence,
        _groups(visit, news, most),
        tuple(moved_text(visit, move, named=place is None) for move in moved[:most]),
        tuple(rule_text(visit, rule) for rule in news.rules),
        max(0, len(moved) - most),
    )


def sums(news: News) -> list[Move]:
    """Return the pillar and overall scores, and ranks, that moved: the largest change of a score first."""
    found = [move for move in news.moves if move.thing == OVERALL or move.thing.startswith(PILLAR)]
    return sorted((move for move in found if _told(move)), key=lambda move: (-move.size, move.thing, move.place))


def _told(move: Move) -> bool:
    return bool({"score", "rank", "rank range"} & move.numbers.keys())


def _groups(visit: Visit, news: News, most: int) -> tuple[Group, ...]:
    words = visit.words
    names: dict[Kind, str] = {"revised": words("Revised"), "new": words("New"), "withdrawn": words("Withdrawn")}
    found = {kind: listed(visit, news, kind) for kind in names}
    return tuple(
        Group(names[kind], tuple(rows[:most]), max(0, len(rows) - most)) for kind, rows in found.items() if rows
    )


def listed(visit: Visit, news: News, kind: Kind) -> list[Changed]:
    """Return the series with changes of one kind, the largest change first.

    What the catalogue of this snapshot no longer has cannot be named and is left out.
    """
    catalogue = visit.edition.catalogue
    series: dict[tuple[str, str], list[Revision]] = {}
    for revision in news.largest(kind, catalogue):
        if revision.indicator in catalogue.indicators and revision.place in catalogue.places:
            series.setdefault((revision.indicator, revision.place), []).append(revision)
    return [_changed(visit, *key, found) for key, found in series.items()]


def _changed(visit: Visit, indicator_id: str, place: str, found: Sequence[Revision]) -> Changed:
    indicator = visit.edition.catalogue.indicators[indicator_id]
    values = tuple((revision.period, _text(visit, indicator, revision)) for revision in found[:VALUES])
    whose = subject(visit, indicator, place)
    return Changed(indicator, whose, whose != visit.place(place), values, max(0, len(found) - VALUES))


def _text(visit: Visit, indicator: Indicator, revision: Revision) -> str:
    """The values, with as many decimals as it takes to see the difference."""
    old, new = revision.before, revision.after
    if old is None or new is None:
        return visit.amount(indicator, old if new is None else new)
    for decimals in range(indicator.decimals, FINEST + 1):
        before, after = (visit.amount(indicator, value, decimals) for value in (old, new))
        if before != after:
            break
    return f"{before} → {after}"
