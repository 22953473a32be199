"""The address of a page or form: what a URL says, checked against the catalogue, and back to a URL.

`/{lang}/p/{pillar}`, `/{lang}/i/{indicator}[@{snapshot}][.{form}]`, `/{lang}/c/{place}`, `/{lang}/brief[@{snapshot}]`
and a few fixed pages; all state is in the query (`hero places peers time view sort theme`), so a link restores it. The
same query means the same on every form. The method page alone takes `weights` and `posts`: every other page and form
shows the published scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from config.schema import LANGS, Catalogue, Lang
from config.successors import Succession
from dashboard.choice import Choice, read_choice
from dashboard.selection import (
    MAX_VALUE,
    VIEWS,
    AddressError,
    Selection,
    nearest,
    read_selection,
    refuse_unknown,
    shown,
)

Kind = Literal["home", "pillar", "indicator", "place", "compare", "data", "method", "accessibility", "overall", "brief"]

FORMS = ("html", "svg", "png", "csv", "parquet", "json", "metadata.json", "zip", "txt", "bib")
FIXED_PAGES: tuple[Kind, ...] = ("compare", "data", "method", "accessibility")
SINGLE: Mapping[str, tuple[str, ...]] = {"overall": FORMS, "brief": ("pdf",)}  # what there is one of, and its forms
PICTURES = ("html", "svg", "png", "pdf")  # the other forms are data, read by programs
# What a form depends on, the same for its picture and its data; a page knows more.
ON_FORMS: Mapping[str, tuple[str, ...]] = {
    "indicator": ("hero", "places", "time", "view", "theme"),
    "pillar": ("hero", "places", "view", "theme"),
    "overall": ("hero", "places", "theme"),
    "brief": ("hero", "places", "time", "theme"),
}
VIEWS_OF: Mapping[str, tuple[str, ...]] = {"pillar": ("rank",)}
CHOOSING: Kind = "method"  # the page on which other weights and goalposts are tried
SECTIONS: Mapping[str, Kind] = {"p": "pillar", "i": "indicator", "c": "place"}
SECTION_OF = {kind: section for section, kind in SECTIONS.items()}

# The two ways in which a path names an edition: after the @ of its last part, and as a folder of the interface.
_PINNED = re.compile(r"(?:^/api/v1/snapshots/|@)(?P<snapshot>[^./]+)(?=[./]|$)")
OF_NEWEST: tuple[Kind, ...] = ("home", "pillar", "overall")  # what is made of the newest admitted values only

_LEAF = re.compile(r"(?P<slug>[^@.]*)(?:@(?P<snapshot>[^.]*))?(?:\.(?P<form>.+))?", re.DOTALL)


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
    choice: Choice = field(default_factory=Choice)  # of the method page

    @property
    def path(self) -> str:
        """Path of this address, without the query."""
        tail = (f"@{self.snapshot}" if self.snapshot else "") + (f".{self.form}" if self.form else "")
        if self.kind == "home":
            return f"/{self.lang}/"
        if self.kind in SINGLE:
            return f"/{self.lang}/{self.kind}{tail}"
        if self.kind in FIXED_PAGES:
            return f"/{self.lang}/{self.kind}"
        return f"/{self.lang}/{SECTION_OF[self.kind]}/{self.slug}{tail}"

    @property
    def url(self) -> str:
        """Canonical path and query."""
        query = "&".join(filter(None, (self.selection.query(), self.choice.query())))
        return self.path + (f"?{query}" if query else "")

    def in_(self, lang: Lang) -> Address:
        """Return the same address in another language, with the same selection."""
        return replace(self, lang=lang)

    def as_form(self, form: str, *, snapshot: str | None = None, **changes: object) -> Address:
        """Return the address of another form of the same thing, with changes of what the form depends on."""
        kind: Kind = "overall" if self.kind == "home" else self.kind
        chosen = self.choosing(**changes).selection
        kept = {key: value for key, value in vars(chosen).items() if key in ON_FORMS.get(kind, ())}
        if kept.get("view") not in (None, *VIEWS_OF.get(kind, VIEWS)):
            del kept["view"]
        return replace(self, selection=Selection(**kept), kind=kind, form=form, snapshot=snapshot or self.snapshot)

    def choosing(self, **changes: object) -> Address:
        """Return the same address with fields of the selection changed."""
        return replace(self, selection=replace(self.selection, **changes))  # type: ignore[arg-type]


def parse(path: str, query: Iterable[tuple[str, str]], catalogue: Catalogue, snapshots: Sequence[str] = ()) -> Address:
    """Return the address of a request path such as `/en/i/vhcn_coverage.csv` and its query pairs.

    Raises AddressError 404 for an unknown page, slug, snapshot or form (naming the nearest), 400 for a bad value.
    """
    lang, parts = _language(path)
    address = _page(lang, parts, catalogue, snapshots)
    choice, rest = read_choice(query, catalogue) if address.kind == CHOOSING else (Choice(), query)
    selection, ignored = read_selection(rest, catalogue)
    read = replace(address, selection=selection, ignored=ignored, choice=choice)
    if read.form:
        _check_form(read)
    return read


def _check_form(address: Address) -> None:
    """Refuse what the form of a chart does not depend on; only an embed may be asked with keys of its host's."""
    allowed = ON_FORMS[address.kind]
    refuse_unknown([key for key, value in vars(address.selection).items() if value not in (None, ())], allowed)
    if address.form != "html":
        refuse_unknown(address.ignored, allowed)
    views = VIEWS_OF.get(address.kind, VIEWS)
    if address.selection.view not in (None, *views):
        raise AddressError(
            400, "“{value}” is not a value of {key}. Allowed: {allowed}.", value=str(address.selection.view),
            key="view", allowed=", ".join(views),
        )  # fmt: skip


def replaced_in(path: str, successors: Mapping[str, Succession]) -> Succession | None:
    """Return the succession of the edition that a path is pinned to, None when it is not pinned to a replaced one."""
    match = _PINNED.search(path)
    return successors.get(match["snapshot"]) if match else None


def renamed(path: str, one: Succession) -> str:
    """Return a path that is pinned to a replaced edition, pinned to its successor."""
    return _PINNED.sub(lambda match: match[0].replace(one.replaced, one.successor), path, count=1)


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
        raise AddressError(404, "There is no page at {path}. Pages begin with /en/, /fr/ or /nl/.", path=shown(path))
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
    if slug not in SINGLE:
        raise _no_page(leaf)
    kind: Kind = "brief" if slug == "brief" else "overall"
    return Address(lang, kind, "", _known_snapshot(snapshot, snapshots), _known_form(form, SINGLE[kind]))


def _thing(lang: Lang, kind: Kind, leaf: str, catalogue: Catalogue, snapshots: Sequence[str]) -> Address:
    slug, snapshot, form = _split(leaf)
    known: Mapping[str, object] = {
        "pillar": catalogue.pillars,
        "indicator": catalogue.indicators,
        "place": catalogue.places,
    }[kind]
    if slug not in known:
        raise AddressError(404, _UNKNOWN[kind], slug=shown(slug), nearest=nearest(slug, list(known)))
    if kind == "place" and (form or snapshot):
        raise AddressError(404, "A place has a page only; its numbers are in the formats of each indicator.")
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
        404,
        "There is no page “{slug}”. Nearest: {nearest}.",
        slug=shown(leaf),
        nearest=nearest(leaf, (*FIXED_PAGES, "brief")),
    )


def _known_snapshot(snapshot: str | None, snapshots: Sequence[str]) -> str | None:
    if snapshot is None or snapshot in snapshots:
        return snapshot
    raise AddressError(
        404,
        "There is no edition “{slug}”. Kept here: {nearest}.",
        slug=shown(snapshot),
        nearest=nearest(snapshot, snapshots),
    )


def _known_form(form: str | None, forms: Sequence[str] = FORMS) -> str | None:
    if form is None or form in forms:
        return form
    raise AddressError(
        404, "There is no format “.{slug}”. Choose one of {nearest}.", slug=shown(form), nearest=", ".join(forms)
    )
