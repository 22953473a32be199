"""Load config/: read every YAML, validate, cross-check, freeze; an error names file, key and what to write instead."""

from __future__ import annotations

from pathlib import Path

from config.schema import Catalogue


class ConfigError(ValueError):
    """A file in config/ is wrong; the message names the file, the key and what to write instead."""


def load(folder: Path | None = None) -> Catalogue:
    """Return the validated catalogue of `folder` (the shipped config/ by default); raises ConfigError."""
    raise NotImplementedError
