"""Where a place stands: against the middle of its peers, in which part of the ranking, and under other choices."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import sentences
from dashboard.lookup import OVERALL, Standing, VariantScore
from dashboard.pages.visit import Visit
from dashboard.state import Edition
from indicators.position import Part
from indicators.verdict import Middle


def against(visit: Visit, pillar: str, place: str | None = None) -> Middle:
    """Return whether a place (the page's) is above or below the middle of its peers, and how much was tested."""
    asked = place or visit.hero
    peers = [place.id for place in visit.edition.peers]

    def work() -> Middle:
        return visit.edition.verdicts.against_middle(asked, pillar, peers)

    return visit.lookup.once(("against", pillar, asked), work)


def pillar_verdicts(visit: Visit) -> list[sentences.PillarVerdict]:
    """Return each pillar's word inside a sentence and whether the place is above or below the middle of its peers."""
    pillars = visit.edition.catalogue.pillars.values()
    return [sentences.PillarVerdict(_said(visit, pillar.id), against(visit, pillar.id).word) for pillar in pillars]


def evidence(visit: Visit) -> str:
    """Return on which share of its weight each pillar could be compared with its peers; empty where none is."""
    found = {pillar: against(visit, pillar) for pillar in visit.edition.catalogue.pillars}
    shares = {visit.pillar(pillar): middle.tested for pillar, middle in found.items() if middle.word != "missing"}
    return sentences.evidence_shares(visit.words, shares) if shares else ""


def stands(visit: Visit) -> tuple[Part, ...]:
    """Return the part of the overall ranking the place stands in, two where it lies between them, none without one."""
    return stood_in(visit.edition, visit.hero)


def stood_in(edition: Edition, place: str) -> tuple[Part, ...]:
    """Return the same of a place in any snapshot; none where that has no such place, or does not rank it."""
    return edition.positions.get(place, ())


def variants(visit: Visit, *, outside_only: bool = False) -> str:
    """Return the overall rank under each other published choice, and which of them lie outside the printed range."""
    words, overall = visit.words, visit.lookup.standing(OVERALL, visit.hero)
    if overall is None or overall.rank is None:
        return ""
    found = [variant for variant in visit.lookup.variants(visit.hero) if variant.pillar == OVERALL and variant.rank]
    beyond = words("; ").join(_ranked(visit, variant) for variant in found if _outside(variant, overall))
    inside = words("; ").join(_ranked(visit, variant) for variant in found if not _outside(variant, overall))
    said = [words("Outside this range under other published choices: {choices}.", choices=beyond)] if beyond else []
    if inside and not outside_only:
        said.append(words("Within it under other published choices: {choices}.", choices=inside))
    return " ".join(said)


def _outside(variant: VariantScore, overall: Standing) -> bool:
    low, high = overall.rank_low or 0, overall.rank_high or 0
    return not low <= (variant.rank or 0) <= high or variant.places != overall.places


def _ranked(visit: Visit, variant: VariantScore) -> str:
    return visit.words(
        "{choice} {rank} of {count}", choice=_name(visit, variant), rank=visit.words.ordinal(variant.rank or 0),
        count=variant.places,
    )  # fmt: skip


def _name(visit: Visit, variant: VariantScore) -> str:
    names: Sequence[str] = [
        known.name.in_(visit.words.lang)
        for known in visit.edition.catalogue.method.variants
        if known.id == variant.variant
    ]
    return sentences.low(names[0]) if names else variant.variant


def _said(visit: Visit, pillar: str) -> str:
    """Return a pillar's word inside a sentence; its name with a small letter where the catalogue gives none."""
    known = visit.edition.catalogue.pillars[pillar]
    return known.said.in_(visit.words.lang) if known.said else visit.pillar(pillar).lower()
