"""Charts of the municipalities: dots on one line, and a tile each on a map of equal squares."""

from __future__ import annotations

import re

from config.schema import Catalogue, Indicator
from dashboard.chart import Axis, Chart, Mark, Point, Series, Table, Tile
from dashboard.charts.cautions import Shown, of_indicator, with_cautions
from dashboard.charts.context import Context, Time, at_time, median_of
from dashboard.drawing.text import width
from dashboard.i18n import Words
from dashboard.lookup import Cell
from dashboard.rounding import rounded
from dashboard.scale import nice
from indicators.scores import Scores

CLASSES = 5
COLUMNS = 4  # of the rows of municipalities that have no tile of their own
SAINTS = {"Saint": "St", "Sainte": "Ste", "Sint": "St"}
ALIKE = 1.1  # a ratio of the extremes below this is not worth a headline
TILE_ROOM = 68.0  # for a line of a name in the narrowest tile, in pixels


def municipality_dots(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, time: Time = None,
    parent: str | None = None,
) -> Chart | None:  # fmt: skip
    """Return the municipalities of `parent` (the hero) on a line, the extremes named; None without two values then."""
    ask, indicator, cells = _asked(scores, catalogue, words, indicator_id, parent, time)
    if len(cells) < 2:
        return None
    values = {p: c.value or 0.0 for p, c in cells.items()}
    ends = min(values, key=lambda p: values[p]), max(values, key=lambda p: values[p])
    low, high = ends_of(values)
    centre = median_of(values.values())
    series = tuple(
        Series(
            p,
            ask.name(p),
            "peer",
            (Point(0, v, note=_note(ask, indicator, p, cells)),),
            label=ask.name(p) if p in ends else "",
            value=ask.value(indicator, v),
        )
        for p, v in values.items()
    )
    median = words("{place} {value}", place=words("middle municipality"), value=ask.value(indicator, centre))
    chart = Chart(
        id=f"dots-{indicator_id}",
        view="dots",
        axis=Axis(low, high, indicator.better, indicator.symbol.in_(words.lang)),
        lang=words.lang,
        title=_finding(ask, indicator, values, ends),
        subtitle=_subtitle(ask, indicator, cells),
        description=_description(ask, indicator, values, ends, median),
        series=series,
        marks=(Mark("median", centre, median, short=words("middle municipality")),),
        source=ask.source(indicator),
        badge=words("municipality"),
        table=_table(ask, indicator, cells),
    )
    return with_cautions(ask, chart, of_indicator(ask, indicator, _shown(ask, cells)))


def _shown(ask: Context, cells: dict[str, Cell]) -> Shown:
    return Shown(cells, tuple(cells.values()), [p for p in _ids(ask) if p not in cells], beside=True)


def municipality_tiles(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, time: Time = None,
    parent: str | None = None,
) -> Chart | None:  # fmt: skip
    """Return a tile per municipality of `parent` (the hero) in five classes, hatched if empty; None without two."""
    ask, indicator, cells = _asked(scores, catalogue, words, indicator_id, parent, time)
    if len(cells) < 2:
        return None
    values = {p: c.value or 0.0 for p, c in cells.items()}
    ends = min(values, key=lambda p: values[p]), max(values, key=lambda p: values[p])
    limits = _limits(list(values.values()), indicator.decimals)
    tiles = _positions(ask)
    symbol = indicator.symbol.in_(words.lang).strip() or indicator.unit.in_(words.lang)
    said = [f"{ask.name(p)} {ask.plain(indicator, values[p]) if p in values else words('no data')}" for p in _ids(ask)]
    chart = Chart(
        id=f"tiles-{indicator_id}", view="map", axis=Axis(*ends_of(values), indicator.better, symbol), lang=words.lang,
        title=_finding(ask, indicator, values, ends), subtitle=_subtitle(ask, indicator, cells),
        description=f"{words('; ').join(said)}. {indicator.unit.in_(words.lang)}.",
        tiles=tuple(_tile(ask, indicator, p, cells, limits, at) for p, at in tiles.items()),
        steps=tuple(ask.plain(indicator, limit) for limit in limits),
        source=ask.source(indicator), badge=words("municipality"), table=_table(ask, indicator, cells),
    )  # fmt: skip
    return with_cautions(ask, chart, of_indicator(ask, indicator, _shown(ask, cells)))


def ends_of(values: dict[str, float]) -> tuple[float, float]:
    """Return round ends around the values."""
    return nice(min(values.values()), max(values.values()))


def _asked(
    scores: Scores, catalogue: Catalogue, words: Words, indicator_id: str, parent: str | None, time: Time
) -> tuple[Context, Indicator, dict[str, Cell]]:
    ask = Context.of(scores, catalogue, words, parent)
    indicator = ask.indicator(indicator_id)
    known = at_time(ask.read, indicator_id, _ids(ask), time)
    newest = max((c.period for c in known.values()), default="")
    return ask, indicator, {p: c for p, c in known.items() if c.period == newest}


def _ids(ask: Context) -> tuple[str, ...]:
    return tuple(place.id for place in ask.catalogue.municipalities(ask.hero))


def _positions(ask: Context) -> dict[str, tuple[int, int]]:
    """Return place -> row and column: where site.yaml puts it, else in rows below those."""
    tiles = ask.catalogue.site.tiles
    codes = {place.id: place.areas.get("municipality", "") for place in ask.catalogue.municipalities(ask.hero)}
    known = {place: tiles[code] for place, code in codes.items() if code in tiles}
    below = max((row + 1 for row, _ in known.values()), default=0)
    rest = [place for place in codes if place not in known]
    placed = {place: (below + at // COLUMNS, at % COLUMNS) for at, place in enumerate(rest)}
    return {place: (known | placed)[place] for place in codes}


def _finding(ask: Context, indicator: Indicator, values: dict[str, float], ends: tuple[str, str]) -> str:
    low, high = values[ends[0]], values[ends[1]]
    if low <= 0 or high / low < ALIKE:
        return ask.words(
            "{label}: from {low} in {a} to {high} in {b}",
            label=ask.label(indicator),
            a=ask.name(ends[0]),
            b=ask.name(ends[1]),
            low=ask.value(indicator, low),
            high=ask.value(indicator, high),
        )
    return ask.words("{label}: {times} times as high in {b} as in {a}", label=ask.label(indicator),
                     times=ask.words.number(high / low, 1), a=ask.name(ends[0]), b=ask.name(ends[1]))  # fmt: skip


def _subtitle(ask: Context, indicator: Indicator, cells: dict[str, Cell]) -> str:
    year = ask.period(indicator, next(iter(cells.values())))
    count = ask.words("{count} of {of} {of:municipality|municipalities}", count=len(cells), of=len(_ids(ask)))
    return f"{indicator.unit.in_(ask.lang)}, {count}, {year}."


def _description(
    ask: Context, indicator: Indicator, values: dict[str, float], ends: tuple[str, str], median: str
) -> str:
    low, high = (ask.value(indicator, values[p]) for p in ends)
    parts = [
        ask.words("From {first} {a} to {last} {b}.", first=ask.name(ends[0]), a=low, last=ask.name(ends[1]), b=high)
    ]
    parts.append(f"{median[0].upper()}{median[1:]}.")
    return " ".join(parts)


def _table(ask: Context, indicator: Indicator, cells: dict[str, Cell]) -> Table:
    words = ask.words
    ordered = sorted(_ids(ask), key=lambda p: -(cells[p].value or 0.0) if p in cells else float("inf"))
    rows = tuple(
        (ask.name(p), ask.plain(indicator, cells[p].value or 0.0) if p in cells else words("no data"),
         ask.period(indicator, cells[p]) if p in cells else "")
        for p in ordered
    )  # fmt: skip
    return Table(ask.label(indicator), (words("Municipality"), indicator.unit.in_(ask.lang), words("Year")), rows)


def _limits(values: list[float], decimals: int) -> tuple[float, ...]:
    """Four limits that cut the values into five classes of about the same size, rounded as printed."""
    ordered, count = sorted(values), len(values)
    at = [ordered[min(count - 1, round(count * k / CLASSES))] for k in range(1, CLASSES)]
    return tuple(dict.fromkeys(float(rounded(limit, decimals)) for limit in at))


def _tile(
    ask: Context, indicator: Indicator, place: str, cells: dict[str, Cell], limits: tuple[float, ...],
    at: tuple[int, int],
) -> Tile:  # fmt: skip
    row, column = at
    lines, note = broken(ask.name(place)), _note(ask, indicator, place, cells)
    if place not in cells:
        return Tile(place, lines, row, column, ask.words("no data"), 0, note)
    value = cells[place].value or 0.0
    step = 1 + sum(float(rounded(value, indicator.decimals)) >= limit for limit in limits)
    return Tile(place, lines, row, column, ask.plain(indicator, value), step, note)


def _note(ask: Context, indicator: Indicator, place: str, cells: dict[str, Cell]) -> str:
    cell = cells.get(place)
    if cell is None:
        return ask.said(ask.name(place), ask.words("no data"))
    return ask.reading(f"{ask.name(place)}, {ask.period(indicator, cell)}", ask.value(indicator, cell.value or 0.0))


def broken(name: str) -> tuple[str, ...]:
    """Return a municipality's name in lines that fit a narrow tile, broken after hyphens and spaces.

    Where two lines do not hold it, a saint is abbreviated; a name that still does not fit takes three lines.
    """
    if width(name) <= TILE_ROOM:
        return (name,)
    short = re.sub(r"(?<!\w)(?:Sainte|Saint|Sint)(?=-)", lambda word: SAINTS[word.group()], name)
    for form in (name, short):
        lines = _in_two(form)
        if max(width(line) for line in lines) <= TILE_ROOM:
            return lines
    return tuple(part.strip() for part in re.findall(r"[^- ]+[- ]?", short))


def _in_two(name: str) -> tuple[str, str]:
    """The two lines whose longer one is shortest."""
    cuts = [found.end() for found in re.finditer(r"[- ](?=.)", name)] or [len(name)]
    pairs = [(name[:cut].strip(), name[cut:]) for cut in cuts]
    return min(pairs, key=lambda pair: max(width(line) for line in pair))
