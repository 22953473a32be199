"""The client is patient, bounded, discreet and stays where it was sent; each fault of a publisher is loud."""

from __future__ import annotations

import gzip
import struct
import threading
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from config.schema import Source
from connectors.errors import SourceUnavailable
from connectors.http import Client
from connectors.limits import Limits, retry_after

TSV = {"Content-Type": "text/tab-separated-values"}


def a_source(**changes: object) -> Source:
    text = {"en": "x", "fr": "x", "nl": "x"}
    fields = {
        "id": "office",
        "publisher": text,
        "title": text,
        "landing_page": "https://publisher.example",
        "licence": {"id": "CC-BY-4.0", "name": text, "url": "https://publisher.example"},
        "attribution": text,
        "hosts": ("127.0.0.1",),
        "mode": "api",
        "cadence": text,
        "min_interval_s": 0.0,
        "datasets": {},
    }
    return Source.model_validate({**fields, **changes})


@pytest.fixture
def client(clock):
    with_limits = []

    def make(environment=None, **limits):
        made = Client(environment, limits=Limits(**limits), clock=clock, loopback=True, jitter=lambda: 0.5)
        with_limits.append(made)
        return made

    yield make
    for made in with_limits:
        made.close()


def refused(get, url, **rest):
    with pytest.raises(SourceUnavailable) as caught:
        get("table", url, **rest)
    assert caught.value.source_id == "office"
    assert caught.value.dataset == "table"
    return str(caught.value)


# --- what arrives -----------------------------------------------------------------------------------------------------


def test_an_answer_becomes_a_payload_with_its_origin(replay, answer, client):
    url = replay.serve("/t", answer(b"a\tb\n", headers=TSV))
    payload = client().bound(a_source())("table", url, params={"geo": ["BE10", "NL32"], "unit": "PC"})
    assert payload.content == b"a\tb\n"
    assert payload.dataset == "table"
    assert payload.url == f"{url}?geo=BE10&geo=NL32&unit=PC"
    assert payload.retrieved_at == "2026-01-01T00:00:00Z"
    assert payload.sha256 == sha256(b"a\tb\n").hexdigest()
    assert replay.seen[0].path == "/t?geo=BE10&geo=NL32&unit=PC"


def test_a_json_body_makes_it_a_post(replay, answer, client):
    url = replay.serve("/q", answer(b"{}"))
    client().bound(a_source())("table", url, json={"countries": ["BE"]})
    assert (replay.seen[0].method, replay.seen[0].body) == ("POST", b'{"countries": ["BE"]}')


def test_transfer_gzip_is_undone_and_a_gzip_file_is_left_packed(replay, answer, client):
    packed = gzip.compress(b"value\n", mtime=0)
    coded = replay.serve("/coded", answer(packed, headers={"Content-Encoding": "gzip"}))
    file = replay.serve("/file.gz", answer(packed, headers={"Content-Type": "application/gzip"}))
    get = client().bound(a_source())
    assert get("table", coded).content == b"value\n"
    assert get("table", file).content == packed


def test_chunked_answers_arrive_whole(replay, client):
    def chunked(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"3\r\nabc\r\n4\r\ndef\n\r\n0\r\n\r\n")

    url = replay.serve("/c", chunked)
    assert client().bound(a_source())("table", url).content == b"abcdef\n"


# --- patience ---------------------------------------------------------------------------------------------------------


def test_an_unavailable_publisher_is_tried_again_with_growing_pauses(replay, answer, client, clock):
    url = replay.serve("/t", answer(status=503), answer(status=502), answer(b"ok"))
    assert client().bound(a_source())("table", url).content == b"ok"
    assert clock.slept == [1 + 0.5, 2 + 0.5]  # 2^0 and 2^1 seconds, and the jitter


@pytest.mark.parametrize("asked", ["30", "Thu, 01 Jan 2026 00:00:30 GMT"])
def test_retry_after_is_obeyed_to_the_second_and_nothing_is_sent_before(replay, answer, client, clock, asked):
    url = replay.serve("/t", answer(status=429, headers={"Retry-After": asked}), answer(b"ok"))
    assert client().bound(a_source())("table", url).content == b"ok"
    assert clock.slept == [30.0]
    assert len(replay.seen) == 2


def test_a_publisher_that_asks_for_an_hour_is_left_alone(replay, answer, client, clock):
    url = replay.serve("/t", answer(status=429, headers={"Retry-After": "3600"}))
    assert "429 Too Many Requests, and asks to wait 3600 s" in refused(client().bound(a_source()), url)
    assert clock.slept == []
    assert len(replay.seen) == 1


def test_it_gives_up_after_the_last_attempt(replay, answer, client):
    url = replay.serve("/t", answer(status=500))
    assert "500 Internal Server Error, 3 times" in refused(client(attempts=3).bound(a_source()), url)
    assert len(replay.seen) == 3


def test_a_refusal_is_not_repeated_and_is_quoted(replay, answer, client):
    body = b'{"error": [{"status": 400, "id": 150, "label": "INVALID_QUERY_DIMENSION_VALUE"}]}'
    url = replay.serve("/t", answer(body, 400))
    assert "INVALID_QUERY_DIMENSION_VALUE" in refused(client().bound(a_source()), url)
    assert len(replay.seen) == 1


@pytest.mark.parametrize(
    "value,seconds",
    [
        ("7", 7.0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60.0),
        ("Wed, 31 Dec 2025 23:00:00 GMT", 0.0),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after_reads_seconds_and_dates(value, seconds):
    assert retry_after(value, datetime(2026, 1, 1, tzinfo=UTC)) == seconds


# --- pace -------------------------------------------------------------------------------------------------------------


def test_calls_to_one_host_keep_the_declared_interval(replay, answer, client, clock):
    url = replay.serve("/t", answer(b"ok"))
    get = client().bound(a_source(min_interval_s=2.0))
    for _ in range(3):
        get("table", url)
    assert clock.slept == [2.0, 2.0]


def test_one_call_at_a_time_is_under_way_to_a_host(replay, client):
    under_way, most, guard = [0], [0], threading.Lock()

    def slow(handler):
        with guard:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        threading.Event().wait(0.02)
        with guard:
            under_way[0] -= 1
        handler.send_response(200)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"ok")

    url = replay.serve("/t", slow)
    get = client().bound(a_source())
    threads = [threading.Thread(target=get, args=("table", url)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replay.seen) == 6
    assert most == [1]


def test_a_daily_quota_ends_the_calls(replay, answer, client):
    url = replay.serve("/t", answer(b"ok"))
    get = client().bound(a_source(daily_quota=2))
    get("table", url)
    get("table", url)
    assert "daily quota of 2" in refused(get, url)
    assert len(replay.seen) == 2


# --- bounds -----------------------------------------------------------------------------------------------------------


def test_a_body_without_end_is_cut_off_at_the_cap(replay, client):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    url = replay.serve("/t", endless)
    assert "larger than 1000000 bytes" in refused(client(wire_bytes=1_000_000).bound(a_source()), url)


def test_a_bomb_stops_at_the_unpacked_cap(replay, answer, client):
    bomb = gzip.compress(b"\0" * 20_000_000, mtime=0)
    assert len(bomb) < 20_000
    url = replay.serve("/t", answer(bomb, headers={"Content-Encoding": "gzip"}))
    assert "unpacks to more than 1000000 bytes" in refused(client(unpacked_bytes=1_000_000).bound(a_source()), url)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
def test_other_packings_are_refused(replay, answer, client, encoding):
    url = replay.serve("/t", answer(b"?", headers={"Content-Encoding": encoding}))
    assert "only gzip, once" in refused(client().bound(a_source()), url)


def test_a_drip_ends_at_the_deadline(replay, fake_clock):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(400):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            threading.Event().wait(0.005)

    url = replay.serve("/t", drip)
    client = Client(limits=Limits(total_s=20.0), clock=fake_clock(tick=1.0), loopback=True)
    assert "did not arrive within 20 s" in refused(client.bound(a_source()), url)
    client.close()


def test_silence_is_not_waited_out(replay, client):
    gate = threading.Event()
    url = replay.serve("/t", lambda _: gate.wait(5))
    text = refused(client(read_s=0.05, attempts=2).bound(a_source()), url)
    gate.set()
    assert "ReadTimeout" in text
    assert "2 times" in text


# --- broken answers ---------------------------------------------------------------------------------------------------


def test_a_body_shorter_than_declared_is_refused(replay, answer, client):
    def short(handler):
        answer(b"half", headers={"Content-Length": "8"})(handler)
        handler.close_connection = True

    url = replay.serve("/t", short)
    assert "2 times" in refused(client(attempts=2).bound(a_source()), url)


def test_gzip_cut_in_half_with_a_matching_length_is_refused(replay, answer, client):
    packed = gzip.compress(b"".join(b"BE10\t%d\n" % n for n in range(500)), mtime=0)
    url = replay.serve("/t", answer(packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"}))
    assert "the gzip stream was cut" in refused(client().bound(a_source()), url)


def test_a_connection_reset_midway_is_refused(replay, client):
    def reset(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"some")
        handler.wfile.flush()
        handler.connection.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER 0: close by reset
        handler.connection.close()
        handler.close_connection = True
        raise ConnectionResetError

    url = replay.serve("/t", reset)
    assert "2 times" in refused(client(attempts=2).bound(a_source()), url)


def test_an_empty_200_is_refused(replay, answer, client):
    url = replay.serve("/t", answer(b""))
    assert "sends nothing" in refused(client().bound(a_source()), url)


def test_a_web_page_with_status_200_is_refused(replay, answer, client):
    url = replay.serve("/t", answer(b"<p>Back soon", headers={"Content-Type": "text/html; charset=utf-8"}))
    assert "web page" in refused(client().bound(a_source()), url)


def test_no_publisher_at_all_is_refused(client):
    assert "the connection failed" in refused(client(attempts=1).bound(a_source()), "http://127.0.0.1:1/t")


def test_an_address_that_is_none_is_refused(client):
    assert "no valid address" in refused(client().bound(a_source()), "not an address")


# --- where it may go --------------------------------------------------------------------------------------------------


def test_a_redirect_within_the_declared_host_is_followed(replay, answer, client):
    replay.serve("/there", answer(b"ok"))
    url = replay.serve("/t", answer(status=302, headers={"Location": "/there"}))
    payload = client().bound(a_source())("table", url)
    assert payload.content == b"ok"
    assert payload.url == url


@pytest.mark.parametrize(
    "target",
    ["https://login.publisher.example/", "http://169.254.169.254/latest", "file:///etc/passwd", "//elsewhere.example/x",
     "http://localhost:1/", "https://127.0.0.1@elsewhere.example/", "gopher://127.0.0.1/", "http://[::1]/"],
)  # fmt: skip
def test_a_redirect_elsewhere_is_refused_and_never_followed(replay, answer, client, target):
    url = replay.serve("/t", answer(status=302, headers={"Location": target}))
    refused(client().bound(a_source()), url)
    assert len(replay.seen) == 1


def test_redirects_end(replay, answer, client):
    url = replay.serve("/t", answer(status=302, headers={"Location": "/t"}))
    assert "more than 5 redirects" in refused(client().bound(a_source()), url)


def test_plain_http_is_refused_unless_loopback_was_allowed(replay, answer, clock):
    url = replay.serve("/t", answer(b"ok"))
    client = Client(clock=clock)
    assert "is not https" in refused(client.bound(a_source()), url)
    assert "is not https" in refused(client.bound(a_source(hosts=("publisher.example",))), "http://publisher.example/")
    client.close()
    assert replay.seen == []


@pytest.mark.parametrize("url", ["https://other.example/t", "https://publisher.example:8443/t"])
def test_an_undeclared_host_or_port_is_refused(client, url):
    assert "not a declared host" in refused(client().bound(a_source(hosts=("publisher.example",))), url)


# --- keys -------------------------------------------------------------------------------------------------------------


def test_the_key_travels_in_its_header_and_nowhere_else(replay, answer, client):
    url = replay.serve("/t", answer(b"ok"))
    source = a_source(key_variable="OFFICE_KEY")
    payload = client({"OFFICE_KEY": "s3cret"}).bound(source)("table", url, key_header="X-API-Key")
    assert replay.seen[0].headers["X-API-Key"] == "s3cret"
    assert "s3cret" not in payload.model_dump_json()


def test_an_error_that_echoes_the_key_does_not_pass_it_on(replay, answer, client):
    url = replay.serve("/t", answer(b"bad key s3cret", 403))
    source = a_source(key_variable="OFFICE_KEY")
    text = refused(client({"OFFICE_KEY": "s3cret"}).bound(source), url, key_header="X-API-Key")
    assert "bad key ***" in text


@pytest.mark.parametrize(
    "odd",
    [
        b"HTTP/1.1 503 no s3cret here\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: https://s3cret.example/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[s3cret\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: s3cret\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: s3cret\r\nConnection: close\r\n\r\nx",
        b"HTTP/1.1 403 No\r\nContent-Length: 302\r\n\r\n" + b"x" * 296 + b"s3cret",
    ],
)
def test_a_key_echoed_in_any_part_of_an_answer_is_not_passed_on(replay, client, odd):
    def script(handler):
        handler.wfile.write(odd)
        handler.close_connection = True

    source = a_source(key_variable="OFFICE_KEY")
    text = refused(client({"OFFICE_KEY": "s3cret"}, attempts=1).bound(source), replay.serve("/t", script))
    assert "s3cr" not in text
    assert "s3cret" not in repr(text)


def test_a_key_that_no_header_can_carry_is_not_quoted(client):
    get = client({"OFFICE_KEY": "s3cret\n"}).bound(a_source(key_variable="OFFICE_KEY"))
    assert "s3cret" not in refused(get, "https://127.0.0.1/", key_header="X-API-Key")


def test_a_missing_key_names_its_variable(client):
    text = refused(client().bound(a_source(key_variable="OFFICE_KEY")), "https://x.example", key_header="X-API-Key")
    assert "set the environment variable OFFICE_KEY" in text


def test_the_key_does_not_follow_a_redirect_to_another_host(replay, answer, client):
    other = type(replay)()
    try:
        target = other.serve("/t", answer(b"ok"))
        url = replay.serve("/t", answer(status=302, headers={"Location": target}))
        source = a_source(key_variable="OFFICE_KEY")
        client({"OFFICE_KEY": "s3cret"}).bound(source)("table", url, key_header="X-API-Key")
        assert "X-API-Key" in replay.seen[0].headers
        assert "X-API-Key" not in other.seen[0].headers
    finally:
        other.close()


def test_cookies_are_not_kept(replay, answer, client):
    url = replay.serve("/t", answer(b"ok", headers={"Set-Cookie": "id=1; Path=/"}))
    get = client().bound(a_source())
    get("table", url)
    get("table", url)
    assert "Cookie" not in replay.seen[1].headers
