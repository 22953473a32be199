from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load
from dashboard.address import FORMS, Address, AddressError, Selection, parse, preferred_language

CATALOGUE = load()
SNAPSHOTS = ("2026-08-18-aaaaaaaa", "2026-11-20-bbbbbbbb")
REGIONS = [place.id for place in CATALOGUE.city_regions()]


def parsed(url: str) -> Address:
    parts = urlsplit(url)
    return parse(parts.path, parse_qsl(parts.query, keep_blank_values=True), CATALOGUE, SNAPSHOTS)


def refused(url: str) -> AddressError:
    with pytest.raises(AddressError) as caught:
        parsed(url)
    return caught.value


@pytest.mark.parametrize(
    "url",
    [
        "/en/",
        "/fr/p/open",
        "/nl/i/pt_frequency",
        "/en/c/ghent",
        "/en/compare?places=amsterdam",
        "/en/overall.csv",
        "/en/overall@2026-08-18-aaaaaaaa.svg",
        "/fr/i/vhcn_coverage@2026-08-18-aaaaaaaa.metadata.json",
        "/en/i/pt_frequency?hero=paris&places=berlin,rome&time=2012..2019&view=rank&theme=dark",
        "/en/i/pt_frequency?time=earliest..2015",
        "/en/i/pt_frequency?time=2019",
    ],
)
def test_an_address_is_written_as_it_was_read(url):
    assert parsed(url).url == url


def test_what_is_default_is_left_out_of_the_address():
    assert parsed("/en/?hero=brussels&time=latest&view=&places=").url == "/en/"


def test_ticked_boxes_and_one_list_name_the_same_places():
    assert parsed("/en/i/pt_frequency?places=rome&places=paris").selection.places == ("rome", "paris")
    assert parsed("/en/i/pt_frequency?places=rome~paris,rome").selection.places == ("rome", "paris")


def test_an_unknown_key_is_ignored_and_named():
    address = parsed("/en/?utm_source=x&hero=paris&utm_source=y")
    assert address.ignored == ("utm_source",)
    assert address.selection == Selection(hero="paris")


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("/en/?hero=pariss", "paris"),
        ("/en/?hero=ixelles", "city-region"),  # a municipality
        ("/en/?places=berlin,vienn", "vienna"),
        ("/en/?view=map", "line, rank, table"),
        ("/en/?theme=sepia", "light, dark, contrast"),
        ("/en/?time=yesterday", "2012..2019"),
        ("/en/?time=2019..2012", "2012..2019"),
        ("/en/?time=99999", "2019"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_allowed(url, named):
    error = refused(url)
    assert error.status == 400
    assert named in str(error)


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("/en/p/opn", "open"),
        ("/en/i/pt_frequncy", "pt_frequency"),
        ("/en/c/brusels", "brussels"),
        ("/en/metod", "method"),
        ("/en/i/pt_frequency.xls", "csv"),
        ("/en/i/pt_frequency@2020-01-01-cccccccc.csv", "2026-11-20-bbbbbbbb"),
        ("/de/", "/en/"),
        ("/en/c/ghent.csv", "indicator"),
        ("/en/x/y/z", "compare"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest(url, named):
    error = refused(url)
    assert error.status == 404
    assert named in str(error)


def test_a_sentence_does_not_repeat_an_endless_slug():
    assert len(str(refused("/en/i/" + "x" * 10_000))) < 300


def test_another_language_keeps_everything_else():
    address = parsed("/en/i/pt_frequency?hero=paris&time=2019")
    assert address.in_("nl").url == "/nl/i/pt_frequency?hero=paris&time=2019"


def test_the_form_of_the_home_page_is_the_overall_form():
    assert parsed("/fr/?hero=paris").as_form("csv").url == "/fr/overall.csv?hero=paris"


def test_a_form_keeps_the_state_and_can_be_pinned():
    pinned = parsed("/en/i/pt_frequency?view=rank").as_form("html", snapshot=SNAPSHOTS[0])
    assert pinned.url == "/en/i/pt_frequency@2026-08-18-aaaaaaaa.html?view=rank"


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("de,fr;q=0.5,en;q=0.4", "fr"),
        ("en;q=0.2, nl;q=0.9", "nl"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
        ("fr;q=nonsense, nl;q=0.1", "nl"),
    ],
)
def test_the_browser_is_answered_in_the_language_it_asks_for(accepted, lang):
    assert preferred_language(accepted) == lang


selections = st.builds(
    Selection,
    hero=st.none() | st.sampled_from([place for place in REGIONS if place != CATALOGUE.hero]),
    places=st.lists(st.sampled_from(list(CATALOGUE.places)), unique=True, max_size=6).map(tuple),
    time=st.none()
    | st.tuples(st.integers(1990, 2009), st.none() | st.integers(2010, 2030))
    | st.tuples(st.none(), st.integers(1990, 2030)),
    view=st.sampled_from([None, "line", "rank", "table"]),
    theme=st.sampled_from([None, "light", "dark", "contrast"]),
)


@given(selections, st.sampled_from(list(CATALOGUE.indicators)), st.none() | st.sampled_from(FORMS))
def test_every_selection_survives_the_way_through_its_address(selection, indicator, form):
    address = Address("fr", "indicator", indicator, None, form, selection)
    assert parsed(address.url) == address


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.sampled_from(["places", "time", "view", "hero", "x"]), st.text(max_size=40))),
)
def test_whatever_is_asked_is_answered_or_refused_with_a_sentence(path, query):
    try:
        address = parse("/en/" + path, query, CATALOGUE, SNAPSHOTS)
    except AddressError as error:
        assert error.status in (400, 404)
        assert str(error).endswith(".")
    else:
        assert parsed(address.url).url == address.url
