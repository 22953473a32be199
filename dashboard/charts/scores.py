"""Charts of scores: the overall histogram, the pillar's strip, sparkline and waterfall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from config.schema import Catalogue
from dashboard.chart import Axis, Bar, Chart, Key, Mark, Point, Series, Table
from dashboard.charts.cautions import of_score, with_cautions
from dashboard.charts.context import Context, median_of, middle_half
from dashboard.i18n import Words
from dashboard.lookup import OVERALL, Lookup, Part, Standing
from dashboard.sentences import rank_ends, score_span
from indicators.ranks import drawn_ranks
from indicators.scores import Floats, Scores

SCORE = Axis(0, 100, "higher")
FRACTIONS = 12  # weights of one over at most this many are printed as a fraction


def overall_histogram(scores: Scores, catalogue: Catalogue, words: Words, hero: str | None = None) -> Chart:
    """Return how often the place came out at each rank over the recomputations; ValueError when it is not ranked."""
    ask = Context.of(scores, catalogue, words, hero)
    standing = ask.read.standing(OVERALL, ask.hero)
    if standing is None or standing.rank is None or ask.hero not in scores.draws.place_ids:
        raise ValueError(f"{ask.hero!r} has no overall rank, so there is no distribution of ranks")
    ranks = ranks_of(scores, ask.read, ask.hero).astype(np.int64)
    low, high = standing.rank_low or standing.rank, standing.rank_high or standing.rank
    bars = _rank_bars(ask, np.bincount(ranks, minlength=standing.places + 1)[1:], low, high)
    span = words.span(words.ordinal(low), words.ordinal(high))
    place, draws = ask.name(ask.hero), len(ranks)
    chart = Chart(
        id="overall-ranks",
        view="histogram",
        axis=Axis(1, standing.places, "lower"),
        lang=words.lang,
        bars=bars,
        title=_overall_title(ask, span, standing.places),
        subject=place,
        source=ask.sources(),
        subtitle=words(
            "Place among {count} {count:city-region|city-regions} in {draws} recalculations",
            count=standing.places,
            draws=words.number(draws),
        ),
        description=words(
            "Histogram of the place of {place} in {draws} recalculations. Nine in ten lie between {low} and "
            "{high}; the most frequent place is {mode}.",
            place=place,
            draws=words.number(draws),
            low=words.ordinal(low),
            high=words.ordinal(high),
            mode=words.ordinal(int(np.bincount(ranks).argmax())),
        ),
        marks=(Mark("range", low, span, until=high),),
        ends=(words("worse"), words("better")),
        note=words(
            "Range: nine in ten recalculations with other weights, ends of the scale and choices of indicators."
        ),
        table=Table(
            words("How often each place came out"),
            (words("Rank"), words("Recalculations")),
            tuple((words.ordinal(int(bar.id)), words.number(bar.end)) for bar in reversed(bars)),
        ),
    )
    return with_cautions(ask, chart, of_score(ask, OVERALL, standing))


def _overall_title(ask: Context, span: str, count: int) -> str:
    """What the overall score is made of, and the range of places it gives the hero."""
    pillars = ask.words.listing([pillar.name.in_(ask.lang) for pillar in ask.catalogue.pillars.values()])
    return ask.words("{pillars} together: {place} {span} of {count}", pillars=pillars, place=ask.name(ask.hero),
                     span=span, count=count)  # fmt: skip


def ranks_of(scores: Scores, read: Lookup, place: str) -> Floats:
    """Return the overall ranks of a place over the recomputations, among the places that are ranked."""
    ranked = [row.place for row in read.ranked(OVERALL)]
    table = read.once(("drawn ranks", OVERALL), lambda: drawn_ranks(scores.draws, OVERALL, ranked))
    return np.asarray(table[:, ranked.index(place)])


def _rank_bars(ask: Context, counts: np.ndarray, low: int, high: int) -> tuple[Bar, ...]:
    last = len(counts)
    named = {1, last, *range(10, last, 10)}
    bars = []
    for rank in range(last, 0, -1):
        ordinal = ask.words.ordinal(rank)
        count = float(counts[rank - 1])
        often = ask.words.plural("{place}: {count} time", "{place}: {count} times", count, place=ordinal)
        label = ordinal if rank in named else ""
        bars.append(Bar(str(rank), label, 0, float(counts[rank - 1]), value=often, hero=low <= rank <= high))
    return tuple(bars)


def pillar_strip(
    scores: Scores, catalogue: Catalogue, words: Words, pillar_id: str, hero: str | None = None,
    places: Sequence[str] = (),
) -> Chart:  # fmt: skip
    """Return the default places on 0-100, the hero with its sensitivity range; KeyError for an unknown pillar.

    Where `places` are named only they are drawn beside the hero; the median and the count stay those of all.
    """
    ask = Context.of(scores, catalogue, words, hero)
    pillar = words("Overall") if pillar_id == OVERALL else catalogue.pillars[pillar_id].name.in_(words.lang)
    found = [ask.read.standing(pillar_id, place) for place in ask.compared()]
    rows = sorted((s for s in found if s and s.score is not None), key=lambda s: -(s.score or 0.0))
    peers = [row for row in rows if row.place != ask.hero]
    own = next((row for row in rows if row.place == ask.hero), None)
    values = [row.score or 0.0 for row in peers]
    shown = [row for row in rows if not places or row.place == ask.hero or row.place in places]
    shown += _beside(ask, pillar_id, [p for p in places if p not in ask.compared()])
    chart = Chart(
        id=f"strip-{pillar_id}", view="strip", axis=SCORE, lang=words.lang,
        pillar="" if pillar_id == OVERALL else pillar_id,
        title=_strip_title(ask, pillar, own, len(rows)),
        subtitle=words("Score from 0 to 100. Further right is better."),
        description=_strip_words(ask, own, peers, values), series=_score_series(ask, shown), marks=_middle(ask, values),
        key=(Key("hero", ask.name(ask.hero)), Key("interval", words("its range")),
             Key("peer", words("peer city-region")), Key("middle", words("middle half of the cities")),
             Key("median", words("middle city")),),
        table=_score_table(ask, pillar, shown), subject=ask.name(ask.hero), source=ask.sources(pillar_id),
    )  # fmt: skip
    return with_cautions(ask, chart, of_score(ask, pillar_id, ask.read.standing(pillar_id, ask.hero)))


def _beside(ask: Context, pillar: str, places: Sequence[str]) -> list[Standing]:
    """The named places that are not compared by default, where they have a score."""
    found = (ask.read.standing(pillar, place) for place in places)
    return [row for row in found if row is not None and row.score is not None]


def _strip_title(ask: Context, pillar: str, own: Standing | None, count: int) -> str:
    place = ask.name(ask.hero)
    if own is None:
        return ask.words("{pillar}: {place} has no score", pillar=pillar, place=place)
    return ask.words("{pillar}: {place} {score} among {count} {count:city-region|city-regions}",
                     pillar=pillar, place=place, score=ask.words.number(own.score or 0.0), count=count)  # fmt: skip


def _strip_words(ask: Context, own: Standing | None, peers: list[Standing], values: list[float]) -> str:
    words, parts = ask.words, []
    if own is not None:
        parts.append(words("Score {score} of 100.", score=words.number(own.score or 0.0)))
        if own.low is not None and own.high is not None:
            parts.append(words("Range {low} to {high}.", low=words.number(own.low), high=words.number(own.high)))
    if values:
        parts.append(
            words("Middle city {median}; lowest {worst} {low}, highest {best} {high}.",
                  median=words.number(median_of(values)), worst=ask.name(peers[-1].place), low=words.number(values[-1]),
                  best=ask.name(peers[0].place), high=words.number(values[0]))
        )  # fmt: skip
    return " ".join(parts)


def _score_series(ask: Context, rows: list[Standing]) -> tuple[Series, ...]:
    peers = [row for row in rows if row.place != ask.hero]
    ends = {peers[0].place, peers[-1].place} if peers else set()
    out = []
    for row in rows:
        series = ask.once(("score", row.pillar, row.place), partial(_peer, ask, row))
        if row.place in ends:
            series = replace(series, label=f"{series.name} {series.value}")
        if row.place == ask.hero:
            point = replace(series.points[0], low=row.low, high=row.high)
            series = replace(series, role="hero", points=(point,))
        out.append(series)
    return tuple(out)


def _peer(ask: Context, row: Standing) -> Series:
    value, name = ask.words.number(row.score or 0.0), ask.name(row.place)
    place = ask.placed(row.rank_low, row.rank_high, row.places) if row.rank_low and row.rank_high else ""
    note = ask.reading(name, value, score_span(ask.words, row), place)
    return Series(row.place, name, "peer", (Point(0, row.score or 0.0, note=note),), value=value)


def _middle(ask: Context, values: list[float]) -> tuple[Mark, ...]:
    if len(values) < 2:
        return ()
    lower, upper = middle_half(values)
    centre = median_of(values)
    words = ask.words("{place} {value}", place=ask.words("middle city"), value=ask.words.number(centre))
    return Mark("middle", lower, until=upper), Mark("median", centre, words)


def _score_table(ask: Context, pillar: str, rows: list[Standing]) -> Table:
    words, places = ask.words, [row.place for row in rows]
    body = tuple(ask.once(("score row", row.pillar, row.place), partial(_row, ask, row)) for row in rows)
    header = (words("Place"), words("Score"), words("Range"), words("Rank"))
    return Table(pillar, header, body, places.index(ask.hero) if ask.hero in places else None)


def _row(ask: Context, row: Standing) -> tuple[str, ...]:
    score = ask.words.number(row.score or 0.0)
    return ask.name(row.place), score, score_span(ask.words, row), rank_ends(ask.words, row)


def pillar_spark(
    scores: Scores, catalogue: Catalogue, words: Words, pillar_id: str, hero: str | None = None
) -> Chart | None:
    """Return the pillar's score over time on a constant set of indicators; None with fewer than two periods."""
    ask = Context.of(scores, catalogue, words, hero)
    pillar = catalogue.pillars[pillar_id].name.in_(words.lang)
    values = ask.read.history(pillar_id, ask.hero)
    if len(values) < 2:
        return None
    said = [ask.said(period, words.number(score)) for period, score in values]
    points = tuple(Point(float(p[:4]), s, note=t) for (p, s), t in zip(values, said, strict=True))
    return Chart(
        id=f"spark-{pillar_id}", view="spark", axis=SCORE, lang=words.lang, pillar=pillar_id,
        title=words("{pillar}: score of {place} over time", pillar=pillar, place=ask.name(ask.hero)),
        subtitle=words("Score from 0 to 100"), description=words("; ").join(said),
        series=(Series(ask.hero, ask.name(ask.hero), "hero", points),),
        periods=tuple(float(period[:4]) for period in ask.read.history_periods(pillar_id)),
        table=Table(pillar, (words("Year"), words("Score")), tuple((p, words.number(s)) for p, s in values)),
    )  # fmt: skip


def pillar_waterfall(
    scores: Scores, catalogue: Catalogue, words: Words, pillar_id: str, hero: str | None = None
) -> Chart | None:
    """Return how a pillar's score is made, one step per indicator; None where the place has no score."""
    ask = Context.of(scores, catalogue, words, hero)
    parts, standing = ask.read.parts(pillar_id, ask.hero), ask.read.standing(pillar_id, ask.hero)
    if not parts or standing is None or standing.score is None:
        return None
    total = words.number(standing.score)
    said = [_said(ask, part) for part in parts]
    pillar = catalogue.pillars[pillar_id].name.in_(words.lang)
    sum_bar = Bar("sum", pillar, 0, standing.score, value=total, hero=True, detail=_range_words(words, standing),
                  note=ask.reading(pillar, total, score_span(words, standing)))  # fmt: skip
    marks = () if standing.low is None else (Mark("range", standing.low, until=standing.high),)
    chart = Chart(
        id=f"waterfall-{pillar_id}",
        view="waterfall",
        axis=SCORE,
        lang=words.lang,
        pillar=pillar_id,
        title=words(
            "{pillar}, {place}: how the score {score} is made", pillar=pillar, place=ask.name(ask.hero), score=total
        ),
        subject=ask.name(ask.hero),
        source=ask.sources(pillar_id),
        subtitle=words("Each indicator gives its score times its weight. The grey box is what it could have given."),
        description=f"{words('; ').join(said)}. {words('Sum {score}.', score=total)}",
        bars=(*_steps(ask, parts), sum_bar),
        marks=marks,
        table=Table(
            words("How the score {score} is made", score=total),
            (words("Indicator"), words("Score"), words("Weight"), words("Contribution")),
            _part_rows(ask, parts),
        ),
    )
    return with_cautions(ask, chart, of_score(ask, pillar_id, standing))


def _range_words(words: Words, row: Standing) -> str:
    span = score_span(words, row)
    return words("range {span}", span=span) if span else ""


def _steps(ask: Context, parts: tuple[Part, ...]) -> tuple[Bar, ...]:
    bars, at, words = [], 0.0, ask.words
    for part in parts:
        indicator = ask.indicator(part.indicator)
        detail = words(
            "score {score} × {weight} =", score=words.number(part.score), weight=weight_words(words, part.weight)
        )
        end = at + part.contribution
        given = words.number(part.contribution, 1)
        bars.append(
            Bar(part.indicator, ask.label(indicator), at, end, at + 100 * part.weight, given, detail=detail,
                short=indicator.label_short.in_(ask.lang), note=ask.said(ask.label(indicator), f"{detail} {given}"))
        )  # fmt: skip
        at = end
    return tuple(bars)


def _said(ask: Context, part: Part) -> str:
    words = ask.words
    return words("{label}: {score} times {weight} is {given}", label=ask.label(ask.indicator(part.indicator)),
                 score=words.number(part.score), weight=weight_words(words, part.weight),
                 given=words.number(part.contribution, 1))  # fmt: skip


def _part_rows(ask: Context, parts: tuple[Part, ...]) -> tuple[tuple[str, ...], ...]:
    words = ask.words
    return tuple(
        (ask.label(ask.indicator(p.indicator)), words.number(p.score), weight_words(words, p.weight),
         words.number(p.contribution, 1))
        for p in parts
    )  # fmt: skip


def weight_words(words: Words, weight: float) -> str:
    """Return a weight as a fraction where it is one over a small number, else in percent."""
    of = round(1 / weight) if weight > 0 else 0
    if 0 < of <= FRACTIONS and abs(weight * of - 1) < 1e-9:
        return "1" if of == 1 else f"1/{of}"
    return f"{words.number(100 * weight, 1)}\u00a0%"
