"""EEA air quality download service: annual means of NO2 and particles per sampling point, µg/m³, with coverage.

Parquet files, one per sampling point, found by country, city and pollutant; the older CSV and raw AirBase files are
read as well. Verified (E1a) and unverified (E2a) values are data sets of their own, AirBase (to 2012) is a third;
modelled (4) and gap-filled (5) values are refused. No mean over all points is made: networks grow, so means are given
by point and, where the station list is at hand, by type of station over the points with a valid year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from config.schema import Dataset, ObsStatus, Payload, Source
from connectors import eea_forms, eea_stations, hourly
from connectors.contract import Dropped, Get, Observations
from connectors.eea_stations import Types
from connectors.errors import NoObservations, SourceChanged
from connectors.tables import assemble_together
from connectors.unpack import json_value, text

SOURCE_ID = "eea"
STATIONS = "stations"
_MEASURED = (1, 2, 3)  # E2a, E1a, AirBase; 4 is a model, 5 is filled by one
_HOURS = {"hour": 1, "day": 24}
_CITY = "city: "  # how fetch notes the city that the service was asked for
_STORE = "airquality-p-"


def fetch(get: Get, source: Source) -> list[Payload]:
    """Return the station list and every file of each city of config, each file once; raises ConnectorError.

    A city or pollutant that the service no longer lists is an error, a city without files for a pollutant is not.
    """
    payloads = []
    for name, dataset in source.datasets.items():
        if name == STATIONS:
            request = {"Country": {"FieldName": "Country", "Values": list(_texts(dataset, "countries"))}}
            payloads.append(get(name, dataset.url, params=dataset.params, json={"Page": 0, "RequestFilter": request}))
        else:
            _check_lists(get, source, name, dataset)
            payloads += _files(get, source, name, dataset)
    return payloads


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return mean, coverage and negative hours by point and year, mean and number of points by type of station.

    A point is placed by the city it was asked for, or by its own line in config. Raises SourceChanged for a code, unit
    or column beyond the declared ones.
    """
    lists = [eea_stations.read(payload, source) for payload in payloads if payload.dataset == STATIONS]
    stations = pd.concat(lists, ignore_index=True) if lists else None
    return assemble_together(payloads, source, partial(_read, stations=stations))


def by_type(years: pd.DataFrame, types: Types) -> pd.DataFrame:
    """Return the unweighted mean and the number of valid points by area, year and type of station.

    In: `point, ref_area, time_period, mean`; out: `ref_area, time_period, group ("type=traffic"), mean, points`.
    """
    valid = years[years["mean"].notna() & years["point"].isin(list(types))]
    valid = valid.assign(group=[f"type={types[point]}" for point in valid["point"]])
    grouped = valid.groupby(["ref_area", "time_period", "group"])["mean"]
    return grouped.agg(mean="mean", points="count").reset_index()


def _read(
    payloads: Sequence[Payload], source: Source, stations: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[Dropped]]:
    name = payloads[0].dataset
    if name == STATIONS and stations is not None:
        return eea_stations.count_open(stations, source, name)
    # File by file: all hours of thirty cities at once would not fit.
    done = [_years(payload, source) for payload in payloads]
    years = pd.concat([part for part, _ in done], ignore_index=True).drop_duplicates()
    if years.empty:
        raise NoObservations(source.id, "not one valid reading of a declared place", dataset=name)
    twice = years[years.duplicated(["point", "time_period"])]
    if len(twice):
        cause = f"two files hold {twice.iloc[0]['point']} {twice.iloc[0]['time_period']} and differ"
        raise SourceChanged(source.id, cause, dataset=name)
    types = {} if stations is None else eea_stations.types_of(stations)
    return _rows(years, source.datasets[name], types), _added_up([item for _, items in done for item in items])


def _years(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return `connectors.hourly.annual` of a file with `ref_area` and `status`, and what was left out."""
    dataset = source.datasets[payload.dataset]
    readings, dropped = _readings(payload, source, dataset)
    try:
        readings, doubles = hourly.usable(payload.dataset, readings, hourly.Plausible.of(dataset))
        years = hourly.annual(readings, float(str(dataset.options["capture"])))
    except hourly.HourlyError as error:
        raise _changed(payload, source, str(error)) from error
    placed = readings.groupby("point")["ref_area"].first()
    years = years.assign(ref_area=years["point"].map(placed), status=_status(years, readings, dataset))
    return years, [*dropped, *doubles]


def _rows(years: pd.DataFrame, dataset: Dataset, types: Types) -> pd.DataFrame:
    measures = {measure.where["statistic"]: name for name, measure in dataset.measures.items()}
    points = measures.pop("points")
    rows = [hourly.rows(years, measures, "point")]
    kinds = by_type(years, types)
    key = ["ref_area", "time_period"]
    if len(kinds):
        rows.append(kinds[[*key, "group"]].assign(measure=measures["mean"], obs_value=kinds["mean"]))
        rows.append(kinds[[*key, "group"]].assign(measure=points, obs_value=kinds["points"]))
    every = years.groupby(key)["mean"].count().reset_index(name="obs_value").assign(measure=points, group="total")
    filled = pd.concat([*rows, every], ignore_index=True)
    return filled.assign(obs_status=filled["obs_status"].fillna(str(dataset.options["status"])))


def _status(years: pd.DataFrame, readings: pd.DataFrame, dataset: Dataset) -> pd.Series:
    """Return provisional for a year in which a reading is not verified, else the data set's own status."""
    dated = readings.assign(time_period=readings["start"].dt.year.astype(str))
    worst = dated.groupby(["point", "time_period"])["rank"].max()
    verified = worst.loc[pd.MultiIndex.from_frame(years[["point", "time_period"]])].to_numpy() <= 1
    status = pd.Series(str(dataset.options["status"]), index=years.index)
    return status.where(verified, ObsStatus.PROVISIONAL.value)


def _readings(payload: Payload, source: Source, dataset: Dataset) -> tuple[pd.DataFrame, list[Dropped]]:
    """Return the valid readings of a file as `connectors.hourly` takes them, with `ref_area`."""
    _check_store(payload, source, dataset)
    table = eea_forms.read(source.id, payload)
    _check_codes(payload, source, dataset, table)
    first = pd.Timestamp(str(dataset.options["first_year"]))
    reasons = {
        "config names no place for the sampling point": _place(payload, dataset, table).isna(),
        "the average is of another span than hour or day": ~table["span"].isin(list(_HOURS)),
        "the network calls the value invalid": ~table["validity"].isin(_numbers(dataset, "valid")),
        "there is no value": table["value"].isna(),
        "the data set begins later": table["start"] < first,
    }
    table = table.assign(
        ref_area=_place(payload, dataset, table), hours=table["span"].map(_HOURS), rank=table["verification"]
    )
    dropped = []
    for reason, out in reasons.items():
        rows = table[out.reindex(table.index)]
        if len(rows):
            dropped.append(hourly.report(payload.dataset, reason, rows))
            table = table[~out.reindex(table.index)]
    return table[["point", "ref_area", "start", "hours", "value", "rank"]], dropped


def _check_store(payload: Payload, source: Source, dataset: Dataset) -> None:
    store = str(dataset.options["store"])
    if _STORE in payload.url and f"/{store}/" not in payload.url:
        raise _changed(payload, source, f"the file is not of {store}: kinds of data are never mixed")


def _check_codes(payload: Payload, source: Source, dataset: Dataset, table: pd.DataFrame) -> None:
    """Refuse a pollutant, unit, validity or span that config does not list: unknown is not valid, nor is it invalid."""
    allowed: dict[str, Sequence[object]] = {
        "pollutant": (str(dataset.options["pollutant"]),),
        "unit": _texts(dataset, "units"),
        "span": (*_HOURS, "var"),
        "validity": (*_numbers(dataset, "valid"), *_numbers(dataset, "invalid")),
        "verification": (1.0, 2.0, 3.0),
    }
    for column, codes in allowed.items():
        odd = table.loc[~table[column].isin(list(codes)), column]
        if len(odd):
            raise _changed(payload, source, f"{column} is {odd.tolist()[0]!r}, expected one of {list(codes)}")


def _place(payload: Payload, dataset: Dataset, table: pd.DataFrame) -> pd.Series:
    if payload.note.startswith(_CITY):
        return pd.Series(dataset.labels.get(payload.note.removeprefix(_CITY)), index=table.index, dtype=object)
    return table["point"].map(dict(dataset.aliases))


def _check_lists(get: Get, source: Source, name: str, dataset: Dataset) -> None:
    """Compare what is asked for with the service's own lists: it answers an unknown name with nothing at all."""
    number = dataset.options["dataset"]
    if number not in _MEASURED:
        raise SourceChanged(source.id, f"data set {number} is not measured; use one of {_MEASURED}", dataset=name)
    pollutants = _listed(get(name, f"{dataset.url}/Pollutant"), source)
    wanted = (str(dataset.options["notation"]), str(dataset.options["pollutant"]))
    if wanted not in [(row.get("notation"), str(row.get("id")).rpartition("/")[2]) for row in pollutants]:
        raise SourceChanged(source.id, f"pollutant {wanted[0]} ({wanted[1]}) is not listed any more", dataset=name)
    cities = _listed(get(name, f"{dataset.url}/City", json=list(_texts(dataset, "countries"))), source)
    names = {row.get("cityName") for row in cities}
    gone = [city for city in dataset.labels if city not in names]
    if gone:
        raise SourceChanged(source.id, f"city {gone[0]!r} is not listed any more", dataset=name)


def _listed(payload: Payload, source: Source) -> list[Mapping[str, object]]:
    rows = json_value(source.id, payload)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise _changed(payload, source, f"expected a list of objects, found {rows!r:.60}")
    return rows


def _files(get: Get, source: Source, name: str, dataset: Dataset) -> list[Payload]:
    payloads: dict[str, Payload] = {}
    for city in dataset.labels:
        request = {
            "countries": [],
            "cities": [city],
            "pollutants": [dataset.options["notation"]],
            "dataset": dataset.options["dataset"],
            "aggregationType": "hour",
            "compress": False,
        }
        for address in addresses(get(name, f"{dataset.url}/ParquetFile/urls", json=request), source):
            if address not in payloads:
                payloads[address] = get(name, address).model_copy(update={"note": _CITY + city})
    if not payloads:
        raise NoObservations(source.id, "the service lists no file for any city of config", dataset=name)
    return list(payloads.values())


def addresses(payload: Payload, source: Source) -> list[str]:
    """Return the distinct addresses of a URL list in its order; it repeats some. Raises SourceChanged."""
    lines = text(source.id, payload, whole_lines=True).split()
    if lines[0] != "ParquetFileUrl":
        raise _changed(payload, source, f"column 'ParquetFileUrl' is gone: {lines[0]!r:.60}")
    odd = [line for line in lines[1:] if not (line.startswith("https://") and line.endswith(".parquet"))]
    if odd:
        raise _changed(payload, source, f"{odd[0]!r:.100} is no address of a Parquet file")
    return list(dict.fromkeys(lines[1:]))


def _added_up(dropped: list[Dropped]) -> list[Dropped]:
    """Return one report per reason: a city has a hundred files, and each would bring its own."""
    sums: dict[str, Dropped] = {}
    for item in dropped:
        known = sums.get(item.reason)
        count = item.count + (known.count if known else 0)
        sums[item.reason] = Dropped(item.dataset, item.reason, count, known.example if known else item.example)
    return list(sums.values())


def _texts(dataset: Dataset, option: str) -> tuple[str, ...]:
    value = dataset.options[option]
    return value if isinstance(value, tuple) else (str(value),)


def _numbers(dataset: Dataset, option: str) -> tuple[float, ...]:
    return tuple(float(text) for text in _texts(dataset, option))


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
