"""The embed form of a chart: one HTML document, one request, readable without a script, at most 15 kB compressed.

It holds the finding, the figure, the same numbers as a table, and a line with source, licence and snapshot. An optional
script of less than 1 kB posts the height in the three forms that newsrooms already listen for. `STYLE` and `SCRIPT` are
constant, so a policy can allow them by hash: `hashes()`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup, escape

from dashboard import svg, tables
from dashboard.chart import Caution, Chart
from dashboard.i18n import Words
from dashboard.palette import THEMES


def _compact(sheet: str) -> str:
    """Comments and white space that mean nothing are left out."""
    bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", bare)).strip()


STYLE = _compact((Path(__file__).parent / "static" / "embed.css").read_text(encoding="utf-8"))
SCRIPT = (
    "(function(){var n=location.pathname;function p(){var h=Math.ceil(document.body.getBoundingClientRect().height),"
    "o=window.parent;if(o===window)return;o.postMessage({'datawrapper-height':{[n]:h}},'*');"
    "o.postMessage({sentinel:'amp',type:'embed-size',height:h},'*');"
    "o.postMessage('pymxPYMx'+(/[?&]childId=([\\w-]+)/.exec(location.search)||[0,n])[1]+'xPYMxheightxPYMx'+h,'*')}"
    "addEventListener('load',p);addEventListener('resize',p);document.addEventListener('toggle',p,true)})()"
)


def hashes() -> tuple[str, str]:
    """Return the policy sources of the style and the script, each as "'sha256-...'"."""
    return _hash(STYLE), _hash(SCRIPT)


def html(
    chart: Chart,
    words: Words,
    *,
    page_url: str,
    snapshot: str,
    snapshot_date: str,
    pinned: bool = False,
    licence: str = "",
    revision: str = "",
    newer_url: str = "",
    canonical: str = "",
    theme: str | None = None,
    head: Markup | None = None,
) -> Markup:
    """Return the embed of a chart as a whole document.

    `page_url` leads to the full chart, `snapshot_date` is an ISO date, `revision` one sentence saying what a newer
    snapshot changed of what is drawn, `newer_url` the embed as it is now, `head` further elements of the head
    (discovery links). ValueError for an unknown theme.
    """
    if theme is not None and theme not in THEMES:
        raise ValueError(f"no theme {theme!r}; choose one of {', '.join(THEMES)}")
    themed = Markup(' data-theme="{}"').format(theme) if theme else ""
    link = Markup('<link rel="canonical" href="{}">').format(canonical or page_url)
    newer = _newer(words, revision, newer_url)
    fixed = _fixed(words, snapshot, snapshot_date, pinned)
    foot = _source(words, chart, page_url, fixed, licence)
    body = f"{_figure(chart)}{newer}{_cautions(chart, words)}{_table(chart, words)}{foot}"
    return Markup(  # noqa: S704 - every text is escaped
        f'<!doctype html><html lang="{escape(words.lang)}"{themed}><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(chart.title)}</title>'
        f"{link}{head or ''}<style>{STYLE}</style></head>"
        f"<body><main>{body}</main><script>{SCRIPT}</script></body></html>"
    )


def _figure(chart: Chart) -> str:
    note = f'<p class="note">{escape(chart.note)}</p>' if chart.note else ""
    return (
        f'<figure><figcaption><h1>{escape(chart.title)}</h1><p class="sub">{escape(chart.subtitle)}</p>'
        f"</figcaption>{svg.key(chart)}{svg.frame(chart)}</figure>{note}"
    )


def _newer(words: Words, revision: str, url: str) -> str:
    """What changed since, and the way to the chart as it is now."""
    link = Markup(' <a href="{}">{}</a>').format(url, words("The chart as it is now")) if url else ""
    return str(Markup('<p class="newer">{}{}</p>').format(revision, link)) if revision else ""


def _cautions(chart: Chart, words: Words) -> str:
    """Return the most important cautions, and the others to unfold."""
    first, rest = chart.open_cautions, chart.folded_cautions
    if not first:
        return ""
    more = words.plural("and {count} more caution", "and {count} more cautions", len(rest))
    unfold = f"<details><summary>{escape(more)}</summary>{_listed(rest)}</details>" if rest else ""
    return f'<section class="cau" aria-label="{escape(words("Caution"))}">{_listed(first)}{unfold}</section>'


def _listed(cautions: Sequence[Caution]) -> str:
    return f"<ul>{''.join(f'<li>{escape(caution.text)}</li>' for caution in cautions)}</ul>"


def _table(chart: Chart, words: Words) -> str:
    if chart.table is None:
        return ""
    summary = escape(words("The same numbers as a table"))
    return f"<details><summary>{summary}</summary>{tables.html(chart.table)}</details>"


def _fixed(words: Words, snapshot: str, date: str, pinned: bool) -> str:
    said = words("Edition of {date}, {id}", date=words.date(date), id=snapshot)
    return f"{said}, {words('pinned')}." if pinned else f"{said}."


def _source(words: Words, chart: Chart, page_url: str, fixed: str, licence: str) -> str:
    texts = " ".join(str(escape(text)) for text in (chart.source, licence, fixed) if text)
    link = f'<a href="{escape(page_url)}" target="_top">{escape(words("Four Pillars: chart, data, method"))}</a>'
    return f'<p class="src">{texts} {link}</p>'


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
