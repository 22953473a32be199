r"""Eurostat's dissemination interface, in all forms it publishes; the form is told from the content.

Live: the Statistics API (JSON-stat 2.0), no key, one call after another. Recorded files may also be SDMX-CSV 1.0 or
2.0, bulk TSV, the Data Browser's XLSX, or one of two re-packed forms. Units are those of the declared measures. One
row of `urb_percep.tsv`:

    indic_ur,unit,cities\time  2019   2015
    PS1012V,PC,BE001C          18.5   19.0        ->  PS1012V BE001C 2019 18.5 %

Options of a dataset (config/sources/eurostat.yaml): `code` (Eurostat's code where it differs from the dataset id),
`batch` and `batch_size` (a parameter asked in parts), `nuts` (the version whose codes our places have: 2021 or 2024);
of a re-packed CSV `area_column`, `period_column` (or `period_is`, the one year of the file), `value_column`,
`table_column` (which of several tables a line is of) and `rounded` (equal years are no copies).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from config.catalogue import crosswalk
from config.schema import Dataset, ObsStatus, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import NoObservations, SourceChanged, SourceUnavailable
from connectors.eurostat_calls import answers, places_asked
from connectors.eurostat_pins import check_rest, members, of_frequency
from connectors.flags import UnknownFlagError, status
from connectors.formats import (
    CONFIDENTIALITY,
    FLAGS,
    TIME,
    VALUE,
    NotReadyError,
    ShapeError,
    Table,
    bulk_tsv,
    databrowser,
    jsonstat,
    repacked,
    sdmx_csv,
)  # fmt: skip
from connectors.frames import combine, observations, without_unpublished
from connectors.regions import in_version
from connectors.unpack import body, json_value, sheets, text
from connectors.withheld import without_withheld

SOURCE_ID = "eurostat"

# Areas a dataset may mix: country, NUTS 1-3, city and greater city. EU and EA with anything behind are aggregates.
_AREA = re.compile(r"(?!E[UA](\d|_|$))[A-Z]{2}([A-Z0-9]{0,3}|\d{3}[CKFL]\d?)")
_CITY = re.compile(r"[A-Z]{2}\d{3}[CKFL]\d?")  # all that counts in a table of cities, which has countries too
_SEPARATOR = "\x1f"
_HEADER = 1024  # bytes that hold the names of columns


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the live answers of every enabled dataset that has an interface, in file order."""
    return [
        answer
        for name, dataset in source.datasets.items()
        if dataset.enabled and dataset.mode == "api"
        for answer in answers(get, source, name)
    ]


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the observations of all payloads, with what was dropped; raises ConnectorError naming table and column.

    A dataset's payloads may be parts of it (batches); parts that contradict each other are refused.
    """
    if not payloads:
        raise NoObservations(source.id, "there is no payload to read")
    names = list(dict.fromkeys(payload.dataset for payload in payloads))
    return combine([_parse_dataset(name, [p for p in payloads if p.dataset == name], source) for name in names])


def _parse_dataset(name: str, payloads: list[Payload], source: Source) -> Observations:
    dataset = source.datasets.get(name)
    if dataset is None:
        cause = f"there is no such dataset; config/sources/{source.id}.yaml has {sorted(source.datasets)}"
        raise SourceChanged(source.id, cause, dataset=name)
    parts, dropped, unchosen = [], [], set()
    for payload in payloads:
        for rows, left_out, sole in _translated(_tables(payload, dataset, source), payload, dataset, source):
            parts.append(rows)
            dropped += left_out
            unchosen |= sole
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if rows.empty:
        raise NoObservations(source.id, "the file holds none of the declared measures", dataset=name)
    if any(table_is_dense for table_is_dense in rows.pop("dense")):
        rows, layout = without_unpublished(rows, name)
        dropped += layout
    mixed = [key for key, codes in _codes(unchosen).items() if len(codes) > 1]
    if mixed:
        cause = f"parts of the answer differ in {mixed[0]}: {', '.join(sorted(_codes(unchosen)[mixed[0]]))}"
        raise SourceChanged(source.id, cause, dataset=name)
    dropped = _summed([*dropped, *_not_returned(name, dataset, payloads, rows)])
    return observations(source, name, rows, dropped, unchosen)


def _codes(members: set[str]) -> dict[str, set[str]]:
    """Return "measure dimension" -> codes of "measure dimension=code"."""
    found: dict[str, set[str]] = {}
    for member in members:
        key, _, code = member.partition("=")
        found.setdefault(key, set()).add(code)
    return found


def _not_returned(name: str, dataset: Dataset, payloads: Sequence[Payload], rows: pd.DataFrame) -> list[Dropped]:
    """Report the places that were asked for and of which the answer has no cell: an unknown code is answered so."""
    present = set(rows["ref_area"])
    ours = crosswalk().carried(int(str(dataset.options["nuts"]))) if "nuts" in dataset.options else {}
    gone = [code for code in places_asked(payloads) if not {code, ours.get(code, code)} & present]
    reason = "the place was asked for and is not in the answer"
    return [Dropped(name, reason, len(gone), ", ".join(gone[:5]))] if gone else []


# --- from bytes to tables ---------------------------------------------------------------------------------------------


def _tables(payload: Payload, dataset: Dataset, source: Source) -> list[Table]:
    """Return the tables of a payload, whatever its form, checked to be of the dataset asked for."""
    try:
        tables = _reader(payload, source)(payload, dataset, source)
    except NotReadyError as error:
        raise SourceUnavailable(source.id, str(error), dataset=payload.dataset, url=payload.url) from error
    except ShapeError as error:
        raise SourceChanged(source.id, str(error), dataset=payload.dataset, url=payload.url) from error
    code = str(dataset.options.get("code", payload.dataset))
    for table in tables:
        if table.code not in (None, code):
            cause = f"the file is the table {table.code!r}, not {code!r}"
            raise SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
    return tables


def _reader(payload: Payload, source: Source) -> Callable[[Payload, Dataset, Source], list[Table]]:
    """Return the reader of the payload's form, told from its first bytes."""
    content = body(source.id, payload)
    if content.startswith(b"PK\x03\x04"):
        return _read_workbook
    start = content.lstrip(b"\xef\xbb\xbf \r\n")
    if start.startswith((b"{", b"[")):
        return _read_json
    if start.startswith(b"<"):
        raise NotReadyError("the answer is an XML message (postponed or refused), not a table")
    line = start.split(b"\n", 1)[0]
    if b"\t" in line:
        return _read_tsv
    if sdmx_csv.is_sdmx_csv(line.decode("utf-8", "replace")):
        return _read_sdmx
    return _read_repacked


def _read_workbook(payload: Payload, dataset: Dataset, source: Source) -> list[Table]:
    labels = {measure.label for measure in dataset.measures.values()}
    found = sheets(source.id, payload, head=databrowser.HEAD, keep=lambda rows: databrowser.is_wanted(rows, labels))
    return databrowser.read(found)


def _read_json(payload: Payload, _: Dataset, source: Source) -> list[Table]:
    document = json_value(source.id, payload)
    if isinstance(document, dict) and "metrics" in document:
        return [repacked.read_shares(document)]
    return [jsonstat.read(document)]


def _read_tsv(payload: Payload, _: Dataset, source: Source) -> list[Table]:
    return [bulk_tsv.read(text(source.id, payload, whole_lines=True))]


def _read_sdmx(payload: Payload, _: Dataset, source: Source) -> list[Table]:
    # The form that names no table ends without a line end; a cut line is told by its cells.
    ends = not sdmx_csv.is_nameless(body(source.id, payload)[:_HEADER].decode("utf-8", "replace").partition("\n")[0])
    return [sdmx_csv.read(text(source.id, payload, whole_lines=ends))]


def _read_repacked(payload: Payload, dataset: Dataset, source: Source) -> list[Table]:
    content = text(source.id, payload, whole_lines=True)
    area, period, value, table = (
        str(dataset.options.get(f"{key}_column", "")) for key in ("area", "period", "value", "table")
    )
    year = str(dataset.options.get("period_is", ""))
    if not (area and value and (period or year)):
        raise ShapeError(f"column 'DATAFLOW' (or 'STRUCTURE') is gone; the file begins {content[:60]!r}")
    columns = repacked.Columns(area, period, value, (table, payload.dataset) if table else None, year)
    return [repacked.read_csv(content, columns, rounded=bool(dataset.options.get("rounded", False)))]


# --- from tables to observations --------------------------------------------------------------------------------------


def _translated(
    tables: list[Table], payload: Payload, dataset: Dataset, source: Source
) -> Iterator[tuple[pd.DataFrame, list[Dropped], set[str]]]:
    """Yield, per table, rows for `frames.observations` (and `dense`), what was left out, and sole members."""
    for table in tables:
        try:
            chosen = _chosen(table, dataset)
            if chosen is None:
                continue
            rows, sole = _with_status(chosen), members(chosen, table, dataset)
        except (ShapeError, UnknownFlagError) as error:
            raise SourceChanged(source.id, str(error), dataset=payload.dataset, url=payload.url) from error
        rows, dropped = _with_areas(rows, table, dataset, payload.dataset)
        rows, copies = _without_copies(rows, payload.dataset)
        rows, wrong = without_withheld(rows, dataset, payload.dataset)
        left_out = [*dropped, *copies, *wrong, *_called_empty(table, payload.dataset)]
        yield rows.assign(dense=table.dense), left_out, sole


def _chosen(table: Table, dataset: Dataset) -> pd.DataFrame | None:
    """Return the rows of declared measures with `measure`, `group`, `ref_area`; None when there are none."""
    measure = _measures_by_label(table, dataset) if table.labelled else _measures_by_code(table, dataset)
    mask = measure.notna() & of_frequency(table, dataset)
    if not mask.any():
        return None
    rows = table.rows[mask].assign(measure=measure[mask], group="total")
    check_rest(rows, table, dataset)
    for name in {name for m in dataset.measures.values() for name in m.group}:
        rows["group"] = dataset.measures[str(rows["measure"].iloc[0])].group[name] + "=" + rows[name].astype(str)
    return rows.rename(columns={table.area: "ref_area", TIME: "time_period", VALUE: "obs_value"})


def _measures_by_code(table: Table, dataset: Dataset) -> pd.Series:
    """Return each row's measure, or None, by the codes its `where` names; raises ShapeError for a lost dimension."""
    result = pd.Series(None, index=table.rows.index, dtype=object)
    for names in {tuple(measure.where) for measure in dataset.measures.values()}:
        known = _known(names, table)
        wanted = {
            _SEPARATOR.join(measure.where[name] for name in known): key
            for key, measure in dataset.measures.items()
            if tuple(measure.where) == names
        }
        codes = pd.Series("", index=table.rows.index, dtype=object)
        for position, name in enumerate(known):
            codes = codes + (_SEPARATOR if position else "") + table.rows[name].astype(object)
        result = result.where(result.notna(), codes.map(wanted))
    return result


def _known(names: tuple[str, ...], table: Table) -> list[str]:
    gone = [name for name in names if name not in table.dimensions]
    if gone and table.area != repacked.AREA:
        raise ShapeError(f"dimension {gone[0]!r} is gone; there are {list(table.dimensions)}")
    return [name for name in names if name in table.dimensions]


def _measures_by_label(table: Table, dataset: Dataset) -> pd.Series:
    """Return the measure of each row by the publisher's own wording, which a labelled table has instead of codes."""
    by_label = {measure.label: key for key, measure in dataset.measures.items()}
    result = pd.Series(None, index=table.rows.index, dtype=object)
    for name in table.dimensions:
        if name != table.area:
            result = result.where(result.notna(), table.rows[name].map(by_label))
    return result


def _with_status(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with `obs_status` from flags, confidentiality and the presence of a value."""
    cells = list(zip(rows[FLAGS], rows[CONFIDENTIALITY], rows["obs_value"].notna(), strict=True))
    letters = {cell: status(cell[0], confidentiality=cell[1], has_value=cell[2]) for cell in set(cells)}
    return rows.assign(obs_status=[letters[cell] for cell in cells])


def _with_areas(rows: pd.DataFrame, table: Table, dataset: Dataset, name: str) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return rows under our area codes: whole labels translated, codes of other NUTS versions carried over."""
    dropped: list[Dropped] = []
    if dataset.labels and (table.labelled or table.area == repacked.AREA):
        codes = rows["ref_area"].map(dict(dataset.labels))
        reason = "the label has no area code in config"
    else:
        if "nuts" in dataset.options:
            rows, dropped = in_version(rows, int(str(dataset.options["nuts"])), name)
        form = _CITY if table.area == "cities" else _AREA
        codes = rows["ref_area"].where(rows["ref_area"].map(lambda code: bool(form.fullmatch(code))))
        reason = (
            f"the area is an aggregate or not a code of {'a city' if form is _CITY else 'a country, region or city'}"
        )
    unknown = codes.isna()
    lost = rows.loc[unknown & rows["obs_value"].notna(), "ref_area"]
    dropped += [Dropped(name, reason, len(lost), str(lost.iloc[0]))] if len(lost) else []
    return rows.assign(ref_area=codes)[~unknown], dropped


def _without_copies(rows: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return rows whose suspected copies have lost their value, kept as gaps with status X."""
    if repacked.SUSPECT not in rows:
        return rows, []
    copies = rows[repacked.SUSPECT].astype(bool)
    if not copies.any():
        return rows, []
    first = rows[copies].iloc[0]
    example = f"{first['ref_area']} {first['time_period']} = {first['obs_value']:g}"
    rows = rows.assign(
        obs_value=rows["obs_value"].mask(copies), obs_status=rows["obs_status"].mask(copies, ObsStatus.SUSPECT.value)
    )
    reason = "the value equals the year before to the last digit: a suspected copy into a gap"
    return rows, [Dropped(name, reason, int(copies.sum()), example)]


def _called_empty(table: Table, name: str) -> list[Dropped]:
    """Report areas that the publisher lists as holding nothing."""
    areas = table.no_data.get(table.area, ())
    return [Dropped(name, "the publisher lists the area as without data", len(areas), areas[0])] if areas else []


def _summed(dropped: Sequence[Dropped]) -> list[Dropped]:
    """Return one entry per dataset and reason, counts added (a workbook reports each sheet)."""
    total: dict[tuple[str, str], Dropped] = {}
    for item in dropped:
        before = total.get((item.dataset, item.reason))
        count = item.count + (before.count if before else 0)
        total[item.dataset, item.reason] = Dropped(item.dataset, item.reason, count, (before or item).example)
    return list(total.values())
