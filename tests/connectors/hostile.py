"""Small files that become large, and large ones that become larger: what a hostile or broken publisher could send."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


@dataclass(frozen=True)
class Hostile:
    """How a file is made, which source would read it, and what the refusal says; `cheap` to make and to refuse."""

    source: str
    make: Callable[[], bytes]
    said: str
    cheap: bool = False


def workbook(rows: bytes) -> bytes:
    """Return a whole workbook whose only sheet has these rows."""
    plain, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(plain)
    with zipfile.ZipFile(plain) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in parts.namelist():
            changed.writestr(name, HEAD + rows + TAIL if name == SHEET else parts.read(name))
    return out.getvalue()


def row(number: int, column: str = "A") -> bytes:
    return b'<row r="%d"><c r="%s%d"><v>1</v></c></row>' % (number, column.encode(), number)


def repeated(rows: int, groups: int) -> bytes:
    """Return a Parquet file of one value, `groups` times `rows` times; it packs to almost nothing."""
    out = io.BytesIO()
    table = pa.table({"value": pa.array([1.0]).take(pa.array([0] * rows, pa.int8()))})
    with pq.ParquetWriter(out, table.schema, compression="zstd") as writer:
        for _ in range(groups):
            writer.write_table(table, row_group_size=rows)
    return out.getvalue()


MEMORY, TIME = "more than 256 MiB of memory", "more than 8 s"
FILES = {
    "a row of number 2,000,000,000": Hostile(
        "local", lambda: workbook(row(2_000_000_000)), "more than 1048576 rows in sheet", cheap=True
    ),
    "a row of number 3,000,000": Hostile(
        "local", lambda: workbook(row(3_000_000)), "more than 1048576 rows in sheet", cheap=True
    ),
    "6,000 rows to the last column": Hostile(
        "local", lambda: workbook(b"".join(row(n, "XFD") for n in range(1, 6001))), "10000000 cells", cheap=True
    ),
    "6,000,000 empty rows": Hostile("local", lambda: workbook(b"<row/>" * 6_000_000), ""),
    "a Parquet file of 20 million rows": Hostile(
        "local", lambda: repeated(1_000_000, 20), "has 20000000 cells; 10000000 are the limit", cheap=True
    ),
    "a Parquet file of 2,000 million rows": Hostile("local", lambda: repeated(10_000_000, 200), "has 2000000000 cells"),
    "a JSON list of 4,000,000 numbers": Hostile(
        "irceline", lambda: b"[" + b"0," * 4_000_000 + b"0]", "has 4000001 values; 3000000 are the limit", cheap=True
    ),
    "90 MB of JSON objects": Hostile("irceline", lambda: b"[" + b'{"a":1},' * 11_000_000 + b"{}]", "22000002 values"),
    "90 MB of JSON text": Hostile("irceline", lambda: b'["' + b"x" * 90_000_000 + b'"]', ""),
    "60 MB of JSON text with one wide letter": Hostile(
        "irceline", lambda: b'["' + b"x" * 60_000_000 + "😀".encode() + b'"]', MEMORY
    ),
    "40 million brackets": Hostile("irceline", lambda: b"[" * 40_000_000, "40000000 values"),
    "11 MB of commas": Hostile(
        "europepollu", lambda: b"," * 11_000_000 + b"\n", "has 11000001 cells; 10000000 are the limit", cheap=True
    ),
    "240 MB of commas": Hostile("europepollu", lambda: b"," * 240_000_000 + b"\n", MEMORY),
    "80 MB of short lines": Hostile("europepollu", lambda: b"a,b\n" + b"BE,1\n" * 16_000_000, "32000002 cells"),
    "80 MB of long lines": Hostile("europepollu", lambda: b"a,b\n" + b"%s,1\n" % (b"B" * 190) * 410_000, MEMORY),
    "1 GiB packed": Hostile("europepollu", lambda: gzip.compress(b"\0" * 2**30, 1), ""),
    "N-Triples of 7 MB": Hostile(
        "dcat", lambda: b"".join(b'<http://a/%d> <http://b> "c%d" .\n' % (n, n) for n in range(190_000)),
        "has 760000 names and texts; 500000 are the limit", cheap=True,
    ),
    "a Turtle text of 500,000 escapes": Hostile(
        "dcat", lambda: b'<http://a> <http://b> "' + b"\\n" * 500_000 + b'" .', ""
    ),
    "a Turtle text of 1,500,000 escapes": Hostile(
        "dcat", lambda: b'<http://a> <http://b> "' + b"\\n" * 1_500_000 + b'" .', ""
    ),
    "2,000,000 XML elements": Hostile(
        "dcat", lambda: b"<?xml version='1.0'?><rdf:RDF>" + b"<a>" * 2_000_000, "names and texts", cheap=True
    ),
}  # fmt: skip
