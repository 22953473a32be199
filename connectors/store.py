"""Answers kept in a folder: so that a killed refresh goes on where it stopped, and an unchanged file is not sent again.

One pair of files per request, named by a hash of source, dataset, address and body; never a header, hence never a key.
An answer of the refresh under way is given again without a call. An older one carries the publisher's validators (ETag,
Last-Modified, or the version of its own change check) for a conditional request. A damaged pair counts as absent.

The kept HTTP cache libraries read an answer to its end before handing it over, past the bounds of `connectors.http`;
that is why this is a folder and not one of them.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from config.schema import Payload

RESUMED_WITHIN = timedelta(hours=24)  # an unfinished refresh older than this is begun anew
_RUN = "run.json"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Validators:
    """What a publisher says an answer can be recognised by; "" for what it does not say."""

    etag: str = ""
    last_modified: str = ""
    version: str = ""

    def headers(self) -> dict[str, str]:
        """Return the headers of a conditional request."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Held:
    """An answer in the folder; `fresh` when it was obtained or confirmed during the refresh under way."""

    payload: Payload
    validators: Validators
    fresh: bool


class Store:
    """A folder of answers, and the start of the refresh that uses it."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._full = False
        folder.mkdir(parents=True, exist_ok=True)
        self._started = self._resumed(now)

    def held(self, source_id: str, key: str) -> Held | None:
        """Return the answer of a request, or None."""
        stem = self._stem(source_id, key)
        try:
            said = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
            content = stem.with_suffix(".bin").read_bytes()
            if sha256(content).hexdigest() != said["payload"]["sha256"]:
                return None
            payload = Payload(content=content, **said["payload"])
            fresh = datetime.fromisoformat(said["confirmed_at"]) >= self._started
            return Held(payload, Validators(**said["validators"]), fresh)
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def keep(self, source_id: str, key: str, payload: Payload, validators: Validators, now: datetime) -> None:
        """Write an answer and when it was obtained or confirmed; a killed write leaves the former or none.

        A folder that takes no more (a full disk) costs the next refresh a call, never this one its answer: the log says
        so once.
        """
        stem = self._stem(source_id, key)
        said = payload.model_dump(exclude={"content", "note"})
        record = {"payload": said, "validators": asdict(validators), "confirmed_at": now.isoformat()}
        try:
            self._write(stem.with_suffix(".bin"), payload.content)
            self._write(stem.with_suffix(".json"), _json(record))
        except OSError as error:
            if not self._full:
                _LOG.warning("answers are no longer kept in %s: %s; the refresh goes on", self._folder, error.strerror)
            self._full = True

    def finish(self) -> None:
        """End the refresh: the next one asks every publisher again."""
        with suppress(OSError):  # in a folder that may not be written any more; after a day it counts as ended
            (self._folder / _RUN).unlink(missing_ok=True)

    def _resumed(self, now: datetime) -> datetime:
        """Return the start of the unfinished refresh in the folder, else begin one."""
        try:
            began = datetime.fromisoformat(json.loads((self._folder / _RUN).read_text(encoding="utf-8"))["started"])
            if timedelta(0) <= now - began < RESUMED_WITHIN:
                return began
        except (OSError, ValueError, LookupError, TypeError):
            pass
        self._write(self._folder / _RUN, _json({"started": now.isoformat()}))
        return now

    def _stem(self, source_id: str, key: str) -> Path:
        return self._folder / f"{source_id}-{sha256(key.encode()).hexdigest()[:32]}"

    def _write(self, file: Path, content: bytes) -> None:
        descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=".draft-")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            Path(draft).replace(file)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
