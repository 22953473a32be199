"""Security headers on every response: nothing is allowed but what we serve ourselves.

The policy begins with `default-src 'none'`; inline scripts are allowed by hash only. Only the `.html` form of a chart
may be framed by others. Scored by the table of the MDN HTTP Observatory in `tests/dashboard/test_headers.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, g

from dashboard import public

HSTS = "max-age=63072000; includeSubDomains"
PERMISSIONS = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), interest-cohort=()"
)

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(script_hashes: Sequence[str], *, scripts: bool, framed: bool, style_hashes: Sequence[str] = ()) -> str:
    """Return the Content-Security-Policy of one response.

    `scripts` allows our own files and the hashed inline scripts; `framed` lets any site frame the response.
    Plotly writes style attributes and one style element, hence the hash-free `style-src` only where it runs.
    """
    own = ["'self'", *script_hashes] if scripts else list(script_hashes)
    style = ["'self'", "'unsafe-inline'"] if scripts else ["'self'", *style_hashes]
    directives = {
        "default-src": ["'none'"],
        "script-src": own or ["'none'"],
        "style-src": style,
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"] if scripts else ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["*"] if framed else ["'self'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def bare() -> dict[str, str]:
    """Return the headers of an answer without any content of ours, as a refusal of the server itself is."""
    return {
        **COMMON,
        "Content-Security-Policy": policy((), scripts=False, framed=False),
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def protect(response: Response, script_hashes: Sequence[str]) -> Response:
    """Set every security header that the response does not set itself; HSTS only when the request came by https.

    A 304 carries none: a browser puts its headers over those of the page it kept, and a policy that does not know
    the page's scripts would switch them off at every second visit.
    """
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    kind = g.get("policy", "data")
    scripts = bool(g.get("with_scripts"))
    headers = {
        **COMMON,
        "Content-Security-Policy": policy(
            script_hashes if scripts else g.get("script_hashes", ()),
            scripts=scripts,
            framed=kind == "framed",
            style_hashes=g.get("style_hashes", ()),
        ),
        "Cross-Origin-Resource-Policy": "cross-origin" if kind in ("framed", "open") else "same-origin",
    }
    if public.is_secure():
        headers["Strict-Transport-Security"] = HSTS
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response
