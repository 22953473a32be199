"""Security headers, scored by the table of the MDN HTTP Observatory (scoring of 2024) on every kind of route."""

from __future__ import annotations

import re

import pytest
from werkzeug.datastructures import Headers

from dashboard.assets import assets
from tests.dashboard.sites import OLDER, client

LEAST = 110
ROUTES = (
    "/", "/en", "/en/", "/fr/p/safe", "/nl/i/road_deaths", "/en/compare", "/en/c/brussels", "/en/data", "/en/method",
    "/en/accessibility", "/en/brief", "/en/brief.pdf", f"/fr/brief@{OLDER}.pdf",
    "/en/overall", "/en/nowhere", "/en/?theme=sepia", "/nowhere",
    "/feed.xml", "/nl/feed.xml", "/en/feed.xml", "/healthz", "/favicon.ico",
    "/oembed", "/oembed?url=/en/p/safe", "/api/v1/openapi.json", "/api/v1/places", "/api/v1/indicators",
    "/api/v1/indicators/road_deaths", "/api/v1/indicators/none", "/api/v1/snapshots", "/api/v1/snapshots/x/y",
    "/_dash-layout", "/_dash-dependencies", "/_reload-hash",
    *(f"/en/i/road_deaths.{form}" for form in ("html", "svg", "png", "csv", "json", "zip", "txt", "bib")),
    f"/en/i/road_deaths@{OLDER}.html",
)  # fmt: skip


def directives(headers: Headers) -> dict[str, list[str]]:
    parts = (part.split() for part in headers.get("Content-Security-Policy", "").split(";"))
    return {part[0]: part[1:] for part in parts if part}


def observatory(headers: Headers) -> int:
    """Return the score of one https answer; bonuses count once the penalties leave at least 90."""
    policy = directives(headers)
    default = policy.get("default-src", ["*"])
    scripts, styles = policy.get("script-src", default), policy.get("style-src", default)
    unsafe = {"'unsafe-inline'", "'unsafe-eval'", "data:", "*", "https:", "http:"}
    months = re.match(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    score, bonus = 100, 0
    score -= 25 if not policy else 20 if unsafe & set(scripts) else 0
    if policy and not unsafe & {*scripts, *styles}:
        bonus += 10 if default == ["'none'"] else 5
    score -= 0 if months and int(months[1]) >= 15768000 else 20
    score -= 0 if headers.get("X-Content-Type-Options") == "nosniff" else 5
    score -= 50 if headers.get("Access-Control-Allow-Credentials") else 0
    score -= 20 if headers.get("Set-Cookie") else 0
    if "frame-ancestors" not in policy:
        score -= 0 if headers.get("X-Frame-Options", "") in ("DENY", "SAMEORIGIN") else 20
    bonus += 5 if "frame-ancestors" in policy and policy["frame-ancestors"] != ["*"] else 0
    bonus += 5 if headers.get("Referrer-Policy") in ("strict-origin-when-cross-origin", "no-referrer") else 0
    bonus += 10 if headers.get("Cross-Origin-Resource-Policy") in ("same-origin", "same-site") else 0
    return score + (bonus if score >= 90 else 0)


@pytest.mark.parametrize("route", [*ROUTES, *(asset.url for asset in list(assets().values())[:2])])
def test_every_route_scores_well(route: str) -> None:
    answer = client().get(route, base_url="https://pillars.example")
    assert observatory(answer.headers) >= LEAST, dict(answer.headers)


def test_the_table_can_fail() -> None:
    assert observatory(Headers()) == 100 - 25 - 20 - 5 - 20


def test_the_scripts_of_a_live_page_are_allowed_one_by_one() -> None:
    answer = client().get("/en/p/safe", base_url="https://pillars.example")
    allowed = directives(answer.headers)["script-src"]
    inline = re.findall(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)[^>]*>", answer.text)
    assert len([source for source in allowed if source.startswith("'sha256-")]) >= len(inline)
    assert "'unsafe-inline'" not in allowed
    assert "https:" not in " ".join(allowed)


def test_plain_http_is_not_told_to_stay_on_https() -> None:
    assert "Strict-Transport-Security" not in client().get("/healthz").headers


@pytest.mark.parametrize("route", ROUTES)
def test_only_an_embed_may_be_framed_by_others(route: str) -> None:
    framed = directives(client().get(route).headers)["frame-ancestors"] == ["*"]
    assert framed == route.endswith(".html")
