"""From observations to scores: pure functions on frames; no files, no sockets, no clock."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.analyse import Analysis, analyse, run
    from indicators.tables import AnalysisError

# Public names and their modules, imported on first use: starting pandas costs more than a thousand replications.
_HOME = {
    "Analysis": "indicators.analyse",
    "analyse": "indicators.analyse",
    "run": "indicators.analyse",
    "AnalysisError": "indicators.tables",
}

__all__ = ["Analysis", "AnalysisError", "analyse", "run"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'indicators' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
