"""The order of a pillar's rows: by what is asked for, the missing last, and as links that need no script."""

from __future__ import annotations

import re
from html import unescape

import pytest

from config.schema import LANGS
from dashboard.pages import order
from dashboard.selection import SORTS
from tests.dashboard.samples import edition
from tests.dashboard.sites import get

PILLAR = "connected"
ROWS = [indicator.id for indicator in edition().catalogue.scored(PILLAR)]


def rows(query: str = "", lang: str = "en") -> list[str]:
    """Return the indicators of the scored rows, as they stand in the page."""
    part = get(f"/{lang}/p/{PILLAR}{query}").text.split('id="before"')[1].split('id="made"')[0]
    return re.findall(rf'<h3><a href="/{lang}/i/([a-z0-9_]+)', part)


def sizes(key: str) -> dict[str, float]:
    """What the rows are ordered by, counted anew from the values of the places."""
    found, catalogue = {}, edition().catalogue
    for name in ROWS:
        cell, ends = edition().lookup.cell(name, "brussels"), catalogue.indicators[name].goalposts
        assert cell is not None
        assert ends is not None
        others = [edition().lookup.cell(name, peer.id) for peer in edition().peers if peer.id != "brussels"]
        areas = {c.area: c.score for c in others if c and c.score is not None and c.area != cell.area}
        scores = sorted(areas.values())  # a country's value counts once
        middle = (scores[(len(scores) - 1) // 2] + scores[len(scores) // 2]) / 2
        width = None if cell.lower is None else ((cell.upper or 0) - cell.lower) / abs(ends.best - ends.worst)
        value = {"score": cell.score, "year": cell.year, "gap": (cell.score or 0) - middle, "interval": width}[key]
        if value is not None:
            found[name] = float(value)
    return found


def test_without_a_wish_the_rows_stand_as_in_the_catalogue() -> None:
    assert rows() == ROWS


@pytest.mark.parametrize("key", ["score", "year", "gap", "interval"])
def test_the_largest_stands_first_and_turned_round_last(key: str) -> None:
    known = sizes(key)
    for query, sign in ((key, -1), (f"-{key}", 1)):
        found = rows(f"?sort={query}")
        assert sorted(found) == sorted(ROWS)
        values = [sign * known[name] for name in found if name in known]
        assert values == sorted(values)
        assert set(found[: len(known)]) == set(known), "what has no such number stands last either way"
    assert len(known) < len(ROWS) or key != "interval", "some values have no interval"


@pytest.mark.parametrize("lang", LANGS)
def test_names_are_ordered_in_the_language_of_the_page(lang: str) -> None:
    labels = {i.id: i.label.in_(lang).casefold() for i in edition().catalogue.scored(PILLAR)}
    assert rows("?sort=name", lang) == sorted(ROWS, key=lambda name: labels[name])
    assert rows("?sort=-name", lang) == sorted(ROWS, key=lambda name: labels[name], reverse=True)


def links(query: str = "") -> dict[str, tuple[str, bool, str]]:
    """Return (address, in use, its words) of each link by its id."""
    text = get(f"/en/p/{PILLAR}{query}").text.split('class="sorts"')[1].split("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)" id="sort-([a-z]+)" data-live( aria-current="true")?>(.*?)</a>', text)
    return {key: (unescape(url), bool(now), unescape(re.sub("<[^>]+>", "", words))) for url, key, now, words in found}


def test_each_order_is_a_link_and_the_one_in_use_turns_round() -> None:
    found = links("?hero=vienna&sort=score")
    assert set(found) == {"catalogue", *SORTS}
    assert found["score"] == (f"/en/p/{PILLAR}?hero=vienna&sort=-score", True, "score ↓, highest first")
    assert found["year"][:2] == (f"/en/p/{PILLAR}?hero=vienna&sort=year", False)
    assert found["catalogue"][:2] == (f"/en/p/{PILLAR}?hero=vienna", False)
    assert links("?sort=-name")["name"] == (f"/en/p/{PILLAR}?sort=name", True, "name ↓, from Z to A")
    assert links()["catalogue"][1:] == (True, "as in the catalogue, in use")


def test_the_form_keeps_the_order_and_the_files_do_not_know_it() -> None:
    text = get(f"/en/p/{PILLAR}?sort=gap").text
    assert '<input type="hidden" name="sort" value="gap">' in text
    assert f'href="/fr/p/{PILLAR}?sort=gap"' in text
    assert f'href="/en/p/{PILLAR}.csv"' in text


def test_an_unknown_order_is_refused_with_the_known_ones() -> None:
    answer = get(f"/en/p/{PILLAR}?sort=colour")
    assert answer.status_code == 400
    assert "name, score, year, gap, interval" in unescape(answer.text)


def test_the_median_that_a_gap_is_counted_from_stands_beside_the_score() -> None:
    indicator = edition().catalogue.indicators[ROWS[0]]
    cell = edition().lookup.cell(ROWS[0], "brussels")
    assert cell is not None
    centre = (cell.score or 0) - sizes("gap")[ROWS[0]]
    row = get(f"/en/p/{PILLAR}").text.split(f"/en/i/{indicator.id}")[1]
    assert f"score {cell.score:.0f}<br>middle city {centre:.0f}" in row.split("</article>")[0]


def test_a_width_is_a_share_of_the_goalposts() -> None:
    indicator = edition().catalogue.indicators["pt_easy_access"]
    cell = edition().lookup.cell("pt_easy_access", "brussels")
    assert cell is not None
    assert cell.lower is not None
    assert cell.upper is not None
    assert indicator.goalposts is not None
    whole = abs(indicator.goalposts.best - indicator.goalposts.worst)
    assert order.width(indicator, cell) == pytest.approx((cell.upper - cell.lower) / whole)
