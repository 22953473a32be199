"""EEA: looked-up names, URL lists, three forms of files, codes of validity, coverage, and what is never mixed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from config.schema import Payload, Source
from connectors import eea, eea_stations
from connectors.eea import fetch, parse
from connectors.errors import NoObservations, SourceChanged
from connectors.frames import dropped_of
from connectors.irceline import parse as parse_irceline
from tests.connectors.given import edited, payload, row, small, source, values

SOURCE = source("eea")
# All small payloads are made for these tests, in the forms of the publisher.
VERIFIED = small("eea", "no2_verified.days-made.parquet")
LEGACY = small("eea", "pm10_verified.legacy-made.csv")
STATIONS = small("eea", "stations.made.csv")
RAW_NAME = "no2_airbase.BETR8010000800100hour.1-1-2010.20-1-2010"
RAW = small("eea", RAW_NAME).model_copy(update={"url": f"https://publisher.example/{RAW_NAME}"})
POINT = "point=SPO-BETR001_00008_100"


def remade(change: Callable[[pd.DataFrame], pd.DataFrame], url: str = "https://publisher.example/file", note: str = ""):
    """The Parquet payload with its table changed."""
    table = pq.read_table(io.BytesIO(VERIFIED.content)).to_pandas()
    table["Value"] = table["Value"].astype(float)
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(change(table), preserve_index=False), out)
    return payload("no2_verified", out.getvalue(), url).model_copy(update={"note": note})


class Service:
    """The download service in small: look-ups, URL lists with repeats, files, and the list of stations."""

    def __init__(self, **answers: bytes) -> None:
        self.answers = {
            "Pollutant": (b'[{"notation":"NO2","id":"http://dd.eionet.europa.eu/vocabulary/aq/pollutant/8"}]'),
            "City": b'[{"countryCode":"BE","cityName":"Bruxelles / Brussel"},{"countryCode":"BE","cityName":"Gent"}]',
            "urls": b"ParquetFileUrl\r\nhttps://store.example/BE/a.parquet\r\nhttps://store.example/BE/a.parquet\r\n",
            "a.parquet": VERIFIED.content,
            "download": STATIONS.content,
            **answers,
        }
        self.calls: list[tuple[str, str, object]] = []

    def __call__(self, dataset: str, url: str, **options: object) -> Payload:
        self.calls.append((dataset, url, options.get("json")))
        return payload(dataset, self.answers[url.rpartition("/")[2]], url)


def brussels_only(**options: object) -> Source:
    datasets = {name: SOURCE.datasets[name] for name in ("no2_verified", "stations")}
    verified = datasets["no2_verified"]
    update = {"labels": {"Bruxelles / Brussel": "BE001C"}, "options": {**verified.options, **options}}
    return SOURCE.model_copy(update={"datasets": {**datasets, "no2_verified": verified.model_copy(update=update)}})


def test_fetch_looks_names_up_asks_by_city_and_takes_each_file_once():
    service = Service()
    payloads = fetch(service, brussels_only())
    assert [(item.dataset, item.note) for item in payloads] == [
        ("no2_verified", "city: Bruxelles / Brussel"), ("stations", "")
    ]  # fmt: skip
    asked = {url.rpartition("/")[2]: body for _, url, body in service.calls}
    assert asked["urls"] == {
        "countries": [], "cities": ["Bruxelles / Brussel"], "pollutants": ["NO2"], "dataset": 2,
        "aggregationType": "hour", "compress": False,
    }  # fmt: skip
    assert asked["download"]["RequestFilter"]["Country"]["Values"] == ["Belgium"]
    assert sum(url.endswith("a.parquet") for _, url, _ in service.calls) == 1
    frame = parse(payloads, brussels_only())
    assert values(frame, "eea_no2_points", "BE001C", "type=background") == {"2023": 1}


@pytest.mark.parametrize(
    "answers,cause",
    [
        ({"City": b'[{"countryCode":"BE","cityName":"Brussels"}]'}, "city 'Bruxelles / Brussel' is not listed"),
        ({"Pollutant": b'[{"notation":"NO2","id":"x/pollutant/9"}]'}, r"pollutant NO2 \(8\) is not listed"),
        ({"Pollutant": b"[]"}, "expected a list of objects"),
        ({"City": b'{"error":"x"}'}, "expected a list of objects"),
        ({"urls": b"Url\nhttps://store.example/a.parquet\n"}, "column 'ParquetFileUrl' is gone"),
        ({"urls": b"ParquetFileUrl\nhttps://store.example/a.par"}, "the file was cut"),
        ({"urls": b"ParquetFileUrl\nno such city\n"}, "'no' is no address of a Parquet file"),
    ],
)
def test_a_changed_service_is_refused_with_the_reason(answers, cause):
    with pytest.raises(SourceChanged, match=cause):
        fetch(Service(**answers), brussels_only())


def test_no_file_for_any_city_is_an_error_not_an_empty_table():
    with pytest.raises(NoObservations, match="no file for any city"):
        fetch(Service(urls=b"ParquetFileUrl\n"), brussels_only())


@pytest.mark.parametrize("number", [4, 5])
def test_modelled_and_gap_filled_values_are_never_asked_for(number):
    with pytest.raises(SourceChanged, match=f"data set {number} is not measured"):
        fetch(Service(), brussels_only(dataset=number))


def test_a_file_of_another_kind_of_data_is_refused():
    with pytest.raises(SourceChanged, match="not of airquality-p-e1a"):
        parse([remade(lambda t: t, "https://store.example/airquality-p-e2a/BE/x.parquet")], SOURCE)


def test_days_give_mean_coverage_and_negative_hours():
    frame = parse([VERIFIED], SOURCE)
    valid = [21 + i % 7 - 3 for i in range(10, 365) if i != 20]  # ten days are invalid, day 20 is -0.5
    assert values(frame, "eea_no2_mean", "BE001C", POINT)["2023"] == pytest.approx((sum(valid) - 0.5) / 355)
    assert values(frame, "eea_no2_coverage", "BE001C", POINT)["2023"] == pytest.approx(100 * 355 / 365)
    assert values(frame, "eea_no2_negative_hours", "BE001C", POINT) == {"2023": 24}
    assert values(frame, "eea_no2_points", "BE001C", "total") == {"2023": 1}
    assert [(item.reason, item.count) for item in dropped_of(frame)] == [("the network calls the value invalid", 10)]


def test_the_threshold_is_a_parameter():
    strict = SOURCE.datasets["no2_verified"].model_copy(
        update={"options": {**SOURCE.datasets["no2_verified"].options, "capture": 0.98}}
    )
    frame = parse([VERIFIED], SOURCE.model_copy(update={"datasets": {"no2_verified": strict}}))
    cell = row(frame, measure="eea_no2_mean", group=POINT)  # 355 of 365 days are 97.3 %
    assert cell[["obs_value"]].isna().all()
    assert cell["obs_status"] == "Q"
    assert values(frame, "eea_no2_points", "BE001C", "total") == {"2023": 0}


def test_a_sentinel_called_valid_is_still_no_value():
    frame = parse([remade(lambda t: t.assign(Validity=1))], SOURCE)
    assert ("no hour is below -15 or above 900 µg/m³", 10) in [(item.reason, item.count) for item in dropped_of(frame)]
    assert values(frame, "eea_no2_coverage", group=POINT)["2023"] == pytest.approx(100 * 355 / 365)


def test_below_the_limit_of_detection_is_valid():
    below = parse([remade(lambda t: t.assign(Validity=t["Validity"].replace(1, 3)))], SOURCE)
    pd.testing.assert_frame_equal(below, parse([VERIFIED], SOURCE))


def test_a_year_with_an_unverified_reading_is_provisional():
    frame = parse([remade(lambda t: t.assign(Verification=t["Verification"].mask(t.index == 100, 3)))], SOURCE)
    assert row(frame, measure="eea_no2_mean", group=POINT)["obs_status"] == "P"
    assert set(parse([small("eea", "no2_unverified.days-made.parquet")], SOURCE)["obs_status"]) <= {"P", "Q"}


def test_the_city_that_was_asked_for_places_a_point_that_config_does_not_know():
    name = "NL/SPO-NL00014_00008_100"
    unknown = remade(lambda t: t.assign(Samplingpoint=name), note="city: Greater Amsterdam")
    assert set(parse([unknown], SOURCE)["ref_area"]) == {"NL001C"}
    with pytest.raises(NoObservations, match="declared place"):
        parse([unknown.model_copy(update={"note": ""})], SOURCE)


def test_the_same_point_and_year_in_two_files_that_differ_is_refused():
    other = remade(lambda t: t.assign(Value=t["Value"] + 1))
    with pytest.raises(SourceChanged, match="two files hold SPO-BETR001_00008_100 2023"):
        parse([VERIFIED, other], SOURCE)
    pd.testing.assert_frame_equal(parse([VERIFIED, VERIFIED], SOURCE), parse([VERIFIED], SOURCE))


@pytest.mark.parametrize(
    "change,cause",
    [
        (lambda t: t.drop(columns="Validity"), "column 'Validity' is gone"),
        (lambda t: t.assign(Unit="ppb"), "unit is 'ppb'"),
        (lambda t: t.assign(Pollutant=7), "pollutant is '7'"),
        (lambda t: t.assign(Validity=9), "validity is 9.0"),
        (lambda t: t.assign(Verification=0), "verification is 0.0"),
        (lambda t: t.assign(AggType="month"), "span is 'month'"),
        (lambda t: t.assign(Start="2023"), "holds no times"),
        (lambda t: t.iloc[:0], "the file has no row"),
        (lambda t: pd.concat([t, t.assign(Value=t["Value"] + 1)]), "two different values"),
    ],
)
def test_a_changed_file_is_refused_with_the_reason(change, cause):
    with pytest.raises(SourceChanged, match=cause):
        parse([remade(change)], SOURCE)


def test_the_older_csv_gives_each_hour_twice_and_counts_it_once():
    frame = parse([LEGACY], SOURCE)
    assert values(frame, "eea_pm10_coverage", "BE003C")["2013"] == pytest.approx(100 * 40 / 8760)
    assert [(item.reason, item.count) for item in dropped_of(frame)] == [("the same moment was given twice", 40)]


def test_raw_airbase_hours_are_read_by_their_flags():
    frame = parse([RAW], SOURCE)
    assert values(frame, "eea_no2_coverage_airbase", "BE002C")["2010"] == pytest.approx(100 * 20 * 20 / 8760)


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("2010-01-05\t", "05/01/2010\t", "line 5 is no day"),
        ("2010-01-05\t-999.000\t0\t", "2010-01-05\t", "line 5 is no day"),
        ("45.000", "4,5", "a value or flag holds something else"),
    ],
)
def test_a_damaged_airbase_file_is_refused_with_the_reason(old, new, cause):
    broken = payload("no2_airbase", edited(RAW.content.decode(), old, new), RAW.url)
    with pytest.raises(SourceChanged, match=cause):
        parse([broken], SOURCE)


def test_stations_belong_by_place_and_network_and_an_instrument_more_is_no_station_more():
    frame = parse([STATIONS], SOURCE)
    traffic = values(frame, "eea_no2_points_open", "BE001C", "type=traffic")
    assert (traffic["1993"], traffic["2008"], traffic["2012"]) == (1, 0, 1)  # one to 2008, another from 2012
    assert values(frame, "eea_no2_points_open", "BE001C", "type=background")["2021"] == 2


@pytest.mark.parametrize(
    "old,new,cause",
    [
        ("Air Quality Station Type", "Type", "column 'Air Quality Station Type' is gone"),
        (",traffic,", ",rural,", "a station is of type 'rural'"),
        ("01/06/1977 00:00:00", "1977-06-01", "a coordinate, year or date is none"),
        ("Brussels", "Flanders", "no sampling point of the list stands in the place"),
    ],
)
def test_a_changed_list_of_stations_is_refused_with_the_reason(old, new, cause):
    with pytest.raises(SourceChanged, match=re.escape(cause)):
        parse([payload("stations", edited(STATIONS.content.decode(), old, new))], SOURCE)


@pytest.mark.recorded
def test_recorded_hours_of_ghent_cover_87_percent_not_175(recorded: Path):
    frame = parse([payload("pm10_verified", recorded / "air/eea_api/csv_response.csv")], SOURCE)
    assert values(frame, "eea_pm10_coverage", "BE003C")["2013"] == pytest.approx(100 * 7684 / 8760)  # 87.7 %
    assert values(frame, "eea_pm10_mean", "BE003C")["2013"] == pytest.approx(29.796, abs=0.001)
    assert [(item.reason, item.count) for item in dropped_of(frame)] == [("the same moment was given twice", 7684)]


@pytest.mark.recorded
def test_recorded_airbase_files(recorded: Path):
    files = sorted((recorded / "air/eea_airbase").glob("*.gz"))
    frame = parse([payload("no2_airbase", file, f"https://publisher.example/{file.name}") for file in files], SOURCE)
    expected = {"FR04012": (94.7, 8432), "FR04037": (37.6, 8587), "BETR801": (44.3, 7777)}
    for station, (mean, hours) in expected.items():
        measures = ("eea_no2_mean_airbase", "eea_no2_coverage_airbase")
        found = [values(frame, measure, group=f"point={station}")["2010"] for measure in measures]
        assert found == pytest.approx([mean, 100 * hours / 8760], abs=0.05), station
    coverage = values(frame, "eea_no2_coverage_airbase", group="point=BETR801")
    means = frame[(frame["measure"] == "eea_no2_mean_airbase") & (frame["group"] == "point=BETR801")]
    withheld = set(means.loc[means["obs_value"].isna(), "time_period"])
    assert withheld == {year for year, share in coverage.items() if share < 85}
    assert withheld  # several years fail the threshold
    assert "config names no place for the sampling point" in {item.reason for item in dropped_of(frame)}  # BETN029


@pytest.mark.recorded
def test_recorded_look_ups_have_every_city_and_pollutant_of_config(recorded: Path):
    folder = recorded / "air/eea_api"
    names = {city["cityName"] for city in json.loads((folder / "city.json").read_text(encoding="utf-8"))}
    listed = json.loads((folder / "property.json").read_text(encoding="utf-8"))
    codes = {(one["notation"], one["id"].rpartition("/")[2]) for one in listed}
    for name, dataset in SOURCE.datasets.items():
        if name != "stations":
            assert set(dataset.labels) <= names
            assert (dataset.options["notation"], str(dataset.options["pollutant"])) in codes


@pytest.mark.recorded
def test_the_recorded_url_list_has_22_files_of_airbase(recorded: Path):
    found = eea.addresses(payload("no2_airbase", recorded / "air/eea_api/MT_Historical_Valletta.csv"), SOURCE)
    assert len(found) == 22
    assert all("/airquality-p-airbase/MT/" in address for address in found)


@pytest.mark.recorded
def test_recorded_means_of_brussels_by_recorded_type_of_station(recorded: Path):
    stations = eea_stations.read(payload("stations", recorded / "air/eea_meta/stations.zip"), SOURCE)
    layer = recorded / "air/brussels/no2_anmean_station_brussels.json"
    frame = parse_irceline([payload("no2_anmean_station", layer)], source("irceline"))
    means = frame[frame["measure"] == "no2_station_mean"].rename(columns={"obs_value": "mean"})
    years = means.assign(point="BET" + means["group"].str.removeprefix("station=").str[2:])
    found = eea.by_type(years, eea_stations.types_of(stations)).set_index(["time_period", "group"])
    expected = {
        ("2013", "background"): (33.3, 6), ("2013", "traffic"): (50.7, 3), ("2019", "background"): (24.2, 5),
        ("2019", "traffic"): (37.3, 3), ("2020", "background"): (17.7, 6), ("2020", "traffic"): (30.0, 4),
        ("2021", "background"): (20.7, 6), ("2021", "traffic"): (33.7, 3), ("2022", "background"): (19.3, 6),
        ("2022", "traffic"): (32.8, 5), ("2023", "background"): (16.8, 6), ("2023", "traffic"): (26.5, 8),
        ("2023", "industrial"): (18.0, 2),
    }  # fmt: skip
    for (year, kind), (mean, points) in expected.items():
        cell = found.loc[(year, f"type={kind}")]
        assert (cell["mean"], cell["points"]) == pytest.approx((mean, points), abs=0.0501), (year, kind)
