"""Several answers of one publisher that mean something only together, kept as one payload: a JSON object.

    {"discovery": "https://...", "answers": [{"url": "https://...", "answer": {...}}, {"url": "...", "error": "..."}]}

An answer that is JSON stands as the publisher sent it, so a bundle can also be written by hand from saved files; a call
that failed keeps its error, so that what is missing is known when the bundle is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from config.schema import Payload
from connectors.errors import ConnectorError, SourceChanged
from connectors.unpack import json_value


@dataclass(frozen=True)
class Bundle:
    """What one address and the addresses it led to answered."""

    address: str
    answers: Mapping[str, Any]
    errors: Mapping[str, str]

    def answer(self, source_id: str, payload: Payload, url: str) -> Any:
        """Return the answer of `url`; raises SourceChanged when it failed or was not asked."""
        if url in self.answers:
            return self.answers[url]
        cause = self.errors.get(url, "it was not asked")
        raise SourceChanged(source_id, f"no answer from {url}: {cause}", dataset=payload.dataset, url=payload.url)


Outcomes: TypeAlias = Sequence[tuple[str, Payload | ConnectorError]]  # what each address answered, in the order asked


def bundled(dataset: str, address: str, outcomes: Outcomes, retrieved_at: str) -> Payload:
    """Return one payload from the outcomes of calls, dated by `retrieved_at` (ISO 8601, UTC)."""
    parts: list[dict[str, Any]] = []
    for url, outcome in outcomes:
        if isinstance(outcome, ConnectorError):
            parts.append({"url": url, "error": outcome.cause})
        else:
            parts.append({"url": url, "answer": json_value(address, outcome)})
    content = json.dumps({"discovery": address, "answers": parts}, ensure_ascii=False).encode()
    return Payload(
        dataset=dataset,
        content=content,
        url=address,
        retrieved_at=retrieved_at,
        sha256=sha256(content).hexdigest(),
        note=f"{len(parts)} answers in one",
    )


def unbundled(source_id: str, payload: Payload) -> Bundle:
    """Return the answers of a bundle; raises SourceChanged when the payload is none."""
    value = json_value(source_id, payload)
    address = value.get("discovery") if isinstance(value, dict) else None
    parts = value.get("answers") if isinstance(value, dict) else None
    if not isinstance(address, str) or not isinstance(parts, list):
        raise _changed(source_id, payload, "the file is no bundle of answers: 'discovery' or 'answers' is gone")
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for part in parts:
        url = part.get("url") if isinstance(part, dict) else None
        if not isinstance(url, str) or url in answers or url in errors:
            raise _changed(
                source_id, payload, f"an answer of the bundle has the address {url!r:.80}, none or one twice"
            )
        if "answer" in part:
            answers[url] = part["answer"]
        else:
            errors[url] = str(part.get("error", "no answer"))
    return Bundle(address, answers, errors)


def _changed(source_id: str, payload: Payload, cause: str) -> SourceChanged:
    return SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)
