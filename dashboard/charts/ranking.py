"""The ranking of an indicator over places, with intervals, rank ranges and verdicts against the hero, and its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from config.schema import Catalogue, Indicator
from dashboard.chart import Axis, Chart, Key, Mark, Point, Series, Table
from dashboard.charts.apart import differs, rank_ranges
from dashboard.charts.context import Context, Time, at_time, median_of
from dashboard.charts.values import reference_key, references
from dashboard.i18n import Words
from dashboard.lookup import Cell
from dashboard.scale import nice
from indicators.scores import Floats, Scores

MANY_UNSURE = 20.0  # per cent of answers "don't know" that are worth a remark


@dataclass(frozen=True)
class Ranking:
    """Cells in order (best first), their pairwise verdicts and rank ranges, and the places without a value."""

    cells: dict[str, Cell]
    table: Floats
    ranks: dict[str, tuple[int, int]]
    missing: tuple[str, ...]

    def against(self, hero: str) -> dict[str, bool | None]:
        """Return per place whether it differs from the hero; None where the two are not compared."""
        if hero not in self.cells:
            return dict.fromkeys(self.cells)
        row = self.table[list(self.cells).index(hero)]
        return {p: None if np.isnan(v) else bool(v) for p, v in zip(self.cells, row, strict=True)}


def indicator_rank(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, places: Sequence[str] = (),
    hero: str | None = None, time: Time = None,
) -> Chart | None:  # fmt: skip
    """Return the places by their value, best first; None with fewer than two values at that time."""
    ask = Context.of(scores, catalogue, words, hero)
    indicator = ask.indicator(indicator_id)
    found = _ranking(ask, indicator, places, time)
    if len(found.cells) < 2:
        return None
    usual = _usual(found)
    lines = references(ask, indicator)
    marks = (*lines, *_median(ask, indicator, found))
    return Chart(
        id=f"rank-{indicator_id}", view="rank", axis=_axis(ask, indicator, found, marks), lang=words.lang,
        pillar=ask.pillar(indicator), title=_title(ask, indicator, found),
        subtitle=_subtitle(ask, indicator, found, usual), description=_description(ask, indicator, found),
        series=_series(ask, indicator, found, usual), marks=marks, ends=("", words("rank")),
        note=_note(ask, found), source=ask.source(indicator), badge=ask.level(indicator),
        key=(*_key(ask, found), *reference_key(words, lines)),
        table=_table(ask, indicator, found),
    )  # fmt: skip


def indicator_table(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, places: Sequence[str] = (),
    hero: str | None = None, time: Time = None,
) -> Table:  # fmt: skip
    """Return one row per place: value, interval, rank, score, year, level, area, and what is odd about the value."""
    ask = Context.of(scores, catalogue, words, hero)
    indicator = ask.indicator(indicator_id)
    return _table(ask, indicator, _ranking(ask, indicator, places, time))


def _ranking(ask: Context, indicator: Indicator, places: Sequence[str], time: Time) -> Ranking:
    ids = dict.fromkeys((ask.hero, *places)) if places else dict.fromkeys(ask.compared())
    known = at_time(ask.read, indicator.id, ids, time)
    sign = 1 if indicator.better == "lower" else -1
    cells = dict(sorted(known.items(), key=lambda item: (sign * (item[1].value or 0.0), ask.name(item[0]))))
    table = differs(indicator, list(cells.values()), ask.catalogue.method.list_level)
    ranks = rank_ranges({p: c.value or 0.0 for p, c in cells.items()}, table, indicator.better == "lower")
    return Ranking(cells, table, ranks, tuple(p for p in ids if p not in known))


def _usual(found: Ranking) -> str:
    """The period most places share."""
    return Counter(cell.period for cell in found.cells.values()).most_common(1)[0][0]


def _median(ask: Context, indicator: Indicator, found: Ranking) -> tuple[Mark, ...]:
    peers = [c.value or 0.0 for p, c in found.cells.items() if p != ask.hero]
    if len(peers) < 2:
        return ()
    centre = median_of(peers)
    return (Mark("median", centre, ask.words("median {value}", value=ask.brief(indicator, centre))),)


def _axis(ask: Context, indicator: Indicator, found: Ranking, marks: tuple[Mark, ...]) -> Axis:
    values = [v for c in found.cells.values() for v in (c.value, c.lower, c.upper) if v is not None]
    low, high = nice(min([*values, *(m.value for m in marks)]), max([*values, *(m.value for m in marks)]))
    return Axis(low, high, indicator.better, indicator.symbol.in_(ask.lang), indicator.decimals)


def _title(ask: Context, indicator: Indicator, found: Ranking) -> str:
    words, place, label = ask.words, ask.name(ask.hero), ask.label(indicator)
    if ask.hero not in found.cells:
        return words("{label}: no value for {place}", label=label, place=place)
    verdicts = [v for p, v in found.against(ask.hero).items() if p != ask.hero and v is not None]
    if verdicts:
        return words("{count} of {of} peers cannot be told apart from {place}",
                     count=sum(not v for v in verdicts), of=len(verdicts), place=place)  # fmt: skip
    rank = words.span(*(words.ordinal(r) for r in found.ranks[ask.hero]))
    if indicator.better is None:
        return words(
            "{label}: {place} {rank} highest of {count}", label=label, place=place, rank=rank, count=len(found.cells)
        )
    return words("{label}: {place} {rank} of {count}", label=label, place=place, rank=rank, count=len(found.cells))


def _subtitle(ask: Context, indicator: Indicator, found: Ranking, usual: str) -> str:
    year = next(ask.period(indicator, c) for c in found.cells.values() if c.period == usual)
    parts = [ask.label(indicator), indicator.unit.in_(ask.lang), ask.level(indicator), year]
    right = ask.words("Better is to the right.") if indicator.better else ""
    return f"{', '.join(parts)}. {right}".strip()


def _description(ask: Context, indicator: Indicator, found: Ranking) -> str:
    words, ids = ask.words, list(found.cells)
    first, last = ids[0], ids[-1]
    said = {p: ask.value(indicator, c.value or 0.0) for p, c in found.cells.items()}
    parts = [
        words(
            "From {first} {a} to {last} {b}.", first=ask.name(first), a=said[first], last=ask.name(last), b=said[last]
        )
    ]
    if ask.hero in said:
        span = ask.interval(indicator, found.cells[ask.hero])
        own = words("{place} {value}", place=ask.name(ask.hero), value=said[ask.hero])
        parts.append(f"{own} ({words('95% interval')} {span})." if span else f"{own}.")
    named = (*_median(ask, indicator, found), *references(ask, indicator))
    parts += [f"{mark.label[0].upper()}{mark.label[1:]}." for mark in named]
    if found.missing:
        parts.append(words("No value: {places}.", places=words.listing([ask.name(p) for p in found.missing])))
    return " ".join(parts)


def _series(ask: Context, indicator: Indicator, found: Ranking, usual: str) -> tuple[Series, ...]:
    told = found.against(ask.hero)
    out = [_one(ask, indicator, p, c, found, told[p], usual) for p, c in found.cells.items()]
    out += [
        Series(p, ask.name(p), "hero" if p == ask.hero else "peer", (), label=ask.words("no value"))
        for p in found.missing
    ]
    return tuple(out)


def _one(
    ask: Context, indicator: Indicator, place: str, cell: Cell, found: Ranking, told: bool | None, usual: str
) -> Series:
    year = ask.period(indicator, cell)
    national = cell.whole_country and indicator.scheme != "country"
    odd = ask.words("country") if national else ask.period_brief(indicator, cell) if cell.period != usual else ""
    mine = place == ask.hero
    note = ask.reading(
        f"{ask.name(place)}, {year}", ask.value(indicator, cell.value or 0.0), ask.interval(indicator, cell),
        ask.placed(*found.ranks[place], len(found.cells), better=indicator.better is not None),
        ask.words("whole country") if national else "",
        ask.words("cannot be told apart from {place}", place=ask.name(ask.hero)) if told is False and not mine else "",
    )  # fmt: skip
    point = Point(0, cell.value or 0.0, cell.lower, cell.upper, note)
    return Series(
        place, ask.name(place), "hero" if mine else "peer", (point,),
        told_apart=None if mine else told, label=odd, value=ask.plain(indicator, cell.value or 0.0),
        rank=ask.words.span(*(str(r) for r in found.ranks[place])),
    )  # fmt: skip


def _note(ask: Context, found: Ranking) -> str:
    level, words = ask.catalogue.method.list_level, ask.words
    tests = sum(v is not None for p, v in found.against(ask.hero).items() if p != ask.hero)
    if not tests:
        return words("No sampling error is published for these values, so no interval is drawn.")
    return words(
        "The verdict tests the difference, not the overlap of two bars. Of {count} tests at this level, chance "
        "alone flags {flags}.",
        count=tests,
        flags=words.number(tests * (1 - level), 2),
    )


def _key(ask: Context, found: Ranking) -> tuple[Key, ...]:
    words, verdicts = ask.words, [told for p, told in found.against(ask.hero).items() if p != ask.hero]
    level = words.number(100 * ask.catalogue.method.list_level, 1)
    wanted = (
        (ask.hero in found.cells, Key("hero", ask.name(ask.hero))),
        (True, Key("peer_dot", words("differs") if True in verdicts else words("peer city-region"))),
        (
            False in verdicts and None not in verdicts,
            Key("not_apart", words("cannot be told apart ({level}%)", level=level)),
        ),
        (
            None in verdicts and {True, False} & {*verdicts},
            Key("not_apart", words("cannot be told apart ({level}%), or not compared", level=level)),
        ),
        (any(c.has_interval for c in found.cells.values()), Key("peer_interval", words("95% interval"))),
    )
    return tuple(key for shown, key in wanted if shown)


def _table(ask: Context, indicator: Indicator, found: Ranking) -> Table:
    words, ids = ask.words, list(found.cells)
    header = [words("Place"), words("Value"), words("95% interval"), words("Rank"), words("Score"), words("Year"),
              words("Level"), words("Area"), words("Remark")]  # fmt: skip
    rows = [_row(ask, indicator, p, c, found) for p, c in found.cells.items()]
    rows += [(ask.name(p), words("no value"), *[""] * 7) for p in found.missing]
    hero = ids.index(ask.hero) if ask.hero in ids else None
    return Table(ask.label(indicator), tuple(header), tuple(rows), hero)


def _row(ask: Context, indicator: Indicator, place: str, cell: Cell, found: Ranking) -> tuple[str, ...]:
    words = ask.words
    return (
        ask.name(place), ask.plain(indicator, cell.value or 0.0), ask.interval(indicator, cell),
        words.span(*(str(r) for r in found.ranks[place])),
        "" if cell.score is None else words.number(cell.score), ask.period(indicator, cell), ask.level(indicator),
        cell.area, _remark(ask, indicator, place, cell),
    )  # fmt: skip


def _remark(ask: Context, indicator: Indicator, place: str, cell: Cell) -> str:
    words = ask.words
    flag = indicator.flags.get(place)
    unsure = (cell.dont_know or 0.0) > MANY_UNSURE
    parts = [
        words("whole country") if cell.whole_country and indicator.scheme != "country" else "",
        words("beyond the scale, held at its end") if cell.clipped else "",
        words("don’t know {share}%", share=words.number(cell.dont_know or 0.0)) if unsure else "",
        flag.in_(ask.lang) if flag else "",
    ]
    return "; ".join(part for part in parts if part)
