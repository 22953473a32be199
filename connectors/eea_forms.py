"""The forms of the EEA's measurements: Parquet (since 2024), CSV of the older service, raw AirBase files (to 2012).

Each becomes one table: `point, pollutant (EEA code), start (naive), value, unit, span ("hour", "day", "var"), validity,
verification`. Start is the beginning of the interval in the time zone of the station, which never has summer time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from config.schema import Payload
from connectors.errors import SourceChanged
from connectors.tables import csv_table
from connectors.unpack import body, require_cells, text

COLUMNS = ("point", "pollutant", "start", "value", "unit", "span", "validity", "verification")
_PARQUET = ("Samplingpoint", "Pollutant", "Start", "Value", "Unit", "AggType", "Validity", "Verification")
_CSV = (
    *("SamplingPoint", "AirPollutantCode", "DatetimeBegin", "Concentration", "UnitOfMeasurement"),
    *("AveragingTime", "Validity", "Verification"),
)
_VOCABULARY = "http://dd.eionet.europa.eu/vocabulary/aq/pollutant/"
_RAW_NAME = re.compile(r"([A-Z]{2}[0-9A-Z]{5})(\d{5})00100hour\.")
_DAY = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d")
_RAW_CELLS = 1 + 24 * 2
_VERIFIED = 1
_PARQUET_FAULTS = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, OverflowError, MemoryError)


def read(source_id: str, payload: Payload) -> pd.DataFrame:
    """Return the table of a file of any of the forms; raises SourceChanged naming the column or line at fault."""
    content = body(source_id, payload)
    if content.startswith(b"PAR1"):
        table = _parquet(source_id, payload, content)
    elif any(name.encode() in content.split(b"\n", 1)[0] for name in _CSV):
        table = _legacy(source_id, payload)
    else:
        return _airbase(source_id, payload)
    table["point"] = table["point"].astype(str).str.rpartition("/")[2]  # "BE/SPO-BETR001_00008_100"
    for name in ("value", "validity", "verification"):
        table[name] = _converted(source_id, payload, table[name], _floats)
    # An offset ("+01:00") is the station's own: without it the time is that of the newer files.
    naive = table["start"] if table["start"].dtype.kind == "M" else table["start"].astype(str).str[:19]
    table["start"] = _converted(source_id, payload, naive, pd.to_datetime)
    return table


def _parquet(source_id: str, payload: Payload, content: bytes) -> pd.DataFrame:
    try:
        file = pq.ParquetFile(io.BytesIO(content), page_checksum_verification=True)
        gone = [name for name in _PARQUET if name not in file.schema_arrow.names]
        if gone:
            raise _changed(source_id, payload, f"column {gone[0]!r} is gone; the file has {file.schema_arrow.names}")
        require_cells(source_id, payload, file.metadata.num_rows * len(_PARQUET))
        table = file.read(columns=list(_PARQUET), use_threads=False)
        table.validate(full=True)
        frame: pd.DataFrame = table.to_pandas().rename(columns=dict(zip(_PARQUET, COLUMNS, strict=True)))
    except _PARQUET_FAULTS as error:
        raise _changed(source_id, payload, f"the file is no whole Parquet file: {error}") from error
    if frame.empty:
        raise _changed(source_id, payload, "the file has no row")
    if frame["start"].dtype.kind != "M":
        raise _changed(source_id, payload, "column 'Start' holds no times")
    return frame.assign(pollutant=frame["pollutant"].astype(str), unit=frame["unit"].astype(str))


def _legacy(source_id: str, payload: Payload) -> pd.DataFrame:
    table = csv_table(source_id, payload, text(source_id, payload, whole_lines=True), _CSV)
    table = table[list(_CSV)].set_axis(list(COLUMNS), axis=1)
    table["pollutant"] = table["pollutant"].str.removeprefix(_VOCABULARY)
    return table


def _airbase(source_id: str, payload: Payload) -> pd.DataFrame:
    """Return the table of a raw file: no header, a line per day, date and 24 pairs of value and flag."""
    named = _RAW_NAME.search(payload.url)
    if not named:
        raise _changed(
            source_id, payload, "the file is neither Parquet nor CSV, nor has it the name of an AirBase file"
        )
    lines = [line.split("\t") for line in text(source_id, payload, whole_lines=True).splitlines()]
    for position, line in enumerate(lines, start=1):
        if len(line) != _RAW_CELLS or not _DAY.fullmatch(line[0]):
            raise _changed(source_id, payload, f"line {position} is no day with 24 pairs of value and flag")
    cells = pd.DataFrame([line[1:] for line in lines])
    numbers = _converted(source_id, payload, cells, lambda grid: grid.apply(pd.to_numeric)).to_numpy(dtype=float)
    days = _converted(source_id, payload, pd.Series([line[0] for line in lines]), pd.to_datetime)
    hours = pd.to_timedelta(range(24), unit="h")
    return pd.DataFrame(
        {
            "point": named[1],
            "pollutant": str(int(named[2])),
            "start": (days.to_numpy()[:, None] + hours.to_numpy()).ravel(),
            "value": numbers[:, 0::2].ravel(),
            "unit": "µg/m3",
            "span": "hour",
            "validity": pd.Series(numbers[:, 1::2].ravel()).clip(upper=1).replace(0, -1).to_numpy(),
            "verification": _VERIFIED,
        }
    )


def _floats(cells: pd.Series) -> pd.Series:
    return pd.Series(pd.to_numeric(cells), index=cells.index, dtype=float)


def _converted(
    source_id: str, payload: Payload, cells: pd.Series | pd.DataFrame, convert: Callable[..., pd.Series]
) -> pd.Series:
    try:
        return convert(cells)
    except (ValueError, TypeError, OverflowError, ArithmeticError) as error:
        where = f"column {cells.name!r}" if isinstance(cells, pd.Series) else "a value or flag"
        raise _changed(source_id, payload, f"{where} holds something else than promised: {error}") from error


def _changed(source_id: str, payload: Payload, cause: str) -> SourceChanged:
    return SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)
