"""The plotting area of a chart over time: years along, values up."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.chart import Axis, Chart, Point

TOP, FOOT = 20.0, 300.0  # pixels of the highest and the lowest value


@dataclass(frozen=True)
class Plot:
    """Where a year (per cent from left) and a value (pixels from top) lie."""

    axis: Axis
    first: float
    last: float

    @classmethod
    def of(cls, chart: Chart) -> Plot:
        """Return the plot that holds every point and gap of `chart`."""
        years = [p.x for s in chart.series for p in s.points] + [e for g in chart.gaps for e in (g.start, g.end)]
        return cls(chart.axis, min(years), max(years))

    @staticmethod
    def down_on(axis: Axis, value: float) -> float:
        """Return the height of a value on an axis, in pixels from the top."""
        return round(FOOT - (FOOT - TOP) * (value - axis.low) / (axis.high - axis.low), 1)

    def down(self, value: float) -> float:
        """Return the height of a value, in pixels from the top."""
        return self.down_on(self.axis, value)

    def along(self, year: float) -> float:
        """Return the position of a year in per cent; a single year stands in the middle."""
        return 50.0 if self.first == self.last else round(100 * (year - self.first) / (self.last - self.first), 2)

    def at(self, point: Point) -> tuple[float, float]:
        """Return both positions of a point."""
        return self.along(point.x), self.down(point.y)
