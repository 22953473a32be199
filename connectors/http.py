"""The only module that opens a connection to a publisher, and what it never does.

It never waits without end (connect, read and total time, over every byte of an exchange: `connectors.wire`), never
holds more than declared (bytes on the wire, bytes unpacked), never follows a redirect off the source's declared hosts,
never leaves TLS (loopback excepted, when a test says so), never has two calls under way to one host, never calls a host
faster than the source declares, never retries before the moment a publisher named, and never lets a key into an
address, a message or a payload.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPException
from typing import Any

import requests
import urllib3

from config.schema import Payload, Source
from connectors import wire
from connectors.contract import Get, Params, Ready, Version
from connectors.errors import SourceUnavailable, excerpt, kind_of, redacted, short
from connectors.limits import Clock, Limits, asked_pause, whole_number
from connectors.request import Answer, Call, TryAgainError, parts_of, redirected, target_of
from connectors.store import Store, Validators
from connectors.unpack import UnpackError, gunzip

USER_AGENT = "four-pillars (open data dashboard)"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_REDIRECTS, _CHUNK = (301, 302, 303, 307, 308), 64 * 1024
_NETWORK_FAULTS = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError)


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
        self._session = wire.session(self._environment, USER_AGENT)
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
            secret = self._environment.get(source.key_variable or "", "")
            all_headers = {**(headers or {}), **({key_header: self._key(source, dataset)} if key_header else {})}
            try:
                request = requests.Request(
                    "GET" if json is None else "POST", url, params=params, headers=all_headers, json=json
                )
                prepared = self._session.prepare_request(request)
            except (requests.RequestException, ValueError) as error:
                said = redacted(f"no valid address: {error}", secret)
                raise SourceUnavailable(source.id, said, dataset=dataset, url=url) from error
            limits = self._limits.of(source.id)
            deadline = self._clock.monotonic() + limits.total_s
            call = Call(source, dataset, prepared, limits, deadline, key_header, ready, secret=secret)
            store = self._store
            return self._payload(call, self._persist(call)) if store is None else self._kept(store, call, version)

        return get

    def _kept(self, store: Store, call: Call, version: Version | None) -> Payload:
        """Return the answer kept in the store while it is known to be the publisher's still, else a new one."""
        held = store.held(call.source.id, call.key)
        if held and held.fresh:
            return held.payload
        mark = version() if version else ""
        if held and mark and mark == held.validators.version:
            answer = Answer(None)
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

    def _payload(self, call: Call, answer: Answer) -> Payload:
        content = answer.content or b""
        return Payload(
            dataset=call.dataset,
            content=content,
            url=call.request.url or "",
            retrieved_at=self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            sha256=sha256(content).hexdigest(),
            last_modified=answer.validators.last_modified,
        )

    def _persist(self, call: Call) -> Answer:
        """Return the answer, trying again where an answer invites it or is not ready, and time allows."""
        failures, polls = 0, 0
        while True:
            try:
                answer = self._follow(call)
                if call.ready is None or answer.content is None or call.ready(answer.content):
                    return answer
                reason = TryAgainError("the publisher postpones the answer", min(5.0 * 2**polls, call.limits.poll_s))
                polls += 1
            except TryAgainError as refusal:
                reason, failures = refusal, failures + 1
                if failures >= call.limits.attempts:
                    raise call.fault(f"{reason}, {failures} times") from reason
            self._wait(call, failures, reason)

    def _wait(self, call: Call, attempt: int, reason: TryAgainError) -> None:
        seconds = 2.0 ** (attempt - 1) + self._jitter() if reason.wait_s is None else reason.wait_s
        left = call.deadline - self._clock.monotonic()
        if seconds > min(call.limits.longest_wait_s, left):
            raise call.fault(f"{reason}, and asks to wait {seconds:.0f} s; refresh again later") from reason
        self._clock.sleep(seconds)

    def _follow(self, call: Call) -> Answer:
        """Return the answer, following redirects as far as the declared hosts reach."""
        request = call.request
        for _ in range(call.limits.redirects + 1):
            host = self._permitted(call, request)
            with self._turn(host):
                self._keep_pace(call, host)
                target, answer = self._exchange(call, request)
            if target is None:
                return answer
            request = redirected(call, request, target)
        raise call.fault(f"more than {call.limits.redirects} redirects")

    def _permitted(self, call: Call, request: requests.PreparedRequest) -> str:
        """Return the host of a request; raises SourceUnavailable when it may not be called."""
        parts, port = parts_of(call, request)
        host = parts.hostname or ""
        local = self._loopback and host in LOOPBACK
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise call.fault(f"the address {short(request.url)} is not https")
        if host not in call.source.hosts or (port not in (None, 443) and not local):
            where = "the answer redirects to" if request is not call.request else "the address is on"
            raise call.fault(f"{where} {parts.netloc!r}, which is not a declared host ({', '.join(call.source.hosts)})")
        return parts.netloc

    def _turn(self, host: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(host, threading.Lock())

    def _keep_pace(self, call: Call, host: str) -> None:
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

    def _exchange(self, call: Call, request: requests.PreparedRequest) -> tuple[str | None, Answer]:
        """Return (redirect target, nothing) or (None, answer) of one request."""
        left = call.deadline - self._clock.monotonic()
        if left <= 0:
            raise call.overdue()
        bounds = wire.Bounds(
            lambda: call.deadline - self._clock.monotonic(), call.limits.read_s, call.limits.wire_bytes
        )
        try:
            with wire.under(bounds):
                return self._answered(call, request, left)
        except requests.exceptions.SSLError as error:
            raise call.fault(f"the publisher's certificate is not trusted: {kind_of(error)}") from error
        except _NETWORK_FAULTS as error:
            if bounds.bytes_left < 0:
                raise call.fault(f"the answer is larger than {call.limits.wire_bytes} bytes") from error
            if self._clock.monotonic() > call.deadline:
                raise call.overdue() from error
            raise TryAgainError(f"the connection failed ({kind_of(error)})") from error

    def _answered(self, call: Call, request: requests.PreparedRequest, left: float) -> tuple[str | None, Answer]:
        settings = self._session.merge_environment_settings(request.url or "", {}, True, None, None)
        patience = min(call.limits.connect_s, left), min(call.limits.read_s, left)
        answer = self._session.send(request, **settings, timeout=patience, allow_redirects=False)
        with answer:
            if answer.status_code in _REDIRECTS:
                return target_of(call, request, answer), Answer(None)
            if answer.status_code == 304 and call.held:
                return None, Answer(None)
            content = self._read(call, answer)
        self._judge(call, answer, content)
        said = Validators(answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
        return None, Answer(content, said)

    def _read(self, call: Call, answer: requests.Response) -> bytes:
        """Return the body, streamed under the limits and freed from its transfer packing."""
        arrived = bytearray()
        while piece := answer.raw.read1(_CHUNK, decode_content=False):
            arrived += piece
            if len(arrived) > call.limits.wire_bytes:
                raise call.fault(f"the answer is larger than {call.limits.wire_bytes} bytes")
            if self._clock.monotonic() > call.deadline:
                raise call.overdue()
        transfer = answer.headers.get("Transfer-Encoding", "").strip().lower()
        if transfer not in ("", "identity", "chunked"):
            raise call.fault(f"the answer is transferred as {transfer!r:.80}; only in chunks is accepted")
        declared = answer.headers.get("Content-Length")
        if declared is not None and transfer != "chunked":
            self._require_length(len(arrived), declared)
        return self._unpacked(call, bytes(arrived), answer.headers.get("Content-Encoding", ""))

    def _require_length(self, arrived: int, declared: str) -> None:
        """Raise where another number of bytes arrived than the header Content-Length says, whatever it says."""
        if arrived != whole_number(declared):
            raise TryAgainError(f"the answer was cut: {arrived} of {declared:.30} bytes arrived")

    def _unpacked(self, call: Call, content: bytes, encoding: str) -> bytes:
        layers = [
            layer.strip().lower() for layer in encoding.split(",") if layer.strip().lower() not in ("", "identity")
        ]
        if layers not in ([], ["gzip"], ["x-gzip"]):
            raise call.fault(f"the answer is packed as {encoding!r}; only gzip, once, is accepted")
        if not layers or not content:
            return content
        try:
            return gunzip(content, call.limits.unpacked_bytes)
        except UnpackError as error:
            raise call.fault(str(error)) from error

    def _judge(self, call: Call, answer: requests.Response, content: bytes) -> None:
        """Raise for an answer that is no file: a refusal, a fault of the publisher, nothing at all, or a web page."""
        code = answer.status_code
        if code == 429 or code >= 500:
            wait = asked_pause(answer.headers, content, self._clock.now(), limited=code == 429)
            raise TryAgainError(f"the publisher answers {code} {answer.reason or ''}".rstrip(), wait)
        if code != 200:
            raise call.fault(f"the publisher answers {code}: {excerpt(content, call.secret)}", code)
        if not content:
            raise call.fault("the publisher answers 200 and sends nothing")
        kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml"):
            raise call.fault("the answer is a web page (a login, a notice of maintenance), not the file")
