"""Two places side by side: a verdict per pillar and per indicator, with its probability in words."""

from __future__ import annotations

from typing import Any

from config.schema import Indicator
from dashboard import sentences
from dashboard.i18n import Words
from dashboard.lookup import OVERALL
from dashboard.pages.rows import indicator_row
from dashboard.pages.visit import Page, Visit
from indicators import compare as verdict_of
from indicators.scores import Verdict

DEFAULT_PEER = "amsterdam"


def build(visit: Visit) -> Page:
    """Return the comparison of the chosen place with the first of `places` (or a default peer)."""
    words, catalogue = visit.words, visit.edition.catalogue
    other = _other(visit)
    here, there = visit.place(visit.hero), visit.place(other)
    pillars = [
        {"id": key, "name": words("Overall") if key == OVERALL else visit.pillar(key), **_scores(visit, other, key)}
        for key in (*catalogue.pillars, OVERALL)
    ]
    groups = [
        (pillar, visit.pillar(pillar), [_row(visit, other, i) for i in catalogue.scored(pillar)])
        for pillar in catalogue.pillars
    ]
    names = [(p.id, visit.place(p.id)) for p in catalogue.city_regions()]
    context: dict[str, Any] = {
        "here": here, "there": there, "other": other, "pillars": pillars, "groups": groups, "choices": names,
        "level": words.number(100 * catalogue.method.list_level, 1),
    }  # fmt: skip
    title = words("{here} and {there}", here=here, there=there)
    return Page(
        "compare", title, words("Ahead, behind or cannot tell: {here} and {there}.", here=here, there=there), context
    )


def _other(visit: Visit) -> str:
    """Return the place to compare with: the first chosen city-region that is not the place itself."""
    regions = {place.id for place in visit.edition.catalogue.city_regions()}
    chosen = [place for place in visit.address.selection.places if place in regions and place != visit.hero]
    rest = [DEFAULT_PEER, *sorted(regions)]
    return next(place for place in (*chosen, *rest) if place != visit.hero)


def _scores(visit: Visit, other: str, key: str) -> dict[str, Any]:
    found = [visit.lookup.standing(key, place) for place in (visit.hero, other)]
    texts = [
        f"{visit.words.number(s.score)} ({sentences.score_span(visit.words, s)})" if s and s.score is not None else "–"
        for s in found
    ]
    return {"scores": texts, **_said(visit, verdict_of(visit.edition.scores, visit.hero, other, key), recomputed=True)}


def _row(visit: Visit, other: str, indicator: Indicator) -> dict[str, Any]:
    rows = [indicator_row(visit, indicator, place, drawn=False) for place in (visit.hero, other)]
    level = visit.edition.catalogue.method.list_level
    verdict = verdict_of(visit.edition.scores, visit.hero, other, indicator.id, level)
    return {"indicator": indicator, "rows": rows, **_said(visit, verdict)}


WORDS = {"ahead": "ahead", "behind": "behind", "cannot_tell": "cannot tell", "not_compared": "not compared"}
REASONS = {
    "no_interval": "no error is published",
    "few_peers": "fewer than five peers",
    "suppressed": "suppressed by the publisher",
    "itself": "the same territory’s value",
    "break": "break in the series",
    "other_level": "values of different territorial levels",
    "other_period": "values of different years",
    "missing": "no value on one side",
    "not_comparable": "the level is not comparable between places",
}


def verdict_word(words: Words, verdict: Verdict) -> str:
    """Return "ahead", "behind", "cannot tell" or "not compared"."""
    return words(WORDS[verdict.word])


def _said(visit: Visit, verdict: Verdict, *, recomputed: bool = False) -> dict[str, Any]:
    """Return the verdict's word and why; `recomputed` says that it comes from recomputations of a score."""
    words = visit.words
    if verdict.reason:
        why = words(REASONS[verdict.reason])
    elif recomputed and verdict.probability is not None:
        why = sentences.probability_words(words, verdict.probability)
    elif verdict.word == "cannot_tell":
        why = words("the difference is within what two such values differ by chance")
    else:
        why = words("the difference is larger than chance allows")
    return {"word": verdict_word(words, verdict), "why": why, "sure": verdict.word in ("ahead", "behind")}
