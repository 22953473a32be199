from __future__ import annotations

import re
from typing import Any

import pytest

from dashboard.records import COLUMNS
from tests.dashboard.samples import edition
from tests.dashboard.sites import NEWER, OLDER, get

OPEN = ("openapi.json", "places", "indicators", "indicators/road_deaths", "scores?indicator=overall", "snapshots")


@pytest.mark.parametrize("path", OPEN)
def test_an_answer_is_json_open_to_all_and_kept_for_an_hour(path: str) -> None:
    answer = get(f"/api/v1/{path}")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.cache_control.max_age == 3600
    assert "ETag" in answer.headers


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/api/v1/indicators/road_death", 404, "road_deaths"),
        ("/api/v1/scores?indicator=nothing", 400, "Nearest: "),
        ("/api/v1/scores?place=bruxelles", 400, "brussels"),
        ("/api/v1/scores?place=brussels,pariss", 400, "paris"),
        ("/api/v1/scores?place=", 400, "is not a value of place"),
        ("/api/v1/scores?limit=10", 400, "Allowed: indicator, place."),
        ("/api/v1/scores?Place=brussels", 400, "“Place” is not a key of this address. Nearest: place."),
        ("/api/v1/scores?indicator=road_deaths&year=2022", 400, "“year” is not a key"),
        ("/api/v1/places?id=paris", 400, "which has none"),
        ("/api/v1/indicators/road_deaths?lang=fr", 400, "which has none"),
        ("/api/v1/snapshots?limit=1", 400, "which has none"),
        (f"/api/v1/snapshots/{NEWER}/scores.csv?limit=1", 400, "which has none"),
        ("/api/v1/openapi.json?x=", 400, "which has none"),
        ("/en/i/road_deaths.csv?limit=10", 400, "Allowed: hero, places, time, view, theme."),
        ("/en/i/road_deaths.csv?Time=2019", 400, "Nearest: time."),
        ("/en/i/road_deaths.parquet?time=2019&time=2020", 400, "time stands twice"),
        ("/en/i/road_deaths.csv?time=1901", 400, "There is no value in that time."),
        ("/en/i/road_deaths.json?time=2098..", 400, "Years with values: "),
        ("/en/i/road_deaths.bib?time=..1950", 400, "There is no value in that time."),
        ("/oembed?url=/en/p/safe&url=/en/p/open", 400, "url stands twice"),
        ("/oembed?url=/en/p/safe&maxwidth=300&maxwidth=400", 400, "maxwidth stands twice"),
        ("/en/i/road_deaths.txt?places=nowhere", 400, "which is not a place"),
        ("/en/i/road_deaths.zip?sort=name", 400, "“sort” is not a key"),
        ("/en/overall.csv?time=1900..1901", 400, "“time” is not a key of this address"),
        ("/en/overall.json?time=2019", 400, "“time” is not a key"),
        ("/en/p/safe.csv?view=line", 400, "Allowed: rank."),
        ("/en/p/safe.bib?time=2019", 400, "“time” is not a key"),
        ("/en/i/road_death.csv", 404, "road_deaths"),
        ("/en/p/safe.xlsx.csv", 404, "There is no form"),
        ("/api/v1/snapshots/2020-01-01-00000000/scores.csv", 404, NEWER),
        (f"/api/v1/snapshots/{NEWER}/..%2fsecret", 404, ""),
        ("/api/v1/none", 404, "/api/v1/none"),
        ("/en/i/road_death.json", 404, "road_deaths"),
        ("/en/i/road_deaths.json?time=soon", 400, "a year (2019)"),
        ("/oembed", 400, "url="),
    ],
)
def test_an_error_is_problem_details(address: str, status: int, says: str) -> None:
    answer = get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    told = answer.get_json()
    assert set(told) == {"type", "title", "status", "detail", "instance"}
    assert told["status"] == status
    assert says in told["detail"]
    assert answer.cache_control.no_store


def test_the_description_covers_every_route_and_every_column() -> None:
    told = get("/api/v1/openapi.json").get_json()
    assert told["openapi"].startswith("3.1")
    assert set(told["components"]["schemas"]["Row"]["properties"]) == set(COLUMNS)
    for path in told["paths"]:
        if "{" not in path:
            assert get(path).status_code == 200, path


def test_every_form_has_the_type_it_is_described_with() -> None:
    told = get("/api/v1/openapi.json").get_json()
    for path in ("/{lang}/i/{indicator}.{form}", "/{lang}/p/{pillar}.{form}", "/{lang}/overall.{form}"):
        described = told["paths"][path]["get"]
        known = {"lang": "nl", "indicator": "road_deaths", "pillar": "safe"}
        asked = {p["name"]: p["schema"] for p in described["parameters"] if p["in"] == "path"}
        given = {get(path.format(**{**known, "form": form})).mimetype for form in asked["form"]["enum"]}
        assert given == set(described["responses"]["200"]["content"])


def test_every_operation_describes_its_refusal() -> None:
    told = get("/api/v1/openapi.json").get_json()["paths"]
    told.pop("/feed.xml")
    assert [path for path, item in told.items() if "400" not in item["get"]["responses"]] == []


def fits(value: Any, schema: dict[str, Any]) -> bool:
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    return kinds[type(value)] in schema["type"]


@pytest.mark.parametrize(
    "query", ["indicator=overall", "indicator=pillar:safe", "indicator=road_deaths", "place=paris"]
)
def test_rows_are_as_described(query: str) -> None:
    row = get("/api/v1/openapi.json").get_json()["components"]["schemas"]["Row"]["properties"]
    rows = get(f"/api/v1/scores?{query}").get_json()
    assert rows
    assert {(key, type(v).__name__) for found in rows for key, v in found.items() if not fits(v, row[key])} == set()
    key, value = re.sub("^place", "ref_area", query).split("=")
    assert {found[key] for found in rows} == {value}


def test_snapshots_and_catalogue_are_listed() -> None:
    assert get("/api/v1/snapshots").get_json() == {"current": NEWER, "snapshots": [OLDER, NEWER]}
    assert [i["id"] for i in get("/api/v1/indicators").get_json()] == list(edition().catalogue.indicators)
    assert [p["id"] for p in get("/api/v1/places").get_json()] == list(edition().catalogue.places)
