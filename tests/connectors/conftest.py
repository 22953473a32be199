"""A publisher on loopback that can be told to misbehave, a clock that only moves when told, and payloads by name."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.schema import Payload, Source

PAYLOADS = Path(__file__).resolve().parents[1] / "payloads"
ANY = "*"
Script = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Answer:
    """One answer of the replay server; Content-Length is added unless `headers` has one or `length` is False."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: bool = True

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(self.status)
        headers = dict(self.headers)
        if self.length:
            headers.setdefault("Content-Length", str(len(self.body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(self.body)


@dataclass
class Seen:
    """One request as the server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Replay:
    """Answers by path: the last answer of a path is repeated for ever, earlier ones are given once."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.seen: list[Seen] = []
        self._scripts: dict[str, list[Script]] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "http" if certificate is None else "https"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def serve(self, path: str, *scripts: Script) -> str:
        """Answer `path` by these scripts in turn and return its address."""
        self._scripts[path] = list(scripts)
        return self.url(path)

    def always(self, *scripts: Script) -> None:
        """Answer every path that has no scripts of its own by these, in turn."""
        self._scripts[ANY] = list(scripts)

    def url(self, path: str) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}{path}"

    def stand_in(self, source: Source) -> Source:
        """Return the source with every dataset's https address moved to this server: /<host>/<path>."""
        moved = {}
        for name, dataset in source.datasets.items():
            parts = urlsplit(dataset.url)
            moved[name] = dataset.model_copy(update={"url": self.url(f"/{parts.netloc}{parts.path}")})
        update = {"datasets": moved, "hosts": ("127.0.0.1",), "min_interval_s": 0.0}
        return source.model_copy(update=update)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self, path: str) -> Script:
        with self._lock:
            scripts = self._scripts.get(path) or self._scripts.get(ANY) or [Answer(b"not here", 404)]
            return scripts.pop(0) if len(scripts) > 1 else scripts[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                replay.seen.append(Seen(self.command, self.path, dict(self.headers), body))
                try:
                    replay._next(urlsplit(self.path).path)(self)
                except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                    self.close_connection = True

            do_GET = do_POST = answer  # noqa: N815 (names of the standard library)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep the test output quiet."""

        return Handler


class FakeClock:
    """Starts at 2026-01-01 and moves by what is slept, and by `tick` seconds at each look."""

    def __init__(self, tick: float = 0.0) -> None:
        self.elapsed = 0.0
        self.tick = tick
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        self.elapsed += self.tick
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds


@pytest.fixture
def replay() -> Iterator[Replay]:
    server = Replay()
    yield server
    server.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def a_payload() -> Callable[..., Payload]:
    """Make a payload from bytes, or from a file's bytes; the dataset is the file's first name unless given."""

    def make(content: bytes | str | Path, dataset: str | None = None) -> Payload:
        if isinstance(content, Path):
            dataset, content = dataset or content.name.split(".")[0], content.read_bytes()
        raw = content.encode() if isinstance(content, str) else content
        return Payload(
            dataset=dataset or "table",
            content=raw,
            url="https://publisher.example/table",
            retrieved_at="2026-01-01T00:00:00Z",
            sha256=hashlib.sha256(raw).hexdigest(),
        )

    return make


@pytest.fixture(scope="session")
def answer() -> type[Answer]:
    return Answer


@pytest.fixture(scope="session")
def fake_clock() -> type[FakeClock]:
    return FakeClock


@pytest.fixture(scope="session")
def payloads_folder() -> Path:
    return PAYLOADS


@pytest.fixture(scope="session")
def replay_server() -> type[Replay]:
    return Replay
