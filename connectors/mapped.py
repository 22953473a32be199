"""A plain table, CSV, XLSX or Parquet, read by the mapping that its dataset declares in config/sources.

Per dataset, `options` names the columns: `area` and `period` (or constants, `area_is` and `period_is`), and if wanted
`status` and `missing` (the spellings of "no value"); for CSV also `delimiter` and `decimal`. `status` holds SDMX
letters, or Eurostat's flags where `flags: eurostat`. Per measure, `where.column` is the column of its values, any other
key of `where` a column that must hold the given text, and `group` columns whose text becomes the group ("sex=F"); an
option "column=text" gives the text another name there, and the name `total` takes it out of the group.

`labels` translates the file's own names of areas into codes; without them the file must hold codes. `left_out` lists
areas that are none of ours (EU27_2020), `aliases` codes of the same ground below the level of countries, `withheld`
cells that are not believed. Nothing is guessed: a name without a code, or a number that is none, is an error that names
its row.
"""

from __future__ import annotations

import io
import re
from collections.abc import Hashable

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from config.schema import TOTAL, Dataset, Level, Measure, ObsStatus, Payload, Source
from connectors.archive import table_text
from connectors.contract import Dropped
from connectors.errors import SourceChanged
from connectors.flags import UnknownFlagError, status
from connectors.tables import csv_table, is_workbook, sheet_table
from connectors.unpack import body, require_cells
from connectors.withheld import without_withheld

OPTIONS = frozenset(
    {
        *("file", "area", "area_is", "period", "period_is", "status", "flags", "missing", "delimiter", "decimal"),
        *("places", "left_out", "withheld", "withheld_because"),
    }
)
_PARQUET = b"PAR1"
_CODE = re.compile(r"[A-Z0-9]{2,8}")
_PERIOD = re.compile(r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2])(?:-\d{2})?|-?Q[1-4]|-?S[12])?")
_LETTERS = frozenset(letter.value for letter in ObsStatus)
_EUROSTAT = "eurostat"


def read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return the rows of the declared measures and what was left out; raises SourceChanged naming column, row, cell."""
    dataset = source.datasets[payload.dataset]
    for option in (name for name in dataset.options if name not in OPTIONS and "=" not in name):
        raise _changed(payload, source, f"unknown option {option!r}; the options are {', '.join(sorted(OPTIONS))}")
    table, dropped = _without_others(payload, dataset, _table(payload, source, dataset))
    parts, used = [], pd.Series(data=False, index=table.index)
    for name, measure in dataset.measures.items():
        filters = {column: value for column, value in measure.where.items() if column != "column"}
        chosen = pd.Series(data=True, index=table.index)
        for column, value in filters.items():
            chosen &= table[column] == value
        used |= chosen
        if chosen.any():
            parts.append(_rows(payload, source, dataset, table[chosen], name, measure))
    left = int((~used).sum())
    if not parts:
        raise _changed(payload, source, "no row fits the `where` of any measure; look at the mapping")
    dropped += [Dropped(payload.dataset, "no measure's `where` asks for the row", left)] if left else []
    rows, wrong = without_withheld(pd.concat(parts, ignore_index=True), dataset, payload.dataset)
    return rows, [*dropped, *wrong]


def _without_others(payload: Payload, dataset: Dataset, table: pd.DataFrame) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return the table without the areas that the mapping lists as none of ours, and how many rows these were."""
    listed = dataset.options.get("left_out", ())
    if not listed:
        return table, []
    out = table[str(dataset.options["area"])].isin(listed if isinstance(listed, tuple) else (str(listed),))
    if not out.any():
        return table, []
    example = str(table.loc[out, str(dataset.options["area"])].iloc[0])
    reason = "the mapping lists the area as none of ours"
    return table[~out], [Dropped(payload.dataset, reason, int(out.sum()), example)]


def _columns(source: Source, payload: Payload, dataset: Dataset) -> list[str]:
    options = dataset.options
    if not {"area", "area_is"} & set(options) or not {"period", "period_is"} & set(options):
        cause = (
            f"the mapping needs options.area and options.period (or options.period_is); add them to {source.id}.yaml"
        )
        raise _changed(payload, source, cause)
    named = [str(options[key]) for key in ("area", "period", "status") if key in options]
    for measure in dataset.measures.values():
        if "column" not in measure.where:
            raise _changed(payload, source, "a measure's `where` needs the key `column`: the column of its values")
        named += [measure.where["column"], *(key for key in measure.where if key != "column"), *measure.group]
    return list(dict.fromkeys(named))


def _table(payload: Payload, source: Source, dataset: Dataset) -> pd.DataFrame:
    columns = _columns(source, payload, dataset)
    content = body(source.id, payload)
    if content.startswith(_PARQUET):
        return _parquet(payload, source, content, columns)
    if is_workbook(content):
        return sheet_table(source.id, payload, columns)
    delimiter = str(dataset.options.get("delimiter", ","))
    table = csv_table(source.id, payload, table_text(source.id, payload), columns, delimiter)
    if str(dataset.options.get("decimal", ".")) != ".":
        for column in {measure.where["column"] for measure in dataset.measures.values()}:
            spelt = table[column].str.fullmatch(r"[-+]?[\d,]*\.[\d.,]*")
            _refuse(payload, source, table[column], spelt, "with a point, while options.decimal is another sign")
    return table


def _parquet(payload: Payload, source: Source, content: bytes, columns: list[str]) -> pd.DataFrame:
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        require_cells(source.id, payload, file.metadata.num_rows * file.metadata.num_columns)
        table = file.read(use_threads=False)
        names = table.column_names
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _changed(payload, source, f"the file is no whole Parquet file: {error}") from error
    for column in columns:
        if names.count(column) != 1:
            raise _changed(payload, source, f"no single column {column!r}; the file has {', '.join(names)}")
    cells = {column: [_spelt(value) for value in table[column].to_pylist()] for column in columns}
    if not table.num_rows:
        raise _changed(payload, source, "the table has no rows")
    return pd.DataFrame(cells, dtype=object)


def _spelt(value: object) -> str:
    """Return a typed cell as its text; neither null nor not-a-number is a value."""
    return "" if value is None or value != value else str(value).strip()


def _rows(
    payload: Payload, source: Source, dataset: Dataset, table: pd.DataFrame, name: str, measure: Measure
) -> pd.DataFrame:
    values, blank = _values(payload, source, dataset, table[measure.where["column"]])
    areas = _areas(payload, source, dataset, table)
    return pd.DataFrame(
        {
            "measure": name,
            "ref_area": areas if measure.level == Level.COUNTRY else areas.replace(dict(dataset.aliases)),
            "time_period": _periods(payload, source, dataset, table),
            "group": [_group(dataset, measure, row) for row in table.to_dict("records")],
            "obs_value": values,
            "obs_status": _status(payload, source, dataset, table, blank),
        }
    )


def _group(dataset: Dataset, measure: Measure, row: dict[Hashable, str]) -> str:
    """Return the group of a row, "sex=F,age=Y16_24"; everyone's where no part is left."""
    named = {short: str(dataset.options.get(f"{c}={row[c]}", row[c])) for c, short in measure.group.items()}
    return ",".join(f"{short}={text}" for short, text in named.items() if text != TOTAL) or TOTAL


def _areas(payload: Payload, source: Source, dataset: Dataset, table: pd.DataFrame) -> pd.Series:
    if "area_is" in dataset.options:
        return pd.Series(str(dataset.options["area_is"]), index=table.index)
    names = table[str(dataset.options["area"])]
    codes = names.map(dict(dataset.labels)) if dataset.labels else names
    wrong = codes.isna() | ~codes.map(str).map(lambda code: bool(_CODE.fullmatch(code)))
    advice = "add it to `labels`" if dataset.labels else "write area codes, or add `labels`"
    _refuse(payload, source, names, wrong, f"which is no known area; {advice}")
    return codes


def _periods(payload: Payload, source: Source, dataset: Dataset, table: pd.DataFrame) -> pd.Series:
    if "period_is" in dataset.options:
        return pd.Series(str(dataset.options["period_is"]), index=table.index)
    periods = table[str(dataset.options["period"])].map(lambda cell: cell.removesuffix(" 00:00:00"))
    wrong = ~periods.map(lambda cell: bool(_PERIOD.fullmatch(cell)))
    _refuse(payload, source, periods, wrong, "which is no period; write 2025, 2025-Q1, 2025-06 or 2025-06-30")
    return periods


def _values(payload: Payload, source: Source, dataset: Dataset, cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    missing = dataset.options.get("missing", ())
    spelt = missing if isinstance(missing, tuple) else (str(missing),)
    blank = cells.isin(["", *spelt])
    decimal = str(dataset.options.get("decimal", "."))
    numbers = pd.to_numeric(cells.mask(blank).str.replace(decimal, ".", regex=False), errors="coerce").astype(float)
    advice = "which is no number; name it in options.missing if it means 'no value', or look at options.decimal"
    _refuse(payload, source, cells, numbers.isna() & ~blank, advice)
    return numbers, blank


def _status(payload: Payload, source: Source, dataset: Dataset, table: pd.DataFrame, blank: pd.Series) -> pd.Series:
    if "status" not in dataset.options:
        return blank.map({True: ObsStatus.MISSING.value, False: ObsStatus.NORMAL.value})
    cells = table[str(dataset.options["status"])]
    if dataset.options.get("flags") == _EUROSTAT:
        return _from_flags(payload, source, cells, blank)
    wrong = ~cells.map(lambda cell: set(cell) <= _LETTERS)
    _refuse(payload, source, cells, wrong, f"expected letters of {''.join(sorted(_LETTERS))}")
    known = cells.map(lambda cell: "".join(sorted(set(cell) - {"A"})) or ObsStatus.NORMAL.value)
    return known.mask(blank, ObsStatus.MISSING.value)


def _from_flags(payload: Payload, source: Source, cells: pd.Series, blank: pd.Series) -> pd.Series:
    try:
        letters = [status(cell, has_value=not empty) for cell, empty in zip(cells, blank, strict=True)]
    except UnknownFlagError as error:
        raise _changed(payload, source, f"column {cells.name!r}: {error}") from error
    return pd.Series(letters, index=cells.index)


def _refuse(payload: Payload, source: Source, cells: pd.Series, wrong: pd.Series, advice: str) -> None:
    if wrong.any():
        at = wrong.to_list().index(True)
        row = int(str(wrong.index[at])) + 2  # as a spreadsheet counts: the header is row 1
        raise _changed(payload, source, f"row {row}, column {cells.name!r} holds {cells.iloc[at]!r:.60}, {advice}")


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
