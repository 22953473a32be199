"""Digital Decade portal of the European Commission: DESI indicators by country, with the 2030 targets left aside.

Three forms, one content: the live `/facts/` JSON (a bare array), a chart group's CSV, and the catalogue's own export
(a list of {"model": "core.fact", "fields": {...}}). The year of a value is `reference_period`; `period` is the edition
("desi_2026"). Records with breakdown `dd_target_2030` are goals, not observations. Greece is EL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.flags import UnknownFlagError, status
from connectors.tables import assemble, csv_table, member
from connectors.unpack import json_value, text

SOURCE_ID = "digital_decade"
TARGET = "dd_target_2030"
_CODES = ("indicator", "breakdown", "unit", "country", "period")
_COLUMNS = (*_CODES, "value", "flags", "reference_period")
_KEY = ["measure", "ref_area", "time_period"]
_COUNTRY = re.compile(r"[A-Z]{2}|EU[0-9A-Za-z_]+")  # a country, or a group of them ("EU", "EU27_2020", "EUplus")
_YEAR = re.compile(r"(?:19|20)\d{2}")
# The portal's own signs beside Eurostat's letters: a real or a rounded zero, a break, "a part of the total is missing".
_SIGNS = {"0n": "", "0": "", "|": "b", "~": "d"}
_UNAVAILABLE = "x"
_CONFIDENTIAL = "CNP"


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the facts of the declared indicators, all editions, one call per dataset; raises SourceUnavailable."""
    return [get(name, dataset.url, params=_query(dataset)) for name, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return one value per indicator, country and reference year, of the latest edition that has it.

    Raises SourceChanged naming a lost column, an unknown flag, or an indicator that is no longer there.
    """
    return assemble(payloads, source, _read)


def read_facts(source_id: str, payload: Payload) -> pd.DataFrame:
    """Return the portal's facts in any of its forms: the columns of a fact, codes in lower case, countries as given."""
    content = text(source_id, payload)
    if content.lstrip().startswith(("[", "{")):
        facts = pd.DataFrame(_json_facts(source_id, payload), columns=list(_COLUMNS), dtype=object)
    else:
        content = text(source_id, payload, whole_lines=True)
        facts = csv_table(source_id, payload, content, _COLUMNS)[list(_COLUMNS)]
    return checked_codes(source_id, payload, facts)


def checked_codes(source_id: str, payload: Payload, facts: pd.DataFrame) -> pd.DataFrame:
    """Return the facts with codes in lower case, as the portal compares them.

    Raises SourceChanged naming a country that is no country code.
    """
    odd = facts.loc[~facts["country"].map(lambda code: bool(_COUNTRY.fullmatch(code))), "country"]
    if len(odd):
        cause = f"column 'country' holds {odd.iloc[0]!r:.60}, which is no country code"
        raise SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)
    lowered = {column: facts[column].str.lower() for column in ("indicator", "breakdown", "unit")}
    return facts.assign(**lowered)


def years(source_id: str, payload: Payload, facts: pd.DataFrame) -> pd.Series:
    """Return the year of each fact: its reference period, else a period that is a year; None where neither is given."""
    named = facts["reference_period"].map(lambda cell: cell or None)
    odd = named[named.notna() & ~named.map(_is_year)]
    if len(odd):
        cause = f"column 'reference_period' holds {odd.iloc[0]!r}, which is no year"
        raise SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)
    return named.where(named.notna(), facts["period"].where(facts["period"].map(_is_year), None))


def statuses(source_id: str, payload: Payload, facts: pd.DataFrame) -> pd.Series:
    """Return the observation status of each fact from its flags; raises SourceChanged for a flag nobody declared."""
    values = facts["value"].map(lambda value: value not in (None, ""))
    try:
        found = [_status(str(flags or ""), has) for flags, has in zip(facts["flags"], values, strict=True)]
    except UnknownFlagError as error:
        raise SourceChanged(source_id, str(error), dataset=payload.dataset, url=payload.url) from error
    return pd.Series(found, index=facts.index, dtype=object)


def _query(dataset: Dataset) -> dict[str, str]:
    """Ask for every declared indicator at once: a comma is "or", and the portal wants all three dimensions."""
    wheres = [measure.where for measure in dataset.measures.values()]
    asked = {key: ",".join(dict.fromkeys(where[key] for where in wheres)) for key in ("indicator", "breakdown", "unit")}
    return {**asked, "format": "json"}


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    facts = read_facts(source.id, payload)
    facts["measure"] = _measures(source.datasets[payload.dataset], facts)
    targets = facts["breakdown"] == TARGET
    foreign = facts["measure"].isna() & ~targets
    dropped = _report(payload, facts[targets], "the record is a 2030 target, not an observation")
    dropped += _report(payload, facts[foreign], "no measure is declared for its indicator, breakdown and unit")
    facts = facts[facts["measure"].notna() & ~targets]
    facts = facts.assign(
        ref_area=facts["country"],
        time_period=years(source.id, payload, facts),
        obs_value=facts["value"].map(lambda value: None if value == "" else value),
        obs_status=statuses(source.id, payload, facts),
    )
    undated = facts["time_period"].isna()
    dropped += _report(payload, facts[undated], "the edition names no reference year for it")
    return _latest(payload, facts[~undated], dropped)


def _measures(dataset: Dataset, facts: pd.DataFrame) -> pd.Series:
    triples = {
        (m.where["indicator"], m.where["breakdown"], m.where["unit"]): name for name, m in dataset.measures.items()
    }
    keys = zip(facts["indicator"], facts["breakdown"], facts["unit"], strict=True)
    return pd.Series([triples.get(key) for key in keys], index=facts.index, dtype=object)


def _latest(payload: Payload, facts: pd.DataFrame, dropped: list[Dropped]) -> tuple[pd.DataFrame, list[Dropped]]:
    """Keep the latest edition of each year: biennial surveys are repeated, and revised, in the next report."""
    newest = facts.groupby(_KEY)["period"].transform("max")
    old = facts["period"] != newest
    reason = "a later edition gives the same year again"
    return facts.loc[~old, [*_KEY, "obs_value", "obs_status"]], dropped + _report(payload, facts[old], reason)


def _report(payload: Payload, facts: pd.DataFrame, reason: str) -> list[Dropped]:
    if facts.empty:
        return []
    first = facts.iloc[0]
    example = f"{first['indicator']} {first['country']} {first['period']} = {first['value']}"
    return [Dropped(payload.dataset, reason, len(facts), example)]


def _json_facts(source_id: str, payload: Payload) -> list[list[Any]]:
    facts = json_value(source_id, payload)
    if not isinstance(facts, list) or not facts:
        raise SourceChanged(source_id, "expected a list of facts", dataset=payload.dataset, url=payload.url)
    return [_fact(source_id, payload, fact) for fact in facts]


def _fact(source_id: str, payload: Payload, fact: Any) -> list[Any]:
    """Return one fact in the order of `_COLUMNS`; in the catalogue's export a code stands alone in a list."""
    if not isinstance(fact, dict):
        raise SourceChanged(source_id, f"a fact is {fact!r:.60}, no object", dataset=payload.dataset, url=payload.url)
    fields = member(source_id, payload, fact, "fields", dict) if "model" in fact else fact
    bare = {key: _only(value) for key, value in fields.items()}
    codes = [member(source_id, payload, bare, key, str) for key in _CODES]
    return [
        *codes,
        _value(source_id, payload, bare),
        *(_optional(source_id, payload, bare, key) for key in _COLUMNS[6:]),
    ]


def _only(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _value(source_id: str, payload: Payload, fields: Mapping[str, Any]) -> float | None:
    """Return the number of a fact; `null` is "no value", a missing key is a changed answer."""
    if fields.get("value", 0) is None:
        return None
    value = member(source_id, payload, fields, "value", object)
    if isinstance(value, bool) or not isinstance(value, int | float):
        cause = f"key 'value' is {value!r:.60}; expected a number"
        raise SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)
    return float(value)


def _optional(source_id: str, payload: Payload, fields: Mapping[str, Any], key: str) -> str | None:
    return None if fields.get(key, "") is None else member(source_id, payload, fields, key, str)


def _is_year(text_: object) -> bool:
    return isinstance(text_, str) and _YEAR.fullmatch(text_) is not None


def _status(flags: str, has_value: bool) -> str:
    for sign, letters in _SIGNS.items():
        flags = flags.replace(sign, letters)
    confidential = "".join(flag for flag in flags if flag in _CONFIDENTIAL)
    plain = "".join(flag for flag in flags if flag not in _CONFIDENTIAL + _UNAVAILABLE + ", ")
    return status(plain, has_value=has_value, confidentiality=confidential)
