"""The briefing as a tagged PDF (PDF/UA-1), typeset by typst in memory: no browser, no fonts but ours, no network.

The source (`typeset/brief.typ`) never changes: it reads the texts as JSON and the drawings as SVG files, so no text is
ever read as markup. The same briefing gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from dashboard import painter, svg_file
from dashboard.chart import Chart, Key, View
from dashboard.pages.sheets import Brief
from dashboard.palette import colours

SOURCE = Path(__file__).parent / "typeset" / "brief.typ"
FONTS = Path(__file__).parent / "static" / "fonts"
WIDTHS: Mapping[View, float] = {
    "strip": 300,
    "histogram": 300,
    "row": 140,
    "dots": 760,
}  # pixels; the others have their own


def render(brief: Brief, origin: str, theme: str = "light") -> bytes:
    """Return a briefing as PDF; `origin` is scheme and host of the printed address, `theme` light or contrast."""
    files: dict[str, bytes] = {"main.typ": SOURCE.read_bytes()}
    model = _plain(brief, theme, files) | {"url": origin + brief.address, "colours": dict(colours(theme))}
    files["brief.json"] = json.dumps(model, ensure_ascii=False).encode()
    timestamp = datetime.fromisoformat(brief.date).replace(tzinfo=UTC)
    return painter.call(_typeset, files, timestamp)


def _typeset(files: dict[str, bytes], timestamp: datetime) -> bytes:
    try:
        return _compiled(files, timestamp, ["ua-1"])
    except typst.TypstError:  # a letter that our font lacks: PDF/UA forbids the box drawn in its stead, tags do not
        return _compiled(files, timestamp, [])


def _compiled(files: dict[str, bytes], timestamp: datetime, standards: list[str]) -> bytes:
    compiler: Any = typst  # its annotations do not know sources in memory
    made: bytes = compiler.compile(
        files,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        pdf_standards=standards,
        timestamp=timestamp,
    )
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _plain(value: Any, theme: str, files: dict[str, bytes]) -> Any:
    """Return a model as JSON knows it; a drawing becomes a file and its words."""
    if isinstance(value, Chart):
        name = f"{value.id}.svg"
        files[name] = svg_file.bare(value, theme, WIDTHS.get(value.view, 0)).encode()
        return {"file": name, "alt": f"{value.title}. {value.description}"}
    if isinstance(value, Key):
        name = f"key-{value.kind}.svg"
        files[name] = svg_file.sample(value, theme=theme).encode()
        return {"file": name, "label": value.label}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), theme, files) for field in fields(value)}
    return [_plain(item, theme, files) for item in value] if isinstance(value, tuple) else value
