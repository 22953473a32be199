"""Samples of the marks for a key, each on a drawing 22 pixels wide and 16 high."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.chart import KeyKind
from dashboard.drawing.marks import Box, Dot, Line, Mark

WIDTH, HEIGHT = 22.0, 16.0

SAMPLES: Mapping[KeyKind, Mark] = {
    "hero": Dot("h", 50, 8, 7.5),
    "hero_line": Line("hl-line", 0, 100, 8, 8),
    "peer": Line("p", 50, 50, 1, 15),
    "peer_dot": Dot("pd", 50, 8, 4),
    "peer_line": Line("p", 0, 100, 8, 8),
    "interval": Box("iv", 0, 6, 100, 4, round=2),
    "peer_interval": Box("pr", 0, 7, 100, 2),
    "band": Box("bd", 0, 0, 100, 16),
    "middle": Box("md", 0, 0, 100, 16),
    "median": Line("m", 50, 50, -1, 17),
    "median_line": Line("ml", 0, 100, 8, 8),
    "target": Dot("t", 50, 8, 6.5, diamond=True),
    "limit": Line("tl", 0, 100, 8, 8),
    "gap": Box("gap", 0, 4, 100, 8),
    "not_apart": Dot("po", 50, 8, 4),
    "other": Dot("po", 50, 8, 5),
    "verdict": Line("p", 0, 100, 8, 8),
    "no_verdict": Line("faint", 0, 100, 8, 8, dashed=True),
    "own": Box("mo", 18.2, 1, 63.6, 14, round=2),
    "whole_country": Box("so so-ink", 18.2, 1, 63.6, 14, round=2),
    "technology": Dot("st", 50, 8, 4.5),
    "connected": Box("sq-connected", 18.2, 1, 63.6, 14, round=2),
    "sustainable": Box("sq-sustainable", 18.2, 1, 63.6, 14, round=2),
    "open": Box("sq-open", 18.2, 1, 63.6, 14, round=2),
    "safe": Box("sq-safe", 18.2, 1, 63.6, 14, round=2),
}
