"""The ranking of an indicator over places, with intervals, rank ranges and verdicts against the hero, and its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from config.schema import Catalogue, Indicator
from dashboard.chart import Axis, Chart, Key, Mark, Point, Series, Table
from dashboard.charts.apart import differs, rank_ranges
from dashboard.charts.cautions import Shown, of_indicator, with_cautions
from dashboard.charts.context import Context, Time, at_time, median_of
from dashboard.charts.values import reference_key, references
from dashboard.i18n import Words
from dashboard.lookup import Cell
from dashboard.scale import nice
from dashboard.sentences import by_chance
from indicators.scores import Floats, Scores
from indicators.verdict import expected_by_chance


@dataclass(frozen=True)
class Ranking:
    """Cells in order (best first), their pairwise verdicts, and the places without a value.

    A territory whose value several places show stands once: `members` are those places, by the one that stands for
    them. Ranks are those among the places that are ranked by default, `count` of them, whichever are `shown` and
    whoever the page is about; a place whose value has no error, or that is not ranked by default, has none.
    """

    cells: dict[str, Cell]
    table: Floats
    ranks: dict[str, tuple[int, int]]
    count: int
    members: dict[str, tuple[str, ...]]
    shown: tuple[str, ...]
    missing: tuple[str, ...]
    middle: float | None  # median of the ranked places without the hero

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
    if indicator.comparable != "places":
        return None
    found = _ranking(ask, indicator, places, time)
    if found.count < 2 or not found.shown:
        return None
    usual = _usual(found)
    lines = references(ask, indicator)
    marks = (*lines, *_median(ask, indicator, found))
    chart = Chart(
        id=f"rank-{indicator_id}", view="rank", axis=_axis(ask, indicator, found, marks), lang=words.lang,
        pillar=ask.pillar(indicator), title=_title(ask, indicator, found),
        subtitle=_subtitle(ask, indicator, found, usual), description=_description(ask, indicator, found),
        series=_series(ask, indicator, found, usual), marks=marks, ends=("", words("rank")),
        note=_note(ask, found), subject=ask.subject(indicator, ask.hero),
        source=ask.source(indicator), badge=ask.level(indicator),
        key=(*_key(ask, indicator, found), *reference_key(words, lines)),
        table=_table(ask, indicator, found),
    )  # fmt: skip
    return with_cautions(ask, chart, of_indicator(ask, indicator, _said_of(found)))


def _said_of(found: Ranking) -> Shown:
    cells = {place: found.cells[place] for place in found.shown}
    return Shown(cells, tuple(cells.values()), found.missing, beside=True)


def indicator_table(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, places: Sequence[str] = (),
    hero: str | None = None, time: Time = None,
) -> Table:  # fmt: skip
    """Return one row per place: value, interval, rank, score, year, level, area, and what is odd about the value.

    Where places may not be compared, rows stand by name and there is no column of ranks.
    """
    ask = Context.of(scores, catalogue, words, hero)
    indicator = ask.indicator(indicator_id)
    return _table(ask, indicator, _ranking(ask, indicator, places, time))


def _ranking(ask: Context, indicator: Indicator, places: Sequence[str], time: Time) -> Ranking:
    compared = ask.compared()
    ids = dict.fromkeys((*compared, *places))
    known = at_time(ask.read, indicator.id, [p for p in ids if p not in indicator.other_unit], time)
    members = ask.sharing(known)
    cells = dict(sorted(((p, known[p]) for p in members), key=lambda item: _place_in_order(ask, indicator, *item)))
    wanted = dict.fromkeys((ask.hero, *places)) if places else dict.fromkeys(compared)
    listed = {p: c for p, c in cells.items() if set(members[p]) & set(ask.listed())}
    table = differs(indicator, list(cells.values()), ask.catalogue.method.list_level)
    return Ranking(
        cells, table, _ranks(indicator, cells, listed, table), len(listed), members,
        shown=tuple(p for p in cells if set(members[p]) & set(wanted)),
        missing=tuple(p for p in wanted if p not in known),
        middle=_middle(ask, listed),
    )  # fmt: skip


def _place_in_order(ask: Context, indicator: Indicator, place: str, cell: Cell) -> tuple[float, str]:
    """Best first; by name where places may not be compared."""
    sign = 1 if indicator.better == "lower" else -1
    return (sign * (cell.value or 0.0) if indicator.comparable == "places" else 0.0, ask.name(place))


def _middle(ask: Context, listed: dict[str, Cell]) -> float | None:
    peers = [cell.value or 0.0 for place, cell in listed.items() if place != ask.hero]
    return median_of(peers) if len(peers) > 1 else None


def _ranks(
    indicator: Indicator, cells: dict[str, Cell], listed: dict[str, Cell], table: Floats
) -> dict[str, tuple[int, int]]:
    """The ranks each listed place with an error may have; a pair that cannot be tested may stand either way."""
    if indicator.comparable != "places":
        return {}
    at = [i for i, place in enumerate(cells) if place in listed]
    told = np.nan_to_num(table[np.ix_(at, at)])
    ranks = rank_ranges({p: c.value or 0.0 for p, c in listed.items()}, told, indicator.better == "lower")
    return {place: span for place, span in ranks.items() if listed[place].has_interval}


def _usual(found: Ranking) -> str:
    """The period most places share."""
    return Counter(found.cells[place].period for place in found.shown).most_common(1)[0][0]


def _median(ask: Context, indicator: Indicator, found: Ranking) -> tuple[Mark, ...]:
    if found.middle is None:
        return ()
    text = ask.middle(indicator, ask.brief(indicator, found.middle))
    return (Mark("median", found.middle, text),)


def _axis(ask: Context, indicator: Indicator, found: Ranking, marks: tuple[Mark, ...]) -> Axis:
    shown = [found.cells[place] for place in found.shown]
    values = [v for c in shown for v in (c.value, c.lower, c.upper) if v is not None]
    low, high = nice(min([*values, *(m.value for m in marks)]), max([*values, *(m.value for m in marks)]))
    return Axis(low, high, indicator.better, indicator.symbol.in_(ask.lang), indicator.decimals)


def _title(ask: Context, indicator: Indicator, found: Ranking) -> str:
    words, place, label = ask.words, ask.subject(indicator, ask.hero), ask.label(indicator)
    if ask.hero not in found.cells:
        return words("{label}: no value for {place}", label=label, place=place)
    if ask.hero in found.ranks:
        placed = ask.placed(*found.ranks[ask.hero], found.count, better=indicator.better is not None)
        return words("{label}: {place} {rank}", label=label, place=place, rank=placed)
    cell = found.cells[ask.hero]
    own, year = ask.value(indicator, cell.value or 0.0), ask.period(indicator, cell)
    if found.middle is None:
        return words("{label}: {place} {value} in {year}", label=label, place=place, value=own, year=year)
    return words("{label}: {place} {value} in {year}, the middle {median}", label=label, place=place, value=own,
                 year=year, median=ask.value(indicator, found.middle))  # fmt: skip


def _subtitle(ask: Context, indicator: Indicator, found: Ranking, usual: str) -> str:
    year = next(ask.period(indicator, c) for c in found.cells.values() if c.period == usual)
    parts = [ask.label(indicator), indicator.unit.in_(ask.lang), ask.level(indicator), year]
    right = ask.words("Further right is better.") if indicator.better else ""
    return f"{', '.join(parts)}. {right}".strip()


def _description(ask: Context, indicator: Indicator, found: Ranking) -> str:
    words, first, last = ask.words, found.shown[0], found.shown[-1]
    said = {p: ask.value(indicator, found.cells[p].value or 0.0) for p in found.shown}
    ends = {"first": ask.short(indicator, first), "last": ask.short(indicator, last)}
    parts = [words("From {first} {a} to {last} {b}.", a=said[first], b=said[last], **ends)]
    if ask.hero in said:
        span = ask.interval(indicator, found.cells[ask.hero])
        own = words("{place} {value}", place=ask.subject(indicator, ask.hero), value=said[ask.hero])
        parts.append(f"{own} ({words('95% interval')} {span})." if span else f"{own}.")
        parts += _alike(ask, found)
    named = (*_median(ask, indicator, found), *references(ask, indicator))
    parts += [f"{mark.label[0].upper()}{mark.label[1:]}." for mark in named]
    return " ".join(parts)


def _alike(ask: Context, found: Ranking) -> list[str]:
    """How many of the places that are shown cannot be told apart from the hero; nothing where none was tested."""
    told = found.against(ask.hero)
    verdicts = [told[p] for p in found.shown if p != ask.hero and told[p] is not None]
    if not verdicts:
        return []
    text = ask.words("{count} of the {of} other {of:place|places} {count:is|are} too close to {place} to call",
                     count=sum(not v for v in verdicts), of=len(verdicts), place=ask.name(ask.hero))  # fmt: skip
    return [f"{text}."]


def _series(ask: Context, indicator: Indicator, found: Ranking, usual: str) -> tuple[Series, ...]:
    told = found.against(ask.hero)
    out = [_one(ask, indicator, p, found, told[p], usual) for p in found.shown]
    out += [
        Series(p, ask.name(p), "hero" if p == ask.hero else "peer", (), label=ask.words("no value"))
        for p in found.missing
    ]
    return tuple(out)


def _one(ask: Context, indicator: Indicator, place: str, found: Ranking, told: bool | None, usual: str) -> Series:
    cell, mine = found.cells[place], place == ask.hero
    year = ask.period(indicator, cell)
    national = cell.whole_country and indicator.scheme != "country"
    odd = ask.words("country") if national else ask.period_brief(indicator, cell) if cell.period != usual else ""
    rank = found.ranks.get(place)
    note = ask.reading(
        f"{ask.row(indicator, found.members[place])}, {year}", ask.value(indicator, cell.value or 0.0),
        ask.interval(indicator, cell),
        ask.placed(*rank, found.count, better=indicator.better is not None) if rank else "",
        ask.words("too close to {place} to call", place=ask.name(ask.hero)) if told is False and not mine else "",
    )  # fmt: skip
    point = Point(0, cell.value or 0.0, cell.lower, cell.upper, note)
    return Series(
        place, ask.short(indicator, place), "hero" if mine else "peer", (point,),
        told_apart=None if mine else told, label=odd, value=ask.plain(indicator, cell.value or 0.0),
        rank=_span(ask, rank),
    )  # fmt: skip


def _span(ask: Context, rank: tuple[int, int] | None) -> str:
    return ask.words.span(*(str(end) for end in rank)) if rank else ""


def _note(ask: Context, found: Ranking) -> str:
    level, words = ask.catalogue.method.list_level, ask.words
    told = found.against(ask.hero)
    tests = sum(told[p] is not None for p in found.shown if p != ask.hero)
    unranked = [p for p in found.shown if found.cells[p].has_interval and p not in found.ranks]
    said = words("Not ranked: {places}.", places=words.listing([ask.name(p) for p in unranked])) if unranked else ""
    if not tests:
        return said
    tested = words(
        "The difference itself is tested, not the overlap of two bars. Of {count} "
        "{count:comparison|comparisons}, chance alone would make {flags} look clear.",
        count=tests,
        flags=by_chance(words, expected_by_chance(tests, level)),
    )
    return f"{said} {tested}".strip()


def _key(ask: Context, indicator: Indicator, found: Ranking) -> tuple[Key, ...]:
    words, told = ask.words, found.against(ask.hero)
    verdicts = [told[p] for p in found.shown if p != ask.hero]
    level = words.number(100 * ask.catalogue.method.list_level, 1)
    peer = words("country of a peer") if indicator.scheme == "country" else words("peer city-region")
    wanted = (
        (ask.hero in found.cells, Key("hero", ask.subject(indicator, ask.hero))),
        (bool(verdicts), Key("peer_dot", words("clear difference") if True in verdicts else peer)),
        (
            False in verdicts and None not in verdicts,
            Key("not_apart", words("too close to call ({level}%)", level=level)),
        ),
        (
            None in verdicts and bool({True, False} & {*verdicts}),
            Key("not_apart", words("too close to call ({level}%), or not compared", level=level)),
        ),
        (any(found.cells[p].has_interval for p in found.shown), Key("peer_interval", words("95% interval"))),
    )
    return tuple(key for shown, key in wanted if shown)


def _table(ask: Context, indicator: Indicator, found: Ranking) -> Table:
    words, ranked = ask.words, indicator.comparable == "places"
    header = [words("Place"), words("Value"), words("95% interval"), *([words("Rank")] if ranked else []),
              words("Score"), words("Year"), words("Level"), words("Area"), words("Remark")]  # fmt: skip
    rows = [_row(ask, indicator, p, found) for p in found.shown]
    rows += [_without(ask, indicator, p, len(header)) for p in found.missing]
    hero = found.shown.index(ask.hero) if ask.hero in found.shown else None
    return Table(ask.label(indicator), tuple(header), tuple(rows), hero)


def _row(ask: Context, indicator: Indicator, place: str, found: Ranking) -> tuple[str, ...]:
    words, cell = ask.words, found.cells[place]
    return (
        ask.row(indicator, found.members[place]), ask.plain(indicator, cell.value or 0.0),
        ask.interval(indicator, cell),
        *([_span(ask, found.ranks.get(place))] if indicator.comparable == "places" else []),
        "" if cell.score is None else words.number(cell.score), ask.period(indicator, cell), ask.level(indicator),
        cell.area, _remark(ask, indicator, place, cell),
    )  # fmt: skip


def _without(ask: Context, indicator: Indicator, place: str, columns: int) -> tuple[str, ...]:
    """The row of a place without a value, or with one in another unit."""
    said = ask.words("in another unit") if place in indicator.other_unit else ask.words("no value")
    return (ask.name(place), said, *[""] * (columns - 2))


def _remark(ask: Context, indicator: Indicator, place: str, cell: Cell) -> str:
    words = ask.words
    flag = indicator.flags.get(place)
    unsure = "dont_know" in cell.cautions
    parts = [
        words("beyond the scale, held at its end") if cell.clipped else "",
        words("don’t know {share}%", share=words.number(cell.dont_know or 0.0)) if unsure else "",
        flag.in_(ask.lang) if flag else "",
    ]
    return words("; ").join(part for part in parts if part)
