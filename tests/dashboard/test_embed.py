from __future__ import annotations

import gzip
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from markupsafe import Markup

from dashboard import embed
from dashboard.chart import Chart
from dashboard.i18n import Words
from tests.dashboard import made

BUDGET, SCRIPT_BUDGET = 15_000, 1_000
CHARTS = {chart.id: chart for chart in made.every_view()}
each = pytest.mark.parametrize("name", CHARTS)


def form(chart: Chart, lang: str = "en", **more: object) -> str:
    told = {"page_url": "https://example.org/en/i/x", "snapshot": "2026-11-20-3f9a1c", "snapshot_date": "2026-11-20"}
    return str(embed.html(chart, Words(lang), **(told | more)))  # type: ignore[arg-type]


@each
def test_an_embed_is_one_small_document(name: str) -> None:
    page = form(CHARTS[name])
    assert len(gzip.compress(page.encode())) <= BUDGET
    asked = re.findall(r'(?:src|srcset|data)="|@import|url\((?!#)|<link(?! rel="canonical")|<iframe|<img', page)
    assert asked == []


@each
def test_it_says_finding_source_snapshot_and_licence(name: str) -> None:
    chart = replace(CHARTS[name], source="Source: somebody.")
    page = form(chart, licence="CC BY 4.0.")
    assert f"<h1>{chart.title}</h1>" in page
    for words in (chart.subtitle, "Source: somebody.", "CC BY 4.0.", "20 November 2026", "2026-11-20-3f9a1c"):
        assert words in page


def test_the_same_numbers_stand_in_a_table() -> None:
    page = form(made.line())
    details = page[page.index("<details>") : page.index("</details>")]
    for year, value in made.line().table.rows:  # type: ignore[union-attr]
        assert f'<th scope="row">{year}</th><td class="n">{value}</td>' in details


def test_a_policy_can_allow_style_and_script_by_hash() -> None:
    page = form(made.line())
    found = re.search(r"<style>(.*?)</style>.*<script>(.*?)</script>", page, re.DOTALL)
    assert found is not None
    expected = tuple(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in found.groups())
    assert embed.hashes() == expected
    assert page.count("<style") == page.count("<script") == 1
    assert not re.search(r"\sstyle=|\son\w+=", page)


def test_the_script_is_small_and_speaks_the_three_forms() -> None:
    assert len(embed.SCRIPT) < SCRIPT_BUDGET
    for form_of_message in ("datawrapper-height", "sentinel:'amp',type:'embed-size'", "xPYMxheightxPYMx"):
        assert form_of_message in embed.SCRIPT


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "The same numbers as a table"),
        ("fr", "Les mêmes chiffres en tableau"),
        ("nl", "Dezelfde cijfers in een tabel"),
    ],
)
def test_the_document_speaks_its_language(lang: str, words: str) -> None:
    page = form(made.line(), lang)
    assert f'<html lang="{lang}"' in page
    assert words in page


def test_a_later_revision_is_confessed_and_a_pinned_one_says_so() -> None:
    assert 'class="newer"' not in form(made.line())
    page = form(made.line(), revision="A newer snapshot says 16.6.", pinned=True)
    assert '<p class="newer">A newer snapshot says 16.6.</p>' in page
    assert ", pinned." in page


def test_a_theme_is_set_and_an_unknown_one_refused() -> None:
    assert 'data-theme="dark"' in form(made.line(), theme="dark")
    assert "data-theme=" not in re.sub(r"<style>.*?</style>", "", form(made.line()))
    with pytest.raises(ValueError, match="light, dark, contrast"):
        form(made.line(), theme="sepia")


def test_markup_in_words_and_addresses_stays_words() -> None:
    bad = made.HOSTILE
    chart = replace(made.line(), title=bad, subtitle=bad, note=bad, source=bad)
    page = form(chart, page_url=f"https://example.org/{bad}", licence=bad, revision=bad, snapshot=bad)
    assert page.count("<script") == 1
    assert "<b onload" not in page


def test_discovery_links_go_into_the_head() -> None:
    link = Markup('<link rel="alternate" type="application/json+oembed" href="/oembed">')
    page = form(made.line(), head=link)
    assert page.index(str(link)) < page.index("</head>")
