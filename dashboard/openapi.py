"""The OpenAPI 3.1 description of the interface for programs."""

from __future__ import annotations

from typing import Any

from config.schema import LANGS, Catalogue
from dashboard.address import FORMS, ON_FORMS, VIEWS_OF
from dashboard.records import COLUMNS
from dashboard.selection import THEMES, VIEWS

NUMBERS = ("obs_value", "score", "score_unclipped", "lower", "upper", "dont_know", "coverage")
WHOLE = ("n", "rank", "rank_low", "rank_high", "places", "present", "of", "country_values", "years_used")
KINDS = {
    "html": "text/html", "svg": "image/svg+xml", "png": "image/png", "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet", "json": "application/json", "metadata.json": "application/json",
    "zip": "application/zip", "txt": "text/plain", "bib": "application/x-bibtex",
}  # fmt: skip
FLAGS = ("whole_country", "latest", "clipped", "n_assumed")


def description(catalogue: Catalogue) -> dict[str, Any]:
    """Return the description of every operation, with the ids of this catalogue as allowed values."""
    indicators = [*catalogue.indicators, *(f"pillar:{pillar}" for pillar in catalogue.pillars), "overall"]
    regions = [place.id for place in catalogue.city_regions()]
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
                [_several("indicator", indicators), _several("place", list(catalogue.places))],
            ),
            "/api/v1/snapshots": _get("The snapshots kept here", {"type": "object"}),
            "/feed.xml": _feed(),
            "/{lang}/i/{indicator}.{form}": _chart(
                "The chart of an indicator in one form", catalogue, [_path("indicator", list(catalogue.indicators))]
            ),
            "/{lang}/p/{pillar}.{form}": _chart(
                "The chart of a pillar in one form", catalogue, [_path("pillar", list(catalogue.pillars))]
            ),
            "/{lang}/overall.{form}": _chart("The chart of the overall rank in one form", catalogue, []),
            "/{lang}/brief.pdf": _get(
                "The briefing of one city-region, two pages of A4",
                {"type": "string", "contentMediaType": "application/pdf"},
                [_path("lang", LANGS), _query("hero", regions)],
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
    answers["400"] = {"description": "An unknown key or a bad value; the sentence says what is allowed",
                      "content": missing}  # fmt: skip
    if parameters:
        answers["404"] = {"description": "No such id; the sentence names the nearest", "content": missing}
    return {"get": {"summary": summary, "parameters": parameters or [], "responses": answers}}


def _chart(summary: str, catalogue: Catalogue, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Every form of a chart: what it depends on, and the type of each form."""
    kind = {"i": "indicator", "p": "pillar"}.get(parts[0]["name"][0] if parts else "", "overall")
    queries = {
        "hero": _query("hero", [place.id for place in catalogue.city_regions()]),
        "places": _several("places", list(catalogue.places)),
        "time": {"name": "time", "in": "query", "required": False, "schema": {"type": "string"},
                 "description": "a year (2019), a span (2012..2019), earliest..2019 or latest"},
        "view": _query("view", VIEWS_OF.get(kind, VIEWS)),
        "theme": _query("theme", THEMES),
    }  # fmt: skip
    asked = [_path("lang", LANGS), *parts, _path("form", FORMS), *(queries[key] for key in ON_FORMS[kind])]
    described = _get(summary, {}, asked)
    answers = described["get"]["responses"]
    answers["200"]["content"] = {told: {} for told in dict.fromkeys(KINDS[form] for form in FORMS)}
    for status in ("400", "404"):
        answers[status]["content"] |= {"text/html": {"schema": {"type": "string"}}}  # of a picture or embed
    return described


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


def _several(name: str, values: Any) -> dict[str, Any]:
    """A key that takes several values, repeated or with commas."""
    schema = _list({"type": "string", "enum": list(values)})
    return {"name": name, "in": "query", "required": False, "explode": True, "schema": schema}


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
