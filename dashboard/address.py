"""The address of a page or form: what a URL says, checked against the catalogue, and back to a URL.

`/{lang}/p/{pillar}`, `/{lang}/i/{indicator}[@{snapshot}][.{form}]`, `/{lang}/c/{place}` and a few fixed pages; all
state is in the query (`hero places time view theme`), so a link restores it. The same query means the same on every
form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Literal, get_args
from urllib.parse import urlencode

from config.schema import LANGS, Catalogue, Lang

Kind = Literal["home", "pillar", "indicator", "place", "compare", "data", "method", "accessibility", "overall"]
View = Literal["line", "rank", "table"]
Theme = Literal["light", "dark", "contrast"]
Time = tuple[int | None, int | None] | None  # first and last year, None: open

FORMS = ("html", "svg", "png", "csv", "parquet", "json", "metadata.json", "zip", "txt", "bib")
VIEWS: tuple[View, ...] = get_args(View)
THEMES: tuple[Theme, ...] = get_args(Theme)
QUERY_KEYS = ("hero", "places", "time", "view", "theme")
FIXED_PAGES: tuple[Kind, ...] = ("compare", "data", "method", "accessibility")
SECTIONS: Mapping[str, Kind] = {"p": "pillar", "i": "indicator", "c": "place"}
SECTION_OF = {kind: section for section, kind in SECTIONS.items()}
MAX_VALUE = 2000  # characters of one query value that are read at all

_LEAF = re.compile(r"(?P<slug>[^@.]*)(?:@(?P<snapshot>[^.]*))?(?:\.(?P<form>.+))?", re.DOTALL)
_YEAR = re.compile(r"(19|20)\d\d")


class AddressError(Exception):
    """A request that names something we do not have: `status` 400 or 404 and a sentence that says what is allowed."""

    def __init__(self, status: int, message: str, /, **values: str) -> None:
        super().__init__(message.format(**values))
        self.status = status
        self.message = message
        self.values = values


@dataclass(frozen=True)
class Selection:
    """What the reader chose; every field has a default that is left out of URLs."""

    hero: str | None = None
    places: tuple[str, ...] = ()
    time: Time = None
    view: View | None = None
    theme: Theme | None = None

    def query(self) -> str:
        """Return the canonical query string, empty for the default selection."""
        pairs = {
            "hero": self.hero,
            "places": ",".join(self.places),
            "time": _time_text(self.time),
            "view": self.view,
            "theme": self.theme,
        }
        return urlencode({key: value for key, value in pairs.items() if value}, safe=",.")


@dataclass(frozen=True)
class Address:
    """One page or form in one language, with its selection; `ignored` are the query keys nobody knows."""

    lang: Lang
    kind: Kind
    slug: str = ""
    snapshot: str | None = None
    form: str | None = None
    selection: Selection = field(default_factory=Selection)
    ignored: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Path of this address, without the query."""
        leaf = self.slug + (f"@{self.snapshot}" if self.snapshot else "") + (f".{self.form}" if self.form else "")
        if self.kind == "home":
            return f"/{self.lang}/"
        if self.kind == "overall":
            pin = f"@{self.snapshot}" if self.snapshot else ""
            return f"/{self.lang}/overall{pin}" + (f".{self.form}" if self.form else "")
        if self.kind in FIXED_PAGES:
            return f"/{self.lang}/{self.kind}"
        return f"/{self.lang}/{SECTION_OF[self.kind]}/{leaf}"

    @property
    def url(self) -> str:
        """Canonical path and query."""
        query = self.selection.query()
        return self.path + (f"?{query}" if query else "")

    def in_(self, lang: Lang) -> Address:
        """Return the same address in another language, with the same selection."""
        return replace(self, lang=lang)

    def as_form(self, form: str, *, snapshot: str | None = None, **changes: object) -> Address:
        """Return the address of another form of the same thing, with changes of the selection."""
        kind: Kind = "overall" if self.kind == "home" else self.kind
        return replace(self.choosing(**changes), kind=kind, form=form, snapshot=snapshot or self.snapshot)

    def choosing(self, **changes: object) -> Address:
        """Return the same address with fields of the selection changed."""
        return replace(self, selection=replace(self.selection, **changes))  # type: ignore[arg-type]


def parse(path: str, query: Iterable[tuple[str, str]], catalogue: Catalogue, snapshots: Sequence[str] = ()) -> Address:
    """Return the address of a request path such as `/en/i/vhcn_coverage.csv` and its query pairs.

    Raises AddressError 404 for an unknown page, slug, snapshot or form (naming the nearest), 400 for a bad value.
    """
    lang, parts = _language(path)
    address = _page(lang, parts, catalogue, snapshots)
    selection, ignored = _selection(query, catalogue)
    return replace(address, selection=selection, ignored=ignored)


def preferred_language(accepted: str | None) -> Lang:
    """Return the language an Accept-Language header asks for most, English when it asks for none of ours."""
    wanted: list[tuple[float, int, Lang]] = []
    for order, part in enumerate((accepted or "")[:MAX_VALUE].split(",")):
        tag, _, quality = part.strip().partition(";q=")
        primary = tag.split("-")[0].lower()
        if primary in LANGS:
            wanted.append((-_quality(quality), order, primary))
    return min(wanted)[2] if wanted else "en"


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def _language(path: str) -> tuple[Lang, list[str]]:
    first, *rest = path.lstrip("/").split("/")
    if first not in LANGS:
        raise AddressError(404, "There is no page at {path}. Pages begin with /en/, /fr/ or /nl/.", path=_shown(path))
    return first, rest


def _page(lang: Lang, parts: list[str], catalogue: Catalogue, snapshots: Sequence[str]) -> Address:
    if parts in ([], [""]):
        return Address(lang, "home")
    if len(parts) == 2 and parts[0] in SECTIONS:
        return _thing(lang, SECTIONS[parts[0]], parts[1], catalogue, snapshots)
    if len(parts) == 1:
        return _single(lang, parts[0], snapshots)
    raise _no_page("/".join(parts))


def _single(lang: Lang, leaf: str, snapshots: Sequence[str]) -> Address:
    if leaf in FIXED_PAGES:
        return Address(lang, leaf)
    slug, snapshot, form = _split(leaf)
    if slug != "overall":
        raise _no_page(leaf)
    return Address(lang, "overall", "", _known_snapshot(snapshot, snapshots), _known_form(form))


def _thing(lang: Lang, kind: Kind, leaf: str, catalogue: Catalogue, snapshots: Sequence[str]) -> Address:
    slug, snapshot, form = _split(leaf)
    known: Mapping[str, object] = {
        "pillar": catalogue.pillars,
        "indicator": catalogue.indicators,
        "place": catalogue.places,
    }[kind]
    if slug not in known:
        raise AddressError(404, _UNKNOWN[kind], slug=_shown(slug), nearest=_nearest(slug, list(known)))
    if kind == "place" and (form or snapshot):
        raise AddressError(404, "A place has a page only; its numbers are in the forms of each indicator.")
    return Address(lang, kind, slug, _known_snapshot(snapshot, snapshots), _known_form(form))


_UNKNOWN: Mapping[str, str] = {
    "pillar": "There is no pillar “{slug}”. Nearest: {nearest}.",
    "indicator": "There is no indicator “{slug}”. Nearest: {nearest}.",
    "place": "There is no place “{slug}”. Nearest: {nearest}.",
}


def _split(leaf: str) -> tuple[str, str | None, str | None]:
    match = _LEAF.fullmatch(leaf)
    if match is None:
        raise _no_page(leaf)
    return match["slug"], match["snapshot"], match["form"]


def _no_page(leaf: str) -> AddressError:
    return AddressError(
        404, "There is no page “{slug}”. Nearest: {nearest}.", slug=_shown(leaf), nearest=_nearest(leaf, FIXED_PAGES)
    )


def _known_snapshot(snapshot: str | None, snapshots: Sequence[str]) -> str | None:
    if snapshot is None or snapshot in snapshots:
        return snapshot
    raise AddressError(
        404,
        "There is no snapshot “{slug}”. Kept here: {nearest}.",
        slug=_shown(snapshot),
        nearest=_nearest(snapshot, snapshots),
    )


def _known_form(form: str | None) -> str | None:
    if form is None or form in FORMS:
        return form
    raise AddressError(
        404, "There is no form “.{slug}”. Choose one of {nearest}.", slug=_shown(form), nearest=", ".join(FORMS)
    )


def _selection(query: Iterable[tuple[str, str]], catalogue: Catalogue) -> tuple[Selection, tuple[str, ...]]:
    values: dict[str, str] = {}
    ignored: list[str] = []
    for key, raw in query:
        value = raw.strip()[:MAX_VALUE]
        if key not in QUERY_KEYS:
            ignored.append(_shown(key))
        elif value:
            values[key] = f"{values[key]},{value}" if key == "places" and key in values else value
    selection = Selection(
        hero=_hero(values.get("hero"), catalogue),
        places=_places(values.get("places"), catalogue),
        time=_time(values.get("time")),
        view=_one_of("view", values.get("view"), VIEWS),  # type: ignore[arg-type]
        theme=_one_of("theme", values.get("theme"), THEMES),  # type: ignore[arg-type]
    )
    return selection, tuple(dict.fromkeys(ignored))


def _one_of(key: str, value: str | None, allowed: Sequence[str]) -> str | None:
    if value is None or value in allowed:
        return value
    raise AddressError(
        400, "“{value}” is not a value of {key}. Allowed: {allowed}.", value=_shown(value), key=key,
        allowed=", ".join(allowed),
    )  # fmt: skip


def _hero(value: str | None, catalogue: Catalogue) -> str | None:
    if value is None:
        return None
    known = [place.id for place in catalogue.city_regions()]
    if value not in known:
        raise AddressError(
            400, "“{value}” is not a city-region. Nearest: {nearest}.", value=_shown(value),
            nearest=_nearest(value, known),
        )  # fmt: skip
    return None if value == catalogue.hero else value


def _places(value: str | None, catalogue: Catalogue) -> tuple[str, ...]:
    if value is None:
        return ()
    chosen = tuple(dict.fromkeys(part.strip() for part in re.split(r"[,~ ]", value) if part.strip()))
    for part in chosen:
        if part not in catalogue.places:
            raise AddressError(
                400, "places names “{value}”, which is not a place. Nearest: {nearest}.", value=_shown(part),
                nearest=_nearest(part, list(catalogue.places)),
            )  # fmt: skip
    return chosen


def _time(value: str | None) -> Time:
    if value is None or value == "latest":
        return None
    start, dots, end = value.partition("..")
    if not dots:
        start, end = value, value
    low, high = _year(start, "earliest", value), _year(end, "latest", value)
    if low is not None and high is not None and low > high:
        raise _bad_time(value)
    return (low, high) if (low, high) != (None, None) else None


def _year(text: str, opening: str, whole: str) -> int | None:
    if text in ("", opening):
        return None
    if not _YEAR.fullmatch(text):
        raise _bad_time(whole)
    return int(text)


def _bad_time(value: str) -> AddressError:
    return AddressError(
        400,
        "“{value}” is not a time. Allowed: a year (2019), a span (2012..2019), earliest..2019 or latest.",
        value=_shown(value),
    )


def _time_text(time: Time) -> str:
    if time is None:
        return ""
    low, high = time
    if low == high:
        return str(low)
    return f"{low or 'earliest'}..{high or 'latest'}"


def _nearest(wrong: str, known: Sequence[str]) -> str:
    near = get_close_matches(wrong[:80].lower(), known, n=3, cutoff=0.4)
    return ", ".join(near or list(known)[:3])


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
