"""What the home page and the briefing say of changes: those of the scored indicators, the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.change import ChangeReason, ChangeWord, Move


@dataclass(frozen=True)
class Change:
    """Two values of one series and what may be said about their difference (`indicators.change.Judgement`)."""

    indicator: str
    before: float
    after: float
    periods: tuple[str, str]
    word: ChangeWord
    reason: ChangeReason
    difference: float  # after minus before, in the unit
    chance: float  # half the width of the interval of the difference; NaN where no error is known, and for a trend
    score_difference: float
    points: int = 0  # values of a trend

    @property
    def told(self) -> bool:
        """Return whether a direction may be stated."""
        return self.word in ("rose", "fell")


def changes(moves: Sequence[Move]) -> list[Change]:
    """Return the changes among the moves of a place's scored indicators, the largest change of score first.

    Indicators without two comparable values, or whose values are equal, are left out.
    """
    found = [
        Change(
            move.indicator, move.value_from, move.value_to, (move.period_from, move.period_to), move.word,
            move.reason, move.difference, (move.upper - move.lower) / 2, move.score_difference, move.points,
        )
        for move in moves
        if move.role == "score" and move.reason != "missing" and move.difference != 0
    ]  # fmt: skip
    return sorted(found, key=lambda change: (-abs(change.score_difference), change.indicator))
