"""What a pinned chart, page or briefing says of itself: which of its numbers the current snapshot has otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from config.text import Symbol
from dashboard.chart import Chart
from dashboard.lookup import OVERALL
from dashboard.pages import drawn
from dashboard.pages.cautioned import subject
from dashboard.pages.drawn import MEDIAN, QUANTITIES, Drawn, Ends, Key, cell_numbers
from dashboard.pages.visit import Visit
from dashboard.selection import AddressError

FINEST = 9  # most decimals by which two numbers that look alike are told apart
NO_UNIT = Symbol(en="", fr="", nl="")
PERCENT = Symbol(en="%", fr="\u00a0%", nl="%")
ALIKE = 1e-9  # numbers closer than this share of their size are the same number


@dataclass(frozen=True)
class Confession:
    """One sentence on what changed since a pinned snapshot, and the address of the same thing as it is now."""

    sentence: str
    url: str


@dataclass(frozen=True)
class Difference:
    """One drawn number before and now; None where there is, or was, none."""

    key: Key
    before: Ends | None
    after: Ends | None


def of_chart(visit: Visit, chart: Chart, draw: Callable[[Visit], Chart | None]) -> Confession | None:
    """Return what changed of the numbers of a pinned chart; None where nothing did or nothing newer is served.

    `draw` gives the chart of a visit, as it gave this one.
    """

    def now(newer: Visit) -> Drawn:
        try:
            return drawn.of_chart(newer, draw(newer))
        except AddressError:  # in that time the newer snapshot has no value at all
            return Drawn()

    current = _current(visit, chart)
    return _confessed(visit, current, drawn.of_chart(visit, chart), now) if current else None


def of_page(visit: Visit) -> Confession | None:
    """Return what changed of the numbers of a pinned page or briefing; None where nothing did."""
    current = _current(visit, None)
    return _confessed(visit, current, drawn.of_page(visit), drawn.of_page) if current else None


def _current(visit: Visit, chart: Chart | None) -> Visit | None:
    """The visit of the same address in the current snapshot; None unless this one is pinned to an older one."""
    current = visit.current
    if not visit.address.snapshot or current is None or current.id == visit.edition.id:
        return None
    if visit.edition.created > current.created:
        return None
    newer = replace(visit, edition=current, address=replace(visit.address, snapshot=None))
    return drawn.in_edition(visit, newer, chart)


def _confessed(visit: Visit, newer: Visit, then: Drawn, draw: Callable[[Visit], Drawn]) -> Confession | None:
    words = visit.words
    date = words.date(newer.edition.created)
    if not _is_there(newer):
        gone = words("The edition of {date} no longer has what this shows.", date=date)
        return Confession(gone, replace(newer.address, kind="home", slug="", form=None).url)
    now = draw(newer)
    found = differences(visit, newer, then, now)
    if not found:
        return None
    names = {**now.names, **then.names}
    first = _told(visit, found[0], names, named=len({difference.key.thing for difference in found}) > 1)
    return Confession(_sentence(visit, date, first, len(found) - 1), replace(visit.address, snapshot=None).url)


def _sentence(visit: Visit, date: str, first: str, more: int) -> str:
    words = visit.words
    if not more:
        return words("Changed since this edition, in that of {date}: {first}.", date=date, first=first)
    if visit.address.form in (None, "pdf"):
        return words.plural(
            "Changed since this edition, in that of {date}: {first}; and {count} more value on this page.",
            "Changed since this edition, in that of {date}: {first}; and {count} more values on this page.",
            more, 0, date=date, first=first,
        )  # fmt: skip
    return words.plural(
        "Changed since this edition, in that of {date}: {first}; and {count} more value on this chart.",
        "Changed since this edition, in that of {date}: {first}; and {count} more values on this chart.",
        more, 0, date=date, first=first,
    )  # fmt: skip


def _is_there(newer: Visit) -> bool:
    """Return whether the newer edition has the thing and the place an address is about."""
    address, catalogue = newer.address, newer.edition.catalogue
    things = {"indicator": catalogue.indicators, "pillar": catalogue.pillars}.get(address.kind)
    return newer.hero in catalogue.places and (things is None or address.slug in things)


def differences(visit: Visit, newer: Visit, then: Drawn, now: Drawn) -> list[Difference]:
    """Return the numbers drawn `then` that are other or gone `now`, and those of places added; the hero's first.

    A value is looked for at its own period, so a newer period alone revises nothing.
    """
    after = _same_periods(newer, then) | now.numbers
    found = [Difference(key, numbers, after.get(key)) for key, numbers in then.numbers.items()]
    added = {key: numbers for key, numbers in now.numbers.items() if _is_asked(visit, key) and _is_added(then, key)}
    found += [Difference(key, None, numbers) for key, numbers in added.items()]
    changed = (difference for difference in found if not _alike(difference.before, difference.after))
    return sorted(changed, key=lambda difference: _order(visit.hero, difference.key))


def _same_periods(newer: Visit, then: Drawn) -> dict[Key, Ends]:
    """The newer edition's numbers of every value drawn then, whether or not it still draws that period."""
    found = Drawn()
    for key in then.numbers:
        for cell in newer.lookup.series(key.thing, key.place) if key.period else ():
            if cell.period == key.period and key.quantity in cell_numbers(cell):
                found.put(key, *cell_numbers(cell)[key.quantity])
    return found.numbers


def _is_asked(visit: Visit, key: Key) -> bool:
    """Return whether a place is one the reader chose, or all are."""
    return not visit.address.selection.places or key.place in (visit.hero, *visit.address.selection.places)


def _is_added(then: Drawn, key: Key) -> bool:
    """A number that fills a gap of what was drawn: of a place without any, or inside the years of the others."""
    if key in then.numbers:
        return False
    alike = [k for k in then.numbers if k.thing == key.thing and k.quantity == key.quantity]
    if key.quantity not in ("value", "score") or (key.quantity == "score" and key.period):
        return False
    if key.place not in {k.place for k in alike}:
        return True
    periods = [k.period for k in alike]
    return bool(key.period) and min(periods) <= key.period <= max(periods) and len(set(periods)) > 1


def _alike(before: Ends | None, after: Ends | None) -> bool:
    if before is None or after is None:
        return before is after
    return len(before) == len(after) and all(
        math.isclose(a, b, rel_tol=ALIKE, abs_tol=ALIKE) for a, b in zip(before, after, strict=True)
    )


def _order(hero: str, key: Key) -> tuple[object, ...]:
    newest_first = -int(key.period[:4]) if key.period[:4].isdigit() else 0
    return (key.place != hero, QUANTITIES.index(key.quantity), key.thing != OVERALL, newest_first, key.thing, key.place)


def _told(visit: Visit, found: Difference, names: dict[str, str], *, named: bool) -> str:
    """Return "Brussels, 2019: 81 % → 82 %", with the name of the indicator or pillar where there are several."""
    words, key = visit.words, found.key
    before, after = _printed(visit, found)
    parts = [_thing(visit, key.thing)] if named else []
    parts += [_place(visit, key, names), _period(visit, key), _QUANTITY_WORDS[key.quantity](visit)]
    said = ", ".join(part for part in parts if part)
    return words("{name}: {value}", name=said, value=f"{before} → {after}")


def _thing(visit: Visit, thing: str) -> str:
    catalogue = visit.edition.catalogue
    if thing in catalogue.indicators:
        return catalogue.indicators[thing].label.in_(visit.words.lang)
    return visit.pillar(thing) if thing in catalogue.pillars else visit.words("Overall")


def _place(visit: Visit, key: Key, names: dict[str, str]) -> str:
    if key.quantity == "times":
        return visit.words.ordinal(int(key.place))
    if key.place == MEDIAN:
        return visit.words("middle city") if key.quantity == "median" else ""
    catalogue = visit.edition.catalogue
    if key.place not in catalogue.places:
        return names.get(key.place, key.place)
    indicator = catalogue.indicators.get(key.thing)
    own = indicator is None or key.quantity not in ("value", "interval")
    return visit.place(key.place) if own or indicator is None else subject(visit, indicator, key.place)


def _period(visit: Visit, key: Key) -> str:
    indicator = visit.edition.catalogue.indicators.get(key.thing)
    if indicator is None or indicator.window_years == 1 or not key.period.isdigit():
        return key.period
    return visit.words.span(str(int(key.period) - indicator.window_years + 1), key.period)


_QUANTITY_WORDS: dict[str, Callable[[Visit], str]] = {
    "value": lambda _: "",
    "median": lambda _: "",
    "score": lambda visit: visit.words("score"),
    "rank": lambda visit: visit.words("rank"),
    "range": lambda visit: visit.words("range"),
    "interval": lambda visit: visit.words("95% interval"),
    "contribution": lambda visit: visit.words("contribution"),
    "weight": lambda visit: visit.words("weight"),
    "middle": lambda visit: visit.words("middle half of the cities"),
    "compared": lambda visit: visit.words("places ranked"),
    "times": lambda visit: visit.words("recalculations"),
}


def _printed(visit: Visit, found: Difference) -> tuple[str, str]:
    """Both numbers as they are printed, with as many decimals as it takes to see the difference; none in words."""
    words, key = visit.words, found.key
    decimals, symbol = _unit(visit, key)
    for more in range(decimals, FINEST + 1):
        before, after = (
            words.measured(_ends(visit, ends, more), symbol) if ends is not None else ""
            for ends in (found.before, found.after)
        )  # fmt: skip
        if before != after:
            break
    return before or words("no value"), after or words("withdrawn")


def _ends(visit: Visit, ends: Ends, decimals: int) -> str:
    words = visit.words
    return words.span(words.number(ends[0], decimals), words.number(ends[-1], decimals))


def _unit(visit: Visit, key: Key) -> tuple[int, Symbol]:
    """Decimals and short unit of a quantity as charts print it."""
    indicator = visit.edition.catalogue.indicators.get(key.thing)
    if indicator is not None and key.quantity in ("value", "interval", "median"):
        return indicator.decimals, indicator.symbol
    return {"contribution": (1, NO_UNIT), "weight": (1, PERCENT)}.get(key.quantity, (0, NO_UNIT))
