"""Catalogues: a data set is what the record says it is, once, whatever container it stands in."""

from __future__ import annotations

import copy
import json

import pytest

from connectors import ckan, data_europa, opendatasoft
from connectors.catalogue_records import address_key, origin
from connectors.errors import NoObservations, SourceChanged
from connectors.frames import dropped_of
from tests.connectors import test_ckan, test_data_europa, test_dcat, test_opendatasoft
from tests.connectors.given import payload, source, values

UUID = "8b7c2f6e-6f0c-4d53-9a51-0d3a1f6f2c11"


def reasons(frame) -> dict[str, int]:
    return {item.reason: item.count for item in dropped_of(frame)}


def packages(*changes, **shared):
    """Four packages, and one more for each change, under ids of their own; the count is of them all."""
    result = json.loads(test_ckan.BERLIN.content)
    items = result["result"]["results"]
    for number, change in enumerate(changes):
        items.append({**copy.deepcopy(items[0]), "id": f"more-{number}", **change})
    for item in items:
        item |= shared
    result["result"]["count"] = len(items)
    return ckan.parse([payload("city_portals", json.dumps(result))], source("ckan"))


def counted(frame, measure="ckan_city_datasets") -> float:
    return values(frame, measure)["2026"]


# --- CKAN -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change,reason",
    [
        ({"type": "harvest"}, "its type is 'harvest', no data set"),
        ({"type": "showcase"}, "its type is 'showcase', no data set"),
        ({"type": "application"}, "its type is 'application', no data set"),
        ({"state": "deleted"}, "its state is 'deleted', not active"),
        ({"state": "draft"}, "its state is 'draft', not active"),
        ({"private": True}, "it is private"),
    ],
)
def test_a_package_that_is_no_data_set_is_not_counted_and_is_reported(change, reason):
    frame = packages(*[change] * 5)
    assert counted(frame) == 4
    assert values(frame, "ckan_city_licence_open") == values(packages(), "ckan_city_licence_open")
    assert reasons(frame)[reason] == 5


def test_a_portal_of_nothing_but_harvest_sources_is_empty():
    with pytest.raises(NoObservations, match="the catalogue is empty"):
        packages(type="harvest")


@pytest.mark.parametrize("kind", [None, "", "dataset"])
def test_a_package_without_a_type_is_a_data_set(kind):
    assert counted(packages({"type": kind, "state": kind and "active"})) == 5


@pytest.mark.parametrize("key", ["uri", "guid", "identifier"])
@pytest.mark.parametrize("name", [UUID, "https://made.example/1", "http://made.example/1/"])
def test_one_record_harvested_under_two_ids_is_one_data_set(key, name):
    frame = packages(
        {"extras": [{"key": key, "value": name}]},
        {"extras": [{"key": key, "value": name.replace("a", "A") if name == UUID else name}]},
    )
    assert counted(frame) == 4 + 1
    assert reasons(frame)["the same record stands under another id"] == 1


def test_a_number_that_many_publishers_give_is_no_origin():
    assert counted(packages({"extras": [{"key": "identifier", "value": "1"}]}, {"identifier": "1"})) == 4 + 2


@pytest.mark.parametrize("unreadable", ["soon", "12/31/2025", "2025-13-45", "2025", "2031-01-01T00:00:00"])
def test_a_date_of_a_file_that_says_nothing_leaves_the_word_to_the_record(unreadable):
    record = {"metadata_modified": "2025-12-24T10:00:00", "resources": [{"last_modified": unreadable, "format": "CSV"}]}
    frame = packages(**record)
    assert values(frame, "ckan_city_updated") == {"2026": 100}
    why = (
        "the date of change lies after the day of retrieval"
        if "2031" in unreadable
        else "the date of change names no day"
    )
    assert reasons(frame)[why] == 4


# --- DCAT -------------------------------------------------------------------------------------------------------------

DATASET = "a <http://www.w3.org/ns/dcat#Dataset>"
SERIES = "https://x.example/series"


def dcat(extra: str):
    return test_dcat.city(test_dcat.one() + extra)


def size(frame) -> float:
    return test_dcat.share("datasets", frame)


def test_a_series_of_data_sets_is_none():
    frame = dcat(f'<{SERIES}> {DATASET}, <http://www.w3.org/ns/dcat#DatasetSeries> ; dct:title "All years" .\n')
    assert size(frame) == 1
    assert reasons(frame)["it is a series of data sets"] == 1


def test_a_data_set_that_is_only_named_is_none():
    frame = dcat(
        f"<https://x.example/1> dct:source <https://other.example/2> . <https://other.example/2> {DATASET} .\n"
    )
    assert size(frame) == 1
    assert reasons(frame)["it is only named, with neither title, description nor distribution"] == 1


@pytest.mark.parametrize("twin", ["http://x.example/1", "https://x.example/1/", "https://X.example/1"])
def test_one_address_in_two_spellings_is_one_data_set(twin):
    frame = dcat(f'<{twin}> {DATASET} ; dct:title "One" .\n')
    assert size(frame) == 1
    assert reasons(frame)["the same data set stands twice"] == 1
    assert size(dcat(f"<{twin}> {DATASET} .\n")) == 1


def test_one_address_described_in_two_ways_is_refused():
    with pytest.raises(SourceChanged, match=r"'//x\.example/1' is described twice, differently"):
        dcat(f'<http://x.example/1> {DATASET} ; dct:title "One" ; dct:description "Other" .\n')


def test_two_nodes_of_one_identifier_are_one_data_set():
    said = f'; dct:identifier "{UUID}"'
    more = f'<https://x.example/2> {DATASET} ; dct:title "Two" {said} .\n'
    frame = test_dcat.city(test_dcat.one(said) + more)
    assert size(frame) == 1
    assert reasons(frame)["the same record stands under another id"] == 1


def test_an_unreadable_date_does_not_shadow_a_readable_one():
    frame = test_dcat.city(test_dcat.one('; dct:modified "recently" ; dct:issued "2025-12-01"'))
    assert test_dcat.share("updated", frame) == 100
    assert reasons(frame)["the date of change names no day"] == 1


# --- Opendatasoft, data.europa.eu -------------------------------------------------------------------------------------


def ods(federated):
    answer = json.loads(test_opendatasoft.BRUSSELS.content)
    more = copy.deepcopy(answer["results"][0])
    more["dataset_id"] = "more"
    more["metas"]["default"]["federated"] = federated
    answer["results"].append(more)
    answer["total_count"] = len(answer["results"])
    return opendatasoft.parse([payload("municipality_portals", json.dumps(answer))], source("opendatasoft"))


def test_a_data_set_of_another_portal_is_not_counted_and_is_reported():
    own = test_opendatasoft.share("datasets", ods(False))
    assert test_opendatasoft.share("datasets", ods(True)) == own - 1
    assert test_opendatasoft.share("datasets", ods("true")) == own - 1
    assert reasons(ods(True))["it is shown from another portal"] == 1


def europe(**more):
    def change(result):
        result["results"].append({**copy.deepcopy(result["results"][0]), "id": "more", **more})
        result["count"] += 1

    return test_data_europa.parsed(change)


def test_two_national_catalogues_with_one_record_and_series():
    def twin(result):
        result["results"][0]["identifier"] = [UUID]
        result["results"][1]["identifier"] = [UUID]

    assert values(test_data_europa.parsed(twin), "europa_datasets", "BE") == {"2026": 4 - 1}
    assert values(europe(), "europa_datasets", "BE") == {"2026": 4 + 1}
    series = europe(type={"resource": "http://www.w3.org/ns/dcat#DatasetSeries"})
    assert values(series, "europa_datasets", "BE") == {"2026": 4}
    assert reasons(series)["it is a series of data sets"] == 1


def test_an_issued_date_counts_where_modified_is_unreadable():
    def change(result):
        for item in result["results"]:
            item |= {"modified": "last week", "issued": "2025-12-01T00:00:00Z"}

    assert values(test_data_europa.parsed(change), "europa_updated", "BE") == {"2026": 100}


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelt,key",
    [
        ("https://A.example/x/", "//a.example/x"),
        ("http://a.example/x", "//a.example/x"),
        ("HTTPS://a.example", "//a.example"),
        ("urn:uuid:1", "urn:uuid:1"),
    ],
)
def test_an_address_in_one_spelling(spelt: str, key: str):
    assert address_key(spelt) == key


def test_an_origin_is_an_address_or_a_uuid():
    assert origin(None, 7, "1", "dataset", f" {UUID} ") == UUID
    assert origin("1", "made") == ""
    assert data_europa.SOURCE_ID == "data_europa"
