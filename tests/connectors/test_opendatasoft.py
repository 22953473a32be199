"""Opendatasoft portals: paging under the caps, two shapes of errors, the saved CSV, and the vendor's own examples."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.schema import Payload
from connectors.errors import ConnectorError, SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from connectors.http import Client
from connectors.opendatasoft import fetch, parse
from tests.connectors.given import edited, payload, row, small, source, values

SOURCE = source("opendatasoft")
BRUSSELS, GHENT = small("opendatasoft", "municipality_portals.made.json"), "https://data.stad.gent/catalogue"
ONE = json.loads(small("opendatasoft", "city_portals.made.json").content)["results"][0]
HEADER = "datasetid;has_records;default.license;default.modified;default.description;dcat.contact_email"
# As the service's own description shows it; the reset is the next midnight.
QUOTA = {
    "errorcode": 10002,
    "reset_time": "2026-01-02T00:00:00Z",
    "limit_time_unit": "day",
    "call_limit": 10000,
    "error": "Too many requests on the domain. Please contact the domain administrator.",
}


def share(name: str, frame=None) -> float:
    frame = parse([BRUSSELS], SOURCE) if frame is None else frame
    return values(frame, f"ods_municipality_{name}", "21004")["2026"]


def parsed(change: Callable[[dict[str, Any]], object]):
    """The Brussels page after `change` has edited it in place."""
    answer = json.loads(BRUSSELS.content)
    change(answer)
    return parse([payload("municipality_portals", json.dumps(answer))], SOURCE)


class Portal:
    """A portal with so many data sets, paged as the interface pages, on every host."""

    def __init__(self, size: int) -> None:
        self.items = [{**ONE, "dataset_id": f"made-{number}"} for number in range(size)]
        self.calls: list[tuple[str, dict[str, str]]] = []

    def __call__(self, dataset: str, url: str, *, params: dict[str, str] | None = None) -> Payload:
        self.calls.append((url, dict(params or {})))
        if url.endswith("/exports/json"):
            return payload(dataset, json.dumps(self.items), url)
        start, limit = int(params["offset"]), int(params["limit"])
        assert limit <= 100
        assert start + limit < 10_000
        answer = {"total_count": len(self.items), "results": self.items[start : start + limit]}
        return payload(dataset, json.dumps(answer), url)


def only(*names: str):
    return SOURCE.model_copy(update={"datasets": {name: SOURCE.datasets[name] for name in names}})


# --- fetch ------------------------------------------------------------------------------------------------------------


def test_each_portal_is_asked_for_its_own_catalogue():
    get = Portal(2)
    fetch(get, SOURCE)
    base = "https://{}/api/explore/v2.1/catalog/datasets"
    hosts = ("opendata.brussels.be", "data.stad.gent", "opendata.paris.fr")
    assert [url for url, _ in get.calls] == [base.format(host) for host in hosts]
    assert get.calls[0][1] == {
        "include_links": "true", "order_by": "modified", "timezone": "UTC", "limit": "100", "offset": "0"
    }  # fmt: skip


@pytest.mark.parametrize(("size", "offsets"), [(1, [0]), (100, [0]), (101, [0, 100]), (208, [0, 100, 200])])
def test_a_catalogue_is_read_a_hundred_at_a_time(size, offsets):
    get = Portal(size)
    payloads = fetch(get, only("city_portals"))
    assert [int(params["offset"]) for _, params in get.calls] == offsets
    assert values(parse(payloads, SOURCE), "ods_city_datasets") == {"2026": size}


@pytest.mark.parametrize(("size", "exported"), [(9_900, False), (9_901, True)])
def test_a_catalogue_beyond_the_cap_comes_whole_from_the_export(size, exported):
    get = Portal(size)
    payloads = fetch(get, only("city_portals"))
    assert get.calls[-1][0].endswith("/catalog/exports/json") is exported
    assert len(get.calls) == (2 if exported else 99)
    assert values(parse(payloads, SOURCE), "ods_city_datasets") == {"2026": size}


def test_a_daily_quota_is_not_tried_again(replay, answer, clock):
    stand_in = replay.stand_in(only("city_portals"))
    body = json.dumps(QUOTA).encode()
    replay.serve("/data.stad.gent/api/explore/v2.1/catalog/datasets", answer(body, 429))
    client = Client(clock=clock, loopback=True, jitter=lambda: 0.0)
    hosted = stand_in.model_copy(
        update={
            "datasets": {
                name: dataset.model_copy(update={"url": dataset.url.replace("{host}", "data.stad.gent")})
                for name, dataset in stand_in.datasets.items()
            }
        }
    )
    with pytest.raises(SourceUnavailable, match="429 Too Many Requests, and asks to wait 86400 s; refresh again later"):
        fetch(client.bound(hosted), hosted)
    client.close()
    assert (len(replay.seen), clock.slept) == (1, [])


# --- figures ----------------------------------------------------------------------------------------------------------


def test_the_figures_of_a_small_catalogue():
    assert share("datasets") == 5
    assert share("licence_open") == 100 * 3 / 5  # CC0, CC BY, Statbel's own open licence
    assert share("licence_closed") == 100 * 1 / 5  # CC BY-ND
    assert share("licence_unknown") == 100 * 1 / 5  # terms of its own
    assert share("machine_readable") == 100 * 3 / 5  # the three tables
    assert share("format_unknown") == 100 * 1 / 5  # neither table nor file
    assert share("updated") == 100 * 2 / 5  # 2025-12-01 and 2025-06-30; 2024-12-31 is 366 days before
    assert share("update_unknown") == 100 * 1 / 5
    assert share("contact") == 100 * 2 / 5
    assert share("description") == 100 * 3 / 5  # one has none, one has a paragraph of spaces


def test_the_city_of_brussels_is_a_municipality_and_not_the_region():
    assert set(parse([BRUSSELS], SOURCE)["ref_area"]) == {"21004"}
    assert {m.level for m in SOURCE.datasets["municipality_portals"].measures.values()} == {"municipality"}


def test_without_the_dcat_template_there_is_no_share_of_contacts():
    frame = parse([small("opendatasoft", "city_portals.made.json")], SOURCE)
    assert row(frame, measure="ods_city_contact")["obs_status"] == "M"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_catalogue_saved_as_csv_reads_alike(mark):
    lines = [
        HEADER,
        'a;True;CC BY;2025-05-05T00:00:00+00:00;"Lamps; all of them";open@made.example',
        "b;False;CC BY-NC;2020-05-05T00:00:00+00:00;;",
    ]
    frame = parse([payload("city_portals", mark + "\r\n".join(lines) + "\r\n", GHENT)], SOURCE)
    shares = {name: values(frame, f"ods_city_{name}")["2026"] for name in ("datasets", "licence_open", "contact")}
    assert shares == {"datasets": 2, "licence_open": 50, "contact": 50}
    assert values(frame, "ods_city_description")["2026"] == 50


def test_a_lost_column_of_the_csv_is_named():
    text = edited(HEADER, "default.license", "default.terms") + "\na;True;CC BY;2025-05-05;Lamps;\n"
    with pytest.raises(SourceChanged, match="column 'license' is gone"):
        parse([payload("city_portals", text, GHENT)], SOURCE)


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"message": "ODSQL query is malformed", "error_code": "ODSQLError"}, "error ODSQLError: ODSQL query is mal"),
        (QUOTA, "error 10002: Too many requests .*; ask again after 2026-01-02T00:00:00Z"),
    ],
)
def test_both_shapes_of_an_error_are_told_even_with_status_200(answer, said):
    with pytest.raises(SourceUnavailable, match=said):
        parse([payload("city_portals", json.dumps(answer), GHENT)], SOURCE)


def test_a_page_that_is_missing_is_noticed():
    with pytest.raises(SourceChanged, match="states 6 data sets, its pages describe 5"):
        parsed(lambda answer: answer.update(total_count=6))


@pytest.mark.parametrize("key", ["license", "modified", "description"])
def test_a_renamed_field_is_named(key):
    def rename(answer):
        for item in answer["results"]:
            item["metas"]["default"][f"new_{key}"] = item["metas"]["default"].pop(key)

    with pytest.raises(SourceChanged, match=f"none of the 5 data sets has the key '{key}'"):
        parsed(rename)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda answer: answer.pop("results"), "key 'results' is gone"),
        (lambda answer: answer.update(total_count="5"), "key 'total_count' is '5'; expected int"),
        (lambda answer: answer["results"][0].pop("dataset_id"), "key 'dataset_id' is gone"),
        (lambda answer: answer["results"][0].pop("metas"), "key 'metas' is gone"),
        (lambda answer: answer["results"][0].update(has_records="yes"), "key 'has_records' is 'yes'"),
        (lambda answer: answer["results"].append(None), "a data set is None, no object"),
        (lambda answer: answer.update(_links=[]), "names 'publisher.example'; none is a portal"),
    ],
)
def test_a_lost_shape_is_named(change, said):
    with pytest.raises(SourceChanged, match=said):
        parsed(change)


def test_new_keys_change_nothing():
    def add(answer):
        answer["facets"] = []
        for item in answer["results"]:
            item["new"] = item["metas"]["new"] = item["metas"]["default"]["new"] = 1

    assert parsed(add).equals(parse([BRUSSELS], SOURCE))


def test_an_unmapped_licence_is_reported():
    (report,) = dropped_of(parse([BRUSSELS], SOURCE))
    assert (report.count, report.example) == (1, "Terms made for this data set")


# --- recorded ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def ods(recorded) -> Path:
    return recorded / "cities" / "payloads" / "ods"


@pytest.mark.recorded
def test_the_vendors_own_example_reads_when_its_count_is_what_it_shows(ods):
    described = json.loads(gzip.decompress((ods / "explore-v2.1-openapi.json.gz").read_bytes()))
    example = described["components"]["examples"]["datasets-v2.1"]["value"]
    with pytest.raises(SourceChanged, match=rf"states 19 data sets, its pages describe {len(example['results'])}"):
        parse([payload("city_portals", json.dumps(example), GHENT)], SOURCE)
    example["total_count"] = len(example["results"])
    frame = parse([payload("city_portals", json.dumps(example), GHENT)], SOURCE)
    own = [item for item in example["results"] if not item["metas"]["default"]["federated"]]
    assert values(frame, "ods_city_datasets") == {"2026": len(own)}
    assert values(frame, "ods_city_updated") == {"2026": 0}  # an example of 2021
    assert values(frame, "ods_city_machine_readable") == {"2026": 100}


@pytest.mark.recorded
def test_the_documented_quota_answer_is_the_one_these_tests_use(ods):
    described = json.loads(gzip.decompress((ods / "explore-v2.1-openapi.json.gz").read_bytes()))
    content = described["components"]["responses"]["quota"]["content"]["application/json; charset=utf-8"]
    example = content["examples"]["quota_exceeded"]["value"]
    assert {**example, "reset_time": QUOTA["reset_time"]} == QUOTA


@pytest.mark.recorded
@pytest.mark.parametrize("name", ["v1_brussels_garages.json", "v2.1_example_dataset-records-query.json"])
def test_answers_of_other_calls_and_versions_are_refused(ods, name):
    with pytest.raises(ConnectorError, match="key 'results' is gone"):
        parse([payload("city_portals", ods / name, GHENT)], SOURCE)
