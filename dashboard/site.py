"""The site: an address in, a page or an error out; knows the editions and the day, nothing of HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from config.schema import Lang
from dashboard import public, writer
from dashboard.address import Address, parse, renamed, replaced_in
from dashboard.i18n import Words
from dashboard.pages import accessibility, brief, compare, data, home, indicator, method, pillar, place
from dashboard.pages.visit import Page, Visit
from dashboard.selection import AddressError
from dashboard.state import Library

Builder = Callable[[Visit], Page]

BUILDERS: Mapping[str, Builder] = {
    "home": home.build,
    "pillar": pillar.build,
    "indicator": indicator.build,
    "place": place.build,
    "compare": compare.build,
    "data": data.build,
    "method": method.build,
    "accessibility": accessibility.build,
    "brief": brief.build,
}
PINNED = re.compile(r"@([^.@/]+)(?:\.[^/@]+)?/?$")
ENTRY, SCRIPTS = "<!--entry-->", "<!--scripts-->"


class Site:
    """Pages of a library of editions; `clock` gives the day, so that nothing below reads one."""

    def __init__(self, library: Library, clock: Callable[[], date]) -> None:
        self.library = library
        self.clock = clock

    def address(self, path: str, query: list[tuple[str, str]]) -> Address:
        """Return the checked address of a request; raises AddressError.

        A path pinned to a replaced edition, as a page that stayed open asks for it, is read as the successor's.
        """
        one = replaced_in(path, self.library.successors)
        path = path if one is None else renamed(path, one)
        pinned = PINNED.search(path)
        known = pinned is not None and pinned[1] in self.library.ids
        # A pinned address is read with its own catalogue: what was dropped since is still there.
        edition = self.library.edition(pinned[1]) if pinned and known else self.library.current
        return parse(path, query, edition.catalogue, self.library.ids)

    def visit(self, address: Address) -> Visit:
        """Return the visit of an address, today."""
        edition = self.library.edition(address.snapshot)
        if address.kind == "indicator" and address.slug not in edition.catalogue.indicators:
            raise AddressError(404, "The edition {snapshot} does not have this indicator.", snapshot=edition.id)
        library = self.library
        words, today = Words(address.lang), self.clock()
        kept, history = library.edition, library.history
        return Visit(edition, address, words, today, library.ids, history, library.successors, library.current, kept)

    def page(self, visit: Visit) -> Page:
        """Return the page of a visit; raises AddressError when the query asks for what is not there."""
        return BUILDERS[visit.address.kind](visit)

    def html(self, visit: Visit) -> tuple[str, bool]:
        """Return the HTML of a page with marks where Dash's entry and scripts go, and whether it has an island.

        Kept in memory per edition, address and day, for every host: a mark stands where the site's own address goes.
        """
        key = (visit.edition.id, visit.address.url, visit.address.ignored, visit.today)
        kept = cast("tuple[str, bool] | None", self.library.cache.get(key))
        if kept is None:
            page = self.page(visit)
            kept = writer.page_html(visit, page, public.MARK, entry=ENTRY, scripts=SCRIPTS), page.live
            self.library.cache.keep(key, kept)
        return kept

    def error(self, lang: Lang, heading: str, sentence: str, origin: str) -> str:
        """Return an error page in the language of the reader."""
        visit = Visit(self.library.current, Address(lang, "home"), Words(lang), self.clock(), self.library.ids)
        page = Page("error", heading, sentence, {"heading": heading, "sentence": sentence})
        return writer.page_html(visit, page, origin)
