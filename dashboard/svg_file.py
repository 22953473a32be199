"""Chart model -> standalone SVG file: colours resolved, pixel coordinates, title, subtitle, key and source drawn in.

It looks the same without any stylesheet, in a mail, a text processor or a rasteriser. The marks come from the same
layout as those of a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import escape

from dashboard.chart import Chart, Key
from dashboard.drawing import layout
from dashboard.drawing.key import HEIGHT as SAMPLE_HEIGHT
from dashboard.drawing.key import SAMPLES
from dashboard.drawing.key import WIDTH as SAMPLE_WIDTH
from dashboard.drawing.marks import Box, Curve, Dot, Label, Line, Mark
from dashboard.drawing.text import shortened, wrapped
from dashboard.drawing.text import width as text_width
from dashboard.palette import colours, painted

FONT = "Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
MARGIN, LEAST, MOST = 24.0, 300, 2000
BLEED = 8.0  # room beside a bare drawing for marks at the ends of its scale
WIDER = 1.1  # our widths are those of the widest fonts: what they say is a little too wide still fits
DIAMOND = "M0-6.5 6.5 0 0 6.5-6.5 0z"


@dataclass(frozen=True)
class _Sheet:
    """Where marks are put: colours by role, the id of the hatch, left edge, top edge and width of the drawing."""

    roles: Mapping[str, str]
    hatch: str
    left: float
    top: float
    room: float
    whole: float = MOST  # width of the sheet: no label runs over its edges

    def x(self, percent: float, dx: float = 0) -> float:
        return self.left + percent / 100 * self.room + dx


def render(chart: Chart, theme: str = "light", width: int = 850) -> str:
    """Return a chart as an SVG document `width` pixels wide (300 to 2000); ValueError for another width or theme."""
    if not LEAST <= width <= MOST:
        raise ValueError(f"an image is {LEAST} to {MOST} pixels wide, not {width}")
    roles, drawing = colours(theme, chart.pillar), layout(chart)
    inner = width - 2 * MARGIN
    head, y = _head(chart, roles, inner)
    left, _ = drawing.frame.margins(inner)
    room = drawing.width or drawing.frame.room(inner)
    sheet = _Sheet(roles, f"{chart.id}-hatch", MARGIN + left, y, room, width)
    body = "".join(_mark(mark, sheet) for mark in drawing.shown(inner))
    foot, height = _foot(chart, roles, inner, y + drawing.height + 16)
    return _document(chart, width, height, roles, head + body + foot)


def bare(chart: Chart, theme: str = "light", width: float = 300) -> str:
    """Return only the drawing of a chart, without its words: `width` pixels wide, or as wide as it is by itself."""
    roles, drawing = colours(theme, chart.pillar), layout(chart)
    wide = (drawing.width or width - 2 * BLEED) + 2 * BLEED
    sheet = _Sheet(roles, f"{chart.id}-hatch", BLEED, 0, wide - 2 * BLEED, wide)
    body = "".join(_mark(mark, sheet) for mark in drawing.shown(wide))
    return _document(chart, wide, drawing.height + 2, roles, body)


def sample(item: Key, pillar: str = "", theme: str = "light") -> str:
    """Return the mark of one entry of a key as a drawing of its own."""
    roles = colours(theme, pillar)
    body = _mark(SAMPLES[item.kind], _Sheet(roles, "sample-hatch", 2, 2, SAMPLE_WIDTH))
    size = f'width="{_n(SAMPLE_WIDTH + 4)}" height="{_n(SAMPLE_HEIGHT + 4)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'


def _document(chart: Chart, width: float, height: float, roles: Mapping[str, str], body: str) -> str:
    name = escape(chart.id)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" role="img" aria-labelledby="{name}-t {name}-d" lang="{chart.lang}" '
        f'font-family="{FONT}" font-size="12" fill="{roles["ink-3"]}">'
        f'<title id="{name}-t">{escape(chart.title)}</title><desc id="{name}-d">{escape(chart.alternative)}</desc>'
        f'<rect width="100%" height="100%" fill="{roles["paper"]}"/>{_hatch(chart, roles, body)}{body}</svg>'
    )


def _hatch(chart: Chart, roles: Mapping[str, str], body: str) -> str:
    if "-hatch)" not in body:
        return ""
    return (
        f'<defs><pattern id="{escape(chart.id)}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{roles["paper"]}"/>'
        f'<line x1="0" x2="0" y1="0" y2="6" stroke="{roles["peer"]}" stroke-width="1.5"/></pattern></defs>'
    )


def _head(chart: Chart, roles: Mapping[str, str], inner: float) -> tuple[str, float]:
    """Title, subtitle and key, and the height at which the drawing begins."""
    out, y = [], 20.0
    for line in wrapped(chart.title, inner, 20, bold=True):
        y += 25
        out.append(_text(line, MARGIN, y, {"fill": roles["ink"], "font-size": "20", "font-weight": "700"}))
    for line in wrapped(chart.subtitle, inner, 14):
        y += 20
        out.append(_text(line, MARGIN, y, {"fill": roles["ink-2"], "font-size": "14"}))
    key, y = _key(chart, roles, inner, y + 12)
    return "".join(out) + key, y + (28 if chart.view == "line" else 18)


def _key(chart: Chart, roles: Mapping[str, str], inner: float, y: float) -> tuple[str, float]:
    out, x, step = [], MARGIN, 24.0
    for i, item in enumerate(chart.key):
        label = shortened(item.label, inner - SAMPLE_WIDTH - 8, 13)
        wide = SAMPLE_WIDTH + 8 + text_width(label, 13)
        if i and x + wide > MARGIN + inner:
            x, y = MARGIN, y + step
        sheet = _Sheet(roles, f"{chart.id}-hatch", x, y + 4, SAMPLE_WIDTH)
        out.append(_mark(SAMPLES[item.kind], sheet))
        out.append(_text(label, x + SAMPLE_WIDTH + 8, y + 16, {"fill": roles["ink-2"], "font-size": "13"}))
        x += wide + 20
    return "".join(out), y + (step if chart.key else 0)


def _foot(chart: Chart, roles: Mapping[str, str], inner: float, y: float) -> tuple[str, float]:
    """Note and cautions, below a hairline the source and whose chart it is, and the height of the whole."""
    out = []
    for line in (line for text in (chart.note, *chart.printed) if text for line in wrapped(text, inner, 12)):
        y += 17
        out.append(_text(line, MARGIN, y, {"fill": roles["ink-2"]}))
    y += 12
    rule = {"stroke": roles["grid"]}
    out.append(_tag("line", {"x1": MARGIN, "x2": MARGIN + inner, "y1": y, "y2": y, **rule}))
    for line in (line for text in (chart.source, *chart.imprint) if text for line in wrapped(text, inner, 12)):
        y += 17
        out.append(_text(line, MARGIN, y, {}))
    return "".join(out), y + 16


def _mark(mark: Mark, sheet: _Sheet) -> str:
    if isinstance(mark, Line):
        return _line(mark, sheet)
    if isinstance(mark, Box):
        return _box(mark, sheet)
    if isinstance(mark, Dot):
        return _dot(mark, sheet)
    return _curve(mark, sheet) if isinstance(mark, Curve) else _label(mark, sheet)


def _line(mark: Line, sheet: _Sheet) -> str:
    at = {"x1": sheet.x(mark.x1), "x2": sheet.x(mark.x2), "y1": sheet.top + mark.y1, "y2": sheet.top + mark.y2}
    dash: dict[str, str] = {"stroke-dasharray": "3 3"} if mark.dashed else {}
    return _tag("line", {**at, **painted(mark.kind, sheet.roles), **dash}, mark.tip)


def _box(mark: Box, sheet: _Sheet) -> str:
    wide = mark.width if mark.pixels else mark.width / 100 * sheet.room
    at = {"x": sheet.x(mark.x, mark.dx), "y": sheet.top + mark.y, "width": wide, "height": mark.height}
    hatched = mark.kind == "gap" or "tile-0" in mark.kind
    fill: dict[str, str] = {"fill": f"url(#{sheet.hatch})"} if hatched else {}
    rounded = {"rx": mark.round} if mark.round else {}
    return _tag("rect", {**at, **rounded, **painted(mark.kind, sheet.roles), **fill}, mark.tip)


def _dot(mark: Dot, sheet: _Sheet) -> str:
    x, y = sheet.x(mark.x), sheet.top + mark.y
    paint = painted(mark.kind, sheet.roles)
    if mark.diamond:
        return _tag("path", {"d": DIAMOND, "transform": f"translate({_n(x)} {_n(y)})", **paint}, mark.tip)
    return _tag("circle", {"cx": x, "cy": y, "r": mark.r, **paint}, mark.tip)


def _curve(mark: Curve, sheet: _Sheet) -> str:
    paint = painted(mark.kind, sheet.roles)
    if not mark.closed:
        paint |= {"fill": "none", "stroke-linejoin": "round"}
    runs = ("M" + "L".join(f"{_n(sheet.x(x))} {_n(sheet.top + y)}" for x, y in run) for run in mark.runs)
    end = "z" if mark.closed else ""
    return _tag("path", {"d": "".join(run + end for run in runs), **paint})


def _label(mark: Label, sheet: _Sheet) -> str:
    attributes = painted(mark.kind, sheet.roles)
    if mark.anchor != "start":
        attributes["text-anchor"] = mark.anchor
    strong = ""
    if mark.strong:
        strong = f'<tspan fill="{sheet.roles["ink"]}" font-weight="700">{escape(mark.strong)}</tspan>'
    x = sheet.x(mark.x, mark.dx)
    room = {"start": sheet.whole - x, "end": x}.get(mark.anchor, 2 * min(x, sheet.whole - x))
    words = shortened(mark.text, WIDER * max(room, 0))
    return _text(words, x, sheet.top + mark.y, attributes, strong)


def _text(words: str, x: float, y: float, attributes: Mapping[str, str], more: str = "") -> str:
    where: dict[str, str | float] = {"x": x, "y": y, **attributes}
    return f'<text {_attributes(where.items())} xml:space="preserve">{escape(words)}{more}</text>'


def _tag(name: str, attributes: Mapping[str, str | float], tip: str = "") -> str:
    opening = f"<{name} {_attributes(attributes.items())}"
    return f"{opening}><title>{escape(tip)}</title></{name}>" if tip else f"{opening}/>"


def _attributes(pairs: Iterable[tuple[str, str | float]]) -> str:
    return " ".join(f'{k}="{escape(v) if isinstance(v, str) else _n(v)}"' for k, v in pairs)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
