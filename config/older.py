"""Reading the catalogue of an edition that was stored by an older version: what a key said then, in today's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# `comparable` was yes or no: no meant "read the trend only".
_COMPARABLE: Mapping[object, str] = {True: "places", False: "time"}


def in_todays_words(stored: Any) -> Any:
    """Return the content of a catalogue.json as this version writes it; what is no catalogue stays as it is."""
    for indicator in _indicators(stored):
        said = indicator.get("comparable")
        if isinstance(said, bool):
            indicator["comparable"] = _COMPARABLE[said]
    return stored


def _indicators(stored: Any) -> list[dict[str, Any]]:
    """The stored indicators; empty where the content is no catalogue, which its validation then says."""
    found = stored.get("indicators") if isinstance(stored, dict) else None
    entries = list(found.values()) if isinstance(found, dict) else []
    return [entry for entry in entries if isinstance(entry, dict)]
