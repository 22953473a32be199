from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

import dashboard
from config.schema import LANGS
from dashboard import charts, svg
from dashboard.chart import Chart
from dashboard.charts.apart import differs, rank_ranges
from dashboard.charts.context import lookup
from dashboard.charts.municipal import broken
from dashboard.charts.periods import expected, gaps
from dashboard.charts.scores import weight_words
from dashboard.choice import Choice
from dashboard.drawing import layout
from dashboard.drawing.marks import APART, Label
from dashboard.drawing.text import width
from dashboard.i18n import Words, translations
from dashboard.scale import percent
from indicators.scores import Scores
from tests.dashboard import samples

EDITION = samples.edition()
SCORES, CATALOGUE = EDITION.scores, EDITION.catalogue
WIDTHS = (300.0, 528.0, 529.0, 1120.0)
CITY = [i.id for i in CATALOGUE.indicators.values() if i.scheme != "municipality"]
RANKED = [i for i in CITY if CATALOGUE.indicators[i].comparable == "places"]
SCORED = [i.id for i in CATALOGUE.scored()]
LENS = [i.id for i in CATALOGUE.indicators.values() if i.scheme == "municipality"]
EN = Words("en")
TOLD = {i: EDITION.verdicts.compare("brussels", "sofia", i, CATALOGUE.method.list_level) for i in SCORED}
CHOICE = Choice((("safe", 2.0),))
OF_INDICATORS = (
    charts.indicator_strip,
    charts.indicator_spark,
    charts.indicator_slope,
    charts.indicator_line,
    charts.indicator_rank,
)


def without(indicator: str, place: str, year: int | None = None) -> Scores:
    """The scores of one indicator without one place's value (of one year)."""
    cells = SCORES.cells[SCORES.cells["indicator"] == indicator]
    gone = cells["ref_area"] == place
    gone &= cells["time_period"].astype(str) == str(year) if year else True
    return replace(SCORES, cells=cells[~gone])


def built(lang: str) -> dict[str, Chart]:
    """Every chart of the product in one language."""
    asked = SCORES, CATALOGUE, Words(lang)
    made = [charts.overall_histogram(*asked), charts.overall_trial(*asked, EDITION.trials.of(CHOICE))]
    for pillar in CATALOGUE.pillars:
        for build in (charts.pillar_strip, charts.pillar_spark, charts.pillar_waterfall):
            made.append(build(*asked, pillar))
        made.append(charts.pair_scores(*asked, pillar, "brussels", "sofia", TOLD))
    for indicator in CITY:
        for build in OF_INDICATORS:
            made.append(build(*asked, indicator))
    for indicator in LENS:
        made += [charts.municipality_dots(*asked, indicator), charts.municipality_tiles(*asked, indicator)]
    return {chart.id: chart for chart in made if chart is not None}


BUILT = {lang: built(lang) for lang in LANGS}
each_language = pytest.mark.parametrize("lang", LANGS)


@each_language
def test_every_chart_has_its_texts_its_numbers_and_its_own_id(lang: str) -> None:
    assert len(BUILT[lang]) > 4 * len(CITY)
    for chart in BUILT[lang].values():
        assert all((chart.title, chart.subtitle, chart.description)), chart.id
        assert chart.table is not None, chart.id
        assert chart.table.rows, chart.id
        assert {len(row) for row in chart.table.rows} == {len(chart.table.header)}, chart.id
        assert chart.lang == lang


@each_language
def test_no_message_is_left_with_a_hole(lang: str) -> None:
    for chart in BUILT[lang].values():
        texts = (
            chart.title,
            chart.subtitle,
            chart.description,
            chart.note,
            chart.source,
            *(k.label for k in chart.key),
        )
        assert not [text for text in texts if "{" in text or "}" in text or "nan" in text.split()]


def touching(labels: list[Label], room: float) -> list[tuple[str, str]]:
    """Pairs of labels closer than `APART` in both directions; spans are computed once, for speed."""
    spans = [(label.text, *label.span(room)) for label in labels]
    return [
        (one, two)
        for (one, l1, r1, t1, b1), (two, l2, r2, t2, b2) in combinations(spans, 2)
        if l1 < r2 + APART and l2 < r1 + APART and t1 < b2 + APART and t2 < b1 + APART
    ]


@each_language
def test_labels_keep_apart_on_every_chart(lang: str) -> None:
    found = []
    for chart in BUILT[lang].values():
        drawing = layout(chart)
        for frame in WIDTHS:
            labels = [m for m in drawing.shown(frame) if isinstance(m, Label) and (m.text or m.strong)]
            found += [(chart.id, frame, *pair) for pair in touching(labels, drawing.width or drawing.frame.room(frame))]
    assert found == []


@each_language
def test_every_chart_can_be_drawn(lang: str) -> None:
    assert all(svg.frame(chart).startswith("<div") for chart in BUILT[lang].values())


def spoken() -> set[str]:
    """Every message that a builder or the embed says, read from the source."""
    folder = Path(dashboard.__file__).parent
    said = set()
    for path in (*(folder / "charts").glob("*.py"), folder / "embed.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                said |= {node.args[0].value} if name == "words" else set()
    return said


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_every_message_is_translated_with_the_same_fields(lang: str) -> None:
    known = translations(lang)
    fields: Callable[[str], set[str]] = lambda text: {name for _, name, _, _ in Formatter().parse(text) if name}  # noqa: E731
    assert len(spoken()) > 70
    assert {message for message in spoken() if message not in known} == set()
    assert {m: known[m] for m in spoken() if fields(known[m]) != fields(m)} == {}


@pytest.mark.parametrize("indicator", SCORED)
def test_a_strip_puts_each_place_at_its_score(indicator: str) -> None:
    chart = BUILT["en"][f"strip-{indicator}"]
    cells = SCORES.cells
    rows = cells[(cells["indicator"] == indicator) & cells["latest"] & (cells["group"] == "total")].set_index(
        "ref_area"
    )
    for series in chart.series:
        assert percent(chart.axis, series.points[0].y) == pytest.approx(rows.loc[series.id, "score"], abs=0.01)


@pytest.mark.parametrize("indicator", RANKED)
def test_a_ranking_runs_from_best_to_worst_and_keeps_every_place(indicator: str) -> None:
    chart = BUILT["en"][f"rank-{indicator}"]
    shown = [s for s in chart.series if s.points]
    along = [percent(chart.axis, s.points[0].y) for s in shown]
    assert along == sorted(along, reverse=True)  # better, or higher where neither is better, stands first
    scheme = CATALOGUE.indicators[indicator].scheme
    places = CATALOGUE.city_regions("default")
    areas = {p.areas.get(scheme, p.id) for p in places}  # a country's value stands once
    assert len(chart.series) == len(areas)
    assert {s.id for s in chart.series} <= {p.id for p in places}
    for series, row in zip(chart.series, chart.table.rows, strict=True):  # type: ignore[union-attr]
        assert row[0].startswith(series.name)
    assert [s.value for s in shown] == [row[1] for row in chart.table.rows[: len(shown)]]  # type: ignore[union-attr]


def test_a_place_without_a_value_is_listed_last_and_named() -> None:
    scores = without("pt_satisfaction", "vienna")
    chart = charts.indicator_rank(scores, CATALOGUE, EN, "pt_satisfaction")
    assert chart is not None
    assert (chart.series[-1].id, chart.series[-1].points) == ("vienna", ())
    assert "No value: Vienna." in chart.alternative


def test_without_the_hero_a_chart_says_so() -> None:
    scores = without("pt_satisfaction", "brussels")
    for build in (charts.indicator_rank, charts.indicator_strip, charts.indicator_line):
        chart = build(scores, CATALOGUE, EN, "pt_satisfaction")
        assert chart is not None
        assert chart.title == "Satisfaction with public transport: no value for Brussels"
    assert charts.indicator_spark(scores, CATALOGUE, EN, "pt_satisfaction") is None
    assert charts.indicator_slope(scores, CATALOGUE, EN, "pt_satisfaction") is None


def test_numbers_of_a_pillar_strip_agree_with_the_scores() -> None:
    for pillar in CATALOGUE.pillars:
        chart = BUILT["en"][f"strip-{pillar}"]
        standing = lookup(SCORES).standing(pillar, "brussels")
        assert standing is not None
        value = EN.number(standing.score or 0)
        assert chart.hero is not None
        assert chart.hero.value == value
        assert f"Score {value} of 100." in chart.description
        assert chart.table.rows[chart.table.hero][:2] == ("Brussels", value)  # type: ignore[union-attr, index]
        assert percent(chart.axis, chart.hero.points[0].y) == pytest.approx(standing.score, abs=0.01)


def test_peers_are_summed_up_without_the_hero() -> None:
    chart = BUILT["en"]["strip-connected"]
    values = sorted(s.points[0].y for s in chart.series if s.role != "hero")
    median = next(mark.value for mark in chart.marks if mark.kind == "median")
    assert len(values) == 34
    assert median == pytest.approx((values[16] + values[17]) / 2)  # the middle two of 34


def test_the_histogram_counts_every_recomputation_among_the_ranked_places() -> None:
    chart = BUILT["en"]["overall-ranks"]
    assert len(chart.bars) == 35
    assert sum(bar.end for bar in chart.bars) == CATALOGUE.method.draws
    assert [int(bar.id) for bar in chart.bars] == list(range(35, 0, -1))  # the worst rank is left
    low, high = (int(mark) for mark in (chart.marks[0].value, chart.marks[0].until or 0))
    assert [int(bar.id) for bar in chart.bars if bar.hero] == list(range(high, low - 1, -1))


def test_a_place_without_a_rank_has_no_histogram() -> None:
    with pytest.raises(ValueError, match="no overall rank"):
        charts.overall_histogram(SCORES, CATALOGUE, EN, hero="milan")


@pytest.mark.parametrize("pillar", list(CATALOGUE.pillars))
def test_the_steps_of_a_waterfall_add_up_to_the_score(pillar: str) -> None:
    bars = BUILT["en"][f"waterfall-{pillar}"].bars
    for before, after in pairwise(bars[:-1]):
        assert before.end == after.start
    assert bars[-2].end == pytest.approx(bars[-1].end)
    assert sum(bar.could - bar.start for bar in bars[:-1] if bar.could is not None) == pytest.approx(100)


def test_a_weight_reads_as_a_fraction_or_in_percent() -> None:
    assert weight_words(EN, 1 / 6) == "1/6"
    assert weight_words(EN, 1) == "1"
    assert weight_words(Words("fr"), 0.35) == "35,0\u00a0%"


def test_a_line_holds_the_years_asked_for_and_breaks_at_a_missing_one() -> None:
    scores = without("broadband_households", "brussels", 2020)
    chart = charts.indicator_line(scores, CATALOGUE, EN, "broadband_households", time=(2018, 2023))
    assert chart is not None
    assert chart.hero is not None
    years = [p.x for p in chart.hero.points]
    assert min(years) >= 2018
    assert max(years) <= 2023
    assert 2020 not in years
    assert [(gap.start, gap.end) for gap in chart.gaps] == [(2019.5, 2020.5)]
    assert "No value for 2020." in chart.description


def test_a_line_takes_the_chosen_places_and_needs_two_years() -> None:
    chart = charts.indicator_line(SCORES, CATALOGUE, EN, "pt_satisfaction", places=("rome", "sofia"))
    assert chart is not None
    assert [s.id for s in chart.series] == ["brussels", "rome", "sofia", "median"]
    one = charts.indicator_line(SCORES, CATALOGUE, EN, "pt_satisfaction", time=(2019, 2019))
    assert one is None


def test_usual_peers_of_a_line_are_of_other_countries() -> None:
    chart = BUILT["en"]["line-pt_satisfaction"]
    countries = [CATALOGUE.places[s.id].country for s in chart.series if s.role == "peer"]
    assert len(countries) == len(set(countries)) == 4
    assert "BE" not in countries


def test_a_ranking_of_a_span_is_of_its_newest_year() -> None:
    chart = charts.indicator_rank(SCORES, CATALOGUE, EN, "pt_satisfaction", time=(None, 2018))
    assert chart is not None
    years = {row[5] for row in chart.table.rows}  # type: ignore[union-attr]
    assert len(years) == 1
    assert int(years.pop()) <= 2018
    assert charts.indicator_rank(SCORES, CATALOGUE, EN, "pt_satisfaction", time=(1900, 1901)) is None


def test_the_table_names_level_year_and_area_beside_each_value() -> None:
    table = charts.indicator_table(SCORES, CATALOGUE, EN, "vhcn_coverage")
    assert table.header[5:8] == ("Year", "Level", "Area")
    brussels = table.rows[table.hero or 0]
    assert (brussels[0], brussels[6], brussels[7]) == ("Belgium: Brussels, Antwerp, Liège", "country", "BE")


def test_places_that_show_the_same_country_are_not_compared() -> None:
    cells = [lookup(SCORES).cell("vhcn_coverage", place) for place in ("brussels", "antwerp", "paris")]
    table = differs(CATALOGUE.indicators["vhcn_coverage"], [c for c in cells if c], 0.998)
    assert pd.isna(table[0, 1])
    assert pd.isna(table[0, 2])  # no interval is published


def test_verdicts_of_a_list_agree_with_the_tests_of_the_scores() -> None:
    from indicators import compare

    chart = BUILT["en"]["rank-pt_satisfaction"]
    for series in chart.series:
        if series.role == "peer":
            word = compare(SCORES, "brussels", series.id, "pt_satisfaction", CATALOGUE.method.list_level).word
            assert series.told_apart is {"cannot_tell": False, "not_compared": None}.get(word, True), series.id


def test_rank_ranges_hold_the_rank_and_ties_share_theirs() -> None:
    values = {"a": 10.0, "b": 10.0, "c": 5.0}
    nothing_told = differs(CATALOGUE.indicators["vhcn_coverage"], [], 0.998)
    assert nothing_told.shape == (0, 0)
    unknown = pd.DataFrame(float("nan"), index=list(values), columns=list(values)).to_numpy()
    assert rank_ranges(values, unknown, lower_better=False) == {"a": (1, 2), "b": (1, 2), "c": (3, 3)}
    assert rank_ranges(values, unknown, lower_better=True) == {"a": (2, 3), "b": (2, 3), "c": (1, 1)}
    open_ = unknown * 0
    open_[:] = 0.0
    assert set(rank_ranges(values, open_, lower_better=False).values()) == {(1, 3)}


@each_language
def test_tiles_show_all_nineteen_and_hatch_the_one_without_a_value(lang: str) -> None:
    lens = LENS[0]
    chart = charts.municipality_tiles(without(lens, "ixelles"), CATALOGUE, Words(lang), lens)
    assert chart is not None
    assert len(chart.tiles) == 19
    assert [tile.id for tile in chart.tiles if tile.step == 0] == ["ixelles"]
    assert Words(lang)("no data") in chart.description
    assert [caution.kind for caution in chart.cautions][-1] == "missing"
    assert len({(tile.row, tile.column) for tile in chart.tiles}) == 19


def test_the_grid_holds_every_municipality_of_the_catalogue() -> None:
    codes = {place.areas["municipality"] for place in CATALOGUE.municipalities()}
    assert set(CATALOGUE.site.tiles) == codes


@each_language
def test_names_of_municipalities_fit_their_tiles(lang: str) -> None:
    names = [place.name.in_(lang) for place in CATALOGUE.municipalities()]
    assert max(len(broken(name)) for name in names) <= 3
    assert max(width(line) for name in names for line in broken(name)) <= 72  # pixels of a tile at 300


def test_a_survey_has_no_gap_between_waves_and_an_annual_series_has() -> None:
    assert gaps((2012.0, 2015.0, 2019.0), [2012, 2015, 2019], "why") == ()
    spans = gaps(tuple(float(y) for y in range(2001, 2013)), [2001, 2005, 2009, 2012], "why")
    assert [(g.start, g.end) for g in spans] == [(2001.5, 2004.5), (2005.5, 2008.5), (2009.5, 2011.5)]
    periods = expected(lookup(SCORES), CATALOGUE.indicators["broadband_households"])
    assert list(periods) == sorted(set(periods))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: charts.pillar_strip(SCORES, CATALOGUE, EN, "clever"),
        lambda: charts.pillar_spark(SCORES, CATALOGUE, EN, "clever"),
        lambda: charts.indicator_rank(SCORES, CATALOGUE, EN, "clever"),
        lambda: charts.indicator_line(SCORES, CATALOGUE, EN, "clever"),
        lambda: charts.pillar_strip(SCORES, CATALOGUE, EN, "open", hero="atlantis"),
    ],
)
def test_an_unknown_name_is_an_error_that_names_it(ask: Callable[[], object]) -> None:
    with pytest.raises(KeyError, match=r"clever|atlantis"):
        ask()


def test_another_place_can_be_the_hero() -> None:
    chart = charts.pillar_strip(SCORES, CATALOGUE, Words("fr"), "open", hero="vienna")
    assert chart.hero is not None
    assert chart.hero.name == "Vienne"
    assert len(chart.series) == 35


@pytest.mark.parametrize("pillar", CATALOGUE.pillars)
def test_a_pair_shows_every_indicator_with_its_verdict_the_furthest_behind_first(pillar: str) -> None:
    chart = BUILT["en"][f"pair-{pillar}"]
    assert {series.id for series in chart.series} == {i.id for i in CATALOGUE.scored(pillar)}
    gaps = [one.points[0].y - one.points[1].y for one in chart.series if len(one.points) == 2]
    assert gaps == sorted(gaps)
    for series in chart.series:
        word = TOLD[series.id].word
        assert series.told_apart == (word in ("ahead", "behind"))
        assert series.value.startswith({"cannot_tell": "too close to call"}.get(word, word.replace("_", " ")))
        for point, place in zip(series.points, ("brussels", "sofia"), strict=True):
            assert point.y == lookup(SCORES).cell(series.id, place).score


LIMITED = [i.id for i in CATALOGUE.indicators.values() if i.limits]


@pytest.mark.parametrize("indicator", LIMITED)
@each_language
def test_limits_are_drawn_named_and_said(indicator: str, lang: str) -> None:
    limits = CATALOGUE.indicators[indicator].limits
    for chart in (BUILT[lang].get(f"line-{indicator}"), BUILT[lang].get(f"rank-{indicator}")):
        if chart is not None:
            drawn = [mark for mark in chart.marks if mark.kind == "limit"]
            assert [mark.value for mark in drawn] == [limit.value for limit in limits]
            assert all(limit.label.in_(lang) in mark.label for limit, mark in zip(limits, drawn, strict=True))
            assert all(mark.label in chart.description for mark in drawn)
            assert all(chart.axis.low <= mark.value <= chart.axis.high for mark in drawn)
            assert "limit" in {key.kind for key in chart.key}


def test_no_french_text_of_a_chart_has_a_semicolon_without_its_space() -> None:
    texts = [
        text
        for chart in BUILT["fr"].values()
        for text in (chart.title, chart.subtitle, chart.description, chart.note, *chart.printed)
        if ";" in text
    ]
    assert len(texts) > 100
    assert [text for text in texts if re.search(r"[^\u00a0\u202f];", text)] == []
