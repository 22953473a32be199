"""Statbel registers by municipality: injury accidents on public roads, and population on 1 January.

Three hand-downloaded forms (the publisher refuses programs), each plain, gzip or zip:

- TF_ACCIDENTS: one row per place, hour and kind, "|"-separated, with counts by gravest outcome (MS_ACCT_WITH_*);
- the accident map (OPENDATA_MAP): one JSON object or CSV row per accident, with its Lambert 72 coordinates (EPSG:31370,
  metres) and its outcome in words; the municipality is a name, written "Forest (Bruxelles-Capitale)" for Forest;
- TF_SOC_POP_STRUCT: residents by municipality, sex, nationality, civil state and age; or a long table of totals.

A fatal accident is one with a person killed on the spot or mortally injured. Counts are given as they are: a file can
be a part of the whole, so no rate is made here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from config.schema import TOTAL, Dataset, Payload, Source
from connectors.archive import table_text
from connectors.contract import Dropped, Get, Observations
from connectors.municipal import COLUMNS, changed, check_whole, long_rows
from connectors.tables import assemble, by_hand, csv_table
from connectors.unpack import body, json_value

SOURCE_ID = "statbel_registers"
_YEAR = re.compile(r"(?:19|20)\d{2}")
_NIS = re.compile(r"[1-9]\d{4}")
_OUTCOMES = {
    "MS_ACCT_WITH_DEAD": "fatal",
    "MS_ACCT_WITH_MORY_INJ": "fatal",
    "MS_ACCT_WITH_SERLY_INJ": "serious",
    "MS_ACCT_WITH_SLY_INJ": "light",
}
_MAP_COLUMNS = ("DT_YEAR_COLLISION", "TX_MUNTY_COLLISION_FR", "MS_X_COORD", "MS_Y_COORD", "TX_CLASS_ACCIDENTS_FR")
_POPULATION_COLUMNS = ("CD_REFNIS", "CD_AGE", "MS_POPULATION", "CD_YEAR")


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the files to download by hand: statbel.fgov.be refuses programs."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options["file"]))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return accidents (group "severity=fatal|serious|light") and residents by municipality (NIS code) and year.

    Raises SourceChanged for a lost column, an unknown outcome or municipality, counts that do not add up, coordinates
    of another system, or a year without one of the Region's municipalities.
    """
    readers = {"accidents": _accidents, "accidents_on_map": _on_map, "population": _population}
    return assemble(payloads, source, lambda payload, source: readers[payload.dataset](payload, source))


def _accidents(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    columns = ("DT_DAY", "CD_MUNTY_REFNIS", "MS_ACCT", *_OUTCOMES)
    table = csv_table(source.id, payload, table_text(source.id, payload), columns, "|")
    table, dropped = _in_region(payload, source, table, "CD_MUNTY_REFNIS")
    counts = pd.DataFrame({name: _whole(payload, source, table, name) for name in ("MS_ACCT", *_OUTCOMES)})
    apart = counts[list(_OUTCOMES)].sum(axis=1)
    if (apart != counts["MS_ACCT"]).any():
        at = (apart != counts["MS_ACCT"]).to_list().index(True)
        cause = f"MS_ACCT is {counts['MS_ACCT'].iloc[at]:g} and its outcomes add up to {apart.iloc[at]:g}"
        raise changed(payload, source, f"row {at}: {cause}")
    year = table["DT_DAY"].str.extract(r"((?:19|20)\d{2})", expand=False)
    if year.isna().any():
        raise changed(payload, source, f"column 'DT_DAY' holds {table.loc[year.isna(), 'DT_DAY'].iloc[0]!r}")
    outcomes = counts.rename(columns=_OUTCOMES).drop(columns="MS_ACCT").T.groupby(level=0).sum().T
    rows = _by_severity(outcomes.assign(ref_area=table["CD_MUNTY_REFNIS"], time_period=year), "statbel_accidents")
    check_whole(payload, source, rows)
    return rows, dropped


def _on_map(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    table = _map_table(payload, source)
    area = _mapped(payload, source, table["TX_MUNTY_COLLISION_FR"], dataset.labels)
    severity = _mapped(payload, source, table["TX_CLASS_ACCIDENTS_FR"], dataset.aliases)
    year = table["DT_YEAR_COLLISION"].map(str)
    odd = year[~year.map(lambda cell: bool(_YEAR.fullmatch(cell)))]
    if len(odd):
        raise changed(payload, source, f"column 'DT_YEAR_COLLISION' holds {odd.iloc[0]!r}")
    located, astray = _located(payload, source, dataset, table)
    outcomes = pd.get_dummies(severity).astype(int).reindex(columns=["fatal", "serious", "light"], fill_value=0)
    keyed = outcomes.assign(ref_area=area, time_period=year)
    rows = _by_severity(keyed, "statbel_accidents_on_map")
    at = located.astype(float).groupby([area, year]).sum().rename_axis(["ref_area", "time_period"])
    found = at.reset_index(name="obs_value").assign(measure="statbel_accidents_located", group=TOTAL)
    rows = pd.concat([rows, found], ignore_index=True)
    check_whole(payload, source, rows)
    return rows, astray


def _map_table(payload: Payload, source: Source) -> pd.DataFrame:
    if not body(source.id, payload).lstrip(b"\xef\xbb\xbf \r\n").startswith(b"["):
        lines = table_text(source.id, payload)
        return csv_table(source.id, payload, lines, _MAP_COLUMNS, "|" if "|" in lines.partition("\n")[0] else ",")
    accidents = json_value(source.id, payload)
    for position, accident in enumerate(accidents):
        lost = [c for c in _MAP_COLUMNS if not isinstance(accident, dict) or c not in accident]
        if lost:
            raise changed(payload, source, f"accident {position} has no {lost[0]!r}")
    if not accidents:
        raise changed(payload, source, "the list of accidents is empty")
    return pd.DataFrame([[accident[c] for c in _MAP_COLUMNS] for accident in accidents], columns=list(_MAP_COLUMNS))


def _located(
    payload: Payload, source: Source, dataset: Dataset, table: pd.DataFrame
) -> tuple[pd.Series, list[Dropped]]:
    """Return which accidents have a place in the Region's box of Lambert 72 metres, and a report of those beyond it."""
    x, y = (_metres(payload, source, table[column]) for column in ("MS_X_COORD", "MS_Y_COORD"))
    box = {side: float(str(dataset.options[side])) for side in ("x_from", "x_to", "y_from", "y_to")}
    inside = x.between(box["x_from"], box["x_to"]) & y.between(box["y_from"], box["y_to"])
    outside = ~inside & x.notna() & y.notna()
    if not outside.any():
        return inside, []
    example = f"x {x[outside].iloc[0]:.0f}, y {y[outside].iloc[0]:.0f}"
    if outside.sum() > inside.sum():
        cause = f"{example} is outside the Region in Lambert 72 metres"
        raise changed(payload, source, f"{int(outside.sum())} accidents: {cause}; was the projection changed?")
    reason = "the place is outside the Region (the accident counts for the municipality it names)"
    return inside, [Dropped(payload.dataset, reason, int(outside.sum()), example)]


def _metres(payload: Payload, source: Source, raw: pd.Series) -> pd.Series:
    empty = raw.isna() | (raw.map(str).str.strip() == "")
    numbers = pd.to_numeric(raw.where(~empty).map(_decimal), errors="coerce").astype(float)
    wrong = numbers.isna() & ~empty
    if wrong.any():
        raise changed(payload, source, f"column {raw.name!r} holds {raw[wrong].iloc[0]!r:.60}")
    return numbers


def _decimal(value: object) -> object:
    return value.replace(",", ".") if isinstance(value, str) else value


def _population(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    lines = table_text(source.id, payload)
    if set(COLUMNS) <= set(lines.partition("\n")[0].strip().split(",")):
        return long_rows(payload, source)
    table = csv_table(source.id, payload, lines, _POPULATION_COLUMNS, "|")
    table, dropped = _in_region(payload, source, table, "CD_REFNIS")
    numbers = {name: _whole(payload, source, table, name) for name in ("CD_AGE", "MS_POPULATION")}
    odd = table.loc[~table["CD_YEAR"].map(lambda cell: bool(_YEAR.fullmatch(cell))), "CD_YEAR"]
    if len(odd):
        raise changed(payload, source, f"column 'CD_YEAR' holds {odd.iloc[0]!r}")
    key = [table["CD_REFNIS"].rename("ref_area"), table["CD_YEAR"].rename("time_period")]
    parts = []
    for measure, declared in source.datasets[payload.dataset].measures.items():
        first, last = (int(age) for age in declared.where["ages"].split("-"))
        counted = numbers["MS_POPULATION"].where(numbers["CD_AGE"].between(first, last), 0)
        parts.append(counted.groupby(key).sum().reset_index(name="obs_value").assign(measure=measure))
    rows = pd.concat(parts, ignore_index=True)
    check_whole(payload, source, rows)
    return rows, dropped


def _in_region(
    payload: Payload, source: Source, table: pd.DataFrame, column: str
) -> tuple[pd.DataFrame, list[Dropped]]:
    odd = table.loc[~table[column].map(lambda cell: bool(_NIS.fullmatch(cell))), column]
    if len(odd):
        raise changed(payload, source, f"column {column!r} holds {odd.iloc[0]!r}, no NIS code")
    prefix = str(source.datasets[payload.dataset].options["region"])
    ours = table[table[column].str.startswith(prefix)].reset_index(drop=True)
    if ours.empty:
        raise changed(payload, source, f"no municipality begins with {prefix}")
    count = len(table) - len(ours)
    return ours, [Dropped(payload.dataset, "the municipality is outside the Region", count)] if count else []


def _whole(payload: Payload, source: Source, table: pd.DataFrame, column: str) -> pd.Series:
    odd = table.loc[~table[column].str.fullmatch(r"\d{1,9}(?:\.0)?"), column]
    if len(odd):
        raise changed(payload, source, f"column {column!r} holds {odd.iloc[0]!r}, expected a count")
    return table[column].astype(float)


def _mapped(payload: Payload, source: Source, cells: pd.Series, names: Mapping[str, str]) -> pd.Series:
    found = [names.get(cell) if isinstance(cell, str) else None for cell in cells]  # a map's cell may be a list
    result = pd.Series(found, index=cells.index, dtype=object)
    if result.isna().any():
        odd = cells[result.isna()].iloc[0]
        raise changed(payload, source, f"{cells.name} holds {odd!r:.60}, which config/sources/{source.id}.yaml lacks")
    return result


def _by_severity(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return one row per municipality, year and severity, and one for all severities together."""
    sums = table.groupby(["ref_area", "time_period"])[["fatal", "serious", "light"]].sum()
    sums = sums.rename(columns=lambda name: f"severity={name}").assign(**{TOTAL: sums.sum(axis=1)})
    long = sums.reset_index().melt(("ref_area", "time_period"), var_name="group", value_name="obs_value")
    return long.assign(measure=measure)
