"""The few technical words of the pages, explained: on tap where they stand, and together on the method page.

One list of entries serves both. A word in a text becomes a button that opens its explanation (an HTML popover, no
script); browsers without popovers show a link to the entry on the method page instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from dashboard.i18n import Words


@dataclass(frozen=True)
class Entry:
    """A word: its id in addresses, how texts write it, what it means in at most two sentences."""

    id: str
    word: str
    meaning: str


def entries(words: Words) -> tuple[Entry, ...]:
    """Return every entry in a language, in the order in which a reader of the home page meets them."""
    return (
        Entry("range", words("range"), words(
            "How far a score or a rank moves under other reasonable choices: nine in ten recalculations lie inside. "
            "It is no margin of error.")),
        Entry("recalculations", words("recalculations"), words(
            "The same figures scored again many times, each time with slightly other weights, ends of the scale and "
            "choices of indicators.")),
        Entry("ends", words("ends of the scale"), words(
            "The two values of an indicator that give score 0 and score 100. They are fixed, so that no other city "
            "changes a score.")),
        Entry("middle", words("middle city"), words(
            "The city in the middle when all are put in order: half are better, half are worse (the median). With an "
            "even number it is half-way between the two in the middle.")),
        Entry("close", words("too close to call"), words(
            "There is a difference, but it may be chance or depend on one choice. We say ahead or behind only where "
            "at least 97.5% of the recalculations agree.")),
        Entry("clear", words("clear difference"), words(
            "The difference is larger than chance alone would make it, even with many comparisons side by side.")),
        Entry("error", words("margin of error"), words(
            "How far a figure may be off because not everybody was asked or measured.")),
        Entry("interval", words("95% interval"), words(
            "The values between which the true one very probably lies: in 95 of 100 such surveys it would.")),
        Entry("weight", words("weight"), words(
            "How much an indicator counts in its pillar, or a pillar in the overall score.")),
        Entry("edition", words("edition"), words(
            "All figures of these pages as they were on one day, kept for ever under one address. A correction makes a "
            "new edition.")),
        Entry("region", words("region"), words(
            "Europe’s statistics cut countries into regions (NUTS 2) and smaller districts (NUTS 3). Brussels is one "
            "region and one district.")),
        Entry("peer", words("compared cities"), words(
            "The city-regions with which a place is compared: those ranked by default, unless you choose others.")),
    )  # fmt: skip


_CLOSING = ".,;:!?)»”"  # what stays on the line of the word before it


def tapped(words: Words, text: str, ids: Sequence[str], method: str) -> Markup:
    """Return a text, escaped, with the first mention of each entry of `ids` made a button that explains it.

    `method` is the address of the method page. An entry whose word is not in the text changes nothing.
    """
    known = {entry.id: entry for entry in entries(words)}
    places = sorted(found for id_ in ids if (found := _mention(text, known[id_])))
    out, at = Markup(), 0
    for start, end, id_ in places:
        if start >= at:
            rest = text[end:].lstrip(_CLOSING)
            tail = text[end : len(text) - len(rest)]
            out += escape(text[at:start]) + _button(text[start:end], id_, method, tail)
            at = end + len(tail)
    return out + escape(text[at:])


def _mention(text: str, entry: Entry) -> tuple[int, int, str] | None:
    found = re.search(rf"(?<!\w){re.escape(entry.word)}(?!\w)", text, re.IGNORECASE)
    return (*found.span(), entry.id) if found else None


def _button(said: str, id_: str, method: str, tail: str) -> Markup:
    # A line may break beside a button, as beside a picture: the full stop after it would begin a line.
    return Markup(
        '<span class="kept"><button type="button" class="tap" popovertarget="word-{id}">{said}</button>'
        '<a class="untapped" href="{method}#glossary-{id}">{said}</a>{tail}</span>'
    ).format(id=id_, said=said, method=method, tail=tail)
