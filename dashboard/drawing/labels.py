"""Direct labels of a chart over time: years below, names at the ends of lines, names of limits beside them."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.chart import Chart, Mark, Series
from dashboard.drawing.ends import kept, spread
from dashboard.drawing.marks import Anchor, Frame, Label
from dashboard.drawing.plot import FOOT, TOP, Plot
from dashboard.drawing.text import shortened, width

ROW = 16.0  # least distance of two baselines
FEW = 8  # so many periods or fewer are all worth a label
HERO_SIZE = 13.0  # of the hero's value, in pixels
RIGHT_ROOM = 124.0  # for a name at the end of a line, in pixels
NARROW_ROOM = 36.0  # for the value there in a narrow frame


def year_labels(chart: Chart, plot: Plot, frame: Frame) -> tuple[Label, ...]:
    """Return labels of the first and last year, and of as many between as fit."""
    years = sorted({p.x for s in chart.series for p in s.points})
    between = years[1:-1] if len(years) <= FEW else [y for y in years[1:-1] if y % 5 == 0]
    wanted = [years[-1], years[0], *sorted(between, key=lambda y: (y % 10 != 0, y))]
    labels = [Label(f"{y:.0f}", plot.along(y), FOOT + 20, "middle") for y in dict.fromkeys(wanted)]
    return kept(labels, frame)


def end_labels(chart: Chart, plot: Plot) -> tuple[Label, ...]:
    """Return values and names at the last value of each labelled line, pushed apart; names are for wide frames."""
    named = [s for s in chart.series if s.points and s.label and _reaches(s, plot)]
    wanted = [plot.down(s.points[-1].y) + 4 for s in named]
    heights = spread(wanted, ROW, TOP - 4, FOOT + 2)
    out = []
    for series, y in zip(named, heights, strict=True):
        hero = series.role == "hero"
        text = shortened(f"{series.value} {series.label}".strip(), RIGHT_ROOM, HERO_SIZE if hero else 12, hero)
        out.append(Label(text, 100, y, dx=12, kind="hl" if hero else "", only="l"))
        if hero:
            out.append(_value(series.value, plot.down(series.points[-1].y)))
    return tuple(out)


def _value(text: str, y: float) -> Label:
    """Return the hero's last value in a narrow frame: beside its mark, or over or under it where it is too long."""
    if width(text, 13, bold=True) <= NARROW_ROOM:
        return Label(text, 100, y + 4, dx=12, kind="hl", only="s")
    over = y - 12 if y - 12 > TOP else y + 22
    return Label(text, 100, over, "end", dx=44, kind="hl", only="s")


def early_labels(chart: Chart, plot: Plot, frame: Frame, fixed: Sequence[Label]) -> tuple[Label, ...]:
    """Return names of labelled lines that end before the last year, above their last value, with that year."""
    placed: list[Label] = []
    for series in chart.series:
        if series.points and series.label and not _reaches(series, plot):
            x, y = plot.at(series.points[-1])
            text = f"{series.value} {series.label} ({series.points[-1].x:.0f})"
            anchor: Anchor = "start" if x < 25 else "end"
            spots = [Label(text, x, y + up, anchor, kind="halo", only="l") for up in (-7, 16)]
            fits = (found for spot in spots if (found := kept([spot], frame, [*fixed, *placed])))
            placed += next(fits, ())
    return tuple(placed)


def _reaches(series: Series, plot: Plot) -> bool:
    return series.points[-1].x == plot.last or series.role == "hero"


def curve_labels(chart: Chart, plot: Plot, frame: Frame, fixed: list[Label]) -> tuple[Label, ...]:
    """Return names of limits and gaps inside the plot, each where it covers the fewest points and no other label."""
    placed: list[Label] = []
    for mark in chart.marks:
        if mark.kind in ("target", "limit"):
            placed += _beside(mark, chart, plot, frame, [*fixed, *placed])
    for gap in chart.gaps[:1]:
        x = (plot.along(chart.gaps[0].start) + plot.along(chart.gaps[-1].end)) / 2
        anchor: Anchor = "start" if x < 25 else "end" if x > 75 else "middle"
        label = Label(gap.reason, round(x, 2), FOOT - 12, anchor, kind="halo")
        placed += kept([label], frame, [*fixed, *placed])
    return tuple(placed)


def _beside(mark: Mark, chart: Chart, plot: Plot, frame: Frame, taken: list[Label]) -> tuple[Label, ...]:
    y = plot.down(mark.value)
    spots = [(x, y + up, a) for up in (-6, 14) for x, a in ((99.0, "end"), (1.0, "start"))]
    spots.sort(key=lambda spot: _covered(chart, plot, spot[1], spot[2]))
    best: tuple[Label, ...] = ()
    for x, base, anchor in spots:
        wide = Label(mark.label, x, base, "end" if anchor == "end" else "start", kind="halo", only="l")
        narrow = Label(mark.short or mark.label, x, base, wide.anchor, kind="halo", only="s")
        found = kept([wide, narrow], frame, taken) if TOP - 8 <= base <= FOOT - 3 else ()
        if len(found) > len(best):
            best = found
    return best


def _covered(chart: Chart, plot: Plot, y: float, anchor: str) -> int:
    left, right = (55.0, 100.0) if anchor == "end" else (0.0, 45.0)
    points = [plot.at(p) for s in chart.series if s.role != "faint" for p in s.points]
    return sum(left <= px <= right and y - 14 <= py <= y + 6 for px, py in points)
