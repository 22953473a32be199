"""data.europa.eu: countries read whole by scrolling, texts by language, licences by part."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from config.schema import Payload
from connectors.data_europa import fetch, parse
from connectors.errors import NoObservations, SourceChanged, SourceUnavailable
from tests.connectors.given import payload, small, source, values

SOURCE = source("data_europa")
BELGIUM = small("data_europa", "countries.made.json")
ONE = json.loads(BELGIUM.content)["result"]["results"][0]


def share(name: str) -> float:
    return values(parse([BELGIUM], SOURCE), f"europa_{name}", "BE")["2026"]


def parsed(change: Callable[[dict[str, Any]], object]):
    """The Belgian answer after `change` has edited its result in place."""
    answer = json.loads(BELGIUM.content)
    change(answer["result"])
    return parse([payload("countries", json.dumps(answer))], SOURCE)


class Hub:
    """A portal with so many data sets per country that scrolls through them two at a time."""

    def __init__(self, **sizes: int) -> None:
        self.left = {
            country: [{**ONE, "id": f"{country}-{number}", "country": {"id": country}} for number in range(size)]
            for country, size in sizes.items()
        }
        self.sizes = sizes
        self.calls: list[tuple[str, dict[str, str]]] = []

    def __call__(self, dataset: str, url: str, *, params: dict[str, str]) -> Payload:
        self.calls.append((url, params))
        country = params.get("scrollId") or json.loads(params["facets"])["country"][0]
        some, self.left[country] = self.left[country][:2], self.left[country][2:]
        result = {"count": self.sizes[country], "scrollId": country, "results": some}
        return payload(dataset, json.dumps({"result": result}), url)


def test_each_country_is_scrolled_to_its_end():
    get = Hub(be=5, lu=1)
    frame = parse(fetch(get, SOURCE), SOURCE)
    assert values(frame, "europa_datasets", "BE") == {"2026": 5}
    assert values(frame, "europa_datasets", "LU") == {"2026": 1}
    assert [url.rsplit("/", 1)[1] for url, _ in get.calls] == ["search", "scroll", "scroll", "search"]
    assert get.calls[0][1] == {
        **SOURCE.datasets["countries"].params, "facets": '{"country": ["be"]}', "scroll": "true"
    }  # fmt: skip


def test_scrolling_that_stops_early_is_noticed():
    get = Hub(be=3, lu=1)
    get.sizes = {"be": 4, "lu": 1}
    with pytest.raises(SourceChanged, match="states 4 data sets and stops after 3"):
        fetch(get, SOURCE)


def test_a_country_without_data_sets_is_no_observation():
    answer = json.dumps({"result": {"count": 0, "results": []}})
    with pytest.raises(NoObservations, match="the catalogue is empty"):
        parse([payload("countries", answer)], one_country())


def one_country():
    """The source when it is asked at an address of the country's own."""
    dataset = SOURCE.datasets["countries"].model_copy(update={"aliases": {"publisher.example": "BE"}})
    return SOURCE.model_copy(update={"datasets": {"countries": dataset}})


def test_the_figures_of_a_small_catalogue():
    assert share("datasets") == 4
    assert share("licence_open") == 100 * 1 / 4  # 1: CC BY
    assert share("licence_closed") == 100 * 1 / 4  # 2: CC0 and CC BY-NC
    assert share("licence_unknown") == 100 * 2 / 4  # 3: a part without licence; 4: no part at all
    assert share("licence_open_of_known") == 100 * 1 / 2
    assert share("machine_readable") == 100 * 2 / 4  # CSV; JSON beside PDF
    assert share("format_unknown") == 100 * 1 / 4
    assert share("updated") == 100 * 2 / 4  # 2025-08-08, 2025-01-02; all were issued in 2019
    assert share("description") == 100 * 3 / 4  # in whatever language; {} is none
    assert share("contact") == 100 * 1 / 4  # a contact with nothing but a type is none


def test_data_sets_of_two_countries_in_one_answer_are_refused():
    with pytest.raises(SourceChanged, match="data sets of several countries: be, nl"):
        parsed(lambda result: result["results"][0]["country"].update(id="nl"))


def test_an_undeclared_country_is_refused():
    def move(result):
        for item in result["results"]:
            item["country"]["id"] = "xx"

    with pytest.raises(SourceChanged, match=r"'xx', 'publisher\.example'; none is a portal"):
        parsed(move)


@pytest.mark.parametrize("key", ["description", "modified", "distributions", "contact_point"])
def test_a_renamed_field_is_named(key):
    def rename(result):
        for item in result["results"]:
            item[f"new_{key}"] = item.pop(key)

    with pytest.raises(SourceChanged, match=f"none of the 4 data sets has the key '{key}'"):
        parsed(rename)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda result: result.pop("results"), "key 'results' is gone"),
        (lambda result: result.update(count="4"), "key 'count' is '4'; expected int"),
        (lambda result: result.update(count=10_000), "states 10000 data sets, its pages describe 4"),
        (lambda result: result["results"][0].pop("id"), "key 'id' is gone"),
        (lambda result: result["results"][0].pop("country"), "key 'country' is gone"),
        (lambda result: result["results"].append(None), "a data set is None, no object"),
    ],
)
def test_a_lost_shape_is_named(change, said):
    with pytest.raises(SourceChanged, match=said):
        parsed(change)


@pytest.mark.parametrize(
    "answer",
    [{"success": False, "error": "window too large"}, {"message": "window too large"}, {"error": "window too large"}],
)
def test_an_error_object_with_status_200_is_told(answer):
    with pytest.raises(SourceUnavailable, match="the portal answers with an error: 'window too large'"):
        parse([payload("countries", json.dumps(answer))], SOURCE)
