"""Every text of a catalogue in three languages with where it stands, and the numbers a text says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from config.schema import Catalogue
from config.text import Text

# Digits that are part of a name and say no quantity.
NAMES = re.compile(r"NUTS \d|\b5G\b|DOCSIS 3\.1|PM2[.,]5|3[.,]4-3[.,]8 GHz|SWD\(2019\) 283|DCAT-AP \d|[A-Z]{2,}\d+")
# A number as it is written: groups of three digits, then decimals.
WRITTEN = {
    "en": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"),
    "fr": re.compile("\\d{1,3}(?:[\u00a0\u202f]\\d{3})+(?:,\\d+)?|\\d+(?:,\\d+)?"),
    "nl": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"),
}


def texts(value: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Yield each text below a model with its path, e.g. `indicators.theft_victim.caveat`."""
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from texts(inner, f"{path}.{name}")
    elif isinstance(value, tuple):
        for at, inner in enumerate(value):
            yield from texts(inner, f"{path}.{at}")


def cautions(catalogue: Catalogue) -> dict[str, Text]:
    """Return every caveat, flag, label of a limit or target, reason and note on sampling, by its path."""
    wanted = re.compile(r"\.(caveat|flags|reason|because|worst_because|best_because|target_label|limits)\b")
    return {path: text for path, text in texts(catalogue) if wanted.search(path)}


def numbers(text: str, lang: str) -> list[str]:
    """Return the numbers a text says, in one spelling (a point before decimals, no grouping), sorted."""
    found = WRITTEN[lang].findall(NAMES.sub("", text))
    if lang == "en":
        return sorted(number.replace(",", "") for number in found)
    return sorted(re.sub("[.\u00a0\u202f]", "", number).replace(",", ".") for number in found)
