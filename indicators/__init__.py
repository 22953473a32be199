"""From observations to scores: pure functions on frames; no files, no sockets, no clock."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from config.schema import Catalogue, Method
    from indicators.analyse import Analysis
    from indicators.scores import Scores
    from indicators.tables import AnalysisError

# Public names and the module that holds each; a module is imported when its name is first asked for.
_HOMES = {
    "Analysis": "indicators.analyse",
    "AnalysisError": "indicators.tables",
    "Scores": "indicators.scores",
    "Verdict": "indicators.scores",
    "Verdicts": "indicators.verdict",
    "compare": "indicators.verdict",
    "expected_by_chance": "indicators.verdict",
    "effective_weights": "indicators.influence",
    "moved": "indicators.change",
    "smallest_change": "indicators.influence",
    "trend": "indicators.change",
}

__all__ = [
    "Analysis",
    "AnalysisError",
    "Scores",
    "Verdict",
    "Verdicts",
    "compare",
    "effective_weights",
    "expected_by_chance",
    "moved",
    "score",
    "smallest_change",
    "trend",
]


def score(observations: pd.DataFrame, catalogue: Catalogue, method: Method | None = None) -> Scores:
    """Score the observations of one snapshot by method `goalpost-v1`; see `indicators.goalpost.score`."""
    from indicators import goalpost

    return goalpost.score(observations, catalogue, method)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'indicators' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
