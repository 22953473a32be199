"""Small charts of a fixed width: the sparkline over all periods, and the slope of the last two values."""

from __future__ import annotations

from dashboard.chart import Chart, Point
from dashboard.drawing.marks import SMALL, Box, Curve, Dot, Drawing, Label, Line, Mark, place
from dashboard.drawing.runs import split

WIDTH = 112.0
LEFT, RIGHT = 4 / 1.12, 104 / 1.12  # per cent of the width
SPARK_TOP, SPARK_FOOT, SPARK_HEIGHT = 6.0, 26.0, 46.0
SLOPE_TOP, SLOPE_FOOT, SLOPE_HEIGHT = 5.0, 41.0, 60.0


def spark(chart: Chart) -> Drawing:
    """Return the sparkline of the hero; a missing period breaks the line, and the last value is the hero's mark."""
    points = _points(chart)
    at = {p.x: (_along(p.x, points), _down(p.y, points, SPARK_TOP, SPARK_FOOT)) for p in points}
    runs = tuple(tuple(at[p.x] for p in run) for run in split(points, chart.periods, chart.gaps))
    marks: list[Mark] = [Curve("p", tuple(run for run in runs if len(run) > 1))]
    marks += [Dot("pd", *at[p.x], 2, tip=p.note, at=place(0, p.x)) for p in points[:-1]]
    last = points[-1]
    marks.append(Dot("hb", *at[last.x], 4, tip=last.note, at=place(0, last.x)))
    return Drawing(SMALL, SPARK_HEIGHT, (*marks, *_years(points, 42)), WIDTH)


def slope(chart: Chart) -> Drawing:
    """Return two values with their intervals; a dashed grey line where no change can be told."""
    points = _points(chart)[-2:]
    if len(points) < 2:
        raise ValueError(f"chart {chart.id!r}: a slope needs two values")
    told = chart.hero is not None and chart.hero.told_apart is True
    at = [(x, _down(p.y, points, SLOPE_TOP, SLOPE_FOOT)) for x, p in zip((15 / 1.12, 95 / 1.12), points, strict=True)]
    marks: list[Mark] = [_interval(x, p, points) for (x, _), p in zip(at, points, strict=True) if p.low is not None]
    marks.append(Line("hl-line" if told else "p", at[0][0], at[1][0], at[0][1], at[1][1], dashed=not told))
    kind = "hb" if told else "pd"
    marks += [Dot(kind, x, y, 4.5, tip=p.note, at=place(0, p.x)) for (x, y), p in zip(at, points, strict=True)]
    return Drawing(SMALL, SLOPE_HEIGHT, (*marks, *_years(points, 58)), WIDTH)


def _points(chart: Chart) -> tuple[Point, ...]:
    if chart.hero is None or not chart.hero.points:
        raise ValueError(f"chart {chart.id!r}: a small chart needs the hero's values")
    return chart.hero.points


def _along(x: float, points: tuple[Point, ...]) -> float:
    first, last = points[0].x, points[-1].x
    return round(RIGHT if first == last else LEFT + (RIGHT - LEFT) * (x - first) / (last - first), 2)


def _down(y: float, points: tuple[Point, ...], top: float, foot: float) -> float:
    values = [v for p in points for v in (p.y, p.low, p.high) if v is not None]
    low, high = min(values), max(values)
    return round((top + foot) / 2 if low == high else foot - (foot - top) * (y - low) / (high - low), 1)


def _interval(x: float, point: Point, points: tuple[Point, ...]) -> Box:
    low, high = (_down(v if v is not None else point.y, points, SLOPE_TOP, SLOPE_FOOT) for v in (point.low, point.high))
    return Box("pr", x, high, 3, max(low - high, 2), round=1.5, dx=-1.5, pixels=True)


def _years(points: tuple[Point, ...], y: float) -> list[Mark]:
    last = Label(f"{points[-1].x:.0f}", 108 / 1.12, y, "end")
    return [last] if len(points) == 1 else [Label(f"{points[0].x:.0f}", 0, y), last]
