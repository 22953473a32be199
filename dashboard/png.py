"""Standalone SVG -> PNG without a browser, with the fonts that come along, so that no font need be installed."""

from __future__ import annotations

import re
from pathlib import Path

import resvg_py

from dashboard import painter, svg_file
from dashboard.chart import Chart
from dashboard.palette import colours

FONTS = tuple(
    str(Path(__file__).parent / "static" / "fonts" / name) for name in ("Roboto-Regular.ttf", "Roboto-Bold.ttf")
)
CARD = (1200, 630)  # pixels of the image that link previews show
CARD_CHART = 600  # width at which a chart is laid out for a card, then drawn twice as large
MOST_SCALE = 4.0


def render(chart: Chart, theme: str = "light", width: int = 850, scale: float = 2.0) -> bytes:
    """Return a chart as PNG, `width` times `scale` pixels wide; ValueError for a width, scale or theme out of range."""
    if not 0 < scale <= MOST_SCALE:
        raise ValueError(f"an image is drawn at most {MOST_SCALE} times as large, not {scale}")
    return painter.call(_raster, svg_file.render(chart, theme, width), scale)


def card(chart: Chart, theme: str = "light") -> bytes:
    """Return a chart as PNG of 1200 x 630 for link previews; a tall chart is drawn smaller, in the middle."""
    inner = svg_file.render(chart, theme, CARD_CHART)
    opening = re.match(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"', inner)
    wide, tall = (float(n) for n in opening.groups()) if opening else (CARD[0], CARD[1])
    size = min(CARD[0] / wide, CARD[1] / tall)
    x, y = (CARD[0] - wide * size) / 2, (CARD[1] - tall * size) / 2
    placed = inner.replace("<svg ", f'<svg x="{x:.1f}" y="{y:.1f}" ', 1)
    placed = placed.replace(
        f'width="{wide:g}" height="{tall:g}"', f'width="{wide * size:.1f}" height="{tall * size:.1f}"', 1
    )
    ground = colours(theme)["paper"]
    return painter.call(
        _raster,
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{CARD[0]}" height="{CARD[1]}">'
        f'<rect width="100%" height="100%" fill="{ground}"/>{placed}</svg>',
        1.0,
    )


def _raster(document: str, scale: float) -> bytes:
    found = resvg_py.svg_to_bytes(
        svg_string=document,
        zoom=scale,
        skip_system_fonts=True,
        font_files=list(FONTS),
        font_family="Roboto",
        sans_serif_family="Roboto",
    )
    return bytes(found)
