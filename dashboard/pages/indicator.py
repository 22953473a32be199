"""One indicator: over time, in the ranking, as a table; its quality, its files, and where the number comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from config.schema import Indicator, Limit
from dashboard import charts
from dashboard.chart import Chart, Table
from dashboard.pages.cautioned import subject
from dashboard.pages.origin import formula, origin
from dashboard.pages.rows import indicator_row
from dashboard.pages.stale import expected
from dashboard.pages.visit import Page, Visit
from dashboard.selection import AddressError, Time, View


def build(visit: Visit) -> Page:
    """Return the page of the indicator named by the address; AddressError 400 for a year without values."""
    indicator = visit.edition.catalogue.indicators[visit.address.slug]
    line, rank = line_and_rank(visit, indicator)
    view = _view(visit, line, rank)
    shown = {"line": line, "rank": rank}.get(view)
    other = rank if view == "line" else line
    place = "" if indicator.scheme == "municipality" else visit.hero
    cell = visit.lookup.cell(indicator.id, place) if place else None
    label = indicator.label.in_(visit.words.lang)
    title = shown.title if shown else label
    told = shown or rank or line or charts.indicator_words(*visit.common, indicator.id, hero=visit.hero)
    context: dict[str, Any] = {
        "indicator": indicator,
        "label": label,
        "finding": title,
        "subtitle": shown.subtitle if shown else indicator.unit.in_(visit.words.lang),
        "pillar_name": _pillar_name(visit, indicator),
        "row": indicator_row(visit, indicator, place, drawn=False) if place else None,
        "place": place,
        "subject": subject(visit, indicator),
        "views": [(v, visit.words(_VIEW_NAMES[v]), v == view) for v in _offered(line, rank)],
        "view": view,
        "chart": shown,
        "cautioned": told,
        "other": other,
        "tiles": _municipal(visit, indicator),
        "table": _table(visit, indicator, line, rank),
        "line_table": line.table if line and rank else None,
        "years": _years(visit, indicator),
        "peers": _peers(visit, indicator),
        "cell": cell,
        "value": visit.amount(indicator, cell.value) if cell else "",
        "origin": origin(visit, indicator, cell) if cell else None,
        "formula": formula(visit, indicator),
        "goalposts": goalpost_facts(visit, indicator),
        "source": visit.edition.catalogue.sources[_source(visit, indicator)],
        "next": expected(visit, indicator),
        "caveat": indicator.caveat.in_(visit.words.lang) if indicator.caveat else "",
        "flags": [(visit.place(id_), text.in_(visit.words.lang)) for id_, text in indicator.flags.items()],
        "embed": visit.form("html"),
        "pinned": visit.form("html", snapshot=visit.edition.id),
        "card": visit.form("png"),
    }
    description = told.alternative if told else label
    pillar = indicator.pillar if indicator.pillar in visit.edition.catalogue.pillars else ""
    return Page("indicator", title, description, context, pillar=pillar, chart=shown, live=True)


_VIEW_NAMES = {"line": "Over time", "rank": "Ranking", "table": "Table"}


def line_and_rank(visit: Visit, indicator: Indicator) -> tuple[Chart | None, Chart | None]:
    """Return the two charts of an indicator in the chosen state; None where there is nothing to draw."""
    if indicator.scheme == "municipality":
        return None, charts.municipality_dots(
            *visit.common, indicator.id, parent=_divided(visit), time=_choice(visit, indicator, "rank")["time"]
        )
    line = charts.indicator_line(*visit.common, indicator.id, **_choice(visit, indicator, "line"))
    rank = charts.indicator_rank(*visit.common, indicator.id, **_choice(visit, indicator, "rank"))
    return line, rank


def _divided(visit: Visit) -> str:
    """Return the city-region whose municipalities are shown; the page's own place, without any, where none has some."""
    return visit.divided or visit.hero


def _table(visit: Visit, indicator: Indicator, line: Chart | None, rank: Chart | None) -> Table:
    """Return the numbers as a table: of the ranking, else of the line, else of every place that has one."""
    if indicator.scheme == "municipality" and rank is not None and rank.table is not None:
        return rank.table
    if rank is None and line is not None and line.table is not None:
        return line.table
    return charts.indicator_table(*visit.common, indicator.id, **_choice(visit, indicator, "rank"))


def _choice(visit: Visit, indicator: Indicator, view: View) -> dict[str, Any]:
    """Return the builder arguments of a view: a ranking is of one year, a line of a span."""
    chosen, years = visit.address.selection, _periods(visit, indicator)
    return {"places": chosen.places, "hero": visit.hero, "time": _time(chosen.time, years, view)}


def check_time(visit: Visit, indicator: Indicator) -> None:
    """Raise AddressError 400 when no year of the chosen time has a value of an indicator."""
    _time(visit.address.selection.time, _periods(visit, indicator), "table")


def _time(time: Time, years: Sequence[str], view: View) -> Time:
    """Return the years a view shows; AddressError 400 when none of them has a value.

    One chosen year is the year of a ranking, and the last year of a line.
    """
    if time is None or not years:
        return None
    low, high = time
    inside = [y for y in years if (low is None or int(y[:4]) >= low) and (high is None or int(y[:4]) <= high)]
    if not inside:
        raise AddressError(400, "There is no value in that time. Years with values: {years}.", years=", ".join(years))
    return (None, high) if view == "line" and low == high else time


def _periods(visit: Visit, indicator: Indicator) -> list[str]:
    return visit.lookup.periods(indicator.id)


def _view(visit: Visit, line: Chart | None, rank: Chart | None) -> View:
    """Return the view that is shown: the chosen one where it can be drawn, else line, ranking or table."""
    offered = _offered(line, rank)
    chosen = visit.address.selection.view
    return chosen if chosen in offered else offered[0]


def _offered(line: Chart | None, rank: Chart | None) -> list[View]:
    views: list[View] = []
    if line is not None:
        views.append("line")
    if rank is not None:
        views.append("rank")
    return [*views, "table"]


def _municipal(visit: Visit, indicator: Indicator) -> Chart | None:
    if indicator.scheme != "municipality":
        return None
    time = _choice(visit, indicator, "rank")["time"]
    return charts.municipality_tiles(*visit.common, indicator.id, parent=_divided(visit), time=time)


def _years(visit: Visit, indicator: Indicator) -> list[tuple[str, bool]]:
    """Return the years with values, newest first, and which one is chosen."""
    chosen = visit.address.selection.time
    year = str(chosen[1]) if chosen and chosen[0] == chosen[1] else ""
    return [(period, period == year) for period in reversed(_periods(visit, indicator))]


def _peers(visit: Visit, indicator: Indicator) -> list[tuple[str, str, bool]]:
    """Return (id, name, chosen) of every place that has a value, by name."""
    if indicator.scheme == "municipality":
        return []
    chosen = visit.address.selection.places
    known = [p for p in visit.edition.catalogue.city_regions() if visit.lookup.cell(indicator.id, p.id)]
    rows = [(p.id, visit.place(p.id), p.id in chosen) for p in known if p.id != visit.hero]
    return sorted(rows, key=lambda row: row[1])


def _pillar_name(visit: Visit, indicator: Indicator) -> str:
    if indicator.pillar in visit.edition.catalogue.pillars:
        return visit.pillar(indicator.pillar)
    return visit.words("Inclusion")


def goalpost_facts(visit: Visit, indicator: Indicator) -> list[tuple[str, str, str]]:
    """Return (end, value, why) of both goalposts where it is scored, then of target and limits where they are set."""
    ends, words = indicator.goalposts, visit.words
    facts = []
    if ends is not None:
        facts += [
            (words("Score 0"), visit.amount(indicator, ends.worst), ends.worst_because.in_(words.lang)),
            (words("Score 100"), visit.amount(indicator, ends.best), ends.best_because.in_(words.lang)),
        ]
    if ends is not None and ends.target is not None:
        label = ends.target_label.in_(words.lang) if ends.target_label else ""
        facts.append((words("Target"), visit.amount(indicator, ends.target), label))
    return [*facts, *(_limit(visit, indicator, limit) for limit in indicator.limits)]


def _limit(visit: Visit, indicator: Indicator, limit: Limit) -> tuple[str, str, str]:
    words, since = visit.words, limit.since
    held = ""
    if since:
        held = words("valid from: {date}", date=words.date(since) if len(since) > len("2021") else since)
    why = ", ".join(part for part in (limit.source, held) if part)
    return limit.label.in_(words.lang), visit.amount(indicator, limit.value, limit.decimals), why


def _source(visit: Visit, indicator: Indicator) -> str:
    from config.catalogue import measures_of

    return visit.edition.catalogue.source_of(measures_of(indicator)[0])
