"""What the tests of connectors are given: a declared source, a payload of a file or of bytes, a get that answers."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from config import catalogue
from config.schema import Catalogue, Payload, Source

ROOT = Path(__file__).resolve().parents[2]
PAYLOADS = ROOT / "tests" / "payloads"


def source(source_id: str) -> Source:
    """Return the source as config/sources declares it."""
    return loaded().sources[source_id]


@cache
def loaded() -> Catalogue:
    """Return the shipped catalogue, read once."""
    return catalogue.load()


def payload(dataset: str, content: bytes | str | Path, url: str = "https://publisher.example/file") -> Payload:
    """Return the bytes, text or file as a payload of `dataset`."""
    if isinstance(content, Path):
        content = content.read_bytes()
    content = content.encode("utf-8") if isinstance(content, str) else content
    digest = hashlib.sha256(content).hexdigest()
    return Payload(dataset=dataset, content=content, url=url, retrieved_at="2026-01-01T00:00:00Z", sha256=digest)


def small(source_id: str, name: str) -> Payload:
    """Return a small payload of tests/payloads/<source_id>; its name begins with the dataset."""
    return payload(name.partition(".")[0], PAYLOADS / source_id / name)


class Asked:
    """A `get` that answers every call with the same bytes and remembers what it was asked."""

    def __init__(self, content: bytes = b"answer") -> None:
        self.content = content
        self.calls: list[dict[str, Any]] = []

    def __call__(self, dataset: str, url: str, **options: Any) -> Payload:
        self.calls.append({"dataset": dataset, "url": url, **options})
        return payload(dataset, self.content, url)


def values(
    frame: pd.DataFrame, measure: str, ref_area: str | None = None, group: str | None = None
) -> dict[str, float]:
    """Return the values of one measure as {time_period: value}, of one area and group where they are given."""
    chosen = frame[frame["measure"] == measure]
    for column, wanted in (("ref_area", ref_area), ("group", group)):
        chosen = chosen if wanted is None else chosen[chosen[column] == wanted]
    assert not chosen["time_period"].duplicated().any(), "more than one area or group: name them"
    return dict(zip(chosen["time_period"], chosen["obs_value"], strict=True))


def row(frame: pd.DataFrame, **wanted: str) -> pd.Series:
    """Return the one row with these column values."""
    chosen = frame
    for column, value in wanted.items():
        chosen = chosen[chosen[column] == value]
    assert len(chosen) == 1, f"{len(chosen)} rows have {wanted}"
    return chosen.iloc[0]


def edited(text: str, old: str, new: str) -> str:
    """Return `text` with `old` replaced; a text without `old` would make the test say nothing."""
    assert old in text, f"{old!r} is not in the payload"
    return text.replace(old, new)
