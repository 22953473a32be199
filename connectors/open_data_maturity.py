"""Open Data Maturity of data.europa.eu: total points per country, from the answered questionnaires of one edition.

One XLSX per country, downloaded by hand. The total stands right of the words "Total Score:"; the country is the answer
to "What is your country?", so a renamed file cannot move a score to another country. Points, not percent: the maximum
is the edition's own (2540 in 2023). The total must equal the four dimensions' points.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, by_hand, first_sheet
from connectors.unpack import SheetRow

SOURCE_ID = "open_data_maturity"
_MEASURE = "odm_total_points"
_TOTAL = "Total Score:"
_COUNTRY = "What is your country?"
_DIMENSION = "Dimension "
_ANSWER = 2  # columns right of the question: "Answer" says N/A, "Justification" holds the name


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the files to download by hand: the portal offers no address to call."""
    raise by_hand(source, next(iter(source.datasets)), "the questionnaire of each country (XLSX)")


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the total points by country for each edition.

    Raises SourceChanged when the total, the country or a dimension is not found, or when they contradict each other.
    """
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    grid = first_sheet(source.id, payload)
    row = {
        "measure": _MEASURE,
        "ref_area": _country(payload, source, dataset, grid),
        "time_period": str(dataset.options["edition"]),
        "obs_value": _total(payload, source, dataset, grid),
    }
    return pd.DataFrame([row]), []


def _total(payload: Payload, source: Source, dataset: Dataset, grid: list[SheetRow]) -> float:
    totals = [_points(payload, source, cells[0]) for cells in _right_of(grid, _TOTAL)]
    if len(totals) != 1:
        raise _changed(payload, source, f"the cell {_TOTAL!r} is there {len(totals)} times, expected once")
    parts = [_points(payload, source, score) for score in _dimension_scores(grid)]
    if len(parts) != dataset.options["dimensions"]:
        raise _changed(
            payload, source, f"{len(parts)} rows begin with {_DIMENSION!r}, expected {dataset.options['dimensions']}"
        )
    if sum(parts) != totals[0]:
        raise _changed(payload, source, f"the dimensions add up to {sum(parts):g}, the total says {totals[0]:g}")
    if not 0 <= totals[0] <= float(str(dataset.options["maximum"])):
        raise _changed(payload, source, f"{totals[0]:g} points are more than the maximum {dataset.options['maximum']}")
    return totals[0]


def _country(payload: Payload, source: Source, dataset: Dataset, grid: list[SheetRow]) -> str:
    named = [str(cells[_ANSWER - 1]).strip() for cells in _right_of(grid, _COUNTRY) if len(cells) >= _ANSWER]
    if len(named) != 1:
        raise _changed(payload, source, f"the question {_COUNTRY!r} is answered {len(named)} times, expected once")
    if named[0] not in dataset.labels:
        raise _changed(
            payload, source, f"country {named[0]!r} is not among the labels in config/sources/{source.id}.yaml"
        )
    return dataset.labels[named[0]]


def _right_of(grid: list[SheetRow], words: str) -> Iterator[tuple[Any, ...]]:
    for row in grid:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.strip() == words:
                yield (*row[column + 1 :], None)


def _dimension_scores(grid: list[SheetRow]) -> Iterator[Any]:
    """Give the last filled cell of each row headed "Dimension 1: ...": its points."""
    for row in grid:
        if any(isinstance(cell, str) and cell.startswith(_DIMENSION) for cell in row):
            yield next(cell for cell in reversed(row) if cell is not None)


def _points(payload: Payload, source: Source, cell: object) -> float:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise _changed(payload, source, f"expected points, found {cell!r:.60}")
    return float(cell)


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
