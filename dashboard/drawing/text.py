"""How wide a text is, near enough to keep labels apart, and where to break it.

The widths are those of common interface fonts (the wider of two families, in thousandths of the font size), so that a
drawing laid out with them does not overlap in any of the fonts a reader may have.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

REGULAR = {
    **dict.fromkeys("ijl'|", 250),
    **dict.fromkeys(" !,./:;I[]\\ft()-`r{}", 340),
    **dict.fromkeys('"*^', 440),
    **dict.fromkeys("Jcksvxyz", 525),
    **dict.fromkeys("0123456789", 636),
    **dict.fromkeys("FTZ+<=>~", 611),
    **dict.fromkeys("&ABEKPSVXY", 667),
    **dict.fromkeys("CDHNRUwGOQ", 750),
    **dict.fromkeys("Mm%W@", 890),
    **dict.fromkeys("\u00a0\u202f\u2009", 280),
    **dict.fromkeys("₀₁₂₃₄²³", 360),
}
USUAL = 560
BOLD = 1.14


@lru_cache(maxsize=8192)
def width(text: str, size: float = 12, bold: bool = False) -> float:
    """Return the approximate width of `text` in pixels at a font size in pixels."""
    letters = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    thousandths = sum(REGULAR.get(letter, USUAL) for letter in letters)
    return thousandths * size / 1000 * (BOLD if bold else 1)


def shortened(text: str, room: float, size: float = 12, bold: bool = False) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `room` pixels."""
    if width(text, size, bold) <= room:
        return text
    cut = len(text)
    while cut > 1 and width(text[:cut].rstrip() + "…", size, bold) > room:
        cut -= 1
    return text[:cut].rstrip(" ,;:-–") + "…"


def wrapped(text: str, room: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """Return `text` broken at spaces into lines of at most `room` pixels; a longer word, an address, is cut as well."""
    lines: list[str] = []
    for word in (piece for whole in text.split(" ") for piece in _pieces(whole, room, size, bold)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def _pieces(word: str, room: float, size: float, bold: bool) -> list[str]:
    """The parts of a word that each fit, cut after a sign that parts an address where there is one."""
    if width(word, size, bold) <= room:
        return [word]
    cut = len(word)
    while cut > 1 and width(word[:cut], size, bold) > room:
        cut -= 1
    after = max(word.rfind(sign, 1, cut) for sign in "/?&,") + 1
    at = after if after > cut / 2 else cut
    return [word[:at], *_pieces(word[at:], room, size, bold)]
