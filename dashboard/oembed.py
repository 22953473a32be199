"""oEmbed 1.0: the address of a page or form in, the code that embeds its chart out."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from markupsafe import Markup

from dashboard.forms import chart_of
from dashboard.selection import AddressError
from dashboard.site import Site

WIDTH, HEIGHT = 700, 520
LEAST = 300  # pixels below which a chart cannot be read
DAY = 86400


def describe(site: Site, origin: str, asked: dict[str, str]) -> dict[str, Any]:
    """Return the oEmbed answer of type rich for the query `url`, `format`, `maxwidth`, `maxheight`.

    Raises AddressError 400 without a url or with a size that is no number, 404 for an address without a chart, 501 for
    a format other than json.
    """
    if asked.get("format", "json") != "json":
        raise AddressError(501, "oEmbed is answered as json only.")
    parts = urlsplit(asked.get("url", "")[:4000])
    if not parts.path or (parts.netloc and f"{parts.scheme}://{parts.netloc}" != origin):
        raise AddressError(400, "oEmbed needs url=, the address of a page of this site.")
    address = site.address(parts.path, parse_qsl(parts.query))
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


def iframe(url: str, title: str, width: int = WIDTH, height: int = HEIGHT) -> Markup:
    """Return the code that embeds a chart: as wide as its column, `height` pixels until the chart says its own."""
    return Markup(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
        'style="border:0;width:100%;max-width:{}px"></iframe>'
    ).format(url, title, width, height, width)


def _size(asked: dict[str, str], key: str, default: int) -> int:
    text = asked.get(key, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise AddressError(400, "“{value}” is not a value of {key}. Allowed: {allowed}.", value=text[:60], key=key,
                           allowed="whole pixels")  # fmt: skip
    return max(min(int(text), default), LEAST)
