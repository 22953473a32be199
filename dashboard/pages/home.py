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
from dashboard.pages import account
from dashboard.pages.changed import since
from dashboard.pages.claims import unheld
from dashboard.pages.extremes import extremes
from dashboard.pages.extremes import points as ahead
from dashboard.pages.rows import period
from dashboard.pages.standing import evidence, pillar_verdicts, stands, variants
from dashboard.pages.visit import Page, Visit
from dashboard.rounding import rounded
from dashboard.verdicts import Change, changes
from indicators.change import Move
from indicators.verdict import expected_by_chance

SHOWN = 3  # entries of "moved" and "cannot tell"


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
    ends: tuple[tuple[str, str, str, Indicator], ...]  # (word, points ahead of the middle city, remark, indicator)
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
    answer = sentences.answer(words, stands(visit), verdicts)
    moved, unsure = changes_shown(visit)
    cautioned = charts.pillar_strip(*visit.common, OVERALL, hero=visit.hero)
    context: dict[str, Any] = {
        "hero_name": hero,
        "question": words("Is {place} a smart city-region?", place=hero),
        "answer": answer,
        "answer_names": [verdict.name for verdict in verdicts],
        "overall": overall,
        "rank_span": sentences.rank_span(words, overall),
        "variants": variants(visit),
        "reason": reason(visit),
        "histogram": _panel(visit, overall),
        "cautioned": cautioned,
        "cards": [scorecard(visit, pillar) for pillar in visit.edition.catalogue.pillars],
        "rests": charts.answer_squares(*visit.common, hero=visit.hero),
        "presence": presence(visit),
        "evidence": evidence(visit),
        "moved": moved,
        "unsure": unsure,
        "chance_flags": chance_flags(visit),
        "inclusion": inclusion(visit),
        "account": account.headline(visit),
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


def _ends(visit: Visit, pillar: str) -> tuple[tuple[str, str, str, Indicator], ...]:
    found, words = extremes(visit, pillar), visit.words
    names = (words("Strongest"), words("Weakest"))
    return tuple((name, *ahead(visit, end), end.indicator) for name, end in zip(names, found or (), strict=False))


def presence(visit: Visit, pillar: str | None = None) -> str:
    """Return how many of the scored values are there, and how many are of a whole country."""
    words, indicators = visit.words, visit.edition.catalogue.scored(pillar)
    cells = [visit.lookup.cell(indicator.id, visit.hero) for indicator in indicators]
    missing = [indicator for indicator, cell in zip(indicators, cells, strict=True) if not (cell and cell.latest)]
    national = sum(1 for cell in cells if cell and cell.latest and cell.whole_country)
    if missing:
        names = words.listing([indicator.label_short.in_(words.lang) for indicator in missing])
        first = words(
            "{count} of {of} {of:value|values} {count:is|are} present for {place}; missing: {names}.",
            count=len(indicators) - len(missing),
            of=len(indicators),
            place=visit.place(visit.hero),
            names=names,
        )
    else:
        first = words(
            "Every value is present for {place}: {of} of {of}.", of=len(indicators), place=visit.place(visit.hero)
        )
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
    found = changes(_moves(visit))
    told = [change for change in found if change.told]
    unsure = [change for change in found if not change.told]
    return [_moved(visit, m) for m in told[:SHOWN]], [_moved(visit, m) for m in unsure[:SHOWN]]


def _moves(visit: Visit) -> list[Move]:
    work = partial(visit.edition.moves.of, visit.hero, visit.edition.catalogue.method.list_level)
    return visit.lookup.once(("moves", visit.hero), work)


def _moved(visit: Visit, change: Change) -> Moved:
    indicator = visit.edition.catalogue.indicators[change.indicator]
    before, after = _apart(visit, indicator, change)
    cell = visit.lookup.cell(change.indicator, visit.hero)
    own = {cell.period: period(indicator, cell) for cell in visit.lookup.series(change.indicator, visit.hero)}
    first, last = (own[year] for year in change.periods)
    return Moved(
        indicator=indicator,
        change=change,
        values=visit.words(
            "{before} in {first}, {after} in {last}", before=before, first=first, after=after, last=last
        ),
        sentence=sentences.change_sentence(
            visit.words,
            change,
            _amount(visit, indicator, change),
            "" if isnan(change.chance) else points(visit, indicator, change.chance),
            national=bool(cell and cell.whole_country),
        ),
        slope=charts.indicator_slope(*visit.common, indicator.id, hero=visit.hero),
    )


def _apart(visit: Visit, indicator: Indicator, change: Change) -> tuple[str, str]:
    """Return both values, with one decimal more where they would print the same."""
    texts = visit.amount(indicator, change.before), visit.amount(indicator, change.after)
    if texts[0] != texts[1]:
        return texts
    more = indicator.decimals + 1
    return visit.amount(indicator, change.before, more), visit.amount(indicator, change.after, more)


def _amount(visit: Visit, indicator: Indicator, change: Change) -> str:
    """Return by how much two values differ, with one decimal more where the printed values differ by something else."""
    before, after = (rounded(value, indicator.decimals) for value in (change.before, change.after))
    size = abs(change.difference)
    off = before != after and abs(after - before) != rounded(size, indicator.decimals)
    return points(visit, indicator, size, indicator.decimals + 1 if off else None)


def points(visit: Visit, indicator: Indicator, size: float, decimals: int | None = None) -> str:
    """Return a difference with its unit: percentages differ by points."""
    if decimals is None:
        decimals = max(indicator.decimals, 1 if size < 1 else 0)
    if indicator.symbol.in_(visit.words.lang).strip() == "%":
        return visit.words.plural("{count} point", "{count} points", size, decimals)
    return visit.words.amount(size, decimals, indicator.symbol)


def chance_flags(visit: Visit) -> str:
    """Return how sure the tests of change are, and how many flags chance alone gives."""
    scored = [move for move in _moves(visit) if move.role == "score"]
    tests = sum(1 for move in scored if move.word != "not_compared")
    method = visit.edition.catalogue.method
    return visit.words(
        "Of {tests} {tests:comparison|comparisons}, chance alone would make {flags} look like a change "
        "(threshold {level}%).",
        level=visit.words.number(method.list_level * 100, 1),
        tests=tests,
        flags=sentences.by_chance(visit.words, expected_by_chance(tests, method.list_level)),
    )


def inclusion(visit: Visit) -> dict[str, Any] | None:
    """Return how far the richest and the poorest municipality of the place are apart; None with fewer than two."""
    catalogue = visit.edition.catalogue
    indicator = catalogue.indicators.get(catalogue.site.lens or "")
    if indicator is None:
        return None
    municipalities = catalogue.municipalities(visit.hero)
    cells = {place.id: visit.lookup.cell(indicator.id, place.id) for place in municipalities}
    newest = max((cell.period for cell in cells.values() if cell), default="")
    there = {id_: c for id_, c in cells.items() if c and c.period == newest and c.value is not None}
    if len(there) < 2:
        return None
    chart = charts.municipality_dots(*visit.common, indicator.id, parent=visit.hero)
    words, gone = visit.words, [visit.place(id_) for id_ in cells if id_ not in there]
    return {
        "indicator": indicator,
        "heading": words("For everyone? {finding}", finding=chart.title if chart else indicator.label.in_(words.lang)),
        "subtitle": words(
            "{label}, {unit}, {count} of {of} {of:municipality|municipalities}, {year}. Differences between "
            "people are larger than differences between municipalities.",
            label=indicator.label.in_(words.lang), unit=indicator.unit.in_(words.lang), count=len(there),
            of=len(municipalities), year=newest,
        ),
        "count": len(municipalities),
        "missing": words("No value for this year: {places}.", places=words.listing(gone)) if gone else "",
        "unheld": unheld(visit),
        "chart": chart,
    }  # fmt: skip


def _period(visit: Visit, overall: Standing | None) -> str:
    count = len(visit.edition.catalogue.scored())
    if overall is None or not overall.oldest:
        return visit.words("{count} {count:indicator|indicators}", count=count)
    span = visit.words.span(overall.oldest[:4], overall.newest[:4])
    return visit.words("{count} {count:indicator|indicators}, values of {span}", count=count, span=span)


def _publishers(visit: Visit) -> list[str]:
    sources = visit.edition.catalogue.sources
    used = {origin.source for origin in visit.edition.provenance}
    names = {sources[name].publisher.in_(visit.words.lang) for name in used if name in sources}
    return sorted(names)
