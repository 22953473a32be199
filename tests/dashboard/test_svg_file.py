from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from dashboard import svg_file
from dashboard.palette import PAINT, THEMES, TOKENS, colours, painted
from tests.dashboard import made

CHARTS = {chart.id: chart for chart in made.every_view()}
SVG = "{http://www.w3.org/2000/svg}"
each = pytest.mark.parametrize("name", CHARTS)


@each
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [300, 850, 1600])
def test_nothing_is_left_for_a_stylesheet(name: str, theme: str, width: int) -> None:
    drawn = svg_file.render(CHARTS[name], theme, width)
    assert not re.search(r"var\(|light-dark|class=|\sstyle=|%(?!\")", re.sub(r">[^<]*<", "><", drawn))
    assert ElementTree.fromstring(drawn).attrib["width"] == str(width)


@each
def test_title_subtitle_key_and_source_are_drawn_in(name: str) -> None:
    chart = replace(CHARTS[name], source="Source: somebody", note="A note")
    texts = " ".join(e.text or "" for e in ElementTree.fromstring(svg_file.render(chart)).iter(f"{SVG}text"))
    for words in (chart.title, chart.subtitle, chart.source, chart.note, *(key.label for key in chart.key)):
        assert words in texts


@each
def test_everything_lies_on_the_sheet(name: str) -> None:
    root = ElementTree.fromstring(svg_file.render(CHARTS[name], width=850))
    height = float(root.attrib["height"])
    for mark in root.iter():
        for key in ("x", "x1", "x2", "cx"):
            assert -1 <= float(mark.attrib.get(key, 0)) <= 851
        for key in ("y", "y1", "y2", "cy"):
            assert -1 <= float(mark.attrib.get(key, 0)) <= height


def test_the_arrangement_follows_the_width() -> None:
    narrow, wide = (svg_file.render(made.line(), width=w) for w in (400, 850))
    assert "EU limit now: 40" in narrow
    assert "EU limit now: 40" not in wide
    assert "EU limit until 2029: 40" in wide


def test_a_name_and_a_description_come_along() -> None:
    root = ElementTree.fromstring(svg_file.render(made.line()))
    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title").text == made.line().title  # type: ignore[union-attr]
    assert root.find(f"{SVG}desc").text == made.line().description  # type: ignore[union-attr]


def test_markup_in_words_stays_words() -> None:
    chart = replace(made.line(), title=made.HOSTILE, subtitle=made.HOSTILE, source=made.HOSTILE)
    root = ElementTree.fromstring(svg_file.render(chart))
    assert not [e.tag for e in root.iter() if e.tag.endswith(("}b", "}script"))]


@pytest.mark.parametrize("width", [0, 299, 2001])
def test_a_width_out_of_range_is_refused(width: int) -> None:
    with pytest.raises(ValueError, match="300 to 2000"):
        svg_file.render(made.line(), width=width)


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="light, dark, contrast"):
        svg_file.render(made.line(), "sepia")


def test_colours_are_those_of_the_tokens() -> None:
    sheet = TOKENS.read_text(encoding="utf-8")
    assert colours("light", "open")["mark"] == "#EC6D13"
    assert colours("dark", "open")["mark"] == "#F18331"
    assert colours("contrast", "open")["mark"] == "#8F3001"
    for theme in ("light", "dark"):
        assert all(colour in sheet for colour in colours(theme).values())


def test_every_role_that_is_painted_exists_in_every_theme() -> None:
    for theme in THEMES:
        roles = colours(theme)
        for name in PAINT:
            paint = painted(name, roles)
            assert all(
                re.fullmatch(r"#\w{6}", paint[key]) or paint[key] == "none"
                for key in ("fill", "stroke")
                if key in paint
            )


@pytest.mark.parametrize("name", sorted(PAINT))
def test_files_paint_as_the_page_does(name: str) -> None:
    sheet = (TOKENS.parent / "parts.css").read_text(encoding="utf-8")
    rules = " ".join(re.findall(rf"\.{name}(?:,[^{{}}]*)?\s*\{{([^}}]*)\}}", sheet))
    for key in ("fill", "stroke"):
        role = PAINT[name].get(key)
        if role and role != "none":
            assert f"{key}: var(--{role})" in rules
