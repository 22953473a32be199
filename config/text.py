"""Texts in three languages, and the base of every model of the vocabulary."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Lang = Literal["en", "fr", "nl"]
LANGS: tuple[Lang, ...] = ("en", "fr", "nl")

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Frozen(BaseModel):
    """Base of every model: immutable, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """One text in the three languages; a missing one is an error at load."""

    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    nl: str = Field(min_length=1)

    def in_(self, lang: str) -> str:
        """Return the text in `lang` ("en", "fr" or "nl"); KeyError for another language."""
        return {"en": self.en, "fr": self.fr, "nl": self.nl}[lang]


class Symbol(Text):
    """What is put after a number, in the three languages; empty for a score or a rate. `one`: after 1, " day"."""

    en: str
    fr: str
    nl: str
    one: Text | None = None
