"""What the briefing says: two sheets as texts and charts, before they are written as a page or as a PDF."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass

from dashboard.chart import Chart, Key

# Letters on the first sheet from which a page prints it a step smaller, as `brief.css` has them (`.fit-1` …). The PDF
# measures instead: paper from a browser cannot.
STEPS = (2550, 2850, 3150)


@dataclass(frozen=True)
class Entry:
    """One change: what it is of, its two values, what may be said, and both values drawn."""

    label: str
    values: str
    sentence: str
    slope: Chart | None


@dataclass(frozen=True)
class Card:
    """One pillar: score with its range, its strip, its strongest and weakest indicator, the chosen peers."""

    pillar: str
    name: str
    promise: str
    score: str
    span: str
    strip: Chart
    ends: tuple[tuple[str, str, str], ...]  # (word, score, indicator)
    missing: str  # why there is no score, else empty
    peers: str


@dataclass(frozen=True)
class Row:
    """One line of the table: an indicator as its cells, and its place among the peers drawn."""

    label: str
    unit: str  # empty for the unit that is named once
    value: str
    interval: str
    year: str
    territory: str
    median: str
    score: str
    strip: Chart | None


@dataclass(frozen=True)
class Group:
    """The lines of one pillar."""

    pillar: str
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Front:
    """The first sheet: the answer, the four pillars, what moved, what we cannot tell, for whom."""

    question: str
    answer: tuple[tuple[str, bool], ...]  # runs of text, and whether a run is bold
    reason: str
    rank_heading: str
    rank: str
    rank_note: str
    histogram: Chart | None
    scale_heading: str
    scale_note: str
    key: tuple[Key, ...]
    cards: tuple[Card, ...]
    presence: str
    moved_heading: str
    moved: tuple[Entry, ...]
    unsure_heading: str
    unsure: tuple[Entry, ...]
    none: str
    chance: str
    inclusion_heading: str
    inclusion: str
    municipalities: Chart | None


@dataclass(frozen=True)
class Back:
    """The second sheet: every scored indicator, what is missing, how it is made, what is shown, from whom."""

    table_heading: str
    table_note: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    missing_heading: str
    missing: tuple[str, ...]
    method_heading: str
    method: tuple[str, ...]
    facts_heading: str
    facts: tuple[tuple[str, str], ...]  # (term, text)
    address_term: str
    sources_heading: str
    sources: str
    independent: str


@dataclass(frozen=True)
class Brief:
    """Everything the briefing says; `address` is the path and query of this very state, pinned to its snapshot."""

    lang: str
    author: str
    date: str  # ISO, of the snapshot
    snapshot: str
    address: str
    title: str
    kicker: str
    age: str
    warnings: tuple[str, ...]
    front: Front
    back: Back

    @property
    def fit(self) -> int:
        """Return how many steps smaller than usual the first sheet is printed, from 0 to the number of `STEPS`."""
        front = self.front
        prose = (*self.warnings, *(text for text, _ in front.answer), front.reason, front.rank_note, front.presence,
                 front.inclusion_heading, front.inclusion)  # fmt: skip
        cards = [text for card in front.cards for text in (*(part for end in card.ends for part in end), card.missing,
                                                           card.peers)]  # fmt: skip
        # The two columns are as tall as the longer one.
        columns = (sum(map(_letters, entries)) for entries in (front.moved, front.unsure))
        return bisect(STEPS, sum(map(len, (*prose, *cards))) + 2 * max(columns))


def _letters(entry: Entry) -> int:
    return len(entry.label) + len(entry.values) + len(entry.sentence)
