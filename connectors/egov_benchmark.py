"""eGovernment Benchmark of the European Commission: five scores 0-100 by country, over all life events.

Live from the Digital Decade portal's chart group `e-gov-2020-2022` (CSV), or from the published machine-readable
workbook (columns year, Country, variable, brkdown, unit, Value; "." is no value). Only the scores since 2020 are read:
the method changed then, and older rows of the workbook have no variable at all.
"""

from __future__ import annotations

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.digital_decade import checked_codes, read_facts, statuses, years
from connectors.tables import assemble, is_workbook, sheet_table
from connectors.unpack import body

SOURCE_ID = "egov_benchmark"
_WORKBOOK = {"year": "period", "Country": "country", "variable": "indicator", "brkdown": "breakdown", "Value": "value"}
_NO_VALUE = "."
_KEY = ["measure", "ref_area", "time_period"]


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the chart group's facts as CSV; raises SourceUnavailable."""
    return [get(dataset_id, dataset.url) for dataset_id, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the declared scores by country and year; raises SourceChanged naming a lost column or score."""
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    facts = _facts(source.id, payload)
    facts = facts.assign(measure=_measures(dataset, facts), rank=_ranks(dataset, facts))
    ours = facts["measure"].notna() & facts["rank"].notna()
    rows = facts[ours].rename(columns={"country": "ref_area"})
    rows = rows.assign(
        time_period=years(source.id, payload, rows),
        obs_value=rows["value"].map(lambda value: None if value == "" else value),
        obs_status=statuses(source.id, payload, rows),
    )
    # One total per score and year: where two lists of life events were published, the first declared one.
    best = rows["rank"] == rows.groupby(_KEY)["rank"].transform("min")
    other = len(facts) - int(best.sum())
    reason = "it is a single life event, a sub-score, or of the method before 2020"
    dropped = [Dropped(payload.dataset, reason, other)] if other else []
    return rows.loc[best, [*_KEY, "obs_value", "obs_status"]], dropped


def _facts(source_id: str, payload: Payload) -> pd.DataFrame:
    """Return facts in the portal's columns, from whichever of the two forms the payload has."""
    if not is_workbook(body(source_id, payload)):
        return read_facts(source_id, payload)
    facts = sheet_table(source_id, payload, (*_WORKBOOK, "unit")).rename(columns=_WORKBOOK)
    facts = checked_codes(source_id, payload, facts)
    value = facts["value"].where(facts["value"] != _NO_VALUE, "")
    return facts.assign(value=value, flags="", reference_period=facts["period"])


def _measures(dataset: Dataset, facts: pd.DataFrame) -> pd.Series:
    pairs = {(measure.where["indicator"], measure.where["unit"]): name for name, measure in dataset.measures.items()}
    keys = zip(facts["indicator"], facts["unit"], strict=True)
    return pd.Series([pairs.get(key) for key in keys], index=facts.index, dtype=object)


def _ranks(dataset: Dataset, facts: pd.DataFrame) -> pd.Series:
    totals = dataset.options["breakdowns"]
    order = {code: rank for rank, code in enumerate(totals)} if isinstance(totals, tuple) else {}
    return facts["breakdown"].map(order)
