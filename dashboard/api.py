"""The HTTP interface for programs, version 1: indicators, places, scores, snapshots, and its OpenAPI description.

Read-only, without a key, open to every origin. Errors are problem details (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, jsonify, redirect, request, send_file

from config import snapshot, wholeness
from config.schema import LANGS, Lang
from config.snapshot import SnapshotError
from dashboard import feed, oembed, openapi, public, records
from dashboard.address import Address
from dashboard.i18n import Words
from dashboard.pages.visit import Visit
from dashboard.selection import AddressError, Selection, nearest, once, refuse_unknown, shown
from dashboard.site import Site
from dashboard.state import Edition

ROOT = "/api/v1"
YEAR, HOUR = 31536000, 3600


def add_routes(server: Flask, site: Site) -> None:
    """Add the routes of the interface."""
    edition = site.library.current

    def add(path: str, answer: Any, *keys: str) -> None:
        def asked(**parts: str) -> Any:
            refuse_unknown(request.args, keys)
            return answer(**parts)

        server.add_url_rule(ROOT + path, f"api{path}", asked)

    add("/openapi.json", lambda: _open(openapi.description(edition.catalogue)))
    add("/places", lambda: _open([_place(p) for p in edition.catalogue.places.values()]))
    add("/indicators", lambda: _open([_indicator(i) for i in edition.catalogue.indicators.values()]))
    add("/indicators/<slug>", lambda slug: _open(_indicator(_known(edition.catalogue.indicators, slug))))
    add("/scores", lambda: _open(_scores(site)), "indicator", "place")
    add("/snapshots", lambda: _open({"current": edition.id, "snapshots": list(site.library.ids)}))
    server.add_url_rule("/feed.xml", "feed", lambda: _feed(site, "en"))
    for lang in (lang for lang in LANGS if lang != "en"):
        server.add_url_rule(f"/{lang}/feed.xml", f"feed.{lang}", partial(_feed, site, lang))
    server.add_url_rule("/en/feed.xml", "feed.en", lambda: redirect("/feed.xml", 301))
    add("/snapshots/<snapshot>/<name>", lambda snapshot, name: _file(site, snapshot, name))
    server.add_url_rule("/oembed", "oembed", lambda: _open(_oembed(site)))


def _scores(site: Site) -> list[dict[str, Any]]:
    """Return score rows, all or those of `indicator=` (ids, pillar:<id>, overall) and `place=`; both may be several."""
    edition = site.library.current
    kinds = [*edition.catalogue.indicators, *(f"pillar:{p}" for p in edition.catalogue.pillars), "overall"]
    wanted, places = _several("indicator", kinds), _several("place", list(edition.catalogue.places))
    visit = Visit(edition, Address("en", "overall", selection=Selection()), Words("en"), site.clock())
    rows = records.rows(visit)
    rows = rows[rows["indicator"].isin(wanted)] if wanted else rows
    return records.records(rows[rows["ref_area"].isin(places)] if places else rows)


def _several(key: str, known: Sequence[str]) -> list[str]:
    """Return the ids a key names, repeated or with commas; empty where it is absent, AddressError 400 if unknown."""
    asked = [part.strip() for text in request.args.getlist(key) for part in text.split(",")]
    for part in asked:
        if part not in known:
            raise AddressError(
                400, "“{value}” is not a value of {key}. Nearest: {nearest}.", value=shown(part), key=key,
                nearest=nearest(part, known),
            )  # fmt: skip
    return asked


def _oembed(site: Site) -> dict[str, Any]:
    asked = {key: once(key, request.args.getlist(key)) for key in request.args}
    return oembed.describe(site, public.origin(), asked)


def _file(site: Site, wanted: str, name: str) -> Response:
    """Return a file of a snapshot as it lies on disk; only names that its list of files holds."""
    if wanted not in site.library.ids:
        raise AddressError(
            404, "There is no edition “{slug}”. Kept here: {nearest}.", slug=wanted[:60],
            nearest=", ".join(site.library.ids),
        )  # fmt: skip
    edition = site.library.edition(wanted)
    names = [known for known, _, _ in edition.files]
    if edition.folder is None or name not in names:
        raise AddressError(
            404, "There is no page “{slug}”. Nearest: {nearest}.", slug=name[:60], nearest=", ".join(names)
        )
    _refuse_changed(edition, name)
    # Observations never change; what stands beside them may get better words, and the list of hashes with it.
    fixed = name.startswith("observations.")
    response = send_file(edition.folder.resolve() / name, conditional=True, max_age=YEAR if fixed else HOUR)
    response.cache_control.public, response.cache_control.immutable = True, fixed
    return response


def _refuse_changed(edition: Edition, name: str) -> None:
    """Raise SnapshotError for a file that is not, or no longer, what it was when the edition was read."""
    folder = cast("Path", edition.folder)
    try:
        same = (folder / name).read_bytes() == wholeness.sums(folder) if name == wholeness.SUMS else None
        if same is None:
            same = wholeness.sha256(folder / name) in [digest for known, _, digest in edition.files if known == name]
    except OSError:
        same = False
    if not same:
        raise SnapshotError(snapshot.damaged(edition.id, f"{name} was changed or taken away"))


def _feed(site: Site, lang: Lang) -> Response:
    """Return the feed of changes; built once per language, for every host."""
    text = cast("str | None", site.library.forms.get(("feed", lang)))
    if text is None:
        text = feed.atom(site.visit(Address(lang, "data")), public.MARK).decode()
        site.library.forms.keep(("feed", lang), text)
    return _kept(Response(public.said(text), content_type=f"{feed.TYPE}; charset=utf-8"))


def _open(value: Any) -> Response:
    return _kept(jsonify(value))


def _kept(response: Response) -> Response:
    """The answer, kept for an hour, and not sent again when unchanged."""
    response.cache_control.public, response.cache_control.max_age = True, HOUR
    response.add_etag()
    response.make_conditional(request)
    return response


def _known(things: Any, slug: str) -> Any:
    if slug not in things:
        raise AddressError(404, "There is no indicator “{slug}”. Nearest: {nearest}.", slug=shown(slug),
                           nearest=nearest(slug, list(things)))  # fmt: skip
    return things[slug]


def _place(place: Any) -> dict[str, Any]:
    return dict(place.model_dump(mode="json"))


def _indicator(indicator: Any) -> dict[str, Any]:
    return {**indicator.model_dump(mode="json"), "level": indicator.level.value}
