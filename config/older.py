"""Reading the catalogue of an edition that was stored by an older version: what a key said then, in today's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from config.schema import Catalogue

# `comparable` was yes or no: no meant "read the trend only".
_COMPARABLE: Mapping[object, str] = {True: "places", False: "time"}


def stored_catalogue(content: bytes) -> Catalogue:
    """Return the catalogue stored in an edition, of this version or an older one; ValueError for anything else."""
    stored = json.loads(content)
    for indicator in _indicators(stored):
        said = indicator.get("comparable")
        if isinstance(said, bool):
            indicator["comparable"] = _COMPARABLE[said]
    return Catalogue.model_validate_json(json.dumps(stored))


def _indicators(stored: Any) -> list[dict[str, Any]]:
    """The stored indicators; empty where the content is no catalogue, which its validation then says."""
    found = stored.get("indicators") if isinstance(stored, dict) else None
    entries = list(found.values()) if isinstance(found, dict) else []
    return [entry for entry in entries if isinstance(entry, dict)]
