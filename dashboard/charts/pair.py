"""Two places side by side: the scores of a pillar's indicators as pairs of marks, each with its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.schema import Catalogue, Indicator
from dashboard.chart import Axis, Chart, Key, Point, Series, Table
from dashboard.charts.cautions import of_pair, with_cautions
from dashboard.charts.context import Context
from dashboard.i18n import Words
from dashboard.lookup import Cell
from dashboard.sentences import verdict_word
from indicators.scores import Scores, Verdict


@dataclass(frozen=True)
class _Row:
    """One indicator with both scored values (None where there is none) and the verdict of the first place."""

    indicator: Indicator
    cells: tuple[Cell | None, Cell | None]
    verdict: Verdict

    @property
    def sure(self) -> bool:
        return self.verdict.word in ("ahead", "behind")

    @property
    def gap(self) -> float | None:
        """Score of the first place minus that of the second."""
        here, there = self.cells
        if here is None or there is None or here.score is None or there.score is None:
            return None
        return here.score - there.score


def pair_scores(
    scores: Scores, catalogue: Catalogue, words: Words, pillar: str, hero: str, other: str,
    verdicts: Mapping[str, Verdict],
) -> Chart:  # fmt: skip
    """Return the scores of two places on every indicator of a pillar, the hero furthest behind first.

    `verdicts`: indicator id -> verdict of the hero against the other place. KeyError for an unknown place or pillar.
    """
    ask = Context.of(scores, catalogue, words, hero)
    rows = [_Row(i, (_scored(ask, i, hero), _scored(ask, i, other)), verdicts[i.id]) for i in catalogue.scored(pillar)]
    rows.sort(key=lambda row: (row.gap is None, row.gap or 0.0))
    names = (ask.name(hero), ask.name(other))
    title = _title(ask, catalogue.pillars[pillar].name.in_(words.lang), rows)
    chart = Chart(
        id=f"pair-{pillar}", view="pair", title=title, axis=Axis(0, 100), lang=words.lang, pillar=pillar,
        subtitle=words("Scores 0–100 of {here} and {there}. Further right is better.", here=names[0], there=names[1]),
        description=_description(ask, rows, (hero, other)),
        series=tuple(_series(ask, row, (hero, other)) for row in rows),
        key=_key(ask, rows, names), table=_table(ask, title, rows, names),
    )  # fmt: skip
    return with_cautions(ask, chart, of_pair(ask, pillar, other))


def _scored(ask: Context, indicator: Indicator, place: str) -> Cell | None:
    cell = ask.read.cell(indicator.id, place)
    return cell if cell is not None and cell.latest and cell.score is not None else None


def _title(ask: Context, pillar: str, rows: Sequence[_Row]) -> str:
    ahead, behind = (sum(row.verdict.word == word for row in rows) for word in ("ahead", "behind"))
    return ask.words(
        "{pillar}: ahead on {ahead}, behind on {behind} of {of}", pillar=pillar, ahead=ahead, behind=behind,
        of=len(rows),
    )  # fmt: skip


def _description(ask: Context, rows: Sequence[_Row], places: tuple[str, str]) -> str:
    said = []
    for row in rows:
        subjects = [ask.subject(row.indicator, place) for place in places]
        both = [f"{name} {_score(ask, cell)}" for name, cell in zip(subjects, row.cells, strict=True)]
        said.append(f"{ask.said(ask.label(row.indicator), ', '.join(both))}, {_verdict(ask, row)}")
    return ask.words("; ").join(said)


def _score(ask: Context, cell: Cell | None) -> str:
    return ask.words("no value") if cell is None or cell.score is None else ask.words.number(cell.score)


def _verdict(ask: Context, row: _Row) -> str:
    points = ask.words.number(abs(row.gap)) if row.gap is not None else "0"
    if row.sure and points != "0":
        ahead = row.verdict.word == "ahead"
        return ask.words("ahead by {points}" if ahead else "behind by {points}", points=points)
    return verdict_word(ask.words, row.verdict.word)


def _series(ask: Context, row: _Row, places: tuple[str, str]) -> Series:
    points = tuple(
        _point(ask, row.indicator, at, ask.subject(row.indicator, place), cell)
        for at, (place, cell) in enumerate(zip(places, row.cells, strict=True))
        if cell is not None
    )
    short = row.indicator.label_short.in_(ask.lang)
    return Series(
        row.indicator.id, ask.label(row.indicator), "hero", points, row.sure, label=short, value=_verdict(ask, row)
    )


def _point(ask: Context, indicator: Indicator, at: int, name: str, cell: Cell) -> Point:
    value = ask.value(indicator, cell.value or 0.0)
    note = ask.said(f"{ask.label(indicator)}, {name}", f"{_score(ask, cell)} ({value}, {ask.period(indicator, cell)})")
    return Point(at, cell.score or 0.0, _on_scale(indicator, cell.lower), _on_scale(indicator, cell.upper), note)


def _on_scale(indicator: Indicator, value: float | None) -> float | None:
    """Return a value as a score of 0-100 by the indicator's goalposts."""
    ends = indicator.goalposts
    if value is None or ends is None:
        return None
    return min(max(100 * (value - ends.worst) / (ends.best - ends.worst), 0.0), 100.0)


def _key(ask: Context, rows: Sequence[_Row], names: tuple[str, str]) -> tuple[Key, ...]:
    words = ask.words
    sampled = any(cell is not None and cell.has_interval for row in rows for cell in row.cells)
    wanted = (
        (True, Key("hero", names[0])),
        (True, Key("other", names[1])),
        (sampled, Key("interval", words("95% interval"))),
        (any(row.sure for row in rows), Key("verdict", words("clear difference"))),
        (not all(row.sure for row in rows), Key("no_verdict", words("no clear difference"))),
    )
    return tuple(key for shown, key in wanted if shown)


def _table(ask: Context, title: str, rows: Sequence[_Row], names: tuple[str, str]) -> Table:
    header = (ask.words("Indicator"), *names, ask.words("{place} is", place=names[0]))
    cells = [(ask.label(r.indicator), *(_score(ask, c) for c in r.cells), _verdict(ask, r)) for r in rows]
    return Table(title, header, tuple(cells))
