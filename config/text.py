"""Texts in three languages, and the base of every model of the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

Lang = Literal["en", "fr", "nl"]
LANGS: tuple[Lang, ...] = ("en", "fr", "nl")

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


# What no picture and no paper can hold (XML 1.0, 2.2), and what turns the order of letters round. Lines may end.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_WEB = re.compile(r"https?://[^\s/?#\\<>\"]+[^\s\\<>\"]*", re.IGNORECASE)
_NO_SCHEME = re.compile(r"(?!//)[^\s:\\<>\"]*")
LONGEST_NAME = 120  # letters of a name or label: two lines of the briefing


class Frozen(BaseModel):
    """Base of every model: immutable, unknown keys are errors, and no text has control characters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="after")
    @classmethod
    def _printable(cls, value: Any) -> Any:
        for text in value.values() if isinstance(value, Mapping) else (value,):
            found = _UNPRINTABLE.search(text) if isinstance(text, str) else None
            if found:
                raise ValueError(f"the character U+{ord(found[0]):04X} cannot be printed; remove it")
        return value


def _web(address: str) -> str:
    if not _WEB.fullmatch(address):
        raise ValueError("this is no address of the web; it begins with https:// or http://")
    return address


def _web_or_none(address: str) -> str:
    if not _WEB.fullmatch(address) and not _NO_SCHEME.fullmatch(address):
        raise ValueError("this is no address of the web; it begins with https:// or http://")
    return address


# An address that readers follow, and one that a payload came from: a name of no scheme is a file of the office's own.
Link = Annotated[str, AfterValidator(_web)]
Origin = Annotated[str, AfterValidator(_web_or_none)]


class Text(Frozen):
    """One text in the three languages; a missing one is an error at load."""

    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    nl: str = Field(min_length=1)

    def in_(self, lang: str) -> str:
        """Return the text in `lang` ("en", "fr" or "nl"); KeyError for another language."""
        return {"en": self.en, "fr": self.fr, "nl": self.nl}[lang]


def _short(name: Text) -> Text:
    for lang in LANGS:
        if len(name.in_(lang)) > LONGEST_NAME:
            raise ValueError(f"{lang} has {len(name.in_(lang))} letters; a name has at most {LONGEST_NAME}")
    return name


Name = Annotated[Text, AfterValidator(_short)]


class Symbol(Text):
    """What is put after a number, in the three languages; empty for a score or a rate. `one`: after 1, " day"."""

    en: str
    fr: str
    nl: str
    one: Text | None = None
