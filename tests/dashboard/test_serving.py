"""The server process on loopback: slow, large and malformed askers cost it nothing, and costly forms wait apart."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from dashboard import security
from dashboard.serving import limits, ready
from dashboard.serving.run import costly, server

PAGE = b"x" * 5_000
LARGE = 30_000_000  # more than the buffers of both ends hold


class Application:
    """A WSGI application with a page, a large answer, an echo and a form that is held until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path == "/fails":
            raise RuntimeError("on purpose")
        if path == "/held.png":
            self.go.wait(20)
        body = {"/large": b"y" * LARGE, "/echo": environ["wsgi.input"].read()}.get(path, PAGE)
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
        if path == "/kept":
            headers += [("ETag", '"abc"'), ("Cache-Control", "public, max-age=3600"), ("Vary", "Accept-Encoding")]
        start("200 OK", headers)
        return [body]


@contextmanager
def running(application: Application) -> Iterator[int]:
    """Serve on a free port of this machine while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = server(application, "127.0.0.1", port)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    while not made.started:
        time.sleep(0.01)
    yield port
    application.go.set()
    made.should_exit = made.force_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def app() -> Application:
    return Application()


@pytest.fixture
def port(app: Application) -> Iterator[int]:
    with running(app) as found:
        yield found


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def said(port: int, sent: bytes) -> bytes:
    """Return all that the server answers to raw bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        pieces = []
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


def rest(connection: socket.socket) -> int:
    """Return how many bytes come until the end, however it comes."""
    taken = 0
    try:
        while piece := connection.recv(65_536):
            taken += len(piece)
    except ConnectionResetError:
        pass
    return taken


def sockets(stack: ExitStack, port: int, count: int) -> list[socket.socket]:
    return [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(count)]


REFUSED = {
    "no HTTP": (b"GARBAGE\r\n\r\n", 400),
    "no such version": (b"GET / HTTP/3.7\r\nHost: a\r\n\r\n", 400),
    "no such method": (b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "a length that is no number": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n", 400),
    "a long address": (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "an endless address": (b"GET /" + b"a" * 60_000, 414),
    "a long header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 60_000, 431),
    "many headers": (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 10_000, 431),
    "a large body": (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + b"a" * 70_000, 413),
    "large pieces": (
        b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n12000\r\n" + b"a" * 0x12000,
        413,
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused_has_a_sentence_and_every_security_header(port: int, app: Application, kind: str) -> None:
    sent, status = REFUSED[kind]
    head, _, body = said(port, sent).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    for name, value in security.bare().items():
        assert f"{name.lower()}: {value}".encode() in head
    assert body.endswith(b".")
    assert app.asked == []


def test_a_body_within_the_limit_is_read_whole(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/echo", body=b"b" * limits.BODY_BYTES)
    assert connection.getresponse().read() == b"b" * limits.BODY_BYTES
    connection.request("POST", "/echo", body=iter([b"one", b"two"]), encode_chunked=True)  # no length
    assert connection.getresponse().read() == b"onetwo"
    connection.close()


WAITING = {
    "silent": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: a\r\nX-",
    "half a body": b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{",
    "readers that do not read": b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("kind", WAITING)
def test_many_who_wait_stop_nobody(port: int, kind: str) -> None:
    with ExitStack() as stack:
        for one in sockets(stack, port, 30):
            one.sendall(WAITING[kind])
        for _ in range(5):
            assert get(port, "/") == (200, get(port, "/")[1], PAGE)


def test_what_does_not_arrive_in_time_is_ended(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HEAD_S", 0.3)
    monkeypatch.setattr(limits, "BODY_S", 0.3)
    assert said(port, b"") == b""
    assert said(port, WAITING["half a head"]).startswith(b"HTTP/1.1 408 ")
    assert said(port, WAITING["half a body"]).startswith(b"HTTP/1.1 408 ")


def test_a_drip_does_not_reset_the_deadline(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HEAD_S", 0.5)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.settimeout(0.1)
        answer = b""
        for letter in b"GET / HTTP/1.1\r\nHost: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":
            connection.send(bytes([letter]))
            try:
                answer = connection.recv(100)
                break
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_reader_who_takes_nothing_is_dropped(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STALLED_S", 0.3)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(WAITING["readers that do not read"])
        time.sleep(1.0)
        taken = rest(connection)
    assert taken < LARGE


def test_too_many_connections_are_told_to_come_again(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CONNECTIONS", 5)
    with ExitStack() as stack:
        sockets(stack, port, 5)
        assert said(port, b"").startswith(b"HTTP/1.1 503 ")
    deadline = time.monotonic() + 5
    while (status := get(port, "/")[0]) == 503 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status == 200


def test_costly_forms_wait_for_each_other_and_no_page_waits_for_them(
    port: int, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        for one in sockets(stack, port, limits.COSTLY_THREADS + limits.COSTLY_WAITING):
            one.sendall(b"GET /held.png HTTP/1.1\r\nHost: a\r\n\r\n")
        while len(app.asked) < limits.COSTLY_THREADS:
            time.sleep(0.01)
        assert get(port, "/")[0] == 200
        status, headers, _ = get(port, "/another.png")
        assert (status, headers["retry-after"]) == (503, "2")
        assert app.asked.count("/held.png") == limits.COSTLY_THREADS
        app.go.set()


def test_an_error_of_the_application_ends_one_answer_only(port: int) -> None:
    assert get(port, "/fails")[0] == 500
    assert get(port, "/")[0] == 200


def test_which_forms_are_costly() -> None:
    slow = ("/en/i/a.png", "/fr/brief.pdf", "/api/v1/scores", "/en/overall.json", "/en/overall@2026-08-18-81f9537e.csv")
    assert all(costly(path) for path in slow)
    assert not any(costly(path) for path in ("/en/", "/en/i/a.html", "/en/i/a.csv", "/static/a.css", "/healthz"))


def test_a_kept_answer_is_given_without_asking_again(port: int, app: Application) -> None:
    first, second = get(port, "/kept"), get(port, "/kept")
    assert first[2] == second[2] == PAGE
    assert first[1] | {"date": ""} == second[1] | {"date": ""}
    assert app.asked.count("/kept") == 1
    status, headers, body = get(port, "/kept", {"If-None-Match": 'W/"abc"'})
    assert (status, body, headers["etag"]) == (304, b"", '"abc"')
    assert "content-security-policy" not in headers
    assert get(port, "/kept", {"If-None-Match": '"other"'})[0] == 200
    assert app.asked.count("/kept") == 1


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Range": "bytes=0-1"}, {"Accept-Encoding": "gzip;q=0"}])
def test_what_an_asker_invents_is_never_kept(port: int, app: Application, headers: dict[str, str]) -> None:
    for _ in range(2):
        assert get(port, "/kept", headers)[0] == 200
    assert app.asked.count("/kept") == 2


def test_the_store_is_bounded_in_bytes_and_forgets_what_was_not_asked_for_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    store = ready.Ready(frozenset({b"a"}), lambda: now[0])
    headers = [(b"etag", b"1")]  # 5 bytes
    monkeypatch.setattr(limits, "READY_BYTES", 3 * 105)
    keys = [store.key("GET", f"/{n}".encode(), b"", "http", {b"host": b"a"}) for n in range(4)]
    for key in keys[:3]:
        assert key is not None
        store.keep(key, 200, headers, b"x" * 100)
    assert store.find(keys[0])  # type: ignore[arg-type]
    store.keep(keys[3], 200, headers, b"x" * 100)  # type: ignore[arg-type]
    assert store.held == 3 * 105
    assert [bool(store.find(key)) for key in keys] == [True, False, True, True]  # type: ignore[arg-type]
    now[0] = limits.READY_S + 1
    assert not any(store.find(key) for key in keys)  # type: ignore[arg-type]
    assert store.held == 0


def test_what_has_no_validator_or_may_not_be_kept_is_not() -> None:
    store = ready.Ready(frozenset({b"a"}), lambda: 0.0)
    key = store.key("GET", b"/", b"", "http", {b"host": b"a"})
    assert key is not None
    store.keep(key, 200, [], b"x")
    store.keep(key, 404, [(b"etag", b"1")], b"x")
    store.keep(key, 200, [(b"etag", b"1"), (b"cache-control", b"no-store")], b"x")
    store.keep(key, 200, [(b"etag", b"1"), (b"set-cookie", b"a=b")], b"x")
    store.keep(key, 200, [(b"etag", b"1")], b"x" * (limits.READY_LARGEST + 1))
    assert store.find(key) is None
    assert store.key("POST", b"/", b"", "http", {b"host": b"a"}) is None
