"""The cautions of single rows in words, for files: what their codes say, and whose value a row holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.charts.cautions import STATUSES, status
from dashboard.charts.context import Context

if TYPE_CHECKING:
    from dashboard.pages.visit import Visit


class Told:
    """Texts of rows in one language, each made once: many rows have the same codes."""

    def __init__(self, visit: Visit) -> None:
        self._ask = Context.of(*visit.common, visit.hero)
        self._subjects: dict[tuple[str, str], str] = {}
        self._texts: dict[tuple[str, str, str], str] = {}

    def subject(self, indicator: str, place: str) -> str:
        """Return whose value a row holds: the place's, or that of its country; a score is the place's own."""
        key = indicator, place
        if key not in self._subjects:
            known = self._ask.catalogue.indicators.get(indicator)
            self._subjects[key] = self._ask.subject(known, place) if known else self._ask.name(place)
        return self._subjects[key]

    def said(self, indicator: str, place: str, codes: str) -> str:
        """Return the codes of a row in words, parted by semicolons."""
        key = indicator, place, codes
        if key not in self._texts:
            texts = [self._code(indicator, place, code) for code in str(codes).split()]
            self._texts[key] = "; ".join(text for text in texts if text)
        return self._texts[key]

    def _code(self, indicator_id: str, place: str, code: str) -> str:
        words, indicator = self._ask.words, self._ask.catalogue.indicators.get(indicator_id)
        if code in STATUSES:
            return status(words, STATUSES[code])
        if indicator is None:
            return words(_OF_SCORES[code])
        if code in ("flag", "other_unit") and place in indicator.flags:
            return indicator.flags[place].in_(self._ask.lang)
        if code == "caveat":
            return indicator.caveat.in_(self._ask.lang) if indicator.caveat else ""
        return words(_OF_VALUES[code])


_OF_VALUES = {
    "other_unit": "in another unit",
    "not_comparable": "not comparable between places",
    "whole_country": "value of the whole country",
    "history": "old data",
    "no_error": "no margin of error published",
    "clipped": "beyond the scale, held at its end",
    "dont_know": "many did not know",
    "window": "a mean over several years",
    "assumed_n": "the number of interviews is assumed",
}
_OF_SCORES = {
    "flag": "one of its values is out of line with related figures",
    "whole_country": "some of its values are of the whole country",
    "history": "some of its values are old data",
    "no_error": "for some of its values no margin of error is published",
    "clipped": "some of its values are beyond the scale",
}
