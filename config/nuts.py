"""How NUTS codes changed from version to version, and which code a value may be carried to: `config/nuts.yaml`.

A *recode* is one region under a new code, and the only relation that carries a value over. Of what was split, merged
or exchanged in parts, no share is known that a rate or a percentage could follow: it is told, never carried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from config.text import Frozen

Code = str
RECODE = "recode"


class Change(Frozen):
    """One region of a version and one of the version before that share ground; shares are of area, 0 to 1."""

    version: int  # the version that brought the later code
    earlier: Code
    later: Code
    relation: Literal["recode", "split_into", "absorbed_into", "partial"]
    of_earlier: float = Field(ge=0, le=1)
    of_later: float = Field(ge=0, le=1)

    def __str__(self) -> str:
        return f"{self.earlier} {self.relation.replace('_', ' ')} {self.later} in NUTS {self.version}"


class Crosswalk(Frozen):
    """The history of the codes of our places, version by version."""

    citation: str
    url: str
    versions: tuple[int, ...]
    changes: tuple[Change, ...]
    same_territory: Mapping[Code, Code] = {}  # a code of level 1 -> its only region of level 2

    @model_validator(mode="after")
    def _one_to_one(self) -> Self:
        if list(self.versions) != sorted(set(self.versions)):
            raise ValueError("'versions' must rise; write [2013, 2016, 2021, 2024]")
        for change in self.changes:
            if change.version not in self.versions[1:]:
                raise ValueError(f"{change}: no version follows another as {change.version}")
        for version in self.versions:
            recodes = [change for change in self.changes if (change.version, change.relation) == (version, RECODE)]
            for side in ([change.earlier for change in recodes], [change.later for change in recodes]):
                twice = sorted({code for code in side if side.count(code) > 1})
                if twice:
                    raise ValueError(f"{twice[0]} is recoded twice in NUTS {version}; a recode is one to one")
        return self

    def carried(self, version: int) -> dict[Code, Code]:
        """Return other version's code -> the code of `version`, over recodes and same territories only."""
        found = dict(self.same_territory)
        for change in self.changes:
            theirs, ours = self._sides(change, version)
            if change.relation == RECODE and ours not in (None, theirs):
                found[theirs] = str(ours)
        return found

    def apart(self, version: int) -> dict[Code, dict[Code, Change]]:
        """Return other version's code -> the codes of `version` it shares ground with, and the change between them.

        Splits, mergers and exchanges only: these values are not carried. Codes of `version` itself are not among them.
        """
        sides = [(*self._sides(change, version), change) for change in self.changes]
        own = {ours for _, ours, _ in sides} | set(self.carried(version))
        found: dict[Code, dict[Code, Change]] = {}
        for theirs, ours, change in sides:
            if ours and theirs not in own:
                found.setdefault(theirs, {})[ours] = change
        return found

    def split_from(self, code: Code, version: int) -> tuple[Code, ...]:
        """Return the codes that `version` brought as parts of a region of the version before it."""
        return tuple(
            change.later
            for change in self.changes
            if (change.version, change.earlier, change.relation) == (version, code, "split_into")
        )

    def between(self, code: Code, start: int, end: int) -> Code | None:
        """Return the code in version `end` of a region of version `start`; None where it is no longer the same."""
        forward = end >= start
        for version in self._met(start, end):
            changes = [c for c in self.changes if c.version == version and code == (c.earlier if forward else c.later)]
            recodes = [change for change in changes if change.relation == RECODE]
            if changes and not recodes:
                return None
            code = (recodes[0].later if forward else recodes[0].earlier) if recodes else code
        return code

    def _sides(self, change: Change, version: int) -> tuple[Code, Code | None]:
        """Return the side of a change that is not of `version`, and the other side followed to `version`."""
        if change.version <= version:
            return change.earlier, self.between(change.later, change.version, version)
        before = self.versions[self.versions.index(change.version) - 1]
        return change.later, self.between(change.earlier, before, version)

    def _met(self, start: int, end: int) -> Iterator[int]:
        """Yield the versions whose changes lie between two versions, in the order they are met."""
        low, high = sorted((start, end))
        met = [version for version in self.versions if low < version <= high]
        yield from met if end >= start else reversed(met)
