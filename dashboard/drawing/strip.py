"""Position strip: peers as ticks on one scale, the hero as a dot, its range as a bar in a lane of its own below."""

from __future__ import annotations

from dashboard import chart as chart_model
from dashboard.chart import Chart, Series, reading
from dashboard.drawing.ends import NARROWEST, inside
from dashboard.drawing.marks import SMALL, Box, Dot, Drawing, Label, Line, Mark, collide, place
from dashboard.scale import percent

HEIGHT = 60.0
MIDDLE = 17.0  # height of the lane of peers
GRID = (0, 25, 50, 75, 100)
NARROW_CELL = 280.0  # narrowest column a strip stands in
ROW_HEIGHT, ROW_MIDDLE = 18.0, 7.0


def layout(chart: Chart) -> Drawing:
    """Return the strip of a chart whose series hold one point each, in the unit of its axis."""
    grid = [Line("g", x, x, 0, 44) for x in GRID]
    return Drawing(
        SMALL, HEIGHT, (*grid, *_background(chart), *_peers(chart), *_marks(chart), *_hero(chart), *_words(chart))
    )


def row(chart: Chart) -> Drawing:
    """Return the same strip as low as a line of a table, without words: what it shows stands in the row's cells."""
    marks: list[Mark] = [Line("g", x, x, 0, ROW_HEIGHT) for x in GRID]
    marks += [*_background(chart, 1.5, 11), *_peers(chart, 3, 11)]
    marks += [_median(chart, mark, 0.5, 13.5) for mark in chart.marks if mark.kind == "median"]
    return Drawing(SMALL, ROW_HEIGHT, (*marks, *_hero(chart, ROW_MIDDLE, 4.5, lane=14.5, thick=2.5)))


def _background(chart: Chart, top: float = 8, tall: float = 18) -> list[Mark]:
    out: list[Mark] = []
    for mark in chart.marks:
        if mark.kind == "middle" and mark.until is not None:
            a, b = sorted((percent(chart.axis, mark.value), percent(chart.axis, mark.until)))
            out.append(Box("md", a, top, b - a, tall))
    return out


def _peers(chart: Chart, top: float = 10, bottom: float = 24) -> list[Mark]:
    peers = [s for s in chart.series if s.role != "hero" and s.points]
    return [_tick(percent(chart.axis, s.points[0].y), s, top, bottom) for s in peers]


def _tick(x: float, series: Series, top: float, bottom: float) -> Line:
    return Line("p", x, x, top, bottom, tip=reading(series, series.points[0]), at=place(0, x))


def _median(chart: Chart, mark: chart_model.Mark, top: float, bottom: float) -> Line:
    x = percent(chart.axis, mark.value)
    return Line("m", x, x, top, bottom, tip=mark.label, at=place(0, x))


def _marks(chart: Chart) -> list[Mark]:
    out: list[Mark] = []
    for mark in chart.marks:
        if mark.kind == "median":
            out.append(_median(chart, mark, 4, 30))
        elif mark.kind in ("target", "limit"):
            x = percent(chart.axis, mark.value)
            out.append(Dot("t", x, MIDDLE, 6.5, tip=mark.label, diamond=True, at=place(0, x)))
    return out


def _hero(chart: Chart, middle: float = MIDDLE, r: float = 7.5, *, lane: float = 35, thick: float = 4) -> list[Mark]:
    hero = chart.hero
    if hero is None or not hero.points:
        return []
    point, out = hero.points[0], list[Mark]()
    if point.low is not None and point.high is not None:
        a, b = sorted((percent(chart.axis, point.low), percent(chart.axis, point.high)))
        out.append(Box("iv", a, lane, max(b - a, 0.6), thick, round=thick / 2))
    x = percent(chart.axis, point.y)
    return [*out, Dot("h", x, middle, r, tip=reading(hero, point), at=place(0, x))]


def _words(chart: Chart) -> list[Mark]:
    """The ends of the scale where they are given, else the names of the two extremes; never touching each other."""
    if any(chart.ends):
        return [Label(chart.ends[0], 0, 57), Label(chart.ends[1], 100, 57, "end")]
    named = [s for s in chart.series if s.role != "hero" and s.label and s.points]
    places = sorted((percent(chart.axis, s.points[0].y), s.label) for s in named)
    labels = [Label(text, x, 57, inside(x)) for x, text in places]
    if len(labels) == 2 and any(collide(labels[0], labels[1], room) for room in (NARROW_CELL, NARROWEST)):
        labels = _turned_away(labels)
    return list(labels)


def _turned_away(labels: list[Label]) -> list[Label]:
    left = Label(labels[0].text, labels[0].x, 57, "end" if labels[0].x > 35 else "start")
    right = Label(labels[1].text, labels[1].x, 57, "start" if labels[1].x < 65 else "end")
    touching = any(collide(left, right, room) for room in (NARROW_CELL, NARROWEST))
    return [labels[1]] if touching else [left, right]
