"""With whom a place is compared: the city-regions the reader named, and those most like it by a stated distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from config.schema import Criterion
from dashboard.pages.visit import Visit
from dashboard.selection import PEERS
from indicators.likeness import Alike, Figure, closest


@dataclass(frozen=True)
class Justified:
    """The most similar city-regions with their figures and distances, and what could not be compared."""

    by: str  # by what they are alike, in words
    header: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]  # the place itself first
    missing: str  # names of the places without a figure
    lacking: bool  # the place itself has no figure
    notes: tuple[str, ...]


def compared(visit: Visit) -> tuple[tuple[str, ...], Justified | None]:
    """Return the ids of the places compared with, the first of them in detail, and why if they were found."""
    regions = {place.id for place in visit.edition.catalogue.city_regions()}
    named = [place for place in visit.address.selection.places if place in regions and place != visit.hero]
    criteria = _criteria(visit)
    if not criteria:
        return tuple(named) or (_usual(visit),), None
    alike, without = closest(
        visit.edition.figures, visit.hero, [c.id for c in criteria], [place.id for place in visit.edition.peers]
    )
    ids = tuple(dict.fromkeys((*named, *(one.place for one in alike))))
    return ids or (_usual(visit),), _justified(visit, criteria, alike, without)


def offered(visit: Visit) -> list[tuple[str, str, bool]]:
    """Return (value, words, chosen) of every way to find similar places that the snapshot has figures for."""
    likeness, chosen = visit.edition.catalogue.likeness, visit.address.selection.peers
    if not likeness:
        return []
    known = [key for key in PEERS if key in likeness or key == "all"]
    return [("", visit.words("only the places ticked"), chosen is None)] + [
        (key, visit.words("the five most alike in {what}", what=_named(visit, key)), chosen == key) for key in known
    ]


def _usual(visit: Visit) -> str:
    """Return the first default peer that is a place here, else the first ranked place, else any other city-region."""
    catalogue = visit.edition.catalogue
    regions = [place.id for place in catalogue.city_regions()]
    ranked = [place.id for place in visit.edition.peers]
    rest = [*(place for place in catalogue.site.default_peers if place in regions), *ranked, *regions]
    return next((place for place in rest if place != visit.hero), visit.hero)


def _criteria(visit: Visit) -> list[Criterion]:
    likeness, chosen = visit.edition.catalogue.likeness, visit.address.selection.peers
    if chosen == "all":
        return list(likeness.values())
    return [likeness[chosen]] if chosen is not None and chosen in likeness else []


def _named(visit: Visit, key: str) -> str:
    likeness = visit.edition.catalogue.likeness
    ids = list(likeness) if key == "all" else [key]
    return visit.words.listing([likeness[name].name.in_(visit.words.lang) for name in ids])


def _justified(
    visit: Visit, criteria: Sequence[Criterion], alike: Sequence[Alike], without: Sequence[str]
) -> Justified:
    own = {c.id: visit.edition.figures[c.id].get(visit.hero) for c in criteria}
    header = tuple(c.label.in_(visit.words.lang) for c in criteria)
    first = {"id": visit.hero, "name": visit.place(visit.hero), "figures": _figures(visit, criteria, visit.hero),
             "distance": "–"}  # fmt: skip
    rows = [
        {"id": one.place, "name": visit.place(one.place), "figures": _figures(visit, criteria, one.place),
         "distance": visit.words.number(one.distance, 2)}
        for one in alike
    ]  # fmt: skip
    chosen = visit.address.selection.peers or ""
    missing = visit.words.listing([visit.place(place) for place in without])
    return Justified(
        _named(visit, chosen), header, (first, *rows), missing, None in own.values(), _notes(visit, criteria)
    )


def _figures(visit: Visit, criteria: Sequence[Criterion], place: str) -> list[dict[str, Any]]:
    found = [(c, visit.edition.figures[c.id].get(place)) for c in criteria]
    return [_figure(visit, criterion, figure) for criterion, figure in found]


def _figure(visit: Visit, criterion: Criterion, figure: Figure | None) -> dict[str, Any]:
    if figure is None:
        return {"value": visit.words("no value"), "period": "", "whole_country": False}
    value = visit.words.amount(figure.value, criterion.decimals, criterion.symbol)
    return {"value": value, "period": figure.period, "whole_country": figure.whole_country}


def _notes(visit: Visit, criteria: Sequence[Criterion]) -> tuple[str, ...]:
    """Return per figure whose it is, and the source with its licence."""
    words, catalogue = visit.words, visit.edition.catalogue
    out = []
    for criterion in criteria:
        source = catalogue.sources[catalogue.source_of(criterion.measure)]
        citation = source.datasets[catalogue.dataset_of(criterion.measure)].citation
        level = visit.level(catalogue.measure(criterion.measure).level)
        label = words("{name} ({level}): ", name=criterion.label.in_(words.lang), level=level)
        caveat = criterion.caveat.in_(words.lang) if criterion.caveat else ""
        origin = words("Source: {citation}.", citation=citation)
        out.append(f"{label}{caveat} {origin} {source.licence.name.in_(words.lang)}.")
    return tuple(out)
