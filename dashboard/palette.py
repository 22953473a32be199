"""Colours resolved for files: roles of `static/tokens.css`, and what each class of `static/parts.css` paints.

Files cannot use custom properties or `light-dark()`: a rasteriser ignores them. The sheet of tokens stays the one place
where a colour is written down; it is read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Theme = Literal["light", "dark", "contrast"]
THEMES: tuple[Theme, ...] = get_args(Theme)
TOKENS = Path(__file__).parent / "static" / "tokens.css"
Pillar = Literal["connected", "sustainable", "open", "safe"]
PILLARS: tuple[Pillar, ...] = get_args(Pillar)  # roles of their own in the sheet of tokens

# class -> attribute -> a role of tokens.css, or a literal value
PAINT: Mapping[str, Mapping[str, str]] = {
    "g": {"stroke": "grid"},
    "ax": {"stroke": "rule"},
    "p": {"stroke": "peer", "stroke-width": "1.5"},
    "faint": {"stroke": "peer-2", "stroke-width": "1"},
    "ml": {"stroke": "ink", "stroke-width": "1.5"},
    "pd": {"fill": "peer"},
    "po": {"fill": "paper", "stroke": "peer", "stroke-width": "1.5"},
    "md": {"fill": "middle"},
    "m": {"stroke": "ink", "stroke-width": "2"},
    "mo": {"fill": "ink"},
    "t": {"fill": "paper", "stroke": "ink", "stroke-width": "1.75"},
    "tl": {"stroke": "ink-2", "stroke-width": "1.25", "stroke-dasharray": "5 4"},
    "h": {"fill": "mark", "stroke": "paper", "stroke-width": "2"},
    "hb": {"fill": "mark"},
    "hl-line": {"stroke": "mark", "stroke-width": "2.75"},
    "iv": {"fill": "mark"},
    "pr": {"fill": "peer-2"},
    "bd": {"fill": "mark", "opacity": ".16"},
    "hit": {"fill": "none"},
    "dot": {"fill": "mark", "opacity": ".8"},
    "rest": {"opacity": ".55"},
    "q": {"fill": "quiet"},
    "tile": {"stroke": "paper", "stroke-width": "4"},
    **{f"tile-{step}": {"fill": f"seq-{step}"} for step in range(1, 6)},
    "so": {"fill": "paper", "stroke-width": "2", "stroke-dasharray": "4 3"},
    "so-ink": {"stroke": "ink"},
    "sd": {"fill": "paper"},
    "st": {"fill": "paper", "stroke": "ink", "stroke-width": "5"},
    **{f"so-{pillar}": {"stroke": pillar} for pillar in PILLARS},
    **{f"sq-{pillar}": {"fill": pillar} for pillar in PILLARS},
    "b": {"fill": "ink", "font-weight": "700"},
    "hl": {"fill": "ink", "font-weight": "700", "font-size": "13"},
    "tn": {"fill": "ink", "font-size": "13"},
    "v": {"fill": "ink", "font-weight": "700", "font-size": "16"},
    "on": {"fill": "paper"},
    "missing": {"font-style": "italic"},
    "halo": {"stroke": "paper", "stroke-width": "4", "stroke-linejoin": "round", "paint-order": "stroke"},
}


@cache
def colours(theme: str, pillar: str = "") -> Mapping[str, str]:
    """Return role -> #RRGGBB for a theme, "mark" being the pillar's colour; ValueError for an unknown theme."""
    if theme not in THEMES:
        raise ValueError(f"no theme {theme!r}; choose one of {', '.join(THEMES)}")
    sheet = TOKENS.read_text(encoding="utf-8")
    both = re.findall(r"--([\w-]+):\s*light-dark\((#\w+),\s*(#\w+)\)", sheet.split("@supports")[0])
    roles = {name: (dark if theme == "dark" else light) for name, light, dark in both}
    if theme == "contrast":
        block = re.search(r'data-theme="contrast"\]\s*\{(.*?)\}', sheet, re.DOTALL)
        roles |= dict(re.findall(r"--([\w-]+):\s*(#\w+)", block.group(1) if block else ""))
    roles["mark"] = roles[pillar or "ink"]
    return {name: _long(colour) for name, colour in roles.items()}


def painted(classes: str, roles: Mapping[str, str]) -> dict[str, str]:
    """Return the presentation attributes of a mark's classes, colours resolved; later classes win."""
    attributes: dict[str, str] = {}
    for name in classes.split():
        attributes |= PAINT.get(name, {})
    return {key: roles.get(value, value) for key, value in attributes.items()}


def _long(colour: str) -> str:
    return "#" + "".join(2 * digit for digit in colour[1:]) if len(colour) == 4 else colour
