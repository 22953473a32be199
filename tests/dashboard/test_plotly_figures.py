from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import plotly.graph_objects as go
import pytest

from dashboard import plotly_figures
from dashboard.chart import Chart
from dashboard.palette import colours
from tests.dashboard import made

DRAWN = (made.line(), made.rank(), made.strip())
each = pytest.mark.parametrize("chart", DRAWN, ids=lambda chart: chart.id)


@each
def test_a_figure_is_plain_valid_and_small(chart: Chart) -> None:
    figure = plotly_figures.figure(chart)
    assert len(json.dumps(figure)) < 12_000
    go.Figure(figure)  # refuses unknown keys and values


@each
def test_the_ground_is_transparent_and_no_template_is_sent(chart: Chart) -> None:
    layout = plotly_figures.figure(chart)["layout"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert "template" not in layout
    assert layout["showlegend"] is False


@pytest.mark.parametrize("lang", ["en", "fr", "nl"])
def test_nothing_can_be_sent_anywhere(lang: str) -> None:
    config = plotly_figures.config(lang)
    assert config["showSendToCloud"] is False
    assert config["displaylogo"] is False
    assert config["topojsonURL"] == config["plotlyServerURL"] == ""
    assert config["locale"] == lang
    assert set(config["locales"]) == {lang}


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError, match="de"):
        plotly_figures.config("de")


def test_numbers_are_separated_as_the_language_does() -> None:
    signs = {
        lang: plotly_figures.figure(replace(made.line(), lang=lang))["layout"]["separators"]
        for lang in ("en", "fr", "nl")
    }
    assert signs == {"en": ".,", "fr": ",\u202f", "nl": ",."}


def test_a_missing_year_breaks_the_line() -> None:
    hero = plotly_figures.figure(made.line())["data"][-1]
    assert hero["y"].count(None) == 2  # before and after 2009
    assert hero["connectgaps"] is False


def test_missing_years_are_hatched_on_the_axis_with_the_reason() -> None:
    chart = made.line()
    bars = [trace for trace in plotly_figures.figure(chart)["data"] if trace["type"] == "bar"]
    assert [(bar["x"][0], bar["width"][0]) for bar in bars] == [
        ((g.start + g.end) / 2, g.end - g.start) for g in chart.gaps
    ]
    assert [bar["hovertext"][0] for bar in bars] == [gap.reason for gap in chart.gaps]


def test_the_hero_is_drawn_last_in_the_colour_of_its_pillar() -> None:
    hero = plotly_figures.figure(made.line())["data"][-1]
    assert hero["name"] == "Brussels"
    assert hero["line"]["color"] == colours("light", "sustainable")["mark"]


def test_better_is_to_the_right_in_a_ranking_and_lines_keep_their_axis() -> None:
    assert plotly_figures.figure(made.rank("lower"))["layout"]["xaxis"]["range"] == [40, 0]
    assert plotly_figures.figure(made.rank("higher"))["layout"]["xaxis"]["range"] == [0, 40]
    assert plotly_figures.figure(made.line())["layout"]["yaxis"]["range"] == [0, 50]


def test_labels_at_the_ends_of_lines_keep_apart() -> None:
    labels = plotly_figures.figure(made.line())["layout"]["annotations"]
    heights = sorted(label["y"] for label in labels if label.get("xanchor") == "left" and "xref" not in label)
    assert len(heights) == 4  # Brussels and the three peers that reach 2023
    assert all(b - a >= 50 * 15 / 316 - 1e-9 for a, b in pairwise(heights))


def test_names_cannot_open_a_tag_of_the_label_markup() -> None:
    chart = made.line()
    bad = replace(chart, series=tuple(replace(s, name=made.HOSTILE, label=made.HOSTILE) for s in chart.series))
    figure = plotly_figures.figure(bad)
    said = [label["text"] for label in figure["layout"]["annotations"]] + [
        t.get("hovertemplate", "") for t in figure["data"]
    ]
    assert not [text for text in said if "<script" in text or 'onload="x">&\'' in text]


def test_a_view_without_an_interactive_form_is_refused() -> None:
    with pytest.raises(ValueError, match=r"svg\.render"):
        plotly_figures.figure(made.tiles())


def test_a_limit_is_named_at_the_end_where_fewer_values_lie() -> None:
    chart = made.line()  # values of 36 to 40 until 2005, 16 to 20 in the last years
    notes = plotly_figures.figure(chart)["layout"]["annotations"]
    sides = {note["text"]: note["x"] for note in notes if note["text"].startswith(("EU", "WHO"))}
    assert sides == {"EU limit until 2029: 40": 1, "EU limit from 2030: 20": 0, "WHO guideline: 10": 0}
