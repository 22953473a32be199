"""Editions that were changed by somebody who knows the format: description and list of hashes made anew."""

from __future__ import annotations

import json
from pathlib import Path

from config import datapackage, wholeness


def signed_anew(folder: Path) -> None:
    """Make description and hashes of a folder fit whatever its files hold now."""
    provenance = wholeness.PROVENANCE.validate_json((folder / "provenance.json").read_bytes())
    package = datapackage.describe(folder, folder.name, provenance)
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    (folder / wholeness.PACKAGE).write_text(text, encoding="utf-8")
    (folder / wholeness.SUMS).write_bytes(wholeness.sums(folder))
