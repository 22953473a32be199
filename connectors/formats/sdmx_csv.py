"""SDMX-CSV 1.0 and 2.0 as Eurostat writes them, with codes, with code and label columns, or with "code: label" cells.

    DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS                              (1.0)
    STRUCTURE,STRUCTURE_ID,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS                            (2.0)
    STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,freq,Time frequency,...,TIME_PERIOD,Time,OBS_VALUE,Observation value,...
    indic_ur;cities;TIME_PERIOD;OBS_VALUE;OBS_FLAG;Observation status (Flag) V2 structure;CONF_STATUS;...

The last is the Data Browser's other download: it names no table and gives the label of a flag beside its letter.
A missing observation is a missing row, or a row with an empty OBS_VALUE and a flag. Older files lack CONF_STATUS.
"""

from __future__ import annotations

import csv
import io
import re

import pandas as pd

from connectors.formats import CONFIDENTIALITY, FLAGS, TIME, VALUE, ShapeError, Table, area_dimension, number

_LEADING = ("DATAFLOW", "LAST UPDATE", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION")
_ATTRIBUTES = ("UNIT_MULT", "UNIT_MEASURE", "CURRENCY")  # a number means something else under another of these
_SEMICOLON = ";"
_FLOW = re.compile(r"(?:ESTAT:)?([A-Za-z0-9_$]+)")


def is_sdmx_csv(first_line: str) -> bool:
    """Return whether a file that begins with this line is SDMX-CSV."""
    return first_line.lstrip('"').startswith(("DATAFLOW", "STRUCTURE")) or is_nameless(first_line)


def is_nameless(first_line: str) -> bool:
    """Return whether the line heads the Data Browser's download with semicolons, which names no table."""
    return {TIME, VALUE} <= set(first_line.strip().split(_SEMICOLON))


def read(text: str) -> Table:
    """Return the table of an SDMX-CSV text; raises ShapeError naming the column or line."""
    header, lines = _lines(text)
    columns = _columns(header)
    for name in (TIME, VALUE, FLAGS):
        if name not in columns:
            raise ShapeError(f"column {name!r} is gone")
    dimensions = tuple(name for name in list(columns)[: list(columns).index(TIME)] if name not in _LEADING)
    rows = pd.DataFrame({name: [_code(line[columns[name]]) for line in lines] for name in (*dimensions, TIME)})
    rows[VALUE] = pd.Series([number(line[columns[VALUE]]) for line in lines], dtype=float)
    rows[FLAGS] = pd.Series([_code(line[columns[FLAGS]]) for line in lines], dtype=object)
    last = columns.get(CONFIDENTIALITY)
    rows[CONFIDENTIALITY] = pd.Series(["" if last is None else _code(line[last]) for line in lines], dtype=object)
    attributes = tuple(name for name in _ATTRIBUTES if name in columns and name not in dimensions)
    for name in attributes:
        rows[name] = [_code(line[columns[name]]) for line in lines]
    code = None if is_nameless(text.partition("\n")[0]) else _table_code(columns, lines)
    area = area_dimension(dimensions)
    return Table(rows=rows, dimensions=dimensions, area=area, code=code, attributes=attributes)


def _lines(text: str) -> tuple[list[str], list[list[str]]]:
    try:
        delimiter = _SEMICOLON if is_nameless(text.partition("\n")[0]) else ","
        header, *lines = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise ShapeError(f"a quoted cell does not end: {error}") from error
    for position, line in enumerate(lines, start=2):
        if len(line) != len(header):
            raise ShapeError(f"line {position} has {len(line)} cells, the header {len(header)}")
    return header, lines


def _columns(header: list[str]) -> dict[str, int]:
    """Return column name -> position, without the label columns of the form that alternates codes and labels."""
    names = [name.split(": ", 1)[0].strip() for name in header]
    start = names.index("STRUCTURE_NAME") + 1 if "STRUCTURE_NAME" in names else None
    if start is None:
        columns = dict(zip(names, range(len(names)), strict=True))
    else:
        if (len(names) - start) % 2:
            raise ShapeError("columns after 'STRUCTURE_NAME' do not come in pairs of code and label")
        coded = [*range(start), *range(start, len(names), 2)]
        columns = {names[position]: position for position in coded}
    if len(columns) != (len(names) if start is None else (len(names) + start) // 2):
        raise ShapeError("a column name appears twice")
    return columns


def _code(cell: str) -> str:
    return cell.split(": ", 1)[0].strip()


def _table_code(columns: dict[str, int], lines: list[list[str]]) -> str | None:
    position = columns.get("DATAFLOW", columns.get("STRUCTURE_ID"))
    if position is None:
        raise ShapeError("column 'DATAFLOW' (or 'STRUCTURE_ID') is gone")
    flows = {line[position] for line in lines}
    if len(flows) > 1:
        raise ShapeError(f"the file mixes tables: {sorted(flows)}")
    match = _FLOW.match(flows.pop()) if flows else None
    return match.group(1).lower() if match else None
