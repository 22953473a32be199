"""The only module that opens a connection to a publisher, and what it never does.

It never waits without end (connect, read and total time), never holds more than declared (bytes on the wire, bytes
unpacked), never follows a redirect off the source's declared hosts, never leaves TLS (loopback excepted, when a test
says so), never has two calls under way to one host, never calls a host faster than the source declares, never retries
before the moment a publisher named, and never lets a key into an address, a message or a payload.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from config.schema import Payload, Source
from connectors.contract import Get, Params, Ready, Version
from connectors.errors import SourceUnavailable, excerpt, kind_of, short
from connectors.limits import Clock, Limits, asked_pause
from connectors.store import Held, Store, Validators
from connectors.unpack import UnpackError, gunzip

USER_AGENT = "four-pillars (open data dashboard)"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_REDIRECTS, _CHUNK = (301, 302, 303, 307, 308), 64 * 1024
_NETWORK_FAULTS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)


class WallClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the moment, with time zone UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True)
class _Call:
    """One request and what it must not outlive."""

    source: Source
    dataset: str
    request: requests.PreparedRequest
    deadline: float
    key_header: str | None = None
    ready: Ready | None = None
    held: Held | None = None

    @property
    def key(self) -> str:
        """What tells this request from others of its source; never a header."""
        body = self.request.body or b""
        body = body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")
        return "\n".join((self.dataset, self.request.method or "", self.request.url or "", body))

    def fault(self, cause: str, status: int | None = None) -> SourceUnavailable:
        """Return the error that names this call's source, dataset and address."""
        return SourceUnavailable(self.source.id, cause, dataset=self.dataset, url=self.request.url, status=status)


@dataclass(frozen=True)
class _Answer:
    """The body of an answer and what it can be recognised by; None for "not modified"."""

    content: bytes | None
    validators: Validators = field(default_factory=Validators)


class _TryAgainError(Exception):
    """The answer invites another attempt; carries the publisher's own waiting time, if it named one."""

    def __init__(self, cause: str, wait_s: float | None = None) -> None:
        super().__init__(cause)
        self.wait_s = wait_s


class Client:
    """Calls publishers politely; `bound(source)` gives a connector its `Get`."""

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        *,
        limits: Limits | None = None,
        clock: Clock | None = None,
        loopback: bool = False,
        jitter: Callable[[], float] = random.random,
        store: Store | None = None,
    ) -> None:
        self._environment = environment or {}
        self._limits = limits or Limits()
        self._clock = clock or WallClock()
        self._loopback = loopback
        self._jitter = jitter
        self._store = store
        self._session = _session(self._environment)
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        self._last_call: dict[str, float] = {}
        self._calls: dict[str, int] = {}

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def bound(self, source: Source) -> Get:
        """Return the `Get` of a source: its hosts, its pace, its quota, its key."""

        def get(
            dataset: str,
            url: str,
            *,
            params: Params | None = None,
            headers: Mapping[str, str] | None = None,
            json: Any = None,
            key_header: str | None = None,
            ready: Ready | None = None,
            version: Version | None = None,
        ) -> Payload:
            all_headers = {**(headers or {}), **({key_header: self._key(source, dataset)} if key_header else {})}
            try:
                request = requests.Request(
                    "GET" if json is None else "POST", url, params=params, headers=all_headers, json=json
                )
                prepared = self._session.prepare_request(request)
            except requests.RequestException as error:
                raise SourceUnavailable(source.id, f"no valid address: {error}", dataset=dataset, url=url) from error
            deadline = self._clock.monotonic() + self._limits.total_s
            call = _Call(source, dataset, prepared, deadline, key_header, ready)
            store = self._store
            return self._payload(call, self._persist(call)) if store is None else self._kept(store, call, version)

        return get

    def _kept(self, store: Store, call: _Call, version: Version | None) -> Payload:
        """Return the answer kept in the store while it is known to be the publisher's still, else a new one."""
        held = store.held(call.source.id, call.key)
        if held and held.fresh:
            return held.payload
        mark = version() if version else ""
        if held and mark and mark == held.validators.version:
            answer = _Answer(None)
        else:
            call = replace(call, held=held)
            call.request.headers.update(held.validators.headers() if held else {})
            answer = self._persist(call)
        if held and answer.content is None:
            store.keep(call.source.id, call.key, held.payload, held.validators, self._clock.now())
            return held.payload.model_copy(update={"note": f"unchanged since {mark or held.payload.retrieved_at}"})
        payload = self._payload(call, answer)
        marked = replace(answer.validators, version=mark)
        store.keep(call.source.id, call.key, payload, marked, self._clock.now())
        return payload

    def _key(self, source: Source, dataset: str) -> str:
        key = self._environment.get(source.key_variable or "", "")
        if not key:
            cause = f"this source needs a key; set the environment variable {source.key_variable}"
            raise SourceUnavailable(source.id, cause, dataset=dataset)
        return key

    def _payload(self, call: _Call, answer: _Answer) -> Payload:
        content = answer.content or b""
        return Payload(
            dataset=call.dataset,
            content=content,
            url=call.request.url or "",
            retrieved_at=self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            sha256=sha256(content).hexdigest(),
            last_modified=answer.validators.last_modified,
        )

    def _persist(self, call: _Call) -> _Answer:
        """Return the answer, trying again where an answer invites it or is not ready, and time allows."""
        failures, polls = 0, 0
        while True:
            try:
                answer = self._follow(call)
                if call.ready is None or answer.content is None or call.ready(answer.content):
                    return answer
                reason = _TryAgainError("the publisher postpones the answer", min(5.0 * 2**polls, self._limits.poll_s))
                polls += 1
            except _TryAgainError as refusal:
                reason, failures = refusal, failures + 1
                if failures >= self._limits.attempts:
                    raise call.fault(f"{reason}, {failures} times") from reason
            self._wait(call, failures, reason)

    def _wait(self, call: _Call, attempt: int, reason: _TryAgainError) -> None:
        seconds = 2.0 ** (attempt - 1) + self._jitter() if reason.wait_s is None else reason.wait_s
        left = call.deadline - self._clock.monotonic()
        if seconds > min(self._limits.longest_wait_s, left):
            raise call.fault(f"{reason}, and asks to wait {seconds:.0f} s; refresh again later") from reason
        self._clock.sleep(seconds)

    def _follow(self, call: _Call) -> _Answer:
        """Return the answer, following redirects as far as the declared hosts reach."""
        request = call.request
        for _ in range(self._limits.redirects + 1):
            host = self._permitted(call, request)
            with self._turn(host):
                self._keep_pace(call, host)
                target, answer = self._exchange(call, request)
            if target is None:
                return answer
            request = _redirected(call, request, target)
        raise call.fault(f"more than {self._limits.redirects} redirects")

    def _permitted(self, call: _Call, request: requests.PreparedRequest) -> str:
        """Return the host of a request; raises SourceUnavailable when it may not be called."""
        parts = urlsplit(request.url or "")
        host = parts.hostname or ""
        local = self._loopback and host in LOOPBACK
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise call.fault(f"the address {short(request.url)} is not https")
        if host not in call.source.hosts or (parts.port not in (None, 443) and not local):
            where = "the answer redirects to" if request is not call.request else "the address is on"
            raise call.fault(f"{where} {parts.netloc!r}, which is not a declared host ({', '.join(call.source.hosts)})")
        return parts.netloc

    def _turn(self, host: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(host, threading.Lock())

    def _keep_pace(self, call: _Call, host: str) -> None:
        """Wait out the source's interval since the last call to the host, and count the call."""
        quota = call.source.daily_quota
        with self._guard:
            self._calls[call.source.id] = self._calls.get(call.source.id, 0) + 1
            used = self._calls[call.source.id]
        if quota is not None and used > quota:
            raise call.fault(f"the daily quota of {quota} calls is used up; refresh again tomorrow")
        since = self._clock.monotonic() - self._last_call.get(host, float("-inf"))
        if since < call.source.min_interval_s:
            self._clock.sleep(call.source.min_interval_s - since)
        self._last_call[host] = self._clock.monotonic()

    def _exchange(self, call: _Call, request: requests.PreparedRequest) -> tuple[str | None, _Answer]:
        """Return (redirect target, nothing) or (None, answer) of one request."""
        limits = self._limits
        settings = self._session.merge_environment_settings(request.url or "", {}, True, None, None)
        try:
            answer = self._session.send(
                request, **settings, timeout=(limits.connect_s, limits.read_s), allow_redirects=False
            )
            with answer:
                if answer.status_code in _REDIRECTS:
                    return _target(call, request, answer), _Answer(None)
                if answer.status_code == 304 and call.held:
                    return None, _Answer(None)
                content = self._read(call, answer)
        except requests.exceptions.SSLError as error:
            raise call.fault(f"the publisher's certificate is not trusted: {kind_of(error)}") from error
        except _NETWORK_FAULTS as error:
            raise _TryAgainError(f"the connection failed ({kind_of(error)})") from error
        self._judge(call, answer, content)
        said = Validators(answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
        return None, _Answer(content, said)

    def _read(self, call: _Call, answer: requests.Response) -> bytes:
        """Return the body, streamed under the limits and freed from its transfer packing."""
        wire = bytearray()
        while piece := answer.raw.read1(_CHUNK, decode_content=False):
            wire += piece
            if len(wire) > self._limits.wire_bytes:
                raise call.fault(f"the answer is larger than {self._limits.wire_bytes} bytes")
            if self._clock.monotonic() > call.deadline:
                raise call.fault(f"the answer did not arrive within {self._limits.total_s:g} s")
        declared = answer.headers.get("Content-Length", "")
        if declared.isdecimal() and len(wire) != int(declared):
            raise _TryAgainError(f"the answer was cut: {len(wire)} of {declared} bytes arrived")
        return self._unpacked(call, bytes(wire), answer.headers.get("Content-Encoding", ""))

    def _unpacked(self, call: _Call, content: bytes, encoding: str) -> bytes:
        layers = [
            layer.strip().lower() for layer in encoding.split(",") if layer.strip().lower() not in ("", "identity")
        ]
        if layers not in ([], ["gzip"], ["x-gzip"]):
            raise call.fault(f"the answer is packed as {encoding!r}; only gzip, once, is accepted")
        if not layers or not content:
            return content
        try:
            return gunzip(content, self._limits.unpacked_bytes)
        except UnpackError as error:
            raise call.fault(str(error)) from error

    def _judge(self, call: _Call, answer: requests.Response, content: bytes) -> None:
        """Raise for an answer that is no file: a refusal, a fault of the publisher, nothing at all, or a web page."""
        code = answer.status_code
        if code == 429 or code >= 500:
            wait = asked_pause(answer.headers, content, self._clock.now(), limited=code == 429)
            raise _TryAgainError(f"the publisher answers {code} {answer.reason or ''}".rstrip(), wait)
        if code != 200:
            raise call.fault(f"the publisher answers {code}: {excerpt(content, self._secret(call))}", code)
        if not content:
            raise call.fault("the publisher answers 200 and sends nothing")
        kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml"):
            raise call.fault("the answer is a web page (a login, a notice of maintenance), not the file")

    def _secret(self, call: _Call) -> str:
        return self._environment.get(call.source.key_variable or "", "")


def _session(environment: Mapping[str, str]) -> requests.Session:
    """Return a session that takes nothing from the machine but a proxy and a certificate bundle it was handed."""
    session = requests.Session()
    session.trust_env = False  # else .netrc could add credentials
    session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    proxy = environment.get("HTTPS_PROXY") or environment.get("https_proxy")
    if proxy:
        session.proxies["https"] = proxy
    bundle = environment.get("REQUESTS_CA_BUNDLE")
    if bundle:
        session.verify = bundle
    return session


def _target(call: _Call, request: requests.PreparedRequest, answer: requests.Response) -> str:
    location = answer.headers.get("Location")
    if not location or request.method != "GET":
        raise call.fault(f"the publisher answers {answer.status_code} to a {request.method} without a way to follow")
    return urljoin(request.url or "", location)


def _redirected(call: _Call, request: requests.PreparedRequest, target: str) -> requests.PreparedRequest:
    """Return the request aimed at `target`, without the key when that is another host."""
    aimed = request.copy()
    aimed.url = target
    if call.key_header and urlsplit(target).netloc != urlsplit(request.url or "").netloc:
        aimed.headers.pop(call.key_header, None)
    return aimed
