"""Which pages are driven: every kind of page, taking turns in the languages.

With a number as `FOUR_PILLARS_PAGES` it is every page: laid out in every language, and driven with scripts and axe-core
in one, the next one with the next number. With `all` it is every page in every language in every way.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from config.catalogue import load
from config.schema import LANGS

CATALOGUE = load()
ASKED = os.environ.get("FOUR_PILLARS_PAGES", "")
ALL = ASKED == "all"
TURN = int(ASKED) if ASKED.isdigit() else 0
EVERY = ALL or ASKED.isdigit()
PILLARS = tuple(CATALOGUE.pillars)
INDICATORS = tuple(CATALOGUE.indicators)
FIXED = ("data", "method", "accessibility", "compare", "brief")
COMPARED = ("compare?places=vienna,sofia,rome", "compare?peers=all", "compare?hero=paris&peers=size")
# The hero, a neighbour, an extra, a partial place and a municipality: each kind of place page.
SOME_PLACES = ("brussels", "antwerp", "valletta", "ghent", CATALOGUE.municipalities()[0].id)


def _first(role: str, pillar: str) -> str:
    return next(i.id for i in CATALOGUE.indicators.values() if i.role == role and i.pillar == pillar)


# Every kind of indicator page: scored in each pillar, context, by groups, by municipality, measured at one place only.
SOME_INDICATORS = (
    *(_first("score", pillar) for pillar in PILLARS),
    *(_first("context", pillar) for pillar in PILLARS),
    *("employment_education_gap", "income_median", "no2_background_constant5"),
)


def in_turn(leaves: Sequence[str]) -> list[str]:
    """Return each leaf in one language, taking turns; in every language when all pages are driven."""
    if ALL:
        return [f"/{lang}/{leaf}" for leaf in leaves for lang in LANGS]
    return [f"/{LANGS[(at + TURN) % len(LANGS)]}/{leaf}" for at, leaf in enumerate(leaves)]


def everywhere(leaves: Sequence[str]) -> list[str]:
    """Return each leaf in every language."""
    return [f"/{lang}/{leaf}" for leaf in leaves for lang in LANGS]


def in_one_language(paths: Sequence[str]) -> set[str]:
    """Return of each page the first address that leads to it, whatever its language."""
    return set({path[3:]: path for path in reversed(paths)}.values())


def laid_out(paths: Sequence[str]) -> list[str]:
    """Return the addresses at which layout is looked at without scripts, which costs little: in every language."""
    if not EVERY:
        return list(paths)
    return everywhere(list(dict.fromkeys(path[4:] for path in paths)))


def pages() -> list[str]:
    """Return the addresses of pages."""
    indicators = INDICATORS if EVERY else SOME_INDICATORS
    return [
        *everywhere(["", "data", "method", f"p/{PILLARS[0]}", f"i/{INDICATORS[0]}"]),
        *in_turn([f"p/{pillar}" for pillar in PILLARS[1:]]),
        *in_turn(FIXED[2:]),
        *in_turn(COMPARED),
        *in_turn([f"i/{indicator}" for indicator in indicators if indicator != INDICATORS[0]]),
        *in_turn([f"c/{place}" for place in SOME_PLACES]),
    ]


def embeds() -> list[str]:
    """Return the addresses of charts to be framed."""
    leaves = [*(f"i/{i}.html" for i in INDICATORS), *(f"p/{p}.html" for p in PILLARS), "overall.html"]
    return [*everywhere(leaves[:1]), *in_turn(leaves[1:])]
