"""Marks on a drawing: positions along are per cent of the drawing's width plus pixels, heights are pixels.

The same marks become a page's inline SVG (`dashboard/svg.py`: per cent, classes) and a file (`dashboard/svg_file.py`:
pixels, colours). `only` says at which width a mark shows: "l" above 528 px of frame, "s" up to it, "" always. `at` is a
mark's place in the keyboard walk, "" where it has none; what is read there is its `tip`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dashboard.drawing import text

Only = Literal["", "l", "s"]
Anchor = Literal["start", "middle", "end"]
NARROW = 528.0  # widest frame, in pixels, that takes the narrow arrangement
ASCENT, DESCENT = 9.0, 2.0  # of a label of 12 px, around its baseline
APART = 4.0  # least distance of two labels, in pixels
# A reader without any of our families gets a wide face (DejaVu Sans, Verdana): so much wider than `text.width` has it.
WIDE_FACE = 1.17


@dataclass(frozen=True)
class Line:
    """A straight line; `dashed` for a verdict that cannot be given."""

    kind: str
    x1: float
    x2: float
    y1: float
    y2: float
    tip: str = ""
    dashed: bool = False
    only: Only = ""
    at: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle whose width is per cent, or pixels when `pixels` is set; `dx` moves it by pixels."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    round: float = 0
    dx: float = 0
    pixels: bool = False
    tip: str = ""
    only: Only = ""
    at: str = ""


@dataclass(frozen=True)
class Dot:
    """A circle, or a diamond when `diamond` is set."""

    kind: str
    x: float
    y: float
    r: float
    tip: str = ""
    diamond: bool = False
    at: str = ""


@dataclass(frozen=True)
class Curve:
    """Runs of (per cent, pixel) points, drawn as a line or, when `closed`, as an area."""

    kind: str
    runs: tuple[tuple[tuple[float, float], ...], ...]
    closed: bool = False


@dataclass(frozen=True)
class Label:
    """A text at a baseline; `strong` follows it in bold; `size` 12 or 13 pixels."""

    text: str
    x: float
    y: float
    anchor: Anchor = "start"
    dx: float = 0
    kind: str = ""
    strong: str = ""
    only: Only = ""

    @property
    def bold(self) -> bool:
        """Whether the class of the label is one of the bold ones."""
        return bool({"b", "hl", "v"} & set(self.kind.split()))

    @property
    def size(self) -> float:
        """Font size in pixels."""
        kinds = set(self.kind.split())
        return 16 if "v" in kinds else 13 if kinds & {"hl", "tn"} else 12

    def span(self, room: float, stretch: float = 1) -> tuple[float, float, float, float]:
        """Return left, right, top and bottom in pixels on a drawing `room` pixels wide; `stretch` for a wider face."""
        wide = text.width(self.text, self.size, self.bold) + text.width(self.strong, self.size, bold=True)
        wide *= stretch
        at = self.x / 100 * room + self.dx
        left = {"start": at, "middle": at - wide / 2, "end": at - wide}[self.anchor]
        return left, left + wide, self.y - ASCENT * self.size / 12, self.y + DESCENT


Mark = Line | Box | Dot | Curve | Label


@dataclass(frozen=True)
class Frame:
    """Margins beside a drawing, in pixels, in the wide and the narrow arrangement; `name` is its class."""

    name: str
    left: float
    right: float
    left_narrow: float
    right_narrow: float

    def margins(self, width: float) -> tuple[float, float]:
        """Return left and right margin of a frame that is `width` pixels wide."""
        return (self.left_narrow, self.right_narrow) if width <= NARROW else (self.left, self.right)

    def room(self, width: float) -> float:
        """Return the width left for the drawing."""
        return width - sum(self.margins(width))


FULL = Frame("full", 0, 0, 0, 0)
LINE = Frame("", 32, 136, 24, 52)
LINE_WIDE = Frame("wide", 56, 136, 48, 52)
# Beside a value too long for the usual right margin of a narrow frame.
LINE_FAR = Frame("far", 32, 136, 24, 80)
LINE_WIDE_FAR = Frame("wide far", 56, 136, 48, 80)
BARS = Frame("bars", 112, 152, 84, 44)
FALL = Frame("fall", 256, 176, 0, 0)
SMALL = Frame("small", 0, 0, 0, 0)
FRAMES = (FULL, LINE, LINE_WIDE, LINE_FAR, LINE_WIDE_FAR, BARS, FALL, SMALL)


@dataclass(frozen=True)
class Drawing:
    """Marks in drawing order, in a frame, with a height in pixels and, for small ones, a fixed width."""

    frame: Frame
    height: float
    marks: tuple[Mark, ...]
    width: float | None = None

    def shown(self, width: float) -> tuple[Mark, ...]:
        """Return the marks that show in a frame of that width."""
        hidden = "l" if width <= NARROW else "s"
        return tuple(m for m in self.marks if getattr(m, "only", "") != hidden)


def place(row: int, along: float) -> str:
    """Return a place in the keyboard walk: left and right go along a row, up and down to the nearest of the next."""
    return f"{row} {along:g}"


def collide(a: Label, b: Label, room: float, stretch: float = 1) -> bool:
    """Whether two labels come closer than `APART` on a drawing `room` pixels wide; `stretch` for a wider face."""
    left_a, right_a, top_a, bottom_a = a.span(room, stretch)
    left_b, right_b, top_b, bottom_b = b.span(room, stretch)
    beside = left_a < right_b + APART and left_b < right_a + APART
    return beside and top_a < bottom_b + APART and top_b < bottom_a + APART


def free(label: Label, others: Iterable[Label], rooms: Iterable[float]) -> bool:
    """Whether `label` keeps its distance from all `others` at every given width of the drawing, in a wide face too."""
    kept = list(others)
    return not any(collide(label, other, room, WIDE_FACE) for room in rooms for other in kept)
