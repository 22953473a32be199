"""The briefing as a browser prints it: two sheets of A4 in each language, whichever font the machine has."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from config.schema import LANGS
from tests.browser.watching import Watched

pytestmark = pytest.mark.browser

A4 = (595.28, 841.89)  # points: 210 mm and 297 mm, each divided by 25.4 and times 72
WIDER = "0.03em"  # between letters: some 6 % wider than Arial, wider than the faces of the usual systems
CASES = [(lang, "", "0") for lang in LANGS] + [(lang, "?places=vienna,paris,oslo", WIDER) for lang in LANGS]


@pytest.mark.parametrize(("lang", "query", "wider"), CASES)
def test_the_printed_page_is_two_sheets_of_a4(tab: Watched, lang: str, query: str, wider: str) -> None:
    page = tab.open(f"/{lang}/brief{query}")
    page.evaluate("wider => { document.body.style.letterSpacing = wider; }", wider)
    question = page.locator("h1").inner_text()
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert [tuple(sheet.mediabox[2:]) for sheet in pages] == [pytest.approx(A4, abs=1)] * 2
    first, last = ("".join(sheet.extract_text().split()) for sheet in pages)
    assert "".join(question.split()) in first
    assert "CCBY4.0" in last
