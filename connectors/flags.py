"""Eurostat's flags, old and new list, as SDMX observation status letters.

Since 27 January 2025 Eurostat has two lists, observation status and confidentiality; older files hold single letters of
one list. Renamed since: s -> i, z -> m, c -> C (moved to confidentiality). Flags combine: "bep".
"""

from __future__ import annotations

from config.schema import ObsStatus

_LETTERS = {
    "b": ObsStatus.BREAK,
    "d": ObsStatus.DEFINITION_DIFFERS,
    "e": ObsStatus.ESTIMATED,
    "f": ObsStatus.FORECAST,
    "i": ObsStatus.IMPUTED,
    "s": ObsStatus.IMPUTED,
    "m": ObsStatus.MISSING,
    "z": ObsStatus.MISSING,
    "n": ObsStatus.NOT_SIGNIFICANT,
    "p": ObsStatus.PROVISIONAL,
    "u": ObsStatus.LOW_RELIABILITY,
    "c": ObsStatus.SUPPRESSED,
    "C": ObsStatus.SUPPRESSED,
}
_REVISED = "r"  # old list; says nothing about the value's quality and has no SDMX letter
_CONFIDENTIAL = frozenset("CNP")  # the confidentiality list: each of them means "not to be published"


class UnknownFlagError(ValueError):
    """A flag letter that neither of Eurostat's lists has."""


def status(flags: str, *, has_value: bool, confidentiality: str = "") -> str:
    """Return the sorted status letters of a cell from its flag letters, e.g. "bp" -> "BP", "" -> "A".

    A cell without a value is suppressed (Q) when it is flagged unreliable or confidential, else missing (M). Raises
    UnknownFlagError.
    """
    letters = {_letter(flag) for flag in flags.strip() if flag not in _REVISED + " "}
    if set(confidentiality.strip()) - _CONFIDENTIAL:
        raise UnknownFlagError(f"confidentiality {confidentiality!r} is none of {sorted(_CONFIDENTIAL)}")
    if confidentiality.strip():
        letters.add("Q")
    if not has_value:
        letters = _absent(letters)
    return "".join(sorted(letters)) or ObsStatus.NORMAL.value


def _letter(flag: str) -> str:
    if flag not in _LETTERS:
        raise UnknownFlagError(f"flag {flag!r} is none of {''.join(_LETTERS)}")
    return _LETTERS[flag].value


def _absent(letters: set[str]) -> set[str]:
    hidden = letters & {"Q", "U"}
    kept = letters - {"Q", "U", "M"}
    return kept | ({"Q"} if hidden else {"M"})
