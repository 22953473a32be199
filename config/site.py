"""About whom the site speaks when an address does not say, and how the municipalities lie on the tile map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from config.text import Frozen, Id

Step = Annotated[int, Field(ge=0, le=19)]


class Site(Frozen):
    """What site.yaml holds: the hero, its usual peers, the lens of the home page, the tiles of municipalities."""

    hero: Id
    default_peers: tuple[Id, ...] = ()  # in order of preference; those that are no place here are passed over
    lens: Id | None = None  # an indicator by municipality
    recent_years: int = Field(default=4, ge=1, le=50)  # the newest year of the scored values and those before it
    tiles: Mapping[str, tuple[Step, Step]] = {}  # code of a municipality -> row and column
