"""What can go wrong between a publisher and us: one root error, three children, each naming its source.

ConnectorError
├── SourceUnavailable   the publisher did not answer, refused, or answered outside the declared limits
├── SourceChanged       the answer came but has not the promised shape: a column, dimension, code or unit is gone
└── NoObservations      the shape is right and nothing we asked for is in it
"""

from __future__ import annotations


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
        self.source_id = source_id
        self.cause = cause
        self.dataset = dataset
        self.url = url
        self.status = status
        super().__init__(source_id, cause, dataset, url)

    def __str__(self) -> str:
        where = f"{self.source_id}, {self.dataset}" if self.dataset else self.source_id
        return f"{where}: {self.cause}" + (f" [{self.url}]" if self.url else "")


class SourceUnavailable(ConnectorError):  # noqa: N818 - the sentence reads without a suffix
    """The publisher did not answer, refused, or went beyond a declared limit (time, size, host)."""


class SourceChanged(ConnectorError):  # noqa: N818 - the sentence reads without a suffix
    """The publisher's answer lost its promised shape; the text names the column, dimension or code."""


class NoObservations(ConnectorError):  # noqa: N818 - the sentence reads without a suffix
    """The answer has the promised shape and holds no value we asked for."""


def kind_of(error: BaseException) -> str:
    """Return an error's kind without its text, which may quote headers."""
    return type(error).__name__


def excerpt(content: bytes, secret: str) -> str:
    """Return the beginning of an answer in one line, without the key it may echo."""
    text = " ".join(content[:300].decode("utf-8", "replace").split())
    return text.replace(secret, "***") if secret else text


def short(url: str | None) -> str:
    """Return an address without its query."""
    return (url or "").split("?", 1)[0][:200]
