"""The keyboard in charts, in a real browser: one stop each, arrows that walk, a live region that reads the model."""

from __future__ import annotations

from functools import cache

import pytest
from playwright.sync_api import Route

from config import snapshot
from dashboard import charts
from dashboard.chart import Chart
from dashboard.i18n import Words
from dashboard.state import Edition, load
from tests.browser.addresses import INDICATORS, PILLARS
from tests.browser.watching import EXPLORE, MOUNTED, Watched

pytestmark = pytest.mark.browser

SURVEYED, LENS = "pt_easy_access", "income_median"
INTERACTIVE = '.island div[role="application"]'
READ, RING = "#walk [role=status]", "#walk .ring"


@cache
def edition() -> Edition:
    return load(snapshot.SHIPPED).current


def chart(builder: str, lang: str, *args: str) -> Chart:
    found = edition()
    built = getattr(charts, builder)(found.scores, found.catalogue, Words(lang), *args)
    assert isinstance(built, Chart)
    return built


def enter(tab: Watched, path: str, selector: str, *, settle: bool = True) -> None:
    """Open a page and come to a chart by the keyboard."""
    tab.open(path)
    if settle:
        tab.settle()
    tab.page.locator(selector).first.focus()
    tab.page.keyboard.press("Shift+Tab")
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.getAttribute('role')") == "application"


def press(tab: Watched, *keys: str) -> str:
    for key in keys:
        tab.page.keyboard.press(key)
    return tab.page.locator(READ).inner_text()


def test_a_line_is_walked_along_its_years_and_across_its_series(tab: Watched) -> None:
    hero, peer, *_ = chart("indicator_line", "en", INDICATORS[0]).series
    enter(tab, f"/en/i/{INDICATORS[0]}", INTERACTIVE)
    assert press(tab, "ArrowRight") == hero.points[-1].note, "the walk begins at the newest value of the hero"
    assert press(tab, "ArrowLeft") == hero.points[-2].note
    assert press(tab, "Home") == hero.points[0].note
    assert press(tab, "ArrowLeft") == hero.points[0].note, "there is nothing before the first"
    assert press(tab, "ArrowDown") in {point.note for point in peer.points}
    assert press(tab, "End") == peer.points[-1].note
    assert press(tab, "ArrowUp", "End") == hero.points[-1].note
    assert tab.faults == []


def test_the_ring_stands_on_the_point_of_the_interactive_chart(tab: Watched) -> None:
    enter(tab, f"/en/i/{INDICATORS[0]}", INTERACTIVE)
    press(tab, "ArrowRight")
    ring = tab.page.locator(RING).bounding_box()
    points = tab.page.locator(f"{MOUNTED} .scatterlayer .point").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => [box.x + box.width / 2, box.y + box.height / 2])"
    )
    assert ring is not None
    middle = (ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    assert min(abs(x - middle[0]) + abs(y - middle[1]) for x, y in points) < 2


def test_a_walk_goes_on_where_the_interactive_chart_takes_the_place_of_the_drawing(tab: Watched) -> None:
    hero, *_ = chart("indicator_line", "en", INDICATORS[0]).series
    held: list[Route] = []
    tab.page.route("**/plotly*.js*", lambda route: held.append(route))
    enter(tab, f"/en/i/{INDICATORS[0]}", "#drawn svg[role=application]", settle=False)
    press(tab, "ArrowRight", "ArrowLeft")
    tab.page.wait_for_function("document.querySelector('script[src*=plotly]')")
    for route in held:
        route.continue_()
    tab.page.unroute("**/plotly*.js*")
    tab.page.wait_for_selector(MOUNTED)
    assert tab.page.evaluate("Boolean(document.activeElement.closest('.island div[role=application]'))")
    assert press(tab, "ArrowRight") == hero.points[-1].note, "one step back from the newest, and forward again"
    assert tab.faults == []


def test_the_button_that_zooms_leaves_the_keyboard_in_the_chart(tab: Watched) -> None:
    tab.open(f"/en/i/{INDICATORS[0]}", width=360)
    tab.page.locator(EXPLORE).press("Enter")
    tab.page.wait_for_selector(MOUNTED)
    assert tab.page.evaluate("Boolean(document.activeElement.closest('.island div[role=application]'))")
    assert tab.faults == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_ranking_is_walked_from_place_to_place(tab: Watched, lang: str) -> None:
    rows = chart("indicator_rank", lang, SURVEYED).series
    at = next(i for i, series in enumerate(rows) if series.role == "hero")
    enter(tab, f"/{lang}/i/{SURVEYED}?view=rank", INTERACTIVE)
    assert press(tab, "ArrowDown") == rows[at].points[0].note
    assert press(tab, "ArrowDown") == rows[at + 1].points[0].note
    assert press(tab, "ArrowUp", "ArrowUp") == rows[at - 1].points[0].note
    assert press(tab, "Home") == rows[0].points[0].note


def test_a_strip_is_walked_from_worse_to_better(tab: Watched) -> None:
    drawn = chart("pillar_strip", "nl", PILLARS[0])
    ordered = sorted(drawn.series, key=lambda series: series.points[0].y)
    enter(tab, f"/nl/p/{PILLARS[0]}", ".panel svg")
    assert drawn.hero is not None
    assert press(tab, "ArrowRight") == drawn.hero.points[0].note
    assert press(tab, "End") == ordered[-1].points[0].note
    assert press(tab, "Home") == ordered[0].points[0].note


def test_a_map_is_walked_like_a_map_on_a_page_without_anything_live(tab: Watched) -> None:
    tiles = {(tile.row, tile.column): tile.note for tile in chart("municipality_tiles", "fr", LENS).tiles}
    enter(tab, "/fr/c/ixelles", "svg.tiles", settle=False)
    assert press(tab, "ArrowRight") == tiles[0, 0]
    assert press(tab, "ArrowRight") == tiles[0, 1]
    assert press(tab, "ArrowDown") == tiles[1, 1]
    assert press(tab, "End") == tiles[1, 3]
    assert tab.faults == []


def test_a_waterfall_is_walked_step_by_step(tab: Watched) -> None:
    bars = chart("pillar_waterfall", "en", PILLARS[0]).bars
    enter(tab, f"/en/p/{PILLARS[0]}", ".island svg")
    assert [press(tab, "ArrowDown") for _ in bars] == [bar.note for bar in bars]


def test_escape_ends_the_reading_and_tab_goes_on(tab: Watched) -> None:
    enter(tab, f"/en/p/{PILLARS[0]}", ".panel svg")
    page = tab.page
    assert page.get_by_text("Arrow keys walk the points; Escape stops.").is_visible()
    assert not page.locator(RING).is_visible()
    press(tab, "ArrowRight")
    assert page.locator(RING).is_visible()
    assert press(tab, "Escape") == ""
    assert not page.locator(RING).is_visible()
    chart_before = page.evaluate("document.activeElement.outerHTML.length")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.outerHTML.length") != chart_before
    assert page.evaluate("document.activeElement.id") == "hero"


def test_the_point_that_is_read_is_in_the_window(tab: Watched) -> None:
    enter(tab, f"/en/i/{SURVEYED}?view=rank", INTERACTIVE)
    press(tab, "End")
    for part in (RING, READ):
        box = tab.page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= tab.page.evaluate("innerHeight")


def test_a_chart_made_anew_can_be_walked(tab: Watched) -> None:
    page = tab.open(f"/en/p/{PILLARS[0]}")
    tab.settle()
    page.select_option('select[name="hero"]', "vienna")
    page.locator(".lead", has_text="Vienna").wait_for()
    page.locator(".panel svg").focus()
    assert press(tab, "ArrowRight").startswith("Vienna: ")


def test_without_scripts_no_chart_is_a_dead_stop(new_tab) -> None:
    page = new_tab(scripts=False).open(f"/en/p/{PILLARS[0]}")
    assert page.locator('svg[tabindex], [role="application"]').count() == 0
    assert not page.locator("#walk").is_visible()
