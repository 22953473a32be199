"""Editions that were replaced, in words: which one an address named, which it is now, and why."""

from __future__ import annotations

from collections.abc import Mapping

from config.successors import Reason, Succession
from dashboard.i18n import Words
from dashboard.pages.visit import Visit


def sentence(words: Words, one: Succession) -> str:
    """Return what the answer to an address of a replaced edition says."""
    return words(
        "This address named the edition {before}. Since {date} it is the edition {after}: {reason}",
        before=one.replaced,
        date=words.date(one.date),
        after=one.successor,
        reason=reason(words, one.reason),
    )


def reason(words: Words, code: Reason) -> str:
    """Return why an edition was replaced, as the second half of a sentence."""
    said: Mapping[Reason, str] = {
        "rounding": words("the same figures, with computed numbers rounded alike on every machine."),
        "method": words("the same figures, scored by a mended method."),
        "catalogue": words("the same figures, with a corrected end of the scale, weight, indicator or place."),
        "figures": words("a publisher’s figure had been misread."),
        "room": words("nothing was wrong with it, but older editions are not kept for ever; figures may differ."),
    }
    return said[code]


def lines(visit: Visit) -> list[str]:
    """Return one sentence for each edition that the pinned one took the place of; none where nothing is pinned."""
    words = visit.words
    return [
        words(
            "Links to the edition {before} have led here since {date}: {reason}",
            before=one.replaced,
            date=words.date(one.date),
            reason=reason(words, one.reason),
        )
        for one in visit.successors.values()
        if one.successor == visit.address.snapshot
    ]


def rows(visit: Visit) -> list[tuple[str, str, str, str]]:
    """Return replaced id, id of the successor, date and reason in words, in the order of the table of successors."""
    words = visit.words
    return [
        (one.replaced, one.successor, words.date(one.date), reason(words, one.reason))
        for one in visit.successors.values()
    ]
