"""oEmbed 1.0: the address of a page or form in, the code that embeds its chart out."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from markupsafe import Markup

from dashboard.forms import chart_of
from dashboard.selection import AddressError, shown
from dashboard.site import Site

WIDTH, HEIGHT = 700, 520
LONGEST = 4000  # characters of a url
DAY = 86400


def describe(site: Site, origin: str, asked: dict[str, str]) -> dict[str, Any]:
    """Return the oEmbed answer of type rich for the query `url`, `format`, `maxwidth`, `maxheight`.

    Raises AddressError 400 without a url or with a size that is no number, 404 for another site's address or one
    without a chart, 501 for a format other than json. What is given is never larger than asked.
    """
    if asked.get("format", "json") != "json":
        raise AddressError(501, "oEmbed is answered as json only.")
    address = site.address(*_asked_for(asked.get("url", ""), origin))
    if address.kind not in ("home", "overall", "pillar", "indicator"):
        raise AddressError(404, "This page has no chart to embed.")
    framed = address.as_form("html")
    chart = chart_of(site.visit(framed))
    width, height = _size(asked, "maxwidth", WIDTH), _size(asked, "maxheight", HEIGHT)
    return {
        "type": "rich",
        "version": "1.0",
        "title": chart.title,
        "description": chart.alternative,
        "cautions": [caution.text for caution in chart.cautions],
        "provider_name": "Four Pillars",
        "provider_url": origin + "/",
        "cache_age": DAY,
        "html": str(iframe(origin + framed.url, chart.title, width, height)),
        "width": width,
        "height": height,
    }


def _asked_for(url: str, origin: str) -> tuple[str, list[tuple[str, str]]]:
    """Return path and query of a url in any spelling that the site itself answers; AddressError for another site's."""
    try:
        parts = urlsplit(_no_longer(url.strip()))
    except ValueError as error:  # brackets that are no IPv6 address
        raise AddressError(404, "There is no page of this site at {path}.", path=shown(url)) from error
    if not parts.path and not parts.netloc:
        raise AddressError(400, "oEmbed needs url=, the address of a page of this site.")
    # Behind a proxy the same page is reached by http and https.
    if parts.netloc and (
        parts.scheme not in ("http", "https") or _host(parts.netloc) != _host(urlsplit(origin).netloc)
    ):
        raise AddressError(404, "There is no page of this site at {path}.", path=shown(url))
    path = unquote(parts.path).rstrip("/")
    return path or "/en/", parse_qsl(parts.query)


def _host(netloc: str) -> str:
    return netloc.lower().removesuffix(":80").removesuffix(":443")


def _no_longer(url: str) -> str:
    if len(url) > LONGEST:
        raise AddressError(400, "{key} is longer than {most} characters; name less at once.", key="url",
                           most=str(LONGEST))  # fmt: skip
    return url


def iframe(url: str, title: str, width: int = WIDTH, height: int = HEIGHT) -> Markup:
    """Return the code that embeds a chart: as wide as its column, `height` pixels until the chart says its own."""
    return Markup(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
        'style="border:0;width:100%;max-width:{}px"></iframe>'
    ).format(url, title, width, height, width)


def _size(asked: dict[str, str], key: str, default: int) -> int:
    text = asked.get(key, str(default))
    if not (text.isascii() and text.isdigit() and int(text[:6]) > 0 and len(text) < 6):
        raise AddressError(400, "“{value}” is not a value of {key}. Allowed: {allowed}.", value=text[:60], key=key,
                           allowed="whole pixels")  # fmt: skip
    return min(int(text), default)
