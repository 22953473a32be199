"""Every source that is called, from the first request to figures, over real HTTP: its addresses lead to this machine.

The portals of open data have tests of their own kind in `test_portals_over_http.py`.
"""

from __future__ import annotations

import importlib
import json
from urllib.parse import urlsplit

import pytest

from connectors.http import Client
from tests.connectors import test_answers, test_eea, test_gbfs, test_openaq, test_portals_over_http
from tests.connectors.given import PAYLOADS, loaded, payload

CALLED = {source.id: source for source in test_answers.CALLED}
KEYS = {source.key_variable: "s3cret" for source in CALLED.values() if source.key_variable}
# Two payloads of a source that differ from its live answer: the form of a table's live answer is preferred.
LIVE = ("jsonstat", "made", "wfs", "facts", "group", "three_regions", "yearbook", "labels", "legacy", "current")


class Relay:
    """A `get` over HTTP that leads each address of a publisher to loopback, and gives it back as it was."""

    def __init__(self, client, source, replay):
        here = source.model_copy(update={"hosts": ("127.0.0.1",), "min_interval_s": 0.0})
        self.get, self.replay = client.bound(here), replay

    def __call__(self, dataset, url, **options):
        parts = urlsplit(url)
        there = self.replay.url(f"/{parts.netloc}{parts.path}{'?' if parts.query else ''}{parts.query}")
        return self.get(dataset, there, **options).model_copy(update={"url": url})


def files(source):
    """Each called table's small payload, in the form it answers in."""
    found = {}
    for name, dataset in source.datasets.items():
        if dataset.enabled and dataset.mode != "hand":
            known = [path for path in (PAYLOADS / source.id).iterdir() if path.name.partition(".")[0] == name]
            found[name] = min(
                known, key=lambda path: next(n for n, form in enumerate((*LIVE, "")) if form in path.name)
            )
    return found


def by_path(source):
    """Answer each table's own address with its payload."""
    answers = {}
    for name, path in files(source).items():
        parts = urlsplit(source.datasets[name].url)
        answers[f"/{parts.netloc}{parts.path}"] = path.read_bytes()
    return answers.get


def one_feed():
    dataset = CALLED["gtfs"].datasets["weekday_service"]
    feeds = dataset.options["feeds"][:1]
    changed = dataset.model_copy(update={"options": {**dataset.options, "feeds": feeds}})
    return CALLED["gtfs"].model_copy(update={"datasets": {"weekday_service": changed}})


def gtfs(path):
    return (PAYLOADS / "gtfs" / "weekday_service.made.zip").read_bytes() if "static" in path else None


def gbfs(path):
    answers = {part["url"]: part["answer"] for part in test_gbfs.BUNDLE["answers"]}
    answer = answers.get(f"https:/{path}")
    return None if answer is None else json.dumps(answer).encode()


def eea(path):
    return test_eea.Service().answers.get(path.rpartition("/")[2])


def openaq(path):
    if path.endswith("/locations"):
        return test_openaq.LOCATIONS.content
    name = "no2" if "/102/" in path else "pm25"  # what the made locations say of their sensors
    hours = [test_openaq.hour("2025-01-01", at, 10.0 + at) for at in range(20)]
    return test_openaq.page(*hours).content.replace(b'"pm25"', f'"{name}"'.encode())


SCRIPTS = {"gtfs": gtfs, "gbfs": gbfs, "eea": eea, "openaq": openaq}
NARROWED = {
    "gtfs": one_feed,
    "gbfs": lambda: test_gbfs.ALONE,
    "eea": test_eea.brussels_only,
}  # to what the small answers hold


def serve(replay, script):
    def answer(handler):
        content = script(urlsplit(handler.path).path)
        handler.send_response(404 if content is None else 200)
        handler.send_header("Content-Length", str(len(content or b"")))
        handler.end_headers()
        handler.wfile.write(content or b"")

    replay.always(answer)


def test_every_called_source_is_fetched_over_http():
    assert set(CALLED) == {*CASES, *test_portals_over_http.PUBLISHERS}


CASES = sorted(set(CALLED) - set(test_portals_over_http.PUBLISHERS))


@pytest.mark.parametrize("source_id", CASES)
def test_what_a_publisher_answers_becomes_its_figures(replay, clock, source_id):
    source = NARROWED.get(source_id, lambda: CALLED[source_id])()
    serve(replay, SCRIPTS.get(source_id) or by_path(source))
    client = Client(KEYS, clock=clock, loopback=True)
    module = importlib.import_module(f"connectors.{source_id}")
    fetched = module.fetch(Relay(client, source, replay), source)
    client.close()
    frame = module.parse(fetched, source)
    assert frame["obs_value"].notna().any()
    assert {got.dataset for got in fetched} == {
        name for name, dataset in source.datasets.items() if dataset.enabled and dataset.mode != "hand"
    }
    if source_id not in SCRIPTS:
        expected = module.parse([payload(name, path) for name, path in files(source).items()], source)
        assert set(zip(frame["measure"], frame["ref_area"], strict=True)) == set(
            zip(expected["measure"], expected["ref_area"], strict=True)
        )
    told = [seen for seen in replay.seen if "s3cret" in seen.path]
    assert told == [], "the key travels in a header"


def test_there_is_a_payload_of_every_table_that_is_called():
    for source in loaded().sources.values():
        assert files(source).keys() == {n for n, d in source.datasets.items() if d.enabled and d.mode != "hand"}
