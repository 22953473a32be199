"""One question, one answer: what home says of two values is what the indicator page, its embed and its marks say."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import permutations

import numpy as np
import pytest

from config import snapshot
from config.schema import ObsStatus
from dashboard import charts, sentences
from dashboard.address import Address
from dashboard.charts.apart import differs
from dashboard.charts.context import Context
from dashboard.charts.over_time import finding
from dashboard.i18n import Words
from dashboard.lookup import Cell
from dashboard.pages.visit import Visit
from dashboard.selection import Selection
from dashboard.state import Edition
from dashboard.verdicts import changes
from indicators import score
from indicators.change import TREND_POINTS, Move

SHIPPED = snapshot.read()
EDITION = Edition(
    SHIPPED.id, SHIPPED.date, SHIPPED.catalogue, SHIPPED.observations,
    score(SHIPPED.observations, SHIPPED.catalogue), SHIPPED.provenance,
)  # fmt: skip
CATALOGUE, LEVEL = SHIPPED.catalogue, SHIPPED.catalogue.method.list_level
REGIONS = [place.id for place in CATALOGUE.city_regions()]
COMMON = EDITION.scores, CATALOGUE, Words("en")
TODAY = date(2026, 11, 22)
UP, DOWN = "up from", "down from"


def known(indicator: str, place: str) -> list[Cell]:
    return [cell for cell in EDITION.lookup.series(indicator, place) if cell.value is not None]


def moves() -> dict[tuple[str, str], Move]:
    return {(move.indicator, place): move for place in REGIONS for move in EDITION.moves.of(place, LEVEL)}


def direction(title: str) -> str:
    return "rose" if UP in title else "fell" if DOWN in title else "none"


def home_sentence(move: Move) -> str:
    """The sentence that home has for a change, as the word it states."""
    (change,) = changes([move._replace(role="score")])
    said = sentences.change_sentence(Words("en"), change, "x", "y", national=False)
    return "rose" if said.startswith("rose") else "fell" if said.startswith("fell") else "none"


def test_home_title_and_marks_agree_on_every_series_of_the_shipped_edition() -> None:
    compared = two = 0
    for (indicator, place), move in moves().items():
        cells = known(indicator, place)
        if move.reason == "missing" or move.difference == 0 or not cells[-1].latest:
            continue
        ask = Context.of(*COMMON, place)
        title = finding(ask, CATALOGUE.indicators[indicator], cells)
        slope = charts.indicator_slope(*COMMON, indicator, hero=place)
        told = {"rose": "rose", "fell": "fell"}.get(move.word, "none")
        drawn = slope is not None and slope.hero is not None and slope.hero.told_apart is True
        assert (direction(title), home_sentence(move), drawn) == (told, told, told != "none"), (indicator, place, title)
        compared += 1
        two += len(cells) == 2
    print(f"{compared} series, {two} of exactly two comparable values: 0 contradictions")
    assert compared > 300
    assert two >= 30


def visit(place: str) -> Visit:
    chosen = Selection(hero=None if place == CATALOGUE.hero else place)
    return Visit(EDITION, Address("en", "home", selection=chosen), Words("en"), TODAY)


@pytest.mark.parametrize("place", ["brussels", "amsterdam", "sofia", "berlin", "paris", "vienna", "ghent"])
def test_home_states_as_moved_only_what_the_indicator_page_and_the_embed_title(place: str) -> None:
    from dashboard.pages.home import changes_shown

    moved, unsure = changes_shown(visit(place))
    for entries, stated in ((moved, True), (unsure, False)):
        for entry in entries:
            chart = charts.indicator_line(*COMMON, entry.indicator.id, hero=place)  # of the page and of its embed
            assert chart is not None
            assert (direction(chart.title) != "none") == stated
            assert entry.sentence.startswith(("rose", "fell")) == stated
            assert "→" not in entry.values


def test_the_amount_is_the_difference_of_the_printed_values_or_shows_a_decimal_more() -> None:
    """51.8 and 91.2 print as 52 and 91; 39.4 between them is neither 39 nor the 40 that a reader subtracts."""
    from dashboard.pages.home import changes_shown

    number = re.compile(r"\d[\d,]*\.?\d*")
    finer = 0
    for place in REGIONS:
        for entry in (entry for entries in changes_shown(visit(place)) for entry in entries):
            if entry.indicator.symbol.en.strip() != "%" or entry.change.reason in ("no_interval", "break"):
                continue
            first, last = entry.values.split(", ")
            before, after = (number.findall(part)[0] for part in (first, last))
            amount = number.findall(entry.sentence)[0]
            same = abs(float(after) - float(before)) == pytest.approx(float(amount))
            assert same or "." in amount, (place, entry.values, entry.sentence)
            finer += not same
    assert finer >= 1


def test_no_change_is_stated_that_was_not_tested() -> None:
    seen: Counter[str] = Counter()
    for (indicator, place), move in moves().items():
        series = known(indicator, place)
        errors = [cell.error for cell in series if cell.period in (move.period_from, move.period_to)]
        if move.word in ("rose", "fell"):
            assert move.points >= TREND_POINTS or None not in errors
        if move.reason == "no_interval":
            assert None in errors
        seen[move.word] += 1
    assert set(seen) == {"rose", "fell", "cannot_tell", "not_compared"}


def test_a_series_with_a_break_is_never_read_across_it() -> None:
    broken = {ObsStatus.BREAK.value, ObsStatus.DEFINITION_DIFFERS.value}
    for (indicator, place), move in moves().items():
        inside = [c for c in known(indicator, place) if move.period_from < c.period <= move.period_to]
        if move.period_from and any(broken & set(cell.status) for cell in inside):
            assert move.reason == "break"


def test_hollow_marks_of_rankings_are_the_verdicts_of_the_comparison() -> None:
    words = {1.0: "ahead", -1.0: "behind", 0.0: "cannot_tell"}
    pairs = 0
    for indicator in CATALOGUE.scored():
        found = {place: EDITION.lookup.cell(indicator.id, place) for place in REGIONS}
        cells = {place: cell for place, cell in found.items() if cell is not None and cell.latest}
        table = differs(indicator, list(cells.values()), LEVEL)
        better = -1.0 if indicator.better == "lower" else 1.0
        places = list(cells)
        for a, b in permutations(range(len(places)), 2):
            verdict = EDITION.verdicts.compare(places[a], places[b], indicator.id, LEVEL)
            sign = table[a, b]
            assert verdict.word == ("not_compared" if np.isnan(sign) else words[better * float(sign)])
            pairs += 1
    print(f"{pairs} pairs of places and indicators")


def test_one_series_is_judged_by_the_years_it_is_shown_for() -> None:
    """A chosen span of years is a series of its own: below five values it is two values, told apart or not."""
    ask = Context.of(*COMMON, "brussels")
    indicator = CATALOGUE.indicators["internet_access_households"]
    cells = known(indicator.id, "brussels")
    assert UP in finding(ask, indicator, cells)
    assert "no margin of error is published, so the change is not judged" in finding(ask, indicator, cells[-2:])
    bare = [replace(cell, status="B") if cell is cells[-1] else cell for cell in cells]
    assert "the series breaks in between" in finding(ask, indicator, bare)
