"""The reader's own weights: standings kept, said in words, drawn and tabled beside the published ones."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest

from config.schema import LANGS
from dashboard import charts, sentences
from dashboard.charts.context import lookup
from dashboard.choice import Choice
from dashboard.drawing import layout
from dashboard.drawing.marks import Dot
from dashboard.i18n import Words
from dashboard.lookup import OVERALL, Standing
from dashboard.scale import percent
from dashboard.trial import Trial, Trials
from dashboard.verdicts import shift
from indicators.rescore import Ground
from tests.dashboard.samples import edition
from tests.dashboard.sites import client, get

EDITION = edition()
COMMON = EDITION.scores, EDITION.catalogue, Words("en")
SAFE = Choice((("safe", 3.0), ("road_deaths", 0.0)))
NB = "\u00a0"


def standing(low: int | None, high: int | None) -> Standing:
    return Standing(OVERALL, "brussels", 58.4, 51, 65, low, low, high, 30, 1.0, 25, 25, "2019", "2025", 7)


def chart_of(choice: Choice, lang: str = "en", hero: str | None = None):
    asked = EDITION.scores, EDITION.catalogue, Words(lang)
    return charts.overall_trial(*asked, EDITION.trials.of(choice), hero=hero)


def test_without_a_choice_the_standings_are_the_published_ones() -> None:
    trial = Trials(EDITION.scores, EDITION.catalogue).of(Choice())
    for (pillar, place), row in trial.standings.items():
        assert row == EDITION.lookup.standing(pillar, place)
    assert (trial.changed, trial.catalogue) == (False, EDITION.catalogue)


def test_a_choice_is_computed_once_while_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = Ground.standings
    monkeypatch.setattr(Ground, "standings", lambda self, catalogue: asked.append(1) or real(self, catalogue))
    trials = Trials(EDITION.scores, EDITION.catalogue)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: trials.of(SAFE), range(8)))
    assert len(asked) == 1
    assert all(trial is found[0] for trial in found)


SHIFTS = {
    "same": ((15, 20), (15, 20)),
    "overlap": ((12, 19), (15, 20)),
    "touch in one rank": ((10, 15), (15, 20)),
    "higher": ((9, 14), (15, 20)),
    "lower": ((21, 24), (15, 20)),
    "inside": ((16, 17), (15, 20)),
}
WORDS = {"touch in one rank": "overlap", "inside": "overlap"}


@pytest.mark.parametrize("name", SHIFTS)
def test_only_ranges_without_a_common_rank_are_a_move(name: str) -> None:
    tried, published = (standing(*ends) for ends in SHIFTS[name])
    assert shift(tried, published) == WORDS.get(name, name)


@pytest.mark.parametrize(("tried", "published"), [(None, standing(1, 2)), (standing(None, None), standing(1, 2))])
def test_without_a_rank_there_is_no_move(tried: Standing | None, published: Standing) -> None:
    assert shift(tried, published) == shift(published, tried) == "missing"


SAID = {
    "overlap": (
        standing(12, 19),
        standing(15, 20),
        {
            "en": "With these choices Brussels would stand 12th–19th of 30; published: 15th–20th of 30. The two ranges "
            "overlap: this choice does not move it clearly.",
            "fr": f"Avec ces choix, Brussels serait 12e–19e sur 30{NB}; publié{NB}: 15e–20e sur 30. Les deux plages se "
            f"recoupent{NB}: ce choix ne change pas nettement son rang.",
            "nl": "Met deze keuzes zou Brussels 12e–19e van 30 staan; gepubliceerd: 15e–20e van 30. De twee marges "
            "overlappen: deze keuze verandert de plaats niet duidelijk.",
        },
    ),
    "no change": (
        standing(15, 20),
        standing(15, 20),
        {
            "en": "With these choices Brussels would stand 15th–20th of 30; published: 15th–20th of 30. The two ranges "
            "are the same: no move can be seen.",
            "fr": f"Avec ces choix, Brussels serait 15e–20e sur 30{NB}; publié{NB}: 15e–20e sur 30. Les deux plages "
            f"sont les mêmes{NB}: aucun déplacement n’est visible.",
            "nl": "Met deze keuzes zou Brussels 15e–20e van 30 staan; gepubliceerd: 15e–20e van 30. De twee marges "
            "zijn gelijk: er is geen verschuiving te zien.",
        },
    ),
    "clearly higher": (
        standing(1, 1),
        standing(15, 20),
        {
            "en": "With these choices Brussels would stand 1st of 30; published: 15th–20th of 30. The two ranges do "
            "not overlap: this choice moves it up clearly.",
            "fr": f"Avec ces choix, Brussels serait 1re sur 30{NB}; publié{NB}: 15e–20e sur 30. Les deux plages ne se "
            f"recoupent pas{NB}: ce choix l’élève nettement.",
            "nl": "Met deze keuzes zou Brussels 1e van 30 staan; gepubliceerd: 15e–20e van 30. De twee marges "
            "overlappen niet: deze keuze brengt een duidelijk hogere plaats.",
        },
    ),
    "clearly lower": (
        standing(25, 30),
        standing(15, 20),
        {
            "en": "With these choices Brussels would stand 25th–30th of 30; published: 15th–20th of 30. The two ranges "
            "do not overlap: this choice moves it down clearly.",
            "fr": f"Avec ces choix, Brussels serait 25e–30e sur 30{NB}; publié{NB}: 15e–20e sur 30. Les deux plages ne "
            f"se recoupent pas{NB}: ce choix l’abaisse nettement.",
            "nl": "Met deze keuzes zou Brussels 25e–30e van 30 staan; gepubliceerd: 15e–20e van 30. De twee marges "
            "overlappen niet: deze keuze brengt een duidelijk lagere plaats.",
        },
    ),
    "no rank at all": (
        None,
        standing(None, None),
        {
            "en": "Brussels has no overall rank, neither with these choices nor as published.",
            "fr": "Brussels n’a pas de rang d’ensemble, ni avec ces choix ni dans la publication.",
            "nl": "Brussels heeft geen plaats in het totaal, niet met deze keuzes en niet in de publicatie.",
        },
    ),
    "a rank gained": (
        standing(12, 19),
        None,
        {
            "en": "With these choices Brussels would stand 12th–19th of 30; as published it has no overall rank.",
            "fr": f"Avec ces choix, Brussels serait 12e–19e sur 30{NB}; dans la publication, pas de rang d’ensemble.",
            "nl": "Met deze keuzes zou Brussels 12e–19e van 30 staan; in de publicatie is er geen plaats in het "
            "totaal.",
        },
    ),
    "a rank lost": (
        None,
        standing(12, 19),
        {
            "en": "With these choices Brussels has no overall rank; published: 12th–19th of 30.",
            "fr": f"Avec ces choix, Brussels n’a pas de rang d’ensemble{NB}; publié{NB}: 12e–19e sur 30.",
            "nl": "Met deze keuzes heeft Brussels geen plaats in het totaal; gepubliceerd: 12e–19e van 30.",
        },
    ),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", SAID)
def test_the_verdict_says_what_the_two_ranges_say(name: str, lang: str) -> None:
    tried, published, texts = SAID[name]
    assert sentences.trial_verdict(Words(lang), "Brussels", tried, published) == texts[lang]


@pytest.mark.parametrize(
    ("tried", "published", "text"),
    [
        (standing(12, 19), standing(15, 20), "15th–20th → 12th–19th"),
        (standing(15, 20), standing(15, 20), "15th–20th, unchanged"),
        (standing(9, 14), standing(15, 20), "15th–20th → 9th–14th, clearly higher"),
        (standing(21, 21), standing(15, 20), "15th–20th → 21st, clearly lower"),
        (None, standing(15, 20), "15th–20th → not ranked"),
        (None, None, "not ranked, unchanged"),
    ],
)
def test_a_row_says_what_changed(tried: Standing | None, published: Standing | None, text: str) -> None:
    assert sentences.trial_change(Words("en"), tried, published) == text


def test_clear_moves_are_named_and_nothing_else_is() -> None:
    up, down, flat = (standing(9, 14), standing(15, 20)), (standing(21, 22), standing(15, 20)), (standing(1, 9),) * 2
    places = {"Riga": up, "Oslo": down, "Rome": flat, "Bern": (None, None), "Paris": up}
    words = Words("en")
    said = sentences.trial_others(words, places)
    assert said == "Clearly higher than published: Riga and Paris. Clearly lower than published: Oslo."
    assert sentences.trial_others(words, {"Rome": flat}).startswith("No city-region moves clearly")


def test_the_chart_ranks_by_the_choice_and_keeps_the_published_score_as_a_hollow_mark() -> None:
    chart, trial = chart_of(SAFE), EDITION.trials.of(SAFE)
    rows = [trial.standings[OVERALL, series.id] for series in chart.series]
    assert [row.rank for row in rows] == sorted(row.rank or 0 for row in rows)
    assert len(rows) == len([p for p in EDITION.peers if trial.standings[OVERALL, p.id].rank])
    hollow = sorted(mark.x for mark in layout(chart).marks if isinstance(mark, Dot) and mark.kind == "po")
    usual = [EDITION.lookup.standing(OVERALL, series.id) for series in chart.series]
    assert hollow == sorted(percent(chart.axis, row.score) for row in usual if row and row.score is not None)
    assert "not as published" in chart.title
    assert chart.table is not None
    assert "not as published" in chart.table.caption


def test_without_a_choice_nothing_is_hollow_and_nothing_is_called_yours() -> None:
    chart = chart_of(Choice())
    assert [mark for mark in layout(chart).marks if isinstance(mark, Dot) and mark.kind == "po"] == []
    assert chart.title.startswith("As published: Brussels")
    assert chart.table is not None
    assert chart.table.header == ("Place", "Score", "Sensitivity range", "Rank")


def test_a_place_without_a_rank_is_not_drawn_and_the_title_says_so() -> None:
    chart = chart_of(SAFE, hero="valletta")
    assert chart.hero is None
    assert chart.title == "With your choices, not as published: Valletta not ranked"


def test_a_weight_moves_what_it_should() -> None:
    """With all the weight on one pillar the overall order is that pillar's own order."""
    only = Choice(tuple((pillar, 0.0) for pillar in EDITION.catalogue.pillars if pillar != "open"))
    trial: Trial = EDITION.trials.of(only)
    for place in EDITION.peers:
        whole, part = trial.standings[OVERALL, place.id], lookup(EDITION.scores).standing("open", place.id)
        assert part is not None
        # An overall score holds the floor of 1 where the pillar is below it.
        assert whole.score == pytest.approx(max(part.score or 0.0, EDITION.catalogue.method.floor))


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_marks_a_choice_as_the_readers_own(lang: str) -> None:
    own = {"en": "Your numbers, not the published ones.", "fr": "Vos chiffres, pas ceux qui sont publiés.",
           "nl": "Uw cijfers, niet de gepubliceerde."}[lang]  # fmt: skip
    text = get(f"/{lang}/method?weights=safe:2,road_deaths:0.5&posts=pm25_days:300..4").text
    assert own in text
    assert own not in get(f"/{lang}/method").text
    title = {"en": "Method, with weights of your own", "fr": "Méthode, avec vos propres poids",
             "nl": "Methode, met uw eigen gewichten"}[lang]  # fmt: skip
    assert f"<title>{title} · " in text


def test_the_page_names_every_change_with_the_published_number() -> None:
    text = unescape(get("/en/method?weights=safe:2,road_deaths:0.5&posts=pm25_days:300..4").text)
    assert "Safe: weight 2 instead of 1; Road deaths: weight 0.5 instead of 1; " in text
    assert "goalposts 300 days → 4 days instead of 355 days → 4 days." in text
    assert 'href="/en/method#try"' in text
    assert 'href="http://localhost/en/method?weights=safe:2,road_deaths:0.5&posts=pm25_days:300..4#try"' in text
    shares = re.findall(r'<th scope="row">(\w+)</th><td class="n">(\d+)%', text)
    # one of five parts each, Safe two of five
    assert shares == [("Connected", "20"), ("Sustainable", "20"), ("Open", "20"), ("Safe", "40")]


def test_the_form_stands_where_the_address_says() -> None:
    text = get("/en/method?weights=safe:2.05,connected:5,road_deaths:0&posts=pm25_days:300.5..4&hero=paris").text
    fields = dict(re.findall(r'name="([\w.]+)"[^>]* value="([^"]*)"', text))
    assert (fields["w.safe"], fields["w.connected"], fields["w.open"]) == ("2.05", "5", "1")
    assert (fields["w.road_deaths"], fields["worst.pm25_days"], fields["best.pm25_days"]) == ("0", "300.5", "4")
    assert re.search(r'name="hero" value="paris"', text)
    slider = {name: re.search(rf'<input[^>]*name="{name}"[^>]*>', text)[0] for name in ("w.safe", "w.connected")}  # type: ignore[index]
    assert 'step="0.05"' in slider["w.safe"]  # a slider snaps to its steps: 2.05 is none of 0.25
    assert 'max="5"' in slider["w.connected"]
    opened = re.findall(r"<details( open)?><summary>Indicators and goalposts of (\w+)", text)
    assert [name for is_open, name in opened if is_open] == ["Sustainable", "Safe"]


def test_every_field_of_the_form_has_a_label_of_its_own() -> None:
    text = get("/fr/method").text
    form = text[text.index("<form") : text.index("</form>")]
    ids = re.findall(r'<input type="(?:range|number)" id="([^"]+)"', form)
    scored = len(EDITION.catalogue.scored())
    assert len(ids) == len(set(ids)) == 4 + 3 * scored
    assert sorted(re.findall(r'<label for="([^"]+)"', form)) == sorted(ids)
    assert form.count("<fieldset><legend>") == scored


def asked(query: str, path: str = "/en/method"):
    body = {
        "output": "..chart.children...parts.data..",
        "outputs": [{"id": "chart", "property": "children"}, {"id": "parts", "property": "data"}],
        "inputs": [{"id": "state", "property": "data", "value": {"path": path, "query": query}}],
        "changedPropIds": ["state.data"],
    }
    answer = client().post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    return answer.get_json()["response"]


def test_a_movement_is_answered_with_the_parts_that_change_and_the_short_address() -> None:
    fields = "w.connected=1&w.sustainable=1&w.open=1&w.safe=2&worst.road_deaths=100&best.road_deaths=0"
    parts = asked(fields)["parts"]["data"]
    assert set(parts["html"]) == {"problem", "said", "rest"}
    assert parts["html"]["problem"] == ""
    assert parts["html"]["said"].startswith('<p class="lead">With these choices Brussels')
    assert parts["links"]["self"] == "/en/method?weights=safe:2"
    assert parts["html"]["rest"] in get("/en/method?weights=safe:2").text


def test_a_movement_that_cannot_be_answered_leaves_the_page_and_says_why() -> None:
    found = asked("worst.road_deaths=0&best.road_deaths=0", "/fr/method")
    assert "chart" not in found
    parts = found["parts"]["data"]
    assert set(parts["html"]) == {"problem"}
    assert "sont égales" in parts["html"]["problem"]
    assert not parts["links"]
    assert "<script" not in asked("w.safe=<script>")["parts"]["data"]["html"]["problem"]


def test_scores_of_a_choice_reach_no_other_page() -> None:
    before = get("/en/p/safe.json").data
    asked("w.safe=3")
    assert client().get("/en/p/safe.json").data == before
