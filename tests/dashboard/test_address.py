from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load
from config.schema import LANGS
from dashboard.address import FORMS, Address, parse, preferred_language
from dashboard.selection import THEMES, VIEWS, AddressError, Selection

CATALOGUE = load()
SNAPSHOTS = ("2026-08-18-0a0a0a0a", "2026-11-20-0a1b2c3d")


def read(url: str) -> Address:
    parts = urlsplit(url)
    return parse(parts.path, parse_qsl(parts.query, keep_blank_values=True), CATALOGUE, SNAPSHOTS)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/en/", Address("en", "home")),
        ("/fr/p/safe", Address("fr", "pillar", "safe")),
        ("/nl/i/road_deaths.csv", Address("nl", "indicator", "road_deaths", form="csv")),
        (
            "/en/i/road_deaths@2026-08-18-0a0a0a0a.metadata.json",
            Address("en", "indicator", "road_deaths", "2026-08-18-0a0a0a0a", "metadata.json"),
        ),
        ("/en/overall@2026-08-18-0a0a0a0a.svg", Address("en", "overall", "", "2026-08-18-0a0a0a0a", "svg")),
        ("/en/c/brussels", Address("en", "place", "brussels")),
        ("/nl/brief", Address("nl", "brief")),
        ("/en/brief@2026-08-18-0a0a0a0a.pdf", Address("en", "brief", "", "2026-08-18-0a0a0a0a", "pdf")),
        ("/en/compare?hero=paris", Address("en", "compare", selection=Selection(hero="paris"))),
        ("/nl/compare?peers=all", Address("nl", "compare", selection=Selection(peers="all"))),
        ("/en/?hero=brussels&theme=&view=", Address("en", "home")),
        ("/en/p/open?time=2019", Address("en", "pillar", "open", selection=Selection(time=(2019, 2019)))),
        ("/en/p/safe?time=2012..", Address("en", "pillar", "safe", selection=Selection(time=(2012, None)))),
        ("/en/i/road_deaths?time=latest", Address("en", "indicator", "road_deaths")),
        (
            "/en/compare?places=paris&places=oslo,paris",
            Address("en", "compare", selection=Selection(places=("paris", "oslo"))),
        ),
    ],
)  # fmt: skip
def test_an_address_is_read(url: str, expected: Address) -> None:
    assert read(url) == expected


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("/de/", 404, "/en/, /fr/ or /nl/"),
        ("/en/nowhere", 404, "Nearest: "),
        ("/en/p/save", 404, "safe"),
        ("/en/i/road_death", 404, "road_deaths"),
        ("/en/c/bruxelles", 404, "brussels"),
        ("/en/i/road_deaths.pdf", 404, "html, svg, png, csv, parquet, json"),
        ("/en/i/road_deaths@2020-01-01-00000000.csv", 404, "2026-08-18-0a0a0a0a"),
        ("/en/c/brussels.csv", 404, "page only"),
        ("/en/?hero=pariss", 400, "paris"),
        ("/en/?hero=ixelles", 400, "not a city-region"),
        ("/en/compare?places=osloo", 400, "oslo"),
        ("/en/i/road_deaths?view=pie", 400, "line, rank, table"),
        ("/en/?theme=sepia", 400, "light, dark, contrast"),
        ("/en/i/road_deaths?time=soon", 400, "a year (2019), a span (2012..2019)"),
        ("/en/i/road_deaths?time=2020..2012", 400, "a span"),
        ("/en/i/road_deaths?time=1066", 400, "a year"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(url: str, status: int, says: str) -> None:
    with pytest.raises(AddressError) as caught:
        read(url)
    assert caught.value.status == status
    assert says in str(caught.value)


def test_unknown_keys_are_kept_to_be_shown_once_each() -> None:
    assert read("/en/?colour=red&utm=1&colour=blue").ignored == ("colour", "utm")


def test_a_long_wrong_value_is_quoted_short() -> None:
    with pytest.raises(AddressError) as caught:
        read(f"/en/?hero={'x' * 5000}")
    assert len(str(caught.value)) < 200


REGIONS = st.sampled_from([place.id for place in CATALOGUE.city_regions() if place.id != CATALOGUE.hero])
YEARS = st.integers(1990, 2030)
TIMES = st.one_of(
    st.none(),
    st.tuples(YEARS, YEARS).map(lambda pair: (min(pair), max(pair))),
    st.tuples(YEARS, st.none()),
    st.tuples(st.none(), YEARS),
)
SELECTIONS = st.builds(
    Selection,
    hero=st.none() | REGIONS,
    places=st.lists(st.sampled_from(list(CATALOGUE.places)), unique=True, max_size=5).map(tuple),
    time=TIMES,
    view=st.none() | st.sampled_from(VIEWS),
    theme=st.none() | st.sampled_from(THEMES),
)
ADDRESSES = st.one_of(
    st.builds(Address, st.sampled_from(LANGS), st.sampled_from(["home", "compare", "data", "method"]),
              selection=SELECTIONS),
    st.builds(Address, st.sampled_from(LANGS), st.just("indicator"), st.sampled_from(list(CATALOGUE.indicators)),
              st.none() | st.sampled_from(SNAPSHOTS), st.none() | st.sampled_from(FORMS), SELECTIONS),
    st.builds(Address, st.sampled_from(LANGS), st.just("pillar"), st.sampled_from(list(CATALOGUE.pillars)),
              st.none() | st.sampled_from(SNAPSHOTS), st.none() | st.sampled_from(FORMS), SELECTIONS),
)  # fmt: skip


@given(ADDRESSES)
def test_a_link_restores_its_state(address: Address) -> None:
    linked = address.as_form(address.form, snapshot=address.snapshot) if address.form else address
    assert read(linked.url) == linked


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_an_address_or_a_refusal(leaf: str, key: str, value: str) -> None:
    statuses = []
    try:
        parse(f"/en/{leaf}", [(key, value)], CATALOGUE, SNAPSHOTS)
    except AddressError as error:
        statuses.append(error.status)
    assert set(statuses) <= {400, 404}


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "en"),
        ("", "en"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("de,fr;q=0.5,nl;q=0.7", "nl"),
        ("fr;q=x,nl;q=0.1", "nl"),
        ("fr,nl", "fr"),
        ("de-DE", "en"),
    ],
)
def test_the_language_asked_for(header: str | None, lang: str) -> None:
    assert preferred_language(header) == lang
