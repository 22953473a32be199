"""What a catalogue says of itself: shares of known, unknown and contradicting, whatever the order and the paging."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as supposing
from hypothesis import settings
from hypothesis import strategies as st

from config.schema import Source
from connectors.catalogue_quality import Page, has_text, host_of, parse_catalogues
from connectors.catalogue_records import Described
from connectors.errors import NoObservations, SourceChanged
from connectors.frames import dropped_of
from connectors.vocabulary import Vocabulary, format_code, licence_code
from tests.connectors.given import payload, source, values

SOURCE = source("ckan")
DATASET = "city_portals"
TODAY = date(2026, 1, 1)  # the day the payloads were retrieved on
VOCABULARY = Vocabulary.of(SOURCE, SOURCE.datasets[DATASET])
PLAIN = Described("a", (("cc-by",),), ("csv",), ("2025-12-31",), description=True, contact=True)
OPEN, CLOSED, UNKNOWN = ("cc-by",), ("cc-by-nc",), ("house rules",)


def figures(*pages: Page) -> dict[str, float]:
    """The figures of one portal, by their names without the prefix."""
    frame = parsed(*pages)
    return dict(zip(frame["measure"].str.removeprefix("ckan_city_"), frame["obs_value"], strict=True))


def parsed(*pages: Page, of: Source = SOURCE):
    given = [payload(DATASET, str(number)) for number in range(len(pages))]
    by_content = {one.content: page for one, page in zip(given, pages, strict=True)}

    def read(one, _):
        return replace(by_content[one.content], payload=one)

    return parse_catalogues(given, of, read)


def page(*datasets: Described, portals=("datenregister.berlin.de",), **rest) -> Page:
    return Page(payload(DATASET, b"-"), datasets, portals, **rest)


def sets(*licences: tuple[tuple[str, ...], ...]) -> list[Described]:
    return [replace(PLAIN, key=str(number), licences=parts) for number, parts in enumerate(licences)]


# --- licences ---------------------------------------------------------------------------------------------------------


def test_unknown_licences_are_neither_open_nor_closed():
    found = figures(page(*sets((OPEN,), (OPEN,), (CLOSED,), (UNKNOWN,), ((),))))
    assert found["licence_open"] == 100 * 2 / 5
    assert found["licence_closed"] == 100 * 1 / 5
    assert found["licence_unknown"] == 100 * 2 / 5
    assert found["licence_open_of_known"] == pytest.approx(100 * 2 / 3)


def test_a_catalogue_without_one_known_licence_has_no_share_of_the_known():
    frame = parsed(page(*sets((UNKNOWN,), ((),))))
    row = frame[frame["measure"] == "ckan_city_licence_open_of_known"].iloc[0]
    assert row["obs_value"] != row["obs_value"]
    assert row["obs_status"] == "M"


@pytest.mark.parametrize(
    ("parts", "share"),
    [
        ((OPEN, OPEN), "licence_open"),
        ((OPEN, CLOSED), "licence_closed"),
        ((UNKNOWN, CLOSED), "licence_closed"),
        ((OPEN, UNKNOWN), "licence_unknown"),
        ((OPEN, ()), "licence_unknown"),
        ((), "licence_unknown"),
    ],
)
def test_a_data_set_is_as_open_as_its_least_open_part(parts, share):
    assert figures(page(*sets(parts)))[share] == 100


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        (("CC-BY", "whatever the title"), "open"),
        (("HTTPS://www.CreativeCommons.org/licenses/by/4.0/deed.fr",), "open"),
        (("http://creativecommons.org/licenses/by/",), "open"),
        (("http://creativecommons.org/licenses/by-nc/4.0/",), "closed"),
        (("http://creativecommons.org/licenses/by-made-up/4.0/",), "unknown"),
        (("http://copy.example/creativecommons.org/licenses/by/4.0/",), "unknown"),
        (("cc-by", "http://creativecommons.org/licenses/by-nc/4.0/"), "unknown"),
        (("not cc-by",), "unknown"),
        ((), "unknown"),
    ],
)
def test_a_licence_is_known_by_a_whole_spelling_or_an_address_below_a_listed_one(statement, verdict):
    assert VOCABULARY.openness(statement) == verdict


def test_a_licence_listed_as_open_and_closed_is_refused():
    options = {**SOURCE.datasets[DATASET].options, "closed_licences": ("CC-BY",)}
    dataset = SOURCE.datasets[DATASET].model_copy(update={"options": options})
    with pytest.raises(SourceChanged, match=r"'cc-by' is listed as open and as closed in config/sources/ckan\.yaml"):
        Vocabulary.of(SOURCE, dataset)


def test_the_commonest_unmapped_licence_is_reported():
    frame = parsed(page(*sets((UNKNOWN,), (UNKNOWN,), (("b",),))))
    (report,) = dropped_of(frame)
    assert (report.count, report.example) == (3, "house rules")


# --- formats, dates, texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("CSV", "csv", ".csv", "text/csv", "text/csv;charset=utf-8", " CSV "),
        "http://publications.europa.eu/resource/authority/file-type/CSV",
        "https://www.iana.org/assignments/media-types/text/csv",
    ],
)
def test_a_format_has_one_code_in_every_spelling(text):
    assert format_code(text) == "csv"
    assert figures(page(replace(PLAIN, formats=(text, "PDF"))))["machine_readable"] == 100


def test_formats_that_nobody_named_are_counted_apart():
    found = figures(page(PLAIN, replace(PLAIN, key="b", formats=("PDF",)), replace(PLAIN, key="c", formats=("",))))
    assert found["machine_readable"] == pytest.approx(100 / 3)
    assert found["format_unknown"] == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    ("changed", "updated", "unknown"),
    [
        (("2025-01-01T00:00:00Z",), 100, 0),  # 365 days before
        (("2024-12-31",), 0, 0),  # 366 days before
        (("2019-01-01", "2025-06-01"), 100, 0),  # the newest counts
        (("2026-01-02",), 100, 0),  # tomorrow, for a catalogue further east
        (("2026-01-03",), 0, 100),  # no catalogue is that far east
        (("2025",), 0, 100),  # a year is no day
        (("2025-13-01",), 0, 100),
        (("20250601",), 0, 100),
        ((), 0, 100),
    ],
)
def test_updated_is_counted_from_the_day_of_retrieval(changed, updated, unknown):
    found = figures(page(replace(PLAIN, changed=changed)))
    assert (found["updated"], found["update_unknown"]) == (updated, unknown)


def test_a_date_in_the_future_is_reported():
    (report,) = dropped_of(parsed(page(replace(PLAIN, changed=("2030-01-01",)))))
    assert (report.reason, report.example) == ("the date of change lies after the day of retrieval", "a 2030-01-01")


def test_a_catalogue_without_a_field_for_contacts_has_no_share_of_contacts():
    frame = parsed(page(replace(PLAIN, contact=None)))
    assert frame.loc[frame["measure"] == "ckan_city_contact", "obs_status"].item() == "M"
    assert figures(page(PLAIN, replace(PLAIN, key="b", contact=False)))["contact"] == 50


@pytest.mark.parametrize(("text", "says"), [("x", True), ("<p>x</p>", True), ("<p>&nbsp;</p>\n", False), (None, False)])
def test_a_text_of_tags_and_spaces_says_nothing(text, says):
    assert has_text(text) is says


# --- whole catalogues -------------------------------------------------------------------------------------------------


def test_a_count_that_the_pages_do_not_add_up_to_is_refused():
    with pytest.raises(SourceChanged, match="states 3 data sets, its pages describe 1"):
        parsed(page(PLAIN, total=3))


def test_a_catalogue_that_changes_while_it_is_read_is_refused():
    with pytest.raises(SourceChanged, match="its pages state 1 and 2 data sets"):
        parsed(page(PLAIN, total=1), page(replace(PLAIN, key="b"), total=2))


def test_without_a_stated_count_the_listed_data_sets_are_the_count():
    first, second = page(PLAIN, listed=frozenset("a")), page(replace(PLAIN, key="b"), listed=frozenset("b"))
    assert values(parsed(first, second), "ckan_city_datasets") == {"2026": 2}
    with pytest.raises(SourceChanged, match="lists 2 data sets, its pages describe 1"):
        parsed(page(PLAIN, listed=frozenset("ab")))


def test_a_page_that_is_announced_and_not_read_is_refused():
    with pytest.raises(SourceChanged, match="announces page-2, which was not read"):
        parsed(page(PLAIN, address="page-1", following="page-2"))


def test_the_same_data_set_on_two_pages_is_counted_once_and_reported():
    frame = parsed(page(PLAIN), page(PLAIN))
    assert values(frame, "ckan_city_datasets") == {"2026": 1}
    assert [(item.count, item.example) for item in dropped_of(frame)] == [(1, "a")]


def test_one_id_with_two_descriptions_is_refused():
    with pytest.raises(SourceChanged, match="'a' is described twice, differently"):
        parsed(page(PLAIN), page(replace(PLAIN, contact=False)))


def test_an_empty_catalogue_is_no_observation():
    with pytest.raises(NoObservations, match="the catalogue is empty"):
        parsed(page(total=0))


def test_each_portal_is_its_own_place():
    frame = parsed(page(PLAIN), page(PLAIN, replace(PLAIN, key="b"), portals=("opendata.muenchen.de",)))
    assert values(frame, "ckan_city_datasets", "DE001C") == {"2026": 1}
    assert values(frame, "ckan_city_datasets", "DE003C") == {"2026": 2}


@pytest.mark.parametrize(
    ("portals", "said"),
    [
        ((), "the page names 'publisher.example'"),
        (("berlin.de",), "'berlin.de', 'publisher.example'; none is a portal"),
    ],
)
def test_a_page_of_no_declared_portal_is_refused(portals, said):
    with pytest.raises(SourceChanged, match=said):
        parsed(page(PLAIN, portals=portals))


def test_a_page_of_two_places_is_refused():
    with pytest.raises(SourceChanged, match="belongs to several portals"):
        parsed(page(PLAIN, portals=("datenregister.berlin.de", "opendata.muenchen.de")))


def test_a_host_is_read_from_whole_addresses_only():
    assert host_of("HTTPS://Data.Stad.Gent:443/x") == "data.stad.gent"
    assert host_of("data.stad.gent/x") == ""
    assert host_of("http://[broken") == ""


# --- laws -------------------------------------------------------------------------------------------------------------

FEW = settings(max_examples=20, deadline=None)
LICENCES = st.lists(st.sampled_from([OPEN, CLOSED, UNKNOWN, ()]), max_size=3).map(tuple)
DAYS = st.integers(0, 800).map(lambda days: (TODAY - timedelta(days=days)).isoformat())
ONE = st.builds(
    Described,
    key=st.just("key"),
    licences=LICENCES,
    formats=st.lists(st.sampled_from(["csv", "pdf", ""]), max_size=2).map(tuple),
    changed=st.lists(DAYS, max_size=2).map(tuple),
    description=st.booleans(),
    contact=st.booleans(),
)
CATALOGUES = st.lists(ONE, min_size=1, max_size=12).map(
    lambda items: [replace(item, key=str(number)) for number, item in enumerate(items)]
)


@FEW
@supposing(CATALOGUES)
def test_open_closed_and_unknown_are_all_there_is(catalogue):
    found = figures(page(*catalogue))
    assert found["licence_open"] + found["licence_closed"] + found["licence_unknown"] == pytest.approx(100)
    assert found["machine_readable"] + found["format_unknown"] <= 100 + 1e-9
    assert found["updated"] + found["update_unknown"] <= 100 + 1e-9
    assert found["datasets"] == len(catalogue)


@FEW
@supposing(CATALOGUES, st.data())
def test_neither_order_nor_paging_moves_a_figure(catalogue, data):
    shuffled = data.draw(st.permutations(catalogue))
    cut = data.draw(st.integers(0, len(catalogue)))
    whole, total = parsed(page(*catalogue)), len(catalogue)
    paged = parsed(page(*shuffled[:cut], total=total), page(*shuffled[cut:], total=total))
    assert paged.equals(whole)


@FEW
@supposing(CATALOGUES)
def test_losing_a_licence_never_makes_a_catalogue_more_open_or_more_closed(catalogue):
    before = figures(page(*catalogue))
    after = figures(page(replace(catalogue[0], licences=((),)), *catalogue[1:]))
    assert after["licence_open"] <= before["licence_open"]
    assert after["licence_closed"] <= before["licence_closed"]


@supposing(st.text())
def test_codes_of_codes_are_the_codes(text):
    assert licence_code(licence_code(text)) == licence_code(text) or "://" in licence_code(text)
    assert format_code(format_code(text)) == format_code(text)
