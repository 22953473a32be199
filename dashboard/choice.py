"""Weights and goalposts the reader would choose, as a query: checked against the catalogue, and back to one form.

`weights=safe:2,vhcn_coverage:0.5` and `posts=no2_annual:40..5` (worst..best). What equals the catalogue is left out,
the rest stands in the catalogue's order, so a link is short and one choice has one address. A form without scripts
sends one key a field instead: `w.safe=2`, `worst.no2_annual=40`, `best.no2_annual=5`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from config.schema import Catalogue, Indicator
from dashboard.selection import MAX_VALUE, AddressError, nearest, shown

WEIGHT, WORST, BEST = "w.", "worst.", "best."  # openings of a form's field names
MOST = 10.0  # a larger weight only says that nothing else counts
ENTRIES = 100  # of one key: more than there are weights and goalposts to choose

_WEIGHT = re.compile(r"\d{1,2}(\.\d{1,2})?")
_END = re.compile(r"-?\d{1,7}(\.\d{1,4})?")

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Choice:
    """Weights by pillar or indicator id and (worst, best) goalposts by indicator id, in the catalogue's order."""

    weights: tuple[tuple[str, float], ...] = ()
    posts: tuple[tuple[str, tuple[float, float]], ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything differs from the catalogue."""
        return bool(self.weights or self.posts)

    def query(self) -> str:
        """Return the canonical query string, empty for the catalogue's own weights and goalposts."""
        if not self:
            return ""
        pairs = {
            "weights": ",".join(f"{id_}:{plain(weight)}" for id_, weight in self.weights),
            "posts": ",".join(f"{id_}:{plain(worst)}..{plain(best)}" for id_, (worst, best) in self.posts),
        }
        return urlencode({key: value for key, value in pairs.items() if value}, safe=",.:")


def plain(value: float) -> str:
    """Return a number as the query and a form's field write it: 2, 0.5, -12.25."""
    return f"{value:.12g}"


def is_field(key: str) -> bool:
    """Return whether a query key is a field of the form, which one canonical address replaces."""
    return key.startswith((WEIGHT, WORST, BEST))


def read_choice(query: Pairs, catalogue: Catalogue) -> tuple[Choice, list[tuple[str, str]]]:
    """Return the choice of query pairs and the other pairs; raises AddressError 400 for what cannot be weighed."""
    found: dict[str, dict[str, str]] = {"weights": {}, WORST: {}, BEST: {}}
    rest: list[tuple[str, str]] = []
    for key, raw in query:
        if key == "weights":
            found["weights"] |= _listed(key, raw)
        elif key == "posts":
            for id_, text in _listed(key, raw).items():
                found[WORST][id_], found[BEST][id_] = _ends(id_, text)
        elif is_field(key):
            opening, _, id_ = key.partition(".")
            if raw.strip():
                found["weights" if opening == "w" else f"{opening}."][id_] = raw.strip()
        else:
            rest.append((key, raw))
    choice = Choice(_weights(found["weights"], catalogue), _posts(found[WORST], found[BEST], catalogue))
    _refuse_bare(choice, catalogue)
    return choice, rest


def _listed(key: str, raw: str) -> dict[str, str]:
    """Return id -> text of `a:1,b:2`."""
    parts = [part.strip() for part in raw.split(",") if part.strip()]
    if len(parts) > ENTRIES or len(raw) > MAX_VALUE:
        raise AddressError(400, "{key} holds too many entries; it may have {most} at most.", key=key, most=str(ENTRIES))
    return {id_.strip(): text.strip() for id_, _, text in (part.partition(":") for part in parts)}


def _ends(id_: str, text: str) -> tuple[str, str]:
    worst, dots, best = text.partition("..")
    if not dots:
        raise _no_posts(id_, text)
    return worst, best


def _weights(given: Mapping[str, str], catalogue: Catalogue) -> tuple[tuple[str, float], ...]:
    usual = {p.id: p.weight for p in catalogue.pillars.values()} | {i.id: i.weight for i in catalogue.scored()}
    for id_ in given:
        if id_ not in usual:
            raise AddressError(
                400, "weights names “{value}”, which is neither a pillar nor a scored indicator. Nearest: {nearest}.",
                value=shown(id_), nearest=nearest(id_, list(usual)),
            )  # fmt: skip
    read = {id_: _weight(id_, text) for id_, text in given.items()}
    return tuple((id_, read[id_]) for id_, weight in usual.items() if read.get(id_, weight) != weight)


def _weight(id_: str, text: str) -> float:
    if not _WEIGHT.fullmatch(text) or float(text) > MOST:
        raise AddressError(
            400, "“{value}” is not a weight. Write {sample}, with a number from 0 to {most} and at most two decimals.",
            value=shown(text), sample=f"{id_}:2", most=plain(MOST),
        )  # fmt: skip
    return float(text)


def _posts(
    worst: Mapping[str, str], best: Mapping[str, str], catalogue: Catalogue
) -> tuple[tuple[str, tuple[float, float]], ...]:
    scored = {indicator.id: indicator for indicator in catalogue.scored()}
    for id_ in (*worst, *best):
        if id_ not in scored:
            raise AddressError(
                400, "posts names “{value}”, which is not a scored indicator. Nearest: {nearest}.",
                value=shown(id_), nearest=nearest(id_, list(scored)),
            )  # fmt: skip
    read = ((i, _pair(i, worst.get(id_), best.get(id_))) for id_, i in scored.items() if id_ in worst or id_ in best)
    return tuple((i.id, pair) for i, pair in read if pair != usual_posts(i))


def usual_posts(indicator: Indicator) -> tuple[float, float]:
    """Return the published goalposts (worst, best) of a scored indicator, in its unit."""
    if indicator.goalposts is None:
        raise ValueError(f"indicator {indicator.id!r} has no goalposts")
    return indicator.goalposts.worst, indicator.goalposts.best


def _pair(indicator: Indicator, worst: str | None, best: str | None) -> tuple[float, float]:
    """Return the two ends; one that is not given stays where it is. Their order may not turn round."""
    usual, read = usual_posts(indicator), []
    for text, end in zip((worst, best), usual, strict=True):
        if text is not None and not _END.fullmatch(text):
            raise _no_posts(indicator.id, f"{worst or ''}..{best or ''}")
        read.append(end if text is None else float(text) + 0.0)  # -0 is 0
    if read[0] == read[1]:
        raise AddressError(
            400, "The two ends of the scale of {id} are equal; a scale needs two different ends.", id=indicator.id
        )
    if (read[1] > read[0]) != (usual[1] > usual[0]):
        message = (
            "The ends of the scale of {id} are turned round: its higher values are better, so the worst end is "
            "the lower one."
            if usual[1] > usual[0]
            else "The ends of the scale of {id} are turned round: its lower values are better, so the worst end is "
            "the higher one."
        )
        raise AddressError(400, message, id=indicator.id)
    return read[0], read[1]


def _no_posts(id_: str, text: str) -> AddressError:
    return AddressError(
        400, "“{value}” is not a pair of ends of the scale. Write {sample}, the worst value first, both plain "
             "numbers.",
        value=shown(text), sample=f"{shown(id_)}:40..5",
    )  # fmt: skip


def _refuse_bare(choice: Choice, catalogue: Catalogue) -> None:
    """Refuse a pillar, or an overall score, that is left without any weight."""
    weights = dict(choice.weights)
    if not any(weights.get(pillar.id, pillar.weight) for pillar in catalogue.pillars.values()):
        raise AddressError(400, "All pillars have weight zero; leave at least one above zero.")
    for pillar in catalogue.pillars:
        members = catalogue.scored(pillar)
        if members and not any(weights.get(i.id, i.weight) for i in members):
            raise AddressError(
                400, "All indicators of {pillar} have weight zero; leave at least one above zero.", pillar=pillar
            )
