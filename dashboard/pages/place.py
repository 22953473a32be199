"""One place: a city-region's four strips and every value it has, or a municipality's values; what is missing."""

from __future__ import annotations

from typing import Any

from config.schema import Place
from dashboard import charts, sentences
from dashboard.lookup import OVERALL, Standing
from dashboard.pages.claims import unheld
from dashboard.pages.rows import IndicatorRow, indicator_row
from dashboard.pages.standing import against
from dashboard.pages.thirds import step_sentence
from dashboard.pages.visit import Page, Visit


def build(visit: Visit) -> Page:
    """Return the page of the place named by the address."""
    place = visit.edition.catalogue.places[visit.address.slug]
    return _municipality(visit, place) if place.kind == "municipality" else _city_region(visit, place)


def _city_region(visit: Visit, place: Place) -> Page:
    words, catalogue = visit.words, visit.edition.catalogue
    name, overall = visit.place(place.id), visit.lookup.standing(OVERALL, place.id)
    groups = [_group(visit, place, pillar) for pillar in catalogue.pillars]
    lens = [
        indicator_row(visit, i, place.id, drawn=False)
        for i in catalogue.indicators.values()
        if i.role == "lens" and i.scheme != "municipality"
    ]
    context: dict[str, Any] = {
        "place": place,
        "name": name,
        "overall": sentences.rank_span(words, overall),
        "reason": place.reason.in_(words.lang) if place.reason else "",
        "facts": _facts(visit, place),
        "coverage": _coverage(visit, overall),
        "rests": charts.answer_squares(*visit.common, hero=place.id),
        "draws": words.number(catalogue.method.draws),
        "groups": groups,
        "lens": [row for row in lens if row.period],
        "tiles": _tiles(visit, place),
        "unheld": unheld(visit),
        "municipalities": [(m.id, visit.place(m.id)) for m in catalogue.municipalities(place.id)],
        "others": sorted(
            ((p.id, visit.place(p.id)) for p in catalogue.city_regions() if p.id != place.id), key=lambda pair: pair[1]
        ),
    }
    description = words("{place} on four pillars: every value, its year, its territory and its source.", place=name)
    return Page("place", name, description, context, drawn=True)


def _group(visit: Visit, place: Place, pillar: str) -> dict[str, Any]:
    standing = visit.lookup.standing(pillar, place.id)
    indicators = [i for i in visit.edition.catalogue.indicators.values() if i.pillar == pillar]
    rows = [indicator_row(visit, indicator, place.id, drawn=False) for indicator in indicators]
    return {
        "pillar": pillar,
        "name": visit.pillar(pillar),
        "standing": standing,
        "score": visit.words.number(standing.score) if standing and standing.score is not None else "–",
        "span": sentences.score_span(visit.words, standing) if standing else "",
        "strip": charts.pillar_strip(*visit.common, pillar, hero=place.id),
        "coverage": _coverage(visit, standing),
        "step": _step(visit, place, pillar),
        "rows": [row for row in rows if row.period],
        "missing": [row.label for row in rows if not row.period],
    }


def _step(visit: Visit, place: Place, pillar: str) -> str:
    """Return what would change the place's third, and that most of its weight is of unknown error where it is."""
    middle, said = against(visit, pillar, place.id), step_sentence(visit, place.id, pillar)
    return f"{said} {sentences.evidence(visit.words, middle)}" if middle.word == "untested" else said


def _coverage(visit: Visit, standing: Standing | None) -> str:
    """Return how many of the scored values are there, and from which years."""
    if standing is None:
        return ""
    years = visit.words.span(standing.oldest[:4], standing.newest[:4]) if standing.oldest else "–"
    return visit.words(
        "{present} of {of} scored {of:value|values} {present:is|are} there, of {years}.",
        present=standing.present,
        of=standing.of,
        years=years,
    )


def _facts(visit: Visit, place: Place) -> list[tuple[str, str]]:
    """Return the place's country and its area code per territorial scheme."""
    words = visit.words
    facts = [
        (words("Official name"), place.name_local),
        (words("Country"), f"{visit.country(place.country)} ({place.country})"),
    ]
    for scheme, code in place.areas.items():
        if scheme == "country":  # stands above, by name
            continue
        note = f" ({words('the whole country')})" if scheme in place.whole_country else ""
        facts.append((words(SCHEME_NAMES.get(scheme, scheme)), code + note))
    return facts


SCHEME_NAMES = {
    "municipality": "municipality",
    "city": "city",
    "city_2019": "city (list of 2019)",
    "nuts3_2021": "District (NUTS 3, 2021)",
    "nuts2_2021": "Region (NUTS 2, 2021)",
    "nuts2_2024": "Region (NUTS 2, 2024)",
}


def _tiles(visit: Visit, place: Place) -> list[Any]:
    lenses = [i for i in visit.edition.catalogue.indicators.values() if i.scheme == "municipality"]
    return [
        chart for i in lenses if (chart := charts.municipality_tiles(*visit.common, i.id, parent=place.id)) is not None
    ]


def _municipality(visit: Visit, place: Place) -> Page:
    words, name = visit.words, visit.place(place.id)
    rows: list[IndicatorRow] = [
        indicator_row(visit, indicator, place.id, drawn=False)
        for indicator in visit.edition.catalogue.indicators.values()
        if indicator.scheme == "municipality"
    ]
    context: dict[str, Any] = {
        "place": place,
        "name": name,
        "parent": (place.parent, visit.place(place.parent)) if place.parent else None,
        "facts": _facts(visit, place),
        "rows": rows,
        "coverage": words(
            "{present} of {of} {of:value|values} {present:is|are} there.",
            present=sum(bool(r.period) for r in rows),
            of=len(rows),
        ),
        "tiles": _tiles(visit, visit.edition.catalogue.places[place.parent]) if place.parent else [],
        "municipalities": [(m.id, visit.place(m.id)) for m in visit.edition.catalogue.municipalities(place.parent)],
    }
    description = words("{place}: what we hold of this municipality, and what we do not.", place=name)
    return Page("municipality", name, description, context, drawn=True)
