"""Ookla: mean speed and latency of tests on fixed lines, per quarter and territory, as EDJNet averaged Ookla's tiles.

One CSV per territorial level: id, quarter (its first day), avg_d and avg_u (Mbit/s), avg_l (ms), name. People test by
their own choice, so this is no measurement of the network. The terms are non-commercial: off by default, and never in
a snapshot. A municipality is `BE_21004` in the file: that one is the City of Brussels, not the Region.
"""

from __future__ import annotations

import re

import pandas as pd

from config.schema import Level, ObsStatus, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, csv_table, require_form, require_grid
from connectors.unpack import text

SOURCE_ID = "ookla"
_NOT_MEASURED = "NA"
_QUARTER = re.compile(r"20\d{2}-(?:01|04|07|10)-01")
_OUTSIDE_NUTS = r"[A-Z]{3}\.[0-9._]+|UA[0-9]{2,6}"  # regions of countries without NUTS codes
_CODES = {
    Level.COUNTRY: re.compile(r"[A-Z]{2,3}"),
    Level.NUTS2: re.compile(rf"[A-Z]{{2}}[0-9A-Z]{{2}}|{_OUTSIDE_NUTS}"),
    Level.NUTS3: re.compile(rf"[A-Z]{{2}}[0-9A-Z]{{3}}|{_OUTSIDE_NUTS}"),
    Level.MUNICIPALITY: re.compile(r"[A-Z]{2,3}_[0-9A-Z_-]+"),
}


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the published file of each dataset; raises SourceUnavailable."""
    return [get(dataset_id, dataset.url) for dataset_id, dataset in source.datasets.items()]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return Mbit/s and ms by territory and quarter ("2022-Q2"); raises SourceChanged naming the cell at fault."""
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    columns = {measure.where["column"]: name for name, measure in dataset.measures.items()}
    table = csv_table(source.id, payload, text(source.id, payload, whole_lines=True), ("id", "quarter", *columns))
    (level,) = {measure.level for measure in dataset.measures.values()}
    require_form(source.id, payload, table, "id", _CODES[level], f"{level} code")
    require_form(source.id, payload, table, "quarter", _QUARTER, "first day of a quarter")
    require_grid(source.id, payload, table, "id", "quarter")
    # Municipalities have codes of their own in the file; only those that config maps have a name we know them by.
    table["ref_area"] = table["id"].map(dataset.aliases) if dataset.aliases else table["id"]
    unknown = table["ref_area"].isna()
    if unknown.all():
        raise SourceChanged(source.id, "no territory of config is left in the file", dataset=payload.dataset)
    return _long(table[~unknown], columns), _left_out(payload, table["id"][unknown])


def _left_out(payload: Payload, codes: pd.Series) -> list[Dropped]:
    if codes.empty:
        return []
    reason = "config maps the publisher's code to no area"
    return [Dropped(payload.dataset, reason, len(codes), str(codes.iloc[0]))]


def _long(table: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    long = table.melt(("ref_area", "quarter"), list(columns), var_name="column", value_name="obs_value")
    missing = long["obs_value"] == _NOT_MEASURED
    return pd.DataFrame(
        {
            "measure": long["column"].map(columns),
            "ref_area": long["ref_area"],
            "time_period": long["quarter"].str[:4] + "-Q" + (long["quarter"].str[5:7].astype(int) // 3 + 1).astype(str),
            "obs_value": long["obs_value"].mask(missing),
            "obs_status": missing.map({True: ObsStatus.MISSING.value, False: ObsStatus.NORMAL.value}),
        }
    )
