"""The OpenAPI 3.1 description of the interface for programs."""

from __future__ import annotations

from typing import Any

from config.schema import LANGS, Catalogue
from dashboard.address import FORMS
from dashboard.records import COLUMNS

NUMBERS = ("obs_value", "score", "score_unclipped", "lower", "upper", "dont_know", "coverage")
WHOLE = ("n", "rank", "rank_low", "rank_high", "places", "present", "of", "country_values", "years_used")
FLAGS = ("whole_country", "latest", "clipped", "n_assumed")


def description(catalogue: Catalogue) -> dict[str, Any]:
    """Return the description of every operation, with the ids of this catalogue as allowed values."""
    indicators = [*catalogue.indicators, *(f"pillar:{pillar}" for pillar in catalogue.pillars), "overall"]
    chart = [_path("lang", LANGS), _path("indicator", list(catalogue.indicators)), _path("form", FORMS)]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Four Pillars",
            "version": "1",
            "summary": "Scores of Brussels and its peers on four pillars, with intervals and provenance.",
            "license": {"name": "CC BY 4.0 for derived numbers; each source keeps its own"},
        },
        "paths": {
            "/api/v1/indicators": _get("Every indicator of the catalogue", _list({"type": "object"})),
            "/api/v1/indicators/{indicator}": _get(
                "One indicator", {"type": "object"}, [_path("indicator", list(catalogue.indicators))]
            ),
            "/api/v1/places": _get("Every place of the catalogue", _list({"type": "object"})),
            "/api/v1/scores": _get(
                "Values and scores, one row per indicator, place, period and group",
                _list({"$ref": "#/components/schemas/Row"}),
                [_query("indicator", indicators), _query("place", list(catalogue.places))],
            ),
            "/api/v1/snapshots": _get("The snapshots kept here", {"type": "object"}),
            "/feed.xml": _feed(),
            "/{lang}/i/{indicator}.{form}": _get("One chart in one form", {}, chart),
            "/{lang}/brief.pdf": _get(
                "The briefing of one city-region, two pages of A4",
                {"type": "string", "contentMediaType": "application/pdf"},
                [_path("lang", LANGS), _query("hero", [place.id for place in catalogue.city_regions()])],
                kind="application/pdf",
            ),
        },
        "components": {"schemas": {"Row": _row(), "Problem": _problem()}},
    }


def _get(
    summary: str,
    schema: dict[str, Any],
    parameters: list[dict[str, Any]] | None = None,
    *,
    kind: str = "application/json",
) -> dict[str, Any]:
    missing = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers: dict[str, Any] = {"200": {"description": "OK", "content": {kind: {"schema": schema}}}}
    if parameters:
        answers["404"] = {"description": "No such id; the sentence names the nearest", "content": missing}
    return {"get": {"summary": summary, "parameters": parameters or [], "responses": answers}}


def _feed() -> dict[str, Any]:
    content = {"application/atom+xml": {"schema": {"type": "string"}}}
    summary = "What changed in each snapshot, as an Atom feed; also below /fr and /nl"
    return {
        "get": {"summary": summary, "parameters": [], "responses": {"200": {"description": "OK", "content": content}}}
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _path(name: str, values: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "enum": list(values)}}


def _query(name: str, values: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string", "enum": list(values)}}


def _row() -> dict[str, Any]:
    return {"type": "object", "required": list(COLUMNS), "properties": {column: _type(column) for column in COLUMNS}}


def _type(column: str) -> dict[str, Any]:
    if column in FLAGS:
        return {"type": ["boolean", "null"]}
    if column in WHOLE:
        return {"type": ["integer", "number", "null"]}
    return {"type": ["number", "null"]} if column in NUMBERS else {"type": ["string", "null"]}


def _problem() -> dict[str, Any]:
    texts = ("type", "title", "detail", "instance")
    properties: dict[str, Any] = {name: {"type": "string"} for name in texts}
    return {"type": "object", "properties": {**properties, "status": {"type": "integer"}}}
