"""A technical word explains itself where it stands: by mouse and keyboard, and as a link where popovers are missing."""

from __future__ import annotations

import pytest

from tests.browser.watching import WIDTHS, Watched

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS)
def test_a_word_opens_its_explanation_and_gives_the_focus_back(tab: Watched, width: int) -> None:
    page = tab.open("/fr/", width=width)
    tab.settle()
    word = page.get_by_role("button", name="Fourchette")
    word.focus()
    page.keyboard.press("Enter")
    told = page.locator("#word-range")
    told.wait_for(state="visible")
    box = told.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert tab.violations(True) == []
    page.keyboard.press("Escape")
    told.wait_for(state="hidden")
    assert word.evaluate("button => button === document.activeElement")


def test_the_explanation_leads_to_all_words(tab: Watched) -> None:
    page = tab.open("/nl/")
    tab.settle()
    page.get_by_role("button", name="middelste stad").click()
    page.locator("#word-middle a").click()
    page.wait_for_url("**/nl/method*#glossary")
    assert page.locator("#glossary-middle").is_visible()
