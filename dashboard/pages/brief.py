"""The briefing: two sheets to print, as one model that is written twice, as HTML and as a typeset PDF.

Every text of it is made here, in one language; `dashboard/templates/brief.html` and `dashboard/typeset/brief.typ` only
place them. What it shows is built by the home page and the rows of the pillar pages, so that the same number reads the
same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from config.schema import Indicator
from dashboard import charts, sentences
from dashboard.chart import Chart
from dashboard.lookup import OVERALL
from dashboard.pages import frame, home, method
from dashboard.pages.cautioned import named
from dashboard.pages.rows import indicator_row
from dashboard.pages.sheets import Back, Brief, Card, Entry, Front, Group, Row
from dashboard.pages.standing import evidence, pillar_verdicts, stands, variants
from dashboard.pages.visit import Page, Visit

PEERS_SHOWN = 3  # chosen peers named beside a pillar; the page of comparisons has room for all
NOTHING = "–"
SAID = ("whole_country", "missing")  # cautions of the overall score that `home.presence` says


def build(visit: Visit) -> Page:
    """Return the page of the briefing; its sheets hold the warnings that other pages show above their content."""
    made = brief(visit)
    choices = [(place.id, visit.place(place.id)) for place in visit.edition.catalogue.city_regions()]
    context = {
        "brief": made,
        "notices": frame.ignored(visit),
        "choices": choices,
        "charts": _charts(made),
        "key_chart": replace(made.front.cards[0].strip, pillar=""),
    }
    return Page("brief", made.title, "".join(text for text, _ in made.front.answer), context, drawn=True)


def brief(visit: Visit) -> Brief:
    """Return the briefing of the chosen city-region on this day."""
    words, created = visit.words, visit.edition.created
    front = _front(visit)
    return Brief(
        lang=words.lang,
        author=words("Four Pillars"),
        date=created[:10],
        snapshot=words("{name}: {value}", name=words("Edition"), value=visit.edition.id),
        address=replace(visit.address, form=None, snapshot=visit.edition.id).url,
        title=words("{question} Briefing of {date}", question=front.question, date=words.date(created)),
        kicker=words("Briefing"),
        age=sentences.age_sentence(words, visit.age, created),
        warnings=tuple(frame.warnings(visit)),
        front=front,
        back=_back(visit, front.cards),
    )


def _front(visit: Visit) -> Front:
    words, overall = visit.words, visit.lookup.standing(OVERALL, visit.hero)
    verdicts, reason, inclusion = pillar_verdicts(visit), home.reason(visit), _inclusion(visit)
    cards = tuple(_card(visit, pillar) for pillar in visit.edition.catalogue.pillars)
    moved, unsure = ([_entry(visit, entry) for entry in entries] for entries in home.changes_shown(visit))
    histogram = home.histogram(visit, overall)
    return Front(
        question=words("Is {place} a smart city-region?", place=visit.place(visit.hero)),
        answer=_runs(sentences.answer(words, stands(visit), verdicts), [verdict.name for verdict in verdicts]),
        reason=f"{words('Not ranked overall:')} {reason}" if reason else "",
        rank_heading=words("Overall place among {count} {count:city-region|city-regions}",
                           count=overall.places if overall else len(visit.edition.peers)),
        rank=sentences.rank_span(words, overall),
        rank_note=_rank_note(visit) if histogram else "",
        histogram=histogram,
        scale_heading=words("Four promises on one scale"),
        scale_note=words("Score from 0 to 100: further right is better."),
        key=cards[0].strip.key,
        cards=cards,
        presence=" ".join(filter(None, (_rests(visit), home.presence(visit), evidence(visit), *_cautions(visit)))),
        moved_heading=words("What moved"),
        moved=tuple(moved),
        unsure_heading=words("Too close to call"),
        unsure=tuple(unsure),
        none=words("None: no two values can be compared."),
        chance=home.chance_flags(visit),
        inclusion_heading=inclusion[0],
        inclusion=inclusion[1],
        municipalities=inclusion[2],
    )  # fmt: skip


def _rank_note(visit: Visit) -> str:
    """Return what the range of ranks is, and which other published choices lie outside it."""
    draws = visit.words.number(visit.edition.catalogue.method.draws)
    note = visit.words(
        "Range: nine in ten of {draws} recalculations with other weights, ends of the scale and choices of "
        "indicators.", draws=draws,
    )  # fmt: skip
    return f"{note} {variants(visit, outside_only=True)}".strip()


def _rests(visit: Visit) -> str:
    """Return how many values are of the place itself and recent; empty where there is none at all."""
    squares = charts.answer_squares(*visit.common, hero=visit.hero)
    return squares.title if squares else ""


def _cautions(visit: Visit) -> list[str]:
    """Return what home says of the values behind the overall score, but for what `home.presence` says."""
    chart = charts.pillar_strip(*visit.common, OVERALL, hero=visit.hero)
    return [caution.text for caution in chart.cautions if caution.kind not in SAID]


def _back(visit: Visit, cards: Sequence[Card]) -> Back:
    words, usual = visit.words, _usual_unit(visit)
    return Back(
        table_heading=words("Every scored indicator"),
        table_note=words("Unit where none is named: {unit}. The bar below a dot is the 95% interval of the value, "
                         "where one is known.", unit=usual),
        columns=_columns(visit),
        groups=tuple(_group(visit, card, usual) for card in cards),
        missing_heading=words("What is missing, and why"),
        missing=_missing(visit),
        method_heading=words("The method in five lines"),
        method=_method(visit),
        facts_heading=words("What this briefing shows"),
        facts=_facts(visit),
        address_term=words("Address"),
        sources_heading=words("Sources and licences"),
        sources=_sources(visit),
        independent=words("An independent project. Not a publication of the Brussels-Capital Region. Code Apache-2.0; "
                          "texts and derived numbers CC BY 4.0; each source keeps its own licence, named beside its "
                          "values."),
    )  # fmt: skip


def _runs(text: str, names: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Return a text in runs, the first mention of each name being a bold one."""
    found = sorted((text.find(name), name) for name in names if name in text)
    runs, at = [], 0
    for start, name in found:
        runs += [(text[at:start], False), (name, True)]
        at = start + len(name)
    return tuple(run for run in (*runs, (text[at:], False)) if run[0])


def _card(visit: Visit, pillar: str) -> Card:
    card, lang = home.scorecard(visit, pillar), visit.words.lang
    return Card(
        pillar=pillar,
        name=visit.pillar(pillar),
        promise=visit.edition.catalogue.pillars[pillar].promise.in_(lang),
        score=card.score,
        span=card.span,
        strip=card.strip,
        ends=tuple(
            (word, f"{score} ({remark})" if remark else score, named(visit, i, i.label.in_(lang)))
            for word, score, remark, i in card.ends
        ),
        missing=card.missing,
        peers=_beside(visit, pillar),
    )


def _beside(visit: Visit, pillar: str) -> str:
    """Return the chosen peers with their scores and whether each is ahead; empty when none is chosen."""
    words, found = visit.words, []
    for peer in _chosen(visit)[:PEERS_SHOWN]:
        standing = visit.lookup.standing(pillar, peer)
        score = words.number(standing.score) if standing and standing.score is not None else NOTHING
        verdict = visit.edition.verdicts.compare(peer, visit.hero, pillar)
        found.append(
            words("{place} {score} ({verdict})", place=visit.place(peer), score=score,
                  verdict=sentences.verdict_word(words, verdict.word))
        )  # fmt: skip
    return words("; ").join(found)


def _chosen(visit: Visit) -> list[str]:
    regions = {place.id for place in visit.edition.catalogue.city_regions()}
    return [place for place in visit.address.selection.places if place in regions and place != visit.hero]


def _entry(visit: Visit, moved: home.Moved) -> Entry:
    label = named(visit, moved.indicator, moved.indicator.label.in_(visit.words.lang))
    return Entry(label, moved.values, moved.sentence, moved.slope)


def _inclusion(visit: Visit) -> tuple[str, str, Chart | None]:
    """Return what can be said about the inside of the city-region: a heading, a sentence, and the values drawn."""
    words, found = visit.words, home.inclusion(visit)
    if found:
        return found["heading"], f"{found['subtitle']} {found['missing']}".strip(), found["chart"]
    here = visit.place(visit.hero)
    return (
        words("For everyone? Not known for {place}", place=here),
        words("No values by municipality are held for {place}: these figures do not say what is equal or unequal "
              "inside it.", place=here),
        None,
    )  # fmt: skip


def _columns(visit: Visit) -> tuple[str, ...]:
    words = visit.words
    return (
        words("Indicator"), words("Value"), words("95% interval"), words("Year"), words("Territory"),
        words("Middle city"), words("Score"), words("Among the peers"),
    )  # fmt: skip


def _usual_unit(visit: Visit) -> str:
    """Return the unit most indicators have; it is named once instead of in each row."""
    units = [indicator.unit.in_(visit.words.lang) for indicator in visit.edition.catalogue.scored()]
    return max(units, key=units.count)


def _group(visit: Visit, card: Card, usual: str) -> Group:
    score = visit.words("score {score}", score=f"{card.score} ({card.span})" if card.span else card.score)
    name = visit.words("{name}: {value}", name=card.name, value=card.missing or score)
    rows = tuple(_row(visit, i, usual) for i in visit.edition.catalogue.scored(card.pillar))
    return Group(card.pillar, name, rows)


def _row(visit: Visit, indicator: Indicator, usual: str) -> Row:
    row, cell = indicator_row(visit, indicator, visit.hero), visit.lookup.cell(indicator.id, visit.hero)
    scored = cell is not None and cell.score is not None and cell.latest
    marks = row.strip.marks if row.strip else ()
    median = next((mark.value for mark in marks if mark.kind == "median"), None)
    return Row(
        label=named(visit, indicator, row.label) if visit.hero in indicator.flags else row.label,
        unit="" if row.unit == usual else row.unit,
        value=row.value if cell else NOTHING,
        interval=row.interval or NOTHING,
        year=row.period or NOTHING,
        territory=row.territory,
        median=visit.amount(indicator, median),
        score=visit.words.number(cell.score) if cell and cell.score is not None and scored else NOTHING,
        strip=replace(row.strip, id=f"row-{indicator.id}", view="row") if row.strip else None,
    )


def _missing(visit: Visit) -> tuple[str, ...]:
    """Return which values are missing, grouped by the reason, and what no indicator covers."""
    words, lang = visit.words, visit.words.lang
    cells = [(i, visit.lookup.cell(i.id, visit.hero)) for i in visit.edition.catalogue.scored()]
    gone = [i.label_short.in_(lang) for i, cell in cells if cell is None]
    old = [f"{i.label_short.in_(lang)} ({cell.period})" for i, cell in cells if cell and not cell.latest]
    found = []
    if gone:
        found.append(words("We hold no value for this territory: {names}.", names=words.listing(gone)))
    if old:
        found.append(words("Older than what is admitted, so not scored: {names}.", names=words.listing(old)))
    if not found:
        found.append(words("Of the {count} scored {count:indicator|indicators} none is missing.", count=len(cells)))
    return (*found, method.absent(words))


def _method(visit: Visit) -> tuple[str, ...]:
    words, rules = visit.words, visit.edition.catalogue.method
    return (
        words("Each indicator has two fixed, published ends: worst is 0, best is 100. Adding a city changes no other "
              "city’s score."),
        words("A pillar is the weighted mean of its indicators. What is missing is left out, never filled in; below "
              "{share}% of the weight there is no score.", share=words.number(100 * rules.pillar_min_weight)),
        words("The overall score is the geometric mean of the pillars, so that a very low one is not made up for "
              "by a high one."),
        words("A range is nine in ten of {draws} recalculations with other weights, ends and choices of "
              "indicators. It is not a confidence interval.", draws=words.number(rules.draws)),
        words("More or less than most is said only where it holds in at least 97.5% of the recalculations; else it "
              "is too close to call."),
    )  # fmt: skip


def _facts(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Return the filters and the snapshot in words."""
    words, place = visit.words, visit.edition.catalogue.places[visit.hero]
    where = f"{visit.place(visit.hero)} ({visit.country(place.country)})"
    return (
        (words("City-region"), where),
        (words("Peers"), _peers(visit)),
        (words("Time"), _time(visit)),
        (words("Edition"), f"{visit.edition.id}, {words.date(visit.edition.created)}"),
        (words("Made on"), words.date(visit.today.isoformat())),
    )


def _peers(visit: Visit) -> str:
    words, names = visit.words, [visit.place(peer) for peer in _chosen(visit)]
    everyone = words("the {count} {count:city-region|city-regions} ranked by default", count=len(visit.edition.peers))
    if not names:
        return everyone
    shown = words.listing(names[:PEERS_SHOWN])
    if len(names) > PEERS_SHOWN:
        return words("{all}; chosen: {names} (the first {shown} of {count})", all=everyone, names=shown,
                     shown=PEERS_SHOWN, count=len(names))  # fmt: skip
    return words("{all}; chosen: {names}", all=everyone, names=shown)


def _time(visit: Visit) -> str:
    newest = visit.words("the newest admitted value of each indicator")
    if visit.address.selection.time is None:
        return newest
    return visit.words("{newest}; the chosen years move charts over time, not scores", newest=newest)


def _sources(visit: Visit) -> str:
    """Return each publisher behind the figures with the licences of what is used, in one paragraph."""
    lang, sources = visit.words.lang, visit.edition.catalogue.sources
    licences: dict[str, dict[str, None]] = {}
    for name in sorted({origin.source for origin in visit.edition.provenance}):
        if name in sources:
            terms = licences.setdefault(sources[name].publisher.in_(lang), {})
            terms[sources[name].licence.name.in_(lang)] = None
    return visit.words("; ").join(f"{publisher} ({', '.join(terms)})" for publisher, terms in licences.items())


def _charts(made: Brief) -> list[Chart]:
    """Return what the sheets draw and no table of theirs repeats."""
    front = made.front
    slopes = [entry.slope for entry in (*front.moved, *front.unsure)]
    drawn = (front.histogram, *(card.strip for card in front.cards), *slopes, front.municipalities)
    return [chart for chart in drawn if chart]
