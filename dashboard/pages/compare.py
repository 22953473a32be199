"""One place beside others: a verdict per pillar with each, and with one of them every indicator as a pair of marks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.schema import Indicator
from dashboard import charts, sentences
from dashboard.lookup import OVERALL
from dashboard.pages.peers import compared, offered
from dashboard.pages.rows import period
from dashboard.pages.visit import Page, Visit
from indicators.scores import Verdict


def build(visit: Visit) -> Page:
    """Return the comparison of the chosen place with `places` and those like it; the first of them in detail."""
    words, catalogue = visit.words, visit.edition.catalogue
    others, justified = compared(visit)
    other = others[0]
    here, there = visit.place(visit.hero), visit.place(other)
    keys = (*catalogue.pillars, OVERALL)
    told = _indicators(visit, other)
    groups = [_group(visit, pillar, other, told) for pillar in catalogue.pillars]
    odd = [caution.text for group in groups for caution in group["chart"].cautions]
    context: dict[str, Any] = {
        "here": here,
        "there": there,
        "other": other,
        "finding": _finding(visit, others, told),
        "lead": " ".join((_lead(visit, others, other), *odd)),
        "heads": [_name(visit, key) for key in keys],
        "matrix": [_peer(visit, others, place, keys) for place in others] if len(others) > 1 else [],
        "justified": justified,
        "pillars": [{"id": key, "name": _name(visit, key), **_scores(visit, other, key)} for key in keys],
        "groups": groups,
        "choices": _choices(visit, others),
        "offered": offered(visit),
        "draws": words.number(catalogue.method.draws),
        "level": words.number(100 * catalogue.method.list_level, 1),
    }
    title = words("{here} and {there}", here=here, there=words.listing([visit.place(place) for place in others]))
    said = words("Ahead, behind or too close to call: {here} and {there}.", here=here, there=there)
    return Page("compare", title, " ".join((said, *odd)), context, drawn=True)


def _indicators(visit: Visit, other: str) -> Mapping[str, Verdict]:
    """Return the verdict on every scored indicator, at the confidence of a list."""
    level = visit.edition.catalogue.method.list_level
    scored = visit.edition.catalogue.scored()
    return {i.id: visit.edition.verdicts.compare(visit.hero, other, i.id, level) for i in scored}


def _finding(visit: Visit, others: tuple[str, ...], told: Mapping[str, Verdict]) -> str:
    here = visit.place(visit.hero)
    if len(others) > 1:
        return visit.words("{here} against {count} {count:city-region|city-regions}", here=here, count=len(others))
    ahead, behind = (sum(verdict.word == word for verdict in told.values()) for word in ("ahead", "behind"))
    return visit.words(
        "{here} is ahead on {ahead} of {of} {of:indicator|indicators}, {there} on {behind}; {rest} "
        "{rest:is|are} too close to call or not compared",
        here=here, there=visit.place(others[0]), ahead=ahead, behind=behind, of=len(told),
        rest=len(told) - ahead - behind,
    )  # fmt: skip


def _lead(visit: Visit, others: tuple[str, ...], other: str) -> str:
    words = visit.words
    if len(others) > 1:
        verdicts = [
            visit.edition.verdicts.compare(visit.hero, place, pillar).word
            for place in others for pillar in visit.edition.catalogue.pillars
        ]  # fmt: skip
        return words(
            "Of {of} {of:comparison|comparisons} by pillar {place} is ahead in {ahead} and behind in {behind}; "
            "the rest are too close to call or not compared.",
            of=len(verdicts), place=visit.place(visit.hero),
            ahead=verdicts.count("ahead"), behind=verdicts.count("behind"),
        )  # fmt: skip
    said = _said(visit, visit.edition.verdicts.compare(visit.hero, other, OVERALL), recomputed=True)
    return words(
        "Overall, {here} against {there}: {verdict}.", here=visit.place(visit.hero), there=visit.place(other),
        verdict=", ".join(part for part in (said["word"], said["why"]) if part),
    )  # fmt: skip


def _name(visit: Visit, key: str) -> str:
    return visit.words("Overall") if key == OVERALL else visit.pillar(key)


def _peer(visit: Visit, others: tuple[str, ...], place: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """Return one row of the table of verdicts, and the address that shows this place in detail."""
    named = [p for p in visit.address.selection.places if p != place]
    verdicts = [visit.edition.verdicts.compare(visit.hero, place, key) for key in keys]
    return {
        "name": visit.place(place),
        "url": visit.address.choosing(places=(place, *named)).url,
        "shown": place == others[0],
        "cells": [_brief(visit, verdict) for verdict in verdicts],
    }


def _brief(visit: Visit, verdict: Verdict) -> dict[str, Any]:
    words = visit.words
    if verdict.reason:
        why = words(REASONS[verdict.reason], **_share(visit, verdict))
    else:
        why = sentences.probability_brief(words, verdict.probability) if verdict.probability is not None else ""
    return {"form": verdict.word, "word": sentences.verdict_word(words, verdict.word), "why": why,
            "sure": verdict.word in ("ahead", "behind")}  # fmt: skip


def _choices(visit: Visit, others: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    """Return (id, name, ticked) of every city-region, by name."""
    ticked = set(visit.address.selection.places) | (set(others) if not visit.address.selection.peers else set())
    names = [(p.id, visit.place(p.id), p.id in ticked) for p in visit.edition.catalogue.city_regions()]
    return sorted(names, key=lambda choice: choice[1])


def _group(visit: Visit, pillar: str, other: str, told: Mapping[str, Verdict]) -> dict[str, Any]:
    chart = charts.pair_scores(*visit.common, pillar, visit.hero, other, told)
    indicators = visit.edition.catalogue.indicators
    rows = [_row(visit, other, indicators[series.id], told[series.id]) for series in chart.series]
    return {"pillar": pillar, "name": visit.pillar(pillar), "chart": chart, "rows": rows}


def _scores(visit: Visit, other: str, key: str) -> dict[str, Any]:
    found = [visit.lookup.standing(key, place) for place in (visit.hero, other)]
    texts = [
        f"{visit.words.number(s.score)} ({sentences.score_span(visit.words, s)})" if s and s.score is not None else "–"
        for s in found
    ]
    return {"scores": texts, **_said(visit, visit.edition.verdicts.compare(visit.hero, other, key), recomputed=True)}


def _row(visit: Visit, other: str, indicator: Indicator, verdict: Verdict) -> dict[str, Any]:
    sides = [_side(visit, indicator, place) for place in (visit.hero, other)]
    said = _said(visit, verdict)
    odd = [visit.place(place) for place in (visit.hero, other) if place in indicator.flags]
    if odd:
        text = visit.words("caution, an odd value: {places}", places=visit.words.listing(odd))
        said["why"] = visit.words("; ").join(part for part in (said["why"], text) if part)
    return {"indicator": indicator, "sides": sides, **said}


def _side(visit: Visit, indicator: Indicator, place: str) -> dict[str, Any]:
    """Return what one place's cell of the table says: value, interval, years, territory."""
    cell = visit.lookup.cell(indicator.id, place)
    return {
        "value": visit.amount(indicator, cell.value) if cell else visit.words("no value"),
        "interval": visit.interval(indicator, cell) if cell else "",
        "period": period(indicator, cell),
        "territory": visit.territory(indicator, visit.edition.catalogue.places[place]),
        "national": indicator.level == "country",
    }


REASONS = {
    "no_interval": "no margin of error is published",
    "few_peers": "fewer than five peers",
    "suppressed": "suppressed by the publisher",
    "itself": "the same territory’s value",
    "break": "break in the series",
    "other_level": "values of different territorial levels",
    "other_period": "values of different years",
    "missing": "no value on one side",
    "not_comparable": "the level is not comparable between places",
    "untested": "only {share}% of the weight has a published margin of error",
}


def _share(visit: Visit, verdict: Verdict) -> dict[str, str]:
    return {"share": visit.words.number(100 * (verdict.tested or 0.0))}


def _said(visit: Visit, verdict: Verdict, *, recomputed: bool = False) -> dict[str, Any]:
    """Return the verdict's word and why; `recomputed` says that it comes from recomputations of a score."""
    words = visit.words
    if verdict.reason:
        why = words(REASONS[verdict.reason], **_share(visit, verdict))
    elif recomputed and verdict.probability is not None:
        why = words(
            "{how}; {share}% of the weight has a published margin of error",
            how=sentences.probability_words(words, verdict.probability), **_share(visit, verdict),
        )  # fmt: skip
    elif verdict.word == "cannot_tell":
        why = words("the difference is within the margin of error")
    else:
        why = words("the difference is larger than the margin of error")
    return {
        "form": verdict.word,
        "word": sentences.verdict_word(words, verdict.word),
        "why": why,
        "sure": verdict.word in ("ahead", "behind"),
    }
