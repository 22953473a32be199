"""One request to a publisher: what it is known by, what it must not outlive, and where a redirect leads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from config.schema import Source
from connectors.contract import Ready
from connectors.errors import SourceUnavailable, redacted, short
from connectors.limits import Limits
from connectors.store import Held, Validators
from connectors.wire import location as location_of


@dataclass(frozen=True)
class Call:
    """One request and what it must not outlive."""

    source: Source
    dataset: str
    request: requests.PreparedRequest
    limits: Limits
    deadline: float
    key_header: str | None = None
    ready: Ready | None = None
    held: Held | None = None
    secret: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """What tells this request from others of its source; never a header."""
        body = self.request.body or b""
        body = body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")
        return "\n".join((self.dataset, self.request.method or "", self.request.url or "", body))

    def overdue(self) -> SourceUnavailable:
        """Return the error of an answer that is not whole by the deadline."""
        return self.fault(f"the answer did not arrive within {self.limits.total_s:g} s")

    def fault(self, cause: str, status: int | None = None) -> SourceUnavailable:
        """Return the error that names this call's source, dataset and address, without the key an answer may echo."""
        said = redacted(cause, self.secret)
        return SourceUnavailable(self.source.id, said, dataset=self.dataset, url=self.request.url, status=status)


@dataclass(frozen=True)
class Answer:
    """The body of an answer and what it can be recognised by; None for "not modified"."""

    content: bytes | None
    validators: Validators = field(default_factory=Validators)


class TryAgainError(Exception):
    """The answer invites another attempt; carries the publisher's own waiting time, if it named one."""

    def __init__(self, cause: str, wait_s: float | None = None) -> None:
        super().__init__(cause)
        self.wait_s = wait_s


def parts_of(call: Call, request: requests.PreparedRequest) -> tuple[SplitResult, int | None]:
    """Return an address in its parts, and its port; raises SourceUnavailable where it is none."""
    try:
        parts = urlsplit(request.url or "")
        return parts, parts.port
    except ValueError as error:
        raise call.fault(f"the address {short(request.url)!r} is no valid one: {error}") from error


def target_of(call: Call, request: requests.PreparedRequest, answer: requests.Response) -> str:
    """Return the address a redirect leads to; raises SourceUnavailable where it says none, or what is no address."""
    location = location_of(answer)
    if not location or request.method != "GET":
        raise call.fault(f"the publisher answers {answer.status_code} to a {request.method} without a way to follow")
    if not location.isprintable():
        raise call.fault(f"the answer redirects to {location!r:.80}, which holds control characters")
    try:
        return urljoin(request.url or "", location)
    except ValueError as error:
        raise call.fault(f"the answer redirects to {short(location)!r}, which is no valid address: {error}") from error


def redirected(call: Call, request: requests.PreparedRequest, target: str) -> requests.PreparedRequest:
    """Return the request aimed at `target`, without the key when that is another host."""
    aimed = request.copy()
    aimed.url = target
    if call.key_header and urlsplit(target).netloc != urlsplit(request.url or "").netloc:
        aimed.headers.pop(call.key_header, None)
    return aimed
