"""What the reader chose, as a query: checked against the catalogue, and back to its one canonical form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal, get_args
from urllib.parse import urlencode

from config.schema import Catalogue

View = Literal["line", "rank", "table"]
Theme = Literal["light", "dark", "contrast"]
Sort = Literal["name", "score", "year", "gap", "interval"]  # of the rows of a pillar; "-" before it turns it round
Peers = Literal["size", "income", "density", "all"]
Time = tuple[int | None, int | None] | None  # first and last year, None: open

VIEWS: tuple[View, ...] = get_args(View)
THEMES: tuple[Theme, ...] = get_args(Theme)
SORTS: tuple[Sort, ...] = get_args(Sort)
PEERS: tuple[Peers, ...] = get_args(Peers)
QUERY_KEYS = ("hero", "places", "peers", "time", "view", "sort", "theme")
MAX_VALUE = 2000  # characters that one query value may have
# What mail programs and networks hang onto links to follow readers; it means nothing here and is not looked at.
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|twclid|yclid|igshid|mc_[ce]id|_ga|_gl")

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
    peers: Peers | None = None  # adds the city-regions most like the hero by this figure, or by all of them
    time: Time = None
    view: View | None = None
    sort: str | None = None
    theme: Theme | None = None

    def query(self) -> str:
        """Return the canonical query string, empty for the default selection."""
        return _query(self)


@lru_cache(maxsize=4096)  # a page has some sixty links, most with the same selection
def _query(chosen: Selection) -> str:
    pairs = {
        "hero": chosen.hero,
        "places": ",".join(chosen.places),
        "peers": chosen.peers,
        "time": _time_text(chosen.time),
        "view": chosen.view,
        "sort": chosen.sort,
        "theme": chosen.theme,
    }
    return urlencode({key: value for key, value in pairs.items() if value}, safe=",.")


def read_selection(query: Iterable[tuple[str, str]], catalogue: Catalogue) -> tuple[Selection, tuple[str, ...]]:
    """Return the selection of query pairs and the keys that nobody knows; raises AddressError 400 for a bad value."""
    values: dict[str, str] = {}
    ignored: list[str] = []
    for key, raw in query:
        value = raw.strip()
        if key not in QUERY_KEYS:
            ignored += [] if TRACKING.fullmatch(key) else [shown(key)]
        elif value:
            values[key] = _with(values.get(key), key, _short(key, value))
    selection = Selection(
        hero=_hero(values.get("hero"), catalogue),
        places=_places(values.get("places"), catalogue),
        peers=_one_of("peers", values.get("peers"), PEERS),  # type: ignore[arg-type]
        time=_time(values.get("time")),
        view=_one_of("view", values.get("view"), VIEWS),  # type: ignore[arg-type]
        sort=_one_of("sort", values.get("sort"), (*SORTS, *(f"-{sort}" for sort in SORTS))),
        theme=_one_of("theme", values.get("theme"), THEMES),  # type: ignore[arg-type]
    )
    return selection, tuple(dict.fromkeys(ignored))


def _short(key: str, value: str) -> str:
    if len(value) > MAX_VALUE:
        raise AddressError(400, "{key} is longer than {most} characters; name less at once.", key=key,
                           most=str(MAX_VALUE))  # fmt: skip
    return value


def _with(before: str | None, key: str, value: str) -> str:
    """Return what a key says where it stands again: places are added up, anything else may only be said once more."""
    if before is None or before == value:
        return value
    if key == "places":
        return _short(key, f"{before},{value}")
    return once(key, [before, value])


def once(key: str, values: Sequence[str]) -> str:
    """Return what a key says that may stand once; AddressError 400 where it stands again with something else."""
    other = next((value for value in values if value != values[0]), None)
    if other is None:
        return values[0]
    raise AddressError(400, "{key} stands twice, as “{before}” and as “{value}”; give one.", key=key,
                       before=shown(values[0]), value=shown(other))  # fmt: skip


def refuse_unknown(keys: Iterable[str], allowed: Sequence[str]) -> None:
    """Raise AddressError 400 for the first query key that is not allowed, naming the nearest and those that are."""
    wrong = next((key for key in keys if key not in allowed), None)
    if wrong is None:
        return
    if not allowed:
        raise AddressError(400, "“{key}” is not a key of this address, which has none.", key=shown(wrong))
    raise AddressError(
        400, "“{key}” is not a key of this address. Nearest: {nearest}. Allowed: {allowed}.", key=shown(wrong),
        nearest=nearest(wrong, allowed).split(", ")[0], allowed=", ".join(allowed),
    )  # fmt: skip


def _one_of(key: str, value: str | None, allowed: Sequence[str]) -> str | None:
    if value is None or value in allowed:
        return value
    raise AddressError(
        400, "“{value}” is not a value of {key}. Allowed: {allowed}.", value=shown(value), key=key,
        allowed=", ".join(allowed),
    )  # fmt: skip


def _hero(value: str | None, catalogue: Catalogue) -> str | None:
    if value is None:
        return None
    known = [place.id for place in catalogue.city_regions()]
    if value not in known:
        raise AddressError(
            400, "“{value}” is not a city-region. Nearest: {nearest}.", value=shown(value),
            nearest=nearest(value, known),
        )  # fmt: skip
    return None if value == catalogue.hero else value


def _places(value: str | None, catalogue: Catalogue) -> tuple[str, ...]:
    if value is None:
        return ()
    chosen = tuple(dict.fromkeys(part.strip() for part in re.split(r"[,~ ]", value) if part.strip()))
    for part in chosen:
        if part not in catalogue.places:
            raise AddressError(
                400, "places names “{value}”, which is not a place. Nearest: {nearest}.", value=shown(part),
                nearest=nearest(part, list(catalogue.places)),
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
        value=shown(value),
    )


def _time_text(time: Time) -> str:
    if time is None:
        return ""
    low, high = time
    if low == high:
        return str(low)
    return f"{low or 'earliest'}..{high or 'latest'}"


def nearest(wrong: str, known: Sequence[str]) -> str:
    """Return up to three known words that resemble a wrong one, the first three when none does."""
    near = get_close_matches(wrong[:80].lower(), known, n=3, cutoff=0.4)
    return ", ".join(near or list(known)[:3])


def shown(text: str) -> str:
    """Return text from a request at a length that fits a sentence."""
    return text if len(text) <= 60 else text[:59] + "…"
