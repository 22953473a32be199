"""Why the scores of one place are others than in the vintage before: causes by kind, with the indicators of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from config.schema import Indicator
    from indicators.differences import Cause

# In the order in which they are told. A wave is a newer period of a survey.
Reason = Literal[
    "added", "removed", "wave", "period", "revised", "new", "withdrawn", "goalposts", "weights", "formula", "method",
    "places", "others", "unexplained",
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)

_RULES: Mapping[str, Reason] = {
    "goalpost": "goalposts",
    "weight": "weights",
    "formula": "formula",
    "area": "formula",
    "method": "method",
    "place": "places",
    "place added": "places",
    "place removed": "places",
    "indicator added": "added",
    "indicator removed": "removed",
    "pillar added": "weights",
    "pillar removed": "weights",
}
_VALUES: Mapping[str, Reason] = {name: name for name in ("revised", "new", "withdrawn", "others", "unexplained")}


def reasons(causes: Iterable[Cause], indicators: Mapping[str, Indicator]) -> dict[Reason, tuple[str, ...]]:
    """Return kind of cause -> what it concerns, each once: ids of indicators, of pillars or places for their rules.

    An indicator that is scored anew or no longer is told as that alone: that it has a value now, or none, follows.
    """
    found: dict[Reason, dict[str, None]] = {}
    for cause in causes:
        found.setdefault(_reason(cause, indicators), {})[_thing(cause)] = None
    moved = {*found.get("added", {}), *found.get("removed", {})}
    kept = {
        reason: tuple(thing for thing in things if reason in ("added", "removed") or thing not in moved or not thing)
        for reason, things in found.items()
    }
    return {reason: kept[reason] for reason in REASONS if kept.get(reason)}


def _reason(cause: Cause, indicators: Mapping[str, Indicator]) -> Reason:
    # That an older value is admitted no more is told as the newer one that stands in its place.
    newer = cause.kind == "period" or (cause.parameter is not None and cause.parameter.field == "earliest_period")
    if cause.parameter is not None and not newer:
        return _RULES[cause.parameter.kind]
    if newer:
        known = indicators.get(_thing(cause))
        return "wave" if known is not None and known.kind == "survey" else "period"
    return _VALUES[cause.kind]


def _thing(cause: Cause) -> str:
    return cause.parameter.thing if cause.parameter is not None else cause.indicator
