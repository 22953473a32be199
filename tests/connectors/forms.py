"""A made table of each shipped source, in its publisher's own form, that a test can spoil before it is written.

The values are made: smooth, plausible, and different in every cell. Places and names are the publishers'.
"""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import openpyxl

from tests.connectors.given import PAYLOADS

COUNTRIES = ("BE", "NL", "FR", "DE", "AT", "SE", "PL", "CZ")
NUTS3 = ("BE100", "BE211", "NL329", "FR101", "DE300", "AT130")
NUTS2 = ("BE10", "BE21", "NL32", "FR10", "DE30", "AT13", "SE11", "PL91")
MUNICIPALITIES = tuple(str(code) for code in range(21001, 21020))
STATIONS = ("41R001", "41B004", "41MEU1", "41WOL1")
YEARS = ("2019", "2020", "2021", "2022")


@dataclass
class Table:
    """Rows by column name; `names` maps our column names to those that are written, so that a test can rename one."""

    rows: list[dict[str, Any]]
    names: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)  # columns that the publisher adds

    def copied(self) -> Table:
        return copy.deepcopy(self)

    def name(self, column: str) -> str:
        return self.names.get(column, column)

    def written(self) -> list[dict[str, Any]]:
        return [{self.name(key): value for key, value in {**row, **self.extra}.items()} for row in self.rows]


@dataclass(frozen=True)
class Form:
    """How one source writes a table: `write` gives the bytes of one or more files."""

    source: str
    dataset: str
    table: Callable[[], Table]
    write: Callable[[Table], list[bytes]]
    area: str
    values: tuple[str, ...]
    period: str = ""  # "" where the files name no period
    swap: tuple[str, str] = ("", "")  # two columns whose names change places
    text: bool = True  # whether the file is one text, which can be cut, re-encoded and appended to


# --- tables -----------------------------------------------------------------------------------------------------------


def _facts(indicators: tuple[tuple[str, str, str], ...], periods: dict[str, str]) -> Table:
    return Table(
        [
            {
                "period": period, "country": country, "indicator": code, "breakdown": breakdown, "unit": unit,
                "value": round(40 + 3.1 * i + 2.3 * j + 1.7 * k, 2), "flags": "",
                "reference_period": year, "remarks": "",
            }
            for k, (period, year) in enumerate(periods.items())
            for j, country in enumerate(COUNTRIES)
            for i, (code, breakdown, unit) in enumerate(indicators)
        ]
    )  # fmt: skip


def _decade() -> Table:
    triples = (
        ("desi_vhcn", "total_pophh", "pc_hh"), ("desi_fttp", "total_pophh", "pc_hh"),
        ("desi_5gcov_3400_3800", "total_pophh", "pc_hh"), ("desi_dsk_bab", "ind_total", "pc_ind"),
        ("desi_dps_cit", "egov_le_cit", "egov_score"), ("desi_dps_biz", "egov_le_biz", "egov_score"),
        ("desi_egov_users_anys", "ind_total", "pc_ind_ilt12"), ("desi_ent_secmge5", "ent_all_xfin", "pc_ent"),
    )  # fmt: skip
    return _facts(triples, {"desi_2025": "2024", "desi_2026": "2025"})


def _benchmark() -> Table:
    codes = ("e_gov_0_score", "e_gov_1_uc", "e_gov_2_tr", "e_gov_3_ke", "e_gov_4_cb")
    table = _facts(tuple((code, "all_egov_le_2021", "egov_score") for code in codes), dict.fromkeys(YEARS, ""))
    for number, row in enumerate(table.rows):
        row["period"] = YEARS[number // (len(codes) * len(COUNTRIES))]
    table.rows = [
        {**row, "period": year, "value": row["value"] + 1.3 * position}
        for position, year in enumerate(YEARS)
        for row in table.rows[: len(codes) * len(COUNTRIES)]
    ]
    return table


def _days() -> Table:
    columns = {"pm25v0_expo_day": 60.0, "pm10v0_expo_day": 9.0, "no2pred_expo_day": 35.0, "o3_8hpred_expo_day": 20.0}
    return Table(
        [
            {"ID": str(j), "year": year, "location": area}
            | {column: round(base + 4.7 * j + 1.9 * k, 4) for column, base in columns.items()}
            for j, area in enumerate(NUTS3)
            for k, year in enumerate(YEARS)
        ]
    )


def _broadband() -> Table:
    return Table(
        [
            {"freq": "A", "unit": "PC_HH", "geo": area, "time": year, "value": round(70 + 1.3 * j + 2.1 * k, 2)}
            for j, area in enumerate(NUTS2)
            for k, year in enumerate(YEARS)
        ]
    )


def _employment() -> Table:
    options = json.loads((PAYLOADS / "eurostat_maps" / "employment_by_education.yearbook.json").read_bytes())["options"]
    return Table(
        [
            {"option": option["label"], "area": area, "year": "2025", "value": round(50 + 9 * i + 1.1 * j, 1)}
            for i, option in enumerate(options)
            for j, area in enumerate(NUTS2)
        ],
        names={"value": "data"},
    )


def _stations() -> Table:
    return Table(
        [
            {"ab_local_code": code, "year": f"{year}-12-31Z", "network": "Brussels", "nhours": 8300 + 10 * j + k,
             "value": 20 + 4 * j + k, "x": 4.33 + j / 100, "y": 50.84}
            for j, code in enumerate(STATIONS)
            for k, year in enumerate(YEARS)
        ]
    )  # fmt: skip


def _questionnaires() -> Table:
    countries = ("Belgium", "Netherlands", "France", "Germany", "Austria", "Sweden")
    return Table(
        [
            {"country": name, "total": 1843 + 110 * j, "one": 517 + 20 * j, "two": 320 + 40 * j, "three": 550 + 30 * j,
             "four": 456 + 20 * j}
            for j, name in enumerate(countries)
        ]
    )  # fmt: skip


def _incomes() -> Table:
    return Table(
        [
            {
                "CD_YEAR": year, "CD_MUNTY_REFNIS": area, "MS_NBR_ELIGIBLE": 50_000 + 3_000 * j + 500 * k,
                "MS_PERC_NOT_ELIGIBLE": round(3 + j / 4 + k / 10, 1), "MS_Q1": 12_000 + 150 * j + 300 * k,
                "MS_MEDIAN": 20_000 + 250 * j + 400 * k, "MS_Q3": 30_000 + 350 * j + 500 * k,
                "MS_ADMIN_AROP": round(12 + j + k / 10, 1), "TX_MUNTY_DESCR_FR": "Région", "CD_RGN_REFNIS": "04000",
            }
            for k, year in enumerate(YEARS)
            for j, area in enumerate(MUNICIPALITIES)
        ]
    )  # fmt: skip


# --- writers ----------------------------------------------------------------------------------------------------------


def _csv(encoding: str = "utf-8") -> Callable[[Table], list[bytes]]:
    def write(table: Table) -> list[bytes]:
        rows = table.written()
        header = list(rows[0]) if rows else [table.name(key) for key in _HEADERS[encoding]]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(["" if cell is None else cell for cell in row.values()] for row in rows)
        return [out.getvalue().encode(encoding)]

    return write


_HEADERS = {"utf-8": ("period", "location", "value"), "cp1252": ("CD_YEAR", "CD_MUNTY_REFNIS", "MS_MEDIAN")}


def _records(table: Table) -> list[bytes]:
    return [json.dumps(table.written(), ensure_ascii=False).encode()]


def _jsonstat(table: Table) -> list[bytes]:
    rows = table.written()
    inner = table.name("value")
    dimensions = [name for name in (rows[0] if rows else ("freq", "unit", "geo", "time")) if name != inner]
    codes = {name: list(dict.fromkeys(str(row[name]) for row in rows)) for name in dimensions}
    cells: dict[str, Any] = {}
    for row in rows:
        position = 0
        for name in dimensions:
            position = position * len(codes[name]) + codes[name].index(str(row[name]))
        cells[str(position)] = row[inner]
    category = {name: {"index": {code: at for at, code in enumerate(found)}} for name, found in codes.items()}
    return [
        json.dumps(
            {
                "version": "2.0", "class": "dataset", "source": "ESTAT", inner: cells, "id": dimensions,
                "size": [len(codes[name]) for name in dimensions],
                "dimension": {name: {"label": name, "category": category[name]} for name in dimensions},
                "extension": {"id": "ISOC_R_BROAD_H"},
            }
        ).encode()
    ]  # fmt: skip


def _map(table: Table) -> list[bytes]:
    document = json.loads((PAYLOADS / "eurostat_maps" / "employment_by_education.yearbook.json").read_bytes())
    by_option: dict[str, dict[str, Any]] = {}
    for row in table.rows:
        by_option.setdefault(row["option"], {})[row["area"]] = row["value"]
    years = {row["option"]: row["year"] for row in table.rows}
    options = [option for option in document["options"] if option["label"] in by_option or not table.rows]
    for option in options:
        option["footnote"] = ""
        option["subtitle"] = option["subtitle"].replace("2025", str(years.get(option["label"], "2025")))
        option.pop("data", None)
        option[table.name("value")] = by_option.get(option["label"], {})
        option |= table.extra
    for label in by_option:
        if label not in [option["label"] for option in options]:
            options.append({**options[0], "label": label, table.name("value"): by_option[label]})
    return [json.dumps({**document, "options": options}, ensure_ascii=False).encode()]


def _features(table: Table) -> list[bytes]:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.pop("x"), row.pop("y")]},
            "properties": row,
        }
        for row in table.copied().written()
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
    return [json.dumps({"type": "FeatureCollection", "features": features, "crs": crs}).encode()]


def _workbooks(table: Table) -> list[bytes]:
    contents = []
    for row in table.rows:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for line in (
            ["ID", "Question", "Answer", "Justification", "Mark Question", "Score", *table.extra],
            ["", "", "", "", table.names.get("total", "Total Score:"), row["total"]],
            [1, table.names.get("country", "What is your country?"), "N/A", row["country"]],
            *(["", f"Dimension {n}: x", "", "", "", row[key]] for n, key in enumerate(("one", "two", "three", "four"))),
        ):
            sheet.append(line)
        out = io.BytesIO()
        book.save(out)
        contents.append(out.getvalue())
    return contents


FORMS = {
    form.source: form
    for form in (
        Form("digital_decade", "country_profiles", _decade, _records, "country", ("value",), "reference_period",
             ("indicator", "breakdown")),
        Form("egov_benchmark", "life_events", _benchmark, _csv(), "country", ("value",), "period",
             ("indicator", "breakdown")),
        Form("europepollu", "unclean_air_days", _days, _csv(), "location",
             ("pm25v0_expo_day", "pm10v0_expo_day", "no2pred_expo_day", "o3_8hpred_expo_day"), "year",
             ("pm25v0_expo_day", "no2pred_expo_day")),
        Form("eurostat", "isoc_r_broad_h", _broadband, _jsonstat, "geo", ("value",), "time", ("unit", "geo")),
        Form("eurostat_maps", "employment_by_education", _employment, _map, "area", ("value",), "year"),
        Form("irceline", "no2_anmean_station", _stations, _features, "ab_local_code", ("value",), "year",
             ("value", "nhours")),
        Form("open_data_maturity", "edition_2023", _questionnaires, _workbooks, "country",
             ("total", "one", "two", "three", "four"), text=False),
        Form("statbel", "income_by_municipality", _incomes, _csv("cp1252"), "CD_MUNTY_REFNIS",
             ("MS_MEDIAN", "MS_NBR_ELIGIBLE", "MS_Q1", "MS_Q3", "MS_ADMIN_AROP", "MS_PERC_NOT_ELIGIBLE"), "CD_YEAR",
             ("MS_Q1", "MS_Q3")),
    )
}  # fmt: skip
