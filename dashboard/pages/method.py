"""The method page: the rules in plain words, other weights to try, every goalpost with its reason, and the limits."""

from __future__ import annotations

from typing import Any

from dashboard import sentences
from dashboard.i18n import Words
from dashboard.lookup import OVERALL, Standing, VariantScore
from dashboard.pages import claims, trial
from dashboard.pages.indicator import goalpost_facts
from dashboard.pages.origin import formula
from dashboard.pages.visit import Page, Visit
from indicators.change import TREND_P
from indicators.position import POOLED


def build(visit: Visit) -> Page:
    """Return the method page."""
    words, catalogue = visit.words, visit.edition.catalogue
    context: dict[str, Any] = {
        "method": catalogue.method,
        "title": catalogue.method.title.in_(words.lang),
        "rules": _rules(visit),
        "groups": [(pillar, visit.pillar(pillar), _goalposts(visit, pillar)) for pillar in catalogue.pillars],
        "variants": _variants(visit),
        "limits": _limits(visit),
        "partial": [
            (p.id, visit.place(p.id), p.reason.in_(words.lang) if p.reason else "")
            for p in catalogue.city_regions("partial", "extra")
        ],
    }
    context |= trial.context(visit)
    chosen = bool(visit.address.choice)
    return Page(
        "method",
        words("Method, with weights of your own") if chosen else words("Method"),
        context["verdict"] if chosen else context["title"],
        context,
        live=True,
        parts=("top", "controls", "said", "rest", "below"),
        remade=("said", "rest"),
    )


def _rules(visit: Visit) -> list[tuple[str, str]]:
    """Return (question, answer) pairs; every number is read from the method file."""
    words, m = visit.words, visit.edition.catalogue.method
    return [
        (words("How does a value become a score?"), words(
            "Each indicator has two fixed ends: worst is 0, best is 100, values beyond are cut off and marked. Adding "
            "or removing a city changes no other city’s score.")),
        *_ends(visit),
        (words("How do indicators become a pillar?"), words(
            "By their weighted mean, equal weights unless stated. A pillar needs {share}% of its weight; what is "
            "missing is left out, never filled in.", share=_percent(words, m.pillar_min_weight))),
        (words("How do pillars become an overall score?"), words(
            "By their geometric mean, so that a very low pillar is not made up for by a high one; scores below "
            "{floor} count as {floor}. All four pillars are needed.", floor=words.number(m.floor, 0))),
        (words("What is the range beside a score?"), words(
            "How far the score moves under other reasonable choices (a sensitivity range): nine in ten of "
            "{draws} recalculations in which weights move by ±{weights}%, the ends of the scale by ±{posts}% of "
            "their distance, one indicator per pillar is left out at random, survey values move within their "
            "sampling error, and the mean is arithmetic or geometric. It is not a confidence interval.",
            draws=words.number(m.draws), weights=_percent(words, m.weight_spread),
            posts=_percent(words, m.goalpost_spread))),
        (words("When do we say that one place is ahead?"), words(
            "When the difference itself, not two separate ranges, is on one side in at least 97.5% of the "
            "recalculations; otherwise it is too close to call. In lists of many comparisons the threshold is "
            "{level}%, and we say how many chance alone would bring out.",
            level=words.number(100 * m.list_level, 1))),
        (words("How is the word for the overall place chosen?"), words(
            "It names the part of the ranking that holds the rank and {share}% of {pooled} recalculations of "
            "their own. Where that share is so near its threshold that {draws} recalculations could by chance "
            "tell otherwise, it names the two parts between which the place lies.",
            share=words.number(m.interval[1]), pooled=words.number(POOLED), draws=words.number(m.draws))),
        (words("When do we say that a value rose or fell?"), words(
            "Where five comparable values or more show a clear trend (p below {p}). With fewer, where the two "
            "latest differ by more than the margin of error, at {level}%. Without a published margin of error "
            "two values are not judged. The rule is the same on every page and in every chart.",
            p=words.number(TREND_P, 3), level=words.number(100 * m.list_level, 1))),
        (words("When is a pillar not compared?"), words(
            "Where less than half of its weight has a published margin of error: values of unknown error do not "
            "move in the recalculations, so that their agreement would be no evidence. The share is printed "
            "beside each verdict.")),
        (words("How old may a value be?"), words(
            "Each indicator states its oldest admissible year; older values are shown but not scored. Year and "
            "territory stand beside every value, and a value of the whole country is labelled with the country’s "
            "name.")),
    ]  # fmt: skip


def _ends(visit: Visit) -> list[tuple[str, str]]:
    origin = claims.origin_of_ends(visit)
    return [(visit.words("Where do the two ends come from?"), origin)] if origin else []


def _percent(words: Words, share: float) -> str:
    return words.number(100 * share)


def _goalposts(visit: Visit, pillar: str) -> list[dict[str, Any]]:
    lang = visit.words.lang
    scored = visit.edition.catalogue.scored(pillar)
    total, effects = sum(indicator.weight for indicator in scored), claims.in_effect(visit)
    return [
        {
            "indicator": indicator,
            "label": indicator.label.in_(lang),
            "weight": visit.words.number(100 * indicator.weight / total, 1),
            "effect": effects[indicator.id],
            "facts": goalpost_facts(visit, indicator),
            "formula": formula(visit, indicator),
            "since": indicator.goalposts.since if indicator.goalposts else "",
        }
        for indicator in scored
    ]


def _variants(visit: Visit) -> list[tuple[str, list[str]]]:
    """Return each variant's name and the four pillar scores and the overall score of the place, each with its rank."""
    words, found = visit.words, {(v.variant, v.pillar): v for v in visit.lookup.variants(visit.hero)}
    keys = (*visit.edition.catalogue.pillars, OVERALL)

    def said(row: Standing | VariantScore | None) -> str:
        return sentences.score_and_rank(words, row.score, row.rank, row.places) if row else "–"

    rows = [(words("The default"), [said(visit.lookup.standing(key, visit.hero)) for key in keys])]
    for variant in visit.edition.catalogue.method.variants:
        rows.append((variant.name.in_(words.lang), [said(found.get((variant.id, key))) for key in keys]))
    return rows


def absent(words: Words) -> str:
    """Return the subjects that no indicator covers, and why."""
    return words(
        "Climate, energy and waste are absent, and recorded crime but for homicide: we hold no comparable city figures "
        "of them that may be redistributed."
    )


def _limits(visit: Visit) -> list[str]:
    words, catalogue = visit.words, visit.edition.catalogue
    national = sum(1 for indicator in catalogue.scored() if indicator.level == "country")
    return [
        *claims.surveys(visit),
        words("{count} of {of} {count:is a value|are values} of a whole country, which says little about "
              "differences between cities of one country.", count=national, of=len(catalogue.scored())),
        absent(words),
        words("The Region is compared with regions and cities cut by different borders; the territory is printed each "
              "time."),
    ]  # fmt: skip
