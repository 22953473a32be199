"""Weights and goalposts in an address: read, refused in words, and written back in one form."""

from __future__ import annotations

from html import unescape
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load
from config.schema import LANGS
from dashboard.choice import BEST, WEIGHT, WORST, Choice, plain, read_choice, usual_posts
from dashboard.selection import AddressError
from tests.dashboard.sites import client, get

CATALOGUE = load()
SCORED = {i.id: i for i in CATALOGUE.scored()}
USUAL = {p.id: p.weight for p in CATALOGUE.pillars.values()} | {i.id: i.weight for i in SCORED.values()}
ORDER = list(USUAL)


def read(query: str) -> Choice:
    return read_choice(parse_qsl(query, keep_blank_values=True), CATALOGUE)[0]


def in_order(found: dict[str, object]) -> tuple:
    return tuple((id_, found[id_]) for id_ in ORDER if id_ in found)


def ends(indicator: str) -> st.SearchStrategy[tuple[float, float]]:
    """Goalposts of an indicator that are not the published ones and run the same way."""
    worst, best = usual_posts(SCORED[indicator])
    number = st.decimals(-5000, 5000, places=2).map(float)
    pairs = st.tuples(number, number).filter(lambda pair: pair[0] != pair[1] and pair != (worst, best))
    return pairs.map(lambda pair: pair if (pair[1] > pair[0]) == (best > worst) else pair[::-1]).filter(
        lambda pair: pair != (worst, best)
    )


# Above zero, so that no pillar is left without weight; zero has its own examples.
WEIGHTS = st.dictionaries(
    st.sampled_from(ORDER), st.decimals("0.01", 10, places=2).map(float).filter(lambda weight: weight != 1.0)
).map(in_order)
POSTS = st.lists(st.sampled_from(list(SCORED)), unique=True).flatmap(
    lambda ids: st.fixed_dictionaries({id_: ends(id_) for id_ in ids}).map(in_order)
)
CHOICES = st.builds(Choice, WEIGHTS, POSTS)


@given(CHOICES)
def test_a_choice_survives_its_address(choice: Choice) -> None:
    assert read(choice.query()) == choice
    assert bool(choice) == bool(choice.query())


@given(CHOICES)
def test_the_fields_of_the_form_say_the_same_as_the_address(choice: Choice) -> None:
    weights, posts = USUAL | dict(choice.weights), {id_: usual_posts(i) for id_, i in SCORED.items()}
    posts |= dict(choice.posts)
    fields = {WEIGHT + id_: plain(weight) for id_, weight in weights.items()}
    fields |= {
        opening + id_: plain(pair[at]) for at, opening in enumerate((WORST, BEST)) for id_, pair in posts.items()
    }
    assert read(urlencode(fields)) == choice


@given(CHOICES, st.randoms())
def test_one_choice_has_one_address(choice: Choice, random) -> None:
    pairs = [(id_, f"{id_}:{plain(weight)}") for id_, weight in choice.weights]
    random.shuffle(pairs)
    spelt = Choice(posts=choice.posts).query() + "&weights=" + ",".join(text for _, text in pairs)
    assert read(spelt).query() == choice.query()


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("weights=safe:1,road_deaths:1.00", ""),
        ("posts=road_deaths:100..0", ""),
        ("weights=road_deaths:0.50,%20safe:2", "weights=safe:2,road_deaths:0.5"),
        ("weights=safe:2&weights=open:0", "weights=open:0,safe:2"),
        ("weights=safe:2,safe:3", "weights=safe:3"),
        ("w.safe=2&w.open=&worst.road_deaths=90", "weights=safe:2&posts=road_deaths:90..0"),
        ("posts=road_deaths:100..-0", ""),
        ("weights=&posts=", ""),
    ],
)
def test_a_query_has_one_canonical_form(query: str, canonical: str) -> None:
    assert read(query).query() == canonical


ZEROS = ",".join(f"{i.id}:0" for i in CATALOGUE.scored("open"))
REFUSED = {
    "weights=saef:2": "safe",
    "w.saef=2": "safe",
    "weights=safe:-1": "safe:2",
    "weights=safe:10.5": "10",
    "weights=safe:1e1": "safe:2",
    "weights=safe:nan": "safe:2",
    "weights=safe:0.333": "safe:2",
    "weights=safe": "safe:2",
    "weights=connected:0,sustainable:0,open:0,safe:0": "",
    f"weights={ZEROS}": "open",
    "posts=road_death:90..0": "road_deaths",
    "posts=safe:90..0": "",
    "posts=vhcn_coverage": "vhcn_coverage:40..5",
    "posts=road_deaths:90..zero": "road_deaths:40..5",
    "posts=road_deaths:1e9..0": "road_deaths:40..5",
    "posts=road_deaths:5..5": "road_deaths",
    "posts=road_deaths:0..100": "road_deaths",
    "posts=vhcn_coverage:100..50": "vhcn_coverage",
    "best.road_deaths=100": "road_deaths",
    f"weights={','.join(['safe:2'] * 101)}": "100",
    f"weights=safe:2{' ' * 2000}": "100",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_weighed_is_refused_with_what_can(query: str) -> None:
    with pytest.raises(AddressError) as caught:
        read(query)
    assert caught.value.status == 400
    assert REFUSED[query] in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("lang", "query", "says"),
    [
        ("en", "weights=safe:-1", "“-1” is not a weight. Write safe:2, with a number from 0 to 10"),
        ("fr", "weights=safe:-1", "«\u00a0-1\u00a0» n’est pas un poids. Écrivez safe:2"),
        ("nl", "weights=safe:-1", "‘-1’ is geen gewicht. Schrijf safe:2"),
        ("en", "posts=road_deaths:0..100", "its lower values are better, so the worst end is the higher one"),
        ("fr", "posts=road_deaths:0..100", "ses valeurs basses sont les meilleures"),
        ("nl", "posts=road_deaths:0..100", "lagere waarden zijn beter"),
        ("en", "weights=saef:2", "neither a pillar nor a scored indicator. Nearest: safe"),
        ("fr", "weights=saef:2", "ni un pilier ni un indicateur noté"),
        ("nl", "weights=saef:2", "geen pijler is en geen indicator met een score"),
    ],
)
def test_a_refusal_speaks_the_language_of_the_page(lang: str, query: str, says: str) -> None:
    answer = get(f"/{lang}/method?{query}")
    assert answer.status_code == 400
    assert says in unescape(answer.text)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("query", REFUSED)
def test_every_refusal_is_a_page(lang: str, query: str) -> None:
    assert get(f"/{lang}/method?{query}").status_code == 400


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["weights", "posts", "w.safe", "worst.road_deaths"]))
def test_any_text_is_a_choice_or_a_refusal(one: str, other: str, key: str) -> None:
    statuses = set()
    for text in (one, f"safe:{one}", f"road_deaths:{one}..{other}"):
        try:
            read_choice([(key, text)], CATALOGUE)
        except AddressError as error:
            statuses.add(error.status)
    assert statuses <= {400}


def test_a_form_without_scripts_leads_to_the_short_address() -> None:
    answer = client().get("/nl/method?hero=paris&w.safe=2&w.open=1&worst.road_deaths=100&best.road_deaths=0")
    assert (answer.status_code, answer.location) == (302, "/nl/method?hero=paris&weights=safe:2")
    assert client().get("/nl/method?w.safe=1&w.open=1").location == "/nl/method"


@pytest.mark.parametrize("page", ["/en/", "/en/p/safe", "/en/i/road_deaths", "/en/compare"])
def test_every_other_page_shows_the_published_scores_and_says_so(page: str) -> None:
    assert "does not know it: weights" in get(f"{page}?weights=safe:2").text


def test_the_forms_of_a_chart_stay_the_published_ones() -> None:
    refused = get("/en/p/safe.csv?weights=safe:2")
    assert refused.status_code == 400
    assert "“weights” is not a key of this address" in refused.get_json()["detail"]
    assert get("/en/p/safe.html?weights=safe:2").text == get("/en/p/safe.html").text


def test_another_language_and_theme_keep_the_choice() -> None:
    text = unescape(get("/en/method?weights=safe:2").text)
    assert 'href="/fr/method?weights=safe:2"' in text
    assert 'href="/en/method?theme=contrast&weights=safe:2"' in text
