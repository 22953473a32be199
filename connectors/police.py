"""Federal police: recorded offences of four kinds by municipality, as rates per 10,000 of each kind's own base.

The publisher refuses programs, so the table is downloaded by hand. The rates have no counts: they are never averaged
over municipalities nor set on another base. A 0 can mean "not reported": where every municipality of a province has 0
in a year, the figures of that province and year stay missing. Rates were stored in single precision; they have two
decimals. The four kinds do not point the same way (a district rich in cars or shops, or one that reports more, is not
less safe): they are for display and carry no score.
"""

from __future__ import annotations

import pandas as pd

from config.schema import ObsStatus, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.municipal import long_rows
from connectors.tables import assemble, by_hand

SOURCE_ID = "police"
_DECIMALS = 2


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the table to download by hand: police.be refuses programs."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options["file"]))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return offences per 10,000 dwellings, cars, vehicles or households by municipality (NIS code) and year.

    Raises SourceChanged as `connectors.municipal.long_rows` does.
    """
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    rows, dropped = long_rows(payload, source)
    rows["obs_value"] = rows["obs_value"].round(_DECIMALS)
    # The first digit of a NIS code is its province, the second its arrondissement.
    province = rows["ref_area"].str[0]
    keys = [rows["measure"], rows["time_period"], province]
    silent = rows["obs_value"].eq(0).groupby(keys).transform("all")
    rows.loc[silent, "obs_value"] = float("nan")
    rows.loc[silent, "obs_status"] = ObsStatus.MISSING.value
    return rows, dropped
