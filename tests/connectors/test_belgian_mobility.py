"""Belgian Mobility: the key goes into a header, JSON stands inside strings, ids keep their zeros."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.belgian_mobility import fetch, parse
from connectors.errors import SourceChanged, SourceUnavailable
from connectors.frames import dropped_of
from tests.connectors.given import Asked, payload, small, source, values

SOURCE = source("belgian_mobility")
STOPS = small("belgian_mobility", "stop_details.made.json")
LINES = small("belgian_mobility", "stops_by_line.made.json")


def edited(file, change):
    answer = json.loads(file.content)
    change(answer)
    return parse([payload(file.dataset, json.dumps(answer))], SOURCE)


def test_the_source_is_off_and_needs_the_offices_own_key():
    assert not SOURCE.default_on
    get = Asked()
    fetch(get, SOURCE)
    assert {call["key_header"] for call in get.calls} == {"Ocp-Apim-Subscription-Key"}
    assert [call["url"].rpartition("/")[2] for call in get.calls] == ["StopDetails", "stopsByLine"]


def test_stops_are_counted_in_the_region():
    frame = parse([STOPS], SOURCE)
    assert values(frame, "stib_stops", "BE001C") == {"2026-01-01": 2}
    (item,) = dropped_of(frame)
    assert (item.count, item.reason) == (1, "the stop stands outside the Region")


def test_a_line_is_one_in_both_directions():
    assert values(parse([LINES], SOURCE), "stib_lines", "BE001C") == {"2026-01-01": 2}


def test_an_error_object_with_status_200_is_the_publishers_refusal():
    refusal = json.dumps({"statusCode": 401, "message": "Access denied due to missing subscription key."})
    with pytest.raises(SourceUnavailable, match="missing subscription key"):
        parse([payload("stop_details", refusal)], SOURCE)


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda a: a.update(totalCount=2614), "totalCount is 2614, the answer has 3 results: it was cut"),
        (lambda a: a.pop("totalCount"), "key 'totalCount' is gone"),
        (lambda a: a["results"][0].update(id=471), "key 'id' is 471; expected str"),
        (lambda a: a["results"][1].update(id="0471"), "stop 0471 is listed twice"),
        (lambda a: a["results"][0].update(gpscoordinates="50.86, 4.33"), "expected JSON in a string"),
        (lambda a: a["results"][0].update(gpscoordinates={"latitude": 50.8}), "'gpscoordinates' is .* expected str"),
        (
            lambda a: a["results"][0].update(gpscoordinates='{"latitude": "x", "longitude": 4}'),
            "stop 0471 stands at 'x'",
        ),
        (lambda a: a["results"][0].update(name='{"en": "x"}'), "no name in French or Dutch"),
        (lambda a: a.update(results=[], totalCount=0), "expected results"),
    ],
)
def test_a_changed_answer_is_refused(change, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        edited(STOPS, change)


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda a: a["results"][0].update(points="[]"), "has points without a text id"),
        (lambda a: a["results"][0].update(points='[{"id": 471}]'), "has points without a text id"),
        (lambda a: a["results"][1].update(direction="City"), "line '1' 'City' is listed twice"),
    ],
)
def test_a_changed_list_of_lines_is_refused(change, cause: str):
    with pytest.raises(SourceChanged, match=cause):
        edited(LINES, change)


@pytest.mark.recorded
def test_the_recorded_stops_of_the_former_portal(recorded: Path):
    file = recorded / "cities/payloads/stib/stop-details-production.json.gz"
    frame = parse([payload("stop_details", file)], SOURCE)
    beyond = sum(item.count for item in dropped_of(frame))
    assert values(frame, "stib_stops", "BE001C")["2026-01-01"] + beyond == 2614
