"""Answers kept in a folder: a killed refresh goes on without asking twice, and an unchanged file is not sent twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.http import Client
from connectors.store import Store
from tests.connectors.given import loaded

SOURCE = loaded().sources["europepollu"].model_copy(update={"hosts": ("127.0.0.1",), "min_interval_s": 0.0})


@pytest.fixture
def ask(replay, clock, tmp_path):
    """One process: a client with the folder's store; ends without finishing the refresh, as a kill does."""

    def call(path="/t", finish=False, **rest):
        store = Store(tmp_path, clock.now())
        client = Client({"KEY": "s3cret"}, clock=clock, loopback=True, store=store)
        source = SOURCE.model_copy(update={"key_variable": "KEY"})
        try:
            return client.bound(source)("table", replay.url(path), **rest)
        finally:
            client.close()
            if finish:
                store.finish()

    return call


def test_a_killed_refresh_goes_on_without_asking_again(replay, answer, ask):
    replay.serve("/t", answer(b"one"), answer(b"two"))
    assert ask().content == b"one"
    assert ask().content == b"one"
    assert len(replay.seen) == 1


def test_a_finished_refresh_asks_again(replay, answer, ask, clock):
    replay.serve("/t", answer(b"one"), answer(b"two"))
    assert ask(finish=True).content == b"one"
    clock.sleep(1)
    assert ask().content == b"two"


def test_an_unfinished_refresh_of_yesterday_is_begun_anew(replay, answer, ask, clock):
    replay.serve("/t", answer(b"one"), answer(b"two"))
    ask()
    clock.sleep(timedelta(hours=25).total_seconds())
    assert ask().content == b"two"


def test_a_folder_that_takes_no_more_costs_no_answer(replay, answer, ask, tmp_path, monkeypatch, caplog):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    replay.serve("/t", answer(b"one"), answer(b"two"), answer(b"three"))
    monkeypatch.setattr("connectors.store.Store._resumed", lambda *_: datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr("connectors.store.os.fdopen", full)
    assert ask().content == b"one"
    assert ask().content == b"two"
    assert f"answers are no longer kept in {tmp_path}: No space left on device" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_another_query_is_another_answer(replay, answer, ask):
    replay.serve("/t", answer(b"one"), answer(b"two"), answer(b"three"))
    assert ask(params={"geo": "BE"}).content == b"one"
    assert ask(params={"geo": "NL"}).content == b"two"
    assert ask(json={"geo": "NL"}).content == b"three"
    assert ask(params={"geo": "BE"}).content == b"one"


@pytest.mark.parametrize(
    "validator,condition", [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")]
)  # fmt: skip
def test_what_a_publisher_says_is_not_modified_is_taken_from_the_folder(
    replay, answer, ask, clock, validator, condition
):
    replay.serve("/t", answer(b"one", headers={validator: "Thu, 01 Jan 2026 00:00:00 GMT"}), answer(status=304))
    first = ask(finish=True)
    clock.sleep(60)
    again = ask(finish=True)
    assert replay.seen[1].headers[condition] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert again.content == b"one"
    assert again.retrieved_at == first.retrieved_at == "2026-01-01T00:00:00Z"
    assert again.note == "unchanged since 2026-01-01T00:00:00Z"


def test_what_was_modified_replaces_what_was_kept(replay, answer, ask, clock):
    replay.serve("/t", answer(b"one", headers={"ETag": '"1"'}), answer(b"two", headers={"ETag": '"2"'}))
    ask(finish=True)
    clock.sleep(60)
    assert ask(finish=True).content == b"two"
    clock.sleep(60)
    ask()
    assert replay.seen[2].headers["If-None-Match"] == '"2"'


def test_a_not_modified_that_nobody_asked_for_is_refused(replay, answer, ask):
    replay.serve("/t", answer(status=304))
    with pytest.raises(Exception, match="answers 304"):
        ask()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"payload": {}}'])
def test_a_damaged_record_counts_as_absent(replay, answer, ask, tmp_path, damage):
    replay.serve("/t", answer(b"one"), answer(b"two"))
    ask()
    for file in tmp_path.glob("europepollu-*.json"):
        file.write_bytes(damage)
    assert ask().content == b"two"


def test_damaged_bytes_count_as_absent(replay, answer, ask, tmp_path):
    replay.serve("/t", answer(b"one"), answer(b"two"))
    ask()
    for file in tmp_path.glob("*.bin"):
        file.write_bytes(b"on")
    assert ask().content == b"two"


def test_the_key_is_never_written(replay, answer, ask, tmp_path):
    replay.serve("/t", answer(b"one", headers={"ETag": '"1"'}))
    ask(key_header="X-API-Key")
    assert replay.seen[0].headers["X-API-Key"] == "s3cret"
    written = [file for file in tmp_path.iterdir() if file.is_file()]
    assert len(written) == 3  # the answer, its record, the refresh under way
    assert not [file for file in written if b"s3cret" in file.read_bytes() or "s3cret" in file.name]
