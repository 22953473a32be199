"""The reader's own weights: standings kept, said in words, drawn and tabled beside the published ones."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest

from config.schema import LANGS
from dashboard import charts, shifted
from dashboard.charts.context import lookup
from dashboard.choice import Choice
from dashboard.drawing import layout
from dashboard.drawing.marks import Dot
from dashboard.i18n import Words
from dashboard.lookup import OVERALL, Standing
from dashboard.scale import percent
from dashboard.trial import Trial, Trials
from indicators.rescore import Ground, Shift
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


UNCLEAR, SAME = Shift("unclear", 0.412, 0.3), Shift("same", 0.0, 0.0)
HIGHER, LOWER = Shift("higher", 0.975, 0.01), Shift("lower", 0.002, 0.983)
SAID = {
    "not clearly": (
        standing(12, 19),
        standing(15, 20),
        UNCLEAR,
        {
            "en": "With these choices Brussels would stand 12th–19th of 30; published: 15th–20th of 30. Recalculation "
            "by recalculation it stands higher than published in 41.2% and lower in 30.0%: this choice does not move "
            "it clearly.",
            "fr": f"Avec ces choix, Brussels se classerait 12e–19e sur 30 (publié{NB}: 15e–20e sur 30). Calcul par "
            f"calcul, elle est mieux classée que dans la publication dans 41,2{NB}% des cas et moins bien dans "
            f"30,0{NB}%{NB}: ce choix ne change pas nettement son rang.",
            "nl": "Met deze keuzes zou Brussels 12e–19e van 30 staan; gepubliceerd: 15e–20e van 30. Berekening per "
            "berekening staat ze in 41,2% van de gevallen hoger dan gepubliceerd en in 30,0% lager: deze keuze "
            "verandert de plaats niet duidelijk.",
        },
    ),
    "no change": (
        standing(15, 20),
        standing(15, 20),
        SAME,
        {
            "en": "With these choices Brussels would stand 15th–20th of 30; published: 15th–20th of 30. In every "
            "recalculation it stands where it is published: no move can be seen.",
            "fr": f"Avec ces choix, Brussels se classerait 15e–20e sur 30 (publié{NB}: 15e–20e sur 30). Dans chaque "
            f"calcul, elle garde le rang publié{NB}: aucun déplacement n’est visible.",
            "nl": "Met deze keuzes zou Brussels 15e–20e van 30 staan; gepubliceerd: 15e–20e van 30. In elke berekening "
            "behoudt ze de gepubliceerde plaats: er is geen verschuiving te zien.",
        },
    ),
    "clearly higher": (
        standing(1, 1),
        standing(15, 20),
        HIGHER,
        {
            "en": "With these choices Brussels would stand 1st of 30; published: 15th–20th of 30. Recalculation by "
            "recalculation it stands higher than published in 97.5%: this choice moves it up clearly.",
            "fr": f"Avec ces choix, Brussels se classerait 1re sur 30 (publié{NB}: 15e–20e sur 30). Calcul par "
            f"calcul, elle est mieux classée que dans la publication dans 97,5{NB}% des cas{NB}: ce choix "
            "l’élève nettement.",
            "nl": "Met deze keuzes zou Brussels 1e van 30 staan; gepubliceerd: 15e–20e van 30. Berekening per "
            "berekening staat ze in 97,5% van de gevallen hoger dan gepubliceerd: deze keuze brengt een duidelijk "
            "hogere plaats.",
        },
    ),
    "clearly lower": (
        standing(14, 22),
        standing(15, 20),
        LOWER,
        {
            "en": "With these choices Brussels would stand 14th–22nd of 30; published: 15th–20th of 30. Recalculation "
            "by recalculation it stands lower than published in 98.3%: this choice moves it down clearly.",
            "fr": f"Avec ces choix, Brussels se classerait 14e–22e sur 30 (publié{NB}: 15e–20e sur 30). Calcul par "
            f"calcul, elle est moins bien classée que dans la publication dans 98,3{NB}% des cas{NB}: ce choix "
            "l’abaisse nettement.",
            "nl": "Met deze keuzes zou Brussels 14e–22e van 30 staan; gepubliceerd: 15e–20e van 30. Berekening per "
            "berekening staat ze in 98,3% van de gevallen lager dan gepubliceerd: deze keuze brengt een duidelijk "
            "lagere plaats.",
        },
    ),
    "no rank at all": (
        None,
        standing(None, None),
        None,
        {
            "en": "Brussels has no overall rank, neither with these choices nor as published.",
            "fr": "Brussels n’a pas de rang global, ni avec ces choix ni dans la publication.",
            "nl": "Brussels heeft geen algemene rang, niet met deze keuzes en niet in de publicatie.",
        },
    ),
    "a rank gained": (
        standing(12, 19),
        None,
        None,
        {
            "en": "With these choices Brussels would stand 12th–19th of 30; as published it has no overall rank.",
            "fr": f"Avec ces choix, Brussels se classerait 12e–19e sur 30{NB}; dans la publication, pas de rang "
            "global.",
            "nl": "Met deze keuzes zou Brussels 12e–19e van 30 staan; in de publicatie is er geen algemene rang.",
        },
    ),
    "a rank lost": (
        None,
        standing(12, 19),
        None,
        {
            "en": "With these choices Brussels has no overall rank; published: 12th–19th of 30.",
            "fr": f"Avec ces choix, Brussels n’a pas de rang global (publié{NB}: 12e–19e sur 30).",
            "nl": "Met deze keuzes heeft Brussels geen algemene rang; gepubliceerd: 12e–19e van 30.",
        },
    ),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", SAID)
def test_the_verdict_says_what_the_paired_ranks_say(name: str, lang: str) -> None:
    tried, published, shift, texts = SAID[name]
    assert shifted.verdict(Words(lang), "Brussels", tried, published, shift) == texts[lang]


@pytest.mark.parametrize(
    ("tried", "published", "shift", "text"),
    [
        (standing(12, 19), standing(15, 20), UNCLEAR, "15th–20th → 12th–19th"),
        (standing(15, 20), standing(15, 20), SAME, "15th–20th, unchanged"),
        (standing(15, 20), standing(15, 20), UNCLEAR, "15th–20th"),
        (standing(14, 19), standing(15, 20), HIGHER, "15th–20th → 14th–19th, clearly higher"),
        (standing(15, 20), standing(15, 20), LOWER, "15th–20th, clearly lower"),
        (None, standing(15, 20), None, "15th–20th → not ranked"),
        (None, None, None, "not ranked, unchanged"),
    ],
)
def test_a_row_says_what_changed(
    tried: Standing | None, published: Standing | None, shift: Shift | None, text: str
) -> None:
    assert shifted.change(Words("en"), tried, published, shift) == text


def test_clear_moves_are_named_and_nothing_else_is() -> None:
    moves = {"Riga": HIGHER, "Oslo": LOWER, "Rome": UNCLEAR, "Paris": HIGHER, "Bern": SAME}
    words = Words("en")
    said = shifted.others(words, moves)
    assert said == "Clearly higher than published: Riga and Paris. Clearly lower than published: Oslo."
    assert shifted.others(words, {"Rome": UNCLEAR}).startswith("No city-region moves clearly")


def test_a_trial_knows_how_each_ranked_place_moves() -> None:
    trial = EDITION.trials.of(SAFE)
    ranked = {key for key, row in trial.standings.items() if row.rank is not None}
    assert set(trial.shifts) == ranked & {key for key in ranked if EDITION.lookup.standing(*key).rank is not None}
    # SAFE counts thrice and loses an indicator: OPEN is what it was.
    assert {trial.shifts["open", place.id].direction for place in EDITION.peers} == {"same"}
    assert EDITION.trials.of(Choice()).shifts == {}


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
    assert chart.table.header == ("Place", "Score", "Range", "Rank")


def test_a_place_without_a_rank_is_not_drawn_and_the_title_says_so() -> None:
    chart = chart_of(SAFE, hero="ghent")
    assert chart.hero is None
    assert chart.title == "With your choices, not as published: Ghent not ranked"


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
    assert "ends of the scale 300 days → 4 days instead of 355 days → 4 days." in text
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
    opened = re.findall(r"<details( open)?><summary>Indicators and ends of the scale: (\w+)", text)
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
