"""What can go wrong between a publisher and us: one root error, five children, each naming its source.

ConnectorError
├── SourceUnavailable   the publisher did not answer, refused, or answered outside the declared limits
├── SourceChanged       the answer came but has not the promised shape: a column, dimension, code or unit is gone
├── NoObservations      the shape is right and nothing we asked for is in it
├── BeyondLimits        reading the answer takes more time, memory or cells than a file may
└── ConnectorBroken     our own connector ended in an error it does not foresee; its place is in the log
"""

from __future__ import annotations

from typing import Any

_LONGEST = 1000  # characters of a cause; our own longest sentence has 500


class ConnectorError(Exception):
    """A source could not give observations; the text names source, dataset, address and cause in one sentence."""

    def __init__(
        self,
        source_id: str,
        cause: str,
        *,
        dataset: str | None = None,
        url: str | None = None,
        status: int | None = None,  # of HTTP, where the publisher refused with one
    ) -> None:
        # A publisher's words may steer a terminal, or go on for ever.
        cause = "".join(sign if sign.isprintable() else " " for sign in cause[:_LONGEST])
        self.source_id = source_id
        self.cause = cause
        self.dataset = dataset
        self.url = url
        self.status = status
        super().__init__(source_id, cause, dataset, url)

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way from the process that reads a file to the one that asked for it."""
        return _remade, (type(self), self.source_id, self.cause, self.dataset, self.url, self.status)

    def __str__(self) -> str:
        where = f"{self.source_id}, {self.dataset}" if self.dataset else self.source_id
        return f"{where}: {self.cause}" + (f" [{self.url}]" if self.url else "")


class SourceUnavailable(ConnectorError):  # noqa: N818 - the sentence reads without a suffix
    """The publisher did not answer, refused, or went beyond a declared limit (time, size, host)."""


class SourceChanged(ConnectorError):  # noqa: N818 - the sentence reads without a suffix
    """The publisher's answer lost its promised shape; the text names the column, dimension or code."""


class NoObservations(ConnectorError):  # noqa: N818 - the sentence reads without a suffix
    """The answer has the promised shape and holds no value we asked for."""


class BeyondLimits(ConnectorError):  # noqa: N818 - the sentence reads without a suffix
    """Reading the answer takes more than `connectors.limits` gives; the text names the limit."""


class ConnectorBroken(ConnectorError):  # noqa: N818 - the sentence reads without a suffix
    """The connector ended in an error of its own; the text names its kind, the log has the place."""


def _remade(
    kind: type[ConnectorError], source_id: str, cause: str, dataset: str | None, url: str | None, status: int | None
) -> ConnectorError:
    return kind(source_id, cause, dataset=dataset, url=url, status=status)


def kind_of(error: BaseException) -> str:
    """Return an error's kind without its text, which may quote headers."""
    return type(error).__name__


def redacted(text: str, secret: str) -> str:
    """Return a text without the key it may echo."""
    secret = secret.strip()
    return text.replace(secret, "***") if secret else text


def excerpt(content: bytes, secret: str) -> str:
    """Return the beginning of an answer in one line, without the key it may echo."""
    # The key is taken out before the cut, which could leave a part of it.
    text = redacted(content[: 300 + len(secret) * 4].decode("utf-8", "replace"), secret)
    return " ".join(text[:300].split())


def short(url: str | None) -> str:
    """Return an address without its query."""
    return (url or "").split("?", 1)[0][:200]
