"""The home page: the title question, the answer, four scorecards, what moved, what we cannot tell, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import isnan
from typing import Any

from config.schema import Indicator
from dashboard import charts, sentences
from dashboard.chart import Chart
from dashboard.lookup import OVERALL, Standing
from dashboard.pages.changed import since
from dashboard.pages.visit import Page, Visit
from dashboard.verdicts import Against, Change, against_middle, changes

SHOWN = 3  # entries of "moved" and "cannot tell"
INCLUSION_LENS = "income_median"


@dataclass(frozen=True)
class Scorecard:
    """One pillar's row: score, range, strip, sparkline, its strongest and weakest indicator."""

    pillar: str
    standing: Standing | None
    score: str
    span: str
    strip: Chart
    spark: Chart | None
    no_spark: str
    ends: tuple[tuple[str, str, Indicator], ...]  # (word, score, indicator)
    missing: str


@dataclass(frozen=True)
class Moved:
    """One entry of "moved" or "cannot tell"."""

    indicator: Indicator
    change: Change
    values: str
    sentence: str
    slope: Chart | None


def build(visit: Visit) -> Page:
    """Return the home page of the chosen city-region (Brussels unless the address says otherwise)."""
    words, hero = visit.words, visit.place(visit.hero)
    overall = visit.lookup.standing(OVERALL, visit.hero)
    verdicts = pillar_verdicts(visit)
    answer = sentences.answer(words, overall, verdicts)
    moved, unsure = changes_shown(visit)
    cautioned = charts.pillar_strip(*visit.common, OVERALL, hero=visit.hero)
    context: dict[str, Any] = {
        "hero_name": hero,
        "question": words("Is {place} a smart city-region?", place=hero),
        "answer": answer,
        "answer_names": [verdict.name.lower() for verdict in verdicts],
        "overall": overall,
        "rank_span": sentences.rank_span(words, overall),
        "reason": reason(visit),
        "histogram": _panel(visit, overall),
        "cautioned": cautioned,
        "cards": [scorecard(visit, pillar) for pillar in visit.edition.catalogue.pillars],
        "presence": presence(visit),
        "moved": moved,
        "unsure": unsure,
        "chance_flags": chance_flags(visit),
        "inclusion": inclusion(visit),
        "since": since(visit, visit.hero).sentence,
        "period": _period(visit, overall),
        "choices": [(place.id, visit.place(place.id)) for place in visit.edition.catalogue.city_regions()],
        "publishers": _publishers(visit),
        "card": visit.form("png"),
    }
    description = " ".join((answer, *cautioned.printed))
    return Page("home", context["question"], description, context, live=True)


def _panel(visit: Visit, overall: Standing | None) -> Chart | None:
    """Return the overall scores of the places that are asked for, else how often the place came out at each rank."""
    chosen = visit.address.selection.places
    if not chosen:
        return histogram(visit, overall)
    return charts.pillar_strip(*visit.common, OVERALL, hero=visit.hero, places=chosen)


def pillar_verdicts(visit: Visit) -> list[sentences.PillarVerdict]:
    """Return each pillar's name and whether the place is above or below the middle of its peers."""
    return [
        sentences.PillarVerdict(visit.pillar(pillar), against(visit, pillar))
        for pillar in visit.edition.catalogue.pillars
    ]


def against(visit: Visit, pillar: str) -> Against:
    """Return whether the place is above or below the middle of its peers in a pillar."""
    peers = [place.id for place in visit.edition.peers]
    work = partial(against_middle, visit.edition.scores.draws, pillar, visit.hero, peers)
    return visit.lookup.once(("against", pillar, visit.hero), work)


def histogram(visit: Visit, overall: Standing | None) -> Chart | None:
    """Return how often the place came out at each rank; None where it is not ranked."""
    return charts.overall_histogram(*visit.common, hero=visit.hero) if overall and overall.rank else None


def reason(visit: Visit) -> str:
    """Return why the place is not ranked overall; empty where it is."""
    text = visit.edition.catalogue.places[visit.hero].reason
    return text.in_(visit.words.lang) if text else ""


def scorecard(visit: Visit, pillar: str) -> Scorecard:
    """Return one pillar's row for the chosen city-region."""
    standing = visit.lookup.standing(pillar, visit.hero)
    spark = charts.pillar_spark(*visit.common, pillar, hero=visit.hero)
    scored = standing is not None and standing.score is not None
    return Scorecard(
        pillar=pillar,
        standing=standing,
        score=visit.words.number(standing.score) if standing and standing.score is not None else "–",
        span=sentences.score_span(visit.words, standing) if standing and scored else "",
        strip=charts.pillar_strip(*visit.common, pillar, hero=visit.hero, places=visit.address.selection.places),
        spark=spark,
        no_spark=visit.words("no earlier year covers enough of the pillar"),
        ends=_ends(visit, pillar),
        missing="" if scored else visit.words("too few values for a score"),
    )


def _ends(visit: Visit, pillar: str) -> tuple[tuple[str, str, Indicator], ...]:
    parts = sorted(visit.lookup.parts(pillar, visit.hero), key=lambda part: part.score)
    if len(parts) < 2:
        return ()
    words, indicators = visit.words, visit.edition.catalogue.indicators
    return (
        (words("Strongest"), words.number(parts[-1].score), indicators[parts[-1].indicator]),
        (words("Weakest"), words.number(parts[0].score), indicators[parts[0].indicator]),
    )


def presence(visit: Visit, pillar: str | None = None) -> str:
    """Return how many of the scored values are there, and how many are of a whole country."""
    words, indicators = visit.words, visit.edition.catalogue.scored(pillar)
    cells = [visit.lookup.cell(indicator.id, visit.hero) for indicator in indicators]
    missing = [indicator for indicator, cell in zip(indicators, cells, strict=True) if not (cell and cell.latest)]
    national = sum(1 for cell in cells if cell and cell.latest and cell.whole_country)
    if missing:
        names = words.listing([indicator.label_short.in_(words.lang) for indicator in missing])
        first = words(
            "{count} of {of} values are present for {place}; missing: {names}.",
            count=len(indicators) - len(missing),
            of=len(indicators),
            place=visit.place(visit.hero),
            names=names,
        )
    else:
        first = words("All {of} values are present for {place}.", of=len(indicators), place=visit.place(visit.hero))
    if not national:
        return first
    second = words.plural(
        "{count} of them is of the whole country ({country}), not of the city; it is labelled.",
        "{count} of them are of the whole country ({country}), not of the city; each is labelled.",
        national,
        country=visit.country(visit.edition.catalogue.places[visit.hero].country),
    )
    return f"{first} {second}"


def changes_shown(visit: Visit) -> tuple[list[Moved], list[Moved]]:
    """Return what moved and what we cannot tell, largest change of score first; each at most SHOWN."""
    work = partial(visit.edition.moves.of, visit.hero, visit.edition.catalogue.method.list_level)
    found = changes(visit.lookup.once(("moves", visit.hero), work))
    moves = [change for change in found if change.word != "cannot_tell"]
    unsure = [change for change in found if change.word == "cannot_tell"]
    return [_moved(visit, m) for m in moves[:SHOWN]], [_moved(visit, m) for m in unsure[:SHOWN]]


def _moved(visit: Visit, change: Change) -> Moved:
    indicator = visit.edition.catalogue.indicators[change.indicator]
    before, after = (visit.amount(indicator, value) for value in (change.before, change.after))
    cell = visit.lookup.cell(change.indicator, visit.hero)
    return Moved(
        indicator=indicator,
        change=change,
        values=f"{before} → {after}",
        sentence=sentences.change_sentence(
            visit.words,
            change,
            points(visit, indicator, abs(change.difference)),
            "" if isnan(change.chance) else points(visit, indicator, change.chance),
            national=bool(cell and cell.whole_country),
        ),
        slope=charts.indicator_slope(*visit.common, indicator.id, hero=visit.hero),
    )


def points(visit: Visit, indicator: Indicator, size: float) -> str:
    """Return a difference with its unit: percentages differ by points."""
    symbol = indicator.symbol.in_(visit.words.lang)
    decimals = max(indicator.decimals, 1 if size < 1 else 0)
    if symbol.strip() == "%":
        return visit.words.plural("{count} point", "{count} points", size, decimals)
    return visit.words.number(size, decimals) + symbol


def chance_flags(visit: Visit) -> str:
    """Return how sure the tests of change are, and how many flags chance alone gives."""
    tests = sum(1 for indicator in visit.edition.catalogue.scored() if indicator.sampling is not None)
    method = visit.edition.catalogue.method
    return visit.words(
        "Tested at {level}%: of {tests} tests, chance alone flags {flags}.",
        level=visit.words.number(method.list_level * 100, 1),
        tests=tests,
        flags=visit.words.number(tests * (1 - method.list_level), 2),
    )


def inclusion(visit: Visit) -> dict[str, Any] | None:
    """Return how far the richest and the poorest municipality are apart; None outside the hero of the catalogue."""
    indicator = visit.edition.catalogue.indicators.get(INCLUSION_LENS)
    if indicator is None or visit.edition.catalogue.hero != visit.hero:
        return None
    municipalities = visit.edition.catalogue.municipalities()
    cells = {place.id: visit.lookup.cell(indicator.id, place.id) for place in municipalities}
    newest = max((cell.period for cell in cells.values() if cell), default="")
    there = {id_: c for id_, c in cells.items() if c and c.period == newest and c.value is not None}
    if len(there) < 2:
        return None
    values = sorted(c.value for c in there.values() if c.value is not None)
    words, gone = visit.words, [visit.place(id_) for id_ in cells if id_ not in there]
    return {
        "indicator": indicator,
        "heading": words(
            "For everyone? Median income is {ratio} times as high in the richest municipality as in the poorest",
            ratio=words.number(values[-1] / values[0], 1),
        ),
        "subtitle": words(
            "{label}, {unit}, {count} of {of} municipalities, {year}. Differences between people are larger than "
            "differences between municipalities.",
            label=indicator.label.in_(words.lang), unit=indicator.unit.in_(words.lang), count=len(there),
            of=len(municipalities), year=newest,
        ),
        "missing": words("No value for this year: {places}.", places=words.listing(gone)) if gone else "",
        "chart": charts.municipality_dots(*visit.common, indicator.id),
    }  # fmt: skip


def _period(visit: Visit, overall: Standing | None) -> str:
    count = len(visit.edition.catalogue.scored())
    if overall is None or not overall.oldest:
        return visit.words("{count} indicators", count=count)
    span = visit.words.span(overall.oldest[:4], overall.newest[:4])
    return visit.words("{count} indicators, values of {span}", count=count, span=span)


def _publishers(visit: Visit) -> list[str]:
    sources = visit.edition.catalogue.sources
    used = {origin.source for origin in visit.edition.provenance}
    names = {sources[name].publisher.in_(visit.words.lang) for name in used if name in sources}
    return sorted(names)
