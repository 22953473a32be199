"""Tables as publishers give them: CSV and XLSX read as text, every promised column checked before a number is read.

Nothing is guessed: no cell becomes "missing" because it spells NA, no short row is filled up, no column is renamed. A
value that breaks the promise ends in SourceChanged with the column or key by name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import pandas as pd

from config.schema import Payload, Source
from connectors.contract import Dropped, Observations
from connectors.errors import NoObservations, SourceChanged, SourceUnavailable
from connectors.frames import combine, observations
from connectors.unpack import SheetRow, sheets

Reader: TypeAlias = Callable[[Payload, Source], tuple[pd.DataFrame, list[Dropped]]]
GroupReader: TypeAlias = Callable[[Sequence[Payload], Source], tuple[pd.DataFrame, list[Dropped]]]
Kind = TypeVar("Kind")

_ZIP = b"PK\x03\x04"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def assemble(payloads: Sequence[Payload], source: Source, read: Reader) -> Observations:
    """Return the observations of all payloads: rows of one dataset are joined, then checked together.

    `read` turns one payload into rows (columns as `connectors.frames` asks) and what it left out. Raises
    NoObservations without payloads, SourceChanged for a dataset the source does not declare or a measure without rows.
    """

    def each(parts: Sequence[Payload], source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
        done = [read(payload, source) for payload in parts]
        rows = pd.concat([part for part, _ in done], ignore_index=True)
        return rows, [item for _, items in done for item in items]

    return assemble_together(payloads, source, each)


def assemble_together(payloads: Sequence[Payload], source: Source, read: GroupReader) -> Observations:
    """Return the observations of all payloads as `assemble` does, `read` being given all of one dataset at once.

    For files that mean something only together: pages of one catalogue, parts of one list. Raises as `assemble` does.
    """
    if not payloads:
        raise NoObservations(source.id, "there is no payload to read")
    frames = []
    for dataset in dict.fromkeys(payload.dataset for payload in payloads):
        if dataset not in source.datasets:
            known = ", ".join(source.datasets)
            raise SourceChanged(source.id, f"dataset {dataset!r} is not declared; write one of: {known}")
        rows, dropped = read([payload for payload in payloads if payload.dataset == dataset], source)
        _require_measures(source, dataset, rows)
        frames.append(observations(source, dataset, rows, dropped))
    return combine(frames)


def is_workbook(content: bytes) -> bool:
    """Return whether the bytes begin as a zip, which every XLSX workbook is."""
    return content.startswith(_ZIP)


def csv_table(
    source_id: str, payload: Payload, text: str, columns: Iterable[str], delimiter: str = ",", *, only: bool = False
) -> pd.DataFrame:
    """Return the CSV `text` as a frame of strings with its own column names; with `only`, of `columns` alone.

    Raises SourceChanged when one of `columns` is gone, a column name stands twice, or a row has not the header's width.
    """
    lines = (line[0] for line in _LINE.finditer(text))  # a copy of the text would take four times its size
    try:
        rows = [tuple(row) for row in csv.reader(lines, delimiter=delimiter, strict=True) if row]
    except csv.Error as error:
        raise _changed(source_id, payload, f"the file is not readable as CSV: {error}") from error
    return _framed(source_id, payload, rows, columns, only=only)


def sheet_table(source_id: str, payload: Payload, columns: Iterable[str]) -> pd.DataFrame:
    """Return the first sheet as a frame of strings, its first row as column names; raises SourceChanged as above."""
    grid = [["" if cell is None else str(cell) for cell in row] for row in first_sheet(source_id, payload)]
    rows = [row for row in grid if any(row)]
    width = len(rows[0]) if rows else 0
    # A sheet does not store the empty cells at the end of a row.
    return _framed(source_id, payload, [(*row, *[""] * (width - len(row))) for row in rows], columns)


def first_sheet(source_id: str, payload: Payload) -> list[SheetRow]:
    """Return the cells of a workbook's first sheet, row by row; raises SourceChanged when it is no (whole) workbook."""
    for rows in sheets(source_id, payload, head=1, keep=lambda _: True).values():
        return rows
    raise _changed(source_id, payload, "the workbook has no sheet")


def member(source_id: str, payload: Payload, mapping: Mapping[str, Any], key: str, kind: type[Kind]) -> Kind:
    """Return `mapping[key]` of the promised kind; raises SourceChanged naming the key."""
    value = mapping.get(key)
    if key not in mapping or not isinstance(value, kind):
        found = "gone" if key not in mapping else f"{value!r:.60}"
        raise _changed(source_id, payload, f"key {key!r} is {found}; expected {kind.__name__}")
    return value


def require_form(
    source_id: str, payload: Payload, table: pd.DataFrame, column: str, form: re.Pattern[str], what: str
) -> None:
    """Raise SourceChanged naming the first cell of `column` that is not `what`, which `form` matches whole."""
    odd = table.loc[~table[column].map(lambda cell: bool(form.fullmatch(cell))), column]
    if len(odd):
        raise _changed(source_id, payload, f"column {column!r} holds {odd.iloc[0]!r}, which is no {what}")


def require_grid(source_id: str, payload: Payload, table: pd.DataFrame, area: str, period: str) -> None:
    """Raise SourceChanged when an area lacks one of the file's periods: a file published as a grid was cut."""
    periods = table[period].nunique()
    short = table.groupby(area)[period].nunique().loc[lambda count: count < periods]
    if len(short):
        cause = f"{area} {short.index[0]} has {short.iloc[0]} of the file's {periods} periods: the file is not whole"
        raise _changed(source_id, payload, cause)


def by_hand(source: Source, dataset: str, file: str) -> SourceUnavailable:
    """Return the error of a source that cannot be called: which file to download, from where, and how to pass it on."""
    page = source.datasets[dataset].url
    cause = (
        f"this publisher is read from files downloaded by hand: save {file} from {page}, write the line "
        f"'{source.id},{dataset},PATH,{page},DATE' into a CSV with the header "
        "'source,dataset,path,url,retrieved_at', and pass that CSV with --recordings"
    )
    return SourceUnavailable(source.id, cause, dataset=dataset)


def _framed(
    source_id: str, payload: Payload, rows: Sequence[tuple[str, ...]], columns: Iterable[str], *, only: bool = False
) -> pd.DataFrame:
    columns = list(columns)
    if len(rows) < 2:
        raise _changed(source_id, payload, "the table has no rows below its header")
    header = [name.strip() for name in rows[0]]
    for column in columns:
        if header.count(column) != 1:
            fault = "gone" if column not in header else "there twice"
            raise _changed(source_id, payload, f"column {column!r} is {fault}; the file has {', '.join(header)}")
    odd = next((i for i, row in enumerate(rows, start=1) if len(row) != len(header)), None)
    if odd is not None:
        raise _changed(source_id, payload, f"row {odd} has {len(rows[odd - 1])} cells, the header {len(header)}")
    kept = [header.index(name) for name in columns] if only else range(len(header))
    cells = [[row[position].strip() for position in kept] for row in rows[1:]]
    return pd.DataFrame(cells, columns=[header[position] for position in kept], dtype=object)


def _require_measures(source: Source, dataset: str, rows: pd.DataFrame) -> None:
    present = set(rows["measure"]) if "measure" in rows.columns else set()
    for name, measure in source.datasets[dataset].measures.items():
        if name not in present:
            sought = ", ".join(f"{key}={value}" for key, value in measure.where.items())
            raise SourceChanged(source.id, f"no row for measure {name!r} ({sought})", dataset=dataset)


def _changed(source_id: str, payload: Payload, cause: str) -> SourceChanged:
    return SourceChanged(source_id, cause, dataset=payload.dataset, url=payload.url)
