"""CKAN and DKAN portals: silent caps, success=false with status 200, lists for objects, free-text formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.schema import Payload
from connectors.ckan import fetch, parse
from connectors.errors import ConnectorError, SourceChanged, SourceUnavailable
from tests.connectors.given import payload, small, source, values

SOURCE = source("ckan")
BERLIN = small("ckan", "city_portals.made.json")
BELGIUM = small("ckan", "national_portals.dkan-made.json")
PACKAGE = json.loads(BERLIN.content)["result"]["results"][0]
ADDRESS = "https://datenregister.berlin.de/api/3/action/package_search"


def share(name: str, file: Payload = BERLIN, kind: str = "city") -> float:
    return values(parse([file], SOURCE), f"ckan_{kind}_{name}")["2026"]


def parsed(change: Callable[[dict[str, Any]], object]):
    """The Berlin page after `change` has edited it in place."""
    answer = json.loads(BERLIN.content)
    change(answer)
    return parse([payload("city_portals", json.dumps(answer))], SOURCE)


class Portal:
    """A portal with so many packages that gives at most `cap` at a time, whatever it is asked for."""

    def __init__(self, size: int, cap: int) -> None:
        self.items = [{**PACKAGE, "id": f"made-{number}"} for number in range(size)]
        self.cap = cap
        self.starts: list[int] = []

    def __call__(self, dataset: str, url: str, *, params: dict[str, str]) -> Payload:
        start, rows = int(params["start"]), min(int(params["rows"]), self.cap)
        self.starts.append(start)
        result = {"count": len(self.items), "results": self.items[start : start + rows]}
        return payload(dataset, json.dumps({"help": url, "success": True, "result": result}), url)


def berlin_only():
    dataset = SOURCE.datasets["city_portals"]
    one = dataset.model_copy(update={"aliases": {"datenregister.berlin.de": "DE001C"}})
    return SOURCE.model_copy(update={"datasets": {"city_portals": one}})


# --- fetch ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "cap", "starts"),
    [(3, 1000, [0]), (1000, 1000, [0]), (1001, 1000, [0, 1000]), (250, 100, [0, 100, 200]), (0, 1000, [0])],
)
def test_the_next_page_begins_after_what_came_not_after_what_was_asked(size, cap, starts):
    get = Portal(size, cap)
    payloads = fetch(get, berlin_only())
    assert get.starts == starts
    if size:
        assert values(parse(payloads, SOURCE), "ckan_city_datasets") == {"2026": size}


def test_paging_that_stops_early_is_noticed():
    get = Portal(5, 1000)

    def early(dataset: str, url: str, *, params: dict[str, str]) -> Payload:
        full = json.loads(get(dataset, url, params=params).content)
        full["result"]["results"] = full["result"]["results"][:2] if params["start"] == "0" else []
        return payload(dataset, json.dumps(full), url)

    with pytest.raises(SourceChanged, match="states 5 data sets, its pages describe 2"):
        parse(fetch(early, berlin_only()), SOURCE)


def test_a_portal_of_endless_small_pages_is_left_alone():
    get = Portal(1500, 1)
    with pytest.raises(SourceUnavailable, match="gives 1000 data sets in 1000 pages and has more"):
        fetch(get, berlin_only())


def test_an_error_object_stops_the_paging():
    def refusing(dataset: str, url: str, *, params: dict[str, str]) -> Payload:
        return payload(dataset, '{"success": false, "error": {"__type": "Authorization Error"}}', url)

    with pytest.raises(SourceUnavailable, match="success=false: Authorization Error, no message"):
        fetch(refusing, berlin_only())


def test_every_declared_portal_is_asked():
    urls = []

    def get(dataset: str, url: str, *, params: dict[str, str]) -> Payload:
        urls.append(url)
        assert params["sort"] == "id asc"
        return payload(dataset, json.dumps({"help": url, "success": True, "result": [PACKAGE]}), url)

    fetch(get, SOURCE)
    hosts = ("datenregister.berlin.de", "opendata.muenchen.de", "transportdata.be")
    assert urls == [f"https://{host}/api/3/action/package_search" for host in hosts]


# --- figures ----------------------------------------------------------------------------------------------------------


def test_the_figures_of_a_small_catalogue():
    assert share("datasets") == 4
    assert share("licence_open") == 100 * 2 / 4  # cc-by, dl-de-zero-2.0
    assert share("licence_closed") == 100 * 1 / 4  # cc-nc
    assert share("licence_unknown") == 100 * 1 / 4  # null
    assert share("machine_readable") == 100 * 3 / 4  # CSV, .geojson, text/csv; not HTML
    assert share("description") == 100 * 3 / 4
    assert share("contact") == 100 * 2 / 4


def test_a_touched_record_does_not_make_old_files_new():
    # Data set 1: record of 2025-12-24, its one dated file of 2024-02-01. Records 2 and 4, without dated files, are new.
    assert share("updated") == 100 * 2 / 4


def test_dkan_gives_a_list_of_lists_and_its_licence_as_an_address_in_the_title():
    assert share("datasets", BELGIUM, "national") == 2
    assert share("licence_open", BELGIUM, "national") == 50
    assert share("format_unknown", BELGIUM, "national") == 50


def test_a_flat_dkan_list_reads_alike():
    answer = json.loads(BELGIUM.content)
    answer["result"] = answer["result"][0]
    flat = parse([payload("national_portals", json.dumps(answer))], SOURCE)
    assert flat.equals(parse([BELGIUM], SOURCE))


@pytest.mark.parametrize(
    "contact",
    [{"maintainer_email": "a@made.example"}, {"contact": [{"name": "", "email": "a@made.example"}]}, {"author": "A"}],
)
def test_a_contact_has_many_names(contact):
    def give(answer):
        answer["result"]["results"][2].update(contact)

    assert values(parsed(give), "ckan_city_contact") == {"2026": 100 * 3 / 4}


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"__type": "Search Query Error", "message": "bad fq"}, "Search Query Error, bad fq"),
        ({"__type": "Validation Error", "rows": ["must be a number"]}, "Validation Error, rows: .'must be a number'."),
        ("down", "'down'"),
        (None, "None"),
    ],
)
def test_success_false_is_an_error_whatever_the_status(error, said):
    with pytest.raises(SourceUnavailable, match=f"success=false: {said}"):
        parse([payload("city_portals", json.dumps({"success": False, "error": error}), ADDRESS)], SOURCE)


@pytest.mark.parametrize("key", ["metadata_modified", "notes", "resources"])
def test_a_renamed_field_is_named(key):
    def rename(answer):
        for item in answer["result"]["results"]:
            item[f"new_{key}"] = item.pop(key)

    with pytest.raises(SourceChanged, match=f"none of the 4 data sets has the key '{key}'"):
        parsed(rename)


def test_renamed_licences_are_named():
    def rename(answer):
        for item in answer["result"]["results"]:
            for key in ("license_id", "license_url", "license_title"):
                del item[key]

    with pytest.raises(SourceChanged, match="has one of the keys license_id, license_url, license_title"):
        parsed(rename)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda answer: answer.pop("success"), "key 'success' is gone"),
        (lambda answer: answer.pop("result"), "key 'result' is None; expected an object or a list"),
        (lambda answer: answer["result"].pop("count"), "key 'count' is gone"),
        (lambda answer: answer["result"].update(count=5), "states 5 data sets, its pages describe 4"),
        (lambda answer: answer["result"]["results"][0].pop("id"), "key 'id' is gone"),
        (lambda answer: answer["result"]["results"].insert(0, None), "a data set is None, no object"),
        (lambda answer: answer.update(help="https://elsewhere.example/x"), "'elsewhere.example', 'publisher.example'"),
    ],
)
def test_a_lost_shape_is_named(change, said):
    with pytest.raises(SourceChanged, match=said):
        parsed(change)


def test_an_answer_that_names_another_declared_portal_than_the_one_asked_is_refused():
    answer = json.loads(BERLIN.content)
    with pytest.raises(SourceChanged, match="belongs to several portals"):
        parse([payload("city_portals", json.dumps(answer), "https://opendata.muenchen.de/x")], SOURCE)


# --- recorded ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def ckan(recorded) -> Path:
    return recorded / "cities" / "payloads" / "ckan"


@pytest.mark.recorded
def test_the_recorded_search_shows_two_of_a_hundred_and_is_refused(ckan):
    with pytest.raises(SourceChanged, match="states 100 data sets, its pages describe 2"):
        parse([payload("city_portals", ckan / "package-search-success.json", ADDRESS)], SOURCE)


@pytest.mark.recorded
def test_the_recorded_search_reads_when_its_count_is_what_it_shows(ckan):
    answer = json.loads((ckan / "package-search-success.json").read_text(encoding="utf-8"))
    answer["result"]["count"] = 2
    frame = parse([payload("city_portals", json.dumps(answer), ADDRESS)], SOURCE)
    assert values(frame, "ckan_city_licence_open") == {"2026": 100}  # cc-by, odc-by
    assert values(frame, "ckan_city_machine_readable") == {"2026": 50}  # one has no files
    assert values(frame, "ckan_city_updated") == {"2026": 0}  # January and February 2024


@pytest.mark.recorded
@pytest.mark.parametrize(
    "name,cause",
    [("package-show-success.json", "two values for the key 'url'"), ("status-success.json", "key 'results' is gone")],
)
def test_answers_of_other_actions_are_refused(ckan, name, cause):
    with pytest.raises(ConnectorError, match=cause):
        parse([payload("city_portals", ckan / name, ADDRESS)], SOURCE)
