"""Each portal connector from end to end: a publisher on loopback, real HTTP, the whole way to figures."""

from __future__ import annotations

import importlib

import pytest

from connectors.errors import ConnectorError
from connectors.http import Client
from tests.connectors.given import PAYLOADS, edited, source, values

API = "/api/explore/v2.1/catalog/datasets"
SEARCH = "/api/3/action/package_search"


def made(name: str, old: str = "", new: str = "") -> bytes:
    text = (PAYLOADS / name).read_text(encoding="utf-8")
    return (edited(text, old, new) if old else text).encode()


# source -> what its portals answer by path, and how many data sets each area then has
PUBLISHERS = {
    "opendatasoft": (
        {
            f"/opendata.brussels.be{API}": [made("opendatasoft/municipality_portals.made.json")],
            f"/data.stad.gent{API}": [made("opendatasoft/city_portals.made.json")],
            f"/opendata.paris.fr{API}": [made("opendatasoft/department_portals.made.json")],
        },
        {
            "ods_municipality_datasets": {"21004": 5},
            "ods_city_datasets": {"BE003C": 2},
            "ods_department_datasets": {"FR101": 3},
        },
    ),
    "ckan": (
        {
            f"/datenregister.berlin.de{SEARCH}": [made("ckan/city_portals.made.json")],
            f"/opendata.muenchen.de{SEARCH}": [
                made("ckan/city_portals.made.json", "datenregister.berlin.de", "opendata.muenchen.de")
            ],
            f"/transportdata.be{SEARCH}": [made("ckan/national_portals.dkan-made.json")],
        },
        {"ckan_city_datasets": {"DE001C": 4, "DE003C": 4}, "ckan_national_datasets": {"BE": 2}},
    ),
    "dcat": (
        {
            "/catalog.datastore.brussels/geonetwork/srv/eng/rdf.search": [made("dcat/region_catalogues.made.xml")],
            "/data.stad.gent/api/explore/v2.1/catalog/exports/dcat": [made("dcat/city_catalogues.made.ttl")],
        },
        {"dcat_region_datasets": {"BE10": 2}, "dcat_city_datasets": {"BE003C": 4}},
    ),
    "data_europa": (
        {
            "/data.europa.eu/api/hub/search/search": [
                made("data_europa/countries.made.json"),
                made("data_europa/countries.made.json", '"id": "be"', '"id": "lu"'),
            ]
        },
        {"europa_datasets": {"BE": 4, "LU": 4}},
    ),
}
each = pytest.mark.parametrize("source_id", PUBLISHERS)


@pytest.fixture
def client(clock):
    made_client = Client(clock=clock, loopback=True, jitter=lambda: 0.0)
    yield made_client
    made_client.close()


def fetched(source_id, replay, client):
    moved = replay.stand_in(source(source_id))
    module = importlib.import_module(f"connectors.{source_id}")
    return module.parse(module.fetch(client.bound(moved), moved), source(source_id))


@each
def test_every_declared_portal_gives_its_figures(source_id, replay, answer, client):
    paths, expected = PUBLISHERS[source_id]
    for path, bodies in paths.items():
        replay.serve(path, *map(answer, bodies))
    frame = fetched(source_id, replay, client)
    found = {
        measure: {area: values(frame, measure, area)["2026"] for area in areas} for measure, areas in expected.items()
    }
    assert found == expected
    declared = {name for dataset in source(source_id).datasets.values() for name in dataset.measures}
    assert set(frame["measure"]) == declared


@each
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"", "application/json"),
        (200, b"<!DOCTYPE html><html><body>Please log in</body></html>", "text/html"),
        (200, b"<!DOCTYPE html><html><body>Please log in</body></html>", "application/json"),
        (200, b"[]", "application/json"),
        (200, b"{}", "application/json"),
        (200, b"null", "application/json"),
        (404, b'{"success": false, "error": {"__type": "Not Found Error"}}', "application/json"),
        (429, b'{"errorcode": 10005, "limit_time_unit": "day", "error": "Too many"}', "application/json"),
        (500, b'{"success": false, "error": {"__type": "Internal Server Error"}}', "application/json"),
    ],
)
def test_a_portal_that_fails_is_named_with_its_source(source_id, status, body, kind, replay, answer, client):
    for path in PUBLISHERS[source_id][0]:
        replay.serve(path, answer(body, status, {"Content-Type": kind}))
    with pytest.raises(ConnectorError) as caught:
        fetched(source_id, replay, client)
    assert caught.value.source_id == source_id
    assert caught.value.dataset in source(source_id).datasets
    if status != 200:
        assert len(replay.seen) == (4 if status == 500 else 1)  # only a fault of the server invites another attempt
