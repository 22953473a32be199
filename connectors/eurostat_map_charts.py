"""The data of a bar chart of Urban-rural Europe: a value per country for cities, towns and suburbs, and rural areas.

    {"data": [{"country": "Belgium", "cities": 25.4, "towns_suburbs": 12.6, "rural": 13.2}]}

Countries come by name; the European Union's bar is left out. The file says neither its unit nor its year: config does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from config.schema import Payload, Source
from connectors.contract import Dropped
from connectors.errors import SourceChanged
from connectors.tables import member
from connectors.unpack import json_value

_AREAS = ("cities", "towns_suburbs", "rural")
_UNION, _COUNTRY = "EU", "country"


def read_chart(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return a value per country (code) and degree of urbanisation ("degurba=DEG1"), in the measure's unit.

    Raises SourceChanged for a country without a code, a key that is gone or new, or a value that is no number.
    """
    document = json_value(source.id, payload)
    if not isinstance(document, dict):
        raise _changed(payload, source, f"expected a JSON object, found {document!r:.60}")
    bars = member(source.id, payload, document, "data", list)
    records = [record for bar in bars for record in _bar(payload, source, bar)]
    reason = "the bar is the European Union's"
    union = sum(isinstance(bar, dict) and bar.get(_COUNTRY) == _UNION for bar in bars)
    return pd.DataFrame(records), [Dropped(payload.dataset, reason, union, _UNION)] if union else []


def _bar(payload: Payload, source: Source, bar: Any) -> Iterator[dict[str, object]]:
    dataset = source.datasets[payload.dataset]
    if not isinstance(bar, dict) or set(bar) != {_COUNTRY, *_AREAS}:
        raise _changed(payload, source, f"a bar is {bar!r:.80}, expected the keys {', '.join((_COUNTRY, *_AREAS))}")
    country = str(bar[_COUNTRY])
    if country == _UNION:
        return
    if country not in dataset.labels:
        raise _changed(payload, source, f"the country {country!r} has no code; add it to `labels`")
    (name, measure), *_ = dataset.measures.items()
    for area in _AREAS:
        value = bar[area]
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise _changed(payload, source, f"{country}, {area} is {value!r:.60}, expected a number")
        yield {
            "measure": name,
            "ref_area": dataset.labels[country],
            "time_period": str(dataset.options["period"]),
            "group": f"{measure.group['area']}={dataset.options[area]}",
            "obs_value": value,
        }


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
