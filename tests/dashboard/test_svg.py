from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from dashboard import svg
from dashboard.chart import Chart, Key, Mark, Series, Tile
from tests.dashboard import made

CHARTS = {chart.id: chart for chart in made.every_view()}
each = pytest.mark.parametrize("name", CHARTS)


def parsed(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(str(svg.render(chart)))


def hostile(chart: Chart) -> Chart:
    """The same chart with markup wherever a word of the data or of the catalogue may stand."""
    bad = made.HOSTILE
    return replace(
        chart, title=bad, description=bad, note=bad, source=bad, ends=(bad, bad),
        series=tuple(replace(s, name=bad, label=bad, value=bad, rank=bad) for s in chart.series),
        marks=tuple(replace(m, label=bad, short=bad) for m in chart.marks),
        gaps=tuple(replace(g, reason=bad) for g in chart.gaps),
        bars=tuple(replace(b, label=bad, value=bad, detail=bad) for b in chart.bars),
        tiles=tuple(replace(t, lines=(bad,), value=bad) for t in chart.tiles),
        key=tuple(replace(k, label=bad) for k in chart.key),
    )  # fmt: skip


@each
def test_a_drawing_has_a_role_a_name_and_a_description(name: str) -> None:
    chart, root = CHARTS[name], parsed(CHARTS[name])
    ids = root.attrib["aria-labelledby"].split()
    found = {e.attrib["id"]: e.text for e in root.iter() if "id" in e.attrib}
    assert root.attrib["role"] == "img"
    assert [found[i] for i in ids] == [chart.title, chart.alternative]


def test_ids_are_unique_over_a_page_of_charts() -> None:
    page = "".join(svg.key(chart) + svg.frame(chart) for chart in CHARTS.values())
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 2 * len(CHARTS)
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


@each
def test_no_style_attribute_and_no_script(name: str) -> None:
    drawn = str(svg.key(CHARTS[name]) + svg.frame(CHARTS[name]))
    assert not re.search(r"\sstyle=|<script|\son\w+=", drawn)


@each
def test_markup_in_words_stays_words(name: str) -> None:
    chart = hostile(CHARTS[name])
    drawn = f"<div>{svg.key(chart)}{svg.frame(chart)}</div>"
    root = ElementTree.fromstring(drawn)
    assert not [e.tag for e in root.iter() if e.tag in ("b", "script")]
    assert not [key for e in root.iter() for key in e.attrib if key.startswith("on")]
    assert made.HOSTILE in "".join(root.itertext())


def test_a_hostile_id_or_pillar_cannot_leave_its_attribute() -> None:
    root = parsed(replace(made.line(), id='x" onload="y', pillar='"><b>'))
    assert not [key for e in root.iter() for key in e.attrib if key.startswith("on")]


@each
def test_positions_along_are_per_cent_so_that_a_chart_stretches(name: str) -> None:
    drawn = str(svg.render(CHARTS[name]))
    along = re.findall(r'<(?:line|circle)[^>]*?\s(?:x1|x2|cx)="([^"]+)"', re.sub(r"<defs>.*?</defs>", "", drawn))
    assert all(value.endswith("%") for value in along)


def test_the_drawn_numbers_are_those_of_the_model() -> None:
    root = parsed(made.rank())
    texts = {e.text for e in root.iter() if e.tag.endswith("text")}
    assert {s.value for s in made.rank().series if s.points} <= texts
    assert {s.rank for s in made.rank().series if s.points} <= texts


def test_every_peer_has_its_name_and_value_as_a_tooltip() -> None:
    tips = {e.text for e in parsed(made.strip()).iter() if e.tag.endswith("title")}
    assert {f"{s.name} {s.value}" for s in made.strip().series} <= tips


def test_a_curve_breaks_where_a_year_is_missing() -> None:
    path = next(e for e in parsed(made.line()).iter() if e.attrib.get("class") == "hl-line")
    assert path.attrib["d"].count("M") == 2  # 2001-2005 and 2012-2023


def test_no_data_is_hatched_and_never_a_class_of_the_scale() -> None:
    boxes = [e for e in parsed(made.tiles()).iter() if "tile-0" in e.attrib.get("class", "")]
    assert [box.attrib["fill"] for box in boxes] == ["url(#tiles-hatch)"]


def test_a_pillar_colours_the_drawing_its_frame_and_its_key() -> None:
    for drawn in (svg.render(made.strip()), svg.frame(made.line()), svg.key(made.strip())):
        assert "data-pillar=" in drawn.split(">")[0]
    assert "data-pillar" not in svg.render(made.histogram())


def test_a_key_has_one_sample_per_word_and_none_without_words() -> None:
    assert svg.key(made.strip()).count('aria-hidden="true"') == len(made.strip().key)
    assert svg.key(replace(made.strip(), key=())) == ""


def test_every_kind_of_key_can_be_drawn() -> None:
    kinds = tuple(Key(kind, kind) for kind in svg.SAMPLES)
    drawn = ElementTree.fromstring(str(svg.key(replace(made.line(), key=kinds))))
    assert len(list(drawn)) == len(svg.SAMPLES)
    marks = [[part for part in span[0] if part.tag != "defs"] for span in drawn]
    assert [len(parts) for parts in marks] == [1] * len(svg.SAMPLES)


def test_a_hatched_sample_brings_its_own_hatching() -> None:
    drawn = str(svg.key(replace(made.line(), key=(Key("gap", "no value"),))))
    assert 'id="line-no2-key-hatch"' in drawn
    assert "url(#line-no2-key-hatch)" in drawn


def test_empty_words_draw_no_empty_tooltips() -> None:
    chart = replace(
        made.strip(), series=(Series("a", "", "peer", made.strip().series[0].points),), marks=(Mark("median", 5),)
    )
    assert "<title></title>" not in svg.render(chart)


def test_three_lines_of_a_name_stand_below_each_other() -> None:
    names = ("Sint-", "Lambrechts-", "Woluwe")
    root = parsed(replace(made.tiles(), tiles=(Tile("a", names, 0, 0, "1", 1),)))
    heights = {e.text: float(e.attrib["y"]) for e in root.iter() if e.text in (*names, "1")}
    assert sorted(heights, key=lambda text: heights[text]) == [*names, "1"]
