from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest

import dashboard
from dashboard.chart import Axis, Chart, Gap, Mark, Point
from dashboard.drawing import layout
from dashboard.drawing.dots import ABOVE, BELOW
from dashboard.drawing.ends import spread
from dashboard.drawing.marks import FRAMES, WIDE_FACE, Box, Curve, Dot, Drawing, Label, Line, collide
from dashboard.drawing.runs import split
from dashboard.drawing.text import shortened, width, wrapped
from tests.dashboard import made

STATIC = Path(dashboard.__file__).parent / "static"
WIDTHS = (300.0, 528.0, 529.0, 1120.0)
CHARTS = {chart.id: chart for chart in made.every_view()}
CHARTS |= {
    "near": replace(made.strip("Copenhagen 29", "Bratislava 31"), id="near"),
    "sheets": replace(made.line(), id="sheets", axis=replace(made.line().axis, high=50000)),
    "limits": replace(made.line(), id="limits", marks=tuple(Mark("limit", v, f"limit of {v}") for v in (38, 39, 40))),
}


def labels(drawing: Drawing, frame: float) -> list[Label]:
    return [mark for mark in drawing.shown(frame) if isinstance(mark, Label) and (mark.text or mark.strong)]


def too_close(drawing: Drawing, frame: float) -> list[tuple[str, str]]:
    room = drawing.width or drawing.frame.room(frame)
    pairs = combinations(labels(drawing, frame), 2)
    return [(a.text, b.text) for a, b in pairs if collide(a, b, room)]


@pytest.mark.parametrize("frame", WIDTHS)
@pytest.mark.parametrize("name", CHARTS)
def test_no_two_labels_come_closer_than_four_pixels(name: str, frame: float) -> None:
    assert too_close(layout(CHARTS[name]), frame) == []


@pytest.mark.parametrize("frame", WIDTHS)
@pytest.mark.parametrize("name", [name for name in CHARTS if name != "tiles"])
def test_no_label_leaves_the_frame(name: str, frame: float) -> None:
    drawing = layout(CHARTS[name])
    left, right = drawing.frame.margins(frame)
    room = drawing.width or drawing.frame.room(frame)
    outside = [
        (label.text, label.span(room))
        for label in labels(drawing, frame)
        if label.span(room)[0] < -left - 12 or label.span(room)[1] > room + right + 12  # half a year may stand out
    ]
    assert outside == []


def test_the_measure_of_collision_sees_one() -> None:
    a, b = Label("Copenhagen", 50, 20), Label("Bratislava", 52, 22)
    assert collide(a, b, 300)
    assert not collide(a, replace(b, y=36), 300)  # 36 - 9 - (20 + 2) = 5 pixels apart


@pytest.mark.parametrize("name", ["parts.css", "embed.css"])
def test_frames_have_the_margins_of_the_stylesheet(name: str) -> None:
    sheet = (STATIC / name).read_text(encoding="utf-8")
    wide, narrow = sheet.split("@container (max-width: 528px)")[:2]
    for frame in FRAMES:
        if frame.name in ("", "wide", "bars", "fall"):
            selector = re.escape(f".frame{f'.{frame.name}' if frame.name else ''} > .c")
            rule = re.search(
                selector + r" \{ margin(?:-left)?: (?:\S+ 0 0 )?(\d+)px; width: calc\(100% - (\d+)px\)", wide
            )
            assert rule is not None, frame.name
            assert (int(rule[1]), int(rule[2])) == (frame.left, frame.left + frame.right)
        if frame.name in ("", "wide", "bars"):
            rule = re.search(selector + r" \{ margin-left: (\d+)px; width: calc\(100% - (\d+)px\)", narrow)
            assert rule is not None, frame.name
            assert (int(rule[1]), int(rule[2])) == (frame.left_narrow, frame.left_narrow + frame.right_narrow)
        if frame.name.endswith("far"):
            selector = re.escape(f".frame.{frame.name.replace(' ', '.')} > .c")
            rule = re.search(rf"(?<!\.wide){selector} \{{ width: calc\(100% - (\d+)px\)", narrow)
            assert rule is not None, frame.name
            assert int(rule[1]) == frame.left_narrow + frame.right_narrow


@pytest.mark.parametrize("value", ["92%", "104.38", "336,80", "31,185 €", "1,234,567"])
def test_the_value_at_the_end_of_a_line_fits_beside_it_on_a_phone_in_a_wide_face_too(value: str) -> None:
    made_line = made.line()
    series = tuple(replace(s, value=value) if s.role == "hero" else s for s in made_line.series)
    drawing = layout(replace(made_line, series=series))
    room = drawing.frame.room(344)  # an embed on a phone: 360 px less 8 px on either side
    end = next(label for label in labels(drawing, 344) if label.text == value)
    assert end.span(room, WIDE_FACE)[1] <= room + drawing.frame.right_narrow + 8


def test_two_names_without_room_beside_each_other_stand_above_and_below_the_dots() -> None:
    low, high = (
        replace(made.dots().series[0], id=name, label=name, points=(Point(2022, value),))
        for name, value in (("Sint-Joost-ten-Node", 19000), ("Sint-Pieters-Woluwe", 35000))
    )
    chart = replace(made.dots(), axis=Axis(15000, 35000, None, " €"), series=(low, high), marks=())
    heights = {
        frame: {label.text: label.y for label in labels(layout(chart), frame) if label.bold}
        for frame in (312.0, 1120.0)
    }
    # On 312 px the first name begins at (19000 - 15000) / 20000 of it less 5 px, at 57, and the other ends at 317:
    # there are 260 px for two names of some 130 px in a wide face.
    assert 2 * 1.17 * width(low.label, 12, bold=True) + 4 > 260
    assert heights[312.0] == {low.label: ABOVE, high.label: BELOW}
    assert heights[1120.0] == {low.label: ABOVE, high.label: ABOVE}


@pytest.mark.parametrize("sheet", ["parts.css", "embed.css"])
def test_every_class_that_is_drawn_has_a_rule(sheet: str) -> None:
    rules = (STATIC / sheet).read_text(encoding="utf-8")
    # No address embeds the squares: they stand under the answer of the home page.
    drawn = [chart for chart in CHARTS.values() if sheet == "parts.css" or chart.view != "squares"]
    kinds = {kind for chart in drawn for m in layout(chart).marks for kind in m.kind.split()}
    hatched = {"gap", "tile-0"}  # filled by a pattern of the drawing itself
    assert {kind for kind in kinds - hatched if not re.search(rf"\.{kind}(?![\w-])", rules)} == set()


def hero_x(chart: Chart) -> float:
    return next(m.x for m in layout(chart).marks if isinstance(m, Dot) and m.kind == "h")


def test_better_is_to_the_right_also_where_low_is_good() -> None:
    assert hero_x(made.rank("lower")) == pytest.approx(100 - 100 * 16.4 / 40)
    assert hero_x(made.rank("higher")) == pytest.approx(100 * 16.4 / 40)


def test_a_place_that_cannot_be_told_apart_is_hollow() -> None:
    kinds = [m.kind for m in layout(made.rank()).marks if isinstance(m, Dot)]
    # |v - 16.4| <= 4 holds for 15.0 and 18.5 only; 12.0 is 4.4 away and 21.0 is 4.6
    assert (kinds.count("po"), kinds.count("pd"), kinds.count("h")) == (2, 7, 1)


def test_a_place_without_a_value_keeps_its_row_and_says_so() -> None:
    texts = {m.text: m.y for m in layout(made.rank()).marks if isinstance(m, Label)}
    assert texts["Munich"] == texts["no value"]


def test_missing_years_break_the_line_and_a_lone_year_is_a_dot() -> None:
    marks = layout(made.line()).marks
    hero = next(m for m in marks if isinstance(m, Curve) and m.kind == "hl-line")
    assert [len(run) for run in hero.runs] == [5, 12]  # 2001-2005, 2012-2023; 2009 stands alone
    alone = [m for m in marks if isinstance(m, Dot) and m.kind == "hb"]
    assert [round(m.x, 1) for m in alone] == [round(100 * 8 / 22, 1)]  # 2009 of 2001-2023


def test_missing_years_are_hatched_on_the_axis() -> None:
    gaps = [m for m in layout(made.line()).marks if isinstance(m, Box) and m.kind == "gap"]
    assert [round(m.width, 1) for m in gaps] == [round(100 * 3 / 22, 1), round(100 * 2 / 22, 1)]


def test_runs_break_at_expected_periods_and_at_gaps_only() -> None:
    waves = [Point(2012, 1), Point(2015, 2), Point(2019, 3)]
    assert len(split(waves, (2012, 2015, 2019))) == 1
    assert len(split(waves, (2012, 2013, 2015, 2019))) == 2
    assert len(split(waves, (), (Gap(2016, 2017, "why"),))) == 2
    assert split([], ()) == ()


def test_a_change_that_cannot_be_told_is_dashed_and_grey() -> None:
    points = (Point(2015, 40, 36, 44), Point(2019, 43, 39, 47))
    for told, kind, dashed in ((True, "hl-line", False), (False, "p", True), (None, "p", True)):
        stroke = next(m for m in layout(made.small("slope", points, told)).marks if isinstance(m, Line))
        assert (stroke.kind, stroke.dashed) == (kind, dashed)


def test_a_slope_needs_two_values_and_a_line_one() -> None:
    with pytest.raises(ValueError, match="two values"):
        layout(made.small("slope", (Point(2015, 40),)))
    with pytest.raises(ValueError, match="at least one value"):
        layout(replace(made.line(), series=()))
    with pytest.raises(ValueError, match="needs bars"):
        layout(replace(made.histogram(), bars=()))


def test_a_pair_is_joined_and_dashed_without_a_verdict() -> None:
    marks = layout(made.pair()).marks
    joined = [m for m in marks if isinstance(m, Line) and m.kind in ("p", "faint")]
    assert [(m.x1, m.x2, m.dashed) for m in joined] == [(28, 66, False), (70, 71, True)]
    dots = [(m.kind, m.x, m.r) for m in marks if isinstance(m, Dot)]
    # the peer below the hero; around it, as a wider ring, where the two would cover each other
    assert dots == [("po", 66, 5), ("h", 28, 6.5), ("po", 71, 9), ("h", 70, 6.5), ("po", 60, 5)]


def test_a_waterfall_ends_where_its_parts_add_up() -> None:
    bars = [m for m in layout(made.waterfall()).marks if isinstance(m, Box) and m.kind == "hb"]
    assert [(b.x, b.width) for b in bars] == [(0, 39), (39, 21), (0, 60)]  # 78 / 2, 42 / 2, and their sum


def test_the_range_of_ranks_covers_its_bars() -> None:
    drawing = layout(made.histogram())
    span = next(m for m in drawing.marks if isinstance(m, Box) and m.y == 100)
    assert (span.x, span.width) == (round(800 / 30, 2), 40)  # 30 - 22 = 8 bars to the left, 12 of 30 bars wide


def test_spread_keeps_order_distance_and_bounds() -> None:
    placed = spread([100, 101, 102, 200], 15, 0, 300)
    assert placed[3] == 200
    assert all(b - a >= 15 for a, b in pairwise(placed))
    assert max(spread([299, 300, 300], 15, 0, 300)) <= 300


def test_texts_are_cut_and_wrapped_by_their_width() -> None:
    assert shortened("Brussels", 100) == "Brussels"
    cut = shortened("Satisfaction with the time it takes", 100)
    assert cut.endswith("…")
    assert width(cut) <= 100
    lines = wrapped("one two three four five six", 60, 12)
    assert " ".join(lines) == "one two three four five six"
    assert all(width(line) <= 60 for line in lines)


def test_a_long_address_is_cut_into_lines_that_fit_and_none_of_it_is_lost() -> None:
    address = "http://localhost/en/i/admin_procedures?" + "&".join(f"places=city-{n},town-{n}" for n in range(40))
    for room in (252.0, 552.0):
        lines = wrapped(f"and 2 more cautions: {address}", room, 12)
        assert max(width(line) for line in lines) <= room
        assert "".join(lines).endswith(address)
        assert lines[1].endswith(("/", "?", "&", ","))
