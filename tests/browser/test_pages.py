"""Every page and every embed in a real browser: accessible, readable without scripts, laid out, and on its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.addresses import (
    ALL,
    CATALOGUE,
    INDICATORS,
    LANGS,
    PILLARS,
    embeds,
    in_one_language,
    laid_out,
    pages,
)
from tests.browser.watching import EXPLORE, MOUNTED, WIDTHS, Watched

pytestmark = pytest.mark.browser

NARROW, WIDE = WIDTHS
A_PAGE_OF_EACH_KIND = ("/en/", f"/en/p/{PILLARS[0]}", f"/en/i/{INDICATORS[0]}", "/en/data", "/en/method", "/en/brief")
AN_INDICATOR = f"/en/i/{INDICATORS[0]}"
PEERS = 3  # rows of a table with the hero and two chosen places
HERO = 'form[data-live-form] select[name="hero"]'

NewTab = Callable[..., Watched]


@pytest.fixture(scope="session")
def unscripted(chromium, site):
    watched = Watched(chromium, site, scripts=False)
    yield watched
    watched.close()


def no_faults(faults: list[str]) -> None:
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def inspect_at_both_widths(tab: Watched, path: str, *, contrast: tuple[bool, bool] = (True, True)) -> list[str]:
    tab.open(path, width=NARROW)
    tab.settle()
    faults = tab.inspect(contrast=contrast[0])
    tab.widen(WIDE)
    return faults + tab.inspect(contrast=contrast[1])


@pytest.mark.parametrize("path", pages())
def test_a_page_is_accessible_and_laid_out(tab: Watched, path: str) -> None:
    """Contrast once for each page here, and at both widths of each kind of page below."""
    no_faults(inspect_at_both_widths(tab, path, contrast=(ALL or path in in_one_language(pages()), False)))
    assert tab.page.locator("html").get_attribute("lang") == path.split("/")[1]
    assert tab.page.locator("h1").count() == 1


@pytest.mark.parametrize("path", laid_out(pages()))
def test_a_page_is_whole_before_any_script_runs(unscripted: Watched, path: str) -> None:
    page = unscripted.open(path, width=NARROW)
    faults = unscripted.look()
    unscripted.widen(WIDE)
    no_faults(faults + unscripted.look())
    assert page.locator("main h1").inner_text().strip()
    assert page.locator("main").inner_text().count("\n") > 5


@pytest.mark.parametrize("path", embeds())
def test_an_embed_is_accessible_and_laid_out(tab: Watched, path: str) -> None:
    no_faults(inspect_at_both_widths(tab, path, contrast=(ALL or path in in_one_language(embeds()), ALL)))
    assert tab.requests == [tab.site + path], "an embed is one request"
    assert tab.page.locator('svg[role="img"]').count() >= 1
    assert tab.page.locator("table").count() >= 1


@pytest.mark.parametrize("path", laid_out(embeds()))
def test_an_embed_is_laid_out_without_scripts(unscripted: Watched, path: str) -> None:
    unscripted.open(path, width=NARROW)
    faults = unscripted.look()
    unscripted.widen(WIDE)
    no_faults(faults + unscripted.look())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*A_PAGE_OF_EACH_KIND, f"{AN_INDICATOR}.html"])
def test_contrast_holds_in_each_scheme_and_in_high_contrast(new_tab: NewTab, path: str, scheme: str) -> None:
    tab = new_tab(scheme=scheme)
    themed = path + ("?theme=contrast" if scheme == "light" else "")
    no_faults(inspect_at_both_widths(tab, themed))


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", pages())
def test_a_page_is_accessible_in_each_scheme_at_each_width(new_tab: NewTab, path: str, scheme: str) -> None:
    """The whole product of pages, languages, schemes and widths with every rule; above it is sampled."""
    no_faults(inspect_at_both_widths(new_tab(scheme=scheme), path))


@pytest.mark.parametrize("path", [*A_PAGE_OF_EACH_KIND, f"{AN_INDICATOR}.html"])
def test_a_page_fits_320_pixels(unscripted: Watched, path: str) -> None:
    page = unscripted.open(path, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_first_html_answers_the_question(unscripted: Watched) -> None:
    page = unscripted.open("/en/")
    assert "Brussels" in page.locator("main h1, main .lead").all_inner_texts()[0] + page.locator("main").inner_text()
    for pillar in CATALOGUE.pillars.values():
        card = page.locator("main").get_by_role("link", name=pillar.name.en)
        assert card.count() >= 1, pillar.id
    assert page.locator('main svg[role="img"]').count() >= len(CATALOGUE.pillars)


def test_the_interactive_chart_takes_the_place_of_the_drawn_one(tab: Watched) -> None:
    page = tab.open(AN_INDICATOR)
    tab.settle()
    assert page.locator(MOUNTED).first.is_visible()
    assert not page.locator("#drawn").is_visible()
    no_faults(tab.faults)


def test_a_phone_fetches_the_interactive_chart_only_when_asked(new_tab: NewTab) -> None:
    tab = new_tab()
    page = tab.open(AN_INDICATOR, width=NARROW)
    page.wait_for_selector(EXPLORE)
    assert page.locator("#drawn svg").first.is_visible()
    assert [url for url in tab.requests if "plotly" in url or "/dcc/" in url] == []
    page.locator(EXPLORE).click()
    page.wait_for_selector(MOUNTED)
    assert not page.locator("#drawn").is_visible()
    assert page.locator(EXPLORE).count() == 0
    no_faults(tab.faults)


def test_a_second_visit_is_as_live_as_the_first(new_tab: NewTab) -> None:
    tab = new_tab()
    for _ in range(2):
        tab.open(AN_INDICATOR)
        tab.settle()
        no_faults(tab.faults)
    assert tab.page.locator(MOUNTED).first.is_visible()


def test_the_interactive_chart_has_no_way_to_upload(tab: Watched) -> None:
    page = tab.open(AN_INDICATOR)
    tab.settle()
    labels = page.locator(".modebar-btn").evaluate_all(
        "all => all.map(one => one.dataset.title || one.ariaLabel || '')"
    )
    assert [label for label in labels if "cloud" in label.lower() or "share" in label.lower()] == []


def test_choosing_a_place_changes_page_and_address_and_back_undoes_it(tab: Watched) -> None:
    page = tab.open("/en/")
    tab.settle()
    page.select_option(HERO, "vienna")
    page.get_by_role("heading", level=1, name="Vienna").wait_for()
    assert "hero=vienna" in page.url
    page.go_back()
    page.get_by_role("heading", level=1, name="Brussels").wait_for()
    assert "hero=" not in page.url
    no_faults(tab.faults)


def test_choosing_peers_and_a_year_changes_table_and_address(tab: Watched) -> None:
    page = tab.open(AN_INDICATOR)
    tab.settle()
    rows = page.locator("#numbers ~ .scroll").first.locator("tbody tr")
    assert rows.count() > PEERS
    page.locator("details.peers summary").click()
    for place in ("riga", "vienna"):
        page.locator(f'input[name="places"][value="{place}"]').check()
    page.wait_for_function(f"() => document.querySelectorAll('#numbers ~ .scroll tbody tr').length === {PEERS}")
    assert "places=riga,vienna" in page.url
    assert page.locator(MOUNTED).first.is_visible()
    page.select_option('select[name="time"]', "2019")
    page.wait_for_function("() => document.querySelector('#numbers ~ .scroll').innerText.includes('2019')")
    assert "time=2019" in page.url
    no_faults(tab.faults)


def test_a_link_restores_the_choice(tab: Watched) -> None:
    page = tab.open("/en/?hero=vienna")
    assert page.locator(HERO).input_value() == "vienna"
    assert "Vienna" in page.locator("main h1").inner_text()


def test_choosing_a_place_works_without_scripts(unscripted: Watched) -> None:
    page = unscripted.open("/en/")
    page.select_option(HERO, "vienna")
    page.locator('form[data-live-form] [type="submit"]').click()
    page.wait_for_url("**/en/?hero=vienna")
    assert "Vienna" in page.locator("main h1").inner_text()


def test_moving_a_slider_changes_ranks_and_address_and_back_undoes_it(tab: Watched) -> None:
    page = tab.open("/en/method")
    tab.settle()
    assert page.locator("#said").inner_text().startswith("As published: Brussels")
    slider = page.get_by_role("slider", name="Safe")
    slider.focus()
    for _ in range(4):  # quarter steps: from 1 to 2
        page.keyboard.press("ArrowRight")
    page.wait_for_url("**/en/method?weights=safe:2")
    page.locator("#said", has_text="With these choices Brussels").wait_for()
    assert page.locator("#w-safe ~ output").inner_text() == "2"
    assert slider.evaluate("field => field === document.activeElement")
    assert page.get_by_text("Your numbers, not the published ones.").is_visible()
    assert page.locator("a.share").inner_text() == f"{tab.site}/en/method?weights=safe:2"
    page.go_back()
    page.locator("#said", has_text="As published").wait_for()
    assert page.url == f"{tab.site}/en/method"
    assert page.get_by_role("slider", name="Safe").input_value() == "1"
    no_faults(tab.faults)


def test_a_goalpost_that_cannot_be_is_answered_in_words(tab: Watched) -> None:
    page = tab.open("/en/method")
    tab.settle()
    page.get_by_text("Indicators and ends of the scale: Safe").click()
    deaths = page.get_by_role("group", name="Road deaths")
    deaths.get_by_label("Score 0 at").fill("0")
    page.get_by_role("alert").get_by_text("two different ends").wait_for()
    assert page.locator("#said").inner_text().startswith("As published")
    deaths.get_by_label("Score 0 at").fill("80")
    page.wait_for_url("**/en/method?posts=road_deaths:80..0")
    page.locator("#problem:empty").wait_for(state="attached")
    no_faults(tab.inspect())


def test_other_weights_work_without_scripts(unscripted: Watched) -> None:
    page = unscripted.open("/en/method")
    page.locator("#w-safe").focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="Compute").click()
    page.wait_for_url("**/en/method?weights=safe:3#try")
    assert page.locator("#said").inner_text().startswith("With these choices Brussels")
    page.get_by_role("link", name="Back to the published weights").click()
    page.wait_for_url("**/en/method#try")


@pytest.mark.parametrize("lang", LANGS)
def test_another_language_keeps_the_choice(tab: Watched, lang: str) -> None:
    page = tab.open(f"{AN_INDICATOR}?hero=vienna")
    page.locator(f'header a[hreflang="{lang}"]').click()
    page.wait_for_load_state()
    assert page.url == tab.site + AN_INDICATOR.replace("/en/", f"/{lang}/") + "?hero=vienna"
    assert page.locator("html").get_attribute("lang") == lang


def test_the_first_stop_of_the_keyboard_skips_to_the_content(tab: Watched) -> None:
    page = tab.open("/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


@pytest.mark.parametrize("path", ["/en/i/no_such_indicator", f"{AN_INDICATOR}?places=atlantis", "/xx/"])
def test_a_wrong_address_is_answered_in_words(new_tab: NewTab, path: str) -> None:
    tab = new_tab()
    page = tab.open(path)
    answered = [fault for fault in tab.faults if fault.startswith(("400", "404"))]
    tab.faults[:] = []
    assert answered
    assert page.locator("main h1").inner_text().strip()
    no_faults(tab.inspect())


def test_a_newspaper_can_frame_an_embed_and_learns_its_height(new_tab: NewTab, newspaper: str) -> None:
    tab = new_tab()
    tab.allowed.add(newspaper)
    page = tab.page
    page.goto(f"{newspaper}/?{tab.site}{AN_INDICATOR}.html")
    page.wait_for_function("window.heights.length > 0")
    assert 100 < page.evaluate("window.heights.at(-1)") < 5000
    assert page.frame_locator("iframe").locator("table").count() >= 1
    no_faults(tab.faults)


def test_a_newspaper_cannot_frame_a_page(new_tab: NewTab, newspaper: str) -> None:
    tab = new_tab()
    tab.allowed.add(newspaper)
    tab.page.goto(f"{newspaper}/?{tab.site}/en/")
    assert tab.page.frame_locator("iframe").locator("main").count() == 0
    assert any("frame-ancestors" in fault for fault in tab.faults)


def rows_of(tab: Watched) -> list[str]:
    return tab.page.locator("#before .irow h3").all_inner_texts()


def test_rows_are_sorted_in_place_and_the_focus_stays(tab: Watched) -> None:
    page = tab.open(f"/en/p/{PILLARS[0]}")
    tab.settle()
    before = rows_of(tab)
    page.locator("#sort-name").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector('#sort-name[aria-current="true"]')
    assert rows_of(tab) == sorted(before, key=str.casefold)
    assert "sort=name" in page.url
    assert page.evaluate("document.activeElement.id") == "sort-name"
    page.select_option(HERO, "vienna")
    page.locator(".lead", has_text="Vienna").wait_for()
    assert "sort=name" in page.url, "another place keeps the order"
    assert rows_of(tab) == sorted(before, key=str.casefold)
    no_faults(tab.faults)


def test_rows_are_sorted_without_scripts(unscripted: Watched) -> None:
    page = unscripted.open(f"/en/p/{PILLARS[0]}")
    before = rows_of(unscripted)
    page.locator("#sort-name").click()
    page.wait_for_url("**?sort=name")
    assert rows_of(unscripted) == sorted(before, key=str.casefold)


@pytest.mark.parametrize("path", ["/en/compare?places=vienna", "/fr/compare?places=vienna,sofia,rome"])
def test_a_phone_shows_every_verdict_without_scrolling(unscripted: Watched, path: str) -> None:
    page = unscripted.open(path, width=NARROW)
    verdicts = page.locator("td:has(> .qmark)")
    assert verdicts.count() > len(INDICATORS) / 4
    edges = verdicts.evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
    assert max(edges) <= NARROW


def test_a_table_that_scrolls_shows_an_edge_until_its_end(unscripted: Watched) -> None:
    page = unscripted.open("/en/compare?places=vienna", width=NARROW)
    region = page.locator(".scroll").last
    region.evaluate("one => { one.querySelector('table').style.visibility = 'hidden'; one.scrollIntoView(); }")
    box = region.bounding_box()
    assert box is not None
    # The last pixels of the column, first beside the table, then the same area of bare paper beside the page.
    edge, paper = ({"x": x, "y": box["y"], "width": 8, "height": 40} for x in (NARROW - 24 - 8, NARROW - 8))
    bare = page.screenshot(clip=paper)
    assert page.screenshot(clip=edge) != bare
    region.evaluate("one => one.scrollLeft = one.scrollWidth")
    assert page.screenshot(clip=edge) == bare
