"""Where a line breaks: at a period that could hold a value and does not, and at a named gap."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.chart import Gap, Point


def split(points: Sequence[Point], periods: Sequence[float], gaps: Sequence[Gap] = ()) -> tuple[tuple[Point, ...], ...]:
    """Return runs of consecutive points; two are joined only when nothing is missing between them."""
    runs: list[list[Point]] = []
    for point in points:
        if runs and not _broken(runs[-1][-1].x, point.x, periods, gaps):
            runs[-1].append(point)
        else:
            runs.append([point])
    return tuple(tuple(run) for run in runs)


def _broken(left: float, right: float, periods: Sequence[float], gaps: Sequence[Gap]) -> bool:
    missing = any(left < period < right for period in periods)
    return missing or any(gap.start < right and gap.end > left for gap in gaps)
