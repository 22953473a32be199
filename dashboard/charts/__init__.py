"""Builders: scores + catalogue + words -> `dashboard.chart.Chart`. Pure; nothing is drawn here.

Common arguments: `scores: indicators.scores.Scores`, `catalogue: config.schema.Catalogue`, `words: i18n.Words`.
`hero` is a place id (None: the catalogue's). A builder that returns `Chart | None` gives None where there is nothing
to draw (no value, no history): show nothing, or say so. KeyError for an unknown id. `time` is a pair of
first and last year (None: open); None is every year of a line, or the value that is scored.

    answer_squares(scores, catalogue, words, hero=None) -> Chart | None                  what the answer rests on
    overall_histogram(scores, catalogue, words, hero=None) -> Chart                      rank panel of the home page
    pillar_strip(scores, catalogue, words, pillar_id, hero=None, places=()) -> Chart     30 places on 0-100
    pillar_spark(scores, catalogue, words, pillar_id, hero=None) -> Chart | None         score over time
    pillar_waterfall(scores, catalogue, words, pillar_id, hero=None) -> Chart | None     "how this score is made"
    indicator_strip(scores, catalogue, words, indicator_id, hero=None) -> Chart | None   on its goalposts
    indicator_spark(scores, catalogue, words, indicator_id, hero=None) -> Chart | None   value over time
    indicator_slope(scores, catalogue, words, indicator_id, hero=None) -> Chart | None   two values of a change
    indicator_line(scores, catalogue, words, indicator_id, places=(), hero=None, time=None) -> Chart | None
    indicator_rank(scores, catalogue, words, indicator_id, places=(), hero=None, time=None) -> Chart | None
    indicator_words(scores, catalogue, words, indicator_id, hero=None) -> Chart | None   why nothing can be drawn
    indicator_table(scores, catalogue, words, indicator_id, places=(), hero=None, time=None) -> Table
    overall_trial(scores, catalogue, words, trial, hero=None) -> Chart                   under other weights, ranked
    pair_scores(scores, catalogue, words, pillar_id, hero, other, verdicts) -> Chart     two places, every indicator
    municipality_dots(scores, catalogue, words, indicator_id, time=None, parent=None) -> Chart | None
    municipality_tiles(scores, catalogue, words, indicator_id, time=None, parent=None) -> Chart | None

`places=()` means every default place in a ranking or table; for a line, four of other countries. A Chart carries its
finding (`title`), `subtitle`, `description`, `note`, `source`, `key`, `table` and `cautions` as texts in the language
of `words`; chosen places change what is shown, never a rank or a median. `indicator_rank` gives None where places may
not be compared, `indicator_line` then draws the hero alone.

Renderers (all take a Chart):

    svg.render(chart) -> Markup                  the bare inline <svg>, stretches with its column
    svg.frame(chart) -> Markup                   <div class="frame ..."> around it: use this in pages, but for
                                                 spark, slope and strip in a grid cell use svg.render
    svg.key(chart) -> Markup                     <p class="key">: what the marks mean
    tables.html(table, label) -> Markup          the same numbers as an accessible table in its scroll region
    svg_file.render(chart, theme="light", width=850) -> str          standalone .svg (theme: light, dark, contrast)
    png.render(chart, theme="light", width=850, scale=2.0) -> bytes   the same as PNG
    png.card(chart, theme="light") -> bytes                           1200 x 630 for link previews
    plotly_figures.figure(chart) -> dict         interactive figure; plotly_figures.config(lang) -> dict for dcc.Graph
    embed.html(chart, words, page_url=..., snapshot=..., snapshot_date=..., licence=..., ...) -> str

Stylesheets: `dashboard/static/tokens.css`, `parts.css` (pages), `embed.css` (inlined in embeds).
"""

from dashboard.charts.foundation import answer_squares
from dashboard.charts.municipal import municipality_dots, municipality_tiles
from dashboard.charts.over_time import indicator_line, indicator_words
from dashboard.charts.pair import pair_scores
from dashboard.charts.ranking import indicator_rank, indicator_table
from dashboard.charts.scores import overall_histogram, pillar_spark, pillar_strip, pillar_waterfall
from dashboard.charts.trial import overall_trial
from dashboard.charts.values import indicator_slope, indicator_spark, indicator_strip

__all__ = [
    "answer_squares",
    "indicator_line",
    "indicator_rank",
    "indicator_slope",
    "indicator_spark",
    "indicator_strip",
    "indicator_table",
    "indicator_words",
    "municipality_dots",
    "municipality_tiles",
    "overall_histogram",
    "overall_trial",
    "pair_scores",
    "pillar_spark",
    "pillar_strip",
    "pillar_waterfall",
]
