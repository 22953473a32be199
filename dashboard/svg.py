"""Chart model -> inline SVG of a page: per cent along, pixels down, classes of `static/parts.css`, no style attribute.

The drawing stretches with its column without a script while text keeps its size. Each drawing has a role, a name and a
description; marks carry their words as tooltips, and where the keyboard finds them (`data-at`, read by
`static/walk.js`). Everything that comes from data is escaped.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

from dashboard.chart import Chart
from dashboard.drawing import layout
from dashboard.drawing.key import SAMPLES
from dashboard.drawing.marks import Box, Curve, Dot, Drawing, Label, Line, Mark

DIAMOND = "M0-6.5 6.5 0 0 6.5-6.5 0z"
SPAN = 1000  # units of the stretched coordinate system of curves


def render(chart: Chart) -> Markup:
    """Return the `<svg>` of a chart; ids begin with the chart's id, so they are unique where chart ids are."""
    return _drawn(chart, layout(chart))


def _drawn(chart: Chart, drawing: Drawing) -> Markup:
    cls = {"strip": "strip", "row": "strip", "map": "c tiles"}.get(chart.view, "" if drawing.width else "c")
    size = f'width="{_n(drawing.width)}"' if drawing.width else 'width="100%"'
    head = f'<svg class="{cls}" ' if cls else "<svg "
    body = "".join(_group(list(marks), drawing.height, chart.id) for _, marks in groupby(drawing.marks, key=_is_curve))
    return Markup(  # noqa: S704 - every text is escaped
        f'{head}role="img" aria-labelledby="{escape(chart.id)}-t {escape(chart.id)}-d" {size} '
        f'height="{_n(drawing.height)}"{_pillar(chart)}>'
        f'<title id="{escape(chart.id)}-t">{escape(chart.title)}</title>'
        f'<desc id="{escape(chart.id)}-d">{escape(chart.alternative)}</desc>{_hatch(body, chart.id)}{body}</svg>'
    )


def frame(chart: Chart) -> Markup:
    """Return the chart in the frame that leaves room for its axis and direct labels."""
    drawing = layout(chart)
    name = drawing.frame.name + (" maxw" if chart.view == "map" else "")
    return Markup(f'<div class="{f"frame {name}".strip()}"{_pillar(chart)}>{_drawn(chart, drawing)}</div>')  # noqa: S704 - every text is escaped


def key(chart: Chart) -> Markup:
    """Return what the marks mean as a paragraph with samples; empty when the chart has no key."""
    if not chart.key:
        return Markup("")
    # Samples have a hatching of their own: that of the drawing goes when an interactive chart takes its place.
    own = f"{chart.id}-key"
    samples = [_group([SAMPLES[item.kind]], 16, own) for item in chart.key]
    items = "".join(
        f'<span><svg aria-hidden="true">{_hatch(sample, own)}{sample}</svg>{escape(item.label)}</span>'
        for sample, item in zip(samples, chart.key, strict=True)
    )
    return Markup(f'<p class="key"{_pillar(chart)}>{items}</p>')  # noqa: S704 - every text is escaped


def _pillar(chart: Chart) -> str:
    return f' data-pillar="{escape(chart.pillar)}"' if chart.pillar else ""


def _hatch(body: str, chart_id: str) -> str:
    if "-hatch)" not in body:
        return ""
    return (
        f'<defs><pattern id="{escape(chart_id)}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="pp" width="6" height="6"/>'
        '<line class="p" x1="0" x2="0" y1="0" y2="6"/></pattern></defs>'
    )


def _is_curve(mark: Mark) -> bool:
    return isinstance(mark, Curve)


def _group(marks: list[Mark], height: float, chart_id: str) -> str:
    """Curves share one stretched coordinate system; every other mark stands on its own."""
    curves = [m for m in marks if isinstance(m, Curve) and any(m.runs)]
    if not curves:
        return "".join(_mark(m, chart_id) for m in marks if not isinstance(m, Curve))
    paths = "".join(f'<path class="{c.kind}" d="{_path(c)}"/>' for c in curves)
    tall = _n(height)
    return (
        f'<svg width="100%" height="{tall}" viewBox="0 0 {SPAN} {tall}" preserveAspectRatio="none" '
        f'overflow="visible">{paths}</svg>'
    )


def _path(curve: Curve) -> str:
    end = "z" if curve.closed else ""
    runs = (
        "M" + "L".join(f"{_n(round(x * SPAN / 100))} {_n(round(y, 1))}" for x, y in run) + end for run in curve.runs
    )
    return "".join(runs)


def _mark(mark: Line | Box | Dot | Label, chart_id: str) -> str:
    if isinstance(mark, Line):
        return _line(mark)
    if isinstance(mark, Box):
        return _box(mark, chart_id)
    return _dot(mark) if isinstance(mark, Dot) else _label(mark)


@lru_cache(maxsize=50_000)  # the ticks of the peers are the same whoever the page is about
def _line(mark: Line) -> str:
    dash = ' stroke-dasharray="3 3"' if mark.dashed else ""
    at = f'x1="{_n(mark.x1)}%" x2="{_n(mark.x2)}%" y1="{_n(mark.y1)}" y2="{_n(mark.y2)}"'
    return _closed(f'line class="{_cls(mark.kind, mark.only)}" {at}{dash}{_walk(mark)}', "line", mark.tip)


def _box(mark: Box, chart_id: str) -> str:
    fill = f' fill="url(#{escape(chart_id)}-hatch)"' if mark.kind == "gap" or "tile-0" in mark.kind else ""
    rx = f' rx="{_n(mark.round)}"' if mark.round else ""
    wide = _n(mark.width) if mark.pixels else f"{_n(mark.width)}%"
    cls = _cls(mark.kind, mark.only)
    if mark.dx:
        inner = _closed(
            f'rect class="{cls}" x="{_n(mark.dx)}" width="{wide}" height="{_n(mark.height)}"{rx}{fill}{_walk(mark)}',
            "rect",
            mark.tip,
        )
        return f'<svg x="{_n(mark.x)}%" y="{_n(mark.y)}" overflow="visible">{inner}</svg>'
    at = f'x="{_n(mark.x)}%" y="{_n(mark.y)}" width="{wide}" height="{_n(mark.height)}"'
    return _closed(f'rect class="{cls}" {at}{rx}{fill}{_walk(mark)}', "rect", mark.tip)


def _dot(mark: Dot) -> str:
    if mark.diamond:
        path = _closed(f'path class="{mark.kind}" d="{DIAMOND}"{_walk(mark)}', "path", mark.tip)
        return f'<svg x="{_n(mark.x)}%" y="{_n(mark.y)}" overflow="visible">{path}</svg>'
    at = f'cx="{_n(mark.x)}%" cy="{_n(mark.y)}" r="{_n(mark.r)}"'
    return _closed(f'circle class="{mark.kind}" {at}{_walk(mark)}', "circle", mark.tip)


def _walk(mark: Line | Box | Dot) -> str:
    return f' data-at="{mark.at}"' if mark.at and mark.tip else ""


def _label(mark: Label) -> str:
    cls = _cls(mark.kind, mark.only)
    attributes = [f'class="{cls}"'] if cls else []
    attributes += [f'x="{_n(mark.x)}%"', f'y="{_n(mark.y)}"']
    attributes += [f'dx="{_n(mark.dx)}"'] if mark.dx else []
    attributes += [f'text-anchor="{mark.anchor}"'] if mark.anchor != "start" else []
    strong = f'<tspan class="b">{escape(mark.strong)}</tspan>' if mark.strong else ""
    return f"<text {' '.join(attributes)}>{escape(mark.text)}{strong}</text>"


def _cls(kind: str, only: str) -> str:
    return f"{kind} only-{only}".strip() if only else kind


def _closed(opening: str, tag: str, tip: str) -> str:
    return f"<{opening}><title>{escape(tip)}</title></{tag}>" if tip else f"<{opening}/>"


@lru_cache(maxsize=50_000)  # lanes, radii and the places of peers come back on every page
def _n(value: float | None) -> str:
    return f"{value or 0:.2f}".rstrip("0").rstrip(".")
