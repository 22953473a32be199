"""What one file of config/ says of another: every name must be defined, no two files may contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from config.nuts import Crosswalk
from config.schema import SCHEMES, Catalogue, Indicator, Measure

INCLUSION = "inclusion"


def cross_check(catalogue: Catalogue) -> Iterator[str]:
    """Yield a sentence for each name in one file that no other file defines, and each contradiction between files."""
    yield from _check_measures(catalogue)
    yield from _check_indicators(catalogue)
    yield from _check_origins(catalogue)
    yield from _check_places(catalogue)
    yield from _check_site(catalogue)
    yield from _check_variants(catalogue)
    yield from _check_likeness(catalogue)


def _check_measures(catalogue: Catalogue) -> Iterator[str]:
    """A measure has one home; only a dataset that `continues` that home may declare it too, as the same quantity."""
    declared = [
        (source.id, name, dataset) for source in catalogue.sources.values() for name, dataset in source.datasets.items()
    ]
    home: dict[str, tuple[str, str, Measure]] = {}
    # Those that go on with others come last, in whichever file they stand.
    for source_id, name, dataset in sorted(declared, key=lambda item: item[2].continues is not None):
        where = f"sources/{source_id}.yaml: datasets.{name}"
        if dataset.continues is not None and dataset.continues not in {known for _, known, _ in declared}:
            yield f"{where}.continues: no dataset {dataset.continues!r}; write the id of one, or remove the key"
        for measure_id, measure in dataset.measures.items():
            place = f"{where}.measures.{measure_id}"
            if measure_id not in home:
                home[measure_id] = place, name, measure
                continue
            first, owner, original = home[measure_id]
            if owner != dataset.continues:
                yield f"{place}: already declared at {first}; a measure id is unique"
            elif (measure.unit, measure.level) != (original.unit, original.level):
                yield f"{place}: its unit or level is not that of {first}; a series goes on in one unit"


def _check_indicators(catalogue: Catalogue) -> Iterator[str]:
    measures = {m for s in catalogue.sources.values() for d in s.datasets.values() for m in d.measures}
    for indicator in catalogue.indicators.values():
        where = f"indicators/{indicator.pillar}.yaml: {indicator.id}"
        if indicator.pillar not in (*catalogue.pillars, INCLUSION):
            allowed = ", ".join((*catalogue.pillars, INCLUSION))
            yield f"{where}: no pillar {indicator.pillar!r}; name the file after one of {allowed}"
        if indicator.role == "score" and indicator.comparable != "places":
            yield f"{where}.comparable: a score compares places; write 'places', or another role than 'score'"
        for measure in measures_of(indicator):
            if measure not in measures:
                near = get_close_matches(measure, measures, n=1)
                yield f"{where}.value.args: no source declares the measure {measure!r}" + _or_near(near)
        named = [("flags", place) for place in indicator.flags] + [("other_unit", p) for p in indicator.other_unit]
        for key, place in named:
            if place not in catalogue.places:
                yield f"{where}.{key}: no place {place!r}" + _or_near(get_close_matches(place, catalogue.places, n=1))


def _check_origins(catalogue: Catalogue) -> Iterator[str]:
    """An end says where it comes from and a survey what its answers are; only older editions may leave them out."""
    for indicator in catalogue.indicators.values():
        where = f"indicators/{indicator.pillar}.yaml: {indicator.id}"
        for end in ("worst_basis", "best_basis"):
            if indicator.goalposts is not None and getattr(indicator.goalposts, end) is None:
                yield f"{where}.goalposts.{end}: this key is missing; say where the end comes from"
        if (indicator.kind == "survey") != (indicator.answers is not None):
            yield f"{where}.answers: a survey says whether its answers are opinion or fact, and only a survey does"


def _check_places(catalogue: Catalogue) -> Iterator[str]:
    regions = {place.id for place in catalogue.city_regions()}
    for place in catalogue.places.values():
        if place.parent is not None and place.parent not in regions:
            yield f"places.yaml: {place.id}.parent: no city-region {place.parent!r}; write the id of one of this file"
        if place.kind == "municipality" and place.parent is None:
            yield f"places.yaml: {place.id}.parent: a municipality needs one; write the id of its city-region"


def _check_site(catalogue: Catalogue) -> Iterator[str]:
    site, regions = catalogue.site, [place.id for place in catalogue.city_regions()]
    if site.hero not in regions:
        near = get_close_matches(site.hero, regions, n=1)
        meant = f"did you mean {near[0]!r}?" if near else "write the id of one of places.yaml"
        yield f"site.yaml: hero: no city-region {site.hero!r}; {meant}"
    lens = catalogue.indicators.get(site.lens) if site.lens else None
    if site.lens and (lens is None or lens.scheme != "municipality"):
        municipal = [i.id for i in catalogue.indicators.values() if i.scheme == "municipality"]
        yield f"site.yaml: lens: no indicator by municipality {site.lens!r}; use one of {', '.join(municipal)}"
    yield from _check_tiles(catalogue)


def _check_tiles(catalogue: Catalogue) -> Iterator[str]:
    codes = {place.areas.get("municipality", "") for place in catalogue.municipalities()}
    for code in catalogue.site.tiles:
        if code not in codes:
            yield f"site.yaml: tiles.{code}: no municipality of places.yaml has this code; correct or remove it"
    taken: dict[tuple[str | None, int, int], str] = {}
    for place in catalogue.municipalities():
        code = place.areas.get("municipality", "")
        tile = catalogue.site.tiles.get(code)
        if tile is None:
            continue
        first = taken.setdefault((place.parent, *tile), code)
        if first != code:
            yield f"site.yaml: tiles.{code}: row {tile[0]}, column {tile[1]} is taken by {first}; give it its own"


def check_nuts(catalogue: Catalogue, crosswalk: Crosswalk) -> Iterator[str]:
    """A place keeps its region from one version to the next, takes the new code of a recode, or one split from it."""
    for place in catalogue.city_regions():
        before, after = place.areas.get("nuts2_2021"), place.areas.get("nuts2_2024")
        expected = crosswalk.between(before, 2021, 2024) if before else after
        if after == expected or (before and after in crosswalk.split_from(before, 2024)):
            continue
        what = f"{before} is {expected} there: write it" if expected else f"{before} ended before: remove it"
        yield f"places.yaml: {place.id}.areas.nuts2_2024 is {after}; by nuts.yaml {what}"


def _check_variants(catalogue: Catalogue) -> Iterator[str]:
    tags = {tag for indicator in catalogue.indicators.values() for tag in indicator.tags}
    for variant in catalogue.method.variants:
        named = [*variant.drop, *variant.swap, *variant.swap.values()]
        for missing in (name for name in named if name not in catalogue.indicators):
            yield f"method.yaml: variants.{variant.id}: no indicator {missing!r}"
        for missing in (tag for tag in variant.drop_tags if tag not in tags):
            yield f"method.yaml: variants.{variant.id}.drop_tags: no indicator carries the tag {missing!r}"


def _check_likeness(catalogue: Catalogue) -> Iterator[str]:
    measures = {m for s in catalogue.sources.values() for d in s.datasets.values() for m in d.measures}
    for criterion in catalogue.likeness.values():
        where = f"likeness.yaml: {criterion.id}"
        if criterion.scheme not in SCHEMES:
            yield f"{where}.scheme: no area scheme {criterion.scheme!r}; use one of {', '.join(sorted(SCHEMES))}"
        for measure in (criterion.measure, criterion.per):
            if measure is not None and measure not in measures:
                yield f"{where}: no source declares the measure {measure!r}" + _or_near(
                    get_close_matches(measure, measures, n=1)
                )


# Arguments of a derivation that hold measure ids, by name; the rest are numbers and group names.
MEASURE_ARGUMENTS = frozenset(
    {"measure", "count", "positive", "negative", "dont_know", "later", "everyone_good", "everyone_bad", "good", "bad"}
)


def measures_of(indicator: Indicator) -> tuple[str, ...]:
    """Return the ids of the measures an indicator is made of, in the order of its arguments."""
    found: list[str] = []
    for name, value in indicator.value.args.items():
        if name in MEASURE_ARGUMENTS:
            found.extend(
                (value,) if isinstance(value, str) else (str(v) for v in value) if isinstance(value, tuple) else ()
            )
    return tuple(found)


def _or_near(near: list[str]) -> str:
    return f"; did you mean {near[0]!r}?" if near else "; declare it or remove it"
