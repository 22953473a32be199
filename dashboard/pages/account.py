"""What changed in the answer since the snapshot before, and why: a few plain sentences, of the page's place."""

from __future__ import annotations

from collections.abc import Mapping

from config.snapshot import SnapshotError
from dashboard import sentences
from dashboard.history import News
from dashboard.lookup import OVERALL
from dashboard.pages.causes import ends_text, thing_text
from dashboard.pages.standing import stands, stood_in
from dashboard.pages.visit import Visit
from indicators.account import Reason, reasons
from indicators.differences import PILLAR, Move

NAMED = 3  # indicators of one cause that are named
Causes = Mapping[Reason, tuple[str, ...]]


def account(visit: Visit) -> tuple[str, ...]:
    """Return the sentences in their order: overall, each pillar whose score moved, the others, the commonest cause.

    None without an earlier snapshot. Nothing is scored again to share a movement among its causes: they are counted.
    """
    news = visit.news
    if news is None:
        return ()
    moved = {move.thing.removeprefix(PILLAR): move for move in news.moves if _counts(visit, move)}
    causes = {pillar: _causes(visit, move) for pillar, move in moved.items()}
    told = [_pillar(visit, move, causes[pillar]) for pillar, move in moved.items()]
    still = [visit.pillar(pillar) for pillar in visit.edition.catalogue.pillars if pillar not in moved]
    if still:
        told.append(visit.words("Scores as before: {pillars}.", pillars=visit.words.listing(still)))
    return tuple(text for text in (_overall(visit, news, answered=True), *told, _commonest(visit, causes)) if text)


def headline(visit: Visit) -> str:
    """Return the overall range of ranks now and in the snapshot before; empty without an earlier one."""
    return _overall(visit, visit.news, answered=False) if visit.news else ""


def _counts(visit: Visit, move: Move) -> bool:
    """Whether a move is of a pillar's score, of the page's place."""
    return move.place == visit.hero and move.thing.startswith(PILLAR) and "score" in move.numbers


def _causes(visit: Visit, move: Move) -> Causes:
    return reasons(move.causes, visit.edition.catalogue.indicators)


def _overall(visit: Visit, news: News, *, answered: bool) -> str:
    words = visit.words
    now, then = sentences.rank_span(words, visit.lookup.standing(OVERALL, visit.hero)), _stood(visit, news)
    if answered and (earlier := _answer_before(visit, news)):
        now, then = _quoted(visit, now, sentences.headline(words, stands(visit))), _quoted(visit, then, earlier)
    place, date = visit.place(visit.hero), words.date(news.earlier[:10])
    if now == then:
        return words("Overall, {place}: {now}, as in the edition of {date}.", place=place, now=now, date=date)
    return words(
        "Overall, {place}: {now}; in the edition of {date}: {then}.", place=place, now=now, date=date, then=then
    )


def _stood(visit: Visit, news: News) -> str:
    words = visit.words
    if visit.hero not in news.stood:
        return words("not ranked")
    low, high, of = news.stood[visit.hero]
    return words("{span} of {count}", span=words.span(words.ordinal(low), words.ordinal(high)), count=of)


def _answer_before(visit: Visit, news: News) -> str:
    """Return the word of the answer in the snapshot before; empty where that one cannot be scored any more."""
    if visit.kept is None:
        return ""
    try:
        edition = visit.kept(news.earlier)
    except (SnapshotError, KeyError):
        return ""
    return sentences.headline(visit.words, stood_in(edition, visit.hero))


def _quoted(visit: Visit, span: str, answer: str) -> str:
    return visit.words("{span} (“{answer}”)", span=span, answer=answer)


def _pillar(visit: Visit, move: Move, causes: Causes) -> str:
    words = visit.words
    told = words("; ").join(_reason(visit, reason, things) for reason, things in causes.items())
    scores = ends_text(visit, *move.numbers["score"])
    return words("{pillar}: {scores}, because of {causes}.", pillar=thing_text(visit, move.thing), scores=scores,
                 causes=told)  # fmt: skip


def _reason(visit: Visit, reason: Reason, things: tuple[str, ...]) -> str:
    """Return "a newer period (Digital skills and 2 more)"; the cause alone where it concerns no indicator."""
    known = visit.edition.catalogue.indicators
    names = [known[thing].label_short.in_(visit.words.lang) for thing in things if thing in known]
    said = visit.words(_WORDS[reason])
    if not names:
        return said
    more = len(names) - NAMED
    shown = names[:NAMED] + ([visit.words("{count} more", count=more)] if more > 0 else [])
    return f"{said} ({visit.words.listing(shown)})"


def _commonest(visit: Visit, causes: Mapping[str, Causes]) -> str:
    """Return the cause that most indicators share, as a count; empty where no indicator has one."""
    known, words = visit.edition.catalogue.indicators, visit.words
    counted: dict[Reason, set[str]] = {}
    for found in causes.values():
        for reason, things in found.items():
            counted.setdefault(reason, set()).update(thing for thing in things if thing in known)
    every = set().union(*counted.values())
    if not every:
        return ""
    most = max(map(len, counted.values()))
    first = [words(_WORDS[reason]) for reason in _WORDS if len(counted.get(reason, ())) == most]
    message = (
        "Counted by indicators, the commonest cause is {cause}: {count} of {of}. How far each cause moved a score was "
        "not computed."
        if len(first) == 1
        else "Counted by indicators, the commonest causes are {cause}: {count} of {of} each. How far each cause moved "
        "a score was not computed."
    )
    return words(message, cause=words.listing(first), count=most, of=len(every))


_WORDS: Mapping[Reason, str] = {
    "added": "indicators scored anew",
    "removed": "indicators no longer scored",
    "wave": "a new wave of a survey",
    "period": "a newer period",
    "revised": "values revised by their source",
    "new": "values that were missing",
    "withdrawn": "values that are gone",
    "goalposts": "other ends of the scale",
    "weights": "other weights",
    "formula": "another formula",
    "method": "another method",
    "places": "other places ranked",
    "others": "scores of other places",
    "unexplained": "the formulas of the software",
}
