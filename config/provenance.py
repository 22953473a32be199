"""Where figures come from: the bytes of one answer of a publisher, and what of them a snapshot keeps."""

from __future__ import annotations

from config.text import Frozen, Origin


class Payload(Frozen):
    """Bytes of one answer of a publisher, with where and when they came from."""

    dataset: str
    content: bytes
    url: Origin
    retrieved_at: str  # ISO 8601, UTC
    sha256: str
    note: str = ""
    last_modified: str = ""  # of the answer, as the publisher wrote it; "" where it did not


class Provenance(Frozen):
    """One payload's origin as kept in a snapshot: everything but the bytes."""

    source: str
    dataset: str
    publisher: str
    title: str
    url: Origin
    retrieved_at: str
    sha256: str
    bytes: int
    licence: str
    licence_url: Origin
    attribution: str
    citation: str
    tier: str
    measures: tuple[str, ...]
    redistributable: bool = True  # False: the licence forbids passing the figures on, so no snapshot may hold them
    shape: tuple[str, ...] = ()  # names of the payload's columns or keys, to tell later what is new or gone
    stamp: str = ""  # the file's own moment, "content 2024-06-16T21:00:00Z" or "header ..."; "" where it has none
    members: tuple[str, ...] = ()  # "measure dimension=code" of what nobody chose and the whole file was of
