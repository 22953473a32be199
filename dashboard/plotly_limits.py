"""Targets and limits of an interactive figure: dashed lines across the plot, each named where it covers least."""

from __future__ import annotations

from typing import Any

from dashboard.chart import Chart, Mark

SIDE, ABOVE = 0.3, 0.07  # share of the years, and of the scale, that a name takes


def limits(chart: Chart) -> list[Mark]:
    """Return the targets and limits of a chart."""
    return [mark for mark in chart.marks if mark.kind in ("target", "limit")]


def limit_line(value: float, colour: str, along: str) -> dict[str, Any]:
    """Return a dashed line at `value`, across the axis `along` ("x" or "y")."""
    across = "y" if along == "x" else "x"
    line = {"color": colour, "width": 1.25, "dash": "dash"}
    ends = {f"{along}0": 0, f"{along}1": 1, f"{across}0": value, f"{across}1": value}
    return {"type": "line", f"{along}ref": "paper", f"{across}ref": across, "line": line, **ends}


def limit_labels(chart: Chart, colour: str) -> list[dict[str, Any]]:
    """Return the name of each limit above its line, at the left end or where fewer values lie, the right one."""
    return [_label(mark, colour, right=_covered(chart, mark, right=False) > _covered(chart, mark, right=True))
            for mark in limits(chart)]  # fmt: skip


def safe(text: str) -> str:
    """Return a text that may not open a tag of a label's little markup, nor a template field."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "% {")


def _label(mark: Mark, colour: str, *, right: bool) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 1 if right else 0,
        "y": mark.value,
        "text": safe(mark.label),
        "xanchor": "right" if right else "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": colour},
    }


def _covered(chart: Chart, mark: Mark, *, right: bool) -> int:
    """Return how many values lie where the name would stand."""
    points = [point for series in chart.series if series.role != "faint" for point in series.points]
    years = [point.x for point in points]
    edge = (max(years) - min(years)) * SIDE if years else 0.0
    room = ABOVE * (chart.axis.high - chart.axis.low)
    inside = [p for p in points if (p.x >= max(years) - edge if right else p.x <= min(years) + edge)]
    return sum(mark.value - room / 4 <= point.y <= mark.value + room for point in inside)
