"""The forms of a chart: one slug, the suffix picks the form, and the same query means the same on each.

`.html` is the embed, `.svg` and `.png` the picture, `.csv`, `.parquet`, `.json` and `.zip` the rows, `.metadata.json`
what they mean, `.txt` the words, `.bib` the citation; the briefing has a `.pdf`. A form pinned to a snapshot is kept
for a year; its `.html` is asked for again each hour, since it says when a newer snapshot revised the value, and so is
the `.pdf`, since it says its age.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from flask import Response, g, request
from markupsafe import Markup

from dashboard import charts, embed, pdf, png, public, records, svg_file
from dashboard.chart import Chart
from dashboard.lookup import OVERALL
from dashboard.lru import Lru
from dashboard.pages import replaced, revised
from dashboard.pages.brief import brief
from dashboard.pages.indicator import check_time, line_and_rank
from dashboard.pages.visit import Visit
from dashboard.selection import AddressError

YEAR, HOUR = 31536000, 3600
Content = tuple[bytes | str, str]
OF_ITS_DAY = ("html", "pdf")  # asked for again each hour, pinned or not
SCALE = ("0", "100")  # the ends of a score's scale
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the first a zip can hold: the same rows give the same bytes


def respond(visit: Visit, kept: Lru | None = None) -> Response:
    """Return the form an address asks for; AddressError 404 when there is nothing to draw.

    A form is made once and kept in `kept`: its address says all it depends on.
    """
    form = visit.address.form or "html"
    content, kind = _made(visit, form, kept or Lru(0)) if form in WORDED else _painted(visit, form, kept or Lru(0))
    response = Response(content, content_type=kind)
    response.set_etag(hashlib.sha256(content).hexdigest()[:20])
    _let_others_frame(form)
    _keep(response, form, pinned=visit.address.snapshot is not None)
    if form in ("csv", "parquet", "json", "zip", "bib"):
        response.headers["Content-Disposition"] = f'attachment; filename="{_name(visit)}.{form}"'
    if form == "pdf":
        name = f"four-pillars-{visit.hero}-{visit.edition.created[:10]}-{visit.words.lang}"
        response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.make_conditional(request)
    return response


def _made(visit: Visit, form: str, kept: Lru) -> tuple[bytes, str]:
    """Return the bytes of a form of words and their type; it is kept without the site's address, for every host."""
    key = _key(visit)
    found = cast("tuple[bytes, str] | None", kept.get(key))
    if found is None:
        _check(visit)
        with public.unsaid():
            text, kind = _WORDS[form](visit)
        found = text.encode(), kind
        kept.keep(key, found)
    return public.said_in(found[0]), found[1]


def _painted(visit: Visit, form: str, kept: Lru) -> tuple[bytes, str]:
    """Return the bytes of any other form and their type: the address is painted in, so others' are not kept."""
    key = (*_key(visit), public.origin())
    found = cast("tuple[bytes, str] | None", kept.get(key)) if public.is_own() else None
    if found is None:
        _check(visit)
        body, kind = _PAINTED[form](visit)
        found = (body.encode() if isinstance(body, str) else body), kind
        if public.is_own():
            kept.keep(key, found)
    return found


def _check(visit: Visit) -> None:
    """Refuse years of an indicator in which nothing is; raises AddressError."""
    if visit.address.kind == "indicator":
        check_time(visit, visit.edition.catalogue.indicators[visit.address.slug])


def _key(visit: Visit) -> tuple[object, ...]:
    """Return all that a form depends on but the address of the site."""
    day = visit.today if visit.address.form in OF_ITS_DAY else None
    return visit.edition.id, visit.edition.words, visit.current.id if visit.current else "", visit.address.url, day


def chart_of(visit: Visit) -> Chart:
    """Return the chart of an address in its chosen view; AddressError 404 when it has nothing to draw."""
    chart = _drawn(visit)
    if chart is None:
        raise AddressError(404, "There is nothing to draw here: {place} has no value.", place=visit.place(visit.hero))
    return chart


def signed(visit: Visit) -> Chart:
    """Return the chart of an address with what a file that travels alone must carry: project, snapshot and address."""
    chart, words, url = chart_of(visit), visit.words, _address(visit)
    edition = words("Edition of {date}, {id}", date=words.date(visit.edition.created), id=visit.edition.id)
    more = words("{name}: {value}", name=chart.more, value=url) if chart.more else ""
    return replace(chart, more=more, imprint=(f"{words('Four Pillars')}. {edition}.", url))


def _drawn(visit: Visit) -> Chart | None:
    if visit.address.kind == "indicator":
        indicator = visit.edition.catalogue.indicators[visit.address.slug]
        line, rank = line_and_rank(visit, indicator)
        found = rank or line if visit.address.selection.view == "rank" else line or rank
        return found or charts.indicator_words(*visit.common, indicator.id, hero=visit.hero)
    return pillar_chart(visit) if visit.address.kind == "pillar" else overall_chart(visit)


def pillar_chart(visit: Visit) -> Chart:
    """Return how a pillar's score is made, or where it stands among others where `view=rank` or places ask for it."""
    pillar, chosen = visit.address.slug, visit.address.selection
    strip = partial(charts.pillar_strip, *visit.common, pillar, hero=visit.hero, places=chosen.places)
    if chosen.places:
        return strip()
    if chosen.view == "rank":
        return replace(strip(), ends=SCALE)
    return charts.pillar_waterfall(*visit.common, pillar, hero=visit.hero) or replace(strip(), ends=SCALE)


def overall_chart(visit: Visit) -> Chart:
    """Return how often the hero came out at each rank, or its overall score beside the places that are asked for."""
    chosen = visit.address.selection
    standing = visit.lookup.standing(OVERALL, visit.hero)
    if chosen.places or standing is None or standing.rank is None:
        strip = charts.pillar_strip(*visit.common, OVERALL, hero=visit.hero, places=chosen.places)
        return strip if chosen.places else replace(strip, ends=SCALE)
    return charts.overall_histogram(*visit.common, hero=visit.hero)


def _embed(visit: Visit) -> tuple[str, str]:
    chart, origin = signed(visit), public.origin()
    page, confession = _page(visit), revised.of_chart(visit, chart, _drawn)
    discovery = Markup('<link rel="alternate" type="application/json+oembed" href="{}/oembed?url={}&format=json">')
    text = embed.html(
        chart,
        visit.words,
        page_url=origin + page,
        snapshot=visit.edition.id,
        snapshot_date=visit.edition.created,
        pinned=visit.address.snapshot is not None,
        revision=" ".join(filter(None, (confession.sentence if confession else "", *replaced.lines(visit)))),
        newer_url=origin + confession.url if confession else "",
        theme=visit.address.selection.theme,
        head=discovery.format(origin, _quoted(origin + visit.address.url)),
    )
    return str(text), "text/html; charset=utf-8"


def _page(visit: Visit) -> str:
    """Return the address of the page a form belongs to."""
    kind = "home" if visit.address.kind == "overall" else visit.address.kind
    return replace(visit.address, kind=kind, form=None).url


def _svg(visit: Visit) -> Content:
    return svg_file.render(signed(visit), visit.address.selection.theme or "light"), "image/svg+xml; charset=utf-8"


def _png(visit: Visit) -> Content:
    return png.card(signed(visit), visit.address.selection.theme or "light"), "image/png"


def _csv(visit: Visit) -> tuple[str, str]:
    return records.csv(records.rows(visit)).decode(), "text/csv; charset=utf-8"


def _json(visit: Visit) -> tuple[str, str]:
    head = json.dumps(_metadata(visit), ensure_ascii=False, allow_nan=False, default=str)[:-1]
    return f'{head}, "rows": {records.json_rows(records.rows(visit))}}}\n', "application/json"


def _metadata_json(visit: Visit) -> tuple[str, str]:
    return _dumped(_metadata(visit)), "application/json"


def _parquet(visit: Visit) -> Content:
    sink = io.BytesIO()
    table = pa.Table.from_pandas(_typed(records.rows(visit)), preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, sink, compression="zstd", store_schema=False)
    return sink.getvalue(), "application/vnd.apache.parquet"


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows with one type a column: an all-empty column is text, yes/no columns know "missing"."""
    typed = frame.copy()
    for column in ("whole_country", "latest", "clipped", "n_assumed"):
        typed[column] = typed[column].astype("boolean")
    return typed


def _zip(visit: Visit) -> Content:
    name, sink = _name(visit), io.BytesIO()
    files = {f"{name}.csv": _csv, f"{name}.metadata.json": _metadata_json, "README.txt": _txt}
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, make in files.items():
            archive.writestr(zipfile.ZipInfo(file, ZIP_DATE), make(visit)[0], zipfile.ZIP_DEFLATED)
    return sink.getvalue(), "application/zip"


def _txt(visit: Visit) -> tuple[str, str]:
    chart, words = _drawn(visit), visit.words
    title, subtitle, description = _words(visit)
    cautions = [f"- {caution.text}" for caution in chart.cautions] if chart else []
    told = [words("Caution:"), *cautions, ""] if cautions else []
    source, level = (chart.source, chart.badge) if chart else ("", "")
    facts = [words("{name}: {value}", name=words("Level"), value=level)] if level else []
    edition = words("Edition of {date}, {id}", date=words.date(visit.edition.created), id=visit.edition.id)
    lines = [title, subtitle, *facts, "", description, "", *told, source, f"{edition}.", _address(visit), ""]
    return "\n".join([*lines, records.citation(visit, title)]) + "\n", "text/plain; charset=utf-8"


def _bib(visit: Visit) -> tuple[str, str]:
    chart = _drawn(visit)
    told = [caution.text for caution in chart.cautions] if chart else []
    return records.bibtex(visit, _words(visit)[0], _address(visit), told), "application/x-bibtex; charset=utf-8"


def _address(visit: Visit) -> str:
    """Return the whole address of what a form shows: its page; the home page has no snapshots, so there its embed."""
    pinned = visit.address.snapshot is not None and visit.address.kind == "overall"
    path = replace(visit.address, form="html").url if pinned else _page(visit)
    return public.origin() + path


def _words(visit: Visit) -> tuple[str, str, str]:
    """Return title, subtitle and description of the chart, or the label where there is nothing to draw."""
    chart = _drawn(visit)
    if chart is not None:
        return chart.title, chart.subtitle, chart.description
    if visit.address.kind == "indicator":
        indicator = visit.edition.catalogue.indicators[visit.address.slug]
        return indicator.label.in_(visit.words.lang), indicator.unit.in_(visit.words.lang), ""
    return visit.pillar(visit.address.slug) if visit.address.slug else visit.words("Overall"), "", ""


def _metadata(visit: Visit) -> dict[str, Any]:
    title, subtitle, _ = _words(visit)
    return records.metadata(visit, title, subtitle, _drawn(visit))


def _pdf(visit: Visit) -> Content:
    theme = "contrast" if visit.address.selection.theme == "contrast" else "light"  # paper is white
    return pdf.render(brief(visit), public.origin(), theme), "application/pdf"


_WORDS: Mapping[str, Callable[[Visit], tuple[str, str]]] = {
    "html": _embed,
    "csv": _csv,
    "json": _json,
    "metadata.json": _metadata_json,
    "txt": _txt,
    "bib": _bib,
}
_PAINTED: Mapping[str, Callable[[Visit], Content]] = {
    "svg": _svg,
    "png": _png,
    "parquet": _parquet,
    "zip": _zip,
    "pdf": _pdf,
}
WORDED = frozenset(_WORDS)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def _name(visit: Visit) -> str:
    """Return a file's name: what it is, and the snapshot it is from."""
    return f"{visit.address.slug or 'overall'}-{visit.edition.id}-{visit.words.lang}"


def _quoted(url: str) -> str:
    from urllib.parse import quote

    return quote(url, safe="")


def _let_others_frame(form: str) -> None:
    """Let any page frame an embed."""
    if form == "html":
        style, script = embed.hashes()
        g.policy, g.style_hashes, g.script_hashes = "framed", (style,), (script,)


def _keep(response: Response, form: str, *, pinned: bool) -> None:
    response.cache_control.public = True
    response.cache_control.max_age = HOUR if form in OF_ITS_DAY or not pinned else YEAR
    if response.cache_control.max_age == YEAR:
        response.cache_control.immutable = True
