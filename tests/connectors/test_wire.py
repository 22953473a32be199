"""Every byte of an exchange is bounded: a publisher may stop, drip, flood or lie at any place of an answer.

Each case ends in the file itself or in a sentence that names the source, by the deadline.
"""

from __future__ import annotations

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from connectors.errors import SourceUnavailable
from connectors.http import Client
from connectors.limits import Limits
from tests.connectors.raw import Publisher, drip, flood, reset, silence
from tests.connectors.test_http import a_source

TLS = Path(__file__).parent / "tls"
BODY = b"area,value\nBE,1\n"
OK = b"HTTP/1.1 200 OK\r\n"
SIZED = OK + b"Content-Type: text/csv\r\nContent-Length: 16\r\nConnection: close\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
CHUNK = b"10\r\n" + BODY + b"\r\n"
SECONDS = 0.6
LIMITS = Limits(connect_s=5.0, read_s=5.0, total_s=SECONDS, attempts=2, wire_bytes=1_000_000, unpacked_bytes=2_000_000)

# Where an answer goes wrong: what was sent in good order before, and a sign that would go on in good order.
PLACES = {
    "before the status line": (b"", b"H"),
    "in the status line": (b"HTTP/1.1 20", b"0"),
    "after the status line": (OK, b"X"),
    "in a header's name": (OK + b"X-Na", b"m"),
    "in a header's value": (OK + b"X-Name: some", b"v"),
    "between two headers": (OK + b"X-Name: some\r\n", b"Y"),
    "before a body of known length": (SIZED, b"a"),
    "in a body of known length": (SIZED + BODY[:7], b"a"),
    "in a body without length": (OK + b"Connection: close\r\n\r\n" + BODY, b"a"),
    "before the first chunk": (CHUNKED, b"0"),
    "in a chunk's size": (CHUNKED + b"0", b"0"),
    "in a chunk's extension": (CHUNKED + b"10;na", b"m"),
    "in a chunk": (CHUNKED + b"10\r\n" + BODY[:7], b"a"),
    "after a chunk": (CHUNKED + b"10\r\n" + BODY, b"\r"),
    "before the last chunk": (CHUNKED + CHUNK, b"0"),
    "in a trailer": (CHUNKED + CHUNK + b"0\r\nX-Tr", b"a"),
    "after an interim answer": (b"HTTP/1.1 100 Continue\r\n\r\n", b"H"),
    "in early hints": (b"HTTP/1.1 103 Early Hints\r\nLink: </a", b">"),
}
FAULTS = {
    "it closes": lambda _: [],
    "it resets": lambda _: [reset],
    "it is silent": lambda _: [silence],
    "it drips": lambda sign: [drip(sign)],
    "it floods": lambda sign: [flood(sign * 65_536)],
    "it sends line ends for ever": lambda _: [flood(b"\r\n" * 1000)],
    "it sends NUL bytes": lambda _: [b"\0" * 40],
    "it sends no text": lambda _: [b"\xff\xfe\x80" * 20],
}


def sized(*headers: bytes, status: bytes = b"200 OK", body: bytes = BODY) -> list[bytes]:
    length = b"" if any(h.lower().startswith((b"content-length", b"transfer-")) for h in headers) else (
        b"Content-Length: %d\r\n" % len(body)
    )  # fmt: skip
    lines = b"".join(header + b"\r\n" for header in headers)
    return [b"HTTP/1.1 " + status + b"\r\n" + length + lines + b"Connection: close\r\n\r\n" + body]


def to(target: bytes) -> list[bytes]:
    return sized(b"Location: " + target, status=b"302 Found", body=b"")


def later(wait: bytes, status: bytes = b"429 Too Many Requests", name: bytes = b"Retry-After") -> list[bytes]:
    return sized(name + b": " + wait, status=status, body=b"")


# Cases of one kind each, with what the sentence says; None where the file is to arrive.
REDIRECTS = {
    **{target: (to(target), "no valid") for target in (
        b"http://[::1/ok", b"https://[broken/x", b"http://h:99999/", b"http://h:abc/", b"http://h]:80/",
        b"https://127.0.0.1:99999/x", b"https://127.0.0.1:port/x", b"//[/", b"https://[v1.x/", b"http://[::1]:x/",
        b"http://127.0.0.1:-1/", b"http://127.0.0.1:1e3/",
    )},
    **{target: (to(target), "") for target in (
        b"http://[::1]:1/", b"http://[fe80::1%25eth0]/", b"http:///x", b"http://", b"https://", b"?", b"#",
        b"javascript:1", b"data:,x", b"https://" + b"a" * 300 + b"/", b"https://a..b/", b"https://xn--/", b"http://127.0.0.1@[::1]/",
        b"http://\xe2\x80\xae.example/", b"/" + b"a" * 60_000, b"\\\\elsewhere.example\\x",
    )},
    b"/a\0b": (to(b"/a\0b"), "control characters"),
    b"/a\x01b": (to(b"/a\x01b"), "control characters"),
    b"/a folded": (to(b"/a\r\n b"), ""),
    b"": (to(b""), "without a way to follow"),
}  # fmt: skip
WAITS = {
    **{wait: (later(wait), "asks to wait") for wait in (
        b"3600", b"99999999999999", b"9" * 5000, b"Fri, 31 Dec 9999 23:59:59 GMT", b"Fri, 31 Dec 2100 23:59:59 +1400",
    )},
    **{wait: (later(wait), "429 Too Many Requests") for wait in (
        b"\xc2\xb2", b"\xd9\xa1", b"-1", b"1e9", b"soon", b"", b"inf", b"nan",
        b"Fri, 31 Dec 2100 23:59:59 +99999999999999", b"Fri, 99 Dec 2100 23:59:59 GMT",
        b"Mon, 01 Jan 0001 00:00:00 +2359", b"1, 2", b"0x10",
        b"\0", b"9" * 5000 + b"x",
    )},
}  # fmt: skip
QUOTAS = {
    b'RateLimit: "day";r=0;t=3600': "asks to wait 3600 s",
    b"RateLimit: limit=100, remaining=0, reset=1800": "asks to wait 1800 s",
    b"RateLimit-Reset: 900": "asks to wait 900 s",
    b"X-RateLimit-Reset: 800": "asks to wait 800 s",
    b"X-Rate-Limit-Reset: 700": "asks to wait 700 s",
    b'RateLimit: "day";r=0;t=' + b"9" * 5000: "429 Too Many Requests",
    b"RateLimit: \xff": "429 Too Many Requests",
    b"X-RateLimit-Reset: " + b"9" * 5000: "429 Too Many Requests",
}
LENGTHS = {
    length: (sized(b"Content-Length: " + length), said)
    for length, said in {
        b"9" * 5000: "", b"-1": "", b"+16": "was cut", b"16, 16": "was cut", b"16, 17": "", b"0x10": "was cut",
        b"\xc2\xb2": "was cut", b"1 6": "was cut", b"": "was cut", b"17": "",
        b"16": None, b" 16 ": None,
    }.items()
}  # fmt: skip
PACKED = gzip.compress(BODY, mtime=0)
SENT = {
    "a file": (sized(), None),
    "chunks": ([CHUNKED + CHUNK + b"0\r\n\r\n"], None),
    "chunks with a trailer": ([CHUNKED + CHUNK + b"0\r\nX-Sum: 1\r\n\r\n"], None),
    "early hints": ([b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n", *sized()], None),
    "100 Continue, 102 Processing and early hints": (
        [b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n", *sized()],
        None,
    ),
    "interim answers without end": ([flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 10)], ""),
    "early hints without end": ([flood(b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" * 10)], ""),
    "a header that is folded": (sized(b"X-Long: one\r\n two"), None),
    "a folded packing": (sized(b"Content-Encoding:\r\n gzip", body=PACKED), None),
    "labelled gzip and plain": (sized(b"Content-Encoding: gzip"), "labelled gzip and is not packed"),
    "gzip and more behind": (sized(b"Content-Encoding: gzip", body=PACKED + b"more"), "4 bytes follow the end"),
    "gzip and zeros behind": (sized(b"Content-Encoding: gzip", body=PACKED + b"\0" * 100), None),
    "gzip cut": (sized(b"Content-Encoding: gzip", body=PACKED[:-9]), "the gzip stream was cut"),
    "other packing": (sized(b"Content-Encoding: br"), "only gzip, once"),
    "a packing that is no text": (sized(b"Content-Encoding: \xff\0"), "only gzip, once"),
    "150 headers": (sized(*(b"X-%d: y" % n for n in range(150))), ""),
    "a header of 70 kB": (sized(b"X: " + b"y" * 70_000), ""),
    "headers of 600 kB": (sized(*(b"X-%d: " % n + b"y" * 60_000 for n in range(10))), "larger than"),
    "a header with a NUL": (sized(b"X-Nul: a\0b"), None),
    "a header without colon": (sized(b"nonsense"), None),
    "no version": ([b"200 OK\r\n\r\n", BODY], ""),
    "another protocol": ([b"220 mail.example ESMTP\r\n"], ""),
    "a status of four digits": (sized(status=b"2000 OK"), ""),
    "a status in words": (sized(status=b"two hundred"), ""),
    "status 101": (sized(status=b"101 Switching Protocols", body=b""), ""),
    "status 199": ([flood(b"HTTP/1.1 199 Odd\r\n\r\n")], ""),
    "status 206": (sized(status=b"206 Partial Content"), "answers 206"),
    "status 304 unasked": (sized(status=b"304 Not Modified", body=b""), ""),
    "a reason that steers a terminal": (sized(status=b"503 \x1b[2J\x1b]0;x\x07 bad", body=b""), "503  [2J ]0;x  bad"),
    "a reason of 60 kB": (sized(status=b"503 " + b"x" * 60_000, body=b""), "503 xxxx"),
    "status 600": (sized(status=b"600 Odd", body=b""), "600 Odd"),
    "a chunk of negative size": ([CHUNKED, b"-10\r\n", BODY], ""),
    "a chunk of 10^30 bytes": ([CHUNKED, b"f" * 25 + b"\r\n", BODY], ""),
    "a chunk's size of 5,000 digits": ([CHUNKED, b"1" * 5000 + b"\r\n", BODY], ""),
    "a chunk larger than it says": ([CHUNKED, b"5\r\n", BODY, b"\r\n0\r\n\r\n"], ""),
    "chunks and a length": (sized(b"Transfer-Encoding: chunked\r\nContent-Length: 3", body=CHUNK + b"0\r\n\r\n"), None),
    "an odd transfer encoding": (sized(b"Transfer-Encoding: gzip, chunked", body=CHUNK + b"0\r\n\r\n"), ""),
    "endless chunks of one byte": ([CHUNKED, flood(b"1\r\nx\r\n" * 1000)], ""),
    "an endless trailer": ([CHUNKED + CHUNK + b"0\r\n", flood(b"X: y\r\n" * 1000)], ""),
}
CASES = {
    **{f"{place}: {fault}": ([before, *follow(sign)], "")
       for place, (before, sign) in PLACES.items() for fault, follow in FAULTS.items()},
    **{f"to {target[:60]!r}": case for target, case in REDIRECTS.items()},
    **{f"wait {wait[:60]!r}": case for wait, case in WAITS.items()},
    **{f"quota {header[:60]!r}": (sized(header, status=b"429 Too Many Requests", body=b""), said)
       for header, said in QUOTAS.items()},
    **{f"length {length[:60]!r}": case for length, case in LENGTHS.items()},
    **SENT,
}  # fmt: skip


def attempt(url: str, environment: dict[str, str] | None = None) -> tuple[bytes | BaseException, float]:
    """Return what a call gives or raises, and the seconds it takes."""
    client = Client(environment, limits=LIMITS, loopback=True, jitter=lambda: 0.0)
    began = time.monotonic()
    try:
        outcome: bytes | BaseException = client.bound(a_source())("table", url).content
    except BaseException as error:  # noqa: BLE001 - whatever it is: the case says what it should have been
        outcome = error
    client.close()
    return outcome, time.monotonic() - began


def run(cases, certificate=None, at_once=48):
    """Return case -> what the call gave and its seconds; one that never ends fails."""
    environment = {"REQUESTS_CA_BUNDLE": str(TLS / "ca.pem")} if certificate else None
    with closing(Publisher(certificate)) as publisher, ThreadPoolExecutor(at_once) as pool:
        pending = {
            name: pool.submit(attempt, publisher.serve(script), environment) for name, (script, _) in cases.items()
        }
        return {name: future.result(timeout=120) for name, future in pending.items()}


@pytest.fixture(scope="module")
def outcomes():
    return run(CASES)


def check(name, outcome):
    said = CASES[name][1]
    if said is None:
        assert outcome == BODY
    elif isinstance(outcome, bytes):
        # What follows in a body is the body: so many bytes as were announced, or all up to the end of the connection.
        assert outcome == BODY or "in a body" in name or "before a body" in name
        assert len(outcome) == len(BODY) or outcome.startswith(BODY)
    else:
        assert isinstance(outcome, SourceUnavailable), repr(outcome)
        assert said in str(outcome)
        assert 15 < len(outcome.cause) <= 1000
        assert outcome.cause.isprintable()


@pytest.mark.parametrize("name", CASES)
def test_an_answer_ends_in_the_file_or_in_a_sentence(outcomes, name):
    check(name, outcomes[name][0])


def test_there_are_wire_cases_enough():
    assert len(CASES) >= 111


@pytest.mark.parametrize("place", [place for place in PLACES if "known length" not in place])
def test_what_drips_ends_at_the_deadline_and_says_so(outcomes, place):
    assert f"did not arrive within {SECONDS:g} s" in str(outcomes[f"{place}: it drips"][0])


TLS_CASES = {name: CASES[name] for name in (
    "a file", "early hints", "in the status line: it drips", "in a header's value: it drips", "in a trailer: it drips",
    "in a chunk's size: it is silent", "interim answers without end",
)}  # fmt: skip


def test_over_tls_the_same_bounds_hold():
    for name, (outcome, _) in run(TLS_CASES, TLS / "trusted.pem").items():
        check(name, outcome)
        if "drips" in name:
            assert "did not arrive within" in str(outcome)


@pytest.mark.soak
@pytest.mark.parametrize("certificate", [None, TLS / "trusted.pem"], ids=["plain", "tls"])
def test_no_case_takes_longer_than_its_deadline_and_two_seconds(certificate):
    found = run(CASES, certificate, at_once=4)
    assert [name for name, (_, seconds) in found.items() if seconds > SECONDS + 2] == []
    for name, (outcome, _) in found.items():
        check(name, outcome)


def test_a_redirect_in_utf_8_is_followed_as_it_is_meant(replay, answer):
    """`http.client` reads headers as Latin-1: "/données" in UTF-8 became "/donnÃ©es", coded twice."""
    client = Client(loopback=True)
    url = replay.serve("/t", lambda handler: handler.wfile.write(
        b"HTTP/1.1 302 Found\r\nLocation: /donn\xc3\xa9es\r\nContent-Length: 0\r\n\r\n"))  # fmt: skip
    replay.serve("/donn%C3%A9es", answer(BODY))
    assert client.bound(a_source())("table", url).content == BODY
    client.close()
    assert replay.seen[-1].path == "/donn%C3%A9es"
