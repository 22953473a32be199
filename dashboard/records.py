"""The rows of a download: what a chart shows, tidy, with level, year, unit, interval, status, source and licence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from config.catalogue import measures_of
from config.schema import SCORE_COLUMNS, Catalogue, Source
from config.snapshot import FORMULA_TRIGGERS
from dashboard.chart import Chart
from dashboard.charts.told import Told
from dashboard.pages.visit import Visit
from dashboard.selection import Selection
from dashboard.state import Edition
from indicators.table import EXTRA_COLUMNS

SLICE = 500  # rows that are plain records at once
COLUMNS = (*SCORE_COLUMNS, *EXTRA_COLUMNS, "place", "subject", "caution", "licence", "attribution", "snapshot")


def rows(visit: Visit) -> pd.DataFrame:
    """Return the rows of the thing at an address with COLUMNS, filtered by its `places` and `time`.

    An indicator gives its own rows of all years, a pillar its scores and the values behind them, `overall` everything.
    """
    chosen = _of(visit.edition.table, visit)
    chosen = _filtered(chosen, visit.address.selection, visit.hero)
    catalogue, lang = visit.edition.catalogue, visit.words.lang
    names = {place.id: place.name.in_(lang) for place in catalogue.places.values()}
    pairs = list(zip(chosen["indicator"], chosen["ref_area"], chosen["cautions"], strict=True))
    told = Told(visit)
    terms = {source.id: source for source in catalogue.sources.values()}
    return chosen.assign(
        place=chosen["ref_area"].map(names),
        subject=[told.subject(indicator, place) for indicator, place, _ in pairs],
        caution=[told.said(*pair) for pair in pairs],
        licence=chosen["source"].map(lambda ids: _joined(ids, terms, lambda source: source.licence.id)),
        attribution=chosen["source"].map(lambda ids: _joined(ids, terms, lambda source: source.attribution.in_(lang))),
        snapshot=visit.edition.id,
    )[list(COLUMNS)]


def csv(frame: pd.DataFrame) -> bytes:
    """Return rows as CSV; a text cell that a spreadsheet would run as a formula gets an apostrophe, numbers stay."""
    safe = frame.copy()
    for column in safe.select_dtypes(exclude=["number", "bool"]):
        safe[column] = safe[column].map(_harmless)
    return safe.to_csv(index=False, lineterminator="\n").encode()


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain records for JSON: missing is None, whole counts are integers."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(key): _plain(value) for key, value in row.items()} for row in plain.to_dict(orient="records")]


def json_rows(frame: pd.DataFrame) -> str:
    """Return rows as a JSON list, as `records` gives them; in slices, since plain records weigh ten times as much."""
    slices = (records(frame.iloc[at : at + SLICE]) for at in range(0, len(frame), SLICE))
    told = (json.dumps(part, ensure_ascii=False, allow_nan=False, default=str)[1:-1] for part in slices)
    return f"[{', '.join(told)}]"


# Braces and backslashes mean something in BibTeX.
_BIBTEX = str.maketrans({"{": "(", "}": ")", "\\": "/", "%": r"\%", "&": r"\&", "#": r"\#"})


def _of(table: pd.DataFrame, visit: Visit) -> pd.DataFrame:
    address, catalogue = visit.address, visit.edition.catalogue
    if address.kind == "indicator":
        return table[table["indicator"] == address.slug]
    if address.kind == "pillar":
        parts = {i.id for i in catalogue.scored(address.slug)}
        behind = table["indicator"].isin(parts) & (table["latest"] == True)  # noqa: E712 (objects: NaN is not True)
        return table[(table["indicator"] == f"pillar:{address.slug}") | behind]
    return table


def _filtered(table: pd.DataFrame, selection: Selection, hero: str) -> pd.DataFrame:
    if selection.places:
        table = table[table["ref_area"].isin({hero, *selection.places})]
    if selection.time is not None:
        low, high = selection.time
        years = pd.to_numeric(table["time_period"].str[:4])
        inside = (years >= (low or years.min())) & (years <= (high or years.max()))
        table = table[inside | years.isna()]
    return table


def _joined(ids: object, terms: dict[str, Source], text: Any) -> str:
    """Return a text of every source named in `ids` (several are joined by "; "); empty for scores made of many."""
    known = [terms[part] for part in str(ids).replace(";", " ").split() if part in terms]
    return "; ".join(dict.fromkeys(text(source) for source in known))


def _harmless(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    safe = f"'{cell}" if cell.startswith(FORMULA_TRIGGERS) else cell
    return safe.replace("\r", " ")  # the csv module leaves a bare CR unquoted, and readers end the row there


def _plain(value: object) -> object:
    """Return a numpy scalar as Python's own."""
    return value.item() if hasattr(value, "item") else value


def metadata(visit: Visit, title: str, subtitle: str, chart: Chart | None = None) -> dict[str, Any]:
    """Return what a reader of the rows must know: definition, scale, cautions, sources, licence, snapshot, citation."""
    edition, words, address = visit.edition, visit.words, visit.address
    described: dict[str, Any] = {
        "title": title,
        "subtitle": subtitle,
        "subject": chart.subject if chart else "",
        "cautions": [asdict(caution) for caution in chart.cautions] if chart else [],
        "language": words.lang,
        "snapshot": edition.id,
        "snapshot_date": edition.created,
        "citation": citation(visit, title),
        "filters": address.selection.query(),
        "columns": list(COLUMNS),
    }
    if address.kind == "indicator":
        described |= _indicator(visit)
    described["sources"] = _sources(visit)
    return described


def citation(visit: Visit, title: str) -> str:
    """Return how to cite a chart: title, project, snapshot and its date, and the publisher's own line."""
    words = visit.words
    own = f"{title}. Four Pillars, {words('edition')} {visit.edition.id}, {words.date(visit.edition.created)}."
    if visit.address.kind != "indicator":
        return own
    source = visit.edition.catalogue.indicators[visit.address.slug].citation
    return f"{own} {words('Data: {citation}.', citation=source)}"


def bibtex(visit: Visit, title: str, url: str, cautions: Sequence[str] = ()) -> str:
    """Return the citation as a BibTeX entry; its note holds snapshot and cautions."""
    key = f"fourpillars-{visit.address.slug or 'overall'}-{visit.edition.id}"
    plain = title.translate(_BIBTEX)
    note = " ".join((f"Snapshot {visit.edition.id}.", *cautions)).translate(_BIBTEX)
    return (
        f"@misc{{{key},\n  title = {{{plain}}},\n  author = {{{{Four Pillars contributors}}}},\n"
        f"  year = {{{visit.edition.created[:4]}}},\n  note = {{{note}}},\n  url = {{{url}}}\n}}\n"
    )


def _indicator(visit: Visit) -> dict[str, Any]:
    indicator, lang = visit.edition.catalogue.indicators[visit.address.slug], visit.words.lang
    ends = indicator.goalposts
    return {
        "indicator": indicator.id,
        "pillar": indicator.pillar,
        "role": indicator.role,
        "label": indicator.label.in_(lang),
        "question": indicator.question.in_(lang),
        "unit": indicator.unit.in_(lang),
        "level": indicator.level.value,
        "kind": indicator.kind,
        "window_years": indicator.window_years,
        "comparable": indicator.comparable,
        "other_unit": list(indicator.other_unit),
        "tier": indicator.tier,
        "caveat": indicator.caveat.in_(lang) if indicator.caveat else None,
        "goalposts": ends.model_dump(mode="json") if ends else None,
        "formula": {"function": indicator.value.function, "arguments": dict(indicator.value.args)},
    }


def _sources(visit: Visit) -> list[dict[str, Any]]:
    """Return the publishers' files behind the rows, with licence, hash and address."""
    wanted = set(_measures(visit.edition, visit.address.kind, visit.address.slug))
    return [
        origin.model_dump(mode="json", exclude={"measures"})
        for origin in visit.edition.provenance
        if wanted & set(origin.measures)
    ]


def _measures(edition: Edition, kind: str, slug: str) -> tuple[str, ...]:
    catalogue: Catalogue = edition.catalogue
    chosen = [
        i for i in catalogue.indicators.values() if kind not in ("indicator", "pillar") or slug in (i.id, i.pillar)
    ]
    return tuple(measure for indicator in chosen for measure in measures_of(indicator))
