"""Overall scores and ranks under the reader's weights and goalposts, each beside what is published."""

from __future__ import annotations

from config.schema import Catalogue
from dashboard.chart import Chart, Key, Point, Series, Table
from dashboard.charts.context import Context
from dashboard.charts.scores import SCORE
from dashboard.i18n import Words
from dashboard.lookup import OVERALL, Standing
from dashboard.sentences import rank_ends, rank_span, score_span
from dashboard.shifted import change
from dashboard.trial import Trial
from indicators.scores import Scores


def overall_trial(scores: Scores, catalogue: Catalogue, words: Words, trial: Trial, hero: str | None = None) -> Chart:
    """Return the ranked places by their overall score of the trial, the published score as a hollow mark.

    `scores` are the published ones; without a change the two are one and only one is drawn.
    """
    ask = Context.of(scores, catalogue, words, hero)
    rows = _rows(ask, trial)
    own = trial.standings.get((OVERALL, ask.hero))
    usual = ask.read.standing(OVERALL, ask.hero)
    return Chart(
        id="trial", view="rank", axis=SCORE, lang=words.lang, title=_title(ask, trial, own),
        subtitle=words("Overall score from 0 to 100 with its range. Further right is better."),
        description=_description(ask, trial, own, usual),
        series=tuple(_series(ask, trial, row) for row in rows),
        ends=(words("published") if trial.changed else "", words("rank")), key=_key(ask, trial),
        table=_table(ask, trial, rows),
    )  # fmt: skip


def _rows(ask: Context, trial: Trial) -> list[Standing]:
    found = [s for (what, _), s in trial.standings.items() if what == OVERALL and s.rank is not None]
    return sorted(found, key=lambda row: (row.rank or 0, ask.name(row.place)))


def _title(ask: Context, trial: Trial, own: Standing | None) -> str:
    words, place = ask.words, ask.name(ask.hero)
    if trial.changed:
        return words("With your choices, not as published: {place} {rank}", place=place, rank=rank_span(words, own))
    return words("As published: {place} {rank}", place=place, rank=rank_span(words, own))


def _description(ask: Context, trial: Trial, own: Standing | None, usual: Standing | None) -> str:
    words, parts = ask.words, []
    if own is not None and own.score is not None:
        low, high = (words.number(end) for end in (own.low or 0.0, own.high or 0.0))
        parts.append(words("Score {score} of 100.", score=words.number(own.score)))
        parts.append(words("Range {low} to {high}.", low=low, high=high))
    if trial.changed and usual is not None and usual.score is not None:
        parts.append(words("Published score {score} of 100.", score=words.number(usual.score)))
    rows = _rows(ask, trial)
    if rows:
        ends = {"first": ask.name(rows[0].place), "last": ask.name(rows[-1].place)}
        a, b = (words.number(row.score or 0.0) for row in (rows[0], rows[-1]))
        parts.append(words("From {first} {a} to {last} {b}.", a=a, b=b, **ends))
    return " ".join(parts)


def _series(ask: Context, trial: Trial, row: Standing) -> Series:
    words, usual = ask.words, ask.read.standing(OVERALL, row.place)
    place = ask.placed(row.rank_low, row.rank_high, row.places) if row.rank_low and row.rank_high else ""
    note = ask.reading(ask.name(row.place), words.number(row.score or 0.0), score_span(words, row), place)
    points = [Point(0, row.score or 0.0, row.low, row.high, note)]
    if trial.changed and usual is not None and usual.score is not None:
        said = words("{place}: published {score}", place=ask.name(row.place), score=words.number(usual.score))
        points.append(Point(0, usual.score, note=said))
    return Series(
        row.place, ask.name(row.place), "hero" if row.place == ask.hero else "peer", tuple(points),
        label=_span(ask, usual) if trial.changed else "", value=words.number(row.score or 0.0), rank=_span(ask, row),
    )  # fmt: skip


def _span(ask: Context, row: Standing | None) -> str:
    """Return the range of a rank in little room: 12–19."""
    return "" if row is None or row.rank is None else ask.words.span(str(row.rank_low), str(row.rank_high))


def _key(ask: Context, trial: Trial) -> tuple[Key, ...]:
    words = ask.words
    keys = (
        Key("hero", ask.name(ask.hero)), Key("peer_dot", words("peer city-region")),
        Key("peer_interval", words("range")),
    )  # fmt: skip
    return (*keys, Key("not_apart", words("published score"))) if trial.changed else keys


def _table(ask: Context, trial: Trial, rows: list[Standing]) -> Table:
    words, places = ask.words, [row.place for row in rows]
    caption = words("With your choices, not as published") if trial.changed else words("As published")
    header = [words("Place"), words("Score"), words("Range")]
    header += [words("Published score"), words("Rank: published → yours")] if trial.changed else [words("Rank")]
    body = tuple(_cells(ask, trial, row) for row in rows)
    return Table(caption, tuple(header), body, places.index(ask.hero) if ask.hero in places else None)


def _cells(ask: Context, trial: Trial, row: Standing) -> tuple[str, ...]:
    words, usual = ask.words, ask.read.standing(OVERALL, row.place)
    own = ask.name(row.place), words.number(row.score or 0.0), score_span(words, row)
    if not trial.changed:
        return (*own, rank_ends(words, row))
    score = "–" if usual is None or usual.score is None else words.number(usual.score)
    return (*own, score, change(words, row, usual, trial.shifts.get((OVERALL, row.place))))
