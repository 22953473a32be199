"""Position strip: peers as ticks on one scale, the hero as a dot, its range as a bar in a lane of its own below."""

from __future__ import annotations

from dashboard.chart import Chart, Series, reading
from dashboard.drawing.ends import NARROWEST, inside
from dashboard.drawing.marks import SMALL, Box, Dot, Drawing, Label, Line, Mark, collide, place
from dashboard.scale import percent

HEIGHT = 60.0
MIDDLE = 17.0  # height of the lane of peers
GRID = (0, 25, 50, 75, 100)
NARROW_CELL = 280.0  # narrowest column a strip stands in


def layout(chart: Chart) -> Drawing:
    """Return the strip of a chart whose series hold one point each, in the unit of its axis."""
    grid = [Line("g", x, x, 0, 44) for x in GRID]
    return Drawing(
        SMALL, HEIGHT, (*grid, *_background(chart), *_peers(chart), *_marks(chart), *_hero(chart), *_words(chart))
    )


def _background(chart: Chart) -> list[Mark]:
    out: list[Mark] = []
    for mark in chart.marks:
        if mark.kind == "middle" and mark.until is not None:
            a, b = sorted((percent(chart.axis, mark.value), percent(chart.axis, mark.until)))
            out.append(Box("md", a, 8, b - a, 18))
    return out


def _peers(chart: Chart) -> list[Mark]:
    peers = [s for s in chart.series if s.role != "hero" and s.points]
    return [_tick(percent(chart.axis, s.points[0].y), s) for s in peers]


def _tick(x: float, series: Series) -> Line:
    return Line("p", x, x, 10, 24, tip=reading(series, series.points[0]), at=place(0, x))


def _marks(chart: Chart) -> list[Mark]:
    out: list[Mark] = []
    for mark in chart.marks:
        x = percent(chart.axis, mark.value)
        if mark.kind == "median":
            out.append(Line("m", x, x, 4, 30, tip=mark.label, at=place(0, x)))
        elif mark.kind in ("target", "limit"):
            out.append(Dot("t", x, MIDDLE, 6.5, tip=mark.label, diamond=True, at=place(0, x)))
    return out


def _hero(chart: Chart) -> list[Mark]:
    hero = chart.hero
    if hero is None or not hero.points:
        return []
    point, out = hero.points[0], list[Mark]()
    if point.low is not None and point.high is not None:
        a, b = sorted((percent(chart.axis, point.low), percent(chart.axis, point.high)))
        out.append(Box("iv", a, 35, max(b - a, 0.6), 4, round=2))
    x = percent(chart.axis, point.y)
    return [*out, Dot("h", x, MIDDLE, 7.5, tip=reading(hero, point), at=place(0, x))]


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
