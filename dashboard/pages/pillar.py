"""One pillar: where the place stands, one row per indicator, how the score is made, what is missing."""

from __future__ import annotations

from typing import Any

from config.schema import Indicator
from dashboard import charts, sentences
from dashboard.pages import extremes
from dashboard.pages.changed import since
from dashboard.pages.home import presence
from dashboard.pages.order import choices, middle, ordered
from dashboard.pages.rows import indicator_row
from dashboard.pages.standing import against
from dashboard.pages.visit import Page, Visit


def build(visit: Visit) -> Page:
    """Return the page of the pillar named by the address."""
    words, pillar, place = visit.words, visit.address.slug, visit.hero
    catalogue = visit.edition.catalogue
    standing = visit.lookup.standing(pillar, place)
    name = visit.pillar(pillar)
    common = visit.common
    scored = ordered(visit, catalogue.scored(pillar))
    beside = [i for i in catalogue.indicators.values() if i.pillar == pillar and i.role == "context"]
    finding = extremes.finding(visit, pillar)
    lead = sentences.pillar_lead(words, visit.place(place), standing, against(visit, pillar))
    strip = charts.pillar_strip(*common, pillar, hero=place, places=visit.address.selection.places)
    context: dict[str, Any] = {
        "pillar": catalogue.pillars[pillar],
        "pillar_name": name,
        "finding": finding,
        "lead": lead,
        "standing": standing,
        "score": words.number(standing.score) if standing and standing.score is not None else "–",
        "span": sentences.score_span(words, standing) if standing else "",
        "rank_span": sentences.rank_span(words, standing),
        "strip": strip,
        "rows": [indicator_row(visit, indicator, place) for indicator in scored],
        "middles": {indicator.id: _middle(visit, indicator) for indicator in scored},
        "sorts": choices(visit),
        "context_rows": [indicator_row(visit, indicator, place) for indicator in beside],
        "since": since(visit, place, (f"pillar:{pillar}", *(indicator.id for indicator in (*scored, *beside)))),
        "presence": presence(visit, pillar),
        "missing": _missing(visit, pillar),
        "variants": _variants(visit, pillar),
        "sources": sorted({indicator.citation for indicator in catalogue.scored(pillar)}),
        "choices": [(p.id, visit.place(p.id)) for p in catalogue.city_regions()],
        "card": visit.form("png"),
    }  # fmt: skip
    chart = charts.pillar_waterfall(*common, pillar, hero=place)
    description = " ".join((lead, *(chart or strip).printed))
    parts = ("top", "controls", "before", "drawn", "rest")
    remade = tuple(part for part in parts if part != "controls")
    return Page(
        "pillar", finding, description, context, pillar=pillar, chart=chart, live=True, parts=parts, remade=remade
    )


def _middle(visit: Visit, indicator: Indicator) -> str:
    centre = middle(visit, indicator)
    if centre is None:
        return ""
    return visit.words("{place} {value}", place=visit.words("middle city"), value=visit.words.number(centre))


def _missing(visit: Visit, pillar: str) -> list[str]:
    """Return a sentence for each scored indicator without an admissible value, and the place's own reason."""
    place, words, found = visit.edition.catalogue.places[visit.hero], visit.words, []
    for indicator in visit.edition.catalogue.scored(pillar):
        cell = visit.lookup.cell(indicator.id, visit.hero)
        label = indicator.label.in_(words.lang)
        if cell is None:
            found.append(words("{label}: we hold no value for this territory.", label=label))
        elif not cell.latest:
            found.append(
                words(
                    "{label}: the newest value is of {year}, older than the {earliest} that is admitted.",
                    label=label, year=cell.period, earliest=indicator.earliest_period or "",
                )
            )  # fmt: skip
    if found and place.reason:
        found.append(place.reason.in_(words.lang))
    return found


def _variants(visit: Visit, pillar: str) -> list[str]:
    """Return "name: score" of each variant that changes this pillar's score."""
    words, standing = visit.words, visit.lookup.standing(pillar, visit.hero)
    names = {variant.id: variant.name.in_(words.lang) for variant in visit.edition.catalogue.method.variants}
    found = []
    for variant in visit.lookup.variants(visit.hero):
        if variant.pillar != pillar:
            continue
        if variant.score is None:
            found.append(words("{variant}: too few values for a score", variant=names[variant.variant]))
        elif standing is None or standing.score is None or abs(variant.score - standing.score) >= 0.5:
            score = sentences.score_and_rank(words, variant.score, variant.rank, variant.places)
            found.append(words("{variant}: {score}", variant=names[variant.variant], score=score))
    return found
