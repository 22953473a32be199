"""Labels at the ends of something: anchored so that they stay inside, dropped by priority where they would touch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dashboard.drawing.marks import Anchor, Frame, Label, Only, free

NARROWEST = 300.0  # narrowest frame that is laid out for, in pixels
WIDTHS_NARROW = (NARROWEST, 360.0, 440.0, 528.0)
WIDTHS_WIDE = (529.0, 700.0, 1120.0)


def inside(x: float) -> Anchor:
    """Return the anchor that keeps a label at `x` per cent inside the drawing."""
    return "start" if x < 12 else "end" if x > 88 else "middle"


def kept(labels: Sequence[Label], frame: Frame, fixed: Iterable[Label] = ()) -> tuple[Label, ...]:
    """Return those labels, most important first, that keep their distance; some only in the wide arrangement.

    `fixed` are labels already placed. A label that fits at all widths stays as it is, one that fits wide frames only
    becomes `only="l"`, and one that fits nowhere is left out.
    """
    narrow, wide = list(fixed), list(fixed)
    out = []
    for label in labels:
        fits_narrow = label.only != "l" and free(label, narrow, map(frame.room, WIDTHS_NARROW))
        fits_wide = label.only != "s" and free(label, wide, map(frame.room, WIDTHS_WIDE))
        if fits_narrow:
            narrow.append(label)
        if fits_wide:
            wide.append(label)
        if fits_narrow or fits_wide:
            out.append(replace(label, only=_only(label, fits_narrow, fits_wide)))
    return tuple(out)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Return positions near the `wanted` ones (same order), at least `gap` apart, inside [low, high] where they fit."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    at = [min(max(wanted[i], low), high) for i in order]
    for k in range(1, len(at)):
        at[k] = max(at[k], at[k - 1] + gap)
    limit = high
    for k in reversed(range(len(at))):
        at[k] = min(at[k], limit)
        limit = at[k] - gap
    placed = dict(zip(order, at, strict=True))
    return tuple(round(placed[i], 1) for i in range(len(wanted)))


def _only(label: Label, narrow: bool, wide: bool) -> Only:
    return label.only if narrow and wide else "s" if narrow else "l"
