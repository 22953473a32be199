"""What the keyboard finds in a chart: every point the pointer finds, with the words of the model, in every language."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from config.schema import LANGS
from dashboard import charts, embed, plotly_figures, svg
from dashboard.chart import Chart
from dashboard.choice import Choice
from dashboard.i18n import Words
from indicators.scores import Verdict
from tests.dashboard.made import every_view
from tests.dashboard.samples import edition

SCORED, LENS = "pt_easy_access", "income_median"


@cache
def built(lang: str) -> dict[str, Chart]:
    found, words = edition(), Words(lang)
    common = (found.scores, found.catalogue, words)
    made = {
        "squares": charts.answer_squares(*common),
        "histogram": charts.overall_histogram(*common),
        "score strip": charts.pillar_strip(*common, "safe"),
        "waterfall": charts.pillar_waterfall(*common, "safe"),
        "value strip": charts.indicator_strip(*common, SCORED),
        "spark": charts.indicator_spark(*common, SCORED),
        "slope": charts.indicator_slope(*common, SCORED),
        "line": charts.indicator_line(*common, SCORED),
        "rank": charts.indicator_rank(*common, SCORED),
        "trial": charts.overall_trial(*common, found.trials.of(Choice((("safe", 2.0),)))),
        "pair": charts.pair_scores(*common, "safe", "brussels", "sofia", _verdicts()),
        "dots": charts.municipality_dots(*common, LENS),
        "tiles": charts.municipality_tiles(*common, LENS),
    }
    drawn = {name: chart for name, chart in made.items() if chart is not None}
    return {**drawn, "row": replace(drawn["value strip"], view="row")}


def _verdicts() -> dict[str, Verdict]:
    found = edition()
    return {
        i.id: found.verdicts.compare("brussels", "sofia", i.id, found.catalogue.method.list_level)
        for i in found.catalogue.scored("safe")
    }


KINDS = tuple(built("en"))


def stops(text: str) -> list[tuple[str, str]]:
    """Return (place in the walk, words) of every mark the keyboard finds, in the order of the drawing."""
    return [(mark.get("data-at", ""), _title(mark)) for mark in ET.fromstring(text).iter() if mark.get("data-at")]


def _title(mark: ET.Element) -> str:
    return next(part.text or "" for part in mark if part.tag == "title")


def notes(chart: Chart) -> Iterator[str]:
    yield from (point.note for series in chart.series for point in series.points)
    yield from (bar.note or bar.value for bar in chart.bars)
    yield from (tile.note for tile in chart.tiles)
    yield from (square.note for square in chart.squares)
    yield from (gap.note for gap in chart.gaps)


def test_no_kind_of_chart_is_left_out() -> None:
    assert {chart.view for chart in built("en").values()} == {chart.view for chart in every_view()} - {"words"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_walk_reads_every_point_of_the_model(kind: str, lang: str) -> None:
    chart = built(lang)[kind]
    found = [words for _, words in stops(svg.render(chart))]
    assert all(notes(chart))
    assert sorted(set(notes(chart)) - set(found)) == []
    beside = {mark.label for mark in chart.marks}  # medians and targets stand in the walk of a strip
    assert sorted(set(found) - set(notes(chart)) - beside) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "waterfall"])
def test_what_is_read_is_in_the_table(kind: str, lang: str) -> None:
    """The value, after the colon, is a number of the chart's own table."""
    chart = built(lang)[kind]
    assert chart.table is not None
    cells = {number for row in chart.table.rows for cell in row for number in _numbers(cell)}
    read = [_numbers(re.split(r"\s?: ", note, maxsplit=1)[-1]) for note in notes(chart)]
    assert [numbers[0] for numbers in read if numbers and numbers[0] not in cells] == []
    assert any(read)


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,\u00a0\u202f]\d+)*", text)


def test_a_step_of_a_waterfall_is_read_as_its_row_of_the_table() -> None:
    chart = built("en")["waterfall"]
    assert chart.table is not None
    for bar, (label, score, weight, given) in zip(chart.bars, chart.table.rows, strict=False):
        assert bar.note == f"{label}: score {score} × {weight} = {given}"
    assert chart.bars[-1].note.startswith(f"Safe: {chart.bars[-1].value} (")


@pytest.mark.parametrize(
    ("kind", "lang", "says"),
    [
        ("line", "en", r"2025, Brussels: \d+% \(\d+–\d+\)"),
        ("line", "fr", r"2025, Bruxelles\u00a0: \d+\u00a0% \(\d+–\d+\)"),
        ("line", "nl", r"2025, Brussel: \d+% \(\d+–\d+\)"),
        ("rank", "en", r"Brussels, 2025: \d+% \(\d+–\d+\), \d+(st|nd|rd|th)(–\d+(st|nd|rd|th))? of 35"),
        ("rank", "nl", r"Brussel, 2025: \d+% \(\d+–\d+\), \d+e(–\d+e)? van 35"),
        ("score strip", "fr", r"Bruxelles\u00a0: \d+ \(\d+–\d+\), \d+r?e(–\d+e)? sur 35"),
        ("tiles", "nl", r"Elsene, 2025: [\d.]+\s€"),
    ],
)
def test_a_reading_in_full(kind: str, lang: str, says: str) -> None:
    assert [note for note in notes(built(lang)[kind]) if re.fullmatch(says, note)]


def test_a_place_that_cannot_be_told_apart_is_read_as_such() -> None:
    chart = built("en")["rank"]
    told = {s.told_apart: s.points[0].note for s in chart.series}
    assert told[False].endswith(", too close to Brussels to call")
    assert "clear difference" not in told[True] + told[None]


def test_years_without_a_value_are_read_as_such() -> None:
    found, words = edition(), Words("en")
    chart = charts.indicator_line(found.scores, found.catalogue, words, "internet_access_households")
    assert chart is not None
    assert [gap.note for gap in chart.gaps] == ["2016–2017: no value"]  # the made-up years skip these two


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", ["line", "rank", "score strip"])
def test_the_interactive_chart_has_the_same_walk(kind: str, lang: str) -> None:
    """Each point stands at the same place as in the drawing, and says the same to the pointer."""
    chart = built(lang)[kind]
    traces = [trace for trace in plotly_figures.figure(chart)["data"] if "ids" in trace]
    walked = {stop for t in traces for stop in zip(t["ids"], t["customdata"], strict=True) if stop[0]}
    of_points = {point.note for series in chart.series for point in series.points}
    assert walked == {stop for stop in stops(svg.render(chart)) if stop[1] in of_points}


def test_a_pair_names_the_indicator_of_each_row() -> None:
    chart = built("en")["pair"]
    for series in chart.series:
        assert [point.note.split(": ")[0] for point in series.points] == [
            f"{series.name}, {place}" for place in ("Brussels", "Sofia")
        ]


def test_places_of_a_line_are_series_and_years() -> None:
    chart = built("en")["line"]
    series = chart.series[1]
    assert series.role == "peer"
    assert {f"1 {point.x:.0f}" for point in series.points} <= {at for at, _ in stops(svg.render(chart))}


def test_a_walk_along_a_strip_ends_at_the_better_end() -> None:
    chart = built("en")["score strip"]
    ordered = [words for _, words in sorted(stops(svg.render(chart)), key=lambda s: float(s[0].split()[1]))]
    best = max((s for s in chart.series), key=lambda s: s.points[0].y)
    assert ordered[-1] == best.points[0].note


def test_an_embed_needs_none_of_it() -> None:
    text = embed.html(built("en")["line"], Words("en"), page_url="/", snapshot="x", snapshot_date="2026-11-20")
    assert "walk" not in embed.SCRIPT
    assert "tabindex" not in text.split("<details")[0]
