"""Describe a snapshot as a Data Package (v2): the one metadata source from which the other forms are made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.schema import OBSERVATION_KEY, Provenance

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TEXTS = {
    "measure": "measure as published; catalogue.json names its unit and its publisher",
    "ref_area": "observations: code of the territory (NUTS, country, Eurostat city code, NIS); scores: place id",
    "time_period": "year",
    "group": "'total', or a breakdown such as isced=ED5-8",
    "unit": "unit of obs_value",
    "obs_status": "SDMX letters: A normal, B break, D other definition, E estimated, F forecast, I imputed, M missing, "
    "N not significant, P provisional, Q suppressed, U low reliability, X suspected copy",
    "source": "id of the source in catalogue.json",
    "indicator": "indicator id, pillar:<id> or overall",
    "pillar": "pillar id, inclusion or overall",
    "level": "territorial level of the value: municipality, city, NUTS3, NUTS2 or country",
    "role": "score, context or lens",
    "area": "code of the territory whose value it is",
    "interval": "what lower and upper are: 95 % sampling interval, or sensitivity range",
    "oldest": "first year a row rests on",
    "newest": "last year a row rests on",
    "window_start": "first year of the mean a value is, or its year",
    "window_end": "last year of the mean a value is, or its year",
    "flag": "anomalous: out of line with related figures; other_unit: not in the unit of the column; else empty",
    "cautions": "codes of what must be said beside a value, parted by spaces; catalogue.json has the caveat in words",
    "comparable": "places: with other places and years; time: with earlier years of the same place only; none",
    "rank_reason": "why a row has no rank: not_comparable, no_error, see_chart (ranges of ranks are in the chart of an "
    "indicator), no_score or not_listed; else empty",
}


def describe(folder: Path, snapshot_id: str, provenance: Sequence[Provenance]) -> dict[str, Any]:
    """Return the descriptor of the files in `folder`: resources with bytes, hash and schema, sources and licences."""
    return {
        "$schema": PROFILE,
        "name": "four-pillars",
        "id": snapshot_id,
        "title": "Four Pillars: is Brussels a smart city-region?",
        "description": "Observations of open data and scores on four pillars for Brussels and its peers.",
        "version": snapshot_id,
        "created": f"{snapshot_id[:10]}T00:00:00Z",
        "contributors": [{"title": "The Four Pillars contributors", "roles": ["creator"]}],
        "licenses": _licences(provenance),
        "sources": [{"title": text, "path": url} for text, url in _distinct((p.citation, p.url) for p in provenance)],
        "resources": [_resource(folder / name) for name in _FILES if (folder / name).is_file()],
    }


_FILES = {
    "observations.csv": ("text/csv", "csv"),
    "observations.parquet": ("application/vnd.apache.parquet", "parquet"),
    "scores.csv": ("text/csv", "csv"),
    "provenance.json": ("application/json", "json"),
    "catalogue.json": ("application/json", "json"),
}


def _resource(file: Path) -> dict[str, Any]:
    mediatype, form = _FILES[file.name]
    resource = {
        "name": file.name.replace(".", "-"),
        "path": file.name,
        "format": form,
        "mediatype": mediatype,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}",
    }
    if form == "csv":
        resource |= {"type": "table", "encoding": "utf-8", "schema": _schema(file)}
    return resource


def _schema(file: Path) -> dict[str, Any]:
    with file.open(encoding="utf-8") as stream:
        columns = stream.readline().strip().split(",")
    schema: dict[str, Any] = {"fields": [_field(column) for column in columns], "missingValues": [""]}
    if file.name == "observations.csv":
        schema["primaryKey"] = list(OBSERVATION_KEY)
    return schema


def _field(column: str) -> dict[str, str]:
    text = TEXTS.get(column)
    kind = "string" if text or column == "time_period" else _KINDS.get(column, "number")
    return {"name": column, "type": kind, **({"description": text} if text else {})}


_KINDS = {
    "whole_country": "boolean",
    "n_assumed": "boolean",
    "clipped": "boolean",
    "latest": "boolean",
}


def _licences(provenance: Sequence[Provenance]) -> list[dict[str, str]]:
    return [{"name": name, "path": url} for name, url in _distinct((p.licence, p.licence_url) for p in provenance)]


def _distinct(pairs: Any) -> list[tuple[str, str]]:
    return sorted(set(pairs))
