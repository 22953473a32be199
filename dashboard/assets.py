"""Our own static files: two style sheets, two scripts, the vendored chart library; fingerprinted by content."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
STYLES = ("tokens.css", "parts.css", "pages.css")
FONTS = ("Roboto-Regular.ttf", "Roboto-Bold.ttf")
PLOTLY = "plotly-basic-4.1.1.min.js"
YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file as served: its name with a fingerprint, its bytes, and the same bytes already compressed."""

    name: str
    mimetype: str
    content: bytes
    packed: bytes  # gzip
    brotli: bytes | None = None

    @property
    def url(self) -> str:
        """Address of the file; changes when its content does."""
        return f"/static/{self.name}"


@cache
def assets() -> dict[str, Asset]:
    """Return every static file by its plain name ("site.css", "app.js", ...)."""
    styles = b"\n".join((FOLDER / name).read_bytes() for name in STYLES)
    files = {
        "site.css": _asset("site.css", "text/css; charset=utf-8", styles),
        "app.js": _asset("app.js", "text/javascript; charset=utf-8", (FOLDER / "app.js").read_bytes()),
        "walk.js": _asset("walk.js", "text/javascript; charset=utf-8", (FOLDER / "walk.js").read_bytes()),
        "icon.svg": _asset("icon.svg", "image/svg+xml", (FOLDER / "icon.svg").read_bytes()),
    }
    files |= {name: _asset(name, "font/ttf", (FOLDER / "fonts" / name).read_bytes()) for name in FONTS}
    files["brief.css"] = _asset("brief.css", "text/css; charset=utf-8", _with_fonts("brief.css", files))
    library = FOLDER / "vendor" / PLOTLY
    packed = library.with_suffix(".js.br")
    files["plotly.js"] = _asset(
        "plotly.js", "text/javascript; charset=utf-8", library.read_bytes(), packed.read_bytes()
    )
    return files


@cache
def by_address() -> dict[str, Asset]:
    """Return the same files by the name they are served under."""
    return {asset.name: asset for asset in assets().values()}


def _with_fonts(name: str, files: dict[str, Asset]) -> bytes:
    """Return a style sheet whose fonts have the addresses they are served at."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    for font in FONTS:
        text = text.replace(f"url({font})", f"url({files[font].url})")
    return text.encode()


def _asset(name: str, mimetype: str, content: bytes, brotli: bytes | None = None) -> Asset:
    stem, _, suffix = name.rpartition(".")
    mark = hashlib.sha256(content).hexdigest()[:10]
    return Asset(f"{stem}.{mark}.{suffix}", mimetype, content, gzip.compress(content, 9, mtime=0), brotli)
