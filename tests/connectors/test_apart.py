"""What a file becomes is bounded: a reader that takes too much ends, and the others go on."""

from __future__ import annotations

import itertools
import os
import signal
import time

import pytest

from connectors import apart, refresh
from connectors.errors import BeyondLimits, ConnectorBroken, ConnectorError, SourceUnavailable
from connectors.limits import MIB, Budget, budget_of
from connectors.parsing import module_of
from tests.connectors.given import loaded, payload
from tests.connectors.hostile import FILES

LOADED = loaded()
SMALL = Budget(seconds=1.0, memory=64 * MIB)


def test_a_reader_gives_back_what_the_function_returns():
    assert apart.call("office", SMALL, sorted, [3, 1, 2]) == [1, 2, 3]


def test_too_much_memory_is_named_and_the_next_reader_works():
    with pytest.raises(BeyondLimits, match="office: reading its files takes more than 64 MiB of memory, the limit"):
        apart.call("office", SMALL, bytes, 65 * MIB)
    assert apart.call("office", SMALL, len, bytes(1 * MIB)) == MIB


def test_files_that_do_not_fit_are_named_and_the_next_reader_works():
    with pytest.raises(BeyondLimits, match="64 MiB of memory"):
        apart.call("office", SMALL, len, bytes(65 * MIB))
    assert apart.call("office", SMALL, len, b"1") == 1


def test_too_much_time_is_named_and_the_next_reader_works():
    with pytest.raises(BeyondLimits, match="office: reading its files takes more than 1 s, the limit"):
        apart.call("office", SMALL, sum, itertools.repeat(0))
    assert apart.call("office", SMALL, len, b"1") == 1


def test_a_reader_that_only_waits_is_ended_by_the_clock():
    with pytest.raises(BeyondLimits, match=r"more than 0\.1 s"):
        apart.call("office", Budget(seconds=0.1), time.sleep, 600)
    assert apart.call("office", SMALL, len, b"1") == 1


def test_a_reader_that_dies_is_named_and_the_next_reader_works():
    for end in (os.abort, os._exit):
        with pytest.raises(BeyondLimits):
            apart.call("office", SMALL, end, *([3] if end is os._exit else []))
    assert apart.call("office", SMALL, len, b"1") == 1


def test_a_server_that_is_gone_is_named_and_started_anew(monkeypatch):
    apart.call("office", SMALL, len, b"1")
    os.kill(apart.SERVER._process.pid, signal.SIGKILL)
    with pytest.raises(ConnectorBroken, match="the process that reads files ended"):
        apart.call("office", SMALL, len, b"1")
    monkeypatch.setattr("connectors.apart._SERVE", "raise ImportError('no library')")
    apart.SERVER.close()
    with pytest.raises(ConnectorBroken, match="the process that reads files ended"):
        apart.call("office", SMALL, len, b"1")
    monkeypatch.undo()
    assert apart.call("office", SMALL, len, b"1") == 1


def test_what_cannot_be_sent_is_the_sources_own_error():
    with pytest.raises(ConnectorBroken):
        apart.call("office", SMALL, lambda: 1)
    assert apart.call("office", SMALL, len, b"1") == 1


def test_an_error_nobody_foresaw_is_the_sources_own_and_its_place_is_logged(caplog):
    with pytest.raises(ConnectorBroken, match=r"office: the connector ended in ValueError \(invalid literal"):
        apart.call("office", SMALL, int, "ten")
    assert "office: the connector ended in an error it does not foresee" in caplog.text
    assert "ValueError: invalid literal" in caplog.text
    with pytest.raises(ConnectorBroken, match="SystemExit"):
        apart.call("office", SMALL, exec, "raise SystemExit(3)")


def test_a_refusal_comes_back_as_it_was():
    gone = LOADED.sources["irceline"].model_copy(update={"id": "nobody"})
    with pytest.raises(SourceUnavailable, match=r"there is no module connectors\.nobody") as caught:
        apart.call("nobody", SMALL, module_of, gone)
    assert caught.value.source_id == "nobody"


@pytest.mark.parametrize("kind", [SourceUnavailable, BeyondLimits, ConnectorBroken])
def test_an_error_survives_the_way_with_all_it_names(kind):
    error = kind("office", "cause", dataset="table", url="https://x.example", status=404)
    back = apart.call("office", SMALL, list, [error])[0]
    assert type(back) is kind
    assert vars(back) == vars(error)
    assert str(back) == "office, table: cause [https://x.example]"


def test_what_a_reader_prints_does_not_speak_in_between():
    assert apart.call("office", SMALL, print, "a reader prints") is None


def test_more_files_may_take_more():
    one, three = budget_of("office", 1), budget_of("office", 3)
    assert (three.seconds - one.seconds, three.memory - one.memory) == (2 * 1.0, 2 * 16 * MIB)
    assert budget_of("office", 100) == budget_of("office", 10_000)
    assert budget_of("office", 0) == one


def read(name):
    """Return the error of a refresh that reads a hostile file, and the seconds and MiB that it took."""
    hostile = FILES[name]
    source = LOADED.sources[hostile.source]
    given = {source.id: [payload(next(iter(source.datasets)), hostile.make())]}
    began = time.process_time()
    (report,) = refresh.run(LOADED, recordings=given, sources=[source.id]).reports
    assert isinstance(report.error, ConnectorError)
    assert not isinstance(report.error, ConnectorBroken)
    assert report.error.source_id == source.id
    assert hostile.said in str(report.error)
    taken = apart.SERVER.last
    return report.error, time.process_time() - began + taken.seconds, taken.peak_mib


@pytest.mark.parametrize("name", [name for name, hostile in FILES.items() if hostile.cheap])
def test_a_hostile_file_ends_in_a_sentence_that_names_the_limit(name):
    read(name)


@pytest.mark.soak
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_ends_within_ten_seconds_and_400_mib(name):
    error, seconds, peak = read(name)
    print(f"{name}: {seconds:.1f} s, {peak:.0f} MiB: {error}")
    assert seconds < 10
    assert peak < 400
