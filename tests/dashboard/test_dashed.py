"""Dash's own addresses answer nonsense with 4xx, and nothing an asker sends comes into the log."""

from __future__ import annotations

import copy
import json
import logging
import re
from typing import Any

import pytest
from flask import request

from dashboard import answers
from tests.dashboard.sites import NEWER, client

UPDATE = "/_dash-update-component"
USUAL: dict[str, Any] = {
    "output": "..chart.children...parts.data..",
    "outputs": [{"id": "chart", "property": "children"}, {"id": "parts", "property": "data"}],
    "inputs": [{"id": "state", "property": "data", "value": {"path": "/en/p/safe", "query": ""}}],
    "changedPropIds": ["state.data"],
    "parsedChangedPropsIds": ["state.data"],
}


def of_state(value: object) -> bytes:
    body = copy.deepcopy(USUAL)
    body["inputs"][0]["value"] = value
    return json.dumps(body).encode()


def with_(**changes: object) -> bytes:
    return json.dumps({**USUAL, **changes}).encode()


NONSENSE = [
    *(b"", b"null", b"[]", b"{}", b"1", b'"a"', b"nan", b"{", b"\xff", b"[" * 30_000, b'{"output":' * 6_000),
    *(with_(output=each) for each in ("x", "a" * 60_000, None, [], "..chart.children..")),
    *(with_(inputs=each) for each in ([], None, {}, [None], "abc", [*USUAL["inputs"], *USUAL["inputs"]])),
    *(with_(outputs=each) for each in ([], None, {}, USUAL["outputs"][:1], list(reversed(USUAL["outputs"])))),
    *(with_(state=each) for each in ("abc", ["abc"], {}, 1)),
    *(with_(changedPropIds=each) for each in (None, "a", [None], ["a"] * 9)),
    with_(unknown=1),
    *(of_state(each) for each in ("abc", [], {}, 1, {"path": None}, {"path": "/en/", "query": []})),
    *(of_state({"path": path}) for path in ("", "/", "/en/compare", "/en/data", "/en/c/brussels", "/en/brief")),
    *(of_state({"path": path}) for path in ("/en/overall", "/en/brief.pdf", "/en/p/safe.png", "/en/accessibility")),
    *(of_state({"path": path}) for path in ("/en/nowhere", "/xx/", "/en/\x00", "/" * 1_999, "a" * 3_000, "/healthz")),
    of_state({"path": "/en/p/safe", "first": {}}),
    of_state({"path": "/en/p/safe", "theme": ["dark"]}),
]  # fmt: skip


def test_what_a_page_asks_is_answered() -> None:
    assert client().post(UPDATE, data=with_(), content_type="application/json").status_code == 200
    assert client().post(UPDATE, data=of_state(None), content_type="application/json").status_code in (200, 204)


@pytest.mark.parametrize("body", NONSENSE, ids=lambda body: body[:20].decode("latin-1") + body[-60:].decode("latin-1"))
def test_nonsense_is_the_fault_of_who_sent_it(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    answer = client().post(UPDATE, data=body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "application/problem+json"
    assert caplog.text == ""


def test_a_state_comes_as_json_and_alone() -> None:
    assert client().post(UPDATE, data=with_()).status_code == 400
    assert client().post(f"{UPDATE}?job=1", data=with_(), content_type="application/json").status_code == 400
    assert client().get(UPDATE).status_code in (404, 405)


@pytest.mark.parametrize(
    "address",
    ["os/x.js", "os/path.py", "dash/x.js", "dash/dash-renderer/build/dash_renderer.min.js.map", "dash/dash.py",
     "a%0aFORGED LINE/x.js", "dash/../../etc/passwd", "dash/%2e%2e/x", "x", "", "plotly/package_data/nothing.js"],
)  # fmt: skip
def test_files_that_no_page_names_are_not_there(address: str, caplog: pytest.LogCaptureFixture) -> None:
    assert client().get(f"/_dash-component-suites/{address}").status_code == 404
    assert caplog.text == ""


def test_files_that_a_page_names_are() -> None:
    page = client().get("/en/p/safe").text
    named = [url for group in re.findall(r'(?:src|data-later)="([^"]*)"', page) for url in group.split()]
    suites = [url for url in named if url.startswith("/_dash-component-suites/")]
    assert len(suites) >= 5
    assert {client().get(url).status_code for url in suites} == {200}


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://[::1/", "http://[", "https://]", "//[", "http://a:b/", "%00", "http://a:99999/en/"]
)
def test_oembed_of_what_is_no_address_is_the_askers_fault(url: str) -> None:
    assert 400 <= client().get("/oembed", query_string={"url": url}).status_code < 500


def test_a_fault_of_ours_is_logged_without_a_word_of_the_asker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object) -> str:
        raise ValueError(request.query_string.decode())

    monkeypatch.setattr("dashboard.app.etag", failing)
    with caplog.at_level(logging.ERROR, answers.LOG.name):
        assert client().get("/en/p/safe?x=SENT%0AFORGED").status_code == 500
        assert client().get("/en/data?hero=paris").status_code == 500
    assert "GET /en/data failed: ValueError" in caplog.text
    assert "SENT" not in caplog.text
    assert "FORGED" not in caplog.text


def test_control_characters_of_a_path_are_escaped_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object) -> str:
        raise ValueError

    monkeypatch.setattr("dashboard.app._moved", failing)
    assert client().get("/en/a%0dFORGED%1b[31m").status_code == 500
    assert "GET /en/a\\rFORGED\\x1b[31m failed: ValueError" in caplog.text


def test_health_names_the_edition_and_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from config.snapshot import SnapshotError
    from dashboard.app import build_app
    from tests.dashboard.sites import library

    found = library()
    server = build_app(found).server.test_client()
    assert server.get("/healthz").get_json()["newer"] is None
    found.pointer = lambda: "2027-01-01-0a1b2c3d"
    told = server.get("/healthz").get_json()
    assert (told["status"], told["snapshot"], told["newer"]) == ("ok", NEWER, "2027-01-01-0a1b2c3d")

    def broken() -> str:
        raise SnapshotError("no current snapshot in /somewhere")

    found.pointer = broken
    told = server.get("/healthz").get_json()
    assert (told["newer"], told["problem"]) == (None, "the folder of snapshots names no current one")


def test_a_damaged_pinned_edition_is_never_shown() -> None:
    from config.snapshot import SnapshotError
    from dashboard.app import build_app
    from dashboard.state import Library
    from tests.dashboard.samples import edition
    from tests.dashboard.sites import OLDER

    def broken(wanted: str | None) -> Any:
        raise SnapshotError(f"snapshot {wanted} is damaged: observations.csv was changed")

    server = build_app(Library(edition(), (OLDER, NEWER), read=broken)).server.test_client()
    for address in (f"/en/i/road_deaths@{OLDER}", f"/fr/i/road_deaths@{OLDER}.html", f"/en/i/road_deaths@{OLDER}.csv",
                    f"/en/i/road_deaths@{OLDER}.png", f"/api/v1/snapshots/{OLDER}/scores.csv"):  # fmt: skip
        answer = server.get(address)
        assert answer.status_code == 503
        assert answer.cache_control.no_store
        assert "damaged on this server" in answer.text or "endommagé sur ce serveur" in answer.text
    assert server.get("/en/i/road_deaths").status_code == 200
