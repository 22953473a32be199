"""Every connector that calls its publisher, against answers that are none: each ends in a ConnectorError by name and
cause, within bounds, and nothing is fetched from where it should not be; what a second try cures is cured.
"""

from __future__ import annotations

import gzip
import importlib
import struct
from pathlib import Path

import pytest

from connectors.errors import ConnectorError, SourceUnavailable
from connectors.http import Client
from connectors.limits import Limits
from tests.connectors.forms import FORMS
from tests.connectors.given import loaded

LOADED = loaded()
TLS = Path(__file__).parent / "tls"
CALLED = [s for s in LOADED.sources.values() if any(d.mode != "hand" for d in s.datasets.values()) and s.mode != "hand"]
LIMITS = Limits(read_s=10.0, total_s=60.0, attempts=2, wire_bytes=200_000, unpacked_bytes=400_000)
PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>"
BOMB = gzip.compress(b"\0" * 5_000_000, mtime=0)


def reply(body=b"", status=200, length=None, **headers):
    """Answer with headers given in Python's spelling: Retry_After="1"."""

    def script(handler):
        handler.send_response(status)
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        size = str(len(body) if length is None else length)
        for name, value in {"Content-Length": size, "Connection": "close", **said}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return script


def stream(handler):
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True


def endless(handler):
    stream(handler)
    while True:
        handler.wfile.write(b"x" * 65536)


def drip(handler):
    stream(handler)
    for _ in range(200):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def reset(handler):
    reply(b"some", length=100)(handler)
    handler.wfile.flush()
    handler.connection.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER 0: close by reset
    handler.connection.close()
    raise ConnectionResetError


def cut_chunks(handler):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"ff\r\nabc")
    handler.close_connection = True


def hang_up(handler):
    handler.close_connection = True


def no_http(handler):
    handler.wfile.write(b"220 mail.example ESMTP\r\n")
    handler.close_connection = True


def to(target, status=302):
    return reply(status=status, Location=target)


REFUSED = {
    "429 and an hour": reply(status=429, Retry_After="3600"),
    "429 and a date tomorrow": reply(status=429, Retry_After="Fri, 02 Jan 2026 00:00:00 GMT"),
    "429 for the day, without a time": reply(b'{"error": "daily quota exceeded"}', 429),
    "500": reply(status=500),
    "502 with a page": reply(PAGE, 502, Content_Type="text/html"),
    "503 for ever": reply(status=503),
    "503 and a day": reply(status=503, Retry_After="86400"),
    "504": reply(status=504),
    "400": reply(b'{"error": "bad request"}', 400),
    "401": reply(status=401),
    "403 with a page": reply(PAGE, 403, Content_Type="text/html"),
    "404": reply(status=404),
    "410": reply(b'{"detail": "this version is gone"}', 410),
    "204": reply(status=204),
    "an empty 200": reply(),
    "a page with 200": reply(PAGE, Content_Type="text/html"),
    "a page called JSON": reply(PAGE, Content_Type="application/json"),
    "a redirect to a login page": to("https://login.publisher.example/?next=/"),
    "a redirect to another host": to("//elsewhere.example/table"),
    "a redirect to http": to("http://publisher.example/table"),
    "a redirect to a file": to("file:///etc/passwd"),
    "a redirect to a link-local address": to("http://169.254.169.254/latest/meta-data"),
    "a redirect to itself": to("#again", 301),
    "a redirect to nowhere": reply(status=302),
    "a redirect with a user": to("https://127.0.0.1@elsewhere.example/"),
    "an endless body": endless,
    "a drip": drip,
    "a bomb": reply(BOMB, Content_Encoding="gzip"),
    "a nested bomb": reply(gzip.compress(BOMB), Content_Encoding="gzip, gzip"),
    "a bomb in the file": reply(gzip.compress(BOMB)),
    "gzip cut, its length right": reply(gzip.compress(b"BE,2024,1\n" * 999, mtime=0)[:-20], Content_Encoding="gzip"),
    "gzip announced and absent": reply(b"BE,2024,1\n", Content_Encoding="gzip"),
    "another packing": reply(b"x", Content_Encoding="br"),
    "a body shorter than announced": reply(b"BE,2024", length=99),
    "a chunk cut": cut_chunks,
    "a reset midway": reset,
    "no answer": hang_up,
    "another protocol": no_http,
}


@pytest.fixture(scope="module")
def publisher(replay_server):
    server = replay_server()
    yield server
    server.close()


def client(fake_clock, **rest):
    return Client(limits=LIMITS, clock=fake_clock(tick=0.5), loopback=True, jitter=lambda: 0.5, **rest)


def read(source, caller):
    module = importlib.import_module(f"connectors.{source.id}")
    try:
        return module.parse(module.fetch(caller.bound(source), source), source)
    finally:
        caller.close()


@pytest.mark.parametrize("source", CALLED, ids=lambda source: source.id)
@pytest.mark.parametrize("name", REFUSED)
def test_an_answer_that_is_none_is_refused_by_name_and_cause(publisher, fake_clock, source, name):
    publisher.always(REFUSED[name])
    publisher.seen.clear()
    with pytest.raises(ConnectorError) as caught:
        read(publisher.stand_in(source), client(fake_clock))
    assert caught.value.source_id == source.id
    assert len(caught.value.cause) > 15
    if "redirect" in name:
        assert len(publisher.seen) <= 1 + LIMITS.redirects


CURED = {
    "503, then the file": [reply(status=503)],
    "429 and two seconds, then the file": [reply(status=429, Retry_After="2")],
    "429 and a date, then the file": [reply(status=429, Retry_After="Thu, 01 Jan 2026 00:00:30 GMT")],
    "a reset, then the file": [reset],
    "half the body, then the file": [reply(b"half", length=99)],
    "no answer, then the file": [hang_up],
    "a redirect on the same host": [to("/elsewhere")],
}


@pytest.mark.parametrize("source", [s for s in CALLED if s.id in FORMS], ids=lambda source: source.id)
@pytest.mark.parametrize("name", CURED)
def test_what_a_second_try_cures_is_cured(publisher, fake_clock, source, name):
    form = FORMS[source.id]
    source = source.model_copy(update={"datasets": {form.dataset: source.datasets[form.dataset]}})
    (content,) = form.write(form.table())
    publisher.always(*CURED[name], reply(content))
    frame = read(publisher.stand_in(source), client(fake_clock))
    publisher.always(reply(content))
    assert frame.equals(read(publisher.stand_in(source), client(fake_clock)))


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Encoding": "gzip"},
        {"Content_Type": "text/plain; charset=utf-8"},
        {"Content_Type": "application/x-odd"},
    ],
)
@pytest.mark.parametrize("source", [s for s in CALLED if s.id in FORMS], ids=lambda source: source.id)
def test_another_wrapping_changes_nothing(publisher, fake_clock, source, headers):
    form = FORMS[source.id]
    source = source.model_copy(update={"datasets": {form.dataset: source.datasets[form.dataset]}})
    (content,) = form.write(form.table())
    sent = gzip.compress(content) if "Content_Encoding" in headers else content
    publisher.always(reply(sent, **headers))
    frame = read(publisher.stand_in(source), client(fake_clock))
    assert frame["obs_value"].notna().all()


def test_there_are_faults_enough(capsys):
    from tests.connectors.spoilt import BENIGN, DAMAGES, FAULTS, HARMLESS
    from tests.connectors.test_faults import cases, file_cases

    kinds = {"answers": len(REFUSED), "tables": len(FAULTS), "files": len(DAMAGES)}
    tried = len(REFUSED) * len(CALLED) + len(cases(FAULTS)) + len(file_cases(DAMAGES))
    benign = {"tables": len(BENIGN), "files": len(HARMLESS), "answers": len(CURED)}
    with capsys.disabled():
        print(
            f"\n{sum(kinds.values())} kinds of fault ({kinds}), {tried} cases; {sum(benign.values())} benign ({benign})"
        )
    assert sum(kinds.values()) >= 130
    assert tried >= 1300
    assert sum(benign.values()) >= 26


@pytest.mark.parametrize("certificate", ["expired", "wrong_host", "self_signed"])
def test_a_certificate_that_is_not_good_is_refused(replay_server, fake_clock, certificate):
    server = replay_server(TLS / f"{certificate}.pem")
    server.always(reply(b"ok"))
    source = server.stand_in(LOADED.sources["europepollu"])
    caller = client(fake_clock, environment={"REQUESTS_CA_BUNDLE": str(TLS / "ca.pem")})
    with pytest.raises(SourceUnavailable, match="certificate is not trusted"):
        read(source, caller)
    assert server.seen == []
    server.close()


def test_a_certificate_that_is_good_is_accepted(replay_server, fake_clock):
    server = replay_server(TLS / "trusted.pem")
    form = FORMS["europepollu"]
    server.always(reply(form.write(form.table())[0]))
    caller = client(fake_clock, environment={"REQUESTS_CA_BUNDLE": str(TLS / "ca.pem")})
    assert len(read(server.stand_in(LOADED.sources["europepollu"]), caller)) > 0
    server.close()
