"""What a JSON reader lets pass in silence: a number beyond all numbers, and a key that an object gives two values.

A key given twice with one value says the same twice, as real portals do, and is read.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

_EXPONENT = re.compile(r"[eE]\+?0*[1-9]\d{2}")
_DIGITS = 150  # a number beyond all numbers has 309, so one stretch of 150, beginning at a multiple of it, is of digits
_SPACED = re.compile(r'"\s+:')


class _Doubled(dict[str, Any]):
    """An object that was written with two values for a key, and that key."""

    key = ""


def fault(text: str, value: Any) -> str:
    """Return what is wrong with the JSON `text`, which was read as `value`, by its path; "" for nothing."""
    if _may_be_huge(text):
        found = _where(value, lambda part: isinstance(part, float) and math.isinf(part))
        if found:
            return f"the JSON holds a number beyond all numbers at {found[0]}"
    # Each key has its colon. Only where there are more of them (in texts, or of a key given twice) is it read again.
    keys = _keys(value)
    if keys in (text.count(":"), text.count('":') + len(_SPACED.findall(text))):
        return ""
    try:
        doubled = _where(json.loads(text, object_pairs_hook=_object), lambda part: isinstance(part, _Doubled))
    except ValueError as error:
        return f"the answer is not JSON: {error}"
    return f"the JSON has two values for the key {doubled[1].key!r:.80} at {doubled[0]}" if doubled else ""


def _may_be_huge(text: str) -> bool:
    """Return whether a number may have an exponent of three digits or more, or hundreds of digits."""
    stretches = (text[at : at + _DIGITS] for at in range(0, len(text), _DIGITS))
    return bool(_EXPONENT.search(text)) or any(map(str.isdecimal, stretches))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    other = next((name for name, value in pairs if not _same(value, made[name])), None)
    if other is None:
        return made
    doubled = _Doubled(made)
    doubled.key = other
    return doubled


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are written alike: 1, 1.0 and true are equal to Python, and not the same."""
    return one is other or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _keys(value: Any) -> int:
    """Return how many keys the objects of a tree have."""
    count, waiting = 0, [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            count += len(part)
            part = part.values()
        elif not isinstance(part, list):
            continue
        waiting.extend(child for child in part if isinstance(child, dict | list))
    return count


def _where(value: Any, wanted: Callable[[Any], bool]) -> tuple[str, Any] | None:
    """Return the path ("/features/0") and the part of the tree that is `wanted`; None where none is."""
    waiting = [("", value)]
    while waiting:
        path, part = waiting.pop()
        if wanted(part):
            return path or "/", part
        if isinstance(part, dict):
            waiting.extend((f"{path}/{key:.40}", child) for key, child in part.items())
        elif isinstance(part, list):
            waiting.extend((f"{path}/{position}", child) for position, child in enumerate(part))
    return None
