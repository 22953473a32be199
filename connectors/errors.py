"""What can go wrong between a publisher and us: one root error, three children, each naming its source.

ConnectorError
├── SourceUnavailable   the publisher did not answer, refused, or answered outside the declared limits
├── SourceChanged       the answer came but has not the promised shape: a column, dimension, code or unit is gone
└── NoObservations      the shape is right and nothing we asked for is in it
"""

from __future__ import annotations


class ConnectorError(Exception):
    """A source could not give observations; the text names source, dataset, address and cause in one sentence."""

    def __init__(self, source_id: str, cause: str, *, dataset: str | None = None, url: str | None = None) -> None:
        self.source_id = source_id
        self.cause = cause
        self.dataset = dataset
        self.url = url
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
