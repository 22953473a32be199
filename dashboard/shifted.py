"""What other weights and goalposts do to a rank, in words: no more than the paired recomputations say."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.i18n import Words
from dashboard.lookup import Standing
from dashboard.sentences import is_ranked, rank_ends, rank_span
from indicators.rescore import Shift

_SHIFTS = {
    "higher": "Recalculation by recalculation it stands higher than published in {higher}%: this choice moves it "
    "up clearly.",
    "lower": "Recalculation by recalculation it stands lower than published in {lower}%: this choice moves it "
    "down clearly.",
    "unclear": "Recalculation by recalculation it stands higher than published in {higher}% and lower in {lower}%: "
    "this choice does not move it clearly.",
    "same": "In every recalculation it stands where it is published: no move can be seen.",
}


def verdict(words: Words, place: str, tried: Standing | None, published: Standing | None, shift: Shift | None) -> str:
    """Return what other weights and goalposts do to a place's overall rank, no more than the paired ranks say."""
    spans = {"place": place, "tried": rank_span(words, tried), "published": rank_span(words, published)}
    if shift is not None:
        first = words("With these choices {place} would stand {tried}; published: {published}.", **spans)
        shares = {"higher": words.number(100 * shift.higher, 1), "lower": words.number(100 * shift.lower, 1)}
        return f"{first} {words(_SHIFTS[shift.direction], **shares)}"
    if is_ranked(tried):
        return words("With these choices {place} would stand {tried}; as published it has no overall rank.", **spans)
    if is_ranked(published):
        return words("With these choices {place} has no overall rank; published: {published}.", **spans)
    return words("{place} has no overall rank, neither with these choices nor as published.", place=place)


def others(words: Words, moves: Mapping[str, Shift]) -> str:
    """Return which places other weights and goalposts move clearly; by name."""
    higher, lower = ([name for name, move in moves.items() if move.direction == way] for way in ("higher", "lower"))
    said = [words("Clearly higher than published: {places}.", places=words.listing(higher))] if higher else []
    said += [words("Clearly lower than published: {places}.", places=words.listing(lower))] if lower else []
    return " ".join(said) or words("No city-region moves clearly: none in at least 97.5% of the recalculations.")


def change(words: Words, tried: Standing | None, published: Standing | None, shift: Shift | None) -> str:
    """Return "15th–20th → 12th–19th" (published, tried), with a word where the move is clear or there is none."""
    before, after = (rank_ends(words, standing) or words("not ranked") for standing in (published, tried))
    if before == after and (shift is None or shift.direction == "same"):
        return words("{rank}, unchanged", rank=after)
    arrow = before if before == after else f"{before} → {after}"
    if shift is None or shift.direction not in ("higher", "lower"):
        return arrow
    if shift.direction == "higher":
        return words("{change}, clearly higher", change=arrow)
    return words("{change}, clearly lower", change=arrow)
