"""The order of a pillar's rows: as the catalogue has them, or by what the reader asks for (`sort=`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.schema import Indicator
from dashboard.charts.context import median_of
from dashboard.lookup import Cell
from dashboard.pages.visit import Visit
from dashboard.selection import Sort

REVERSED = "-"


@dataclass(frozen=True)
class Choice:
    """One way to order the rows: its name, the link that asks for it, and how it stands now."""

    key: str
    name: str
    url: str
    now: str  # how the rows are ordered by it, in words; "" when they are not
    arrow: str


def choices(visit: Visit) -> list[Choice]:
    """Return the ways to order the rows; the link of the one in use turns it round."""
    chosen, words = visit.address.selection.sort, visit.words
    first = Choice("", words("as in the catalogue"), visit.address.choosing(sort=None).url,
                   "" if chosen else words("in use"), "")  # fmt: skip
    # What comes first, and what comes first the other way round.
    ends: dict[Sort, tuple[str, str, str]] = {
        "name": (words("name"), words("from A to Z"), words("from Z to A")),
        "score": (words("score"), words("highest first"), words("lowest first")),
        "year": (words("year"), words("newest first"), words("oldest first")),
        "gap": (words("distance to the middle city"), words("furthest ahead first"), words("furthest behind first")),
        "interval": (words("interval"), words("widest first"), words("narrowest first")),
    }
    return [first, *(_choice(visit, key, *texts) for key, texts in ends.items())]


def _choice(visit: Visit, key: Sort, name: str, usual: str, turned: str) -> Choice:
    chosen = visit.address.selection.sort
    now = {key: usual, REVERSED + key: turned}.get(chosen or "", "")
    target = REVERSED + key if chosen == key else key
    rises = (key == "name") == (chosen == key)  # names begin with A, everything else with its largest
    return Choice(key, name, visit.address.choosing(sort=target).url, now, ("↑" if rises else "↓") if now else "")


def ordered(visit: Visit, indicators: Sequence[Indicator]) -> list[Indicator]:
    """Return indicators in the chosen order; those without what is asked for stand last, either way round."""
    chosen = visit.address.selection.sort
    if chosen is None:
        return list(indicators)
    turned, key = chosen.startswith(REVERSED), chosen.removeprefix(REVERSED)
    if key == "name":
        return sorted(indicators, key=lambda i: i.label.in_(visit.words.lang).casefold(), reverse=turned)
    sizes = {indicator.id: _size(visit, indicator, key) for indicator in indicators}
    known = [i for i in indicators if sizes[i.id] is not None]
    return [
        *sorted(known, key=lambda i: sizes[i.id] or 0.0, reverse=not turned),
        *(i for i in indicators if sizes[i.id] is None),
    ]


def _size(visit: Visit, indicator: Indicator, key: str) -> float | None:
    cell = visit.lookup.cell(indicator.id, visit.hero)
    if cell is None:
        return None
    if key == "year":
        return float(cell.year)
    if key == "score":
        return cell.score
    return gap(visit, indicator, cell) if key == "gap" else width(indicator, cell)


def middle(visit: Visit, indicator: Indicator) -> float | None:
    """Return the median score of the peers of the place the page is about; None with fewer than two."""
    cells = [visit.lookup.cell(indicator.id, peer.id) for peer in visit.edition.peers if peer.id != visit.hero]
    scores = {cell.area: cell.score for cell in cells if cell and cell.score is not None and cell.latest}
    own = visit.lookup.cell(indicator.id, visit.hero)
    if own is not None:
        scores.pop(own.area, None)  # a country's value counts once, and not as a peer of itself
    return median_of(scores.values()) if len(scores) > 1 else None


def gap(visit: Visit, indicator: Indicator, cell: Cell) -> float | None:
    """Return by how many points of score a value is ahead of the median of the peers; below zero it is behind."""
    centre = middle(visit, indicator)
    return None if centre is None or cell.score is None else cell.score - centre


def width(indicator: Indicator, cell: Cell) -> float | None:
    """Return the width of a value's interval as a share of its goalposts; None where there is no interval."""
    ends = indicator.goalposts
    if cell.lower is None or cell.upper is None or ends is None:
        return None
    return (cell.upper - cell.lower) / abs(ends.best - ends.worst)
