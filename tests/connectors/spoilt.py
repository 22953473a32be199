"""What publishers do to a file: faults that must be refused, and changes that must be accepted and noted.

A fault of the table changes rows before they are written; a fault of the file changes its bytes.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

from tests.connectors.forms import Form, Table

Spoil = Callable[[Form, Table], Table | None]  # None: this form has no such thing
Damage = Callable[[bytes], bytes]


def _each_value(change: Callable[[Any], Any], form: Form, table: Table) -> Table:
    for row in table.rows:
        for column in form.values:
            row[column] = change(row[column])
    return table


def values(change: Callable[[Any], Any]) -> Spoil:
    return lambda form, table: _each_value(change, form, table)


def first_value(value: Any) -> Spoil:
    def spoil(form: Form, table: Table) -> Table:
        table.rows[0][form.values[0]] = value
        return table

    return spoil


def renamed(which: str) -> Spoil:
    def spoil(form: Form, table: Table) -> Table | None:
        column = {"value": form.values[0], "area": form.area, "period": form.period}[which]
        if not column or (form.source == "eurostat_maps" and which != "value"):
            return None  # a map's areas are keys and its year stands in a sentence
        table.names[column] = f"{table.name(column)}_new"
        return table

    return spoil


def swapped(form: Form, table: Table) -> Table | None:
    one, other = form.swap
    if not one:
        return None
    for row in table.rows:
        row[one], row[other] = row[other], row[one]
    return table


def areas(change: Callable[[str], str], every: bool = True) -> Spoil:
    def spoil(form: Form, table: Table) -> Table:
        first = table.rows[0][form.area]
        for row in table.rows:
            if every or row[form.area] == first:
                row[form.area] = change(row[form.area])
        return table

    return spoil


def kept(choose: Callable[[Form, list[dict[str, Any]]], list[dict[str, Any]] | None]) -> Spoil:
    def spoil(form: Form, table: Table) -> Table | None:
        rows = choose(form, table.rows)
        if rows is None:
            return None
        table.rows = rows
        return table

    return spoil


def _without_last_year(form: Form, rows: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    last = max(str(row[form.period]) for row in rows) if form.period else ""
    left = [row for row in rows if str(row[form.period]) != last] if last else []
    return left or None


def _without_first_area(form: Form, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row[form.area] != rows[0][form.area]]


def periods(change: Callable[[str], str]) -> Spoil:
    def spoil(form: Form, table: Table) -> Table | None:
        if not form.period or form.source == "eurostat_maps":
            return None
        for row in table.rows:
            row[form.period] = change(row[form.period])
        return table

    return spoil


def older_year(form: Form, table: Table) -> Table | None:
    """The file of last year under this year's address: every period is one back."""
    if not form.period:
        return None
    for row in table.rows:
        year = str(row[form.period])[:4]
        row[form.period] = str(row[form.period]).replace(year, str(int(year) - 1))
        if form.source == "egov_benchmark":
            row["reference_period"] = ""
    return table


def doubled(change: Callable[[float], float]) -> Spoil:
    """Rows given twice, the second time with another value; a JSON-stat cube or a map cannot hold two."""

    def spoil(form: Form, table: Table) -> Table | None:
        if form.source in ("eurostat", "eurostat_maps"):
            return None
        copies = [dict(row) for row in table.rows]
        for row in copies:
            for column in form.values:
                row[column] = change(row[column])
        table.rows += copies
        return table

    return spoil


def footer(form: Form, table: Table) -> Table | None:
    if form.source in ("eurostat_maps", "open_data_maturity"):
        return None
    last = dict.fromkeys(table.rows[0], "")
    last[form.area] = "Source: the office"
    table.rows.append(last)
    return table


def dropped_column(form: Form, table: Table) -> Table | None:
    if form.source in ("eurostat_maps", "open_data_maturity", "irceline", "eurostat"):
        return None
    for row in table.rows:
        del row[form.values[0]]
    return table


def one_value(change: Callable[[Any], Any]) -> Spoil:
    """One cell of a row in the middle, changed."""

    def spoil(form: Form, table: Table) -> Table:
        row = table.rows[len(table.rows) // 2]
        row[form.values[0]] = change(row[form.values[0]])
        return table

    return spoil


def one_period(change: Callable[[str], str]) -> Spoil:
    """The newest period of one area, changed; in a map or a questionnaire it is one sentence for all."""

    def spoil(form: Form, table: Table) -> Table | None:
        if not form.period or form.source == "eurostat_maps":
            return None
        last = max(str(row[form.period]) for row in table.rows)
        newest = next(row for row in table.rows if str(row[form.period]) == last)
        newest[form.period] = change(last)
        return table

    return spoil


def shuffled(form: Form, table: Table) -> Table | None:
    """The values of one area under the code of another, and so on round: a list joined out of order."""
    if form.source == "open_data_maturity":
        return None
    codes = list(dict.fromkeys(row[form.area] for row in table.rows))
    after = dict(zip(codes, codes[len(codes) // 2 :] + codes[: len(codes) // 2], strict=True))
    for row in table.rows:
        row[form.area] = after[row[form.area]]
    return table


def turned(form: Form, table: Table) -> Table | None:
    """The years counted backwards: the oldest figures under the newest year."""
    if not form.period or form.source == "eurostat_maps":
        return None
    years = sorted({str(row[form.period]) for row in table.rows})
    after = dict(zip(years, reversed(years), strict=True))
    for row in table.rows:
        row[form.period] = after[str(row[form.period])]
    return table if len(years) > 2 else None


def _without_newest_of_one_area(form: Form, rows: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    if not form.period or form.source == "eurostat_maps":
        return None
    last = max(str(row[form.period]) for row in rows)
    area = rows[0][form.area]
    return [row for row in rows if row[form.area] != area or str(row[form.period]) != last]


def _without_newest_of_half(form: Form, rows: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    if not form.period or form.source == "eurostat_maps":
        return None
    last = max(str(row[form.period]) for row in rows)
    half = list(dict.fromkeys(row[form.area] for row in rows))[::2]
    return [row for row in rows if row[form.area] not in half or str(row[form.period]) != last]


def of_one_value(form: Form, table: Table) -> Table:
    """Every cell says what the first one says: an instrument, or a formula, that stands still."""
    for row in table.rows:
        for column in form.values:
            row[column] = table.rows[0][column]
    return table


def emptied(form: Form, table: Table) -> Table | None:
    if form.source in ("eurostat", "eurostat_maps"):
        return None  # an empty cell is no cell of a cube
    return _each_value(lambda _: "", form, table)


def only_where(can: Callable[[Form], bool], spoil: Spoil) -> Spoil:
    """A spoil for the forms that can be written so: a workbook has no list in a cell, a code page not every script."""
    return lambda form, table: spoil(form, table) if can(form) else None


FAULTS: dict[str, Spoil] = {
    "the value column renamed": renamed("value"),
    "the area column renamed": renamed("area"),
    "the period column renamed": renamed("period"),
    "the value column gone": dropped_column,
    "two columns swapped": swapped,
    "ten-fold unit": values(lambda v: v * 10),
    "a tenth of the unit": values(lambda v: v / 10 if isinstance(v, float) else v // 10),
    "thousand-fold unit": values(lambda v: v * 1000),
    "shares as fractions": values(lambda v: v / 100),
    "another sign": values(lambda v: -v),
    "all values zero": values(lambda _: 0),
    "one value -9999": first_value(-9998.0),
    "all values -9999": values(lambda _: -9999),
    "one value 1e12": first_value(1e12),
    "a value NA": first_value("NA"),
    "a value n/a": first_value("n/a"),
    "a decimal comma": values(lambda v: f"{float(v):.2f}".replace(".", ",")),
    "thousands separators": values(lambda v: f"{float(v) * 1000:,.1f}"),
    "a value with its unit": values(lambda v: f"{v} %"),
    "a value true": first_value(True),
    "a value that is a sentence": first_value("see note 3"),
    "a value infinity": first_value("1e999"),
    "code NA": areas(lambda _: "NA", every=False),
    "no code": areas(lambda _: "", every=False),
    "codes in lower case": areas(str.lower),
    "codes with a prefix": areas(lambda code: f"X-{code}"),
    "codes of another list": areas(lambda code: f"9{code[1:]}"),
    "one code of another list": areas(lambda code: f"Q{code[1:]}", every=False),
    "all areas called alike": areas(lambda _: "BE"),
    "last year's file": older_year,
    "the newest year gone": kept(_without_last_year),
    "years of two digits": periods(lambda year: year[2:]),
    "dates for years": periods(lambda year: f"01/01/{year}"),
    "no years": periods(lambda _: ""),
    "half the rows": kept(lambda _, rows: rows[: len(rows) // 2]),
    "every other row": kept(lambda _, rows: rows[::2]),
    "a fifth of the rows gone": kept(lambda _, rows: rows[: len(rows) * 4 // 5]),
    "one area gone": kept(_without_first_area),
    "one row": kept(lambda _, rows: rows[:1]),
    "header only": kept(lambda *_: []),
    "rows twice with other values": doubled(lambda v: v + 1),
    "years ahead of the file": periods(lambda year: str(int(year[:4]) + 20) + year[4:]),
    "one year ahead of the file": one_period(lambda year: str(int(year[:4]) + 20) + year[4:]),
    "quarters for years": periods(lambda year: f"{year[:4]}-Q1"),
    "months for years": periods(lambda year: f"{year[:4]}-01"),
    "weeks for years": periods(lambda year: f"{year[:4]}-W01"),
    "a quarter among years": one_period(lambda year: f"{year[:4]}-Q4"),
    "years of school": periods(lambda year: f"{year[:4]}/{int(year[:4]) + 1}"),
    "years as numbers with a point": periods(lambda year: f"{year[:4]}.0"),
    "a year that is none": one_period(lambda _: "latest"),
    "years of another calendar": periods(lambda year: str(int(year[:4]) + 543)),
    "years shifted by a digit": periods(lambda year: f"0{year[:3]}"),
    "years counted backwards": turned,
    "areas in another order than their values": shuffled,
    "one value ten-fold": one_value(lambda v: v * 10),
    "one value of another sign": one_value(lambda v: -v),
    "one value -99": one_value(lambda _: -99),
    "one value -999.9": one_value(lambda _: -999.9),
    "one value 9999999": one_value(lambda _: 9_999_999),
    "one value with a footnote": one_value(lambda v: f"{v} (b)"),
    "one value in brackets": one_value(lambda v: f"({v})"),
    "one value in another script": only_where(lambda form: form.source != "statbel", one_value(lambda _: "٣٤")),
    "one value as a range": one_value(lambda v: f"{v}-{v}"),
    "one value below": one_value(lambda v: f"< {v}"),
    "one value as a formula": one_value(lambda v: f"=1+{v}"),
    "one value a list": only_where(lambda form: form.text, one_value(lambda v: [v])),
    "one value a word for none": one_value(lambda _: "confidential"),
    "all values without a number": emptied,
    "all values alike": of_one_value,
    "the newest year of one area gone": kept(_without_newest_of_one_area),
    "the newest year of half the areas gone": kept(_without_newest_of_half),
    "an index for values": values(lambda v: v * 37),
    "a hundredth more": values(lambda v: v * 100),
    "codes of three letters": areas(lambda code: f"{code}X"),
    "codes in quotes": areas(lambda code: f"'{code}'"),
    "a code of an aggregate": areas(lambda _: "EU27_2020", every=False),
    "a footer line": footer,
}


def _after(extra: bytes) -> Damage:
    return lambda content: content + extra


PAGE = b"<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body>Back soon</body></html>\n"
DAMAGES: dict[str, Damage] = {
    "cut in the middle of a line": lambda content: content[: len(content) // 2].rstrip(b"\r\n") + b"1",
    "cut before its last byte": lambda content: content.rstrip(b"\r\n")[:-1],
    "a file of gzip, cut": lambda content: gzip.compress(content, mtime=0)[:-12],
    "gzip in gzip in gzip": lambda content: gzip.compress(gzip.compress(gzip.compress(content))),
    "a page for the file": lambda _: PAGE,
    "a packed page for the file": lambda _: gzip.compress(PAGE, mtime=0),
    "a warning before the file": lambda content: b"<br />\n<b>Warning</b>: mysql_connect()\n" + content,
    "a page after the file": _after(PAGE),
    "an error object": lambda _: b'{"error": {"code": 500, "message": "out of memory"}}',
    "an error list": lambda _: b'{"error": [{"status": 500, "id": 1, "label": "INTERNAL"}]}',
    "an empty object": lambda _: b"{}",
    "an empty list": lambda _: b"[]",
    "null": lambda _: b"null",
    "an exception in XML": lambda _: b'<?xml version="1.0"?><ows:ExceptionReport/>',
    "blank": lambda _: b" \n",
    "UTF-16": lambda content: content.decode("cp1252", "replace").encode("utf-16"),
    "bytes of no encoding": lambda content: content.replace(b"2", b"\xff\x81", 3),
    "NUL bytes": lambda content: content.replace(b"\n", b"\x00\n").replace(b"}", b"\x00}"),
}


# --- what is no fault -------------------------------------------------------------------------------------------------


def new_year(form: Form, table: Table) -> Table | None:
    if not form.period:
        return None
    last = max(str(row[form.period]) for row in table.rows)
    newest = [dict(row) for row in table.rows if str(row[form.period]) == last]
    for row in newest:
        row[form.period] = last.replace(last[:4], str(int(last[:4]) + 1))
        row |= {"period": "desi_2027"} if form.source == "digital_decade" else {}
        for column in form.values:
            row[column] = round(row[column] * 1.01, 2) if isinstance(row[column], float) else row[column] + 1
    table.rows = newest if form.source == "eurostat_maps" else table.rows + newest
    return None if form.source == "eurostat_maps" else table


def revision(size: float) -> Spoil:
    def spoil(form: Form, table: Table) -> Table:
        row = table.rows[-1]
        for column in form.values:
            if form.source != "open_data_maturity":
                row[column] = (
                    round(row[column] * size, 2) if isinstance(row[column], float) else int(row[column] * size)
                )
        if form.source == "open_data_maturity":
            row["total"], row["one"] = row["total"] + 2, row["one"] + 2
        return table

    return spoil


def a_column_more(form: Form, table: Table) -> Table:
    table.extra["new_remark"] = "one"
    return table


def new_area(code: str) -> Spoil:
    def spoil(form: Form, table: Table) -> Table | None:
        if form.source in ("statbel", "irceline", "open_data_maturity"):
            return None
        first = table.rows[0][form.area]
        shape = {2: code, 4: f"{code}99", 5: f"{code}999"}[len(first)]
        table.rows += [{**row, form.area: shape} for row in table.rows if row[form.area] == first]
        return table

    return spoil


def more_decimals(form: Form, table: Table) -> Table | None:
    if form.source in ("open_data_maturity", "irceline"):
        return None
    return _each_value(lambda v: v + 0.0001 if isinstance(v, float) else v, form, table)


def other_order(order: Callable[[list[Any]], list[Any]]) -> Spoil:
    return kept(lambda _, rows: order(rows))


def columns_in_other_order(form: Form, table: Table) -> Table | None:
    if form.source == "eurostat":
        return None  # the order of dimensions is part of a cube's numbering and written with it
    table.rows = [dict(reversed(row.items())) for row in table.rows]
    return table


def flagged(form: Form, table: Table) -> Table | None:
    if "flags" not in table.rows[0]:
        return None
    table.rows[-1]["flags"] = "p"
    return table


def numbers_whole(form: Form, table: Table) -> Table | None:
    """40 for 40.0, as a writer of another version does."""
    return _each_value(lambda v: int(v) if isinstance(v, float) and v == int(v) else v, form, table)


BENIGN: dict[str, Spoil] = {
    "a new year": new_year,
    "a value revised a little upward": revision(1.02),
    "a value revised a little downward": revision(0.98),
    "a column more": a_column_more,
    "an area beyond the catalogue": new_area("IS"),
    "another area beyond the catalogue": new_area("TR"),
    "more decimals": more_decimals,
    "rows in reverse order": other_order(lambda rows: rows[::-1]),
    "rows sorted otherwise": other_order(lambda rows: rows[1::2] + rows[::2]),
    "columns in another order": columns_in_other_order,
    "a provisional flag": flagged,
    "whole numbers without a point": numbers_whole,
    "every row twice": doubled(lambda v: v),
    "the same file": lambda _, table: table,
}


def _marked(content: bytes) -> bytes:
    try:
        return content.decode().encode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252").encode("utf-8-sig")  # a Windows export, saved anew


HARMLESS: dict[str, Damage] = {
    "UTF-8 with a byte-order mark": lambda content: content if content[:1] in b"P" else _marked(content),
    "the file packed": lambda content: gzip.compress(content, mtime=0),
    "the file packed twice": lambda content: gzip.compress(gzip.compress(content, mtime=0), mtime=0),
    "line ends of Windows": lambda content: content if content[:1] in b"P" else content.replace(b"\n", b"\r\n"),
    "a blank line at the end": lambda content: content if content[:1] in b"P" else content + b"\n",
}
