"""Security headers, scored by the table of the MDN HTTP Observatory (the rows that apply to what we serve)."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest

from dashboard.assets import by_address
from tests.dashboard.serving import NEWER, client, get

STYLE_SHEET = next(f"/static/{name}" for name in by_address() if name.endswith(".css"))
ROUTES = (
    *("/", "/en", "/en/", "/fr/p/open", "/nl/i/pt_frequency", "/en/c/ghent", "/en/compare", "/en/data", "/en/method"),
    *("/en/accessibility", "/en/nothing", "/en/?theme=sepia", "/healthz", "/static/none", STYLE_SHEET),
    *(f"/en/i/pt_frequency.{form}" for form in ("html", "svg", "png", "csv", "json", "txt")),
    *("/en/overall.html", f"/en/i/pt_frequency@{NEWER}.html", "/api/v1/openapi.json", "/api/v1/indicators/none"),
    *("/_dash-layout", "/_dash-dependencies", "/oembed", "/favicon.ico"),
)
LIVE = ("/en/", "/fr/p/open", "/nl/i/pt_frequency")


def directives(answer: Any) -> dict[str, list[str]]:
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


def observatory(answer: Any) -> int:
    """Return the score of one answer over https; bonuses count only from 90 points."""
    policy = directives(answer)
    scripts, styles = policy.get("script-src", policy["default-src"]), policy.get("style-src", policy["default-src"])
    score = 100
    score -= 25 if policy.get("default-src") != ["'none'"] else 0
    score -= 20 if {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:"} & set(scripts) else 0
    score -= 20 if "frame-ancestors" not in policy and "X-Frame-Options" not in answer.headers else 0
    score -= 20 if "max-age=63072000" not in answer.headers.get("Strict-Transport-Security", "") else 0
    score -= 5 if answer.headers.get("X-Content-Type-Options") != "nosniff" else 0
    score -= 20 if "Set-Cookie" in answer.headers else 0
    if score < 90:
        return score
    strict = not {"'unsafe-inline'", "'unsafe-eval'"} & {*scripts, *styles}
    score += 10 if strict else 0
    score += 5 if "frame-ancestors" in policy else 0
    score += (
        5
        if answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin", "strict-origin-when-cross-origin")
        else 0
    )
    return score


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_scores_at_least_110(route):
    assert observatory(get(route, base_url="https://pillars.test")) >= 110


def test_a_wrong_method_is_refused_under_the_same_headers():
    answer = client().post("/en/", base_url="https://pillars.test")
    assert answer.status_code == 405
    assert observatory(answer) >= 110


def test_the_scorer_counts_what_is_missing():
    answer = get("/en/data", base_url="https://pillars.test")
    whole = observatory(answer)
    del answer.headers["Strict-Transport-Security"]
    assert observatory(answer) == 100 - 20
    answer.headers["Strict-Transport-Security"] = "max-age=63072000"
    answer.headers["Content-Security-Policy"] = "default-src 'self'; script-src 'unsafe-inline'"
    assert observatory(answer) == 100 - 25 - 20 - 20  # default, scripts, frames
    assert whole == 100 + 10 + 5 + 5


@pytest.mark.parametrize("route", ROUTES)
def test_only_embeds_may_be_framed_by_others(route):
    ancestors = directives(get(route))["frame-ancestors"]
    assert ancestors == (["*"] if route.endswith(".html") else ["'self'"])


@pytest.mark.parametrize("route", ROUTES)
def test_only_forms_and_the_interface_may_be_read_by_other_sites(route):
    shared = get(route).headers.get("Access-Control-Allow-Origin")
    is_data = re.search(r"\.(svg|png|csv|json|txt)$", route) is not None or route.startswith("/oembed")
    assert shared in ((None, "*") if is_data else (None,))


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_gets_a_cookie(route):
    assert "Set-Cookie" not in get(route).headers


@pytest.mark.parametrize("path", LIVE)
def test_every_inline_script_of_a_live_page_is_allowed_by_its_hash(path):
    answer = get(path)
    inline = re.findall(r"<script(?![^>]*(?:src|application/json))[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    allowed = directives(answer)["script-src"]
    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline]
    assert hashes
    assert set(hashes) <= set(allowed)
    assert "'unsafe-inline'" not in allowed
    assert "'unsafe-eval'" not in allowed


def test_the_one_script_and_style_of_an_embed_are_allowed_by_their_hashes():
    answer = get("/en/i/pt_frequency.html")
    policy = directives(answer)
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        assert f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy[directive]
    assert "'self'" not in policy["script-src"]


def test_an_embed_from_memory_keeps_its_policy():
    first, again = get("/fr/i/pt_frequency.html"), get("/fr/i/pt_frequency.html")
    assert first.headers["Content-Security-Policy"] == again.headers["Content-Security-Policy"]
    assert first.data == again.data


def test_hsts_is_promised_only_over_https():
    assert "Strict-Transport-Security" not in get("/en/").headers
    assert "Strict-Transport-Security" in get("/en/", base_url="https://pillars.test").headers
