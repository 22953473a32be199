"""Chart model -> interactive figure as a plain dictionary: no template, transparent ground, our colours, direct labels.

A plain dictionary costs a fraction of a millisecond to build. The toolbar offers no upload to anywhere. The ids of
points are their places in the keyboard walk, as in the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.chart import Axis, Chart, Gap, Point, Series, reading
from dashboard.drawing.marks import place
from dashboard.drawing.runs import split
from dashboard.palette import colours
from dashboard.plotly_limits import limit_labels, limit_line, limits, safe
from dashboard.plotly_locales import LOCALES
from dashboard.scale import percent

FONT = {"family": '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif', "size": 12}
INTERACTIVE = ("line", "rank", "strip")  # views that gain by being interactive; the others stay as drawn
AIR = 0.02  # of the years shown, left free beside the first and the last
REMOVED = ["select2d", "lasso2d", "autoScale2d", "toggleSpikelines", "sendDataToCloud"]
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "showEditInChartStudio": False,
    "plotlyServerURL": "",
    "topojsonURL": "",
    "responsive": True,
    "scrollZoom": False,
    "displayModeBar": False,  # images and data have their own links
    "modeBarButtonsToRemove": REMOVED,
}


def config(lang: str) -> dict[str, Any]:
    """Return the configuration of a graph in "en", "fr" or "nl"; KeyError for another language."""
    return {**CONFIG, "locale": lang, "locales": {lang: LOCALES[lang]}}


def figure(chart: Chart, theme: str = "light", *, narrow: bool = False) -> dict[str, Any]:
    """Return the figure of a line, ranking or strip as {"data", "layout"}; ValueError for another view.

    A `narrow` line leaves its room to the drawing: only the hero's last value is written beside it.
    """
    if chart.view == "line":
        data, layout = _line(chart, theme, narrow)
    elif chart.view == "rank":
        data, layout = _rank(chart, theme)
    elif chart.view == "strip":
        data, layout = _strip(chart, theme)
    else:
        raise ValueError(f"no interactive form of the view {chart.view!r}; it is drawn by svg.render")
    return {"data": data, "layout": {**_base(chart, theme), **layout}}


def _base(chart: Chart, theme: str) -> dict[str, Any]:
    roles = colours(theme, chart.pillar)
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {**FONT, "color": roles["ink-2"]},
        "hoverlabel": {"font": FONT, "bgcolor": roles["paper"], "bordercolor": roles["rule"]},
        "showlegend": False,
        "separators": ".," if chart.lang == "en" else ",." if chart.lang == "nl" else ",\u202f",
        "hovermode": "closest",
        "dragmode": False,
        "uirevision": chart.id,
        "meta": {"title": chart.title, "description": chart.description, "source": chart.source},
    }


def _value_axis(axis: Axis, theme: str, flip: bool) -> dict[str, Any]:
    roles = colours(theme)
    ends = [axis.high, axis.low] if flip and axis.better == "lower" else [axis.low, axis.high]
    return {
        "range": ends,
        "gridcolor": roles["grid"],
        "zeroline": False,
        "ticksuffix": axis.symbol if len(axis.symbol.strip()) == 1 else "",
        "fixedrange": True,
        "automargin": True,
        "separatethousands": True,
    }


def _line(chart: Chart, theme: str, narrow: bool) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    roles = colours(theme, chart.pillar)
    data = [_gap(gap, chart.axis, roles) for gap in chart.gaps]
    data += [trace for s in chart.series if s.role == "hero" for trace in _bands(chart, s, roles["mark"])]
    data += [_trace(chart, s, theme) for s in sorted(chart.series, key=lambda s: s.role == "hero")]
    years = sorted({p.x for s in chart.series for p in s.points})
    layout = {
        "height": 364,
        "margin": {"l": 40, "r": 56 if narrow else 130, "t": 16, "b": 32},
        "yaxis": _value_axis(chart.axis, theme, flip=False),
        "xaxis": {
            "showgrid": False,
            "zeroline": False,
            "linecolor": roles["rule"],
            "fixedrange": True,
            "tickformat": "d",
            "range": [years[0] - AIR * (years[-1] - years[0]), years[-1] + AIR * (years[-1] - years[0])],
            **_year_ticks(years, 4 if narrow else 8),
        },
        "annotations": _end_labels(chart, theme, narrow) + limit_labels(chart, roles["ink-2"]),
        "shapes": [limit_line(m.value, roles["ink-2"], "x") for m in limits(chart)],
    }
    return data, layout


def _gap(gap: Gap, axis: Axis, roles: Mapping[str, str]) -> dict[str, Any]:
    """Missing years as a low hatched bar on the axis, with the reason when it is pointed at."""
    pattern = {"shape": "/", "fgcolor": roles["peer"], "bgcolor": roles["paper"], "size": 6, "solidity": 0.25}
    return {
        "type": "bar",
        "x": [(gap.start + gap.end) / 2],
        "width": [gap.end - gap.start],
        "y": [0.02 * (axis.high - axis.low)],
        "base": [axis.low],
        "marker": {"pattern": pattern, "line": {"width": 0}},
        "hovertext": [safe(gap.note or gap.reason)],
        "hoverinfo": "text",
    }


def _year_ticks(years: list[float], most: int) -> dict[str, Any]:
    """Every year where few stand, else every second, third ... counted back from the newest."""
    step = -(-len(years) // most)
    if len(years) > 2 * most:
        return {"tickmode": "auto", "nticks": most}
    return {"tickmode": "array", "tickvals": years[::-step][::-1], "tickangle": 0}


def _trace(chart: Chart, series: Series, theme: str) -> dict[str, Any]:
    """One line; a missing period is a None between two points, so that the line breaks."""
    roles = colours(theme, chart.pillar)
    hero, middle = series.role == "hero", series.role == "median"
    colour = roles["mark"] if hero else roles["ink"] if middle else roles["peer"]
    points, row = _with_breaks(chart, series), chart.series.index(series)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": series.name,
        "x": [p.x if p else None for p in points],
        "y": [p.y if p else None for p in points],
        "connectgaps": False,
        "line": {"color": colour, "width": 2.75 if hero else 1.5},
        "marker": {"color": colour, "size": 7 if hero else 4},
        **_read([(place(row, p.x), p.note or series.name) if p else ("", "") for p in points]),
    }


def _read(stops: list[tuple[str, str]]) -> dict[str, Any]:
    """The points' places in the keyboard walk, and the words read there, which the pointer shows too."""
    words = [safe(text) for _, text in stops]
    return {"ids": [at for at, _ in stops], "customdata": words, "hovertemplate": "%{customdata}<extra></extra>"}


def _with_breaks(chart: Chart, series: Series) -> list[Point | None]:
    runs = split(series.points, chart.periods, chart.gaps if series.role == "hero" else ())
    out: list[Point | None] = []
    for run in runs:
        out += [*([None] if out else []), *run]
    return out


def _bands(chart: Chart, series: Series, colour: str) -> list[dict[str, Any]]:
    out = []
    for run in split(series.points, chart.periods, chart.gaps):
        known = [p for p in run if p.low is not None and p.high is not None]
        if len(known) > 1:
            out.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "fill": "toself",
                    "x": [p.x for p in known] + [p.x for p in reversed(known)],
                    "y": [p.high for p in known] + [p.low for p in reversed(known)],
                    "line": {"width": 0, "color": colour},
                    "fillcolor": _faded(colour, 0.16),
                    "hoverinfo": "skip",
                }
            )
    return out


def _end_labels(chart: Chart, theme: str, narrow: bool) -> list[dict[str, Any]]:
    roles = colours(theme)
    last = max(p.x for s in chart.series for p in s.points)
    out = []
    for series in chart.series:
        hero = series.role == "hero"
        if series.label and series.points and series.points[-1].x == last and (hero or not narrow):
            text = safe((series.value if narrow else f"{series.value} {series.label}").strip())
            out.append(
                {
                    "x": last,
                    "y": series.points[-1].y,
                    "text": f"<b>{text}</b>" if hero else text,
                    "xanchor": "left",
                    "xshift": 10,
                    "showarrow": False,
                    "font": {"color": roles["ink"] if hero else roles["ink-3"]},
                }
            )
    return _spread(out, chart.axis)


def _spread(labels: list[dict[str, Any]], axis: Axis, gap: float = 15 / 316) -> list[dict[str, Any]]:
    """Push labels apart along the value axis: `gap` is the least distance as a share of the axis."""
    least, below = gap * (axis.high - axis.low), float("-inf")
    for label in sorted(labels, key=lambda found: float(found["y"])):
        label["y"] = max(label["y"], below + least)
        below = label["y"]
    return labels


def _rank(chart: Chart, theme: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    roles = colours(theme, chart.pillar)
    shown = [s for s in chart.series if s.points]
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [s.points[0].y for s in shown],
            "y": [s.name for s in shown],
            "error_x": _errors([s.points[0] for s in shown], roles["peer-2"]),
            "marker": {
                "size": [12 if s.role == "hero" else 8 for s in shown],
                "color": [_rank_colour(chart, s, roles) for s in shown],
                "line": {"width": 1.5, "color": [roles["mark"] if s.role == "hero" else roles["peer"] for s in shown]},
            },
            **_read([(place(0, chart.series.index(s)), reading(s, s.points[0])) for s in shown]),
        }
    ]
    layout = {
        "height": 80 + 22 * len(chart.series),
        "margin": {"l": 110, "r": 24, "t": 12 + 16 * max(len(chart.marks), 1), "b": 32},
        "xaxis": _value_axis(chart.axis, theme, flip=True),
        "yaxis": {"autorange": "reversed", "type": "category", "fixedrange": True, "showgrid": False, "dtick": 1,
                  "categoryarray": [s.name for s in chart.series], "categoryorder": "array"},
        "shapes": [limit_line(m.value, roles["ink-2"], "y") for m in chart.marks],
        "annotations": [_top_label(m.label, m.value, chart.axis, line) for line, m in enumerate(chart.marks)],
    }  # fmt: skip
    return data, layout


def _rank_colour(chart: Chart, series: Series, roles: Any) -> str:
    if series.role == "hero":
        return str(roles["mark"])
    return str(roles["paper"] if chart.hollow(series) else roles["peer"])


def _errors(points: list[Point], colour: str) -> dict[str, Any]:
    above = [0 if p.high is None else p.high - p.y for p in points]
    below = [0 if p.low is None else p.y - p.low for p in points]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": colour, "width": 0,
            "visible": any(above) or any(below)}  # fmt: skip


def _top_label(text: str, value: float, axis: Axis, line: int) -> dict[str, Any]:
    """A mark's name above the drawing, each on its own line and turned inwards near an end of the axis."""
    share = (value - axis.low) / (axis.high - axis.low)
    right = 1 - share if axis.better == "lower" else share
    anchor = "right" if right > 0.7 else "left" if right < 0.3 else "center"
    place = {"yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 16 * line, "x": value, "xanchor": anchor}
    return {**place, "text": safe(text), "showarrow": False}


def _strip(chart: Chart, theme: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    roles = colours(theme, chart.pillar)
    shown = [s for s in chart.series if s.points]
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [s.points[0].y for s in shown],
            "y": [0] * len(shown),
            **_read([(place(0, percent(chart.axis, s.points[0].y)), reading(s, s.points[0])) for s in shown]),
            "marker": {
                "symbol": ["circle" if s.role == "hero" else "line-ns-open" for s in shown],
                "size": [14 if s.role == "hero" else 12 for s in shown],
                "color": [roles["mark"] if s.role == "hero" else roles["peer"] for s in shown],
            },
        }
    ]
    layout = {
        "height": 90,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 28},
        "xaxis": _value_axis(chart.axis, theme, flip=True),
        "yaxis": {"visible": False, "fixedrange": True, "range": [-1, 1]},
    }
    return data, layout


def _faded(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
